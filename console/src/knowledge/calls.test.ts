import { describe, expect, it } from "vitest";
import { enKnowledge } from "../words/en-knowledge";
import { zhKnowledge } from "../words/zh-knowledge";
import { withAnswer } from "./calls";

describe("an answer put into a reply", () => {
  const kept = (text: string) => JSON.stringify({ text });
  it("stands below what was written, once", () => {
    expect(withAnswer("", "八小时内恢复。")).toBe("八小时内恢复。");
    expect(withAnswer(kept("您好。\n"), "八小时内恢复。")).toBe("您好。\n八小时内恢复。");
    expect(withAnswer(kept("您好。\n八小时内恢复。"), "八小时内恢复。")).toBe("您好。\n八小时内恢复。");
  });
  it("does not trip over words that cannot be read", () => {
    for (const broken of ["{", "null", "[]", kept(" "), '{"text":7}']) expect(withAnswer(broken, "好")).toBe("好");
  });
});

function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}:${typeof value}${typeof value === "function" ? value.length : ""}`];
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

describe("the knowledge base's two languages", () => {
  it("have the same keys, of the same kind", () => {
    expect(shape(enKnowledge).sort()).toEqual(shape(zhKnowledge).sort());
  });
  it("end a refusal with a full stop", () => {
    for (const words of [zhKnowledge, enKnowledge]) for (const text of [...Object.values(words.error), ...Object.values(words.field_error)]) expect(text).toMatch(/[。.]$/);
  });
});
