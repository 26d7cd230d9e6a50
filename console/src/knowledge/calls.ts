// The knowledge base: the calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type Hit = Shapes["KnowledgeHit"];
export type Article = Shapes["KnowledgeArticle"];
export type Brief = Shapes["KnowledgeBrief"];
export type Revision = Shapes["KnowledgeRevision"];
export type Text = Shapes["KnowledgeText"];
export type Order = Shapes["KnowledgeOrder"];

const at = encodeURIComponent;

export const knowledge = {
  // The words are a caller's: they go in the body, never into an address.
  find: (q: string, beside: boolean, signal?: AbortSignal) => request<Shapes["KnowledgeHits"]>("POST", "/api/knowledge/answers", { q, beside }, signal === undefined ? {} : { signal }),
  use: (article: string, body: Shapes["KnowledgeUse"], key: string) => request<Shapes["KnowledgeUsed"]>("POST", `/api/knowledge/${at(article)}/uses`, body, { key }),
  list: (q: string, state: string) => request<Shapes["KnowledgePage"]>("GET", `/api/knowledge?${new URLSearchParams({ q, state }).toString()}`),
  article: (article: string) => request<Article>("GET", `/api/knowledge/${at(article)}`),
  write: (body: Text, key: string) => request<Article>("POST", "/api/knowledge", body, { key }),
  change: (article: string, body: Order, key: string) => request<Article>("POST", `/api/knowledge/${at(article)}`, body, { key }),
};

/** The kept words of a form with an answer below what was written; the same answer twice stands once. */
export function withAnswer(kept: string, answer: string): string {
  let written = "";
  try {
    const values: unknown = JSON.parse(kept || "{}");
    if (typeof values === "object" && values !== null && "text" in values && typeof values.text === "string") written = values.text.trimEnd();
  } catch {
    // Words that cannot be read are no words.
  }
  if (written === "") return answer;
  return written.includes(answer) ? written : `${written}\n${answer}`;
}
