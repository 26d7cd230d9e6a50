import { Problem } from "../api/http";
import { useLook } from "../shell/look";
import { sentenceOf, useWords, type Words } from "../words";
import { enKnowledge } from "../words/en-knowledge";
import { zhKnowledge, type KnowledgeWords } from "../words/zh-knowledge";

export type { KnowledgeWords };

export function useKnowledgeWords(): KnowledgeWords {
  return useLook().language === "en" ? enKnowledge : zhKnowledge;
}

/** A failure in a sentence: the knowledge base's own first, then what is wrong with a field, then the house's. */
export function sentenceIn(k: KnowledgeWords, t: Words, error: unknown): string {
  if (error instanceof Problem) {
    const field = error.fields.find((each) => each.key === "knowledge_state" || each.field === "reason" || each.field === "note");
    return k.error[error.key] ?? (field === undefined ? undefined : k.field_error[field.key]) ?? sentenceOf(t, error);
  }
  return sentenceOf(t, error);
}

/** What is wrong with a field, by its name; empty if nothing is. */
export function fieldSentence(k: KnowledgeWords, t: Words, error: unknown, name: string): string {
  if (!(error instanceof Problem)) return "";
  const found = error.fields.find((each) => each.field === name);
  return found === undefined ? "" : (k.field_error[found.key] ?? t.field_error[found.key] ?? found.detail ?? t.field.required);
}

export { useWords };
