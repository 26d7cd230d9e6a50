import { expect, it } from "vitest";
import type { CaseView } from "../api/types";
import { zh } from "../words/zh";
import { sentenceFor } from "./sentence";

const now = Date.UTC(2026, 10, 22, 4, 0, 0);
const due = now + 2 * 3_600_000;
const leg = (id: string, unit: string, unit_name: string) => ({ id, unit, unit_name });
const clock = (leg: string, stage: string, at = due) => ({ leg, stage, due: at, state: "running" });

function said(holder: string, deadlines: unknown[]): string {
  const view = {
    holder: { side: "own", unit: holder, unit_name: holder === "desk" ? "接警台" : "甲局" }, held_since: now, closed_at: null, status: "handling",
    next_due: { stage: "sign", due, amber_at: due }, legs: [leg("a1", "a", "甲局"), leg("a2", "b", "乙局")], deadlines, hand_overs: [],
  } as unknown as CaseView;
  return sentenceFor(zh, view, (link) => link, now).due;
}

it("names the unit whose limit comes next where another answers for the case", () => {
  expect(said("a", [clock("a2", "sign"), clock("a1", "result", due + 1)])).toBe("乙局 签收限 14:00（还有 2 小时）");
});

it("names nobody where the limit is the holder's, or the desk still answers", () => {
  expect(said("a", [clock("a1", "sign"), clock("a2", "sign")])).toBe("签收限 14:00（还有 2 小时）");
  expect(said("desk", [clock("a2", "sign")])).toBe("签收限 14:00（还有 2 小时）");
});
