// State is a sentence: who answers since when, and what is due by when.
import type { CaseBrief, CaseView } from "../api/types";
import { short } from "../time/format";
import type { Words } from "../words";
import { leftText } from "../parts/signs";

export interface Sentence {
  who: string;
  due: string;
}

export function sentenceFor(t: Words, view: CaseBrief & Partial<Pick<CaseView, "hand_overs">>, peerName: (link: string) => string, now: number): Sentence {
  return { who: who(t, view, peerName, now), due: due(t, view, now) };
}

function who(t: Words, view: CaseBrief & Partial<Pick<CaseView, "hand_overs">>, peerName: (link: string) => string, now: number): string {
  const name = view.holder.side === "own" ? view.holder.unit_name : view.holder.peer_name;
  const since = short(view.held_since, now);
  if (view.closed_at !== null) return t.sentence.closed(short(view.closed_at, now));
  const air = view.hand_overs?.find((each) => each.state === "offered" || each.state === "timed_out" || each.state === "withdrawing");
  if (view.status === "incoming") return t.sentence.incoming(air === undefined ? name : peerName(air.link));
  if (air?.sent === true) return t.sentence.offered(name, peerName(air.link));
  return view.holder.side === "own" ? t.sentence.own(name, since) : t.sentence.peer(name, since);
}

function due(t: Words, view: CaseBrief, now: number): string {
  if (view.closed_at !== null) return "";
  const next = view.next_due;
  if (next === null) return view.status === "taken" ? t.sentence.undecided : t.sentence.due_none;
  return t.sentence.due(t.stage[next.stage], short(next.due, now), leftText(t, next.due, now));
}
