// What must end when somebody signs out, in pages that are loaded later than the one that knows of it.
const runs = new Set<() => void>();

/** Runs this when somebody signs out here; the answer takes it back. */
export function onLeaving(run: () => void): () => void {
  runs.add(run);
  return () => runs.delete(run);
}

export function leaving(): void {
  for (const run of [...runs]) run();
}
