// Photos, small enough to leave a place with one bar of signal.

const LONGEST = 1600;
const SMALL = 400_000;

/** A photo as it is sent: as taken if small, else no longer than 1600 pixels. Fails if it is no picture. */
export async function shrink(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) throw new Error("no picture");
  if (file.size <= SMALL || typeof createImageBitmap !== "function") return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.8));
  if (blob === null) throw new Error("no picture");
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}
