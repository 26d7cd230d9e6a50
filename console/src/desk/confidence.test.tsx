// What the desk says of how sure a suggestion is.
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Confidence, Suggestion } from "../api/types";
import { Doubtful, othersOf, Sureness } from "./confidence";

const likely = (matter: string, percent: number) => ({ matter, name: `事项${matter}`, desk: "hotline" as const, lead: "u", lead_name: "某局", percent });

function said(confidence: Partial<Confidence>, more: Partial<Suggestion> = {}): Suggestion {
  const full: Confidence = { zone: "offer", rows: [], agree: null, fragments: [], before: [], model: "m", ...confidence };
  return { matter: "A", mode: "push", unowned: false, alternatives: [], confidence: full, ...more } as unknown as Suggestion;
}

afterEach(cleanup);

describe("how sure", () => {
  it("says the share in words, the words that spoke and where cases like it went", () => {
    const before = [{ id: "c1", matter_name: "施工噪声", lead_name: "某局", percent: 62 }];
    render(<Sureness suggestion={said({ zone: "prefill", rows: [likely("A", 93)], agree: true, fragments: [{ words: "打桩", start: 2, end: 4, percent: 40 }], before })} />);
    const group = screen.getByRole("group", { name: "把握" });
    expect(group.textContent).toContain("有把握93%");
    expect(group.querySelector("mark")?.textContent).toBe("打桩");
    expect(screen.getByRole("link", { name: /施工噪声 → 某局/ }).getAttribute("href")).toContain("c1");
  });

  it("does not look sure where it is not, and names what earlier cases say instead", () => {
    render(<Sureness suggestion={said({ zone: "ask", rows: [likely("A", 30), likely("B", 20)], agree: false })} />);
    const group = screen.getByRole("group", { name: "把握" });
    expect(group.textContent).toContain("没有把握");
    expect(group.textContent).toContain("请再问一两句");
    expect(group.textContent).toContain("以往办理更像「事项B」");
  });

  it("says nothing before there is a model, and for a call that needs no order", () => {
    render(<Sureness suggestion={said({ zone: "" })} />);
    render(<Sureness suggestion={said({ rows: [likely("A", 93)] }, { mode: "answer" })} />);
    expect(screen.queryByRole("group")).toBeNull();
  });
});

describe("the short list", () => {
  it("puts what is likeliest first, each row once and never the one suggested", () => {
    const fired = { ...likely("C", 0), score: 12 };
    const again = { ...likely("B", 0), score: 9 };
    const others = othersOf(said({ rows: [likely("A", 60), likely("B", 30)] }, { alternatives: [fired, again] }));
    expect(others.map((each) => each.matter)).toEqual(["B", "C"]);
  });

  it("is there when no row of the list fits", () => {
    const others = othersOf(said({ rows: [likely("B", 55), likely("C", 20)] }, { matter: null, unowned: true }));
    expect(others.map((each) => each.matter)).toEqual(["B", "C"]);
  });
});

describe("the desk and the doubt", () => {
  it("says whose it is, how sure that is, and when to check", () => {
    render(<Sureness suggestion={said({ rows: [likely("A", 60)], desk: { desk: "police", percent: 71, sure: false } })} />);
    const group = screen.getByRole("group", { name: "把握" });
    expect(group.textContent).toContain("71%");
    expect(group.textContent).toContain("拿不准");
    cleanup();
    render(<Sureness suggestion={said({ rows: [likely("A", 60)], desk: { desk: "hotline", percent: 97, sure: true } })} />);
    expect(screen.getByRole("group", { name: "把握" }).textContent).not.toContain("拿不准");
  });

  it("asks about danger that was not raised, with the caller's words", () => {
    const ask = { kind: "gas", name: "疑似燃气泄漏", percent: 14, words: "头有点晕", start: 0, end: 4 };
    render(<Doubtful suggestion={said({}, { ask })} />);
    expect(screen.getByRole("status").textContent).toContain("疑似燃气泄漏，请追问有无危险「头有点晕」");
    cleanup();
    render(<Doubtful suggestion={said({}, { ask: null })} />);
    expect(screen.queryByRole("status")).toBeNull();
  });
});
