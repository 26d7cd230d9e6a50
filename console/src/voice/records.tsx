// The calls of a case: what they were, why each seat was picked, and their sound for those who may.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Failure, Key, Time } from "../parts/signs";
import { exact } from "../time/format";
import { useActions } from "../shell/actions";
import { useWords } from "../words";
import { type CallRecord, soundAddress, voice } from "./calls";
import { useVoiceWords } from "./words";
import "./voice.css";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const seconds = (ms: number) => Math.round(ms / 1000);

export default function CallRecords({ id, version }: { id: string; version: number }) {
  const v = useVoiceWords();
  const t = useWords();
  // Every fact of a call is a new version of its case.
  const entry = useAnswer(`voice:case:${id}:${version}`, () => voice.ofCase(id));
  if (entry.value === undefined) {
    return entry.error === undefined ? null : (
      <Failure error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Failure>
    );
  }
  return (
    <section className="call-records">
      <h3>{v.records}</h3>
      {entry.value.length === 0 && <p className="empty">{v.records_none}</p>}
      {entry.value.map((call) => (
        <One key={call.call} call={call} onChange={entry.again} />
      ))}
    </section>
  );
}

/** How long the sound is there, and who sealed it as evidence. */
function Kept({ call, onChange }: { call: CallRecord; onChange: () => void }) {
  const v = useVoiceWords();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const removed = call.recordings.map((each) => each.removed_at ?? null).filter((each) => each !== null);
  useActions("here", call.may_hold && removed.length < call.recordings.length ? [{ id: `hold_${call.call}`, label: `${call.hold == null ? v.record.seal : v.record.lift} ${call.number}`, run: () => setAsking(true) }] : []);
  const hold = call.hold ?? null;
  const until = call.kept_until ?? null;
  if (removed.length === call.recordings.length) return <p className="dim">{v.record.removed(exact(Math.max(...removed)))}</p>;
  const send = async () => {
    if (busy || why.trim().length < 4) return;
    setBusy(true);
    setError(null);
    try {
      await voice.hold(call.call, hold === null, why.trim());
      setAsking(false);
      setWhy("");
      onChange();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        {hold === null ? (
          <span className="dim">{until === null ? v.record.kept_always : v.record.kept_until(exact(until))}</span>
        ) : (
          <span>
            <i aria-hidden="true">■</i> {v.record.sealed(hold.name, exact(hold.at))} <q>{hold.reason}</q>
          </span>
        )}{" "}
        {call.may_hold && !asking && (
          <button type="button" className="plain" onClick={() => setAsking(true)}>
            {hold === null ? v.record.seal : v.record.lift}
          </button>
        )}
      </p>
      {asking && (
        <form
          className="call-take"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            setAsking(false);
          }}
        >
          <label>
            {hold === null ? v.record.seal_why : v.record.lift_why} <input autoFocus value={why} maxLength={200} onChange={(event) => setWhy(event.target.value)} />
          </label>
          <button type="submit" className="primary" disabled={busy || why.trim().length < 4}>
            {hold === null ? v.record.seal : v.record.lift} <Key name="Enter" />
          </button>
          <button type="button" className="plain" onClick={() => setAsking(false)}>
            {v.record.leave} <Key name="Escape" />
          </button>
          {error !== null && <Failure error={error} />}
        </form>
      )}
    </>
  );
}

function One({ call, onChange }: { call: CallRecord; onChange: () => void }) {
  const v = useVoiceWords();
  const [why, setWhy] = useState("");
  const [playing, setPlaying] = useState(false);
  const gaps = call.recordings.reduce((sum, each) => sum + each.gaps, 0);
  const answered = call.answered ?? null;
  const ended = call.ended ?? null;
  const there = call.recordings.some((each) => (each.removed_at ?? null) === null);
  useActions("here", there && call.may_play ? [{ id: `sound_${call.call}`, label: `${v.record.sound} ${call.number}`, run: () => setPlaying(true) }] : []);
  return (
    <article className="call-record" aria-label={`${call.inbound ? v.record.in : v.record.out} ${call.number}`}>
      <p>
        <b>{call.inbound ? v.record.in : v.record.out}</b> <Time at={call.began} /> <span>{call.number === "" ? v.withheld : call.number}</span> <span>{v.outcome[call.outcome] ?? call.outcome}</span>
        {call.seat_name !== "" && <span>{v.board.by} {call.seat_name}</span>}
        {answered !== null && <span className="dim"> {v.record.waited(seconds(answered - call.began))}</span>}
        {answered !== null && ended !== null && <span className="dim"> {v.record.talked(seconds(ended - answered))}</span>}
        {call.held_ms > 0 && <span className="dim"> {v.record.held(seconds(call.held_ms))}</span>}
      </p>
      {call.recordings.length > 0 && <Kept call={call} onChange={onChange} />}
      {there && call.may_play && (
        <p>
          {playing ? (
            <audio controls autoPlay src={soundAddress(call.call)} aria-label={v.record.sound} />
          ) : (
            <button type="button" onClick={() => setPlaying(true)}>
              {v.record.sound}
            </button>
          )}
          {gaps > 0 && <span className="dim"> {v.record.gaps(gaps)}</span>}
        </p>
      )}
      {there && call.may_export && (
        <p className="call-take">
          <label>
            {v.record.why} <input value={why} onChange={(event) => setWhy(event.target.value)} maxLength={200} />
          </label>
          {why.trim().length >= 4 && (
            <a className="button" href={soundAddress(call.call, why.trim())} download>
              {v.record.take}
            </a>
          )}
        </p>
      )}
      <details>
        <summary>{v.record.steps}</summary>
        <ol className="call-steps">
          {call.steps.map((step, i) => {
            const body = step.body as Record<string, unknown>;
            const candidates = Array.isArray(body["candidates"]) ? (body["candidates"] as Record<string, unknown>[]) : [];
            return (
              <li key={i}>
                <Time at={step.at} /> <b>{v.step[step.kind] ?? step.kind}</b>
                {step.kind === "offered" && (
                  <>
                    <span> {v.because[text(body["because"])]}</span>
                    <ul>
                      {candidates.map((each, n) => (
                        <li key={n}>
                          {text(each["name"]) || text(each["seat"])} <span className="dim">{v.passed[text(each["why"])]} · {v.seconds(seconds(Number(each["idle"] ?? 0)))}</span>
                        </li>
                      ))}
                    </ul>
                  </>
                )}
              </li>
            );
          })}
        </ol>
      </details>
    </article>
  );
}
