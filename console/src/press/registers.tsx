// Registers: twelve kinds of one shape. The kinds and their fields come from the server; here is the form they make.
import { useRef, useState } from "react";
import { openPaper } from "../api/paper";
import { cache, useAnswer } from "../live/cache";
import { asked } from "../office/calls";
import { Answered, bytes, Doings, Done, Field, FormDialog, Rows, type Said, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { Key } from "../parts/signs";
import { Link } from "../route/link";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession, useUnits } from "../shell/session";
import { day as dayOf, exact } from "../time/format";
import { serverNow } from "../time/now";
import { type Entry, type EntryBrief, entryFile, type Kind, minutesFile, type NewEntry, press, type RegisterOrder } from "./calls";
import { Problem } from "../api/http";
import { Told, useSaid } from "./parts";
import "../office/office.css";
import "./press.css";
import { useEnglish, usePressWords, type PressWords } from "./words";

const STATES = ["", "open", "overdue", "closed"] as const;
type Over = "new" | "edit" | "done" | "close" | "reopen" | null;

const nameOf = (each: { zh: string; en: string }, english: boolean) => (english ? each.en : each.zh);

function touch(): void {
  cache.touch((key) => key.startsWith("press:register"));
}

export default function Registers({ register, id }: { register: string | null; id: string | null }) {
  const p = usePressWords();
  const english = useEnglish();
  const kinds = useAnswer("press:registers", press.kinds);
  const all = kinds.value?.items ?? [];
  const kind = all.find((each) => each.key === register) ?? all[0];
  const place = all.findIndex((each) => each.key === kind?.key);
  const step = (by: number) => {
    const next = all[(place + by + all.length) % all.length];
    if (next !== undefined) navigate(`/registers/${next.key}`, true);
  };
  useActions("here", [
    { id: "register_next", label: p.next_register, key: "]", run: () => step(1) },
    { id: "register_previous", label: p.previous_register, key: "[", run: () => step(-1) },
  ]);
  return (
    <main className="office press">
      <header className="office-head">
        <h1>{kind === undefined ? p.registers : nameOf(kind, english)}</h1>
      </header>
      <Answered entry={kinds}>
        <div className="press-three">
          <nav aria-label={p.register_list} className="press-kinds" tabIndex={0}>
            <p className="dim">
              <Key name="[" /> <Key name="]" />
            </p>
            {all.map((each) => (
              <Link key={each.key} href={`/registers/${each.key}`} aria-current={each.key === kind?.key ? "page" : undefined}>
                {nameOf(each, english)} {each.open > 0 && <span className="dim">{p.open_count(each.open)}</span>}
              </Link>
            ))}
          </nav>
          {kind !== undefined && <Register key={kind.key} kind={kind} id={id} keeps={kinds.value?.may_keep === true} />}
        </div>
      </Answered>
    </main>
  );
}

