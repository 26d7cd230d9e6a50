// The contacts in hand: a letter, the number, how long, and what is not saved or has news.
import { useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import type { CaseView } from "../api/types";
import { isBlank, type Draft } from "../draft/drafts";
import { useAnswer } from "../live/cache";
import { Key } from "../parts/signs";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { useSent, type Sender } from "./sender";

interface Props {
  all: readonly Draft[];
  active: Draft | null;
  sender: Sender;
  onChoose: (id: string) => void;
  onNew: () => void;
  onNext: () => void;
  onAway: (draft: Draft) => void;
}

export function Tabs({ all, active, sender, onChoose, onNew, onNext, onAway }: Props) {
  const t = useWords();
  return (
    <div className="tabs">
      <ul aria-label={t.form.tabs}>
        {all.map((draft) => (
          <li key={draft.id}>
            <Tab draft={draft} sender={sender} active={draft.id === active?.id} onChoose={() => onChoose(draft.id)} />
          </li>
        ))}
      </ul>
      <button type="button" className="plain" onClick={onNew} title={t.form.new_hint}>
        + {t.form.new} <Key name="F2" />
      </button>
      {all.length > 1 && (
        <button type="button" className="plain" onClick={onNext}>
          {t.action.next_contact} <Key name="F9" />
        </button>
      )}
      <span className="grow" />
      {active !== null && (active.case_id !== null || !isBlank(active)) && (
        <button type="button" className="plain" onClick={() => onAway(active)}>
          {active.case_id !== null ? t.form.put_away : t.form.discard} <Key name="Alt+0" />
        </button>
      )}
    </div>
  );
}

/** "1000…0042": enough to tell two callers apart. */
export function shortNumber(number: string): string {
  const digits = number.replace(/\s/g, "");
  return digits.length > 8 ? `${digits.slice(0, 4)}…${digits.slice(-4)}` : digits;
}

/** "01:37", and hours only when there are any. */
export function elapsed(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function Tab({ draft, sender, active, onChoose }: { draft: Draft; sender: Sender; active: boolean; onChoose: () => void }) {
  const t = useWords();
  const sent = useSent(sender, draft.id);
  const view = useAnswer<CaseView>(draft.case_id === null ? null : `case:${draft.case_id}`, () => calls.caseOf(draft.case_id ?? ""), (each) => each.version).value;
  const news = useNews(view, active);
  const name = shortNumber(draft.caller_number) || draft.narrative.trim().slice(0, 8);
  return (
    <button type="button" className={`tab ${draft.case_id === null ? "unsent" : ""}`} aria-current={active ? "true" : undefined} onClick={onChoose}>
      <b>{draft.letter}</b> {name !== "" && <span className="figures">{name}</span>}
      {draft.case_id !== null ? (
        <span className="dim">{view === undefined ? t.outcome.saved : `${view.no} · ${t.status[view.status]}`}</span>
      ) : sent.busy ? (
        <span className="dim">{t.form.sending}</span>
      ) : (
        <>
          {!isBlank(draft) && <Elapsed since={draft.opened} />}
          <span className="dim">
            <i aria-hidden="true">●</i> {isBlank(draft) ? t.form.draft : t.work.tab.unsent}
          </span>
        </>
      )}
      {news && <span className="sign task">{t.work.tab.changed}</span>}
      <span className="hidden" role="status">
        {news && view !== undefined ? t.work.tab.told(draft.letter, view.no, t.status[view.status]) : ""}
      </span>
    </button>
  );
}

function Elapsed({ since }: { since: number }) {
  const now = useNow(1000);
  return <span className="figures dim">{elapsed(since, now)}</span>;
}

/** Something happened to a case whose tab is not in front. */
function useNews(view: CaseView | undefined, active: boolean): boolean {
  const [news, setNews] = useState(false);
  const seen = useRef<string | null>(null);
  const state = view === undefined ? null : `${view.id} ${view.status} ${view.task ?? ""} ${view.legs.map((leg) => leg.state).join()} ${view.result === null ? "" : "r"}${view.peer_result === null ? "" : "p"}`;
  useEffect(() => {
    if (state === null) return;
    if (active || seen.current === null) {
      seen.current = state;
      setNews(false);
    } else if (seen.current !== state) setNews(true);
  }, [state, active]);
  return news;
}
