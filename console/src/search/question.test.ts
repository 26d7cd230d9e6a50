import { describe, expect, it } from "vitest";
import { addressOf, askOf, conditionsOf, fromAsk, monthDays, monthOf, narrowed, NOTHING, textOf } from "./question";

const of = (text: string) => conditionsOf(new URLSearchParams(text));

describe("the address", () => {
  it("carries conditions there and back, and nothing a caller is known by", () => {
    const text = "/search?state=taken%2Cclosed&unit=urban-management&urgency=urgent&from=2026-11-01&to=2026-11-30&order=newest&danger=true";
    expect(addressOf(of(text.slice(8)))).toBe(text);
    expect(addressOf(of("q=10000000042&phone=1&place=x"))).toBe("/search");
  });

  it("leaves out what is no word of ours", () => {
    expect(of("order=best&urgency=very&from=tomorrow&to=2026-13-40")).toMatchObject({ order: "", urgency: "", from: "", to: "" });
  });
});

describe("the question", () => {
  it("asks in the site's own days and leaves half numbers out", () => {
    const ask = askOf(of("from=2026-11-01&to=2026-11-01&state=taken"), { ...NOTHING, q: " 噪音 ", phone: "004", number: "1000-42" });
    expect(ask).toEqual({ q: "噪音", number: "1000-42", state: ["taken"], from: Date.parse("2026-10-31T16:00:00Z"), to: Date.parse("2026-11-01T16:00:00Z") });
  });

  it("comes back from where it was saved", () => {
    const conditions = of("desk=police&from=2026-11-01&to=2026-11-30&order=oldest");
    const personal = { ...NOTHING, q: "噪音" };
    expect(fromAsk(askOf(conditions, personal))).toEqual({ conditions, personal });
  });

  it("is the same question with everything left out filled in", () => {
    const full = { q: "噪音", number: "", phone: "", place: "", state: [], desk: [], matter: [], unit: [], channel: [], urgency: "", danger: null, from: null, to: null, order: "" };
    expect(textOf(full)).toBe(textOf({ q: "噪音" }));
  });

  it("knows a month by its days", () => {
    expect(monthDays("2024-02")).toEqual({ from: "2024-02-01", to: "2024-02-29" });
    expect(monthOf({ from: "2026-11-01", to: "2026-11-30" })).toBe("2026-11");
    expect(monthOf({ from: "2026-11-01", to: "2026-11-29" })).toBe("");
    expect(monthOf({ from: "", to: "" })).toBe("");
  });

  it("is narrowed by conditions, not by their order", () => {
    expect(narrowed(of("order=newest"))).toBe(false);
    expect(narrowed(of("danger=true"))).toBe(true);
  });
});
