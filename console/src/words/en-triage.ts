// Words of how sure a suggestion is.

import type { confidence as zh } from "./zh-triage";

export const confidence: typeof zh = {
  title: "How sure",
  zone: { prefill: "Sure", offer: "Check it", ask: "Not sure" },
  of_hundred: (percent: number) => `Of 100 such calls about ${percent} are this`,
  ask: "Ask a question or two more, or choose below.",
  only_learnt: "No row of the list fits; this is how such cases went before.",
  differs: (name: string) => `Earlier cases look more like “${name}”`,
  desk_of: "Desk",
  desk_of_hundred: (percent: number) => `Of 100 such calls about ${percent} are this desk's`,
  desk_unsure: "not sure, check with the caller",
  doubt: (name: string) => `${name}: ask whether anybody is in danger`,
  doubt_of_hundred: (percent: number) => `Of 100 such calls about ${percent} are in danger`,
  words: "Words that spoke",
  before: "Alike before",
  went: (matter: string, lead: string) => `${matter} → ${lead}`,
  alike: (percent: number) => `${percent}% alike`,
};
