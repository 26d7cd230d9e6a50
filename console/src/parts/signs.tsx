// The small signs every screen uses. Colour never stands alone: each has its word or shape.
import { useEffect, useState, type ReactNode } from "react";
import type { CaseBrief, Deadline, Stage, Status, Task, Urgency } from "../api/types";
import { countdown, exact, MINUTE, short, span } from "../time/format";
import { useNow } from "../time/now";
import { sentenceOf, useWords, type Words } from "../words";

/** A key as printed on its control. */
export function Key({ name }: { name: string }) {
  return <kbd aria-hidden="true">{keyLabel(name)}</kbd>;
}

export function keyLabel(name: string): string {
  return name
    .replace("Enter", "⏎")
    .replace("Escape", "Esc")
    .replace("Space", "␣")
    .replace(/(^|\+)([a-z])$/, (_, plus: string, letter: string) => plus + letter.toUpperCase())
    .replace(/^(Alt|Ctrl)\+/, "$1 ");
}

/** "14:02, 3 minutes ago"; the exact time on hovering. */
export function Time({ at, ago = false }: { at: number; ago?: boolean }) {
  const t = useWords();
  const now = useNow(MINUTE / 2);
  const since = span(now - at);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {short(at, now)}
      {ago && <span className="dim"> {t.time.ago(since.value, since.unit)}</span>}
    </time>
  );
}

export type Heat = "calm" | "soon" | "over";

export function heatOf(due: number, amberAt: number, now: number): Heat {
  if (now > due) return "over";
  return now >= amberAt ? "soon" : "calm";
}

export function leftText(t: Words, due: number, now: number): string {
  const left = countdown(due, now);
  return left.over ? t.time.over(left.text, left.form) : t.time.left(left.text, left.form);
}

/** A running limit: its shape, its countdown and, on hovering, its rule. */
export function Due({ stage, due, amberAt, rule }: { stage: Stage; due: number; amberAt: number; rule?: string }) {
  const t = useWords();
  const grain = useGrain(due);
  const now = useNow(grain);
  const heat = heatOf(due, amberAt, now);
  return (
    <span className={`due ${heat}`} title={`${t.stage[stage]} ${exact(due)}${rule === undefined ? "" : `\n${rule}`}`}>
      <i aria-hidden="true">{heat === "over" ? "■" : heat === "soon" ? "▲" : "○"}</i>
      <span className="due-stage">{t.stage[stage]}</span> <b>{leftText(t, due, now)}</b>
    </span>
  );
}

/** To the minute far from the limit, to the second near it. */
function useGrain(due: number): number {
  const now = useNow(MINUTE);
  return Math.abs(due - now) <= 7 * MINUTE ? 1000 : 10_000;
}

export function DueOf({ brief }: { brief: Pick<CaseBrief, "next_due"> }) {
  const next = brief.next_due;
  if (next === null) return <span className="dim">—</span>;
  return <Due stage={next.stage} due={next.due} amberAt={next.amber_at} />;
}

export function ClockOf({ deadline }: { deadline: Deadline }) {
  const t = useWords();
  const open = deadline.state === "running" || deadline.state === "amber" || deadline.state === "missed";
  if (open) return <Due stage={deadline.stage} due={deadline.due} amberAt={deadline.amber} rule={deadline.rule} />;
  const word = deadline.state === "met" && deadline.late === true ? t.deadline_state.met_late : t.deadline_state[deadline.state];
  return (
    <span className="due done" title={exact(deadline.due)}>
      <i aria-hidden="true">{deadline.state === "met" ? "✓" : "–"}</i>
      <span className="due-stage">{t.stage[deadline.stage]}</span> {word}
    </span>
  );
}

export function StatusSign({ status, task, danger }: { status: Status; task: Task | null; danger: boolean }) {
  const t = useWords();
  return (
    <span className="signs">
      {danger && (
        <span className="sign danger">
          <i aria-hidden="true">▲</i>
          {t.danger.case}
        </span>
      )}
      {task !== null && task !== "danger" ? (
        <span className="sign task">{t.task[task]}</span>
      ) : (
        <span className={`sign ${status === "closed" ? "quiet" : ""}`}>{t.status[status]}</span>
      )}
    </span>
  );
}

export function UrgencySign({ urgency }: { urgency: Urgency }) {
  const t = useWords();
  return <span className={`urgency ${urgency}`}>{t.urgency[urgency]}</span>;
}

export function holderName(brief: Pick<CaseBrief, "holder">): string {
  return brief.holder.side === "own" ? brief.holder.unit_name : brief.holder.peer_name;
}

/** A failure in a sentence. */
export function Failure({ error, children }: { error: unknown; children?: ReactNode }) {
  const t = useWords();
  return (
    <p className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <span>{sentenceOf(t, error)}</span>
      {children}
    </p>
  );
}

/** Nothing for the first 300 ms: what comes at once needs no announcement. */
export function Waiting({ rows = 4 }: { rows?: number }) {
  const t = useWords();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="skeleton" role="status" aria-label={t.loading}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

