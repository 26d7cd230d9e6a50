// How sure a suggestion is, said honestly, with what speaks for it.
import type { Alternative, Suggestion } from "../api/types";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useWords } from "../words";

/** What else it may be, likeliest first: rows the learnt layer weighs, then rows that fired beside. */
export function othersOf(suggestion: Suggestion): Alternative[] {
  const rows = (suggestion.confidence?.rows ?? []).map((row): Alternative => ({ ...row, score: row.percent }));
  const found: Alternative[] = [];
  for (const each of [...rows, ...suggestion.alternatives]) {
    if (each.matter !== suggestion.matter && !found.some((other) => other.matter === each.matter)) found.push(each);
  }
  return found;
}

/** How likely a row is, where the learnt layer says. */
export function percentOf(suggestion: Suggestion, matter: string): number | null {
  return suggestion.confidence?.rows.find((row) => row.matter === matter)?.percent ?? null;
}

/** The words that only sound like danger, and the question they ask for. */
export function Doubtful({ suggestion }: { suggestion: Suggestion }) {
  const t = useWords().confidence;
  const doubt = suggestion.ask;
  if (doubt == null) return null;
  return (
    <p className="notice doubtful" role="status">
      <i aria-hidden="true">?</i>
      <b>{t.doubt(doubt.name)}</b>「{doubt.words}」
      <span className="figures" title={t.doubt_of_hundred(doubt.percent)}>
        {doubt.percent}%
      </span>
    </p>
  );
}

export function Sureness({ suggestion }: { suggestion: Suggestion }) {
  const words = useWords();
  const t = words.confidence;
  const confidence = suggestion.confidence;
  // A call that needs no order is answered; there is nothing to be sure about.
  if (confidence === undefined || confidence.zone === "" || suggestion.mode === "answer") return null;
  const first = confidence.rows[0];
  const own = suggestion.matter === null ? null : percentOf(suggestion, suggestion.matter);
  const rival = confidence.agree === false && first !== undefined && first.matter === suggestion.matter ? confidence.rows[1] : undefined;
  return (
    <div className={`sureness ${confidence.zone}`} role="group" aria-label={t.title}>
      <p>
        <b>{t.zone[confidence.zone]}</b>
        {own !== null && (
          <span className="figures" title={t.of_hundred(own)}>
            {own}%
          </span>
        )}
        {suggestion.unowned && first !== undefined ? <span>{t.only_learnt}</span> : confidence.zone === "ask" && <span>{t.ask}</span>}
        {rival !== undefined && <span>{t.differs(rival.name)}</span>}
      </p>
      {confidence.desk != null && (
        <p>
          <span className="dim">{t.desk_of}</span>
          <span className={`platform-number ${confidence.desk.desk}`}>{words.desk[confidence.desk.desk]}</span>
          <span className="figures" title={t.desk_of_hundred(confidence.desk.percent)}>
            {confidence.desk.percent}%
          </span>
          {!confidence.desk.sure && <span>{t.desk_unsure}</span>}
        </p>
      )}
      {confidence.fragments.length > 0 && (
        <p>
          <span className="dim">{t.words}</span>
          {confidence.fragments.map((each) => (
            <mark key={each.start}>{each.words}</mark>
          ))}
        </p>
      )}
      {confidence.before.length > 0 && (
        <p>
          <span className="dim">{t.before}</span>
          {confidence.before.map((each) => (
            <Link key={each.id} href={casePath(each.id)}>
              {t.went(each.matter_name, each.lead_name)} <small>{t.alike(each.percent)}</small>
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}
