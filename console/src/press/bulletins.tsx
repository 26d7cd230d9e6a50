// Bulletins: the list, one whole, its editor with a preview, approval by somebody else, publication.
import { useState } from "react";
import { openPaper } from "../api/paper";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Field, FormDialog, Rows, type Said, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { navigate } from "../route/router";
import { exact } from "../time/format";
import { type Bulletin, type BulletinBrief, type BulletinOrder, type BulletinSection, bulletinFile, press } from "./calls";
import { Sure, Told } from "./parts";
import "../office/office.css";
import "./press.css";
import { Preview } from "./preview";
import { usePressWords } from "./words";

const KINDS = ["weekly", "monthly", "year", "benefit"] as const;
const WAYS = ["console", "mail", "paper", "other"] as const;
type Over = "begin" | "publish" | "send" | "drop" | null;

function touch(): void {
  cache.touch((key) => key.startsWith("press:bulletin"));
}

export default function Bulletins({ id }: { id: string | null }) {
  const p = usePressWords();
  const entry = useAnswer("press:bulletins", () => press.bulletins(""));
  const [more, setMore] = useState<BulletinBrief[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const items = [...(entry.value?.items ?? []), ...more];
  const chosen = id ?? items[0]?.id ?? null;
  const [editing, setEditing] = useState(false);
  const [over, setOver] = useState<Over>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const go = (to: string) => navigate(`/bulletins/${encodeURIComponent(to)}`, true);
  const open = (what: Over) => {
    sending.clear();
    setOver(what);
  };
  const whole = useAnswer(`press:bulletin:${chosen ?? ""}`, () => (chosen === null ? Promise.resolve(null) : press.bulletin(chosen)), (each) => each?.revision ?? 0);
  const bulletin = whole.value ?? null;
  const may = (what: string) => bulletin?.allowed.includes(what) === true;

  const change = async (order: BulletinOrder, words: (done: Bulletin) => string): Promise<boolean> => {
    if (bulletin === null) return false;
    const done = await sending.send({ id: bulletin.id, order }, (key) => press.change(bulletin.id, order, key));
    touch();
    if (done === null) return false;
    // With the word that it is done goes what may be done next: its keys wait for no second question.
    cache.put(`press:bulletin:${bulletin.id}`, done);
    setOver(null);
    setSaid({ text: words(done) });
    return true;
  };
  const revision = bulletin?.revision ?? 0;
  const fetchMore = async () => {
    const after = next === undefined ? entry.value?.next : next;
    if (after === null || after === undefined) return;
    const page = await press.bulletins(after);
    setMore((old) => [...old, ...page.items]);
    setNext(page.next ?? null);
  };
  const behind = next === undefined ? (entry.value?.next ?? null) : next;

  if (editing && bulletin !== null) {
    return (
      <Editor
        bulletin={bulletin}
        busy={sending.busy}
        error={sending.error}
        onClose={() => setEditing(false)}
        onSave={async (title, sections, forget) => {
          const words = sections.map(({ heading, text }) => ({ heading, text }));
          if (await change({ change: "save", revision, title, sections: words }, () => p.said.saved)) {
            forget();
            setEditing(false);
          }
        }}
      />
    );
  }
  return (
    <main className="office press">
      <header className="office-head">
        <h1>{p.bulletins}</h1>
      </header>
      <div className="office-two press-two">
        <section className="office-main">
          <Doings
            label={p.bulletins}
            busy={sending.busy}
            actions={[
              { id: "press_begin", label: p.begin, key: "n", run: () => open("begin"), off: entry.value?.may_draft !== true, primary: true },
              { id: "press_edit", label: p.edit, key: "e", run: () => setEditing(true), off: !may("save") },
              { id: "press_gather", label: p.gather, key: "g", run: () => void change({ change: "gather", revision }, () => p.said.gathered), off: !may("gather") },
              { id: "press_approve", label: p.approve, key: "a", run: () => void change({ change: "approve", revision }, () => p.said.approved), off: !may("approve") },
              { id: "press_publish", label: p.publish, key: "p", run: () => open("publish"), off: !may("publish") },
              { id: "press_send", label: p.send, key: "m", run: () => open("send"), off: !may("send") },
              { id: "press_drop", label: p.drop, key: "Delete", run: () => open("drop"), off: !may("drop") },
            ]}
          />
          <Done said={said} onClose={setSaid} />
          {over === null && <Told error={sending.error} />}
          <Answered entry={entry}>
            <Rows
              label={p.bulletins}
              rows={items}
              idOf={(each) => each.id}
              chosen={chosen}
              onChoose={go}
              empty={entry.value?.may_draft === true ? p.empty : p.empty_unit}
              columns={[
                { name: p.columns.title, cell: (each) => <b>{each.title}</b>, className: "wide" },
                { name: p.columns.kind, cell: (each) => p.kind[each.kind] ?? each.kind },
                { name: p.columns.state, cell: (each) => <span className={`sign ${each.state === "draft" ? "" : "task"}`}>{p.state[each.state] ?? each.state}</span> },
                { name: p.columns.number, cell: (each) => each.number ?? "", className: "figures" },
                { name: p.columns.changed, cell: (each) => exact(each.changed_at), className: "figures" },
              ]}
            />
            {behind !== null && behind !== undefined && (
              <button type="button" onClick={() => void fetchMore()}>
                {p.more}
              </button>
            )}
          </Answered>
        </section>
        <aside className="office-side" aria-label={p.preview}>
          {chosen !== null && (
            <Answered entry={whole}>
              {bulletin !== null && (
                <>
                  <Files id={bulletin.id} />
                  <p className="dim">
                    {p.made(bulletin.made_by)}
                    {bulletin.approved_by !== "" && ` · ${p.approved_by(bulletin.approved_by)}`}
                    {bulletin.state === "draft" && !may("approve") && may("save") && ` · ${p.not_own}`}
                  </p>
                  {bulletin.digest !== "" && (
                    <p>
                      {p.digest} <code>{bulletin.digest}</code>
                    </p>
                  )}
                  <Preview title={bulletin.title} sections={bulletin.sections} />
                  {bulletin.sent.length > 0 && (
                    <section>
                      <h2>{p.sent}</h2>
                      <ul className="press-sent">
                        {bulletin.sent.map((each, i) => (
                          <li key={i}>
                            {each.receiver} · {p.ways[each.way] ?? each.way} · <span className="figures">{exact(each.at)}</span> · {each.by}
                          </li>
                        ))}
                      </ul>
                    </section>
                  )}
                </>
              )}
            </Answered>
          )}
        </aside>
      </div>
      {over === "begin" && (
        <Begin
          busy={sending.busy}
          error={sending.error}
          onClose={() => setOver(null)}
          onSend={async (kind, day, forget) => {
            const body = { kind, day: day === "" ? null : day };
            const done = await sending.send(body, (key) => press.begin(body, key));
            if (done === null) return;
            forget();
            touch();
            setOver(null);
            setSaid({ text: p.said.begun });
            go(done.id);
          }}
        />
      )}
      {over === "publish" && <Sure title={p.publish_title} hint={p.publish_hint} busy={sending.busy} error={sending.error} onClose={() => setOver(null)} onSend={() => void change({ change: "publish", revision }, (done) => p.said.published(done.number ?? ""))} />}
      {over === "drop" && <Sure title={p.drop} hint={p.drop_hint} busy={sending.busy} error={sending.error} onClose={() => setOver(null)} onSend={() => void change({ change: "drop", revision }, () => p.said.dropped)} />}
      {over === "send" && (
        <Send
          busy={sending.busy}
          error={sending.error}
          onClose={() => setOver(null)}
          onSend={async (receivers, way, forget) => {
            if (await change({ change: "send", receivers, way }, () => p.said.sent(receivers.length))) forget();
          }}
        />
      )}
    </main>
  );
}

function Files({ id }: { id: string }) {
  const p = usePressWords();
  const sending = useSending();
  return (
    <>
    <Doings
      label={p.preview}
      busy={sending.busy}
      actions={[
        { id: "press_pdf", label: p.pdf, key: "o", run: () => void sending.send({ id, pdf: true }, () => openPaper(bulletinFile(id, "pdf"))) },
        { id: "press_xlsx", label: p.xlsx, key: "x", run: () => location.assign(bulletinFile(id, "xlsx")) },
      ]}
    />
    <Told error={sending.error} />
    </>
  );
}

interface FormOf {
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

function Begin({ busy, error, onClose, onSend }: FormOf & { onSend: (kind: string, day: string, forget: () => void) => Promise<void> }) {
  const p = usePressWords();
  const [values, set, forget] = useFields("press.begin", { kind: "weekly", day: "" });
  return (
    <FormDialog title={p.begin} hint={p.begin_hint} submit={p.begin} busy={busy} ready error={null} onClose={onClose} onSend={() => void onSend(values.kind, values.day, forget)}>
      <Field label={p.begin_kind} name="kind" error={error}>
        {(props) => (
          <select {...props} autoFocus value={values.kind} onChange={(event) => set("kind", event.target.value)}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {p.kind[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={p.begin_day} name="day" error={error}>
        {(props) => <input {...props} type="date" value={values.day} onChange={(event) => set("day", event.target.value)} />}
      </Field>
      <Told error={error} />
    </FormDialog>
  );
}

function Send({ busy, error, onClose, onSend }: FormOf & { onSend: (receivers: string[], way: string, forget: () => void) => Promise<void> }) {
  const p = usePressWords();
  const [values, set, forget] = useFields("press.send", { receivers: "", way: "paper" });
  const receivers = values.receivers.split("\n").map((each) => each.trim()).filter((each) => each !== "");
  return (
    <FormDialog title={p.send} hint={p.send_hint} submit={p.send} busy={busy} ready={receivers.length > 0} error={null} onClose={onClose} onSend={() => void onSend(receivers, values.way, forget)}>
      <Field label={p.receivers} name="receivers" error={error}>
        {(props) => <textarea {...props} autoFocus rows={5} value={values.receivers} onChange={(event) => set("receivers", event.target.value)} />}
      </Field>
      <Field label={p.way} name="way" error={error}>
        {(props) => (
          <select {...props} value={values.way} onChange={(event) => set("way", event.target.value)}>
            {WAYS.map((way) => (
              <option key={way} value={way}>
                {p.ways[way]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Told error={error} />
    </FormDialog>
  );
}

/** Words at the left, what they become at the right. Half-written words outlive a reload. */
function Editor({ bulletin, busy, error, onClose, onSave }: FormOf & { bulletin: Bulletin; onSave: (title: string, sections: BulletinSection[], forget: () => void) => Promise<void> }) {
  const p = usePressWords();
  const initial: Record<string, string> = { title: bulletin.title };
  bulletin.sections.forEach((section, i) => {
    initial[`heading${i}`] = section.heading;
    initial[`text${i}`] = section.text;
  });
  const [values, set, forget] = useFields(`press.edit.${bulletin.id}`, initial);
  const sections = bulletin.sections.map((section, i) => ({ ...section, heading: values[`heading${i}`] ?? "", text: values[`text${i}`] ?? "" }));
  const title = values["title"] ?? "";
  return (
    <main className="office press">
      <header className="office-head">
        <h1>{bulletin.title}</h1>
      </header>
      <div className="office-two press-edit">
        <section className="office-main press-words">
          <Doings
            label={p.edit}
            busy={busy}
            actions={[
              { id: "press_save", label: p.save, key: "Ctrl+Enter", typing: true, run: () => void onSave(title, sections, forget), primary: true, off: title.trim() === "" },
              { id: "press_back", label: p.back, key: "Escape", typing: true, run: onClose },
            ]}
          />
          <Told error={error} />
          <Field label={p.title} name="title" error={error}>
            {(props) => <input {...props} autoFocus maxLength={120} value={title} onChange={(event) => set("title", event.target.value)} />}
          </Field>
          {sections.map((section, i) => (
            <fieldset key={i}>
              <legend className="hidden">{p.heading(i + 1)}</legend>
              <Field label={p.heading(i + 1)} name={`heading${i}`} error={null}>
                {(props) => <input {...props} maxLength={60} value={section.heading} onChange={(event) => set(`heading${i}`, event.target.value)} />}
              </Field>
              <Field label={p.text(i + 1)} name={`text${i}`} error={null} {...(i === 0 ? { hint: p.text_hint } : {})}>
                {(props) => <textarea {...props} rows={3} value={section.text} onChange={(event) => set(`text${i}`, event.target.value)} />}
              </Field>
            </fieldset>
          ))}
        </section>
        <aside className="office-side" aria-label={p.preview}>
          <Preview title={title} sections={sections} />
        </aside>
      </div>
    </main>
  );
}
