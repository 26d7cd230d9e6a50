import { describe, expect, it } from "vitest";
import type { Suggestion } from "../api/types";
import { marksFor, standing, unitsOf } from "./suggest";

const danger = { kind: "weapon", name: "持械", rule: "D1", words: "刀", start: 3, end: 4, advice: "x" };

describe("offsets", () => {
  it("count code points as the server does, also beyond the first plane", () => {
    const text = "𠮷他拿着刀😀跑";
    const [start, end] = unitsOf(text, 4, 5);
    expect(text.slice(start, end)).toBe("刀");
    const [a, b] = unitsOf(text, 5, 6);
    expect(text.slice(a, b)).toBe("😀");
    expect(unitsOf("ab", 2, 2)).toEqual([2, 2]);
    expect(unitsOf("ab", 0, 9)).toEqual([0, 2]);
  });
});

describe("marks", () => {
  const suggestion = {
    danger: [danger],
    evidence: [
      { rule: "H1", version: "1", words: "拿着刀", start: 1, end: 4 },
      { rule: "H1", version: "1", words: "他", start: 0, end: 1 },
    ],
  } as unknown as Suggestion;

  it("let danger win over evidence and stand in order", () => {
    expect(marksFor("他拿着刀", "他拿着刀", suggestion)).toEqual([
      { start: 0, end: 1, danger: false },
      { start: 3, end: 4, danger: true },
    ]);
  });

  it("are not shown over words they are not about", () => {
    expect(marksFor("他拿着刀跑", "他拿着刀", suggestion)).toEqual([]);
  });
});

describe("danger", () => {
  it("stands until its own rule is dismissed", () => {
    expect(standing([danger], [{ rule: "D2" }])).toHaveLength(1);
    expect(standing([danger], [{ rule: "D1" }])).toHaveLength(0);
  });
});
