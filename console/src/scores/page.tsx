// Scores: units by rank, the platform's figures before and after, exclusions and appeals, what was
// published, and the definitions. Each figure opens the cases it was counted from.
import { useEffect, useRef, useState } from "react";
import { useAnswer } from "../live/cache";
import { Answered, Doings, Done, FormDialog, longEnough, Reason, type Said } from "../office/parts";
import "../office/office.css";
import { useSending } from "../office/sending";
import { Key } from "../parts/signs";
import { Link } from "../route/link";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { scores, type ScoreOffice } from "./calls";
import { Asking, Claims, touchScores } from "./claims";
import { FiguresView } from "./figures";
import { Published } from "./published";
import { Rules } from "./rules";
import "./scores.css";
import { SheetView } from "./sheet";
import { useNamed, useScoreWords, useSentence } from "./words";

const VIEWS = ["rank", "figures", "claims", "published", "rules"] as const;
type View = (typeof VIEWS)[number];

function address(query: URLSearchParams, change: Record<string, string>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? "/scores" : `/scores?${text}`;
}

export default function ScoresPage({ query }: { query: URLSearchParams }) {
  const s = useScoreWords();
  const entry = useAnswer("score:office", scores.office);
  const view = VIEWS.find((each) => each === query.get("view")) ?? "rank";
  useActions(
    "here",
    VIEWS.map((each, i) => ({ id: `score_${each}`, label: `${s.title}：${s.view[each]}`, key: `Alt+${i + 1}`, run: () => navigate(address(query, { view: each })) })),
  );
  return (
    <main className="office scores">
      <header className="office-head">
        <h1>{s.title}</h1>
        <nav aria-label={s.nav}>
          {VIEWS.map((each, i) => (
            <Link key={each} href={address(query, { view: each })} aria-current={each === view ? "page" : undefined}>
              {s.view[each]}
              {each === "claims" && (entry.value?.waiting ?? 0) > 0 && <span className="figures"> {entry.value?.waiting}</span>} <Key name={`Alt+${i + 1}`} />
            </Link>
          ))}
        </nav>
      </header>
      <Answered entry={entry}>{entry.value !== undefined && <Inside office={entry.value} view={view} query={query} />}</Answered>
    </main>
  );
}

function Inside({ office, view, query }: { office: ScoreOffice; view: View; query: URLSearchParams }) {
  const { me } = useSession();
  const s = useScoreWords();
  const [asking, setAsking] = useState<string | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const scheme = office.schemes.some((each) => each.id === query.get("scheme")) ? (query.get("scheme") ?? "") : (office.schemes.find((each) => each.id === "three_rates")?.id ?? "");
  const period = query.get("period") ?? office.periods[0] ?? "";
  const before = query.get("before") ?? "";
  const ask = me.may.includes("ask_exclusion") || me.account.roles.includes("clerk") ? (no: string) => setAsking(no) : null;
  return (
    <div className="score-sheet">
      {view === "rank" || view === "figures" ? <Top office={office} view={view} query={query} scheme={scheme} period={period} before={before} said={said} onSaid={setSaid} /> : null}
      {view === "rank" && <Ranking office={office} scheme={scheme} period={period} onAsk={ask} />}
      {view === "figures" && <FiguresView office={office} period={period} before={before} onAsk={ask} onPeriod={(next) => navigate(address(query, { period: next }))} />}
      {view === "claims" && <Claims office={office} onAsk={ask === null ? null : () => ask("")} said={said} onSaid={setSaid} />}
      {view === "published" && <Published office={office} />}
      {view === "rules" && <Rules office={office} />}
      {asking !== null && (
        <Asking
          office={office}
          caseNo={asking}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            setSaid({ text: s.asked });
          }}
        />
      )}
    </div>
  );
}

function Ranking({ office, scheme, period, onAsk }: { office: ScoreOffice; scheme: string; period: string; onAsk: ((no: string) => void) | null }) {
  const s = useScoreWords();
  const sentence = useSentence();
  const entry = useAnswer(`score:sheet:${scheme}:${period}`, () => scores.sheet(scheme, period));
  if (entry.error !== undefined) {
    return (
      <p className="failure" role="alert">
        <i aria-hidden="true">!</i>
        <span>{sentence(entry.error)}</span>
      </p>
    );
  }
  return (
    <Answered entry={entry}>
      {entry.value !== undefined && (
        <>
          <p className="dim figures score-counted">{s.counted_at(entry.value.cases, entry.value.pos)}</p>
          <SheetView office={office} sheet={entry.value} publication="" onAsk={onAsk} />
        </>
      )}
    </Answered>
  );
}

