// How far a crew is: what the server knows, and what is pressed on this device and not sent yet.
import type { CaseView, Leg, TimelineItem } from "../api/types";
import type { Act, What } from "./queue";

export interface Step {
  what: "sign" | "depart" | "arrive" | "report";
  /** When it was done or pressed; none if not yet. */
  at: number | null;
  /** Pressed here and not sent. */
  waiting: boolean;
  /** May be pressed now. */
  open: boolean;
}

const KINDS = { depart: "departed", arrive: "arrived", report: "reported" } as const;

export function stepsOf(view: CaseView, leg: Leg, items: readonly TimelineItem[], acts: readonly Act[]): Step[] {
  const pending = (what: What) => acts.findLast((act) => act.case === view.id && act.leg === leg.id && act.what === what && act.state === "waiting");
  const told = (what: keyof typeof KINDS) => items.findLast((item) => item.kind === KINDS[what] && item.side === "own" && item.body["leg"] === leg.id)?.at ?? null;
  const over = leg.state === "done" || leg.state === "returned" || leg.state === "withdrawn";
  const signing = pending("sign");
  const signed = leg.state === "signed" || leg.state === "suspended" || signing !== undefined;
  // Out and there are said while the unit works; a suspended one goes nowhere.
  const working = !over && signed && leg.state !== "suspended";
  const step = (what: Step["what"], at: number | null, act: Act | undefined, open: boolean): Step => ({ what, at: act?.pressed ?? at, waiting: act !== undefined, open });
  const depart = pending("depart");
  const arrive = pending("arrive");
  const left = depart?.pressed ?? told("depart");
  const there = arrive?.pressed ?? told("arrive");
  return [
    step("sign", leg.signed_at ?? null, signing, !over && leg.state === "dispatched" && signing === undefined),
    step("depart", left, depart, working && left === null && there === null),
    step("arrive", there, arrive, working && there === null),
    step("report", told("report"), pending("report"), !over && signed),
  ];
}

/** The button the crew most likely wants next. */
export function nextOf(steps: readonly Step[]): Step["what"] | null {
  return steps.find((step) => step.open && step.what !== "report")?.what ?? steps.find((step) => step.open)?.what ?? null;
}
