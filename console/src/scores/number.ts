// Decimals come as text and are shown as text: rounding here is for the eye, never for counting.

/** Rounds half away from zero to so many places, digit by digit. */
export function short(text: string, places: number): string {
  const found = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (found === null) return text;
  const [, sign = "", whole = "0", rest = ""] = found;
  if (rest.length <= places) return text;
  const kept = BigInt(whole + rest.slice(0, places));
  const up = (rest.charCodeAt(places) || 48) >= 53;
  const digits = String(up ? kept + 1n : kept).padStart(places + 1, "0");
  const cut = digits.length - places;
  const out = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return /^[0.]*$/.test(out) ? out : sign + out;
}

/** A result as people read it: rates in percent, also those made of other figures, counts whole, the rest with two places. */
export function shown(shape: string, value: string, made = ""): string {
  if (shape === "rate" || shape === "coverage" || made.startsWith("100 * ")) return `${short(value, 2)}%`;
  if (shape === "count") return value;
  return short(value, 2).replace(/\.00$/, "");
}

/** Whether a figure is counted from cases, and not from what people recorded or another record says. */
export function fromCases(metric: { shape: string; made: string }, all: readonly { id: string; shape: string }[]): boolean {
  if (metric.shape !== "made") return metric.shape !== "recorded";
  const parts = new Set(metric.made.match(/[a-z_0-9]+/g));
  return all.some((each) => parts.has(each.id) && each.shape !== "recorded");
}

/** The share of a bar, 0 to 1. Only its length depends on it. */
export function share(value: string | null | undefined, of: number): number {
  const number = Number(value ?? 0);
  return of > 0 && Number.isFinite(number) ? Math.min(Math.max(number / of, 0), 1) : 0;
}
