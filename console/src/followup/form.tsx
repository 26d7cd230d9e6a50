// The form beside the script: four results, each with its reason, and what is ordered at once.
import { useId, useState, type ReactNode } from "react";
import { Fault, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { useKeys } from "../keys/use-keys";
import { Key } from "../parts/signs";
import { followUp, useFollowUpWords, type Sheet } from "./calls";
import { bad, CAUSES, commandOf, EMPTY, lowDesk, lowUnit, ready, thenOf, unsolved, type Filled } from "./result";

export function CallForm({ sheet, kind, onDone }: { sheet: Sheet; kind: "call" | "check"; onDone: (no: string) => void }) {
  return kind === "call" ? <Call sheet={sheet} onDone={onDone} /> : <Check sheet={sheet} onDone={onDone} />;
}

function Choice({ label, value, options, none, first = false, onChange }: { label: string; value: string; options: readonly (readonly [string, string])[]; none: string; first?: boolean; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} autoFocus={first} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{none}</option>
        {options.map(([word, text]) => (
          <option key={word} value={word}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Call({ sheet, onDone }: { sheet: Sheet; onDone: (no: string) => void }) {
  const w = useFollowUpWords();
  const noteId = useId();
  const timeId = useId();
  const [values, set, forget] = useFields<Filled>(`followup.${sheet.item.case}`, EMPTY);
  const sending = useSending();
  const may = ready(values, sheet.with_unit);
  const send = async () => {
    if (!may || sending.busy) return;
    const body = commandOf(values, sheet.subjective, sheet.may_redo);
    const done = await sending.send({ case: sheet.item.case, body }, async (key) => (await followUp.command(sheet.item.case, body, key), true));
    if (done === null) return;
    forget();
    onDone(sheet.item.no);
  };
  useKeys([{ key: "Ctrl+Enter", run: () => void send(), typing: true }]);
  const why = (part: keyof typeof CAUSES) => CAUSES[part].map((cause) => [cause, w.cause[cause] ?? cause] as const);
  const marks = w.marks.map((text, i) => [String(i + 1), text] as const).reverse();
  const pick = (name: keyof Filled & string, options: readonly (readonly [string, string])[], first = false): ReactNode => (
    <Choice label={(w.f as Record<string, string>)[name] ?? name} value={values[name] ?? ""} options={options} none={w.f.choose} first={first} onChange={(value) => set(name, value)} />
  );
  return (
    <form
      className="followup-form"
      aria-label={w.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h3>{w.form}</h3>
      {pick("reached", [["yes", w.f.reached_yes], ["no", w.f.reached_no]], true)}
      {values.reached === "no" && pick("why_reached", why("reached"))}
      {values.reached === "no" && values.why_reached === "later" && (
        <div className="field">
          <label htmlFor={timeId}>{w.f.booked_at}</label>
          <input id={timeId} type="datetime-local" value={values.booked_at} onChange={(event) => set("booked_at", event.target.value)} />
        </div>
      )}
      {values.reached === "yes" && (
        <>
          {pick("solved", Object.entries(w.solved))}
          {unsolved(values) && pick("why_solved", why("solved"))}
          {pick("desk", marks)}
          {lowDesk(values) && pick("why_desk", why("desk"))}
          {sheet.with_unit && pick("unit", marks)}
          {sheet.with_unit && lowUnit(values) && pick("why_unit", why("unit"))}
          {bad(values) && (
            <>
              <Choice
                label={w.f.then}
                value={thenOf(values, sheet.subjective, sheet.may_redo)}
                options={["none", ...(sheet.may_redo ? ["redo"] : []), ...(sheet.may_reopen ? ["reopen"] : [])].map((each) => [each, w.then[each] ?? each] as const)}
                none={w.f.choose}
                onChange={(value) => set("then", value)}
              />
              <p className="hint">{w.then_hint}</p>
            </>
          )}
        </>
      )}
      <div className="field">
        <label htmlFor={noteId}>{w.f.note}</label>
        <textarea id={noteId} rows={2} value={values.note} onChange={(event) => set("note", event.target.value)} />
      </div>
      {sending.error !== null && <Fault error={sending.error} />}
      <button type="submit" className="primary" disabled={!may || sending.busy}>
        {sending.busy ? w.saving : w.save} <Key name="Ctrl+Enter" />
      </button>
    </form>
  );
}

/** A doubtful rating: somebody says whether it counts, and why. */
function Check({ sheet, onDone }: { sheet: Sheet; onDone: (no: string) => void }) {
  const w = useFollowUpWords();
  const id = useId();
  const [reason, setReason] = useState("");
  const sending = useSending();
  const send = async (counted: boolean) => {
    const body = { command: "check_rating", counted, reason: reason.trim() };
    const done = await sending.send({ case: sheet.item.case, body }, async (key) => (await followUp.command(sheet.item.case, body, key), true));
    if (done !== null) onDone(sheet.item.no);
  };
  return (
    <form className="followup-form" aria-label={w.flagged} onSubmit={(event) => event.preventDefault()}>
      <p>
        <b>{w.flagged}</b> {sheet.flags.map((flag) => w.flags[flag] ?? flag).join("、")}
      </p>
      <div className="field">
        <label htmlFor={id}>{w.check_reason}</label>
        <input id={id} autoComplete="off" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      {sending.error !== null && <Fault error={sending.error} />}
      <p>
        <button type="button" className="primary" disabled={reason.trim() === "" || sending.busy} onClick={() => void send(true)}>
          {w.check_yes}
        </button>{" "}
        <button type="button" disabled={reason.trim() === "" || sending.busy} onClick={() => void send(false)}>
          {w.check_no}
        </button>
      </p>
    </form>
  );
}
