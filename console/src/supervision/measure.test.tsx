// What is read of supervision beside its lists: a measure's paper by key, and a finding's evidence in the unit's words.
import { cleanup, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { open, press, raise, type Stage } from "../harness";

vi.mock("../map/view", () => ({ default: () => null }));

const BRIEF = {
  id: "m1", no: "YT-2026-00025", version: 1, rung: "interview", state: "issued", unit: "urban", unit_name: "综合执法局", case: null, case_no: "", matter_name: "", cases: 0, rule: "I2", opened_at: 1, due: null, overdue: false,
  ended_at: null, mine: false,
};
const MEASURE = {
  ...BRIEF, asks: "请说明原因", source: "督办规则 2026-1", words: "三十日内被发督办单三次的，约谈单位负责人。", skipped: "", trigger: { gathered: { rung: "order", times: 3, within: "30d" } }, from: null, from_no: "", answer_within: "3d",
  answer: "", decision: "", sent_back: 0, held_at: null, present: "", minutes: "", tasks: [], effect: "", cases: [], history: [], allowed: [],
};
const FINDING = {
  id: "f1", detector: "passing_the_buck", unit: "urban", unit_name: "综合执法局", case: "c1", case_no: "12345-20261120-100011", state: "open", found_at: 1, decided_at: null, decided_by: "", reason: "", count: 2, of: 3, peers_count: null, peers_of: null,
  proofs: [
    { case: "c1", no: "12345-20261120-100011", unit_name: "综合执法局", at: 1_795_000_000_000, words: "不属本单位职责" },
    { case: "c1", no: "12345-20261120-100011", unit_name: "住建局", at: 1_795_100_000_000, words: "建议改派" },
  ],
};
const ANSWERS: Record<string, unknown> = {
  "/api/supervision": { items: [BRIEF], every: true, may_supervise: true },
  "/api/supervision/measures/m1": MEASURE,
  "/api/supervision/findings": { items: [FINDING], rates: [], looked_at: 1, cases: 9, came_back: 0, handed_over: 4 },
};

let stage: Stage;
beforeAll(() => import("./page"));
beforeEach(() => {
  stage = raise("hotline", "lead");
  const handle = stage.platform.handle.bind(stage.platform);
  stage.platform.handle = (method: string, path: string, ...rest: unknown[]) => ANSWERS[path] ?? handle(method, path, ...rest);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("asks for the measure's own paper by the key that is printed", async () => {
  const tab = { location: { replace: vi.fn() }, close: vi.fn() };
  vi.stubGlobal("open", vi.fn(() => tab));
  open("/supervision");
  const paper = await screen.findByRole("button", { name: /公文 PDF/ });
  expect(paper.querySelector("kbd")?.textContent).toBe("Shift+F9");
  expect(screen.getByText("30 天内督办单 3 次")).toBeTruthy();
  press("F9", "F9", { shiftKey: true });
  await waitFor(() => expect(stage.calls.some((each) => each.path === "/api/supervision/measures/m1/document")).toBe(true));
});

it("shows what each unit wrote when it gave the case back", async () => {
  open("/supervision/findings");
  expect(await screen.findByText("不属本单位职责")).toBeTruthy();
  expect(screen.getByText("建议改派")).toBeTruthy();
  // Another unit's return is named as that unit's.
  expect(screen.getByText("住建局")).toBeTruthy();
});
