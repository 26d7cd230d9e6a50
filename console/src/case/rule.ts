// The rule of a clock, as the platform writes it ("list row 3 · sign 2h + 1d"), in the words of a reader.
import type { Words } from "../words";

const SPAN = /^(\d+)(s|m|h|d|nd|wd|sm|sh)$/;

/** What is not understood stays as it is written. */
export function ruleText(t: Words, rule: string): string {
  const parts = rule.split(" · ");
  const last = parts.pop() ?? "";
  const [stage = "", ...spans] = last.split(" ").filter((each) => each !== "+");
  const read = spans.map((each) => SPAN.exec(each));
  if (!(stage in t.stage) || spans.length === 0 || read.some((each) => each === null)) return rule;
  const lengths = read.map((each) => t.casePage.clock.span(Number(each?.[1]), each?.[2] as Parameters<typeof t.casePage.clock.span>[1]));
  return [...parts, `${t.stage[stage as keyof Words["stage"]]} ${lengths.join(" + ")}`].join(" · ");
}
