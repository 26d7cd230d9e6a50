// Another system's file as the browser reads it: its letters, and the beginning that columns are chosen by.

/** Bytes of a file that is sent whole; the server takes somewhat more, as JSON writes some letters longer. */
export const MOST = 40 * 1024 * 1024;
/** Characters of the beginning; the server reads 64 KiB, and a Chinese letter takes three. */
const BEGINNING = 16_000;

export type Format = "csv" | "jsonl";
export type FileFault = "kind" | "too_large" | "not_text";

export interface ReadFile {
  name: string;
  format: Format;
  text: string;
}

/** UTF-8, or else GB18030, in which older systems write; null if it is neither. */
export function decode(bytes: ArrayBuffer): string | null {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not in these letters.
    }
  }
  return null;
}

export function formatOf(name: string): Format | null {
  const end = name.toLowerCase().split(".").pop();
  if (end === "csv" || end === "txt") return "csv";
  return end === "jsonl" || end === "ndjson" ? "jsonl" : null;
}

/** The beginning of a text, cut behind a whole line. */
export function beginning(text: string): string {
  if (text.length <= BEGINNING) return text;
  const cut = text.lastIndexOf("\n", BEGINNING);
  return text.slice(0, cut < 0 ? BEGINNING : cut + 1);
}

export async function readFile(file: File): Promise<ReadFile | FileFault> {
  const format = formatOf(file.name);
  if (format === null) return "kind";
  if (file.size > MOST) return "too_large";
  const text = decode(await file.arrayBuffer());
  return text === null ? "not_text" : { name: file.name, format, text };
}
