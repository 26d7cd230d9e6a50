// The definitions: every figure and scheme with its formulas and version; a new text is tried before it is taken.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Answered, Doings, Done, Field, FormDialog, longEnough, Reason, Rows, useFields, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { useSession } from "../shell/session";
import { exact } from "../time/format";
import { scores, type Metric, type RuleText, type Scheme, type ScoreOffice } from "./calls";
import { touchScores } from "./claims";
import { Definition } from "./figures";
import { useNamed, useScoreWords, useSentence } from "./words";

type Rule = { id: string; metric?: Metric; scheme?: Scheme };

export function Rules({ office }: { office: ScoreOffice }) {
  const s = useScoreWords();
  const named = useNamed();
  const { me } = useSession();
  const entry = useAnswer("score:rules", scores.rules);
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const rows: Rule[] = [...office.schemes.map((scheme) => ({ id: `scheme/${scheme.id}`, scheme })), ...office.metrics.map((metric) => ({ id: `metric/${metric.id}`, metric }))];
  const current = rows.find((each) => each.id === chosen) ?? rows[0];
  const own = (entry.value ?? []).filter((each) => !each.shipped);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.view.rules}>
        <Doings label={s.view.rules} actions={[{ id: "score_edit", label: s.edit, key: "e", run: () => setEditing(true), off: !me.may.includes("edit_scores") || entry.value === undefined, primary: true }]} />
        <Done said={said} onClose={setSaid} />
        <Answered entry={entry}>
          <Rows
            label={s.view.rules}
            rows={rows}
            idOf={(each) => each.id}
            chosen={current?.id ?? null}
            onChoose={setChosen}
            empty={s.no_data}
            columns={[
              { name: s.rule_kind, cell: (each) => (each.scheme === undefined ? s.metrics : s.schemes) },
              { name: s.rule_name, cell: (each) => <b>{named(each.metric ?? each.scheme, each.id)}</b>, className: "wide" },
              { name: s.state, cell: (each) => (each.metric !== undefined && each.metric.lacks.length > 0 ? <span className="sign quiet">{s.no_data}</span> : null) },
              { name: s.rule_version, cell: (each) => s.version(each.metric?.version ?? each.scheme?.version ?? 0) },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={current?.id ?? s.view.rules} tabIndex={0}>
        {current?.metric !== undefined && (
          <>
            <h2 className="big">{named(current.metric, current.metric.id)}</h2>
            <p className="hint">{named({ zh: current.metric.note_zh, en: current.metric.note_en }, "")}</p>
            <Definition metric={current.metric} />
            {current.metric.lacks.length > 0 && <p className="hint warn">{s.lacks(current.metric.lacks.join(", "))}</p>}
          </>
        )}
        {current?.scheme !== undefined && (
          <>
            <h2 className="big">{named(current.scheme, current.scheme.id)}</h2>
            <p className="hint">{named({ zh: current.scheme.note_zh, en: current.scheme.note_en }, "")}</p>
            <dl className="pairs">
              {current.scheme.parts.map((part) => (
                <div key={part.id}>
                  <dt>
                    {named(part, part.id)}
                    {part.full != null && ` (${part.deduct ? s.deduct : s.full} ${part.full})`}
                  </dt>
                  <dd>
                    <code>{part.score}</code>
                  </dd>
                </div>
              ))}
              {current.scheme.parameters.length > 0 && (
                <div>
                  <dt>{s.parameters}</dt>
                  <dd>
                    <code>{current.scheme.parameters.join("，")}</code>
                  </dd>
                </div>
              )}
            </dl>
          </>
        )}
        {own.length > 0 && (
          <>
            <h3>{s.history}</h3>
            <ul className="score-list">
              {own.map((each) => (
                <li key={`${each.name}/${each.changed_at ?? 0}`}>
                  <b>{each.name}</b> <span className="dim">{each.changed_at != null && exact(each.changed_at)} {each.changed_by}：{each.reason}</span>
                  {!each.in_force && <span className="sign task">{s.not_in_force}</span>}
                </li>
              ))}
            </ul>
          </>
        )}
        <details>
          <summary>{s.facts}</summary>
          <dl className="pairs">
            {office.facts.map((each) => (
              <div key={each.name}>
                <dt>
                  <code>{each.name}</code>
                </dt>
                <dd>
                  {named(each, each.name)} <span className="dim">{each.kind}{!each.there && ` · ${s.absent}`}</span>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      </aside>
      {editing && (
        <Editing
          texts={entry.value ?? []}
          onClose={() => setEditing(false)}
          onTaken={(rules) => {
            setEditing(false);
            setSaid({ text: s.taken(rules) });
            touchScores();
          }}
        />
      )}
    </div>
  );
}

function Editing({ texts, onClose, onTaken }: { texts: readonly RuleText[]; onClose: () => void; onTaken: (rules: string) => void }) {
  const s = useScoreWords();
  const sentence = useSentence();
  const [values, set, forget] = useFields("score.rule", { name: "", text: "", reason: "" });
  const [tried, setTried] = useState("");
  const sending = useSending();
  const send = async (only_try: boolean) => {
    setTried("");
    const order = { name: values.name.trim() || "site", text: values.text, reason: values.reason.trim(), only_try };
    const done = await sending.send(order, (key) => scores.changeRules(order, key));
    if (done === null) return;
    if (!done.taken) {
      setTried(done.rules.join(", "));
      return;
    }
    forget();
    onTaken(done.rules.join(", "));
  };
  return (
    <FormDialog title={s.edit_title} hint={s.edit_hint} submit={s.edit} busy={sending.busy} ready={values.text.trim() !== "" && longEnough(values.reason)} error={null} onClose={onClose} onSend={() => void send(false)}>
      {sending.error !== null && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{sentence(sending.error)}</span>
        </p>
      )}
      {tried !== "" && (
        <p className="hint" role="status">
          {s.tried(tried)}
        </p>
      )}
      <Field label={s.start_from} name="from">
        {(props) => (
          <select
            {...props}
            value=""
            onChange={(event) => {
              const found = texts[Number(event.target.value)];
              if (found === undefined) return;
              set("text", found.text);
              set("name", found.name);
            }}
          >
            <option value="">—</option>
            {texts.map((each, i) => (
              <option key={`${each.name}/${i}`} value={i}>
                {each.name} {each.shipped ? s.shipped : ""}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={s.rule_text} name="text">
        {(props) => <textarea {...props} className="score-text" rows={12} spellCheck={false} autoFocus value={values.text} onChange={(event) => set("text", event.target.value)} />}
      </Field>
      <Reason value={values.reason} error={null} onChange={(text) => set("reason", text)} />
      <button type="button" disabled={sending.busy || values.text.trim() === ""} onClick={() => void send(true)}>
        {s.try_it}
      </button>
    </FormDialog>
  );
}
