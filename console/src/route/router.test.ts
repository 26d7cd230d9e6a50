import { describe, expect, it } from "vitest";
import { parse, safeBack } from "./router";

describe("addresses", () => {
  it("are read", () => {
    expect(parse("/")).toEqual({ page: "home" });
    expect(parse("/desk/")).toEqual({ page: "desk" });
    expect(parse("/cases/abc%20d")).toEqual({ page: "case", id: "abc d" });
    expect(parse("/office/audit", "?actor=x")).toMatchObject({ page: "office", section: "audit" });
    expect(parse("/office")).toMatchObject({ page: "office", section: "" });
    expect(parse("/field")).toEqual({ page: "field", id: null });
    expect(parse("/field/abc")).toEqual({ page: "field", id: "abc" });
    expect(parse("/signin", "?back=%2Fcases%2F1")).toEqual({ page: "signin", back: "/cases/1" });
  });

  it("that do not exist say so", () => {
    for (const path of ["/desk/more", "/office/links/more", "/office/%41", "/nothing", "/cases/a/b", "/cases/%E0%A4%A"]) {
      expect(parse(path).page).toBe("missing");
    }
  });

  it("never lead away from the console", () => {
    for (const back of ["https://x.invalid", "//x.invalid", "/\\x.invalid", "", null, "/signin?back=/"]) {
      expect(safeBack(back)).toBe("/");
    }
    expect(safeBack("/cases/1?x=2")).toBe("/cases/1?x=2");
  });
});
