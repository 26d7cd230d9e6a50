import { describe, expect, it } from "vitest";
import { keepPlace } from "./place";

describe("a list under the hand", () => {
  it("keeps every row where it is and holds new ones above", () => {
    expect(keepPlace(["a", "b", "c"], ["d", "c", "a"], true)).toEqual({ order: ["a", "b", "c"], held: ["d"], gone: new Set(["b"]) });
  });
  it("follows the server when nobody is in it", () => {
    expect(keepPlace(["a", "b"], ["c", "a"], false)).toEqual({ order: ["c", "a"], held: [], gone: new Set() });
  });
  it("that was empty shows what came", () => {
    expect(keepPlace([], ["a"], true).order).toEqual(["a"]);
  });
});
