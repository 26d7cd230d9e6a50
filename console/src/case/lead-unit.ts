import type { CaseView, Leg } from "../api/types";

const atWork = (leg: Leg) => leg.state === "dispatched" || leg.state === "signed" || leg.state === "suspended";

/** The unit a measure goes to: the lead at work, else the lead there was last, else whoever answers on this platform. */
export function leadUnit({ legs, holder }: Pick<CaseView, "legs" | "holder">): string {
  const leads = legs.filter((leg) => leg.role === "lead");
  const lead = leads.findLast(atWork) ?? leads.at(-1);
  return lead?.unit ?? (holder.side === "own" ? holder.unit : "");
}
