// The steps of a call by which somebody was told, as its try keeps them.
export interface CallSteps {
  times: [string, number][];
  heard: number;
  keys: { key: string; at: number }[];
}

// Null for what is no call: a site that could call nobody says what is missing instead.
export function callSteps(detail: string): CallSteps | null {
  let kept: unknown;
  try {
    kept = JSON.parse(detail);
  } catch {
    return null;
  }
  if (typeof kept !== "object" || kept === null) return null;
  const fields = kept as Record<string, unknown>;
  const times = ["dialled", "rang", "answered", "ended"].flatMap((name): [string, number][] => {
    const at = fields[name];
    return typeof at === "number" ? [[name, at]] : [];
  });
  const keys = Array.isArray(fields["keys"]) ? (fields["keys"] as { key: string; at: number }[]) : [];
  return { times, heard: typeof fields["heard"] === "number" ? fields["heard"] : 0, keys };
}
