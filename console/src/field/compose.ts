// The words of a report from the scene. The time it was pressed stands in the words: the server's own
// time of it is when it arrived, and neither is passed off as the other.
import type { Words } from "../words";
import { hhmm } from "../time/format";
import type { Act, NewAct } from "./queue";

export type Casualty = keyof Words["unit"]["field"]["casualty"];
export type Help = keyof Words["unit"]["field"]["helps"];

export interface Report {
  casualty: Casualty | "";
  count: string;
  helps: readonly Help[];
  text: string;
  /** Graver than the unit can deal with by itself. */
  serious: boolean;
}

export const BLANK: Report = { casualty: "", count: "", helps: [], text: "", serious: false };

export function isEmpty(report: Report): boolean {
  return report.casualty === "" && report.helps.length === 0 && report.text.trim() === "" && !report.serious;
}

function parts(t: Words, report: Report): { casualties: string; help: string } {
  const words = t.unit.field;
  const hurt = report.casualty === "hurt" || report.casualty === "dead";
  return {
    casualties: report.casualty === "" ? "" : words.compose.casualties(words.casualty[report.casualty], hurt ? report.count.trim() : ""),
    help: report.helps.length === 0 ? "" : words.compose.help(report.helps.map((help) => words.helps[help]).join(t.unit.join)),
  };
}

export function reportText(t: Words, report: Report, photos: number, pressed: number): string {
  const { casualties, help } = parts(t, report);
  const said = [report.serious ? t.scene.ground.serious : "", help, casualties, report.text.trim(), photos === 0 ? "" : t.unit.field.compose.photos(photos)].filter((part) => part !== "");
  return said.join("；") + t.unit.field.written_note(hhmm(pressed));
}

/**
 * What has to reach more than the timeline: somebody hurt, or police, doctors or the fire service
 * wanted. It goes as a supplement too, which the danger rules read (law 5).
 */
export function alarmText(t: Words, report: Report): string | null {
  const grave = report.casualty === "hurt" || report.casualty === "dead" || report.helps.some((help) => help === "police" || help === "ambulance" || help === "fire");
  if (!grave) return null;
  const { casualties, help } = parts(t, report);
  return t.unit.field.compose.alarm([casualties, help, report.text.trim()].filter((part) => part !== "").join("；"));
}

type Target = Pick<Act, "case" | "no" | "leg">;

const act = (on: Target, what: Act["what"], command: Record<string, unknown>): NewAct => ({ ...on, what, body: JSON.stringify(command), photo: null, name: "" });

/** A pressed button as the command it is. What was pressed before and not sent is said with it. */
export function pressedAct(t: Words, on: Target, what: "sign" | "depart" | "arrive", now: number, waiting: readonly Act[]): NewAct {
  if (what === "sign") return act(on, "sign", { command: "sign", leg: on.leg });
  const signing = waiting.find((each) => each.case === on.case && each.leg === on.leg && each.what === "sign" && each.state === "waiting");
  const note = [signing === undefined ? "" : t.unit.field.signed_note(hhmm(signing.pressed)), t.unit.field.pressed_note(hhmm(now))].filter((part) => part !== "").join("；");
  return act(on, what, { command: what, leg: on.leg, note });
}

/** What the desk has to act on, as fields and not as words only. */
function sceneOf(report: Report) {
  if (report.casualty === "" && report.helps.length === 0 && !report.serious) return {};
  const people = Math.min(Number(report.count.trim()) || 0, 999);
  return { scene: { harm: report.casualty === "" ? "unknown" : report.casualty, people, help: report.helps, serious: report.serious } };
}

export function reportActs(t: Words, on: Target, report: Report, photos: readonly File[], now: number): NewAct[] {
  const acts = [act(on, "report", { command: "report", leg: on.leg, text: reportText(t, report, photos.length, now), ...sceneOf(report) })];
  const alarm = alarmText(t, report);
  // Danger first: it is what others have to move for.
  if (alarm !== null) acts.unshift(act(on, "alarm", { command: "add_detail", text: alarm }));
  for (const photo of photos) acts.push({ ...on, what: "photo", body: null, photo, name: photo.name });
  return acts;
}
