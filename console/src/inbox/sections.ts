// Where a case stands for the unit that has it.
import type { CaseBrief } from "../api/types";

export const SECTIONS = ["to_sign", "running", "soon", "overdue", "returned", "done"] as const;
export type Section = (typeof SECTIONS)[number];

/**
 * Overdue and soon are said beside "to sign", not instead of it: an unsigned case is in both.
 * What the desk sent back to be done again is work that runs, and stands under "sent back" too.
 */
export function sectionsOf(brief: CaseBrief, now: number): Section[] {
  const leg = brief.my_leg;
  if (leg == null) return [];
  if (leg.state === "returned" || leg.state === "withdrawn") return ["returned"];
  if (leg.state === "done") return ["done"];
  const sections: Section[] = [leg.state === "dispatched" ? "to_sign" : "running"];
  if (leg.redo === true || leg.asked === "return") sections.push("returned");
  const next = dueOf(brief);
  if (next !== null && leg.state !== "suspended") {
    if (now > next.due) sections.push("overdue");
    else if (now >= next.amber_at) sections.push("soon");
  }
  return sections;
}

/** What is due of the unit's own part; of the case, where the server does not tell them apart. */
export function dueOf(brief: CaseBrief): CaseBrief["next_due"] {
  return brief.my_leg?.next ?? brief.next_due;
}

/** What has to be done again first, then what is due first; without a limit comes last. */
export function sortByDue(items: readonly CaseBrief[]): CaseBrief[] {
  const due = (brief: CaseBrief) => brief.my_leg?.next?.due ?? brief.my_leg?.due ?? brief.next_due?.due ?? Number.MAX_SAFE_INTEGER;
  const again = (brief: CaseBrief) => (brief.my_leg?.redo === true ? 0 : 1);
  return [...items].sort((a, b) => again(a) - again(b) || due(a) - due(b) || a.opened_at - b.opened_at);
}
