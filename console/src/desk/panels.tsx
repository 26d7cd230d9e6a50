// Beside the form: what triage makes of the words, and what is known of caller and place.
import { useState, type ReactNode } from "react";
import type { AlikeCase, Alternative, CaseBrief, DangerFound, Me, Stage, Suggestion } from "../api/types";
import type { Draft } from "../draft/drafts";
import { Key, StatusSign, Time, UrgencySign } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { short } from "../time/format";
import { serverNow } from "../time/now";
import { useWords, type Words } from "../words";
import { isAlike, JOIN_KEYS, type Known } from "./alike";
import { Doubtful, othersOf, percentOf, Sureness } from "./confidence";
import { isShown, NuisancePast } from "./nuisance";
import type { Suggesting } from "./suggest";
import { peerFor } from "./peer";

const STAGES: Stage[] = ["answer", "sign", "feedback", "result", "close"];

function dueWords(t: Words, suggestion: Suggestion): string[] {
  return STAGES.flatMap((stage) => {
    const at = suggestion.due[stage];
    return at === undefined ? [] : [t.consequence.due(t.stage[stage], short(at, serverNow()))];
  });
}

/** Who gets it, said before the key is pressed. */
export function consequenceOf(t: Words, suggestion: Suggestion, me: Me): string[] {
  if (suggestion.mode === "answer") return [t.consequence.answer];
  if (suggestion.unowned || suggestion.desk === null) return [t.consequence.unowned];
  if (suggestion.mode === "dispatch") {
    const parts = [t.consequence.dispatch(suggestion.lead_name)];
    if (suggestion.assist_names.length > 0) parts.push(t.consequence.assist(suggestion.assist_names.join("、")));
    return [...parts, ...dueWords(t, suggestion)];
  }
  const link = peerFor(me, suggestion.desk);
  if (link === undefined) return [t.consequence.no_link];
  return [t.consequence.hand(link.peer_name, t.triage.mode[suggestion.mode]), ...dueWords(t, suggestion)];
}

/** The keys that take the other suggestions, in their order. */
export const OTHER_KEYS = ["Alt+z", "Alt+x", "Alt+c"] as const;

interface TriageProps {
  suggesting: Suggesting;
  danger: readonly DangerFound[];
  me: Me;
  blank: boolean;
  stale: boolean;
  /** Whether Ctrl+Enter does the first suggestion; an open form has it for itself. */
  keyed: boolean;
  onFirst: () => void;
  onTake: (alternative: Alternative) => void;
}

