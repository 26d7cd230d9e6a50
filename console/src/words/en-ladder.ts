// The ladder of supervision as the case and its timeline name it, in English.
import type { ladder as zh, ladderEvents as zhEvents } from "./zh-ladder";

export const ladder: typeof zh = {
  nav: "Duty",
  go: "Go to supervision",
  title: "Ladder of supervision",
  none: "Never supervised",
  rung: { urge: "Urge", order: "Supervision order", meeting: "Meeting", interview: "Interview", bulletin: "Bulletin", accountability: "Accountability" },
  state: { issued: "waits for an answer", held: "tasks are running", answered: "waits for a decision", accepted: "to be closed", closed: "closed", withdrawn: "withdrawn" },
  flag: { special: "special", serious: "serious", complicated: "complicated", difficult: "difficult", at_risk: "at risk after leaving" },
  missed: "not answered in time",
  watched: (flags) => `watched: ${flags}`,
  to: (unit) => `to ${unit}`,
  accepted: "answer accepted",
  sent_back: "answer sent back",
  withdrawn: "withdrawn",
};
export const ladderEvents: typeof zhEvents = {
  supervised: "Supervised",
  supervision_answered: "Supervision answered",
  supervision_missed: "Supervision not answered in time",
  supervision_decided: "Supervision decided",
  supervision_ended: "Supervision ended",
  flagged: "Put on the watch list",
  unflagged: "Taken off the watch list",
};
export const ladderErrors: Record<string, string> = {
  "refused/not_involved": "This unit has nothing to do with the case. Dispatch it first, or name the unit at work.",
  "refused/supervised_already": "A measure of the same rung is not over yet. Decide on it or withdraw it first.",
  "refused/rung_skipped": "The rung below was not used. To leave it out, say why in writing.",
  "refused/measure_state": "This step cannot be taken now: the measure has moved on. Look at it again.",
  "refused/no_task": "There is no such task, or it is done.",
  "refused/flag_state": "This flag stands already, or does not stand.",
};
