// A bulletin as it will read on paper, while it is written. Bars are rows of a table, so a chart is its own table.
import type { BulletinSection } from "./calls";
import { usePressWords } from "./words";

const COUNTED = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

export function Preview({ title, sections }: { title: string; sections: readonly BulletinSection[] }) {
  const p = usePressWords();
  let counted = 0;
  return (
    <article className="press-paper" aria-label={p.preview} tabIndex={0}>
      <h2>{title}</h2>
      {sections.map((section, i) => {
        const empty = section.text.trim() === "" && section.tables.length === 0 && section.charts.length === 0;
        if (empty) return null;
        if (section.heading !== "") counted += 1;
        return (
          <section key={i}>
            {section.heading !== "" && (
              <h3>
                {COUNTED[counted - 1] ?? counted}、{section.heading}
              </h3>
            )}
            {section.text
              .split("\n")
              .filter((line) => line.trim() !== "")
              .map((line, n) => (
                <p key={n}>{line}</p>
              ))}
            {section.charts.map((chart) => (
              <Bars key={chart.caption} chart={chart} />
            ))}
            {section.tables.map((table) => (
              <figure key={table.caption}>
                <table>
                  <caption>{table.caption}</caption>
                  <thead>
                    <tr>
                      {table.heads.map((head) => (
                        <th key={head} scope="col">
                          {head}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {table.rows.map((row, n) => (
                      <tr key={n}>
                        {row.map((cell, m) => (
                          <td key={m}>{cell}</td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
                {table.note !== "" && <figcaption>{table.note}</figcaption>}
              </figure>
            ))}
          </section>
        );
      })}
    </article>
  );
}

function Bars({ chart }: { chart: BulletinSection["charts"][number] }) {
  const p = usePressWords();
  const most = Math.max(1, ...chart.bars.flatMap((bar) => bar.values));
  return (
    <table className="press-bars">
      <caption>
        {chart.caption}（{chart.unit}）<span className="hidden">{p.series(chart.series.join("、"))}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">{chart.unit}</span>
          </th>
          {chart.series.map((name, s) => (
            <th key={name} scope="col">
              <i className={s === 0 ? "press-bar full" : "press-bar hollow"} aria-hidden="true" /> {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {chart.bars.map((bar) => (
          <tr key={bar.label}>
            <th scope="row">{bar.label}</th>
            {bar.values.map((value, s) => (
              <td key={s}>
                <i className={s === 0 ? "press-bar full" : "press-bar hollow"} style={{ inlineSize: `${(value / most) * 6}rem` }} aria-hidden="true" /> {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
