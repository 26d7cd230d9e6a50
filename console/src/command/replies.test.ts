import { describe, expect, it } from "vitest";
import type { Matter } from "../api/types";
import { filled, joined, repliesFor } from "./replies";

const reply = (name: string, scope: "matter" | "any") => ({ name, text: "文", solved: null, scope });
const matters = [{ code: "H1-1", replies: [reply("限时停工", "matter"), reply("已办结", "any")] }, { code: "H9-1" }] as unknown as Matter[];

describe("a reply from the list", () => {
  it("is the matter's own, and for a matter nobody owns one for any", () => {
    expect(repliesFor(matters, "H1-1").map((each) => each.name)).toEqual(["限时停工", "已办结"]);
    expect(repliesFor(matters, null).map((each) => each.name)).toEqual(["已办结"]);
    expect(repliesFor(matters, "H9-1")).toEqual([]);
    expect(repliesFor([], null)).toEqual([]);
  });
  it("has its words filled in", () => {
    const at = Date.parse("2026-11-05T00:30:00+08:00");
    expect(filled("{unit}于{date}处理了{matter},{unit}", "城管局", "噪声", at)).toBe("城管局于11月5日处理了噪声,城管局");
  });
  it("goes below what was written", () => {
    expect(joined("  ", "甲")).toBe("甲");
    expect(joined("我写了几句\n", "乙")).toBe("我写了几句\n乙");
  });
});