interface TopProps {
  office: ScoreOffice;
  view: View;
  query: URLSearchParams;
  scheme: string;
  period: string;
  before: string;
  said: Said | null;
  onSaid: (said: Said | null) => void;
}

/** Scheme, period, the period it is compared with, and the key that freezes it. */
function Top({ office, view, query, scheme, period, before, said, onSaid }: TopProps) {
  const s = useScoreWords();
  const named = useNamed();
  const { me } = useSession();
  const [publishing, setPublishing] = useState(false);
  const schemeBox = useRef<HTMLSelectElement>(null);
  const periodBox = useRef<HTMLInputElement>(null);
  const beforeBox = useRef<HTMLInputElement>(null);
  const found = office.schemes.find((each) => each.id === scheme);
  const rank = view === "rank";
  return (
    <>
      <div className="score-top">
        <Doings
          label={s.title}
          actions={[
            ...(rank ? [{ id: "score_to_scheme", label: s.to_scheme, key: "s", run: () => schemeBox.current?.focus() }] : []),
            { id: "score_to_period", label: s.to_period, key: "d", run: () => periodBox.current?.focus() },
            ...(rank ? [] : [{ id: "score_to_before", label: s.to_before, key: "c", run: () => beforeBox.current?.focus() }]),
            ...(rank && me.may.includes("publish_scores") ? [{ id: "score_publish", label: s.publish, key: "p", run: () => setPublishing(true) }] : []),
          ]}
        />
        {rank && (
          <label>
            {s.scheme}
            <select ref={schemeBox} value={scheme} onChange={(event) => navigate(address(query, { scheme: event.target.value }), true)}>
              {office.schemes.map((each) => (
                <option key={each.id} value={each.id}>
                  {named(each, each.id)} · {s.version(each.version)}
                </option>
              ))}
            </select>
          </label>
        )}
        <PeriodBox box={periodBox} label={s.period} value={period} periods={office.periods} onChange={(next) => navigate(address(query, { period: next }), true)} />
        {!rank && <PeriodBox box={beforeBox} label={s.before} value={before} periods={office.periods} onChange={(next) => navigate(address(query, { before: next }), true)} />}
      </div>
      <Done said={said} onClose={onSaid} />
      {publishing && found !== undefined && (
        <Publishing
          scheme={scheme}
          name={named(found, scheme)}
          period={period}
          onClose={() => setPublishing(false)}
          onDone={() => {
            setPublishing(false);
            onSaid({ text: s.published(period) });
            touchScores();
          }}
        />
      )}
    </>
  );
}

function PeriodBox({ box, label, value, periods, onChange }: { box: React.RefObject<HTMLInputElement | null>; label: string; value: string; periods: readonly string[]; onChange: (next: string) => void }) {
  const s = useScoreWords();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <label>
      {label}
      <input
        ref={box}
        className="figures"
        value={text}
        list="score-periods"
        autoComplete="off"
        title={s.period_hint}
        placeholder={periods[0] ?? "2026-11"}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) done();
        }}
      />
      <datalist id="score-periods">
        {periods.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </label>
  );
}

function Publishing({ scheme, name, period, onClose, onDone }: { scheme: string; name: string; period: string; onClose: () => void; onDone: () => void }) {
  const s = useScoreWords();
  const sentence = useSentence();
  const [reason, setReason] = useState("");
  const sending = useSending();
  const send = async () => {
    const order = { scheme, period, reason: reason.trim() };
    if ((await sending.send(order, (key) => scores.publish(order, key))) !== null) onDone();
  };
  return (
    <FormDialog title={`${s.publish} · ${name} · ${period}`} hint={s.publish_hint} submit={s.publish} busy={sending.busy} ready={longEnough(reason)} error={null} onClose={onClose} onSend={() => void send()}>
      {sending.error !== null && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{sentence(sending.error)}</span>
        </p>
      )}
      <Reason value={reason} error={null} auto onChange={setReason} />
    </FormDialog>
  );
}
