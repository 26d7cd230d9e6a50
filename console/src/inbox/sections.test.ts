import { describe, expect, it } from "vitest";
import type { CaseBrief } from "../api/types";
import { sectionsOf, sortByDue } from "./sections";

function brief(state: string, due: number | null, amber = 0): CaseBrief {
  return { id: `${state}${due}`, my_leg: { id: "a1", role: "lead", state, due }, next_due: due === null ? null : { stage: "sign", due, amber_at: amber, state: "running" }, opened_at: 0 } as unknown as CaseBrief;
}

describe("an inbox", () => {
  it("shows an unsigned case that is late in both places", () => {
    expect(sectionsOf(brief("dispatched", 100, 50), 120)).toEqual(["to_sign", "overdue"]);
  });
  it("turns to soon at the amber share", () => {
    expect(sectionsOf(brief("signed", 100, 75), 74)).toEqual(["running"]);
    expect(sectionsOf(brief("signed", 100, 75), 75)).toEqual(["running", "soon"]);
    expect(sectionsOf(brief("signed", 100, 75), 100)).toEqual(["running", "soon"]);
  });
  it("keeps what ended out of the work", () => {
    expect(sectionsOf(brief("returned", 100), 500)).toEqual(["returned"]);
    expect(sectionsOf(brief("done", 100), 500)).toEqual(["done"]);
    expect(sectionsOf({ ...brief("signed", 1), my_leg: null }, 0)).toEqual([]);
  });
  it("is ordered by what is due first; without a limit comes last", () => {
    const items = [brief("signed", null), brief("signed", 300), brief("signed", 100)];
    expect(sortByDue(items).map((each) => each.id)).toEqual(["signed100", "signed300", "signednull"]);
  });
});

describe("what came back", () => {
  const own = (over: object) => ({ ...brief("signed", 100, 75), my_leg: { id: "a1", role: "lead", state: "signed", due: 100, ...over } }) as unknown as CaseBrief;
  it("is late by its own limit, not by another unit's", () => {
    const next = { stage: "result", due: 900, amber_at: 700, state: "running" };
    expect(sectionsOf(own({ next }), 500)).toEqual(["running"]);
    expect(sectionsOf(own({ next }), 701)).toEqual(["running", "soon"]);
  });
  it("stands under its own heading and among the work", () => {
    expect(sectionsOf(own({ redo: true }), 0)).toEqual(["running", "returned"]);
    expect(sectionsOf(own({ asked: "return" }), 0)).toEqual(["running", "returned"]);
    expect(sectionsOf(own({ asked: "extension" }), 0)).toEqual(["running"]);
  });
  it("comes before what is merely due", () => {
    const again = { ...own({ redo: true, due: 900 }), id: "again" };
    const soon = { ...own({ due: 100 }), id: "soon" };
    expect(sortByDue([soon, again]).map((each) => each.id)).toEqual(["again", "soon"]);
  });
  it("does not call late what is suspended", () => {
    expect(sectionsOf(own({ state: "suspended", due: 10 }), 500)).toEqual(["running"]);
  });
});
