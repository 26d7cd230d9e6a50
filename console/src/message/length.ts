// Into how many messages words go, as a telephone counts and a carrier charges: the same rule as the platform's own.

/** Characters every gateway writes in seven bits alike. */
const PLAIN = /^[a-zA-Z0-9 \n\r!"#%&'()*+,\-./:;<=>?]*$/;

export function partsOf(text: string): number {
  if (text === "") return 0;
  // The length of a string is counted in UTF-16 units, as telephones do.
  const [one, piece] = PLAIN.test(text) ? [160, 153] : [70, 67];
  if (text.length <= one) return 1;
  let parts = 1;
  let full = 0;
  for (const character of text) {
    // A character of two units is not cut.
    if (full + character.length > piece) {
      parts += 1;
      full = 0;
    }
    full += character.length;
  }
  return parts;
}

/** Minutes and seconds; hours where there are any. */
export function clock(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
