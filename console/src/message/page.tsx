// The queue of messages: what waits, the longest first, and the conversation of the chosen one beside it.
import { lazy, Suspense, useEffect, useState } from "react";
import { useAnswer } from "../live/cache";
import { Failure, Key, Time, Waiting } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useWords } from "../words";
import { messages } from "./calls";
import { Clock } from "./clock";
import { useMessageWords } from "./words";
import "./message.css";

const Conversation = lazy(() => import("./conversation"));

export default function Messages() {
  const m = useMessageWords();
  const t = useWords();
  const entry = useAnswer("messages:queue", messages.queue);
  const [chosen, setChosen] = useState<string | null>(null);
  const waiting = entry.value?.waiting ?? [];
  const at = waiting.findIndex((each) => each.message === chosen);
  // What was chosen stays open when it is answered; else the longest waiting is.
  const [kept, setKept] = useState<{ message: string; case: string } | null>(null);
  const current = waiting.find((each) => each.message === chosen) ?? (kept !== null && kept.message === chosen ? kept : waiting[0]);
  const choose = (message: string | undefined) => {
    const row = waiting.find((each) => each.message === message);
    if (row === undefined) return;
    setChosen(row.message);
    setKept({ message: row.message, case: row.case });
  };
  // What is in front at first is what was chosen: it stays when it is answered.
  const first = waiting[0]?.message;
  useEffect(() => {
    if (chosen === null) choose(first);
  });
  useActions("here", [
    { id: "message-next", label: m.next, key: "j", run: () => choose(waiting[at + 1]?.message), quiet: true },
    { id: "message-previous", label: m.previous, key: "k", run: () => choose(waiting[Math.max(at, 1) - 1]?.message), quiet: true },
    ...(current === undefined ? [] : [{ id: "message-open", label: m.open_case, key: "o", run: () => navigate(casePath(current.case)) }]),
  ]);
  return (
    <main className="inbox message-page">
      <div className="inbox-list">
        <header>
          <h1>{m.title}</h1>
          {entry.value !== undefined && <p className="hint">{m.lead(Math.round(entry.value.within / 60_000))}</p>}
          {entry.value?.sends === false && (
            <p className="due soon" role="status">
              ▲ {m.no_gateway}
            </p>
          )}
        </header>
        {entry.error !== undefined && (
          <Failure error={entry.error}>
            <button type="button" onClick={entry.again}>
              {t.list.retry}
            </button>
          </Failure>
        )}
        {entry.value === undefined ? (
          entry.error === undefined && <Waiting rows={6} />
        ) : waiting.length === 0 ? (
          <p className="empty">{m.empty}</p>
        ) : (
          <ul className="message-queue" aria-label={m.waiting(waiting.length)}>
            {waiting.map((each) => (
              <li key={each.message}>
                <button type="button" aria-pressed={each.message === current?.message} onClick={() => choose(each.message)}>
                  <span className="message-head">
                    <b className="figures">{each.number}</b> <Time at={each.at} /> {each.due != null && <Clock due={each.due} />}
                  </span>
                  <span className="message-short">{each.text}</span>
                  <span className="dim figures">{each.no}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="inbox-case">
        {current === undefined ? (
          <p className="empty">{entry.value === undefined ? "" : m.empty}</p>
        ) : (
          <>
            <p className="message-foot">
              <span className="grow" />
              <button type="button" onClick={() => navigate(casePath(current.case))}>
                {m.open_case} <Key name="o" />
              </button>
            </p>
            <Suspense fallback={<Waiting rows={4} />}>
              <Conversation key={current.case} id={current.case} version={null} chosen={current.message} />
            </Suspense>
          </>
        )}
      </div>
    </main>
  );
}
