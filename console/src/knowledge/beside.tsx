// Beside the narrative: what the knowledge base would say, and a place to look for more. It comes after the desk itself.
import { useEffect, useRef, useState } from "react";
import { newKey } from "../api/http";
import { Failure, Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { knowledge, type Hit } from "./calls";
import "./knowledge.css";
import { useKnowledgeWords, useWords } from "./words";

/** Milliseconds after the last key; triage goes first. */
const PAUSE = 350;
/** From so many characters on a narrative speaks of something. */
const LEAST = 4;
/** The keys that take the first three. */
export const TAKE_KEYS = ["Alt+a", "Alt+Shift+a", "Alt+Shift+x"] as const;

interface Props {
  narrative: string;
  composing: boolean;
  off: boolean;
  onTake: (hit: Hit) => void;
}

/** What is found for words, a moment after they rest; an old answer never takes the place of a new one. */
function useHits(words: string, beside: boolean, on: boolean): { hits: Hit[] | null; failed: boolean } {
  const [state, setState] = useState<{ hits: Hit[] | null; failed: boolean }>({ hits: null, failed: false });
  useEffect(() => {
    if (!on) return;
    if (beside && [...words.trim()].length < LEAST) {
      setState({ hits: [], failed: false });
      return;
    }
    const mine = new AbortController();
    const timer = setTimeout(() => {
      knowledge.find(words, beside, mine.signal).then(
        (found) => !mine.signal.aborted && setState({ hits: found.items, failed: false }),
        () => !mine.signal.aborted && setState((old) => ({ ...old, failed: true })),
      );
    }, beside ? PAUSE : 150);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [words, beside, on]);
  return state;
}

export default function Beside({ narrative, composing, off, onTake }: Props) {
  const k = useKnowledgeWords();
  const { hits, failed } = useHits(narrative, true, !composing);
  const [looking, setLooking] = useState(false);
  const found = hits ?? [];
  const take = (hit: Hit) => {
    if (!off) onTake(hit);
  };
  useActions("here", [
    ...found.slice(0, TAKE_KEYS.length).map((hit, i) => ({ id: `knowledge_${i}`, label: `${k.take}：${hit.title}`, key: TAKE_KEYS[i] ?? "", run: () => take(hit) })),
    { id: "knowledge_find", label: k.find, key: "Alt+Shift+z", run: () => setLooking(true) },
  ]);
  return (
    <section className="knowledge-beside" aria-label={k.beside}>
      <header>
        <span className="tag">{k.beside}</span>
        <button type="button" className="plain" onClick={() => setLooking(true)}>
          {k.find} <Key name="Alt+Shift+z" />
        </button>
      </header>
      {failed && <p className="notice">{k.failed}</p>}
      {found.length > 0 && (
        <ol aria-live="polite">
          {found.slice(0, TAKE_KEYS.length).map((hit, i) => (
            <li key={hit.article}>
              <button type="button" disabled={off} onClick={() => take(hit)} title={hit.body}>
                <b>{hit.title}</b>
                <span className="body">{hit.body}</span>
                {hit.wrong > 0 && <span className="due soon">▲ {k.wrong_count(hit.wrong)}</span>}
                <Key name={TAKE_KEYS[i] ?? ""} />
              </button>
            </li>
          ))}
        </ol>
      )}
      {looking && (
        <Finder
          off={off}
          onClose={() => setLooking(false)}
          onTake={(hit) => {
            setLooking(false);
            take(hit);
          }}
        />
      )}
    </section>
  );
}

/** Where an answer is looked for: by words, fragments, first letters; without any, what is given most. */
function Finder({ off, onClose, onTake }: { off: boolean; onClose: () => void; onTake: (hit: Hit) => void }) {
  const k = useKnowledgeWords();
  const t = useWords();
  const [words, setWords] = useState("");
  const [composing, setComposing] = useState(false);
  const { hits, failed } = useHits(words, false, !composing);
  const [at, setAt] = useState(0);
  const [saying, setSaying] = useState<Hit | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const found = hits ?? [];
  const current = found[Math.min(at, found.length - 1)];
  const move = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), Math.max(found.length - 1, 0));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  if (saying !== null) return <Wrong hit={saying} onClose={() => setSaying(null)} />;
  return (
    <Dialog label={k.find} className="knowledge-find" onClose={onClose}>
      <label>
        <span>{k.find_label}</span>
        <input
          type="search"
          autoFocus
          autoComplete="off"
          maxLength={200}
          value={words}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "ArrowDown" || event.key === "ArrowUp") {
              event.preventDefault();
              move(event.key === "ArrowDown" ? 1 : -1);
            } else if (event.key === "Enter" && current !== undefined && !off) {
              event.preventDefault();
              onTake(current);
            } else if (event.altKey && event.shiftKey && event.code === "KeyW" && current !== undefined) {
              event.preventDefault();
              setSaying(current);
            }
          }}
        />
      </label>
      <p className="hint">{k.find_hint}</p>
      {failed && <p className="notice">{k.failed}</p>}
      {hits !== null && (
        <>
          <p className="dim" role="status">
            {found.length > 0 ? (words.trim() === "" ? k.hot : k.found(found.length)) : words.trim() === "" ? k.hot_none : k.no_match(words.trim())}
          </p>
          <ul ref={list} className="knowledge-hits">
            {found.map((hit, i) => (
              <li key={hit.article} aria-current={hit === current ? "true" : undefined} onClick={() => setAt(i)}>
                <b>{hit.title}</b>
                <p>{hit.body}</p>
                <p className="dim">
                  {[hit.unit_name === "" ? "" : `${k.unit} ${hit.unit_name}`, `${k.sources} ${hit.sources}`, hit.reviewed_by === "" ? "" : k.reviewed(hit.reviewed_by), hit.until === "" ? "" : k.until(hit.until), k.used(hit.used)]
                    .filter((each) => each !== "")
                    .join(" · ")}
                </p>
                {hit.wrong > 0 && <p className="due soon">▲ {k.wrong_count(hit.wrong)}</p>}
                {hit === current && (
                  <div className="doings">
                    <button type="button" className="primary" disabled={off} onClick={() => onTake(hit)}>
                      {k.take} <Key name="Enter" />
                    </button>
                    <button type="button" onClick={() => setSaying(hit)}>
                      {k.wrong} <Key name="Alt+Shift+w" />
                    </button>
                  </div>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <footer>
        <button type="button" className="plain" onClick={onClose}>
          {t.close} <Key name="Escape" />
        </button>
      </footer>
    </Dialog>
  );
}

function Wrong({ hit, onClose }: { hit: Hit; onClose: () => void }) {
  const k = useKnowledgeWords();
  const t = useWords();
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const key = useRef(newKey());
  const ready = [...note.trim()].length >= 4;
  const send = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      await knowledge.use(hit.article, { revision: hit.revision, kind: "wrong", case: "", note: note.trim() }, key.current);
      setDone(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog label={k.wrong_title} className="knowledge-find" onClose={onClose}>
      <h2>{k.wrong_title}</h2>
      <p>
        <b>{hit.title}</b>
      </p>
      {done ? (
        <p role="status">
          <i aria-hidden="true">✓</i> {k.wrong_done}
        </p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <label>
            <span>{k.wrong_note}</span>
            <textarea
              autoFocus
              rows={3}
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && event.ctrlKey) {
                  event.preventDefault();
                  void send();
                }
              }}
            />
          </label>
          <p className="hint">{k.wrong_hint}</p>
          {error !== null && <Failure error={error} />}
          <button type="submit" className="primary" disabled={!ready || busy}>
            {k.wrong_send} <Key name="Ctrl+Enter" />
          </button>
        </form>
      )}
      <footer>
        <button type="button" className="plain" autoFocus={done} onClick={onClose}>
          {t.close} <Key name="Escape" />
        </button>
      </footer>
    </Dialog>
  );
}

