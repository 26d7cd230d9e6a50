// The messages of a case, and the box to answer in: on the case's own page and in the queue.
import { useRef, useState } from "react";
import { newKey, Problem } from "../api/http";
import { Keys } from "../command/send";
import { useKept } from "../draft/kept";
import { composing } from "../keys/keymap";
import { cache, useAnswer } from "../live/cache";
import { Failure, Key, Time, Waiting } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useWords } from "../words";
import { type Message, messages } from "./calls";
import { Clock } from "./clock";
import { partsOf } from "./length";
import { type MessageWords, useMessageWords } from "./words";
import "./message.css";

const WORDS_MOST = 500;

function touch(id: string): void {
  cache.touch((key) => key.startsWith("messages:") || key === `timeline:${id}` || key === `case:${id}`);
}

function State({ m, message }: { m: MessageWords; message: Message }) {
  const words = message.inbound ? m.state : m.sent;
  const bad = message.state === "failed" || message.state === "late";
  const why = message.state === "failed" || message.state === "aside" ? (m.outcome[message.outcome] ?? message.outcome) : "";
  return (
    <span className={`sign ${bad ? "danger" : message.state === "waiting" ? "task" : "quiet"}`}>
      {words[message.state] ?? message.state}
      {why !== "" && ` · ${why}`}
    </span>
  );
}

export default function Conversation({ id, version, chosen }: { id: string; version: number | null; chosen?: string }) {
  const m = useMessageWords();
  const t = useWords();
  const { me } = useSession();
  // Every fact of a message is a new version of its case; in the queue the live line says so.
  const entry = useAnswer(`messages:case:${id}:${version ?? ""}`, () => messages.ofCase(id));
  const [text, setText, forget] = useKept(`${me.account.id}.case.${id}.message`);
  const [aside, setAside] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const keys = useRef(new Keys(newKey));
  const box = useRef<HTMLTextAreaElement>(null);
  const may = me.may.includes("conclude");
  const list = entry.value ?? [];
  const waiting = list.filter((each) => each.due != null);
  const open = waiting.find((each) => each.message === chosen) ?? waiting[0];

  const run = async (name: string, ask: (key: string) => Promise<Message[]>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await ask(keys.current.keyFor(name));
      keys.current.settled(name);
      touch(id);
      return true;
    } catch (failure) {
      // Silence is no answer: the same words go under the same key.
      if (!(failure instanceof Problem && failure.unsure)) keys.current.settled(name);
      setError(failure);
      touch(id);
      return false;
    } finally {
      setBusy(false);
    }
  };
  // Said beside the words, which stay as they are.
  const long = [...text.trim()].length > WORDS_MOST;
  const send = async () => {
    const words = text.trim();
    if (words === "" || long) return;
    if (await run(`write ${words}`, (key) => messages.write(id, words, key))) forget();
  };
  const leave = async () => {
    if (aside === null || why.trim() === "") return;
    if (await run(`aside ${aside} ${why.trim()}`, (key) => messages.aside(aside, why.trim(), key))) {
      setAside(null);
      setWhy("");
    }
  };
  useActions("here", [
    ...(may ? [{ id: "message-reply", label: m.reply, key: "Alt+Shift+m", run: () => box.current?.focus() }] : []),
    ...(may && open !== undefined ? [{ id: "message-aside", label: m.aside, key: "Alt+Shift+n", run: () => setAside(open.message) }] : []),
  ]);
  if (entry.value === undefined) {
    return entry.error === undefined ? (
      <Waiting rows={2} />
    ) : (
      <Failure error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Failure>
    );
  }
  const parts = partsOf(text.trim());
  return (
    <section className="messages" aria-label={m.conversation}>
      <h3>{m.conversation}</h3>
      {list.length === 0 && <p className="empty">{m.none}</p>}
      <ol className="message-list">
        {list.map((each) => (
          <li key={each.message} className={each.inbound ? "in" : "out"}>
            <p className="message-head">
              <b>{each.inbound ? each.number : m.desk}</b> <Time at={each.at} /> <State m={m} message={each} />
              {each.due != null && <Clock due={each.due} />}
              {each.name !== "" && <span className="dim"> {each.name}</span>}
            </p>
            <p className="message-text">{each.text}</p>
            {may && each.state === "failed" && each.text !== "" && (
              <button
                type="button"
                className="plain"
                onClick={() => {
                  setText(each.text);
                  box.current?.focus();
                }}
              >
                {m.again}
              </button>
            )}
          </li>
        ))}
      </ol>
      {may && (
        <form
          className="supplement message-reply"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <label htmlFor={`message-${id}`}>
            {m.reply} <Key name="Alt+Shift+m" />
          </label>
          <textarea
            ref={box}
            id={`message-${id}`}
            rows={2}
            placeholder={m.reply_hint}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (composing(event.nativeEvent)) return;
              if (event.key === "Enter" && event.ctrlKey) {
                event.preventDefault();
                event.stopPropagation();
                void send();
              } else if (event.key === "Escape") box.current?.blur();
            }}
          />
          <p className="message-foot">
            <span className={long ? "due over" : parts > 1 ? "due soon" : "dim"} role="status">
              {(long || parts > 1) && <i aria-hidden="true">▲ </i>}
              {parts > 0 && m.length([...text.trim()].length, parts)} {long && m.too_long}
            </span>
            <span className="grow" />
            <button type="submit" className="primary" disabled={busy || long || text.trim() === ""}>
              {m.send} <Key name="Ctrl+Enter" />
            </button>
            {open !== undefined && (
              <button type="button" disabled={busy} onClick={() => setAside(open.message)}>
                {m.aside} <Key name="Alt+Shift+n" />
              </button>
            )}
          </p>
        </form>
      )}
      {aside !== null && (
        <form
          className="message-aside"
          onSubmit={(event) => {
            event.preventDefault();
            void leave();
          }}
        >
          <label>
            {m.aside_why}{" "}
            <input autoFocus value={why} placeholder={m.aside_hint} minLength={4} maxLength={500} onChange={(event) => setWhy(event.target.value)} onKeyDown={(event) => event.key === "Escape" && setAside(null)} />
          </label>
          <button type="submit" disabled={busy || why.trim().length < 4}>
            {m.aside}
          </button>
          <button type="button" className="plain" onClick={() => setAside(null)}>
            {t.close}
          </button>
        </form>
      )}
      {error !== null && <p className="due over" role="alert">■ {refusal(m, error, t.error_other)}</p>}
    </section>
  );
}

/** What was refused, in a sentence: the platform's key first. */
function refusal(m: MessageWords, error: unknown, other: (key: string) => string): string {
  if (!(error instanceof Problem)) return other("unknown");
  if (error.key === "not_found") return m.gone;
  for (const each of error.fields) {
    if (each.field === "reason") return m.reason_short;
    const known = m.field_error[each.key];
    if (known !== undefined) return known;
  }
  return other(error.key);
}
