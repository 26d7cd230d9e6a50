import { describe, expect, it } from "vitest";
import { Problem } from "../api/http";
import { MemoryShelf, Queue, UNDO_MS, type Act, type NewAct, type Ports, type Shelf } from "./queue";

const act = (what: Act["what"], on = "c1"): NewAct => ({ case: on, no: on, leg: "a1", what, body: JSON.stringify({ command: what, leg: "a1" }), photo: null, name: "" });

/** A device with a clock and timers set by hand. */
class Device {
  now = 1_000_000;
  shelf: Shelf = new MemoryShelf();
  sent: Act[] = [];
  answer: (act: Act) => Problem | null = () => null;
  timers: { at: number; run: () => void }[] = [];
  keys = 0;
  busyElsewhere = false;

  open(account = "p.one"): Queue {
    const ports: Ports = {
      shelf: this.shelf,
      send: (each) => {
        this.sent.push(each);
        const problem = this.answer(each);
        return problem === null ? Promise.resolve() : Promise.reject(problem);
      },
      now: () => this.now,
      later: (ms, run) => {
        const timer = { at: this.now + ms, run };
        this.timers.push(timer);
        return () => (this.timers = this.timers.filter((each) => each !== timer));
      },
      newKey: () => `k${(this.keys += 1)}`,
      alone: async (work) => {
        if (this.busyElsewhere) return false;
        await work();
        return true;
      },
    };
    return new Queue(account, ports);
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await this.settle();
      const next = this.timers.filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.now = Math.max(this.now, next.at);
      this.timers = this.timers.filter((each) => each !== next);
      next.run();
    }
    this.now = until;
    await this.settle();
  }

  get whats(): string[] {
    return this.sent.map((each) => each.what);
  }
}

describe("what is pressed in the field", () => {
  it("is sent in order, each under a key of its own, after the time to take it back", async () => {
    const device = new Device();
    const queue = device.open();
    await queue.start();
    await queue.press([act("sign")]);
    await queue.press([act("depart")]);
    await device.settle();
    expect(device.sent).toEqual([]);
    await device.pass(UNDO_MS);
    expect(device.whats).toEqual(["sign", "depart"]);
    expect(new Set(device.sent.map((each) => each.key)).size).toBe(2);
    expect(queue.snapshot().acts).toEqual([]);
    expect(await device.shelf.all()).toEqual([]);
  });

  it("can be taken back before it is sent", async () => {
    const device = new Device();
    const queue = device.open();
    await queue.start();
    await queue.press([act("arrive")]);
    const n = queue.snapshot().acts[0]?.n ?? 0;
    expect(await queue.remove(n)).toBe(true);
    await device.pass(UNDO_MS * 2);
    expect(device.sent).toEqual([]);
    expect(await device.shelf.all()).toEqual([]);
  });

  it("waits without a connection, says so, and goes out later in order under the same keys and words", async () => {
    const device = new Device();
    const queue = device.open();
    await queue.start();
    device.answer = () => new Problem("unreachable", 0);
    await queue.press([act("sign")]);
    await queue.press([act("depart")]);
    await queue.press([act("report")]);
    await device.pass(120_000);
    expect(queue.snapshot().reach).toBe("away");
    expect(queue.snapshot().acts.map((each) => each.what)).toEqual(["sign", "depart", "report"]);
    expect(new Set(device.whats)).toEqual(new Set(["sign"]));
    expect(device.sent.length).toBeLessThan(12);
    const [first] = device.sent;
    device.sent = [];
    device.answer = () => null;
    queue.hurry();
    await device.settle();
    expect(device.whats).toEqual(["sign", "depart", "report"]);
    expect(device.sent[0]).toMatchObject({ key: first?.key, body: first?.body, pressed: first?.pressed });
    expect(queue.snapshot().reach).toBe("well");
  });

  it("survives a closed page", async () => {
    const device = new Device();
    device.answer = () => new Problem("unreachable", 0);
    const before = device.open();
    await before.start();
    await before.press([act("sign"), act("depart")]);
    await device.pass(UNDO_MS);
    before.stop();
    device.timers = [];
    const keys = (await device.shelf.all()).map((each) => each.key);
    device.answer = () => null;
    device.sent = [];
    const after = device.open();
    await after.start();
    await device.pass(UNDO_MS);
    expect(device.sent.map((each) => each.key)).toEqual(keys);
    await after.press([act("arrive")]);
    await device.pass(UNDO_MS);
    expect(device.whats).toEqual(["sign", "depart", "arrive"]);
  });

  it("keeps what was refused with its reason, and judges the rest on its own", async () => {
    const device = new Device();
    const queue = device.open();
    await queue.start();
    device.answer = (each) => (each.what === "sign" ? new Problem("refused/assignment_state", 409) : null);
    await queue.press([act("sign"), act("depart")]);
    await device.pass(UNDO_MS);
    expect(device.whats).toEqual(["sign", "depart"]);
    const [left] = queue.snapshot().acts;
    expect(left).toMatchObject({ what: "sign", state: "refused", problem: { key: "refused/assignment_state" } });
    // Nothing had happened, so it is a new request under a new key.
    const old = left?.key;
    device.answer = () => null;
    await queue.again(left?.n ?? 0);
    await device.settle();
    expect(device.sent.at(-1)?.key).not.toBe(old);
    expect(queue.snapshot().acts).toEqual([]);
  });

  it("waits for somebody to sign in again", async () => {
    const device = new Device();
    const queue = device.open();
    await queue.start();
    device.answer = () => new Problem("unauthenticated", 401);
    await queue.press([act("sign")]);
    await device.pass(600_000);
    expect(queue.snapshot().reach).toBe("signed_out");
    expect(device.sent).toHaveLength(1);
    device.answer = () => null;
    queue.hurry();
    await device.settle();
    expect(queue.snapshot().acts).toEqual([]);
  });

  it("never sends what another account pressed", async () => {
    const device = new Device();
    const one = device.open("p.one");
    await one.start();
    device.answer = () => new Problem("unreachable", 0);
    await one.press([act("sign")]);
    await device.pass(UNDO_MS);
    one.stop();
    device.timers = [];
    device.sent = [];
    device.answer = () => null;
    const two = device.open("p.two");
    await two.start();
    await device.pass(60_000);
    expect(device.sent).toEqual([]);
    expect(two.snapshot()).toMatchObject({ acts: [], others: 1 });
  });

  it("leaves sending to the window that does it", async () => {
    const device = new Device();
    device.busyElsewhere = true;
    const queue = device.open();
    await queue.start();
    await queue.press([act("sign")]);
    await device.pass(UNDO_MS + 5_000);
    expect(device.sent).toEqual([]);
    device.busyElsewhere = false;
    await device.pass(5_000);
    expect(device.whats).toEqual(["sign"]);
  });

  it("sends from memory, and says so, where the device keeps nothing", async () => {
    const device = new Device();
    device.shelf = { all: () => Promise.reject(new Error("no")), put: () => Promise.reject(new Error("no")), remove: () => Promise.reject(new Error("no")) };
    const queue = device.open();
    await queue.start();
    await queue.press([act("sign")]);
    expect(queue.snapshot().kept).toBe(false);
    await device.pass(UNDO_MS);
    expect(device.whats).toEqual(["sign"]);
    expect(queue.snapshot().acts).toEqual([]);
  });
});
