// The draft: its rows one by one, what is wrong with it, trying a sentence, publishing. What is typed is kept on
// this machine until it is saved; who saved meanwhile is shown beside it.
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Problem } from "../../api/http";
import { readKept, writeKept } from "../../draft/kept";
import { composing } from "../../keys/keymap";
import { useKeys } from "../../keys/use-keys";
import { cache, useAnswer } from "../../live/cache";
import { Key, Waiting } from "../../parts/signs";
import { useActions } from "../../shell/actions";
import { useSession } from "../../shell/session";
import { exact } from "../../time/format";
import { office, type ListDraft, type ListFault, type ListOffice } from "../calls";
import { Doings, Fault, Field, FormDialog, longEnough, Reason, Rows, useFields, type Said } from "../parts";
import { useSending } from "../sending";
import { useOfficeWords, type OfficeWords } from "../words";
import { blockAt, clashes, cut, merged, put, type Block } from "./blocks";
import { touchList } from "./list";
import { Merge } from "./merge";
import { hasForm, RowForm } from "./row-form";
import { TrySentence } from "./try";

interface Props {
  list: ListOffice;
  edits: boolean;
  onSaid: (said: Said) => void;
  onPublished: () => void;
}

export function DraftPlace(props: Props) {
  const o = useOfficeWords();
  const { list, edits, onSaid } = props;
  const none = list.draft === null || list.draft === undefined;
  // Without a draft there is nothing to ask for.
  const entry = useAnswer(none ? null : "office:list:draft", office.listDraft);
  const sending = useSending();
  // Another person's save shows in the head of the list first; then the text is asked for again.
  const revision = list.draft?.revision ?? 0;
  useEffect(() => cache.touch((key) => key === "office:list:draft"), [revision]);
  // Published or dropped by another person a moment ago: the head of the list does not know yet.
  const gone = entry.error instanceof Problem && entry.error.status === 404;
  useEffect(() => {
    if (gone) cache.touch((key) => key === "office:list");
  }, [gone]);
  if (none) {
    const begin = async () => {
      const done = await sending.send({ begin: null }, (key) => office.changeDraft({ change: "begin", from: null }, key));
      touchList();
      if (done !== null) onSaid({ text: o.list.begun(done.head?.label ?? "") });
    };
    return (
      <section className="office-one">
        <Doings label={o.list.view.draft} busy={sending.busy} actions={[{ id: "list_begin", label: o.list.begin, key: "n", run: () => void begin(), off: !edits, primary: true }]} />
        {sending.error !== null && <Fault error={sending.error} />}
        <p className="empty">{o.list.no_draft}</p>
      </section>
    );
  }
  if (entry.value === undefined) return entry.error === undefined || gone ? <Waiting rows={8} /> : <Fault error={entry.error} />;
  return <Draft {...props} draft={entry.value} />;
}

interface Kept {
  revision: number;
  /** When that revision was saved: a later one is somebody else's, or mine come back. */
  at: number;
  base: string;
  text: string;
}

function keptText(key: string): Kept | null {
  try {
    const kept = JSON.parse(readKept(key) || "null") as Partial<Kept> | null;
    return kept !== null && typeof kept.text === "string" && typeof kept.base === "string" && typeof kept.revision === "number" && typeof kept.at === "number" ? (kept as Kept) : null;
  } catch {
    return null;
  }
}

/** What is worked on: the text, and the revision and text it was made from. */
function useWork(draft: ListDraft) {
  const { me } = useSession();
  const key = `${me.account.id}.office.list`;
  const fresh = (): Kept => ({ revision: draft.head.revision, at: draft.head.changed_at, base: draft.text, text: draft.text });
  const [work, setWork] = useState<Kept>(() => keptText(key) ?? fresh());
  const clean = work.text === work.base;
  const keep = (next: Kept) => {
    writeKept(key, next.text === next.base ? "" : JSON.stringify(next));
    setWork(next);
  };
  const later = draft.head.changed_at > work.at;
  // Without words of one's own there is nothing to hold on to.
  const shown = later && (clean || draft.text === work.base) ? { ...fresh(), text: clean ? draft.text : work.text } : work;
  useEffect(() => {
    if (shown !== work) setWork(shown);
  });
  return { work: shown, keep, fresh, behind: !clean && later && draft.text !== work.base };
}

