// What can be done is printed with its key on every page, and the key does it.
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { open, press, raise, type Stage } from "../harness";
import { cache } from "../live/cache";
import { More } from "../parts/more";
import { listen } from "./keymap";

vi.mock("../map/view", () => ({ default: () => null }));

const ANSWERS: Record<string, unknown> = {
  "/api/supervision": { items: [], every: true, may_supervise: true },
  "/api/supervision/findings": { items: [], rates: [], looked_at: 1, cases: 9, came_back: 0, handed_over: 4 },
  "/api/supervision/rules": { name: "督办规则", version: "1", rules: [{ id: "M1", open: "meeting", words: "召开协调会", basis: "", after: "now", answer_within: "2wd", skips: "" }] },
  "/api/notices": { items: [], next: null, unseen: 0 },
};

let stage: Stage;
beforeAll(() => Promise.all([import("../supervision/page"), import("../reach/notices"), import("../reach/roster")]));
beforeEach(() => {
  stage = raise("hotline", "lead");
  const handle = stage.platform.handle.bind(stage.platform);
  stage.platform.handle = (method: string, path: string, ...rest: unknown[]) => ANSWERS[path] ?? handle(method, path, ...rest);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const chosen = () => screen.getAllByRole("button", { pressed: true }).map((each) => each.textContent?.trim());

it("turns supervision's rungs and the states of what was found with one key", async () => {
  open("/supervision");
  await screen.findByRole("toolbar", { name: "梯级" });
  expect(screen.getByRole("toolbar", { name: "梯级" }).querySelector("kbd")?.textContent).toBe("F");
  press("f", "KeyF");
  await waitFor(() => expect(chosen()).toEqual(["催办 0"]));
  press("4", "Digit4", { altKey: true });
  await screen.findByRole("toolbar", { name: "显示" });
  press("f", "KeyF");
  await waitFor(() => expect(chosen()).toEqual(["属实"]));
  press("f", "KeyF");
  await waitFor(() => expect(stage.calls.filter((each) => each.path === "/api/supervision/findings").length).toBeGreaterThan(2));
});

it("says the time for an answer in words, not in the book's letters", async () => {
  open("/supervision/rules");
  await screen.findByText("2 个工作日");
  expect(screen.queryByText("2wd")).toBeNull();
});

it("goes from box to box of the notices by key", async () => {
  open("/notices");
  const second = await screen.findByRole("link", { name: /本单位/ });
  expect(second.querySelector("kbd")?.textContent).toBe("Alt 2");
  press("2", "Digit2", { altKey: true });
  await waitFor(() => expect(screen.getByRole("link", { name: /本单位/ }).getAttribute("aria-current")).toBe("page"));
});

it("shows the reader's own unit first in the roster, with a key on every deed", async () => {
  const unit = (code: string, name: string) => ({ unit: code, name, on_now: [], shifts: [], gaps: [], serves_now: true, unnamed: false });
  const duty = { unit: "urban-management", name: "城管局", keeps: true, people: [], patterns: [], feed: "", sheet: "", sheet_email: "", webhook: "" };
  stage = raise("hotline", "clerk");
  const handle = stage.platform.handle.bind(stage.platform);
  stage.platform.handle = (method: string, path: string, ...rest: unknown[]) =>
    path === "/api/roster" ? { days: [1_795_395_600_000], units: [unit("desk", "话务台"), unit("urban-management", "城管局")], swaps: [], tests: false } : path.startsWith("/api/roster/") ? duty : handle(method, path, ...rest);
  open("/roster");
  expect((await screen.findByRole("heading", { level: 2 })).textContent).toBe("城管局");
  const deeds = await screen.findByRole("toolbar", { name: "城管局" });
  for (const button of deeds.querySelectorAll("button")) expect(button.querySelector("kbd"), button.textContent ?? "").not.toBeNull();
});

it("prints the key of the rest of a list, and hears it", () => {
  const stop = listen();
  const onMore = vi.fn();
  render(<More label="更早的" onMore={onMore} />);
  expect(screen.getByRole("button").querySelector("kbd")?.textContent).toBe("M");
  fireEvent.keyDown(document.body, { key: "m", code: "KeyM" });
  expect(onMore).toHaveBeenCalledOnce();
  stop();
  cache.clear();
});
