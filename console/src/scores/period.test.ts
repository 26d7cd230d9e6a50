import { describe, expect, it } from "vitest";
import { previous, upTo } from "./period";

describe("the period before", () => {
  it.each([
    ["2026-11", "2026-10"],
    ["2026-01", "2025-12"],
    ["2026-Q1", "2025-Q4"],
    ["2026-Q4", "2026-Q3"],
    ["2026", "2025"],
    ["2026-W48", "2026-W47"],
    ["2026-W01", "2025-W52"],
    // 2026 has 53 weeks.
    ["2027-W01", "2026-W53"],
  ])("%s follows %s", (period, before) => expect(previous(period)).toBe(before));

  it("is none for a range", () => expect(previous("2026-09-01..2026-11-30")).toBeNull());
});

it("counts back to so many", () => {
  expect(upTo("2026-02", 4)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  expect(upTo("2026-09-01..2026-11-30", 4)).toHaveLength(1);
});
