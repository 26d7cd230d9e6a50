// Photos: whether this platform takes them, and small enough to leave a place with one bar of signal.
import { useEffect, useState } from "react";

const KEPT = "liandong.attachments";
const LONGEST = 1600;
const SMALL = 400_000;

/** Whether the platform's own document offers attachments. Remembered, as the field may be offline. */
export function useAttachments(): boolean {
  const [offered, setOffered] = useState(() => {
    try {
      return localStorage.getItem(KEPT) === "1";
    } catch {
      return false;
    }
  });
  useEffect(() => {
    let gone = false;
    void (async () => {
      try {
        const response = await fetch("/api/openapi.json");
        const document = (await response.json()) as { paths?: Record<string, Record<string, unknown>> };
        const there = document.paths?.["/api/cases/{id}/attachments"]?.["post"] !== undefined;
        if (gone) return;
        setOffered(there);
        localStorage.setItem(KEPT, there ? "1" : "0");
      } catch {
        // Offline: what was known last time holds.
      }
    })();
    return () => {
      gone = true;
    };
  }, []);
  return offered;
}

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
