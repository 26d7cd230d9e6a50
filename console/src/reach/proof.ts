// What a channel gave back as proof, in words; a sentence that is no proof stays as it is.
import type { ReachWords } from "../words/zh-reach";

export function proofWords(words: ReachWords["notices"]["proof"], detail: string): string {
  let proof: unknown;
  try {
    proof = JSON.parse(detail);
  } catch {
    return detail;
  }
  if (typeof proof !== "object" || proof === null || Array.isArray(proof)) return detail;
  const said = (value: unknown): string => (Array.isArray(value) ? value.map(said).join(" ") : typeof value === "object" && value !== null ? JSON.stringify(value) : String(value));
  return Object.entries(proof)
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => `${words[key] ?? key} ${said(value)}`)
    .join(" · ");
}
