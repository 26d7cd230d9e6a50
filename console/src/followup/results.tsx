// The day and the sample in figures that name their denominators (law 9).
import { useAnswer } from "../live/cache";
import { Answered, usePoll } from "../office/parts";
import { followUp, useFollowUpWords, type Rate } from "./calls";

export function Results() {
  const w = useFollowUpWords();
  const entry = useAnswer("followup:desk", followUp.desk);
  usePoll((key) => key === "followup:desk", 15_000);
  const desk = entry.value;
  return (
    <div className="followup-results">
      <Answered entry={entry}>
        {desk !== undefined && (
          <>
            <Rates title={w.today} rates={desk.today} />
            <Rates title={w.sample} rates={desk.sample} />
            <section aria-label={w.not_asked}>
              <h2>{w.not_asked}</h2>
              {desk.not_asked.length === 0 ? (
                <p className="empty">{w.not_asked_none}</p>
              ) : (
                <dl className="pairs">
                  {desk.not_asked.map((each) => (
                    <div key={each.reason}>
                      <dt>{w.reasons[each.reason] ?? each.reason}</dt>
                      <dd className="figures">{each.count}</dd>
                    </div>
                  ))}
                </dl>
              )}
              <p className="dim">
                {w.rule}：{desk.rules}
              </p>
            </section>
          </>
        )}
      </Answered>
    </div>
  );
}

function Rates({ title, rates }: { title: string; rates: readonly Rate[] }) {
  const w = useFollowUpWords();
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <table className="followup-rates">
        <thead>
          <tr>
            <th scope="col">{w.rate_name}</th>
            <th scope="col">{w.rate_count}</th>
            <th scope="col">{w.rate_share}</th>
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr key={rate.name}>
              <th scope="row">{w.rate[rate.name] ?? rate.name}</th>
              <td className="figures">
                {rate.count} / {rate.of}
              </td>
              <td className="figures">{rate.of === 0 ? "—" : `${((rate.count * 100) / rate.of).toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