function Draft({ list, draft, edits, onSaid, onPublished }: Props & { draft: ListDraft }) {
  const o = useOfficeWords();
  const { work, keep, fresh, behind } = useWork(draft);
  const [find, setFind] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [asking, setAsking] = useState<"try" | "publish" | "discard" | null>(null);
  const [asForm, setAsForm] = useState(false);
  const sending = useSending();
  const box = useRef<HTMLTextAreaElement>(null);
  const blocks = useMemo(() => cut(work.text), [work.text]);
  const saved = useMemo(() => new Map(cut(draft.text).map((each) => [each.id, each.text])), [draft.text]);
  const wanted = useDeferredValue(find.trim());
  const rows = blocks.filter((each) => (wanted === "" ? each.kind !== "" : each.text.includes(wanted)));
  const current = rows.find((each) => each.id === chosen) ?? rows[0];
  const dirty = work.text !== draft.text;
  const { faults } = draft;
  const faultsOf = (block: Block) => (dirty ? [] : faults.filter((each) => each.line > 0 && blockAt(blocks, each.line)?.id === block.id));

  const save = async (text = work.text, over = work.revision) => {
    if (!edits || (text === draft.text && over === draft.head.revision)) return;
    const done = await sending.send({ save: over, text }, (key) => office.changeDraft({ change: "save", revision: over, text }, key));
    if (done?.head != null) {
      keep({ revision: done.head.revision, at: done.head.changed_at, base: text, text });
      onSaid({ text: done.faults.length === 0 ? `${o.list.saved(done.head.revision)}${o.list.fine}` : `${o.list.saved(done.head.revision)}${o.list.faults(done.faults.length)}` });
    }
    touchList();
  };
  useKeys([{ key: "Ctrl+Enter", run: () => void save(), typing: true }], { off: asking !== null || behind });
  const finder = useRef<HTMLInputElement>(null);
  useActions("here", [{ id: "list_find", label: o.list.find, key: "/", run: () => (finder.current?.focus(), finder.current?.select()) }]);
  const form = asForm && current !== undefined && hasForm(current);
  useActions("here", current !== undefined && hasForm(current) ? [{ id: "list_form", label: `${o.list.form.as_form} / ${o.list.form.as_text}`, key: "f", run: () => setAsForm(!asForm) }] : []);
  const change = (written: string) => {
    if (current === undefined) return;
    const text = put(blocks, current.id, written);
    const at = blocks.findIndex((each) => each.id === current.id);
    keep({ ...work, text });
    setChosen(cut(text)[at]?.id ?? current.id);
  };
  const go = (fault: ListFault) => {
    const block = blockAt(blocks, fault.line);
    if (block === undefined) return;
    setFind("");
    setChosen(block.id);
    // A fault names a line.
    setAsForm(false);
    requestAnimationFrame(() => box.current?.focus());
  };
  const copy = () => {
    if (current === undefined) return;
    const at = blocks.indexOf(current);
    const like = current.text.replace(/^(\s*code\s*=\s*")([^"]*)"/m, (_, start: string, code: string) => `${start}${code}-new"`);
    keep({ ...work, text: blocks.map((each, i) => (i === at ? `${each.text.trimEnd()}\n\n${like}` : each.text)).join("") });
    setChosen(`${current.kind} ${current.code}-new`);
    requestAnimationFrame(() => box.current?.focus());
  };

  if (behind) {
    const found = clashes(work.base, work.text, draft.text);
    return (
      <Merge
        by={draft.head.changed_by}
        revision={draft.head.revision}
        found={found}
        onMerge={(choice) => keep({ ...fresh(), text: merged(work.text, draft.text, choice) })}
      />
    );
  }
  return (
    <div className="list-two">
      <section className="office-main" aria-label={o.list.rows}>
        <Doings
          label={o.list.view.draft}
          busy={sending.busy}
          actions={[
            { id: "list_try", label: o.list.try, key: "t", run: () => setAsking("try") },
            { id: "list_publish", label: o.list.publish, key: "p", run: () => (sending.clear(), setAsking("publish")), off: !list.may_publish || dirty || faults.length > 0, primary: true },
            { id: "list_copy", label: o.list.copy_row, key: "n", run: copy, off: !edits || current === undefined || current.code === "" },
            { id: "list_discard", label: o.list.discard, key: "x", run: () => (sending.clear(), setAsking("discard")), off: !edits },
          ]}
        />
        <p className="dim">{o.list.draft_of(draft.head.label, draft.head.revision, draft.head.changed_by)}</p>
        {asking === null && sending.error !== null && !(sending.error instanceof Problem && sending.error.key === "conflict") && <Fault error={sending.error} />}
        <Faults faults={faults} stale={dirty} onGo={go} />
        <div className="office-find">
          <label className="hidden" htmlFor="list-find">
            {o.list.find}
          </label>
          <input
            id="list-find"
            ref={finder}
            type="search" autoComplete="off" placeholder={o.list.find}
            value={find}
            onChange={(event) => setFind(event.target.value)}
            onKeyDown={(event) => {
              if (composing(event.nativeEvent) || event.key !== "Enter") return;
              event.preventDefault();
              box.current?.focus();
            }}
          />
          <Key name="/" />
          <span className="dim figures">{o.rows(rows.length)}</span>
        </div>
        <Rows
          label={o.list.rows}
          rows={rows}
          idOf={(each) => each.id}
          chosen={current?.id ?? null}
          onChoose={setChosen}
          empty={o.list.nothing_here}
          columns={[
            { name: o.list.public.code, cell: (each) => each.code, className: "figures" },
            { name: o.list.kind["matter"] ?? "", cell: (each) => <b>{each.name}</b>, className: "wide" },
            { name: o.list.state, cell: (each) => <RowState block={each} saved={saved.get(each.id)} faults={faultsOf(each).length} /> },
          ]}
        />
      </section>
      {current !== undefined && (
        <section className="list-text" aria-label={o.list.text(current.name || current.code)}>
          <label htmlFor={form ? undefined : "list-text"}>
            {o.list.text(`${current.code} ${current.name}`.trim())} <span className="dim figures">{o.list.line(current.line)}</span>
          </label>
          {hasForm(current) && (
            <div className="sections" role="group" aria-label={o.list.form.shown}>
              {([true, false] as const).map((each) => (
                <button key={String(each)} type="button" className="section" aria-pressed={each === form} onClick={() => setAsForm(each)}>
                  {each ? o.list.form.as_form : o.list.form.as_text} {each !== form && <Key name="f" />}
                </button>
              ))}
            </div>
          )}
          {form ? (
            <RowForm key={current.line} block={current} blocks={blocks} readOnly={!edits} settled={!dirty} onChange={change} />
          ) : (
            <textarea id="list-text" ref={box} spellCheck={false} readOnly={!edits} value={current.text} onChange={(event) => change(event.target.value)} />
          )}
          {faultsOf(current).map((each) => (
            <p key={`${each.line} ${each.problem} ${each.example ?? ""}`} className="failure">
              <i aria-hidden="true">!</i>
              <span>
                {o.list.line(each.line)}：{faultText(o, each)}
              </span>
            </p>
          ))}
          <footer>
            <button type="button" className="primary" disabled={!dirty || sending.busy || !edits} onClick={() => void save()}>
              {sending.busy ? o.sending : o.list.save} <Key name="Ctrl+Enter" />
            </button>
            {dirty && <span className="sign task">{o.list.unsaved}</span>}
          </footer>
          {!form && <p className="hint">{o.list.text_hint}</p>}
        </section>
      )}
      {asking === "try" && <TrySentence stale={dirty} onClose={() => setAsking(null)} />}
      {asking === "publish" && (
        <Publish
          draft={draft}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setAsking(null)}
          onSend={async (valid_at, reason, forget) => {
            const { revision } = draft.head;
            const done = await sending.send({ publish: revision, valid_at, reason }, (key) => office.changeVersions({ change: "publish", revision, valid_at, reason }, key));
            cache.touch((key) => key === "office:list");
            if (done === null) return;
            forget();
            onSaid({ text: done.state === "scheduled" && done.valid_at != null ? o.list.published_later(done.label, exact(done.valid_at)) : o.list.published_now(done.label) });
            onPublished();
          }}
        />
      )}
      {asking === "discard" && (
        <FormDialog
          title={o.list.discard_title}
          hint={o.list.discard_hint}
          submit={o.list.discard}
          busy={sending.busy}
          ready
          error={sending.error}
          onClose={() => setAsking(null)}
          onSend={() =>
            void (async () => {
              const { revision } = draft.head;
              const done = await sending.send({ discard: revision }, (key) => office.changeDraft({ change: "discard", revision }, key));
              cache.touch((key) => key === "office:list");
              if (done === null) return;
              keep({ ...work, text: work.base });
              setAsking(null);
              onSaid({ text: o.list.discarded });
            })()
          }
        >
          <p>{o.list.draft_of(draft.head.label, draft.head.revision, draft.head.changed_by)}</p>
        </FormDialog>
      )}
    </div>
  );
}

function RowState({ block, saved, faults }: { block: Block; saved: string | undefined; faults: number }) {
  const o = useOfficeWords();
  return (
    <>
      {faults > 0 && <span className="sign over">▲ {faults}</span>} {saved !== block.text && <span className="sign task">{o.list.changed}</span>} <span className="dim">{o.list.kind[block.kind] ?? block.kind}</span>
    </>
  );
}

/** A fault in a sentence. */
export function faultText(o: OfficeWords, fault: ListFault): string {
  if (fault.key === "example") return o.list.example(fault.example ?? "", fault.problem === "this row", fault.got === "no row" || fault.got == null ? o.list.got_none : fault.got);
  const problem = o.list.problems[fault.problem] ?? fault.problem;
  return (o.list.fault[fault.key] ?? o.list.fault["invalid"])?.(problem) ?? problem;
}

function Faults({ faults, stale, onGo }: { faults: ListFault[]; stale: boolean; onGo: (fault: ListFault) => void }) {
  const o = useOfficeWords();
  if (faults.length === 0) return stale ? null : <p className="state-line well"><i aria-hidden="true">●</i> {o.list.fine}</p>;
  return (
    <div className="list-faults" role="region" aria-label={o.list.faults(faults.length)} tabIndex={0}>
      <p className="state-line over">
        <i aria-hidden="true">▲</i> {o.list.faults(faults.length)}
      </p>
      <ul>
        {faults.slice(0, 50).map((each) => (
          <li key={`${each.line} ${each.row} ${each.problem} ${each.example ?? ""}`}>
            <button type="button" className="plain" onClick={() => onGo(each)}>
              {each.line > 0 && <span className="figures">{o.list.line(each.line)}</span>} <b>{each.row}</b> {faultText(o, each)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PublishProps {
  draft: ListDraft;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSend: (validAt: number | null, reason: string, forget: () => void) => Promise<void>;
}

function Publish({ draft, busy, error, onClose, onSend }: PublishProps) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("list.publish", { reason: "", later: "", when: "" });
  const later = values.later !== "";
  const when = later ? new Date(values.when).getTime() : null;
  const ready = longEnough(values.reason) && (when === null || !Number.isNaN(when));
  return (
    <FormDialog title={o.list.publish_title(draft.head.label)} hint={o.list.publish_hint} submit={o.list.publish} busy={busy} ready={ready} error={error} onClose={onClose} onSend={() => void onSend(when, values.reason.trim(), forget)}>
      <fieldset className="pick">
        <legend>{o.list.from}</legend>
        {[false, true].map((each) => (
          <label key={String(each)}>
            <input type="radio" name="list-from" autoFocus={each === later} checked={later === each} onChange={() => set("later", each ? "later" : "")} />
            <span>{each ? o.list.from_later : o.list.from_now}</span>
          </label>
        ))}
      </fieldset>
      {later && (
        <Field label={o.list.from_when} name="valid_at" error={error}>
          {(props) => <input {...props} type="datetime-local" value={values.when} onChange={(event) => set("when", event.target.value)} />}
        </Field>
      )}
      <Reason value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
