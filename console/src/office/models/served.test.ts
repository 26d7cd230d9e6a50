import { describe, expect, it } from "vitest";
import type { Learning, LearntModel } from "../calls";
import { served, short, stepBack } from "./served";

const model = (version: string): LearntModel => ({ version, lessons: 0, tried: 0, before: 0, asked: 0, agreement: null, calibration_error: null, coverage: null, precision: null, set_coverage: null, set_size: null });
const learning = (pinned: string | null, ...versions: string[]) => ({ pinned, models: versions.map(model) }) as unknown as Learning;

describe("which model answers", () => {
  it("is the newest, unless somebody went back to one", () => {
    expect(served(learning(null, "new", "old"))?.version).toBe("new");
    expect(served(learning("old", "new", "old"))?.version).toBe("old");
    expect(served(learning(null))).toBeUndefined();
  });

  it("one step back leads to the next older one, and ends at the oldest", () => {
    expect(stepBack(learning(null, "c", "b", "a"))?.version).toBe("b");
    expect(stepBack(learning("b", "c", "b", "a"))?.version).toBe("a");
    expect(stepBack(learning("a", "c", "b", "a"))).toBeNull();
    expect(stepBack(learning("gone", "c"))).toBeNull();
  });

  it("says a digest in eight letters and keeps what was learnt since", () => {
    expect(short("0123456789abcdef+12")).toBe("01234567+12");
    expect(short("")).toBe("");
  });
});
