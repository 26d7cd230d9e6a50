// Nothing moves under the hand: while a list is in use its rows keep their places.

export interface Placed {
  /** What is shown, in order; those in `gone` are no longer in the list. */
  order: string[];
  /** Rows that wait above, to be shown on demand. */
  held: string[];
  gone: Set<string>;
}

export function keepPlace(shown: readonly string[], fresh: readonly string[], underHand: boolean): Placed {
  if (!underHand || shown.length === 0) return { order: [...fresh], held: [], gone: new Set() };
  const now = new Set(fresh);
  const known = new Set(shown);
  return {
    order: [...shown],
    held: fresh.filter((id) => !known.has(id)),
    gone: new Set(shown.filter((id) => !now.has(id))),
  };
}
