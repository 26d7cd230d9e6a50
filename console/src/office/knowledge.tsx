// The knowledge base as its editors keep it: written by one, approved by another, published, ended.
import { useState } from "react";
import { Problem } from "../api/http";
import { knowledge, type Article, type Brief, type Order, type Revision, type Text } from "../knowledge/calls";
import "../knowledge/knowledge.css";
import { fieldSentence, sentenceIn, useKnowledgeWords, useWords, type KnowledgeWords } from "../knowledge/words";
import { cache, useAnswer } from "../live/cache";
import { serverNow } from "../time/now";
import { short } from "../time/format";
import { Answered, Doings, Done, FormDialog, Rows, useFields, type Said } from "./parts";
import { useSending } from "./sending";

const STATES = ["", "draft", "approved", "published", "expired", "wrong", "dropped"] as const;

const blank: Record<keyof Text & string, string> = { title: "", body: "", keywords: "", unit: "", sources: "", from: "", until: "" };

type Step = "new" | "write" | "return" | "withdraw";

export function Knowledge() {
  const k = useKnowledgeWords();
  const t = useWords();
  const [find, setFind] = useState("");
  const [state, setState] = useState<(typeof STATES)[number]>("");
  const entry = useAnswer(`office:knowledge:${state}:${find}`, () => knowledge.list(find, state));
  const items = entry.value?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const current = items.find((each) => each.article === chosen)?.article ?? items[0]?.article ?? null;
  const [form, setForm] = useState<Step | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const whole = useAnswer(current === null ? null : `office:knowledge-one:${current}`, () => knowledge.article(current ?? ""));
  const article = current === null ? undefined : whole.value;
  const latest = article?.revisions[0];
  const live = article?.revisions.find((each) => each.state === "published");
  const writes = entry.value?.may_write === true;

  const touched = () => cache.touch((key) => key.startsWith("office:knowledge"));
  const told = (step: string, done: Article | null): boolean => {
    touched();
    if (done === null) return false;
    cache.put(`office:knowledge-one:${done.article}`, done);
    setSaid({ text: k.said[step] ?? "" });
    return true;
  };
  const order = async (body: Order): Promise<boolean> => current !== null && told(body.change, await sending.send({ body, current }, (key) => knowledge.change(current, body, key)));
  const seen = (of: Revision | undefined) => ({ revision: of?.revision ?? 0, version: of?.version ?? 0 });
  const open = (step: Step) => (sending.clear(), setSaid(null), setForm(step));
  const drafted = latest?.state === "draft" || latest?.state === "approved";
  return (
    <div className="office-one">
      <div className="office-find knowledge-filters">
        <label>
          {k.search}
          <input type="search" value={find} onChange={(event) => setFind(event.target.value)} />
        </label>
        <label>
          {k.filter}
          <select value={state} onChange={(event) => setState(STATES.find((each) => each === event.target.value) ?? "")}>
            {STATES.map((each) => (
              <option key={each} value={each}>
                {k.states[each]}
              </option>
            ))}
          </select>
        </label>
        <span className="dim">{entry.value === undefined ? "" : k.counts(entry.value.matching, entry.value.all)}</span>
      </div>
      <Doings
        label={k.history}
        busy={sending.busy}
        actions={[
          { id: "knowledge_new", label: k.new, key: "n", run: () => open("new"), off: !writes, primary: true },
          { id: "knowledge_edit", label: k.edit, key: "e", run: () => open("write"), off: !writes || latest === undefined },
          { id: "knowledge_approve", label: k.approve, key: "y", run: () => void order({ change: "approve", ...seen(latest) }), off: article?.may_approve !== true },
          { id: "knowledge_return", label: k.back, key: "b", run: () => open("return"), off: entry.value?.may_approve !== true || !drafted },
          { id: "knowledge_publish", label: k.publish, key: "p", run: () => void order({ change: "publish", ...seen(latest) }), off: !writes || latest?.state !== "approved" },
          { id: "knowledge_withdraw", label: k.withdraw, key: "w", run: () => open("withdraw"), off: !writes || live === undefined },
          { id: "knowledge_drop", label: k.drop, key: "Delete", run: () => void order({ change: "drop", ...seen(latest) }), off: !writes || !drafted },
          { id: "knowledge_state", label: k.filter_next, key: "f", run: () => setState(STATES[(STATES.indexOf(state) + 1) % STATES.length] ?? "") },
        ]}
      />
      <Done said={said} onClose={setSaid} />
      {form === null && sending.error !== null && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{sentenceIn(k, t, sending.error)}</span>
        </p>
      )}
      <p className="hint">{k.effect}</p>
      <Answered entry={entry}>
        <Rows
          label={k.title}
          rows={items}
          idOf={(each: Brief) => each.article}
          chosen={current}
          onChoose={setChosen}
          empty={find === "" && state === "" ? k.none : k.none_match}
          columns={[
            { name: k.title, cell: (each) => each.title, className: "wide" },
            { name: k.state, cell: (each) => `${k.states[each.state] ?? each.state}${each.live ? ` · ${k.live}` : ""}` },
            { name: k.unit, cell: (each) => each.unit_name },
            { name: k.valid, cell: (each) => each.until, className: "figures" },
            { name: k.uses, cell: (each) => each.used, className: "figures" },
            { name: k.wrongs, cell: (each) => (each.wrong > 0 ? `▲ ${each.wrong}` : "0"), className: "figures" },
          ]}
        />
        {article !== undefined && <Whole article={article} k={k} />}
      </Answered>
      {(form === "new" || form === "write") && (
        <TextForm
          title={form === "new" ? k.new : k.edit}
          place={form === "new" ? "new" : `${current ?? ""}.${latest?.revision ?? 0}.${latest?.version ?? 0}`}
          text={form === "new" ? null : (latest?.text ?? null)}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (text, forget) => {
            let done: boolean;
            if (form === "new") {
              const begun = await sending.send({ text }, (key) => knowledge.write(text, key));
              done = told("new", begun);
              if (begun !== null) setChosen(begun.article);
            } else done = await order({ change: "write", ...seen(latest), text });
            if (!done) return;
            forget();
            setForm(null);
          }}
        />
      )}
      {(form === "return" || form === "withdraw") && (
        <ReasonForm
          title={form === "return" ? k.back : k.withdraw}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (reason, forget) => {
            const done = await order(form === "return" ? { change: "return", ...seen(latest), reason } : { change: "withdraw", ...seen(live), reason });
            if (!done) return;
            forget();
            setForm(null);
          }}
        />
      )}
    </div>
  );
}

