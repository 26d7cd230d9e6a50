import { describe, expect, it } from "vitest";
import type { CaseView } from "../api/types";
import { zh } from "../words/zh";
import { handsOf, offersOf } from "./pane";

const leg = (id: string, unit_name: string) => ({ id, unit: id, unit_name, ask: null });
const view = (allowed: string[]) => ({ status: "handling", legs: [leg("a1", "甲站"), leg("a2", "乙站"), leg("a3", "丙站")], allowed, result: null, peer_result: null }) as unknown as CaseView;
const keyed = (seen: CaseView, hand: string | null) => offersOf(zh, seen, hand).filter((each) => each.key !== undefined).map((each) => `${each.key} ${each.label}`);

describe("the keys of several units", () => {
  const several = view(["decide_return:a1", "withdraw:a1", "withdraw:a2", "decide_return:a3", "urge"]);

  it("go to one of them at a time, and reach every one", () => {
    expect(handsOf(several)).toEqual(["a1", "a2", "a3"]);
    expect(keyed(several, "a1")).toEqual(expect.arrayContaining(["b 答复退单 甲站", "w 撤回派单 甲站"]));
    expect(keyed(several, "a2")).toEqual(expect.arrayContaining(["b 答复退单 甲站", "w 撤回派单 乙站"]));
    expect(keyed(several, "a3")).toEqual(expect.arrayContaining(["b 答复退单 丙站", "w 撤回派单 甲站"]));
    // What belongs to no unit keeps its key whoever is in hand.
    for (const hand of ["a1", "a2", "a3"]) expect(keyed(several, hand).some((each) => each.startsWith("h "))).toBe(true);
  });

  it("need nobody in hand where one unit alone could be meant", () => {
    expect(handsOf(view(["sign:a1", "report:a2", "urge"]))).toEqual([]);
  });
});
