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

  it("follow another window, and never go back to older words", () => {
    const { shelf, drafts } = make();
    const a = drafts.open({ narrative: "old" });
    const key = `liandong.draft.op1.${a.id}`;
    const stored = JSON.parse(shelf.getItem(key) ?? "{}");
    drafts.heard(key, JSON.stringify({ ...stored, narrative: "new", updated: a.updated + 500 }));
    expect(drafts.snapshot().active?.narrative).toBe("new");
    drafts.heard(key, JSON.stringify({ ...stored, narrative: "older", updated: a.updated - 500 }));
    expect(drafts.snapshot().active?.narrative).toBe("new");
    drafts.heard(key, "{broken");
    expect(drafts.snapshot().all).toHaveLength(1);
    drafts.heard(key, null);
    expect(drafts.snapshot().all).toHaveLength(0);
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
