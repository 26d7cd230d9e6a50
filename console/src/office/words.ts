import { Problem } from "../api/http";
import { useLook } from "../shell/look";
import { sentenceOf, useWords, type Words } from "../words";
import { enOffice } from "../words/en-office";
import { zhOffice, type OfficeWords } from "../words/zh-office";

export type { OfficeWords };

export function useOfficeWords(): OfficeWords {
  return useLook().language === "en" ? enOffice : zhOffice;
}

/** A failure in a sentence: the office's own first, then the house's. */
export function sentenceIn(o: OfficeWords, t: Words, error: unknown): string {
  if (error instanceof Problem) return o.error[error.key] ?? sentenceOf(t, error);
  return sentenceOf(t, error);
}

/** What is wrong with a field, by its name; empty if nothing is. */
export function fieldSentence(o: OfficeWords, t: Words, error: unknown, name: string): string {
  if (!(error instanceof Problem)) return "";
  const found = error.fields.find((each) => each.field === name);
  if (found === undefined) return "";
  return o.field_error[found.key] ?? t.field_error[found.key] ?? found.detail ?? t.field.required;
}

export { useWords };
