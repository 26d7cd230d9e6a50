import { describe, expect, it } from "vitest";
import { callSteps } from "./call-steps";

describe("the steps of a call by which somebody was told", () => {
  it("come in their order, with the keys (R15)", () => {
    const kept = { call: "c", answered: 3, dialled: 1, rang: 2, heard: 2, ended: 5, keys: [{ key: "2", at: 4 }, { key: "1", at: 5 }] };
    expect(callSteps(JSON.stringify(kept))).toEqual({
      times: [["dialled", 1], ["rang", 2], ["answered", 3], ["ended", 5]],
      heard: 2,
      keys: kept.keys,
    });
  });

  it("are none where nobody could be called", () => {
    expect(callSteps("digit_7 notice")).toBeNull();
    expect(callSteps("")).toBeNull();
    expect(callSteps("7")).toBeNull();
    expect(callSteps('{"call":"c"}')).toEqual({ times: [], heard: 0, keys: [] });
  });
});
