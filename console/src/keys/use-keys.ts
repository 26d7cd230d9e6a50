import { useLayoutEffect, useRef } from "react";
import { pushLayer, type Binding } from "./keymap";

/** Gives keys to whatever is on the screen, for as long as it is. */
export function useKeys(bindings: readonly Binding[], options: { modal?: boolean; off?: boolean } = {}): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const { modal = false, off = false } = options;
  // Before the paint: a key works from the moment it can be read.
  useLayoutEffect(() => {
    if (off) return;
    return pushLayer({ bindings: () => latest.current, modal });
  }, [modal, off]);
}
