import { createContext, useContext } from "react";
import { Problem } from "../api/http";
import { en } from "./en";
import { zh, type Words } from "./zh";

export type { Words };
export type Language = "zh-CN" | "en";
export const languages: Record<Language, Words> = { "zh-CN": zh, en };

export const WordsContext = createContext<Words>(zh);

export function useWords(): Words {
  return useContext(WordsContext);
}

/** A failure in a full sentence: what happened, what is safe, what to do. */
export function sentenceOf(t: Words, error: unknown): string {
  if (error instanceof Problem) return t.error[error.key] ?? t.error_other(error.key);
  return t.error_other(error instanceof Error ? error.name : "unknown");
}
