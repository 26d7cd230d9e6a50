// Which of the kept models answers calls, and which one a step back leads to.
import type { Learning, LearntModel } from "../calls";

/** A digest is long and learning adds to it: its beginning names the model, "+n" what it learnt since. */
export function short(version: string): string {
  const [digest = "", since] = version.split("+");
  return `${digest.slice(0, 8)}${since === undefined ? "" : `+${since}`}`;
}

export function served(learning: Learning): LearntModel | undefined {
  if (learning.pinned != null) return learning.models.find((each) => each.version === learning.pinned);
  return learning.models[0];
}

/** The youngest kept model that is older than the one that answers. */
export function stepBack(learning: Learning): LearntModel | null {
  const now = served(learning);
  const at = now === undefined ? -1 : learning.models.indexOf(now);
  if (at < 0) return null;
  return learning.models[at + 1] ?? null;
}
