import { Problem } from "../api/http";
import { useLook } from "../shell/look";
import { sentenceOf, useWords, type Words } from "../words";
import { enPress } from "../words/en-press";
import { zhPress, type PressWords } from "../words/zh-press";

export type { PressWords };

export function usePressWords(): PressWords {
  return useLook().language === "en" ? enPress : zhPress;
}

/** Whether names from the server are wanted in English. */
export function useEnglish(): boolean {
  return useLook().language === "en";
}

/** A failure in a sentence: of its fields first, then of the whole. */
export function sentenceIn(p: PressWords, t: Words, error: unknown): string {
  if (!(error instanceof Problem)) return sentenceOf(t, error);
  const field = error.fields[0];
  const told = field === undefined ? undefined : (p.field_error[field.key] ?? t.field_error[field.key]);
  return told ?? p.error[error.key] ?? sentenceOf(t, error);
}

export { useWords };
