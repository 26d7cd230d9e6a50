// The ladder of supervision as the case has been through it, each rung leading to its measure.
import type { CaseView } from "../api/types";
import { Time } from "../parts/signs";
import { Link } from "../route/link";
import { supervisionPath } from "../route/router";
import { useWords } from "../words";

export function Ladder({ view }: { view: CaseView }) {
  const t = useWords();
  const rungs = view.supervision ?? [];
  const flags = view.flags ?? [];
  if (rungs.length === 0 && flags.length === 0) return null;
  return (
    <section aria-label={t.ladder.title}>
      <h3>{t.ladder.title}</h3>
      {flags.length > 0 && (
        <p>
          <span className="sign task">{t.ladder.watched(flags.map((flag) => t.ladder.flag[flag] ?? flag).join("、"))}</span>
        </p>
      )}
      <ol className="case-ladder">
        {rungs.map((each) => (
          <li key={each.measure}>
            <Link href={`${supervisionPath("board")}?measure=${encodeURIComponent(each.measure)}`}>
              {t.ladder.rung[each.rung]} <span className="figures">{each.no}</span>
            </Link>{" "}
            {t.ladder.to(each.unit_name)} <Time at={each.at} /> <span className="sign quiet">{t.ladder.state[each.state]}</span>{" "}
            {each.missed && <span className="due over">■ {t.ladder.missed}</span>}
            <q className="dim">{each.reason}</q>
          </li>
        ))}
      </ol>
    </section>
  );
}
