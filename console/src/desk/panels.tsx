// Beside the form: what triage makes of the words, and what is known of caller and place.
import { useEffect, useState } from "react";
import { calls } from "../api/calls";
import type { Alternative, CaseBrief, DangerFound, Me, Stage, Suggestion } from "../api/types";
import type { Draft } from "../draft/drafts";
import { useAnswer } from "../live/cache";
import { Key, StatusSign, Time, UrgencySign } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { short } from "../time/format";
import { serverNow } from "../time/now";
import { useWords, type Words } from "../words";
import type { Suggesting } from "./suggest";

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
  const link = me.links.find((each) => each.peer_desk !== me.platform.desk) ?? me.links[0];
  if (link === undefined) return [t.consequence.no_link];
  return [t.consequence.hand(link.peer_name, t.triage.mode[suggestion.mode]), ...dueWords(t, suggestion)];
}

interface TriageProps {
  suggesting: Suggesting;
  me: Me;
  blank: boolean;
  stale: boolean;
  onFirst: () => void;
  onTake: (alternative: Alternative) => void;
}

export function TriagePanel({ suggesting, me, blank, stale, onFirst, onTake }: TriageProps) {
  const t = useWords();
  const { suggestion, ready, failed } = suggesting;
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
          {suggestion.evidence.length > 0 && (
            <p className="evidence">
              {t.triage.words} {suggestion.evidence.slice(0, 5).map((each, i) => <mark key={i}>{each.words}</mark>)}
              <br />
              <span className="dim">
                {t.triage.rule(suggestion.evidence[0]?.rule ?? suggestion.matter ?? "", suggestion.list_version)}
                {suggestion.basis !== "" && ` · ${suggestion.basis}`}
              </span>
            </p>
          )}
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
            {t.triage.first} <Key name="Ctrl+Enter" />
          </button>
          {suggestion.alternatives.length > 0 && (
            <div className="others">
              <span className="tag">{t.triage.others}</span>
              <ol>
                {suggestion.alternatives.slice(0, 3).map((each) => (
                  <li key={each.matter}>
                    <button type="button" onClick={() => onTake(each)} title={t.triage.other_choose}>
                      <span>{each.name}</span>
                      <span className="dim">
                        {t.desk[each.desk]} · {each.lead_name}
                      </span>
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

interface DangerProps {
  danger: readonly DangerFound[];
  dismissed: Draft["dismissed"];
  asking: boolean;
  onAsk: () => void;
  onDismiss: (reason: string) => void;
  onRestore: (rule: string) => void;
  onClose: () => void;
}

/** Cannot be missed, and hides nothing: it is a row of its own. */
export function DangerStrip({ danger, dismissed, asking, onAsk, onDismiss, onRestore, onClose }: DangerProps) {
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
              <span key={`${each.rule}${each.start}`} title={t.triage.rule(each.rule, "")}>
                {each.name}「{each.words}」
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
                {t.danger.dismiss}
              </button>
            </form>
          ) : (
            <button type="button" onClick={onAsk}>
              {t.danger.dismiss} <Key name="F8" />
            </button>
          )}
        </>
      )}
      {dismissed.map((each) => (
        <span key={each.rule} className="dismissed-one">
          {t.danger.dismissed} {each.rule} “{each.reason}”{" "}
          <button type="button" className="plain" onClick={() => onRestore(each.rule)}>
            {t.danger.restore}
          </button>
        </span>
      ))}
    </div>
  );
}

function useSlow(value: string, ms: number): string {
  const [slow, setSlow] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return slow;
}

/** Earlier and open cases of this caller and this place; the first open one is what Alt+J joins. */
export function useNeighbours(draft: Draft) {
  const number = useSlow(draft.caller_number.trim(), 250);
  const place = useSlow(draft.place.trim(), 350);
  const caller = useAnswer(number.length >= 7 ? `callers:${number}` : null, () => calls.callers(number)).value;
  const near = useAnswer(place.length >= 4 ? `near:${place}` : null, () => calls.near(place)).value;
  const open = caller?.open ?? [];
  const nearby = (near?.open ?? []).filter((each) => !open.some((other) => other.id === each.id));
  return { known: caller !== undefined || near !== undefined, open, earlier: caller?.earlier ?? [], nearby, first: open[0] ?? nearby[0] ?? null };
}

export function CallerPanel({ found, onJoin }: { found: ReturnType<typeof useNeighbours>; onJoin: (into: CaseBrief) => void }) {
  const t = useWords();
  const { open, earlier, nearby, known, first } = found;
  const row = (each: CaseBrief, joinable: boolean) => (
    <li key={each.id}>
      <p>
        <Link href={casePath(each.id)} title={t.caller.look}>
          {each.summary}
        </Link>
      </p>
      <p className="who">
        <Time at={each.opened_at} ago /> <StatusSign status={each.status} task={null} danger={each.danger} />
        {joinable && (
          <button type="button" className="join" title={t.caller.join_hint} onClick={() => onJoin(each)}>
            {t.caller.join} {each === first && <Key name="Alt+j" />}
          </button>
        )}
      </p>
    </li>
  );
  return (
    <section className="panel caller" aria-label={t.caller.title}>
      <h2>
        {t.caller.title}
        {known && <span className="dim"> {t.caller.counts(open.length, earlier.length)}</span>}
      </h2>
      {!known ? (
        <p className="empty">{t.caller.none}</p>
      ) : open.length + earlier.length + nearby.length === 0 ? (
        <p className="empty">{t.caller.nothing}</p>
      ) : (
        <>
          {open.length > 0 && <h3>{t.caller.open}</h3>}
          <ul>{open.map((each) => row(each, true))}</ul>
          {nearby.length > 0 && <h3>{t.caller.near}</h3>}
          <ul>{nearby.map((each) => row(each, true))}</ul>
          {earlier.length > 0 && <h3>{t.caller.earlier}</h3>}
          <ul>{earlier.map((each) => row(each, false))}</ul>
        </>
      )}
    </section>
  );
}
