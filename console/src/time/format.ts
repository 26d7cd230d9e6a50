// Times as the desk reads them. China keeps one zone, whatever the seat's machine says.

const ZONE = "Asia/Shanghai";

const clock = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE,
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const clockSeconds = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE,
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** "14:02" */
export function hhmm(at: number): string {
  return clock.format(at);
}

/** "14:02:37" */
export function hhmmss(at: number): string {
  return clockSeconds.format(at);
}

/** "2026-11-22" */
export function day(at: number): string {
  return parts.format(at);
}

/** "2026-11-22 14:02:37": what hovering shows. */
export function exact(at: number): string {
  return `${day(at)} ${hhmmss(at)}`;
}

/** The hour alone today, month and day with it otherwise. */
export function short(at: number, now: number): string {
  return day(at) === day(now) ? hhmm(at) : `${day(at).slice(5)} ${hhmm(at)}`;
}

/** How long ago or ahead, in the largest unit that still tells something. */
export interface Span {
  value: number;
  unit: "second" | "minute" | "hour" | "day";
}

export function span(ms: number): Span {
  const length = Math.abs(ms);
  if (length < MINUTE) return { value: Math.floor(length / 1000), unit: "second" };
  if (length < HOUR) return { value: Math.floor(length / MINUTE), unit: "minute" };
  if (length < 2 * DAY) return { value: Math.floor(length / HOUR), unit: "hour" };
  return { value: Math.floor(length / DAY), unit: "day" };
}

export interface Countdown {
  /** Whether the moment has passed. */
  over: boolean;
  /** "04:59" in the last five minutes, "1:58" hours and minutes before, "2 d" beyond two days. */
  text: string;
  /** How the text is to be read. */
  form: "seconds" | "minutes" | "hours" | "days";
}

/** To the minute until the last five, then to the second. */
export function countdown(due: number, now: number): Countdown {
  const left = due - now;
  const over = left < 0;
  const length = Math.abs(left);
  if (!over && length <= 5 * MINUTE) {
    const seconds = Math.ceil(length / 1000);
    return { over, text: `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`, form: "seconds" };
  }
  // What is left is rounded up, so that "1 minute" never means "already over".
  const minutes = over ? Math.floor(length / MINUTE) : Math.ceil(length / MINUTE);
  if (minutes < 60) return { over, text: String(minutes), form: "minutes" };
  if (minutes < 48 * 60) {
    return { over, text: `${Math.floor(minutes / 60)}:${pad(minutes % 60)}`, form: "hours" };
  }
  return { over, text: String(Math.floor(minutes / (24 * 60))), form: "days" };
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
