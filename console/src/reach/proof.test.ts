import { expect, it } from "vitest";
import { zhReach } from "../words/zh-reach";
import { proofWords } from "./proof";

it("says what a channel gave back in words, and leaves a sentence alone", () => {
  const words = zhReach.notices.proof;
  expect(proofWords(words, '{"gateway":["W000018"],"status":200}')).toBe("网关编号 W000018 · 应答码 200");
  expect(proofWords(words, '{"code":250,"reply":"2.0.0 Ok: queued as 4F2"}')).toBe("应答码 250 · 服务器答复 2.0.0 Ok: queued as 4F2");
  expect(proofWords(words, "connection refused")).toBe("connection refused");
  expect(proofWords(words, '{"unheard":1,"report":null}')).toBe("unheard 1");
});
