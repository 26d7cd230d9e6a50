// The units by rank, with what each score is made of and the cases behind each figure.
import { useState } from "react";
import { Doings, Rows } from "../office/parts";
import { useSession } from "../shell/session";
import { Bar } from "./bar";
import type { Line, ScoreOffice, Sheet } from "./calls";
import { Cases } from "./cases";
import { Fraction, Result } from "./figure";
import { fromCases, share } from "./number";
import { useNamed, useScoreWords } from "./words";

interface Props {
  office: ScoreOffice;
  sheet: Sheet;
  publication: string;
  onAsk: ((no: string) => void) | null;
}

export function SheetView({ office, sheet, publication, onAsk }: Props) {
  const s = useScoreWords();
  const named = useNamed();
  const { me } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const scheme = office.schemes.find((each) => each.id === sheet.scheme);
  const metricOf = (id: string) => office.metrics.find((each) => each.id === id);
  const ranked = sheet.lines.filter((line) => line.score != null);
  const highest = Math.max(0, ...ranked.map((line) => Number(line.score)));
  const whole = (scheme?.parts ?? []).filter((part) => !part.deduct).reduce((sum, part) => sum + Number(part.full ?? 0), 0);
  const current = sheet.lines.find((line) => line.unit === chosen) ?? sheet.lines.find((line) => line.unit === me.account.unit) ?? sheet.lines[0];
  const figures = current?.figures ?? [];
  const figure = figures[Math.min(at, figures.length - 1)];
  const metric = figure === undefined ? undefined : metricOf(figure.metric);
  const step = (by: number) => setAt((old) => Math.min(Math.max(old + by, 0), Math.max(figures.length - 1, 0)));
  const sees = me.account.roles.some((role) => role !== "clerk" && role !== "crew") || current?.unit === me.account.unit;
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.view.rank}>
        <p className="hint">{scheme !== undefined && named({ zh: scheme.note_zh, en: scheme.note_en }, "")}</p>
        <Rows
          label={s.view.rank}
          rows={sheet.lines}
          idOf={(line) => line.unit}
          chosen={current?.unit ?? null}
          onChoose={(unit) => setChosen(unit)}
          empty={s.unranked}
          columns={[
            { name: s.rank, cell: (line) => <Rank line={line} metricName={(id) => named(metricOf(id), id)} />, className: "number" },
            { name: s.unit, cell: (line) => <b>{line.name}</b>, className: "wide" },
            { name: s.tier, cell: (line) => s.tiers[line.tier] ?? line.tier },
            { name: s.score, cell: (line) => (line.score == null ? <span className="dim">{s.no_data}</span> : <b className="figures">{line.score}</b>), className: "number" },
            {
              name: s.value,
              cell: (line) => (line.score == null ? null : <Bar label={s.chart(line.name, line.score, String(whole > 0 ? whole : highest))} share={share(line.score, whole > 0 ? whole : highest)} />),
            },
            {
              name: s.state,
              cell: (line) => (
                <>
                  {line.red && <span className="sign">{s.red}</span>}
                  {line.black && <span className="sign task">{s.black}</span>}
                  {line.bottom && <span className="sign task">{s.bottom}</span>}
                </>
              ),
            },
          ]}
        />
        <p className="hint">{scheme !== undefined && scheme.parts.length === 0 ? s.no_parts : s.chart_hint}</p>
      </section>
      <aside className="office-side" aria-label={current?.name ?? s.view.rank} tabIndex={0}>
        {current !== undefined && (
          <>
            <h2 className="big">{current.name}</h2>
            {scheme !== undefined && scheme.parts.length > 0 && <Parts line={current} office={office} scheme={sheet.scheme} />}
            <h3>{s.figures}</h3>
            <Doings
              label={s.figures}
              actions={[
                { id: "score_next_figure", label: s.next_figure, key: "]", run: () => step(1), off: figures.length < 2 },
                { id: "score_previous_figure", label: s.previous_figure, key: "[", run: () => step(-1), off: figures.length < 2 },
              ]}
            />
            <ul className="score-figures">
              {figures.map((each, i) => (
                <li key={each.metric}>
                  <button type="button" className="plain" aria-pressed={each === figure} onClick={() => setAt(i)}>
                    <span>{named(metricOf(each.metric), each.metric)}</span>
                    <Result figure={each} metric={metricOf(each.metric)} />
                    <Fraction figure={each} metric={metricOf(each.metric)} />
                  </button>
                </li>
              ))}
            </ul>
            {metric !== undefined && figure !== undefined && fromCases(metric, office.metrics) && figure.lacks.length === 0 && sees && (
              <Cases metric={metric} unit={current.unit} period={sheet.period} publication={publication} onAsk={onAsk} />
            )}
            {!sees && <p className="hint">{s.own_unit_only}</p>}
          </>
        )}
      </aside>
    </div>
  );
}

function Rank({ line, metricName }: { line: Line; metricName: (id: string) => string }) {
  const s = useScoreWords();
  if (line.rank == null) return <span className="dim">—</span>;
  return (
    <span className="figures" title={line.parted_by == null ? undefined : s.parted(metricName(line.parted_by))}>
      {line.rank}
      {line.tied && <span className="dim"> {s.tied}</span>}
    </span>
  );
}

function Parts({ line, office, scheme }: { line: Line; office: ScoreOffice; scheme: string }) {
  const s = useScoreWords();
  const named = useNamed();
  const parts = office.schemes.find((each) => each.id === scheme)?.parts ?? [];
  if (line.score == null) return <p className="hint">{s.unranked}</p>;
  return (
    <table className="score-parts">
      <caption>{s.parts}</caption>
      <tbody>
        {line.parts.map((each) => {
          const part = parts.find((known) => known.id === each.part);
          return (
            <tr key={each.part}>
              <th scope="row">{named(part, each.part)}</th>
              <td className="figures">{each.points == null ? "—" : `${each.deduct ? "−" : ""}${each.points}`}</td>
              <td className="dim">
                {part?.full != null && `/ ${part.full}`} {each.no_data && (each.points == null ? s.left_out : s.counted_full)}
              </td>
            </tr>
          );
        })}
        {!/^-?0(\.0*)?$/.test(line.adjustment) && (
          <tr>
            <th scope="row">{s.adjustment}</th>
            <td className="figures">{line.adjustment}</td>
            <td />
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{s.score}</th>
          <td className="figures">{line.score}</td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}
