// What is asked: the part that may stand in an address, and the part that must not, since a caller may be known by it.
import type { Ask } from "./types";

export const LISTS = ["state", "desk", "matter", "unit", "channel"] as const;
export type ListName = (typeof LISTS)[number];
export type Order = "" | "relevance" | "newest" | "oldest";

/** Words, places and numbers: kept in this window's memory and sent in a body, never in an address. */
export interface Personal {
  q: string;
  place: string;
  number: string;
  phone: string;
}

export interface Conditions extends Record<ListName, string[]> {
  urgency: "" | "urgent" | "critical";
  danger: boolean;
  /** Days, 2026-11-25, both included. */
  from: string;
  to: string;
  order: Order;
}

export const NOTHING: Personal = { q: "", place: "", number: "", phone: "" };

/** Kept for the way back from a case; gone with the window. */
let kept: Personal = NOTHING;
export const keepPersonal = (personal: Personal): void => void (kept = personal);
export const keptPersonal = (): Personal => kept;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function conditionsOf(query: URLSearchParams): Conditions {
  const list = (name: string) => (query.get(name) ?? "").split(",").filter((each) => each !== "").slice(0, 50);
  const day = (name: string) => (DAY.test(query.get(name) ?? "") && !Number.isNaN(Date.parse(query.get(name) ?? "")) ? (query.get(name) ?? "") : "");
  const urgency = query.get("urgency");
  const order = query.get("order");
  return {
    state: list("state"),
    desk: list("desk"),
    matter: list("matter"),
    unit: list("unit"),
    channel: list("channel"),
    urgency: urgency === "urgent" || urgency === "critical" ? urgency : "",
    danger: query.get("danger") === "true",
    from: day("from"),
    to: day("to"),
    order: order === "relevance" || order === "newest" || order === "oldest" ? order : "",
  };
}

export function addressOf(conditions: Conditions): string {
  const query = new URLSearchParams();
  for (const name of LISTS) if (conditions[name].length > 0) query.set(name, conditions[name].join(","));
  for (const name of ["urgency", "from", "to", "order"] as const) if (conditions[name] !== "") query.set(name, conditions[name]);
  if (conditions.danger) query.set("danger", "true");
  const text = query.toString();
  return text === "" ? "/search" : `/search?${text}`;
}

/** The site's days begin by its own clock, whatever the seat's says. */
const ZONE = "+08:00";
const DAY_LONG = 86_400_000;

export function askOf(conditions: Conditions, personal: Personal): Ask {
  const ask: Ask = {};
  for (const name of ["q", "place", "number", "phone"] as const) {
    const text = personal[name].trim();
    // Fewer than four digits find half the store; until there are more nothing is asked by them.
    const few = (name === "number" || name === "phone") && text.replace(/\D/g, "").length < 4;
    if (text !== "" && !few) ask[name] = text;
  }
  for (const name of LISTS) if (conditions[name].length > 0) ask[name] = conditions[name];
  if (conditions.urgency !== "") ask.urgency = conditions.urgency;
  if (conditions.danger) ask.danger = true;
  if (conditions.from !== "") ask.from = Date.parse(`${conditions.from}T00:00:00${ZONE}`);
  if (conditions.to !== "") ask.to = Date.parse(`${conditions.to}T00:00:00${ZONE}`) + DAY_LONG;
  if (conditions.order !== "") ask.order = conditions.order;
  return ask;
}

/** A saved question, back on the screen. */
export function fromAsk(ask: Ask): { conditions: Conditions; personal: Personal } {
  const day = (at: number | null | undefined, back: number) => (at === undefined || at === null ? "" : new Date(at - back + 8 * 3_600_000).toISOString().slice(0, 10));
  return {
    conditions: {
      state: ask.state ?? [],
      desk: ask.desk ?? [],
      matter: ask.matter ?? [],
      unit: ask.unit ?? [],
      channel: ask.channel ?? [],
      urgency: ask.urgency === "urgent" || ask.urgency === "critical" ? ask.urgency : "",
      danger: ask.danger === true,
      from: day(ask.from, 0),
      to: day(ask.to, DAY_LONG),
      order: ask.order === "relevance" || ask.order === "newest" || ask.order === "oldest" ? ask.order : "",
    },
    personal: { q: ask.q ?? "", place: ask.place ?? "", number: ask.number ?? "", phone: ask.phone ?? "" },
  };
}

/** One text for one question, however it was written down: the server fills in what was left out. */
export function textOf(ask: Ask): string {
  const { conditions, personal } = fromAsk(ask);
  return JSON.stringify(askOf(conditions, personal));
}

/** The first and last day of a month, 2026-11. */
export function monthDays(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(last).padStart(2, "0")}` };
}

/** The month the days make up, if they do. */
export function monthOf(conditions: Pick<Conditions, "from" | "to">): string {
  const month = conditions.from.slice(0, 7);
  if (month === "") return "";
  const days = monthDays(month);
  return days.from === conditions.from && days.to === conditions.to ? month : "";
}

export function narrowed(conditions: Conditions): boolean {
  return addressOf({ ...conditions, order: "" }) !== "/search";
}
