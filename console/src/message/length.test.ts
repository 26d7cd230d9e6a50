import { describe, expect, it } from "vitest";
import { clock, partsOf } from "./length";

describe("the length of a message", () => {
  it("is the telephone's", () => {
    // The same figures as the platform's own test has.
    for (const [words, parts] of [[0, 0], [1, 1], [70, 1], [71, 2], [134, 2], [135, 3]] as const) expect(partsOf("水".repeat(words)), String(words)).toBe(parts);
    for (const [words, parts] of [[160, 1], [161, 2], [306, 2], [307, 3]] as const) expect(partsOf("a".repeat(words)), String(words)).toBe(parts);
    expect(partsOf("a@b")).toBe(1);
    expect(partsOf(`${"a".repeat(80)}@`)).toBe(2);
  });

  it("cuts no character of two units", () => {
    expect(partsOf(`${"水".repeat(66)}😀${"水".repeat(66)}`)).toBe(3);
    expect(partsOf(`${"水".repeat(65)}😀${"水".repeat(67)}`)).toBe(2);
  });

  it("is told in minutes and seconds", () => {
    expect(clock(180_000)).toBe("03:00");
    expect(clock(-61_000)).toBe("01:01");
    expect(clock(3_661_000)).toBe("1:01:01");
  });
});
