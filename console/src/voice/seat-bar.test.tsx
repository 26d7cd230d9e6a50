// The seat's phone on the desk: nothing of it without lines; with a call, the number before the answer and a key for each deed.
import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { open, press, raise, type, type Stage } from "../harness";
import { cache } from "../live/cache";

vi.mock("../map/view", () => ({ default: () => null }));

let stage: Stage;
const CALL = "0192a000-0000-7000-8000-000000000001";
const seat = (state: string, over = {}) => ({ account: "op", name: "接警员甲", state, reason: null, since: Date.now(), until: null, next: null, phone: true, skills: [], backup: false, call: CALL, ...over });
const call = (doing: string, over = {}) => ({ call: CALL, inbound: true, number: "10000000042", called: "110", class: "emergency", call_back: null, doing, with: null, with_up: false, began: Date.now() - 4000, answered: null, operator: null, ringing: ["op"], supervisors: [], muted: false, paused: false, undecided: false, case: null, case_no: null, caller: "", pick: null, ...over });
const partners = [
  { name: "hotline", number: "12345", platform: true, up: true },
  { name: "ambulance", number: "120", platform: false, up: true },
];
const deskOf = (over = {}) => ({ on: true, seat: seat("ready", { call: null }), call: null, waiting: 0, partners, call_backs: [], phone: true, browser_phone: false, outward: true, ...over });

function lines(desk: object, ask: (body: Record<string, unknown>) => object = () => deskOf()) {
  stage.platform.voice = { desk, ask, bound: [], floor: null, records: [] };
}
const asked = () => stage.asked("PUT", "/api/calls/desk").map((each) => each.body);

beforeAll(() => import("./seat-bar"));
beforeEach(() => {
  stage = raise();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the seat's phone", () => {
  it("is not there where there are no lines", async () => {
    open("/desk");
    await screen.findByLabelText("什么事");
    await waitFor(() => expect(stage.asked("GET", "/api/calls/desk").length).toBeGreaterThan(0));
    expect(screen.queryByLabelText("座席")).toBeNull();
  });

  it("shows who rings before the answer, opens the contact and answers with one key", async () => {
    lines(deskOf({ seat: seat("ringing"), call: call("ringing") }), () => deskOf({ seat: seat("talking"), call: call("talking", { operator: "op", answered: Date.now() }) }));
    open("/desk");
    await screen.findByText("10000000042");
    expect((await screen.findAllByText(/首次来电/)).length).toBeGreaterThan(0);
    expect((screen.getByLabelText("主叫号码") as HTMLInputElement).value).toBe("10000000042");
    press("v", "KeyV", { altKey: true });
    await waitFor(() => expect(asked()).toEqual([{ ask: "answer", call: CALL }]));
    // Talking now: the other platform is one key away, and carries the partner's name.
    await screen.findByText(/一键转 12345/);
    press("i", "KeyI", { altKey: true });
    await waitFor(() => expect(asked().at(-1)).toEqual({ ask: "transfer", call: CALL, to: { to: "partner", name: "hotline" } }));
  });

  it("offers the decision of a consult call and says why something was refused", async () => {
    lines(deskOf({ seat: seat("talking"), call: call("conference", { with: { to: "partner", name: "hotline" }, with_up: true, undecided: true, operator: "op" }) }), () => {
      throw { problem: { type: "invalid", status: 422, title: "x", errors: [{ field: "ask", key: "not_now", detail: "x" }] } };
    });
    open("/desk");
    fireEvent.click(await screen.findByText(/双方各办/));
    await waitFor(() => expect(asked()).toEqual([{ ask: "decide", call: CALL, agreed: "both" }]));
    await screen.findByText(/通话状态已变/);
  });

  it("lists call-backs and makes one", async () => {
    const back = { call: "c2", number: "10000000077", reason: "abandoned", class: "normal", since: Date.now(), due: Date.now(), attempts: 0, trying: false };
    lines(deskOf({ call_backs: [back] }));
    open("/desk");
    fireEvent.click(await screen.findByText("回拨"));
    await waitFor(() => expect(asked()).toEqual([{ ask: "dial", to: { to: "number", name: "10000000077" }, call_back: "c2" }]));
  });

  it("leaves whoever writes to it while it rings, and takes the untouched draft away with a call that went", async () => {
    lines(deskOf());
    open("/desk");
    const words = (await screen.findByLabelText("什么事")) as HTMLTextAreaElement;
    type(words, "正在写的另一件事");
    stage.platform.voice.desk = deskOf({ seat: seat("ringing"), call: call("ringing") });
    act(() => cache.touch((key) => key === "voice:desk"));
    await screen.findByText("10000000042");
    expect((screen.getByLabelText("什么事") as HTMLTextAreaElement).value).toBe("正在写的另一件事");
    await waitFor(() => expect(document.querySelectorAll(".tab")).toHaveLength(2));
    stage.platform.voice.desk = deskOf();
    act(() => cache.touch((key) => key === "voice:desk"));
    await waitFor(() => expect(document.querySelectorAll(".tab")).toHaveLength(1));
  });

  it("brings a colleague in, and leaves only the way out to whom was asked", async () => {
    lines(deskOf({ seat: seat("talking"), call: call("talking", { operator: "op" }) }));
    stage.platform.voice.colleagues = [{ account: "b", name: "接警员丙", free: true }, { account: "c", name: "接警员丁", free: false }];
    open("/desk");
    fireEvent.click(await screen.findByText(/找人…/));
    fireEvent.click(await screen.findByRole("button", { name: "协商 接警员丙" }));
    await waitFor(() => expect(asked()).toEqual([{ ask: "consult", call: CALL, to: { to: "seat", name: "b" } }]));
    stage.platform.voice.desk = deskOf({ seat: seat("talking"), call: call("consulting", { operator: "somebody-else", with: { to: "seat", name: "op" }, with_up: true }) });
    act(() => cache.touch((key) => key === "voice:desk"));
    await screen.findByText(/协商中/);
    expect(screen.queryByText(/交给对方/)).toBeNull();
    expect(screen.getByText(/挂断/)).toBeTruthy();
  });

  it("rings on every page of whoever is signed on, and answering leads to the desk", async () => {
    lines(deskOf({ seat: seat("ringing"), call: call("ringing") }), () => deskOf({ seat: seat("talking"), call: call("talking", { operator: "op" }) }));
    open("/cases");
    await screen.findByText("10000000042");
    press("v", "KeyV", { altKey: true });
    await waitFor(() => expect(location.pathname).toBe("/desk"));
  });
});
