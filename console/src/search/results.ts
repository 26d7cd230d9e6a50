// What was found, page by page as it is looked at, and what became of it since.
import { useCallback, useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import { onHappening, seenPosition } from "../live/line";
import type { Ask, Facets, Hit } from "./types";

export const PAGE = 100;
/** The server reads no further down, and nobody else would. */
export const MOST = 10_000;
/** After something happened: a case is asked for this much later, the total at most this often. */
const CASE_PAUSE = 500;
const TOTAL_PAUSE = 2_500;
/** The index follows the log within a second: what was not there is looked for again by then. */
const FOLLOWED = 1_200;

export interface Results {
  key: string;
  total: number;
  loose: boolean;
  facets: Facets | null;
  rows: ReadonlyMap<number, Hit>;
  filling: { done: number; of: number } | null;
  /** How far along the log the index was when it answered. */
  pos: number;
  /** Cases that came to fit since. */
  fresh: number;
  changed: ReadonlySet<string>;
  gone: ReadonlySet<string>;
}

export interface Found {
  results: Results | null;
  error: unknown;
  /** The question on the screen has not been answered yet. */
  asking: boolean;
  need: (from: number, to: number) => void;
  again: () => void;
}

export function useResults(ask: Ask): Found {
  const key = JSON.stringify(ask);
  const [results, setResults] = useState<Results | null>(null);
  const [failed, setFailed] = useState<{ key: string; error: unknown } | null>(null);
  const [turn, setTurn] = useState(0);
  const latest = useRef({ ask, key, results });
  latest.current = { ask, key, results };
  const under = useRef(new Set<string>());

  useEffect(() => {
    const stop = new AbortController();
    under.current.clear();
    calls
      .search({ question: ask, skip: 0, limit: PAGE, facets: true }, stop.signal)
      .then((page) => {
        setFailed(null);
        setResults({
          key,
          total: page.total,
          loose: page.loose,
          facets: page.facets,
          rows: new Map(page.items.map((hit, i) => [i, hit])),
          filling: page.filled === null || page.of === null ? null : { done: page.filled, of: page.of },
          pos: page.pos,
          fresh: 0,
          changed: new Set(),
          gone: new Set(),
        });
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFailed({ key, error });
      });
    return () => stop.abort();
    // The question is what the key says.
  }, [key, turn]);

  // While the index is being made what it finds grows by itself.
  const filling = results?.filling !== null && results !== null;
  useEffect(() => {
    if (!filling) return;
    const timer = setTimeout(() => setTurn((old) => old + 1), 2_000);
    return () => clearTimeout(timer);
  }, [filling, results]);

  const need = useCallback((from: number, to: number) => {
    const { ask, key, results } = latest.current;
    if (results === null || results.key !== key) return;
    const end = Math.min(to, results.total, MOST);
    for (let page = Math.floor(from / PAGE); page * PAGE < end; page += 1) {
      const skip = page * PAGE;
      const name = `${key}#${page}`;
      const full = Array.from({ length: Math.min(PAGE, end - skip) }, (_, i) => skip + i).every((at) => results.rows.has(at));
      if (full || under.current.has(name)) continue;
      under.current.add(name);
      calls
        .search({ question: ask, skip, limit: PAGE, facets: false })
        .then((more) =>
          setResults((old) => {
            if (old === null || old.key !== key) return old;
            const rows = new Map(old.rows);
            more.items.forEach((hit, i) => rows.set(skip + i, hit));
            return { ...old, rows };
          }),
        )
        // Asked again when somebody looks there again.
        .catch(() => setTimeout(() => under.current.delete(name), 2_000));
    }
  }, []);

  const count = useCallback(async () => {
    const { ask, key } = latest.current;
    const page = await calls.search({ question: ask, skip: 0, limit: 1, facets: false }).catch(() => null);
    const { results } = latest.current;
    if (page === null || results === null || results.key !== key) return;
    // Nothing is under the eye that would be worth keeping once there is what was asked for.
    if ((results.loose && !page.loose) || (results.total === 0 && page.total > 0)) setTurn((old) => old + 1);
    else setResults((old) => (old === null || old.key !== key ? old : { ...old, pos: page.pos, fresh: page.loose === old.loose ? Math.max(page.total - old.total, 0) : 0 }));
  }, []);
  // What this window has heard of and the answer is too old to hold is asked for until it holds it.
  const behind = results !== null && results.pos < seenPosition();
  const wanting = results !== null && (results.loose || results.total === 0) ? results.key : null;
  const due = behind ? results : wanting;
  useEffect(() => {
    if (due === null) return;
    const timer = setTimeout(() => void count(), FOLLOWED);
    return () => clearTimeout(timer);
  }, [due, count]);

  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let counting: ReturnType<typeof setTimeout> | undefined;
    const touched = new Set<string>();
    const refresh = async (id: string) => {
      try {
        const now = await calls.caseOf(id);
        setResults((old) => {
          if (old === null) return old;
          const at = [...old.rows].find(([, hit]) => hit.id === id)?.[0];
          const row = at === undefined ? undefined : old.rows.get(at);
          if (at === undefined || row === undefined || row.version >= now.version) return old;
          const rows = new Map(old.rows).set(at, { ...row, ...now, no_parts: row.no_parts, place_parts: row.place_parts, snippet: row.snippet });
          return { ...old, rows, changed: new Set(old.changed).add(id) };
        });
      } catch (error) {
        if (error instanceof Problem && error.status === 404) setResults((old) => old && { ...old, gone: new Set(old.gone).add(id) });
      }
    };
    const stop = onHappening((event) => {
      const { results } = latest.current;
      if (results === null) return;
      counting ??= setTimeout(() => {
        counting = undefined;
        void count();
      }, TOTAL_PAUSE);
      const known = [...results.rows.values()].find((hit) => hit.id === event.case_id);
      if (known === undefined || known.version >= event.version) return;
      touched.add(event.case_id);
      waiting ??= setTimeout(() => {
        waiting = undefined;
        for (const id of touched) void refresh(id);
        touched.clear();
      }, CASE_PAUSE);
    });
    return () => {
      stop();
      clearTimeout(waiting);
      clearTimeout(counting);
    };
  }, [count]);

  const again = useCallback(() => setTurn((old) => old + 1), []);
  const error = failed?.key === key ? failed.error : null;
  return { results, error, asking: error === null && results?.key !== key, need, again };
}
