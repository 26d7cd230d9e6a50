// What was seen and what is, side by side, and what both sides wrote: neither is lost.
import type { CaseView, TimelineItem } from "../api/types";
import { readKept } from "../draft/kept";
import { forms } from "../command/forms";
import { holderName } from "../parts/signs";
import { useWords, type Words } from "../words";
import { exact } from "../time/format";
import { Timeline } from "./timeline";

function facts(t: Words, view: CaseView): [string, string][] {
  const words = t.casePage.moved;
  return [
    [words.status, t.status[view.status]],
    [words.holder, holderName(view)],
    [words.matter, view.matter === null ? t.triage.unowned : view.matter_name],
    [words.urgency, t.urgency[view.urgency]],
    [words.due, view.next_due === null ? t.casePage.sheet.none : `${t.stage[view.next_due.stage]} ${exact(view.next_due.due)}`],
    [words.legs, view.legs.map((leg) => `${leg.unit_name} ${t.leg_state[leg.state]}`).join(" · ") || t.casePage.sheet.none],
  ];
}

/** The words typed so far, as they are kept. */
function typed(kept: string, command: string): string[] {
  try {
    const values: unknown = JSON.parse(readKept(kept) || "{}");
    if (typeof values !== "object" || values === null) return [];
    const names = (forms[command]?.fields ?? []).filter((field) => field.kind === "long" || field.kind === "text" || field.kind === "lines").map((field) => field.name);
    return names.map((name) => (values as Record<string, unknown>)[name]).filter((each): each is string => typeof each === "string" && each.trim() !== "");
  } catch {
    return [];
  }
}

export function Moved({ seen, view, items, kept, command }: { seen: CaseView; view: CaseView; items: TimelineItem[]; kept: string; command: string }) {
  const t = useWords();
  const words = t.casePage.moved;
  const fresh = items.filter((item) => item.seq > seen.version);
  const before = facts(t, seen);
  const after = facts(t, view);
  const mine = typed(kept, command);
  return (
    <section className="moved" role="alert" tabIndex={0} aria-label={t.case.moved}>
      <h3>{t.case.moved}</h3>
      <p>{t.case.moved_more(seen.version, view.version)}</p>
      <div className="moved-sides">
        <div>
          <h4>
            {words.seen} <span className="dim">{words.version(seen.version)}</span>
          </h4>
          <dl className="pairs">
            {before.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h4>{words.yours}</h4>
          {mine.length === 0 ? <p className="dim">{words.nothing}</p> : mine.map((each, i) => <q key={i}>{each}</q>)}
        </div>
        <div>
          <h4>
            {words.now} <span className="dim">{words.version(view.version)}</span>
          </h4>
          <dl className="pairs">
            {after.map(([name, value], i) => (
              <div key={name} className={before[i]?.[1] === value ? "" : "changed"}>
                <dt>{name}</dt>
                <dd>{before[i]?.[1] === value ? value : <mark>{value}</mark>}</dd>
              </div>
            ))}
          </dl>
          <h4>{words.theirs}</h4>
          <Timeline items={fresh} />
        </div>
      </div>
    </section>
  );
}
