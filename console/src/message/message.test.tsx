// Messages with citizens: the strip on the desk, the queue, the answer with its length, what is refused.
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { open, press, raise, type Stage } from "../harness";
import { cache } from "../live/cache";

vi.mock("../map/view", () => ({ default: () => null }));

let stage: Stage;
const one = (over = {}) => ({ message: "m1", inbound: true, case: "c1", no: "W1", number: "10000000042", text: "望江路18号路灯坏了", parts: 1, at: Date.now() - 60_000, name: "", state: "waiting", due: Date.now() + 120_000, done_at: null, outcome: "", may_answer: true, ...over });

function waiting(list: object[], more = {}) {
  const of = Object.fromEntries(list.map((each) => [(each as { case: string }).case, [each]]));
  stage.platform.messages = { waiting: list, of, write: () => [], aside: () => [], ...more };
}
function aCase(): string {
  return stage.platform.take({ narrative: "望江路18号路灯坏了", channel: "sms", caller_number: "10000000042", place: "" }).id as string;
}

beforeAll(() => Promise.all([import("./strip"), import("./page"), import("./conversation")]));
beforeEach(() => {
  stage = raise();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("messages on the desk", () => {
  it("are not there where none waits", async () => {
    open("/desk");
    await screen.findByLabelText("什么事");
    await waitFor(() => expect(stage.asked("GET", "/api/messages").length).toBeGreaterThan(0));
    expect(screen.queryByText(/待答复短信/)).toBeNull();
  });

  it("show how many wait and how long the first still has, one key away", async () => {
    const id = aCase();
    waiting([one({ case: id }), one({ message: "m2", case: id, due: Date.now() - 5000, state: "late" })]);
    open("/desk");
    await screen.findByText("待答复短信 2 条");
    expect(screen.getByText(/剩 0[12]:\d\d/)).toBeTruthy();
    press("Q", "KeyQ", { altKey: true, shiftKey: true });
    await screen.findByRole("heading", { name: "短信" });
    expect(location.pathname).toBe("/messages");
    // Late is a word and a shape, not a colour alone.
    expect((await screen.findAllByText(/超时 00:\d\d/)).length).toBeGreaterThan(0);
  });
});

describe("the queue of messages", () => {
  it("teaches when it is empty and says when nothing can be sent", async () => {
    waiting([], { sends: false });
    open("/messages");
    expect((await screen.findAllByText(/没有待答复的短信/)).length).toBeGreaterThan(0);
    expect(screen.getByText(/还没有接通短信网关/)).toBeTruthy();
  });

  it("is answered with the length in messages shown, once for the same words", async () => {
    const id = aCase();
    waiting([one({ case: id })]);
    open("/messages");
    const box = await screen.findByLabelText(/回复短信/);
    fireEvent.change(box, { target: { value: "已派单".repeat(30) } });
    expect(screen.getByText("90 字，按 2 条计费发送")).toBeTruthy();
    fireEvent.change(box, { target: { value: "已派单，今天修复。" } });
    expect(screen.getByText("9 字，1 条")).toBeTruthy();
    fireEvent.keyDown(box, { key: "Enter", code: "Enter", ctrlKey: true });
    await waitFor(() => expect(stage.asked("POST", `/api/cases/${id}/messages`).map((each) => each.body)).toEqual([{ text: "已派单，今天修复。" }]));
    await waitFor(() => expect((box as HTMLTextAreaElement).value).toBe(""));
    // It waits no more, and stays in front: what becomes of the answer is seen here.
    waiting([], { of: { [id]: [one({ case: id, due: null, state: "answered" }), one({ message: "m2", case: id, inbound: false, text: "已派单，今天修复。", due: null, state: "arrived" })] } });
    cache.touch((key) => key.startsWith("messages:"));
    await screen.findByText("已送达");
  });

  it("says in a sentence why words were not taken, and keeps them", async () => {
    const id = aCase();
    waiting([one({ case: id })], {
      write: () => {
        throw { problem: { type: "invalid", status: 422, title: "x", errors: [{ field: "text", key: "no_gateway", detail: "x" }] } };
      },
    });
    open("/messages");
    const box = await screen.findByLabelText(/回复短信/);
    fireEvent.change(box, { target: { value: "收到" } });
    fireEvent.click(screen.getByRole("button", { name: /发送/ }));
    await screen.findByText(/没有接通短信网关，发不出去/);
    expect((box as HTMLTextAreaElement).value).toBe("收到");
  });

  it("sets one aside with a reason", async () => {
    const id = aCase();
    waiting([one({ case: id })]);
    open("/messages");
    await screen.findByLabelText(/回复短信/);
    press("N", "KeyN", { altKey: true, shiftKey: true });
    const why = await screen.findByLabelText(/为什么无需短信答复/);
    fireEvent.change(why, { target: { value: "已电话答复" } });
    fireEvent.submit(why.closest("form")!);
    await waitFor(() => expect(stage.asked("POST", "/api/messages/m1/aside").map((each) => each.body)).toEqual([{ reason: "已电话答复" }]));
  });
});

describe("the case page", () => {
  it("shows what was written and what became of it", async () => {
    const id = aCase();
    stage.platform.find(id).channel = "sms";
    waiting([], { of: { [id]: [one({ case: id, due: null, state: "answered" }), one({ message: "m2", case: id, inbound: false, text: "已派单", due: null, state: "failed", outcome: "UNDELIV", name: "接警员甲" })] } });
    open(`/cases/${id}`);
    await screen.findByText("已派单");
    expect(screen.getByText(/未送达 · 无法送达/)).toBeTruthy();
    // The words are not lost: they stand in the box again.
    fireEvent.click(screen.getByRole("button", { name: "再发一次" }));
    expect((screen.getByLabelText(/回复短信/) as HTMLTextAreaElement).value).toBe("已派单");
  });
});
