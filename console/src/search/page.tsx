// Search over everything in the store: words, numbers, places, kinds. By keyboard from the first letter to the case.
import { useEffect, useMemo, useRef, useState } from "react";
import { composing } from "../keys/keymap";
import { Failure, Key, Waiting } from "../parts/signs";
import { Problem } from "../api/http";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useWords } from "../words";
import { ExportDialog } from "./export-dialog";
import { FacetColumn } from "./facets";
import { addressOf, askOf, conditionsOf, fromAsk, keepPersonal, keptPersonal, narrowed, NOTHING, textOf, type Conditions, type Order, type Personal } from "./question";
import { MOST, useResults } from "./results";
import { Rows, type RowsHandle } from "./rows";
import { SavedBar, SaveDialog } from "./saved";
import type { SavedSearch } from "./types";
import "./search.css";

const PAUSE = 180;
const JUMP = 10;

export default function SearchPage({ query }: { query: URLSearchParams }) {
  const t = useWords();
  const { me } = useSession();
  const conditions = conditionsOf(query);
  const [personal, setPersonal] = useState<Personal>(keptPersonal);
  const [half, setHalf] = useState(false);
  const [asked, setAsked] = useState(personal);
  const [chosen, setChosen] = useState(-1);
  const [over, setOver] = useState<"save" | "export" | null>(null);
  const rows = useRef<RowsHandle>(null);
  const text = useRef<HTMLInputElement>(null);
  const page = useRef<HTMLElement>(null);
  const sees = me.account.roles.some((role) => role === "operator" || role === "lead");

  useEffect(() => {
    keepPersonal(personal);
    // Half a syllable is asked of nobody.
    if (half) return;
    const timer = setTimeout(() => setAsked(personal), PAUSE);
    return () => clearTimeout(timer);
  }, [personal, half]);

  // What the palette left here while the page was already open.
  useEffect(() => {
    const hear = () => setPersonal(keptPersonal());
    addEventListener("liandong-search", hear);
    return () => removeEventListener("liandong-search", hear);
  }, []);

  const address = addressOf(conditions);
  const ask = useMemo(() => askOf(conditions, asked), [address, asked]);
  const { results, error, asking, need, again } = useResults(ask);
  const count = results === null ? 0 : Math.min(results.total, MOST);
  useEffect(() => setChosen(-1), [results?.key]);

  const change = (next: Conditions) => navigate(addressOf(next), true);
  const open = (saved: SavedSearch) => {
    const { conditions: next, personal: words } = fromAsk(saved.question);
    setPersonal(words);
    setAsked(words);
    navigate(addressOf(next), true);
  };
  const clear = () => {
    setPersonal(NOTHING);
    setAsked(NOTHING);
    navigate("/search", true);
    text.current?.focus();
  };
  const move = (to: number) => {
    if (count === 0) return;
    const at = Math.min(Math.max(to, 0), count - 1);
    setChosen(at);
    rows.current?.focus(at);
  };
  const openChosen = () => {
    const hit = results?.rows.get(chosen);
    if (hit !== undefined) navigate(casePath(hit.id));
  };
  const mayExport = me.may.includes("export");
  useActions("here", [
    { id: "search-text", label: t.search.focus_text, key: "/", run: () => text.current?.select() },
    { id: "search-facets", label: t.search.focus_facets, key: "f", run: () => page.current?.querySelector<HTMLElement>(".facets input")?.focus() },
    { id: "search-list", label: t.search.focus_list, key: "l", run: () => move(chosen < 0 ? 0 : chosen) },
    { id: "search-clear", label: t.search.clear, key: "c", run: clear },
    { id: "search-next", label: t.action.next, key: "j", run: () => move(chosen + 1), quiet: true },
    { id: "search-previous", label: t.action.previous, key: "k", run: () => move(chosen < 0 ? 0 : chosen - 1), quiet: true },
    { id: "search-down", label: t.action.page_down, key: "PageDown", run: () => move(chosen + JUMP), quiet: true },
    { id: "search-up", label: t.action.page_up, key: "PageUp", run: () => move(chosen - JUMP), quiet: true },
    { id: "search-first", label: t.action.first, key: "Home", run: () => move(0), quiet: true },
    { id: "search-last", label: t.action.last, key: "End", run: () => move(count - 1), quiet: true },
    { id: "search-open", label: t.action.open, key: "Enter", run: openChosen, quiet: true },
    ...(results !== null && results.fresh > 0 ? [{ id: "search-fresh", label: t.search.fresh(results.fresh), key: "n", run: again }] : []),
    ...(mayExport ? [{ id: "search-export", label: t.search.export, key: "e", run: () => setOver("export") }] : []),
  ]);

  const box = (name: keyof Personal, label: string, hint: string) => (
    <label className={`search-box ${name}`}>
      <span>
        {label} {name === "q" && <Key name="/" />}
      </span>
      <input
        ref={name === "q" ? text : undefined}
        type={name === "q" ? "search" : "text"}
        inputMode={name === "phone" ? "numeric" : undefined}
        autoFocus={name === "q"}
        autoComplete="off"
        spellCheck={false}
        maxLength={name === "q" ? 500 : 60}
        placeholder={hint}
        value={personal[name]}
        onChange={(event) => setPersonal({ ...personal, [name]: event.target.value })}
        onCompositionStart={() => setHalf(true)}
        onCompositionEnd={() => setHalf(false)}
        onKeyDown={(event) => {
          if (composing(event.nativeEvent)) return;
          if (event.key === "ArrowDown" || event.key === "Enter") {
            event.preventDefault();
            move(0);
          } else if (event.key === "Escape" && personal[name] !== "") {
            event.preventDefault();
            setPersonal({ ...personal, [name]: "" });
          }
        }}
      />
    </label>
  );
  const nothing = JSON.stringify(ask) === "{}";
  const noIndex = error instanceof Problem && error.key === "no_index";
  return (
    <main className="page search" ref={page}>
      <h1 className="hidden">{t.search.title}</h1>
      <div className="search-head" role="search" aria-label={t.search.title} title={t.search.private}>
        {box("q", t.search.label, t.search.hint)}
        {box("place", t.search.place, "")}
        {box("number", t.search.number, t.search.number_hint)}
        {sees && box("phone", t.search.phone, t.search.phone_hint)}
        <label className="search-box order">
          <span>{t.search.order}</span>
          <select value={conditions.order === "" ? "relevance" : conditions.order} onChange={(event) => change({ ...conditions, order: event.target.value === "relevance" ? "" : (event.target.value as Order) })}>
            {(["relevance", "newest", "oldest"] as const).map((each) => (
              <option key={each} value={each}>
                {t.search.orders[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <SavedBar current={textOf(ask)} onOpen={open} onSave={() => setOver("save")} />
      <FacetColumn facets={results?.facets ?? null} conditions={conditions} onChange={change} />
      <section className="found" aria-label={t.search.results} aria-busy={asking}>
        <header className="found-head">
          <b role="status">{results === null || error !== null ? "" : t.search.total(results.total)}</b>
          {count > 0 && <Key name="l" />}
          {results !== null && results.total > MOST && <span className="dim">{t.search.most(MOST)}</span>}
          {results?.loose === true && <span className="sign soon">{t.search.loose}</span>}
          {results !== null && results.filling !== null && <span className="sign soon">{t.search.filling(results.filling.done, results.filling.of)}</span>}
          {results !== null && results.fresh > 0 && (
            <button type="button" className="fresh" onClick={again}>
              ↑ {t.search.fresh(results.fresh)} · {t.search.show} <Key name="n" />
            </button>
          )}
          <span className="grow" />
          {(narrowed(conditions) || !nothing) && (
            <button type="button" className="plain" onClick={clear}>
              {t.search.clear} <Key name="c" />
            </button>
          )}
          {mayExport && (
            <button type="button" onClick={() => setOver("export")} disabled={results === null || results.total === 0}>
              {t.search.export} <Key name="e" />
            </button>
          )}
        </header>
        {noIndex ? (
          <div className="empty">
            <p role="alert">{t.search.no_index}</p>
            <p>
              <Link className="button" href="/cases">
                {t.search.list}
              </Link>{" "}
              <button type="button" onClick={again}>
                {t.list.retry}
              </button>
            </p>
          </div>
        ) : (
          error !== null && (
            <Failure error={error}>
              <button type="button" onClick={again}>
                {t.list.retry}
              </button>
            </Failure>
          )
        )}
        {results === null ? (
          error === null && <Waiting rows={8} />
        ) : results.total === 0 ? (
          !noIndex && (
            <div className="empty">
              <p>{nothing ? t.search.opening : t.search.empty}</p>
              {!nothing && <p className="dim">{t.search.empty_hint}</p>}
            </div>
          )
        ) : (
          <Rows ref={rows} results={results} chosen={chosen} onChoose={setChosen} need={need} />
        )}
      </section>
      {over === "save" && <SaveDialog ask={ask} onClose={() => setOver(null)} />}
      {over === "export" && <ExportDialog ask={ask} total={results?.total ?? 0} onClose={() => setOver(null)} />}
    </main>
  );
}
