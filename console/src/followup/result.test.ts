import { describe, expect, it } from "vitest";
import { enFollowUp } from "../words/en-followup";
import { zhFollowUp } from "../words/zh-followup";
import { bad, CAUSES, commandOf, EMPTY, momentOf, ready, thenOf, type Filled } from "./result";

const subjective = ["poor_work", "half_done"];
const said: Filled = { ...EMPTY, reached: "yes", solved: "unsolved", why_solved: "policy", desk: "5", unit: "1", why_unit: "poor_work", note: " 只修了一半 " };

describe("what came of a call", () => {
  it("keeps four results apart, each with its reason", () => {
    expect(ready(said, true)).toBe(true);
    expect(commandOf(said, subjective, true)).toEqual({
      command: "follow_up", reached: true, note: "只修了一半", solved: "unsolved", satisfied_desk: 5, satisfied_unit: 1,
      reasons: { solved: "policy", unit: "poor_work" }, then: "redo",
    });
  });

  it("has it done again for a reason that lies with the unit, unless somebody chooses otherwise", () => {
    expect(thenOf(said, subjective, true)).toBe("redo");
    expect(thenOf(said, subjective, false)).toBe("none");
    expect(thenOf({ ...said, why_unit: "slow" }, subjective, true)).toBe("none");
    expect(thenOf({ ...said, then: "reopen" }, subjective, true)).toBe("reopen");
    const good: Filled = { ...said, solved: "solved", unit: "4" };
    expect([bad(good), thenOf({ ...good, then: "redo" }, subjective, true)]).toEqual([false, ""]);
    expect(commandOf({ ...good, then: "redo" }, subjective, true)).not.toHaveProperty("then");
  });

  it("says nothing for who was not reached, and books the caller's time", () => {
    const later: Filled = { ...said, reached: "no", why_reached: "later", booked_at: "2026-11-24T15:30" };
    expect(momentOf("2026-11-24T15:30")).toBe(Date.UTC(2026, 10, 24, 7, 30));
    expect(commandOf(later, subjective, true)).toEqual({ command: "follow_up", reached: false, note: "只修了一半", reasons: { reached: "later" }, booked_at: Date.UTC(2026, 10, 24, 7, 30) });
    expect(ready({ ...later, booked_at: "" }, true)).toBe(false);
  });

  it("is not ready while a bad mark has no reason", () => {
    for (const gap of [{ why_unit: "" }, { why_solved: "" }, { note: " " }, { desk: "" }, { unit: "" }]) expect(ready({ ...said, ...gap }, true)).toBe(false);
    expect(ready({ ...said, unit: "", why_unit: "" }, false)).toBe(true);
  });

  it("is said alike in both languages", () => {
    const keys = (value: unknown, path = ""): string[] => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, each]) => keys(each, `${path}.${key}`)) : [path]);
    expect(keys(enFollowUp).sort()).toEqual(keys(zhFollowUp).sort());
    expect(JSON.stringify(enFollowUp)).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it("has a word for every reason in both languages", () => {
    for (const words of [zhFollowUp, enFollowUp]) for (const cause of Object.values(CAUSES).flat()) expect(words.cause[cause], cause).toBeTruthy();
  });
});
