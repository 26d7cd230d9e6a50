// Words in small forms (a reason, a reply) outlive a reload too, per account and place.
import { useCallback, useState } from "react";

export function readKept(key: string): string {
  try {
    return localStorage.getItem(`liandong.kept.${key}`) ?? "";
  } catch {
    return "";
  }
}

export function writeKept(key: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(`liandong.kept.${key}`);
    else localStorage.setItem(`liandong.kept.${key}`, text);
  } catch {
    // Full or forbidden: the words stay on the screen, which is all that is left to do.
  }
}

/** Forgets all kept words under a place, for instance those of a draft that was put away. */
export function forgetKept(prefix: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`liandong.kept.${prefix}`)) localStorage.removeItem(key);
    }
  } catch {
    // A store that cannot be read holds nothing to forget.
  }
}

/** A text that is written down with every key; `forget` once the server has it. */
export function useKept(key: string): [string, (text: string) => void, () => void] {
  const [state, setState] = useState(() => ({ key, text: readKept(key) }));
  // Another case under the same component: its own words, not the last one's.
  const text = state.key === key ? state.text : readKept(key);
  const set = useCallback(
    (next: string) => {
      writeKept(key, next);
      setState({ key, text: next });
    },
    [key],
  );
  const forget = useCallback(() => set(""), [set]);
  return [text, set, forget];
}
