// What the office's screens are made of: rows that keys move in, small forms, a line that says what was done.
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { readKept, writeKept } from "../draft/kept";
import { useKeys } from "../keys/use-keys";
import { cache, type Entry } from "../live/cache";
import { Key, Waiting } from "../parts/signs";
import { useActions, type Action } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useSession } from "../shell/session";
import { fieldSentence, sentenceIn, useOfficeWords, useWords } from "./words";

/** A failure in the office's own words. */
export function Fault({ error, children }: { error: unknown; children?: ReactNode }) {
  const t = useWords();
  const o = useOfficeWords();
  return (
    <p className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <span>{sentenceIn(o, t, error)}</span>
      {children}
    </p>
  );
}

/** What was asked for: why it did not come, with "again"; the wait; then what shows it. */
export function Answered({ entry, children }: { entry: Entry<unknown> & { again: () => void }; children: ReactNode }) {
  const t = useWords();
  return (
    <>
      {entry.error !== undefined && (
        <Fault error={entry.error}>
          <button type="button" onClick={entry.again}>
            {t.list.retry}
          </button>
        </Fault>
      )}
      {entry.value === undefined ? entry.error === undefined && <Waiting rows={8} /> : children}
    </>
  );
}

/** What is no event of a case is looked at every few seconds, while somebody looks at the screen. */
export function usePoll(matches: (key: string) => boolean, ms = 5000): void {
  const latest = useRef(matches);
  latest.current = matches;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") cache.touch((key) => latest.current(key));
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  className?: string;
}

interface RowsProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  chosen: string | null;
  onChoose: (id: string) => void;
  empty: ReactNode;
}

