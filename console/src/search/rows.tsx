// Ten thousand rows of which only those in view exist.
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from "react";
import { holderName, StatusSign, Time, UrgencySign } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useWords } from "../words";
import type { Results } from "./results";
import { MOST } from "./results";
import type { Hit, TextPart } from "./types";

/** Height of a row in rem, as search.css has it. */
const ROW = 3.75;
const AROUND = 8;

export interface RowsHandle {
  focus: (at: number) => void;
}

export function Parts({ parts }: { parts: readonly TextPart[] }) {
  return parts.map((part, i) => (part.hit ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>));
}

export function Rows({ results, chosen, onChoose, need, ref }: { results: Results; chosen: number; onChoose: (at: number) => void; need: (from: number, to: number) => void; ref: Ref<RowsHandle> }) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<number | null>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const size = rowSize();
  const count = Math.min(results.total, MOST);
  const first = Math.max(Math.floor(view.top / size) - AROUND, 0);
  const last = Math.min(Math.ceil((view.top + view.height) / size) + AROUND, count);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => setView((old) => (old.top === element.scrollTop && old.height === element.clientHeight ? old : { top: element.scrollTop, height: element.clientHeight }));
    look();
    if (typeof ResizeObserver !== "function") return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Another question begins at the top.
  useLayoutEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    void box.current?.scrollTo?.({ top: 0 });
  }, [results.key]);
  useEffect(() => need(first, last), [need, first, last, results]);

  const reach = (at: number) => {
    const element = box.current;
    if (element === null) return;
    const top = at * size;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + size > element.scrollTop + element.clientHeight) element.scrollTop = top + size - element.clientHeight;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useImperativeHandle(ref, () => ({
    focus: (at) => {
      wanted.current = at;
      reach(at);
      settle();
    },
  }));
  const settle = () => {
    if (wanted.current === null) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-at="${wanted.current}"] a`);
    if (link === null || link === undefined) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
  };
  // A row that was not there when it was chosen takes the focus when it is.
  useEffect(settle);

  const rows = [];
  for (let at = first; at < last; at += 1) {
    const hit = results.rows.get(at);
    rows.push(
      <li key={hit?.id ?? `at-${at}`} data-at={at} aria-setsize={count} aria-posinset={at + 1} aria-current={at === chosen ? "true" : undefined} className={`${hit?.danger === true ? "danger" : ""} ${hit !== undefined && results.gone.has(hit.id) ? "gone" : ""}`} style={{ top: `${at * ROW}rem` }} onClick={() => onChoose(at)}>
        {hit === undefined ? <span className="dim">{t.search.loading_row}</span> : <Row hit={hit} changed={results.changed.has(hit.id)} gone={results.gone.has(hit.id)} onFocus={() => onChoose(at)} />}
      </li>,
    );
  }
  return (
    <div className="hits" ref={box} onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
      <ol aria-label={t.search.results} style={{ height: `${count * ROW}rem` }}>
        {rows}
      </ol>
    </div>
  );
}

function Row({ hit, changed, gone, onFocus }: { hit: Hit; changed: boolean; gone: boolean; onFocus: () => void }) {
  const t = useWords();
  return (
    <>
      <div className="hit-head">
        <Link href={casePath(hit.id)} className="figures" onFocus={onFocus}>
          <Parts parts={hit.no_parts} />
        </Link>
        <StatusSign status={hit.status} task={hit.task} danger={hit.danger} />
        {hit.urgency !== "normal" && <UrgencySign urgency={hit.urgency} />}
        {changed && <span className="sign changed">{t.search.changed}</span>}
        {gone && <span className="sign quiet">{t.search.gone}</span>}
        <b>{hit.matter_name}</b>
        <span className="hit-place">
          <Parts parts={hit.place_parts} />
        </span>
        <span className="hit-holder dim">{holderName(hit)}</span>
        <span className="figures dim">
          <Time at={hit.opened_at} />
        </span>
      </div>
      <p className="hit-text">
        <Parts parts={hit.snippet} />
      </p>
    </>
  );
}

function rowSize(): number {
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return ROW * (Number.isFinite(root) ? root : 16);
}
