// The platform's figures of a period, beside another period's: before and after (R72).
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Answered, Rows } from "../office/parts";
import { Bar } from "./bar";
import { scores, type Change, type Figure, type Metric, type ScoreOffice } from "./calls";
import { Cases } from "./cases";
import { Fraction, Result } from "./figure";
import { fromCases, share, short, shown } from "./number";
import { Trend } from "./trend";
import { useNamed, useScoreWords } from "./words";

interface Row {
  metric: Metric;
  figure: Figure;
  change: Change | undefined;
}

export function FiguresView({ office, period, before, onAsk, onPeriod }: { office: ScoreOffice; period: string; before: string; onAsk: ((no: string) => void) | null; onPeriod: (period: string) => void }) {
  const s = useScoreWords();
  const named = useNamed();
  const entry = useAnswer(`score:figures:${period}:${before}`, () => scores.figures(period, before));
  const [chosen, setChosen] = useState<string | null>(null);
  const rows: Row[] = (entry.value?.figures ?? []).flatMap((figure) => {
    const metric = office.metrics.find((each) => each.id === figure.metric);
    return metric === undefined ? [] : [{ metric, figure, change: entry.value?.changes.find((each) => each.after.metric === figure.metric) }];
  });
  const current = rows.find((each) => each.metric.id === chosen) ?? rows[0];
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.view.figures}>
        <Answered entry={entry}>
          <Rows
            label={s.view.figures}
            rows={rows}
            idOf={(each) => each.metric.id}
            chosen={current?.metric.id ?? null}
            onChoose={setChosen}
            empty={s.nothing_counted}
            columns={[
              { name: s.metric, cell: (each) => <b>{named(each.metric, each.metric.id)}</b>, className: "wide" },
              { name: s.value, cell: (each) => <Result figure={each.figure} metric={each.metric} />, className: "number" },
              { name: s.fraction, cell: (each) => <Fraction figure={each.figure} metric={each.metric} />, className: "wide" },
              ...(before === ""
                ? []
                : [
                    { name: s.before_value, cell: (each: Row) => (each.change === undefined ? null : <Result figure={each.change.before} metric={each.metric} />), className: "number" },
                    { name: s.percent_change, cell: (each: Row) => (each.change?.percent == null ? <span className="dim">—</span> : <span className="figures">{short(each.change.percent, 1)}%</span>), className: "number" },
                    { name: s.change, cell: (each: Row) => <Pair row={each} name={named(each.metric, each.metric.id)} /> },
                  ]),
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={current === undefined ? s.view.figures : named(current.metric, current.metric.id)} tabIndex={0}>
        {current !== undefined && (
          <>
            <h2 className="big">{named(current.metric, current.metric.id)}</h2>
            <p className="hint">{named({ zh: current.metric.note_zh, en: current.metric.note_en }, "")}</p>
            <Definition metric={current.metric} />
            <Trend metric={current.metric} period={period} onOpen={onPeriod} />
            {current.figure.lacks.length > 0 && <p className="hint warn">{s.lacks(current.figure.lacks.join(", "))}</p>}
            {fromCases(current.metric, office.metrics) && current.figure.lacks.length === 0 && <Cases metric={current.metric} unit="" period={period} publication="" onAsk={onAsk} />}
          </>
        )}
      </aside>
    </div>
  );
}

function Pair({ row, name }: { row: Row; name: string }) {
  const s = useScoreWords();
  const before = row.change?.before.value;
  const after = row.figure.value;
  if (before == null || after == null) return null;
  const most = row.metric.shape === "rate" || row.metric.shape === "coverage" ? 100 : Math.max(Number(before), Number(after));
  const label = `${name}：${s.before_value} ${shown(row.metric.shape, before, row.metric.made)}，${s.after_value} ${shown(row.metric.shape, after, row.metric.made)}`;
  return <Bar label={label} share={share(after, most)} before={share(before, most)} />;
}

/** A metric's formulas, as they are counted. */
export function Definition({ metric }: { metric: Metric }) {
  const s = useScoreWords();
  const rows: [string, string][] = [
    [s.denominator, metric.denominator],
    [s.numerator, metric.numerator],
    [s.exclude, metric.exclude],
    [s.value_formula, metric.value],
    [s.made, metric.made],
    [s.parameters, metric.parameters.join("，")],
  ];
  return (
    <dl className="pairs">
      {rows
        .filter(([, text]) => text !== "")
        .map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {text === "true" ? s.everything : <code>{text}</code>}
            </dd>
          </div>
        ))}
      <div>
        <dt>{s.version(metric.version)}</dt>
        <dd className="dim">{metric.shape === "recorded" ? s.recorded : (s.of[metric.of] ?? metric.of)}</dd>
      </div>
    </dl>
  );
}

