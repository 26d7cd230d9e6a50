import { describe, expect, it } from "vitest";
import { Drafts, type Shelf } from "./drafts";

class Memory implements Shelf {
  map = new Map<string, string>();
  full = false;
  get length() {
    return this.map.size;
  }
  key(i: number) {
    return [...this.map.keys()][i] ?? null;
  }
  getItem(key: string) {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    if (this.full) throw new Error("quota");
    this.map.set(key, value);
  }
  removeItem(key: string) {
    this.map.delete(key);
  }
}

function make(shelf = new Memory(), account = "op1") {
  let time = 1000;
  let id = 0;
  const drafts = new Drafts(account, shelf, () => (time += 10), () => `id-${account}-${shelf.map.size}-${(id += 1)}`);
  return { shelf, drafts };
}

describe("drafts", () => {
  it("come back after a reload, the last one in front", () => {
    const { shelf, drafts } = make();
    const a = drafts.open({ narrative: "楼上半夜装修" });
    drafts.open({ narrative: "井盖没了" });
    drafts.change(a.id, { place: "望澜大道 8 号" });
    const again = make(shelf).drafts.snapshot();
    expect(again.all.map((each) => each.letter)).toEqual(["A", "B"]);
    expect(again.active?.place).toBe("望澜大道 8 号");
  });

  it("of one account are not another's", () => {
    const { shelf, drafts } = make();
    drafts.open({ narrative: "x" });
    expect(make(shelf, "op2").drafts.snapshot().all).toHaveLength(0);
  });

  it("stay on the screen when the disk is full, and say so", () => {
    const { shelf, drafts } = make();
    const a = drafts.open();
    shelf.full = true;
    drafts.change(a.id, { narrative: "煤气味很重" });
    expect(drafts.snapshot().active?.narrative).toBe("煤气味很重");
    expect(drafts.snapshot().unsaved).toBe(true);
    shelf.full = false;
    drafts.change(a.id, { place: "3 栋" });
    expect(drafts.snapshot().unsaved).toBe(false);
  });

  it("send a repeat with the same key and new words with a new one", () => {
    const { shelf, drafts } = make();
    const a = drafts.open({ narrative: "x" });
    const first = drafts.keyFor(a.id, "body 1");
    expect(drafts.keyFor(a.id, "body 1")).toBe(first);
    expect(make(shelf).drafts.keyFor(a.id, "body 1")).toBe(first);
    expect(drafts.keyFor(a.id, "body 2")).not.toBe(first);
  });

  it("follow another window", () => {
    const { shelf, drafts: here } = make();
    const a = here.open({ narrative: "路灯" });
    const there = make(shelf).drafts;
    const key = `liandong.draft.op1.${a.id}`;
    const tell = (to: Drafts) => to.heard(key, shelf.getItem(key));
    there.change(a.id, { narrative: "路灯坏了" });
    tell(here);
    here.change(a.id, { place: "河滨里" });
    tell(there);
    for (const each of [here, there]) {
      expect(each.snapshot().all).toHaveLength(1);
      expect(each.snapshot().active).toMatchObject({ narrative: "路灯坏了", place: "河滨里", beside: null });
    }
    shelf.map.set(key, "{broken");
    here.heard(key, "{broken");
    expect(here.snapshot().all).toHaveLength(1);
    there.close(a.id);
    here.heard(key, null);
    expect(here.snapshot().all).toHaveLength(0);
  });

  it("never write over words of another window that this one did not hear of", () => {
    const { shelf, drafts: awake } = make();
    const a = awake.open({ narrative: "路灯" });
    const asleep = make(shelf).drafts;
    awake.change(a.id, { narrative: "路灯坏了三天,很黑" });
    // The lid is opened, and typing goes on where it was.
    asleep.change(a.id, { narrative: "路灯坏了,在河滨里" });
    const both = asleep.snapshot();
    expect(both.active?.narrative).toBe("路灯坏了,在河滨里");
    const other = both.all.find((each) => each.id === both.active?.beside);
    expect(other?.narrative).toBe("路灯坏了三天,很黑");
    expect(other?.letter).not.toBe(both.active?.letter);
    // The first window hears of both, and keeps nothing a second time.
    awake.heard(`liandong.draft.op1.${other?.id}`, shelf.getItem(`liandong.draft.op1.${other?.id}`));
    awake.heard(`liandong.draft.op1.${a.id}`, shelf.getItem(`liandong.draft.op1.${a.id}`));
    expect(awake.snapshot().all.map((each) => each.narrative).sort()).toEqual(["路灯坏了,在河滨里", "路灯坏了三天,很黑"].sort());
    expect(make(shelf).drafts.snapshot().all).toHaveLength(2);
    asleep.settled(a.id);
    expect(asleep.snapshot().active?.beside).toBeNull();
  });

  it("keep both when two windows wrote at the same moment, whichever came last", () => {
    for (const [late, words] of [[500, "there"], [-500, "here"]] as const) {
      const { shelf, drafts } = make();
      const a = drafts.open({ narrative: "x" });
      const key = `liandong.draft.op1.${a.id}`;
      drafts.change(a.id, { narrative: "here" });
      const mine = drafts.snapshot().active;
      // The other window's write did not see ours: it was written over the version before.
      shelf.map.set(key, JSON.stringify({ ...a, narrative: "there", updated: (mine?.updated ?? 0) + late, clock: { other: 1 } }));
      drafts.heard(key, shelf.getItem(key));
      expect(drafts.snapshot().all.map((each) => each.narrative).sort()).toEqual(["here", "there"]);
      expect(drafts.snapshot().active?.narrative).toBe(words);
      expect(drafts.snapshot().active?.beside).not.toBeNull();
      expect(make(shelf).drafts.snapshot().all).toHaveLength(2);
    }
  });

  it("know that another window has sent the same words", () => {
    const { shelf, drafts: here } = make();
    const a = here.open({ narrative: "路灯坏了" });
    const there = make(shelf).drafts;
    there.change(a.id, { case_id: "c1", attempt: null });
    here.change(a.id, { attempt: null });
    expect(here.snapshot().active).toMatchObject({ case_id: "c1", beside: null });
    expect(here.snapshot().all).toHaveLength(1);
  });

  it("are not told an old thing late", () => {
    const { shelf, drafts: here } = make();
    const a = here.open({ narrative: "a" });
    const key = `liandong.draft.op1.${a.id}`;
    const there = make(shelf).drafts;
    there.change(a.id, { narrative: "b" });
    const first = shelf.getItem(key);
    there.change(a.id, { narrative: "c" });
    here.heard(key, first);
    here.heard(key, shelf.getItem(key));
    expect(here.snapshot().all.map((each) => each.narrative)).toEqual(["c"]);
  });

  it("do not open a second empty tab", () => {
    const { drafts } = make();
    const a = drafts.open();
    expect(drafts.open().id).toBe(a.id);
  });

  it("kept by an older build or broken do no harm", () => {
    const shelf = new Memory();
    shelf.map.set("liandong.draft.op1.x", `{"id":"x","narrative":"words"}`);
    shelf.map.set("liandong.draft.op1.y", `nonsense`);
    const all = make(shelf).drafts.snapshot().all;
    expect(all).toHaveLength(1);
    expect(all[0]?.dismissed).toEqual([]);
  });

  it("put away go to the neighbour", () => {
    const { drafts } = make();
    const a = drafts.open({ narrative: "a" });
    const b = drafts.open({ narrative: "b" });
    drafts.close(b.id);
    expect(drafts.snapshot().active?.id).toBe(a.id);
    expect(drafts.open({ narrative: "c" }).letter).toBe("B");
  });
});