function line(k: KnowledgeWords, of: Revision): string {
  const at = (moment: number | null | undefined) => short(moment ?? 0, serverNow());
  return [k.written(of.written_by, at(of.written_at)), of.reviewed_at == null ? "" : k.approved(of.reviewed_by, at(of.reviewed_at)), of.published_at == null ? "" : k.published(of.published_by, at(of.published_at)), of.published_at == null ? "" : k.used(of.used)]
    .filter((each) => each !== "")
    .join(" · ");
}

function Whole({ article, k }: { article: Article; k: KnowledgeWords }) {
  const [latest, ...older] = article.revisions;
  if (latest === undefined) return null;
  return (
    <section className="knowledge-article" aria-label={latest.text.title}>
      <h2>
        {latest.text.title} <span className="dim">{`${k.revision(latest.revision)} · ${k.states[latest.state] ?? latest.state}`}</span>
      </h2>
      <p className="words">{latest.text.body}</p>
      <p className="dim">
        {[article.unit_name === "" ? "" : `${k.unit} ${article.unit_name}`, `${k.sources} ${latest.text.sources}`, (latest.text.keywords ?? []).join("、"), latest.text.until === "" || latest.text.until === undefined ? "" : k.until(latest.text.until)].filter((each) => each !== "").join(" · ")}
      </p>
      <p className="dim">{line(k, latest)}</p>
      {latest.state === "draft" && !article.may_approve && <p className="hint">{k.own}</p>}
      {older.length > 0 && (
        <details>
          <summary>{k.older}</summary>
          {older.map((each) => (
            <div key={each.revision}>
              <h3>{`${k.revision(each.revision)} · ${k.states[each.state] ?? each.state}`}</h3>
              <p className="words">{each.text.body}</p>
              <p className="dim">{line(k, each)}</p>
            </div>
          ))}
        </details>
      )}
      <h3>{k.reports}</h3>
      {article.wrong.length === 0 ? (
        <p className="empty">{k.reports_none}</p>
      ) : (
        <ul>
          {article.wrong.map((each) => (
            <li key={`${each.at}${each.note}`}>
              {each.note} <span className="dim">{`${k.revision(each.revision)} · ${each.by} · ${short(each.at, serverNow())}`}</span>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{k.history}</summary>
        <ul>
          {article.history.map((each) => (
            <li key={`${each.at}${each.action}`}>
              {k.step[each.action] ?? each.action} <span className="dim">{[each.by, short(each.at, serverNow()), each.reason].filter((part) => part !== "").join(" · ")}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

interface FormOf {
  title: string;
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

function TextForm({ title, place, text, busy, error, onClose, onSend }: FormOf & { place: string; text: Text | null; onSend: (text: Text, forget: () => void) => Promise<void> }) {
  const k = useKnowledgeWords();
  const t = useWords();
  const start = text === null ? blank : { title: text.title, body: text.body, keywords: (text.keywords ?? []).join("、"), unit: text.unit ?? "", sources: text.sources, from: text.from ?? "", until: text.until ?? "" };
  const [values, set, forget] = useFields(`knowledge.${place}`, start);
  const ready = values.title.trim().length >= 2 && values.body.trim() !== "" && values.sources.trim().length >= 2;
  const send = () => {
    const keywords = values.keywords.split(/[、,，;；]/).map((each) => each.trim()).filter((each) => each !== "");
    void onSend({ title: values.title.trim(), body: values.body.trim(), keywords, unit: values.unit.trim(), sources: values.sources.trim(), from: values.from.trim(), until: values.until.trim() }, forget);
  };
  // What is wrong with a field is said beside it.
  const rest = error instanceof Problem && error.fields.length > 0 ? null : error;
  const box = (name: keyof typeof values, label: string, hint: string, rows: number, most: number, first = false) => {
    const wrong = fieldSentence(k, t, error, name === "unit" && error instanceof Problem && error.fields.some((each) => each.field === "text.unit") ? "text.unit" : name);
    const props = { id: `knowledge-${name}`, "aria-invalid": wrong !== "", "aria-describedby": `knowledge-${name}-hint`, autoFocus: first, maxLength: most, value: values[name] };
    return (
      <div className="field">
        <label htmlFor={props.id}>{label}</label>
        {rows > 1 ? <textarea {...props} rows={rows} onChange={(event) => set(name, event.target.value)} /> : <input {...props} autoComplete="off" onChange={(event) => set(name, event.target.value)} />}
        {wrong !== "" && <span className="wrong">{wrong}</span>}
        <span className="hint" id={`knowledge-${name}-hint`}>
          {hint}
        </span>
      </div>
    );
  };
  return (
    <FormDialog title={title} submit={k.save} busy={busy} ready={ready} error={rest} onClose={onClose} onSend={send}>
      {box("title", k.title, "", 1, 100, true)}
      {box("body", k.body, k.body_hint, 6, 4000)}
      {box("keywords", k.keywords, k.keywords_hint, 1, 400)}
      {box("sources", k.sources, k.sources_hint, 1, 500)}
      {box("unit", k.unit_field, k.unit_hint, 1, 64)}
      {box("from", k.from, k.day_hint, 1, 10)}
      {box("until", k.until_field, k.day_hint, 1, 10)}
    </FormDialog>
  );
}

function ReasonForm({ title, busy, error, onClose, onSend }: FormOf & { onSend: (reason: string, forget: () => void) => Promise<void> }) {
  const k = useKnowledgeWords();
  const [values, set, forget] = useFields("knowledge.reason", { reason: "" });
  return (
    <FormDialog title={title} submit={title} busy={busy} ready={values.reason.trim().length >= 4} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <div className="field">
        <label htmlFor="knowledge-reason">{k.reason}</label>
        <textarea id="knowledge-reason" rows={3} autoFocus maxLength={500} value={values.reason} onChange={(event) => set("reason", event.target.value)} />
      </div>
    </FormDialog>
  );
}
