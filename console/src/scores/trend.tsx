// How a figure went over the periods before: counted one period after the other, and only for whoever asks.
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { Dot } from "../parts/line-chart";
import { Doings, Fault } from "../office/parts";
import { scores, type Figure, type Metric } from "./calls";
import { Fraction, Result } from "./figure";
import { shown } from "./number";
import { upTo } from "./period";
import { useNamed, useScoreWords } from "./words";

const Chart = lazy(() => import("../parts/line-chart"));
const COUNT = 12;

interface Props {
  metric: Metric;
  period: string;
  /** Leads to the figures of a period, and so to its cases. */
  onOpen: (period: string) => void;
}

export function Trend({ metric, period, onOpen }: Props) {
  const s = useScoreWords();
  const named = useNamed();
  const periods = useMemo(() => upTo(period, COUNT), [period]);
  const [figures, setFigures] = useState<ReadonlyMap<string, Figure[]> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const wanted = useRef(0);
  useEffect(() => {
    setFigures(null);
    setError(null);
    return () => {
      wanted.current += 1;
    };
  }, [periods]);
  const count = async () => {
    const mine = (wanted.current += 1);
    setError(null);
    const counted = new Map(figures);
    try {
      // The youngest first: what is looked at most stands there soonest.
      for (const each of [...periods].reverse()) {
        if (counted.has(each)) continue;
        const answer = await scores.figures(each, "");
        if (mine !== wanted.current) return;
        counted.set(each, answer.figures);
        setFigures(new Map(counted));
      }
    } catch (failure) {
      if (mine === wanted.current) setError(failure);
    }
  };
  const rows = periods.map((each) => ({ period: each, figure: figures?.get(each)?.find((figure) => figure.metric === metric.id) }));
  const done = figures?.size ?? 0;
  const dots = useMemo(
    (): Dot[] =>
      rows.map(({ period: name, figure }) => {
        const value = figure?.value ?? null;
        return { name, value: value === null ? null : Number(value), shown: value === null ? s.no_data : shown(metric.shape, value, metric.made) };
      }),
    // The rows are made anew at each drawing; what they hold hangs on these.
    [figures, metric, periods, s],
  );
  const name = named(metric, metric.id);
  if (periods.length < 2) return <p className="hint">{s.trend.none}</p>;
  return (
    <section className="score-trend" aria-label={s.trend.title(name)}>
      <Doings
        label={s.trend.title(name)}
        actions={[{ id: "score_trend", label: done > 0 && done < periods.length && error === null ? s.trend.counting(done, periods.length) : s.trend.show(periods.length), key: "g", run: () => void count(), off: done === periods.length }]}
      />
      {error !== null && <Fault error={error} />}
      {figures !== null && (
        <>
          <Suspense fallback={<div className="line-chart" />}>
            <Chart label={s.trend.alt(name, dots.map((dot) => `${dot.name} ${dot.shown}`).join("，"))} dots={dots} onOpen={onOpen} />
          </Suspense>
          <table>
            <caption className="hidden">{s.trend.title(name)}</caption>
            <tbody>
              {[...rows].reverse().map(({ period: each, figure }) => (
                <tr key={each}>
                  <th scope="row">
                    <button type="button" className="plain figures" onClick={() => onOpen(each)}>
                      {each}
                    </button>
                  </th>
                  <td>{figure === undefined ? "…" : <Result figure={figure} metric={metric} />}</td>
                  <td>{figure !== undefined && <Fraction figure={figure} metric={metric} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
