import { describe, expect, it } from "vitest";
import { enScore } from "../words/en-score";
import { zhScore } from "../words/zh-score";

function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}:${typeof value}${typeof value === "function" ? value.length : ""}`];
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** Every key a formula or a text of rules is refused with. */
const REFUSED = `character open_text number expected unknown_name mismatch arguments too_long too_deep toml version undeclared moment
  full places id made`.split(/\s+/);

describe("the words of scores", () => {
  it("have the same keys, of the same kind", () => {
    expect(shape(enScore).sort()).toEqual(shape(zhScore).sort());
  });

  it("keep Chinese out of the English", () => {
    expect(texts(enScore).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });

  it("say why a rule was refused", () => {
    for (const words of [zhScore, enScore]) for (const key of REFUSED) expect(words.why_refused[key], key).toBeTruthy();
  });
});
