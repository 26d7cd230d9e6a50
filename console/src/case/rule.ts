// The rule of a clock, as the platform writes it ("list row 3 · sign 2h + 1d"), in the words of a reader.
import type { Words } from "../words";

const SPAN = /^(\d+)(s|m|h|d|nd|wd|sm|sh)$/;

/** "2wd" as "2 个工作日"; what is not understood stays as it is written. */
export function lengthText(t: Words, written: string): string {
  const read = SPAN.exec(written);
  return read === null ? written : t.casePage.clock.span(Number(read[1]), read[2] as Parameters<typeof t.casePage.clock.span>[1]);
}

/** What is not understood stays as it is written. */
export function ruleText(t: Words, rule: string): string {
  const parts = rule.split(" · ");
  const last = parts.pop() ?? "";
  const [stage = "", ...spans] = last.split(" ").filter((each) => each !== "+");
  if (!(stage in t.stage) || spans.length === 0 || spans.some((each) => !SPAN.test(each))) return rule;
  const lengths = spans.map((each) => lengthText(t, each));
  return [...parts, `${t.stage[stage as keyof Words["stage"]]} ${lengths.join(" + ")}`].join(" · ");
}
