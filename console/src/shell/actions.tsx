// What can be done now, said once: the keys, the help page and the palette all read it from here.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useKeys } from "../keys/use-keys";

export interface Action {
  id: string;
  label: string;
  /** As keymap names it. */
  key?: string;
  run: () => void;
  /** Also heard while typing; by default chords and function keys are, letters are not. */
  typing?: boolean;
  /** Not offered in the palette (moving in a list, say). */
  quiet?: boolean;
}

export interface Group {
  place: "here" | "everywhere";
  actions: readonly Action[];
}

let groups: Group[] = [];
const watchers = new Set<() => void>();

function tell(): void {
  groups = [...groups];
  for (const each of [...watchers]) each();
}

function whileTyping(key: string): boolean {
  return /^(Ctrl|Alt)\+/.test(key) || /^F\d+$/.test(key) || key === "Escape";
}

/** Offers these actions for as long as the component is on the screen. */
export function useActions(place: Group["place"], actions: readonly Action[], options: { off?: boolean } = {}): void {
  const { off = false } = options;
  useKeys(
    actions.flatMap((action) =>
      action.key === undefined
        ? []
        : [{ key: action.key, run: action.run, typing: action.typing ?? whileTyping(action.key) }],
    ),
    { off },
  );
  const latest = useRef(actions);
  latest.current = actions;
  const shape = actions.map((each) => `${each.id}|${each.label}|${each.key ?? ""}`).join("\n");
  useEffect(() => {
    if (off) return;
    // The palette runs what is current when it is chosen, not what was when it was listed.
    const group: Group = {
      place,
      actions: latest.current.map((each) => ({
        ...each,
        run: () => latest.current.find((now) => now.id === each.id)?.run(),
      })),
    };
    groups = [...groups, group];
    tell();
    return () => {
      groups = groups.filter((each) => each !== group);
      tell();
    };
  }, [place, shape, off]);
}

export function useGroups(): Group[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => groups,
  );
}

