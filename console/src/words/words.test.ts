import { describe, expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

function shape(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [`${path}[${value.length}]`];
  if (typeof value !== "object" || value === null) return [`${path}:${typeof value}${typeof value === "function" ? value.length : ""}`];
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** Every refusal of the contract, by its key. */
const REFUSALS = `case_closed case_not_closed held_by_peer held_here already_decided offer_in_the_air no_offer
  consultation_needed not_a_consultation no_assignment assignment_state already_assigned no_lead ask_pending
  nothing_asked bound returns_exhausted return_too_late extensions_exhausted extension_too_long pause_ground extension_too_late assignment_open
  part_open no_outcome not_reviewed no_result text_length out_of_range no_link danger_stands no_danger_sign
  files_exhausted rated_already nothing_bad nothing_flagged own_work same_person called_by_other no_rating_link not_arbiter twin_elsewhere same_desk names_nobody awaits_bound arbitration_pending no_arbitration no_twin itself linked_already
  not_involved supervised_already rung_skipped measure_state no_task flag_state`.split(/\s+/);
const PROBLEMS = `unauthenticated forbidden not_found conflict key_reused invalid too_large rate_limited store_full
  unavailable internal bad_credentials locked`.split(/\s+/);

describe("the two languages", () => {
  it("have the same keys, of the same kind", () => {
    expect(shape(en).sort()).toEqual(shape(zh).sort());
  });

  it("leave nothing empty", () => {
    for (const text of [...texts(zh), ...texts(en)]) expect(text.trim()).not.toBe("");
  });

  it("put every refusal and problem in a sentence", () => {
    for (const words of [zh, en]) {
      for (const key of REFUSALS) expect(words.error[`refused/${key}`], key).toMatch(/[。.]$/);
      for (const key of PROBLEMS) expect(words.error[key], key).toMatch(/[。.]$/);
    }
  });

  it("keep Chinese out of the English", () => {
    expect(texts(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });
});

describe("what is left of a limit", () => {
  it("says its hours, so that none are read as minutes", () => {
    expect(zh.time.left("1:58", "hours")).toBe("还有 1小时58分");
    expect(zh.time.left("2:00", "hours")).toBe("还有 2 小时");
    expect(zh.time.left("04:59", "seconds")).toBe("还有 04:59");
    expect(zh.time.over("22:05", "hours")).toBe("超 22 小时");
    expect(zh.time.over("0", "minutes")).toBe("刚超");
    expect(en.time.left("1:58", "hours")).toBe("1h 58m left");
    expect(en.time.over("3", "days")).toBe("3 d over");
  });
});
