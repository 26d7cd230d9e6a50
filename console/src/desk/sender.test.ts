import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/http";
import type { CaseView } from "../api/types";
import { Drafts, type Shelf } from "../draft/drafts";
import { Sender } from "./sender";

function memory(): Shelf {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    key: (i) => [...map.keys()][i] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

const settle = () => new Promise((done) => setTimeout(done, 0));

function rig(shelf = memory()) {
  let id = 0;
  const drafts = new Drafts("op", shelf, () => Date.now(), () => `k${(id += 1)}-${Math.random()}`);
  const answers: ((key: string) => Promise<CaseView>)[] = [];
  const keys: string[] = [];
  const timers: (() => void)[] = [];
  const taken = vi.fn();
  const sender = new Sender(
    drafts,
    (_body, key) => {
      keys.push(key);
      return (answers.shift() ?? (() => Promise.reject(new Problem("unreachable", 0))))(key);
    },
    (_ms, run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
    taken,
  );
  return { shelf, drafts, sender, answers, keys, timers, taken };
}

const view = { id: "case-1" } as CaseView;

describe("sending a contact", () => {
  it("goes on under the same key until it is answered", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.sender.send(draft.id, "body");
    await settle();
    expect(t.sender.state(draft.id)).toMatchObject({ busy: true, tries: 1 });
    t.timers.shift()?.();
    await settle();
    t.answers.push(() => Promise.resolve(view));
    t.timers.shift()?.();
    await settle();
    expect(new Set(t.keys).size).toBe(1);
    expect(t.keys).toHaveLength(3);
    expect(t.taken).toHaveBeenCalledTimes(1);
    expect(t.drafts.snapshot().all[0]).toMatchObject({ case_id: "case-1", attempt: null });
  });

  it("goes on after a reload, under the same key", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.sender.send(draft.id, "body");
    await settle();
    const again = rig(t.shelf);
    again.answers.push(() => Promise.resolve(view));
    again.sender.resume();
    await settle();
    expect(again.keys).toEqual(t.keys);
    expect(again.taken).toHaveBeenCalledTimes(1);
  });

  it("takes a refusal for an answer: the draft stays, the next try has a new key", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.answers.push(() => Promise.reject(new Problem("refused/danger_stands", 409)));
    t.sender.send(draft.id, "body");
    await settle();
    expect(t.sender.state(draft.id)).toMatchObject({ busy: false });
    expect((t.sender.state(draft.id).error as Problem).key).toBe("refused/danger_stands");
    expect(t.drafts.snapshot().all[0]?.narrative).toBe("x");
    t.answers.push(() => Promise.resolve(view));
    t.sender.send(draft.id, "body");
    await settle();
    expect(new Set(t.keys).size).toBe(2);
  });

  it("stopped, keeps its key for the same words and does not start by itself", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.sender.send(draft.id, "body");
    await settle();
    t.sender.stop(draft.id);
    expect(t.timers).toHaveLength(0);
    rig(t.shelf).sender.resume();
    t.answers.push(() => Promise.resolve(view));
    t.sender.send(draft.id, "body");
    await settle();
    expect(new Set(t.keys).size).toBe(1);
  });

  it("waits for the sign-in when the session is gone, key in hand", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.answers.push(() => Promise.reject(new Problem("unauthenticated", 401)));
    t.sender.send(draft.id, "body");
    await settle();
    expect(t.timers).toHaveLength(0);
    t.answers.push(() => Promise.resolve(view));
    t.sender.send(draft.id, "body");
    await settle();
    expect(new Set(t.keys).size).toBe(1);
  });

  it("pressed twice is sent once", async () => {
    const t = rig();
    const draft = t.drafts.open({ narrative: "x" });
    t.answers.push(() => Promise.resolve(view));
    t.sender.send(draft.id, "body");
    t.sender.send(draft.id, "body");
    await settle();
    expect(t.keys).toHaveLength(1);
  });
});
