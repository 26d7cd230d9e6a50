import { expect, it } from "vitest";
import { en } from "../words/en";
import { zh } from "../words/zh";
import { lengthText, ruleText } from "./rule";

it("says a clock's rule in the reader's words", () => {
  expect(ruleText(zh, "answer 15m")).toBe("受理答复 15 分钟");
  expect(ruleText(zh, "某办〔2026〕3号 · 附件二 · result 5wd + 2d")).toBe("某办〔2026〕3号 · 附件二 · 办结 5 个工作日 + 2 天");
  expect(ruleText(en, "sign 2h")).toBe("signature 2 h");
});

it("says a length in the reader's words", () => {
  expect(["4h", "2wd", "soon", ""].map((each) => lengthText(zh, each))).toEqual(["4 小时", "2 个工作日", "soon", ""]);
});

it("leaves what it does not understand as it is", () => {
  for (const rule of ["", "sign", "sign soon", "walk 2h", "basis alone"]) expect(ruleText(zh, rule)).toBe(rule);
});
