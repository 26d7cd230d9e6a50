import { describe, expect, it } from "vitest";
import type { Lane, LaneName } from "../api/types";
import { across, busy, follow, step } from "./board";

function lane(name: LaneName, ...ids: string[]): Lane {
  return { lane: name, count: ids.length, oldest_at: null, items: ids.map((id) => ({ id })) as unknown as Lane["items"] };
}

const lanes = [lane("danger", "d1"), lane("incoming"), lane("refused", "r1", "r2"), lane("review", "v1")];

describe("the board by key", () => {
  it("goes down through a lane and on into the next that has something", () => {
    let at = step(lanes, null, 1);
    const seen = [at?.id];
    for (let i = 0; i < 4; i += 1) seen.push((at = step(lanes, at, 1))?.id);
    expect(seen).toEqual(["d1", "r1", "r2", "v1", "v1"]);
    expect(step(lanes, { lane: "review", id: "v1", at: 0 }, -1)?.id).toBe("r2");
    expect(step(lanes, { lane: "danger", id: "d1", at: 0 }, -1)?.id).toBe("d1");
  });

  it("goes across lanes, past the empty ones", () => {
    expect(busy(lanes).map((each) => each.lane)).toEqual(["danger", "refused", "review"]);
    const right = across(lanes, { lane: "danger", id: "d1", at: 0 }, 1);
    expect(right).toEqual({ lane: "refused", id: "r1", at: 0 });
    expect(across(lanes, right, -1)?.lane).toBe("danger");
    expect(across([], right, 1)).toEqual(right);
  });

  it("goes on beside a case that was decided and is gone", () => {
    const gone = { lane: "refused", id: "decided", at: 1 } as const;
    expect(step(lanes, gone, 1)?.id).toBe("r2");
    expect(step(lanes, gone, -1)?.id).toBe("r1");
    expect(step([lane("review", "v1")], gone, 1)?.id).toBe("v1");
    expect(step([], gone, 1)).toEqual(gone);
  });

  it("follows a case into another lane", () => {
    expect(follow(lanes, { lane: "incoming", id: "r2", at: 0 })).toEqual({ lane: "refused", id: "r2", at: 1 });
    const unknown = { lane: "incoming", id: "nowhere", at: 0 } as const;
    expect(follow(lanes, unknown)).toEqual(unknown);
    expect(follow(lanes, null)).toBeNull();
  });
});
