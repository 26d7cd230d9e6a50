// The unit's own part of a case in two lines: who else is on it, how often the caller was tried,
// what may still be asked of the desk and until when.
import { useMemo } from "react";
import { calls } from "../api/calls";
import type { CaseView, Leg, TimelineItem } from "../api/types";
import { useCase } from "../case/pane";
import { useAnswer } from "../live/cache";
import { Time } from "../parts/signs";
import { useSession } from "../shell/session";
import { short } from "../time/format";
import { useNow } from "../time/now";
import { useWords, type Words } from "../words";

export interface Try {
  at: number;
  who: string;
  reached: boolean;
  note: string;
}

/** Every try to reach the caller by one assignment, the latest first (R15, R86). */
export function triesOf(items: readonly TimelineItem[], leg: string): Try[] {
  return items
    .filter((item) => item.kind === "caller_contacted" && item.side === "own" && item.body["leg"] === leg)
    .map((item) => ({ at: item.at, who: item.actor_name, reached: item.body["reached"] === true, note: String(item.body["note"] ?? "") }))
    .reverse();
}

/** The unit's own assignment: the one still open, else the last. */
export function ownLeg(view: CaseView, unit: string): Leg | undefined {
  const mine = view.legs.filter((leg) => leg.unit === unit);
  return mine.findLast((leg) => ["dispatched", "signed", "suspended"].includes(leg.state)) ?? mine.at(-1);
}

/** Why the last result came back, if it did and the work goes on. */
export function redoReason(items: readonly TimelineItem[], leg: Leg): string | null {
  if (leg.solved === null || leg.solved === undefined || leg.state === "done") return null;
  const order = items.findLast((item) => item.kind === "redo_ordered" && item.side === "own");
  return order === undefined ? null : String(order.body["reason"] ?? "");
}

/** What may still be asked of the desk about time, in a sentence. */
export function extensionWords(t: Words, view: CaseView, leg: Leg, now: number): string {
  if (leg.ask?.ask === "extension") return t.unit.strip.extension_asked;
  const result = view.deadlines.find((each) => each.leg === leg.id && each.stage === "result" && ["running", "amber", "missed", "paused"].includes(each.state));
  if (view.allowed.includes(`ask_extension:${leg.id}`)) return result === undefined ? "" : t.unit.strip.extension_until(short(result.due, now));
  if (leg.extensions > 0) return t.unit.strip.extension_used;
  return result !== undefined && now > result.due ? t.unit.strip.extension_late : "";
}

function returnWords(t: Words, view: CaseView, leg: Leg): string {
  if (leg.ask?.ask === "return") return t.unit.strip.return_asked;
  if (leg.binding) return t.unit.strip.return_bound;
  return view.allowed.includes(`ask_return:${leg.id}`) ? t.unit.strip.return_open : "";
}

export function UnitStrip({ id }: { id: string }) {
  const t = useWords();
  const { me } = useSession();
  const now = useNow(30_000);
  const view = useCase(id).value;
  const timeline = useAnswer(`timeline:${id}`, () => calls.timeline(id)).value;
  const leg = view === undefined ? undefined : ownLeg(view, me.account.unit);
  const tries = useMemo(() => (leg === undefined ? [] : triesOf(timeline?.items ?? [], leg.id)), [timeline, leg]);
  if (view === undefined || leg === undefined) return null;
  const others = view.legs.filter((each) => each.id !== leg.id && each.state !== "withdrawn");
  const redo = redoReason(timeline?.items ?? [], leg);
  const open = ["dispatched", "signed", "suspended"].includes(leg.state);
  const hints = open ? [extensionWords(t, view, leg, now), returnWords(t, view, leg)].filter((words) => words !== "") : [];
  return (
    <section className="unit-strip" aria-label={t.unit.strip.title}>
      {redo !== null && (
        <p className="due soon">
          <i aria-hidden="true">▲</i> {t.unit.strip.redo(redo)}
        </p>
      )}
      <p className="strip-line">
        {others.length === 0 ? (
          <span className="dim">{t.unit.strip.alone}</span>
        ) : (
          <>
            <span className="dim">{t.unit.strip.together}</span>
            {others.map((each) => (
              <span key={each.id}>
                <b>{each.unit_name}</b> <span className="dim">{t.leg_role[each.role]}</span> <span className="sign quiet">{t.leg_state[each.state]}</span>
              </span>
            ))}
          </>
        )}
        <span className="grow" />
        {hints.map((words) => (
          <span key={words} className="dim">
            {words}
          </span>
        ))}
      </p>
      <details className="contact-log">
        <summary>
          {t.unit.strip.contact_log}
          {t.unit.strip.contacts(tries.length, tries.filter((each) => !each.reached).length) !== "" && (
            <span className="dim"> {t.unit.strip.contacts(tries.length, tries.filter((each) => !each.reached).length)}</span>
          )}
          {tries[0] !== undefined && (
            <span className="dim">
              {" "}
              · <Time at={tries[0].at} ago />
            </span>
          )}
        </summary>
        {tries.length === 0 ? (
          <p className="hint">{t.unit.strip.contact_none}</p>
        ) : (
          <ol>
            {tries.map((each) => (
              <li key={`${each.at}${each.note}`}>
                <Time at={each.at} /> <b>{each.reached ? t.unit.strip.reached : t.unit.strip.missed}</b> <span>{each.note}</span> <span className="dim">{each.who}</span>
              </li>
            ))}
          </ol>
        )}
      </details>
    </section>
  );
}
