// State is a sentence: who answers since when, and what is due by when.
import type { CaseBrief, CaseView } from "../api/types";
import { short } from "../time/format";
import type { Words } from "../words";
import { leftText } from "../parts/signs";

export interface Sentence {
  who: string;
  due: string;
}

/** A brief says it too, without whose the next limit is. */
type Told = CaseBrief & Partial<Pick<CaseView, "hand_overs" | "deadlines" | "legs">>;

export function sentenceFor(t: Words, view: Told, peerName: (link: string) => string, now: number): Sentence {
  return { who: who(t, view, peerName, now), due: due(t, view, now) };
}

function who(t: Words, view: Told, peerName: (link: string) => string, now: number): string {
  const name = view.holder.side === "own" ? view.holder.unit_name : view.holder.peer_name;
  const since = short(view.held_since, now);
  if (view.closed_at !== null) return t.sentence.closed(short(view.closed_at, now));
  const air = view.hand_overs?.find((each) => each.state === "offered" || each.state === "timed_out" || each.state === "withdrawing");
  if (view.status === "incoming") return t.sentence.incoming(air === undefined ? name : peerName(air.link));
  if (air?.sent === true) return t.sentence.offered(name, peerName(air.link));
  return view.holder.side === "own" ? t.sentence.own(name, since) : t.sentence.peer(name, since);
}

function due(t: Words, view: Told, now: number): string {
  if (view.closed_at !== null) return "";
  const next = view.next_due;
  if (next === null) return view.status === "taken" ? t.sentence.undecided : t.sentence.due_none;
  const words = t.sentence.due(t.stage[next.stage], short(next.due, now), leftText(t, next.due, now));
  const other = another(view, next);
  return other === null ? words : t.sentence.due_of(other, words);
}

/** The unit whose limit it is, where that is not the one who answers: an assisting unit that has not signed, say. */
function another(view: Told, next: NonNullable<CaseBrief["next_due"]>): string | null {
  const clocks = view.deadlines?.filter((each) => each.stage === next.stage && each.due === next.due && (each.state === "running" || each.state === "amber" || each.state === "missed")) ?? [];
  const legs = clocks.map((clock) => view.legs?.find((leg) => leg.id === clock.leg));
  const first = legs[0];
  // Before a unit signs the desk answers, and the sentence speaks of the order as a whole.
  if (view.holder.side !== "own" || first === undefined) return null;
  const holder = view.holder.unit;
  return view.legs?.some((leg) => leg.unit === holder) === true && legs.every((leg) => leg !== undefined && leg.unit !== holder) ? first.unit_name : null;
}
