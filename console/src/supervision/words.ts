import { lengthText } from "../case/rule";
import { useLook } from "../shell/look";
import type { Words } from "../words";
import { enSupervision } from "../words/en-supervision";
import { zhSupervision, type SupervisionWords } from "../words/zh-supervision";

export type { SupervisionWords };

export function useSupervisionWords(): SupervisionWords {
  return useLook().language === "en" ? enSupervision : zhSupervision;
}

/** What set a rule off, in words; empty for what this build does not know. */
export function triggerText(s: SupervisionWords, t: Words, trigger: unknown): string {
  if (trigger === "backflow") return s.triggers.backflow;
  if (typeof trigger !== "object" || trigger === null) return "";
  const [kind, value] = Object.entries(trigger)[0] ?? ["", null];
  const rungOf = (rung: unknown) => t.ladder.rung[String(rung)] ?? String(rung);
  const fields = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  switch (kind) {
    case "missed":
      return s.triggers.missed((t.stage as Record<string, string>)[String(value)] ?? String(value));
    case "returns":
      return s.triggers.returns(Number(value));
    case "urges":
      return s.triggers.urges(Number(value));
    case "unanswered":
      return s.triggers.unanswered(rungOf(value));
    case "sent_back":
      return s.triggers.sent_back(rungOf(fields["rung"]), Number(fields["times"]));
    case "gathered":
      return s.triggers.gathered(rungOf(fields["rung"]), Number(fields["times"]), lengthText(t, String(fields["within"])));
    case "escalated":
      return s.triggers.escalated(rungOf(value));
    case "flagged":
      return s.triggers.flagged(t.ladder.flag[String(value)] ?? String(value));
    default:
      return "";
  }
}