function Register({ kind, id, keeps }: { kind: Kind; id: string | null; keeps: boolean }) {
  const p = usePressWords();
  const english = useEnglish();
  const { me } = useSession();
  const [state, setState] = useState<string>("");
  const [words, setWords] = useState("");
  const query = asked({ state, q: words.trim() });
  const page = useAnswer(`press:register:${kind.key}:${query}`, () => press.entries(kind.key, query));
  const [more, setMore] = useState<{ query: string; items: EntryBrief[]; next: string | null }>({ query: "", items: [], next: null });
  const mine = more.query === query && more.items.length > 0 ? more : null;
  const items = [...(page.value?.items ?? []), ...(mine?.items ?? [])];
  const behind = mine === null ? (page.value?.next ?? null) : mine.next;
  const chosen = items.some((each) => each.id === id) ? id : (items[0]?.id ?? null);
  const whole = useAnswer(`press:register-entry:${chosen ?? ""}`, () => (chosen === null ? Promise.resolve(null) : press.entry(kind.key, chosen)));
  const entry = whole.value ?? null;
  const [over, setOver] = useState<Over>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const find = useRef<HTMLInputElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const go = (to: string) => navigate(`/registers/${kind.key}/${encodeURIComponent(to)}`, true);
  const open = (what: Over) => {
    sending.clear();
    setOver(what);
  };
  const closed = entry?.state === "closed";
  const tasks = entry?.tasks.filter((each) => each.done_at == null) ?? [];
  const settle = (done: unknown, text: string): boolean => {
    touch();
    if (done === null) return false;
    setOver(null);
    setSaid({ text });
    return true;
  };
  const order = async (body: RegisterOrder, text: string): Promise<boolean> => {
    if (entry === null) return false;
    const done = await sending.send({ id: entry.id, body }, (key) => press.order(kind.key, entry.id, body, key));
    if (done !== null) cache.put(`press:register-entry:${done.id}`, done);
    return settle(done, text);
  };
  const exported = (format: string) => location.assign(`/api/registers/${kind.key}/export${asked({ state, q: words.trim(), format, language: english ? "en" : "zh" })}`);
  const exports = me.may.includes("export");
  const fetchMore = async () => {
    if (behind === null) return;
    const next = await press.entries(kind.key, asked({ state, q: words.trim(), after: behind }));
    setMore({ query, items: [...(mine?.items ?? []), ...next.items], next: next.next ?? null });
  };
  const today = serverNow();
  return (
    <div className="office-two press-two">
      <section className="office-main">
        <Doings
          label={nameOf(kind, english)}
          busy={sending.busy}
          actions={[
            { id: "entry_new", label: p.new_entry, key: "n", run: () => open("new"), off: !keeps, primary: true },
            { id: "entry_edit", label: p.edit_entry, key: "e", run: () => open("edit"), off: !keeps || entry === null || closed },
            ...(kind.tasks ? [{ id: "entry_done", label: p.task_done, key: "t", run: () => open("done"), off: !keeps || closed || tasks.length === 0 }] : []),
            { id: "entry_close", label: kind.evidence ? p.close_entry : p.close_plain, key: "c", run: () => open("close"), off: !keeps || entry === null || closed },
            { id: "entry_reopen", label: p.reopen, key: "r", run: () => open("reopen"), off: !keeps || !closed },
            { id: "entry_file", label: p.add_file, key: "a", run: () => file.current?.click(), off: !keeps || entry === null },
            ...(kind.paper ? [{ id: "entry_paper", label: p.minutes, key: "o", run: () => entry !== null && void sending.send({ id: entry.id, pdf: true }, () => openPaper(minutesFile(kind.key, entry.id))), off: entry === null }] : []),
            { id: "register_xlsx", label: p.export, key: "x", run: () => exported("xlsx"), off: !exports },
            { id: "register_csv", label: p.export_csv, key: "v", run: () => exported("csv"), off: !exports },
          ]}
        />
        <input
          ref={file}
          type="file"
          hidden
          aria-label={p.add_file}
          onChange={(event) => {
            const chosenFile = event.target.files?.[0];
            event.target.value = "";
            if (chosenFile === undefined || entry === null) return;
            void sending.send({ id: entry.id, file: chosenFile.name, size: chosenFile.size }, () => press.addFile(kind.key, entry.id, chosenFile).then(() => true)).then((done) => settle(done, p.said.file));
          }}
        />
        <div className="press-filter">
          <Finder find={find} words={words} onWords={setWords} />
          <label>
            {p.filter}{" "}
            <select value={state} onChange={(event) => setState(event.target.value)}>
              {STATES.map((each) => (
                <option key={each} value={each}>
                  {p.states[each]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Done said={said} onClose={setSaid} />
        {over === null && <Told error={sending.error} />}
        <Answered entry={page}>
          <Rows
            label={nameOf(kind, english)}
            rows={items}
            idOf={(each) => each.id}
            chosen={chosen}
            onChoose={go}
            empty={keeps ? p.entries_empty : p.entries_none}
            columns={[
              { name: p.entry_columns.title, cell: (each) => <b>{each.title}</b>, className: "wide" },
              { name: p.entry_columns.unit, cell: (each) => each.unit_name },
              { name: p.entry_columns.day, cell: (each) => each.day, className: "figures" },
              { name: p.entry_columns.state, cell: (each) => <span className="sign">{p.states[each.state] ?? each.state}</span> },
              {
                name: p.entry_columns.due,
                cell: (each) =>
                  each.due_at == null ? "" : each.due_at < today ? <span className="sign over">■ {p.overdue} {dayOf(each.due_at)}</span> : dayOf(each.due_at),
                className: "figures",
              },
            ]}
          />
          {behind !== null && (
            <button type="button" onClick={() => void fetchMore()}>
              {p.more}
            </button>
          )}
        </Answered>
      </section>
      <aside className="office-side" aria-label={entry?.title ?? p.registers} tabIndex={0}>
        {chosen !== null && <Answered entry={whole}>{entry !== null && <Whole kind={kind} entry={entry} p={p} english={english} />}</Answered>}
      </aside>
      {(over === "new" || (over === "edit" && entry !== null)) && (
        <EntryForm
          kind={kind}
          entry={over === "edit" ? entry : null}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setOver(null)}
          onSend={async (body, forget) => {
            if (over === "edit" && entry !== null) {
              if (await order({ change: "save", version: entry.version, entry: body }, p.said.entry)) forget();
              return;
            }
            const done = await sending.send({ register: kind.key, body }, (key) => press.write(kind.key, body, key));
            if (settle(done, p.said.entry) && done !== null) {
              forget();
              go(done.id);
            }
          }}
        />
      )}
      {over !== null && over !== "new" && over !== "edit" && entry !== null && (
        <StepForm
          key={over}
          step={over}
          kind={kind}
          entry={entry}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setOver(null)}
          onSend={async (text, task, forget) => {
            const version = entry.version;
            const done =
              over === "done"
                ? await order({ change: "done", version, task, evidence: text }, p.said.done)
                : over === "close"
                  ? await order({ change: "close", version, evidence: text }, p.said.closed)
                  : await order({ change: "reopen", version, reason: text }, p.said.reopened);
            if (done) forget();
          }}
        />
      )}
    </div>
  );
}

function Finder({ find, words, onWords }: { find: React.RefObject<HTMLInputElement | null>; words: string; onWords: (text: string) => void }) {
  const p = usePressWords();
  useActions("here", [{ id: "entry_find", label: p.find, key: "f", run: () => find.current?.focus() }]);
  return (
    <label>
      {p.find} <Key name="f" /> <input ref={find} type="search" autoComplete="off" maxLength={100} value={words} onChange={(event) => onWords(event.target.value)} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
    </label>
  );
}

function Whole({ kind, entry, p, english }: { kind: Kind; entry: Entry; p: PressWords; english: boolean }) {
  const units = useUnits();
  const unitName = (code: string) => units.find((each) => each.code === code)?.name ?? code;
  return (
    <>
      <h2>{entry.title}</h2>
      <dl className="pairs">
        {entry.unit !== "" && (
          <div>
            <dt>{p.entry_unit}</dt>
            <dd>{entry.unit_name}</dd>
          </div>
        )}
        <div>
          <dt>{p.entry_day}</dt>
          <dd className="figures">{entry.day}</dd>
        </div>
        {kind.fields.map((field) => {
          const value = entry.values[field.key] ?? "";
          const choice = field.choices.find((each) => each.key === value);
          return value === "" ? null : (
            <div key={field.key}>
              <dt>{nameOf(field, english)}</dt>
              <dd className="press-lines">{choice === undefined ? value : nameOf(choice, english)}</dd>
            </div>
          );
        })}
        {entry.evidence !== "" && (
          <div>
            <dt>{p.evidence}</dt>
            <dd className="press-lines">{entry.evidence}</dd>
          </div>
        )}
      </dl>
      {entry.tasks.length > 0 && (
        <section>
          <h3>{p.tasks}</h3>
          <ul className="press-tasks">
            {entry.tasks.map((task, i) => (
              <li key={i}>
                <i aria-hidden="true">{task.done_at == null ? "○" : "✓"}</i> {task.text} <span className="dim">{[task.unit === undefined || task.unit === "" ? "" : unitName(task.unit), task.due, task.done_at == null ? "" : p.done_by(task.done_by ?? "")].filter((each) => each !== "").join(" · ")}</span>
                {(task.evidence ?? "") !== "" && <p className="dim">{task.evidence}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {entry.files.length > 0 && (
        <section>
          <h3>{p.files}</h3>
          <ul>
            {entry.files.map((file) => (
              <li key={file.id}>
                <a href={entryFile(kind.key, entry.id, file.id)} download={file.name}>
                  {file.name}
                </a>{" "}
                <span className="dim">
                  {bytes(file.size)} · {file.by}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{p.history}</h3>
        <ul className="press-sent">
          {entry.history.map((each, i) => (
            <li key={i}>
              <span className="figures">{exact(each.at)}</span> {each.by} {p.step[each.action] ?? each.action}
              {each.reason !== "" && `：${each.reason}`}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

interface FormOf {
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

interface TaskDraft {
  text: string;
  unit: string;
  due: string;
}

function readTasks(text: string): TaskDraft[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as TaskDraft[]) : [];
  } catch {
    return [];
  }
}

/** The form a register's fields make. Half-written words outlive a reload. */
function EntryForm({ kind, entry, busy, error, onClose, onSend }: FormOf & { kind: Kind; entry: Entry | null; onSend: (body: NewEntry, forget: () => void) => Promise<void> }) {
  const p = usePressWords();
  const english = useEnglish();
  const units = useUnits();
  const said = useSaid(error);
  const fault = (name: string) => (said instanceof Problem ? (said.fields.find((each) => each.field === name)?.detail ?? "") : "");
  const open = entry?.tasks.filter((each) => each.done_at == null).map(({ text, unit, due }) => ({ text, unit, due })) ?? [];
  const initial: Record<string, string> = { title: entry?.title ?? "", unit: entry?.unit ?? "", day: entry?.day ?? dayOf(serverNow()).slice(0, 10), tasks: JSON.stringify(open) };
  for (const field of kind.fields) initial[`v_${field.key}`] = entry?.values[field.key] ?? "";
  const [values, set, forget] = useFields(`press.entry.${kind.key}.${entry?.id ?? "new"}.${entry?.version ?? 0}`, initial);
  const tasks = readTasks(values["tasks"] ?? "");
  const setTasks = (next: TaskDraft[]) => set("tasks", JSON.stringify(next));
  const ready = (values["title"] ?? "").trim() !== "" && (values["day"] ?? "") !== "";
  const send = () => {
    const filled: Record<string, string> = {};
    for (const field of kind.fields) filled[field.key] = values[`v_${field.key}`] ?? "";
    void onSend({ title: values["title"] ?? "", unit: values["unit"] ?? "", day: values["day"] ?? "", values: filled, tasks: tasks.filter((each) => each.text.trim() !== "") }, forget);
  };
  const labelled = (label: string, required: boolean) => (required ? `${label}（${p.required}）` : label);
  return (
    <FormDialog title={entry === null ? p.new_entry : p.edit_entry} submit={p.save} busy={busy} ready={ready} error={null} onClose={onClose} onSend={send}>
      <div className="press-form">
        <Field label={labelled(p.entry_title, true)} name="title" error={said}>
          {(props) => <input {...props} autoFocus autoComplete="off" maxLength={100} value={values["title"] ?? ""} onChange={(event) => set("title", event.target.value)} />}
        </Field>
        <Field label={labelled(p.entry_unit, kind.unit)} name="unit" error={said}>
          {(props) => <UnitPick props={props} units={units} value={values["unit"] ?? ""} onChange={(code) => set("unit", code)} />}
        </Field>
        <Field label={labelled(p.entry_day, true)} name="day" error={said}>
          {(props) => <input {...props} type="date" value={values["day"] ?? ""} onChange={(event) => set("day", event.target.value)} />}
        </Field>
        {kind.fields.map((field) => {
          const name = `v_${field.key}`;
          const value = values[name] ?? "";
          return (
            <Field key={field.key} label={labelled(nameOf(field, english), field.required)} name={`values.${field.key}`} error={said} {...(field.kind === "lines" ? { hint: p.lines_hint } : {})}>
              {(props) =>
                field.kind === "lines" ? (
                  <textarea {...props} rows={3} value={value} onChange={(event) => set(name, event.target.value)} />
                ) : field.kind === "choice" ? (
                  <select {...props} value={value} onChange={(event) => set(name, event.target.value)}>
                    <option value="" />
                    {field.choices.map((each) => (
                      <option key={each.key} value={each.key}>
                        {nameOf(each, english)}
                      </option>
                    ))}
                  </select>
                ) : (
                  <input {...props} type={field.kind === "day" ? "date" : "text"} inputMode={field.kind === "number" ? "decimal" : "text"} autoComplete="off" maxLength={200} value={value} onChange={(event) => set(name, event.target.value)} />
                )
              }
            </Field>
          );
        })}
        {kind.tasks && (
          <fieldset className="press-task-form">
            <legend>{p.tasks}</legend>
            {tasks.map((task, i) => {
              const put = (change: Partial<TaskDraft>) => setTasks(tasks.map((each, n) => (n === i ? { ...each, ...change } : each)));
              return (
                <div key={i} className="press-task">
                  <input aria-label={p.task_text} placeholder={p.task_text} maxLength={500} value={task.text} onChange={(event) => put({ text: event.target.value })} />
                  <UnitPick props={{ "aria-label": p.entry_unit }} units={units} value={task.unit} onChange={(unit) => put({ unit })} />
                  <input aria-label={p.task_due} type="date" value={task.due} onChange={(event) => put({ due: event.target.value })} />
                  <button type="button" className="plain" onClick={() => setTasks(tasks.filter((_, n) => n !== i))}>
                    {p.task_remove}
                  </button>
                  {[`tasks[${i}].text`, `tasks[${i}].unit`, `tasks[${i}].due`].map((name) => fault(name) !== "" && <span key={name} className="wrong">{fault(name)}</span>)}
                </div>
              );
            })}
            <button type="button" onClick={() => setTasks([...tasks, { text: "", unit: "", due: "" }])}>
              {p.task_add}
            </button>
          </fieldset>
        )}
      </div>
      <Told error={error} />
    </FormDialog>
  );
}

function UnitPick({ props, units, value, onChange }: { props: object; units: readonly { code: string; name: string }[]; value: string; onChange: (code: string) => void }) {
  const p = usePressWords();
  return (
    <select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{p.no_unit}</option>
      {units.map((unit) => (
        <option key={unit.code} value={unit.code}>
          {unit.name}
        </option>
      ))}
    </select>
  );
}

function StepForm({ step, kind, entry, busy, error, onClose, onSend }: FormOf & { step: "done" | "close" | "reopen"; kind: Kind; entry: Entry; onSend: (text: string, task: number, forget: () => void) => Promise<void> }) {
  const p = usePressWords();
  const open = entry.tasks.map((task, i) => ({ task, i })).filter(({ task }) => task.done_at == null);
  const [values, set, forget] = useFields(`press.step.${entry.id}.${step}`, { text: "", task: String(open[0]?.i ?? 0) });
  const title = step === "done" ? p.task_done : step === "reopen" ? p.reopen : kind.evidence ? p.close_entry : p.close_plain;
  const needed = step !== "close" || (kind.evidence && entry.files.length === 0);
  const ready = !needed || [...values.text.trim()].length >= 4;
  return (
    <FormDialog title={title} submit={title} busy={busy} ready={ready} error={null} onClose={onClose} onSend={() => void onSend(values.text, Number(values.task), forget)}>
      {step === "done" && (
        <Field label={p.task_which} name="task" error={null}>
          {(props) => (
            <select {...props} value={values.task} onChange={(event) => set("task", event.target.value)}>
              {open.map(({ task, i }) => (
                <option key={i} value={i}>
                  {task.text}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={p.evidence} name="evidence" error={null} hint={step === "close" && kind.evidence ? p.evidence_or_file : p.evidence_hint}>
        {(props) => <input {...props} autoFocus autoComplete="off" maxLength={500} value={values.text} onChange={(event) => set("text", event.target.value)} />}
      </Field>
      <Told error={error} />
    </FormDialog>
  );
}
