import { describe, expect, it } from "vitest";
import type { CaseView, Leg, TimelineItem } from "../api/types";
import { zh } from "../words/zh";
import { extensionWords, ownLeg, redoReason, triesOf } from "./strip";

const item = (kind: string, body: Record<string, unknown>, side = "own") => ({ kind, side, at: 1, actor_name: "甲", body }) as unknown as TimelineItem;
const leg = (over: Partial<Leg>) => ({ id: "a1", unit: "u", state: "signed", ask: null, extensions: 0, binding: false, solved: null, ...over }) as Leg;

describe("a unit's own part", () => {
  it("lists every try of its own assignment, the latest first", () => {
    const items = [
      item("caller_contacted", { leg: "a1", reached: false, note: "没接" }),
      item("caller_contacted", { leg: "a2", reached: true, note: "别的单位" }),
      item("caller_contacted", { leg: "a1", reached: true, note: "接了" }),
      item("caller_contacted", { leg: "a1", reached: true, note: "对端" }, "peer"),
    ];
    expect(triesOf(items, "a1").map((each) => [each.reached, each.note])).toEqual([[true, "接了"], [false, "没接"]]);
  });
  it("is the assignment that is open, else the last", () => {
    const view = { legs: [leg({ id: "a1", state: "returned" }), leg({ id: "a2" }), leg({ id: "a3", unit: "other" })] } as CaseView;
    expect(ownLeg(view, "u")?.id).toBe("a2");
    expect(ownLeg({ legs: [leg({ id: "a1", state: "returned" }), leg({ id: "a2", state: "done" })] } as CaseView, "u")?.id).toBe("a2");
    expect(ownLeg(view, "nobody")).toBeUndefined();
  });
  it("says why it has to be done again only while it has to", () => {
    const items = [item("redo_ordered", { leg: "a1", reason: "照片不符" })];
    expect(redoReason(items, leg({ solved: "solved" }))).toBe("照片不符");
    expect(redoReason(items, leg({ solved: "solved", state: "done" }))).toBeNull();
    expect(redoReason(items, leg({}))).toBeNull();
  });
  it("says until when more time can be asked, and why not", () => {
    const due = 10_000_000;
    const view = (allowed: string[]) => ({ allowed, deadlines: [{ leg: "a1", stage: "result", due, state: "running" }] }) as unknown as CaseView;
    expect(extensionWords(zh, view(["ask_extension:a1"]), leg({}), 0)).toMatch(/^可在 .+ 前申请延期$/);
    expect(extensionWords(zh, view([]), leg({ extensions: 1 }), 0)).toBe("延期已用过");
    expect(extensionWords(zh, view([]), leg({}), due + 1)).toContain("不能再申请延期");
    expect(extensionWords(zh, view([]), leg({ ask: { ask: "extension", by: "2d", reason: "", at: 0 } }), 0)).toContain("等指挥台答复");
  });
});
