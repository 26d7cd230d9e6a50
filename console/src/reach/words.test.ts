import { describe, expect, it } from "vitest";
import { enReach } from "../words/en-reach";
import { zhReach } from "../words/zh-reach";

function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}:${typeof value}${typeof value === "function" ? value.length : ""}`];
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

describe("the two languages of the roster and the notices", () => {
  it("have the same keys, of the same kind", () => {
    expect(shape(enReach).sort()).toEqual(shape(zhReach).sort());
  });

  it("leave nothing empty and keep Chinese out of the English", () => {
    for (const text of [...texts(zhReach), ...texts(enReach)]) expect(text.trim()).not.toBe("");
    expect(texts(enReach).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });

  it("say what is wrong in a sentence", () => {
    for (const words of [zhReach, enReach]) for (const [key, text] of Object.entries(words.field_error)) expect(text, key).toMatch(/[。.]$/);
  });
});
