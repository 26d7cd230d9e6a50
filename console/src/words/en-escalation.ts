// Who is told when a limit nears or passes, in English.
import type { EscalationWords } from "./zh-escalation";

export const escalation: EscalationWords = {
  step: (n) => `step ${n}`,
  due_first: "due at first",
  next: (at, who) => `${at}: ${who} is told`,
  tell: { clerk: "the clerk", unit_lead: "the unit's lead", desk_lead: "the desk lead", supervisor: "the supervisor", assessor: "the assessor", commander: "the commander" },
  by: { console: "screen", sms: "text message", phone: "telephone", mail: "e-mail", paper: "paper" },
  then: { remind: "reminder", urge: "urge", order: "supervision order", meeting: "meeting", interview: "interview", bulletin: "bulletin", accountability: "accountability" },
};
