// Colours, size and language of this machine.
import { useSyncExternalStore } from "react";
import type { Language } from "../words";

export interface Look {
  theme: "system" | "light" | "dark";
  size: 100 | 125 | 150;
  language: Language;
}

const KEY = "liandong.look";
const watchers = new Set<() => void>();
let look: Look = read();

function read(): Look {
  const plain: Look = { theme: "system", size: 100, language: "zh-CN" };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Look>;
    return {
      theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : plain.theme,
      size: kept.size === 125 || kept.size === 150 ? kept.size : plain.size,
      language: kept.language === "en" ? "en" : plain.language,
    };
  } catch {
    return plain;
  }
}

export function setLook(change: Partial<Look>): void {
  look = { ...look, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // It holds until the page is closed.
  }
  applyLook();
  for (const each of [...watchers]) each();
}

export function applyLook(): void {
  const root = document.documentElement;
  if (look.theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = look.theme;
  if (look.size === 100) delete root.dataset["size"];
  else root.dataset["size"] = String(look.size);
  root.lang = look.language;
}

export function nextTheme(): void {
  setLook({ theme: { system: "light", light: "dark", dark: "system" }[look.theme] as Look["theme"] });
}

export function useLook(): Look {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => look,
  );
}
