import { describe, expect, it } from "vitest";
import { countdown, exact, hhmm, MINUTE, short, span } from "./format";

const noon = Date.UTC(2026, 10, 22, 4, 0, 0);

describe("times", () => {
  it("are China's, whatever the machine's zone", () => {
    expect(hhmm(noon)).toBe("12:00");
    expect(exact(noon + 1500)).toBe("2026-11-22 12:00:01");
    expect(short(noon - 86_400_000, noon)).toBe("11-21 12:00");
    expect(hhmm(Date.UTC(2026, 10, 22, 16, 0, 0))).toBe("00:00");
  });

  it("are told in the largest unit that says something", () => {
    expect(span(59_999)).toEqual({ value: 59, unit: "second" });
    expect(span(-3 * MINUTE)).toEqual({ value: 3, unit: "minute" });
    expect(span(47 * 3_600_000)).toEqual({ value: 47, unit: "hour" });
    expect(span(48 * 3_600_000)).toEqual({ value: 2, unit: "day" });
  });
});

describe("countdown", () => {
  const cases: [number, string, string, boolean][] = [
    [2 * 3_600_000, "2:00", "hours", false],
    [59 * MINUTE + 1, "1:00", "hours", false],
    [59 * MINUTE, "59", "minutes", false],
    [5 * MINUTE + 1, "6", "minutes", false],
    [5 * MINUTE, "05:00", "seconds", false],
    [61_000, "01:01", "seconds", false],
    [1, "00:01", "seconds", false],
    [0, "00:00", "seconds", false],
    [-1, "0", "minutes", true],
    [-61 * MINUTE, "1:01", "hours", true],
    [3 * 86_400_000, "3", "days", false],
  ];
  it.each(cases)("%i ms left reads %s", (left, text, form, over) => {
    expect(countdown(noon + left, noon)).toEqual({ over, text, form });
  });
});
