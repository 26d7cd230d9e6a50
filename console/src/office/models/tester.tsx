// A sentence as the desk would ask it: the same call, and everything it rests on.
import { useState } from "react";
import { Doubtful, othersOf, percentOf, Sureness } from "../../desk/confidence";
import { MarkedText } from "../../desk/marked";
import { Why } from "../../desk/panels";
import { marksFor, useSuggestion } from "../../desk/suggest";
import { UrgencySign } from "../../parts/signs";
import { Field, useFields } from "../parts";
import { useOfficeWords, useWords } from "../words";
import { short } from "./served";

export function Tester() {
  const o = useOfficeWords();
  const t = useWords();
  const w = o.models;
  const [values, set] = useFields("models.tester", { words: "", place: "" });
  const [composing, setComposing] = useState(false);
  const { suggestion, about, failed } = useSuggestion(values.words, values.place, true, composing);
  const others = suggestion === null ? [] : othersOf(suggestion);
  return (
    <div className="office-two tester">
      <section className="office-main" aria-label={w.view.tester}>
        <div className="office-form">
          <Field label={w.words} name="narrative" hint={w.words_hint}>
            {(props) => <MarkedText {...props} autoFocus rows={6} maxLength={4000} marks={about === values.words ? marksFor(about, about, suggestion) : []} value={values.words} onChange={(event) => set("words", event.target.value)} onCompositionStart={() => setComposing(true)} onCompositionEnd={() => setComposing(false)} />}
          </Field>
          <Field label={w.place} name="place">
            {(props) => <input {...props} autoComplete="off" maxLength={200} value={values.place} onChange={(event) => set("place", event.target.value)} onCompositionStart={() => setComposing(true)} onCompositionEnd={() => setComposing(false)} />}
          </Field>
        </div>
        {failed && <p className="notice">{w.away}</p>}
      </section>
      <aside className="office-side tester-said" aria-label={w.says} aria-live="polite" tabIndex={0}>
        {suggestion === null ? (
          <p className="empty">{w.empty}</p>
        ) : (
          <>
            <h2>{w.says}</h2>
            {suggestion.danger.map((each) => (
              <p key={`${each.rule}${each.start}`} className="state-line over">
                <i aria-hidden="true">▲</i>
                {each.name}「{each.words}」<span className="dim">{t.work.why.danger_rule(each.rule, suggestion.danger_version)}</span>
              </p>
            ))}
            <Doubtful suggestion={suggestion} />
            <p className="big">
              {suggestion.unowned ? t.triage.unowned : t.triage.mode[suggestion.mode]} {suggestion.desk !== null && <span className={`platform-number ${suggestion.desk}`}>{t.desk[suggestion.desk]}</span>} <UrgencySign urgency={suggestion.urgency} />
            </p>
            <p>
              {suggestion.matter_name} {suggestion.lead_name !== "" && <b>→ {suggestion.lead_name}</b>} {suggestion.assist_names.length > 0 && <span className="dim">{t.consequence.assist(suggestion.assist_names.join("、"))}</span>}
            </p>
            <Sureness suggestion={suggestion} />
            <Why suggestion={suggestion} danger={suggestion.danger} />
            {suggestion.say !== "" && (
              <div className="say">
                <span className="tag">{t.triage.say}</span>
                <q>{suggestion.say}</q>
              </div>
            )}
            {others.length > 0 && (
              <>
                <h2>{w.others}</h2>
                <ol className="plain-list">
                  {others.map((each) => (
                    <li key={each.matter}>
                      <span className="figures">{each.matter}</span> {each.name} <span className="dim">→ {each.lead_name}</span> {percentOf(suggestion, each.matter) !== null && <b className="figures">{percentOf(suggestion, each.matter)}%</b>}
                    </li>
                  ))}
                </ol>
              </>
            )}
            <p className="dim">{w.by(suggestion.list_version, suggestion.danger_version, short(suggestion.confidence?.model ?? ""))}</p>
          </>
        )}
      </aside>
    </div>
  );
}
