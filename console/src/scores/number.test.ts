import { describe, expect, it } from "vitest";
import { fromCases, share, short, shown } from "./number";

describe("decimals for the eye", () => {
  it("round half away from zero, digit by digit", () => {
    expect(short("66.666667", 2)).toBe("66.67");
    expect(short("97.445", 2)).toBe("97.45");
    expect(short("-22.222222", 1)).toBe("-22.2");
    expect(short("-0.004", 2)).toBe("0.00");
    expect(short("0.995", 2)).toBe("1.00");
    expect(short("99.5", 0)).toBe("100");
    expect(short("123456789012345678901234567890.125", 2)).toBe("123456789012345678901234567890.13");
    expect(short("12", 2)).toBe("12");
  });

  it("say what they are", () => {
    expect(shown("rate", "94.117647")).toBe("94.12%");
    expect(shown("count", "121")).toBe("121");
    expect(shown("made", "1.423529")).toBe("1.42");
    expect(shown("sum", "50.000000")).toBe("50");
    expect(shown("made", "96.938776", "100 * calls_answered / calls_offered")).toBe("96.94%");
  });

  it("know whether cases are behind them", () => {
    const all = [
      { id: "matters", shape: "count" },
      { id: "unit_actions", shape: "count" },
      { id: "calls_offered", shape: "recorded" },
      { id: "calls_answered", shape: "recorded" },
    ];
    expect(fromCases({ shape: "rate", made: "" }, all)).toBe(true);
    expect(fromCases({ shape: "recorded", made: "" }, all)).toBe(false);
    expect(fromCases({ shape: "made", made: "unit_actions / matters" }, all)).toBe(true);
    expect(fromCases({ shape: "made", made: "100 * calls_answered / calls_offered" }, all)).toBe(false);
  });

  it("draw no bar beyond its box", () => {
    expect(share("82.5", 100)).toBeCloseTo(0.825);
    expect(share("-3", 100)).toBe(0);
    expect(share(null, 100)).toBe(0);
    expect(share("5", 0)).toBe(0);
  });
});
