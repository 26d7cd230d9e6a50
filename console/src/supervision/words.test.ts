import { expect, it } from "vitest";
import { en } from "../words/en";
import { enSupervision } from "../words/en-supervision";
import { zh } from "../words/zh";
import { zhSupervision } from "../words/zh-supervision";
import { triggerText } from "./words";

it("says a rule's own time in words, not as the book writes it", () => {
  const gathered = { gathered: { rung: "interview", times: 2, within: "90d" } };
  expect(triggerText(zhSupervision, zh, gathered)).toBe("90 天内约谈 2 次");
  expect(triggerText(enSupervision, en, gathered)).toBe("Interview: 2 within 90 d");
});
