// What is filled in about a call becomes the command, and nothing that was not said.

export interface Filled extends Record<string, string> {
  reached: string;
  why_reached: string;
  booked_at: string;
  solved: string;
  why_solved: string;
  desk: string;
  why_desk: string;
  unit: string;
  why_unit: string;
  then: string;
  note: string;
}

export const EMPTY: Filled = { reached: "", why_reached: "", booked_at: "", solved: "", why_solved: "", desk: "", why_desk: "", unit: "", why_unit: "", then: "", note: "" };

export const CAUSES = {
  reached: ["no_answer", "busy", "switched_off", "wrong_number", "declined", "later"],
  solved: ["not_started", "half_done", "came_back", "untrue_reply", "no_authority", "conditions", "policy", "out_of_reason"],
  desk: ["attitude", "slow", "wrong_unit"],
  unit: ["attitude", "slow", "no_contact", "poor_work", "passed_on", "untrue_reply"],
} as const;

const low = (mark: string) => mark === "1" || mark === "2";
export const unsolved = (values: Filled) => values.reached === "yes" && values.solved !== "" && values.solved !== "solved";
export const lowDesk = (values: Filled) => values.reached === "yes" && low(values.desk);
export const lowUnit = (values: Filled) => values.reached === "yes" && low(values.unit);

/** Whether something was bad enough to order anew: as the rules of the trade have it. */
export function bad(values: Filled): boolean {
  return values.reached === "yes" && (values.solved === "unsolved" || values.solved === "not_handled" || low(values.desk) || low(values.unit));
}

/** What stands in the box for "at once" until somebody chooses: done again for a reason that lies with the unit. */
export function thenOf(values: Filled, subjective: readonly string[], mayRedo: boolean): string {
  if (!bad(values)) return "";
  if (values.then !== "") return values.then;
  const reasons = [unsolved(values) ? values.why_solved : "", lowUnit(values) ? values.why_unit : ""];
  return mayRedo && reasons.some((reason) => subjective.includes(reason)) ? "redo" : "none";
}

/** Milliseconds of a time as the box gives it, in the country's one zone. */
export function momentOf(local: string): number | null {
  const at = Date.parse(`${local}:00+08:00`);
  return local === "" || Number.isNaN(at) ? null : at;
}

export function ready(values: Filled, withUnit: boolean): boolean {
  if (values.note.trim() === "") return false;
  if (values.reached === "no") return values.why_reached !== "" && (values.why_reached !== "later" || momentOf(values.booked_at) !== null);
  if (values.reached !== "yes" || values.solved === "" || values.desk === "") return false;
  if (withUnit && values.unit === "") return false;
  return (!unsolved(values) || values.why_solved !== "") && (!lowDesk(values) || values.why_desk !== "") && (!lowUnit(values) || values.why_unit !== "");
}

export function commandOf(values: Filled, subjective: readonly string[], mayRedo: boolean): Record<string, unknown> {
  const note = values.note.trim();
  if (values.reached !== "yes") {
    const booked = values.why_reached === "later" ? momentOf(values.booked_at) : null;
    return { command: "follow_up", reached: false, note, reasons: { reached: values.why_reached }, ...(booked === null ? {} : { booked_at: booked }) };
  }
  const then = thenOf(values, subjective, mayRedo);
  return {
    command: "follow_up",
    reached: true,
    note,
    solved: values.solved,
    satisfied_desk: Number(values.desk),
    ...(values.unit === "" ? {} : { satisfied_unit: Number(values.unit) }),
    reasons: {
      ...(unsolved(values) ? { solved: values.why_solved } : {}),
      ...(lowDesk(values) ? { desk: values.why_desk } : {}),
      ...(lowUnit(values) ? { unit: values.why_unit } : {}),
    },
    ...(then === "redo" || then === "reopen" ? { then } : {}),
  };
}