export function TriagePanel({ suggesting, danger, me, blank, stale, keyed, onFirst, onTake }: TriageProps) {
  const t = useWords();
  const { suggestion, ready, failed } = suggesting;
  const others = suggestion === null ? [] : othersOf(suggestion);
  return (
    <section className="panel triage" aria-label={t.triage.title}>
      {failed && <p className="notice">{t.triage.away}</p>}
      {stale && (
        <p className="notice" role="alert">
          {t.triage.stale}
        </p>
      )}
      {suggestion === null || !ready ? (
        !failed && <p className="empty">{blank ? t.triage.empty : t.triage.unsure}</p>
      ) : (
        <>
          <Doubtful suggestion={suggestion} />
          <div className="headline" aria-live="polite">
            <p className="headline-mode">
              {suggestion.unowned ? t.triage.unowned : t.triage.mode[suggestion.mode]}
              {suggestion.desk !== null && <span className={`platform-number ${suggestion.desk}`}>{t.desk[suggestion.desk]}</span>}
              <UrgencySign urgency={suggestion.urgency} />
            </p>
            {suggestion.unowned ? (
              <p>{t.triage.unowned_more}</p>
            ) : (
              <p className="headline-matter">
                {suggestion.matter_name} {suggestion.matter_name !== "" && <span className="arrow">→</span>} <b>{suggestion.lead_name}</b>
              </p>
            )}
          </div>
          <Sureness suggestion={suggestion} />
          <Why suggestion={suggestion} danger={danger} />
          {suggestion.say !== "" && (
            <div className="say">
              <span className="tag">{t.triage.say}</span>
              <q>{suggestion.say}</q>
            </div>
          )}
          <div className="consequence">
            <span className="tag">{t.consequence.title}</span>
            <ul>
              {consequenceOf(t, suggestion, me).map((words, i) => (
                <li key={i}>{words}</li>
              ))}
            </ul>
          </div>
          <button type="button" className="primary first" onClick={onFirst}>
            {t.triage.first} {keyed && <Key name="Ctrl+Enter" />}
          </button>
          {others.length > 0 && (
            <div className="others">
              <span className="tag">{t.triage.others}</span>
              <ol>
                {others.slice(0, OTHER_KEYS.length).map((each, i) => (
                  <li key={each.matter}>
                    <button type="button" onClick={() => onTake(each)} title={`${t.triage.other_choose} ${each.matter} · ${t.desk[each.desk]} · ${each.lead_name}`}>
                      <span>{each.name}</span>
                      <span className="dim other-whose">
                        {t.desk[each.desk]} · {each.lead_name}
                      </span>
                      {percentOf(suggestion, each.matter) !== null && <span className="dim">{percentOf(suggestion, each.matter)}%</span>}
                      <Key name={OTHER_KEYS[i] ?? ""} />
                    </button>
                  </li>
                ))}
              </ol>
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** Each part of the suggestion with what it rests on: rule, version, the caller's own words (law 11). */
export function Why({ suggestion, danger }: { suggestion: Suggestion; danger: readonly DangerFound[] }) {
  const t = useWords();
  const w = t.work.why;
  const row = suggestion.matter ?? "";
  const first = danger[0];
  // Danger speaks for the urgency and, where no row does, for the unit.
  const byDanger = first !== undefined && suggestion.urgency === "critical";
  const words = [...new Set(suggestion.evidence.map((each) => each.words))].slice(0, 4);
  const rules = new Map(suggestion.evidence.map((each) => [each.rule, each.version]));
  if (row !== "") rules.delete(row);
  return (
    <dl className="why" aria-label={w.title}>
      <div>
        <dt>{w.matter}</dt>
        <dd>
          {row !== "" && <span className="figures">{w.rule(row, suggestion.list_version)}</span>}
          {[...rules].slice(0, 2).map(([rule, version]) => (
            <span key={rule} className="figures">
              {w.danger_rule(rule, version)}
            </span>
          ))}
          {words.length > 0 ? words.map((each) => <mark key={each}>{each}</mark>) : <span>{w.no_words}</span>}
          {suggestion.basis !== "" && <span title={suggestion.basis}>{suggestion.basis}</span>}
        </dd>
      </div>
      {suggestion.lead !== null && (
        <div>
          <dt>{w.unit}</dt>
          <dd>{row === "" ? w.unit_by_danger(suggestion.district) : suggestion.district === "" ? w.unit_by_row(row) : w.unit_by_district(row, suggestion.district)}</dd>
        </div>
      )}
      <div>
        <dt>{w.urgency}</dt>
        <dd>
          {t.urgency[suggestion.urgency]} · {byDanger ? w.urgency_by_danger(first.rule) : suggestion.urgency === "normal" ? w.urgency_usual : w.urgency_by_row(row)}
        </dd>
      </div>
    </dl>
  );
}

interface DangerProps {
  danger: readonly DangerFound[];
  version: string;
  dismissed: Draft["dismissed"];
  asking: boolean;
  onAsk: () => void;
  onDismiss: (reason: string) => void;
  onRestore: (rule: string) => void;
  onClose: () => void;
}

/** Cannot be missed, and hides nothing: it is a row of its own. */
export function DangerStrip({ danger, version, dismissed, asking, onAsk, onDismiss, onRestore, onClose }: DangerProps) {
  const t = useWords();
  const [reason, setReason] = useState("");
  const first = danger[0];
  if (danger.length === 0 && dismissed.length === 0) return null;
  return (
    <div className={danger.length > 0 ? "danger-strip" : "danger-strip dismissed"}>
      {first !== undefined && (
        <>
          <p role="alert">
            <i aria-hidden="true">▲</i>
            <b>{t.danger.title}</b>
            {danger.map((each) => (
              <span key={`${each.rule}${each.start}`}>
                {each.name}「{each.words}」<small>{t.work.why.danger_rule(each.rule, version)}</small>
              </span>
            ))}
            <span className="advice">{first.advice}</span>
          </p>
          {asking ? (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (reason.trim() === "") return;
                onDismiss(reason.trim());
                setReason("");
              }}
            >
              <label htmlFor="danger-reason">
                {t.danger.reason} 「{first.words}」
              </label>
              <input
                id="danger-reason"
                autoFocus
                autoComplete="off"
                placeholder={t.danger.why_hint}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key === "Escape" && !event.nativeEvent.isComposing) {
                    event.preventDefault();
                    onClose();
                  }
                }}
              />
              <button type="submit" disabled={reason.trim() === ""}>
                {t.danger.dismiss} <Key name="Enter" />
              </button>
              <button type="button" onClick={onClose}>
                {t.close} <Key name="Escape" />
              </button>
            </form>
          ) : (
            <button type="button" onClick={onAsk}>
              {t.danger.dismiss} <Key name="F8" />
            </button>
          )}
        </>
      )}
      {dismissed.map((each, i) => (
        <span key={each.rule} className="dismissed-one">
          {t.danger.dismissed} {each.rule} “{each.reason}”{" "}
          <button type="button" className="plain" onClick={() => onRestore(each.rule)}>
            {t.danger.restore} {i === 0 && <Key name="Alt+r" />}
          </button>
        </span>
      ))}
    </div>
  );
}

/** What is known of the caller, and which open case this may be; what joins it has a key. */
export function CallerPanel({ known, map, onJoin }: { known: Known; map: ReactNode; onJoin: (into: CaseBrief) => void }) {
  const t = useWords();
  const { open, earlier, alike, asked, joinable, compared, nuisance, number } = known;
  const same = alike.filter(isAlike);
  const near = alike.filter((hit) => !isAlike(hit));
  const keyOf = (id: string) => JOIN_KEYS[joinable.findIndex((each) => each.brief.id === id)];
  const row = (each: CaseBrief, joins: boolean, hit: AlikeCase | null) => (
    <li key={each.id}>
      <p>
        <Link href={casePath(each.id)} title={t.caller.look}>
          {each.summary}
        </Link>
      </p>
      <p className="who">
        <Time at={each.opened_at} ago /> <StatusSign status={each.status} task={null} danger={each.danger} />
        {joins && (
          <button type="button" className="join" title={t.caller.join_hint} onClick={() => onJoin(each)}>
            {t.caller.join} {keyOf(each.id) !== undefined && <Key name={keyOf(each.id) ?? ""} />}
          </button>
        )}
      </p>
      {hit !== null && <Likeness hit={hit} />}
    </li>
  );
  return (
    <section className="panel caller" aria-label={t.caller.title}>
      <div className="caller-lists" tabIndex={0} role="group" aria-label={t.caller.title}>
        <h2>
          {t.caller.title}
          {asked && <span className="dim"> {t.caller.counts(open.length, earlier.length)}</span>}
        </h2>
        {!asked ? (
          <p className="empty">{t.caller.none}</p>
        ) : (
          <>
            {isShown(nuisance) && <NuisancePast number={number} past={nuisance} />}
            {open.length > 0 && <h3>{t.caller.open}</h3>}
            <ul>{open.map((each) => row(each, true, null))}</ul>
            {same.length > 0 && (
              <h3>
                {t.work.alike.title} <span className="dim">{t.work.alike.compared(compared)}</span>
              </h3>
            )}
            <ul>{same.map((hit) => row(hit.case, true, hit))}</ul>
            {near.length > 0 && <h3>{t.work.alike.near}</h3>}
            <ul>{near.map((hit) => row(hit.case, true, hit))}</ul>
            {alike.length === 0 && compared > 0 && <p className="empty">{t.work.alike.none(compared)}</p>}
            {earlier.length > 0 && <h3>{t.caller.earlier}</h3>}
            <ul>{earlier.map((each) => row(each, false, null))}</ul>
            {open.length + earlier.length + alike.length === 0 && compared === 0 && <p className="empty">{t.caller.nothing}</p>}
          </>
        )}
      </div>
      {map}
    </section>
  );
}

/** Why two cases may be one: place, distance, the words both callers used. */
function Likeness({ hit }: { hit: AlikeCase }) {
  const t = useWords();
  const w = t.work.alike;
  return (
    <p className="likeness">
      {hit.same_place ? <b>{w.same_place}</b> : hit.metres !== null && <span>{w.metres(hit.metres)}</span>}
      {hit.percent > 0 && hit.words.length > 0 && (
        <span>
          {w.words(hit.percent)} · {w.both_said} {hit.words.slice(0, 3).map((each) => <mark key={each}>{each}</mark>)}
        </span>
      )}
    </p>
  );
}