/** A table whose rows j and k move in; a click chooses, too. */
export function Rows<T>({ label, columns, rows, idOf, chosen, onChoose, empty }: RowsProps<T>) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const move = (by: number) => {
    const at = rows.findIndex((row) => idOf(row) === chosen);
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next === undefined) return;
    const id = idOf(next);
    onChoose(id);
    const row = [...(box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].find((each) => each.dataset["row"] === id);
    row?.scrollIntoView({ block: "nearest" });
  };
  useActions("here", [
    { id: `${label}-next`, label: t.action.next, key: "j", run: () => move(1), quiet: true },
    { id: `${label}-previous`, label: t.action.previous, key: "k", run: () => move(-1), quiet: true },
    { id: `${label}-down`, label: t.action.next, key: "ArrowDown", run: () => move(1), quiet: true },
    { id: `${label}-up`, label: t.action.previous, key: "ArrowUp", run: () => move(-1), quiet: true },
  ]);
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="rows" ref={box} tabIndex={0} role="region" aria-label={label}>
      <table>
        <caption className="hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={column.className}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const id = idOf(row);
            return (
              <tr key={id} data-row={id} aria-current={id === chosen ? "true" : undefined} onClick={() => onChoose(id)}>
                {columns.map((column) => (
                  <td key={column.name} className={column.className}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Buttons with their keys printed on them; the palette and the help page know them, too. */
export function Doings({ label, actions, busy = false }: { label: string; actions: readonly (Action & { off?: boolean; primary?: boolean })[]; busy?: boolean }) {
  useActions("here", actions.filter((each) => each.off !== true && !busy));
  return (
    <div className="doings" role="toolbar" aria-label={label}>
      {actions.map((action) => (
        <button key={action.id} type="button" className={action.primary === true ? "primary" : ""} disabled={busy || action.off === true} onClick={action.run}>
          {action.label} {action.key !== undefined && <Key name={action.key} />}
        </button>
      ))}
    </div>
  );
}

export interface Said {
  text: string;
  undo?: () => Promise<boolean>;
}

/** Says what was done, and takes it back where it can be. */
export function Done({ said, onClose }: { said: Said | null; onClose: (next: Said | null) => void }) {
  const o = useOfficeWords();
  const t = useWords();
  const [busy, setBusy] = useState(false);
  const undo = said?.undo;
  const back = async () => {
    if (undo === undefined || busy) return;
    setBusy(true);
    const done = await undo();
    setBusy(false);
    if (done) onClose({ text: o.undone });
  };
  useActions("here", undo === undefined ? [] : [{ id: "undo", label: o.undo, key: "u", run: () => void back() }]);
  return (
    <div role="status" className="done-line">
      {said !== null && (
        <p>
          <i aria-hidden="true">✓</i>
          <span>{said.text}</span>
          {undo !== undefined && (
            <button type="button" disabled={busy} onClick={() => void back()}>
              {o.undo} <Key name="u" />
            </button>
          )}
          <button type="button" className="plain" onClick={() => onClose(null)}>
            {t.close}
          </button>
        </p>
      )}
    </div>
  );
}

/** Values of a small form that outlive a reload, per account and place. */
export function useFields<V extends Record<string, string>>(place: string, initial: V): [V, (name: keyof V & string, value: string) => void, () => void] {
  const { me } = useSession();
  const key = `${me.account.id}.office.${place}`;
  const [values, setValues] = useState<V>(() => {
    try {
      const kept: unknown = JSON.parse(readKept(key) || "{}");
      return typeof kept === "object" && kept !== null ? { ...initial, ...(kept as Partial<V>) } : initial;
    } catch {
      return initial;
    }
  });
  const set = (name: keyof V & string, value: string) =>
    setValues((old) => {
      const next = { ...old, [name]: value };
      writeKept(key, JSON.stringify(next));
      return next;
    });
  const forget = () => {
    writeKept(key, "");
    setValues(initial);
  };
  return [values, set, forget];
}

interface FieldProps {
  label: string;
  name: string;
  error?: unknown;
  hint?: string;
  children: (props: { id: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) => ReactNode;
}

/** A labelled box with what is wrong with it beside it. */
export function Field({ label, name, error, hint, children }: FieldProps) {
  const o = useOfficeWords();
  const t = useWords();
  const id = useId();
  const wrong = fieldSentence(o, t, error, name);
  const described = [wrong === "" ? "" : `${id}-wrong`, hint === undefined ? "" : `${id}-hint`].filter((each) => each !== "").join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-invalid": wrong !== "", "aria-describedby": described === "" ? undefined : described })}
      {wrong !== "" && (
        <span className="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

interface FormProps {
  title: string;
  hint?: string;
  busy: boolean;
  ready: boolean;
  error: unknown;
  submit: string;
  onSend: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A small form over the page: Escape closes and keeps the words, Ctrl+Enter sends. */
export function FormDialog({ title, hint, busy, ready, error, submit, onSend, onClose, children }: FormProps) {
  const t = useWords();
  const o = useOfficeWords();
  const send = () => {
    if (ready && !busy) onSend();
  };
  useKeys([
    { key: "Ctrl+Enter", run: send, typing: true },
    { key: "Escape", run: onClose, typing: true },
  ]);
  return (
    <Dialog label={title} className="office-form" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <h2>{title}</h2>
        {hint !== undefined && <p className="hint">{hint}</p>}
        {children}
        {error !== null && error !== undefined && <Fault error={error} />}
        <footer>
          <button type="submit" className="primary" disabled={!ready || busy}>
            {busy ? o.sending : submit} <Key name="Ctrl+Enter" />
          </button>
          <button type="button" className="plain" onClick={onClose}>
            {t.close} <Key name="Escape" />
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The reason a change needs. */
export function Reason({ value, error, onChange, auto = false }: { value: string; error: unknown; onChange: (text: string) => void; auto?: boolean }) {
  const o = useOfficeWords();
  return (
    <Field label={o.reason} name="reason" error={error} hint={o.reason_hint}>
      {(props) => <input {...props} autoFocus={auto} autoComplete="off" maxLength={500} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export function longEnough(reason: string): boolean {
  return [...reason.trim()].length >= 4;
}

/** Bytes as people say them. */
export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  let size = n;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${at === 0 ? size : size.toFixed(1)} ${units[at] ?? ""}`;
}
