// Working days that change: a year at a time, day by day or from a file; taken back with one key.
import { useState } from "react";
import { Problem } from "../api/http";
import { cache, useAnswer } from "../live/cache";
import { day as dayOf } from "../time/format";
import { serverNow } from "../time/now";
import { office, type CalendarChanged, type Day } from "./calls";
import { Answered, Doings, Done, Fault, Field, FormDialog, Reason, Rows, longEnough, type Said, useFields } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, useWords } from "./words";

/** Day of the week of a civil day, whatever the seat's own zone is. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

export function CalendarDays() {
  const o = useOfficeWords();
  const [year, setYear] = useState(() => Number(dayOf(serverNow()).slice(0, 4)));
  const entry = useAnswer(`office:calendar:${year}`, () => office.calendar(year));
  const days = entry.value?.days ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const current = days.find((each) => each.day === chosen) ?? days[0];
  const [form, setForm] = useState<"add" | "import" | "recount" | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();

  const after = (done: CalendarChanged | null, gone: number) => {
    if (done === null) return false;
    cache.touch((key) => key.startsWith("office:calendar:"));
    const undo = async () => {
      const before = new Set(done.before.map((each) => each.day));
      const remove = done.put.filter((each) => !before.has(each.day)).map((each) => each.day);
      const back = await sending.send({ undo: Date.now() }, (key) => office.setDays({ put: done.before, remove }, key));
      cache.touch((key) => key.startsWith("office:calendar:"));
      return back !== null;
    };
    setSaid({ text: o.calendar.changed(done.put.length, gone), undo });
    return true;
  };
  const remove = async (day: Day) => after(await sending.send({ remove: day.day, at: Date.now() }, (key) => office.setDays({ put: [], remove: [day.day] }, key)), 1);
  const off = days.filter((each) => each.off).length;
  return (
    <div className="office-one">
      <div className="office-find">
        <div className="year" role="group" aria-label={o.calendar.year}>
          <Doings
            label={o.calendar.year}
            actions={[
              { id: "year_before", label: `← ${o.calendar.previous}`, key: "[", run: () => setYear(year - 1), quiet: true, off: year <= 2000 },
              { id: "year_after", label: `${o.calendar.next} →`, key: "]", run: () => setYear(year + 1), quiet: true, off: year >= 2100 },
            ]}
          />
          <h2 className="big figures">{year}</h2>
          <span className="dim">{o.calendar.counts(off, days.length - off)}</span>
        </div>
      </div>
      <Doings
        label={o.section.calendar}
        busy={sending.busy}
        actions={[
          { id: "day_add", label: o.calendar.add, key: "n", run: () => (sending.clear(), setForm("add")), primary: true },
          { id: "day_import", label: o.calendar.import, key: "i", run: () => (sending.clear(), setForm("import")) },
          { id: "day_remove", label: o.calendar.remove, key: "Delete", run: () => current !== undefined && void remove(current), off: current === undefined },
          { id: "day_recount", label: o.clocks.recount, key: "r", run: () => (sending.clear(), setForm("recount")) },
        ]}
      />
      <Done said={said} onClose={setSaid} />
      {form === null && sending.error !== null && <Fault error={sending.error} />}
      <p className="hint">{o.calendar.effect}</p>
      <Answered entry={entry}>
        <Rows
          label={`${o.section.calendar} ${year}`}
          rows={days}
          idOf={(each) => each.day}
          chosen={current?.day ?? null}
          onChoose={setChosen}
          empty={o.calendar.none(year)}
          columns={[
            { name: o.calendar.day, cell: (each) => each.day, className: "figures" },
            { name: o.calendar.weekday, cell: (each) => o.calendar.weekdays[weekdayOf(each.day)] ?? "" },
            { name: o.calendar.kind, cell: (each) => <span className={`sign ${each.off ? "" : "task"}`}>{each.off ? o.calendar.off : o.calendar.work}</span> },
            { name: o.calendar.note, cell: (each) => each.note, className: "wide" },
          ]}
        />
      </Answered>
      {form === "add" && (
        <AddForm
          year={year}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (day, forget) => {
            const done = await sending.send({ put: day, at: days.length }, (key) => office.setDays({ put: [day], remove: [] }, key));
            if (!after(done, 0)) return;
            forget();
            setForm(null);
            setYear(Number(day.day.slice(0, 4)));
            setChosen(day.day);
          }}
        />
      )}
      {form === "recount" && (
        <RecountForm
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (reason, forget) => {
            const done = await sending.send({ recount: reason, at: Date.now() }, (key) => office.recount(reason, key));
            if (done === null) return;
            forget();
            setForm(null);
            setSaid({ text: o.clocks.recounted(done.cases, done.moved) });
          }}
        />
      )}
      {form === "import" && (
        <ImportForm
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (text, forget) => {
            const done = await sending.send({ text }, (key) => office.importDays(text, key));
            const kept = new Set(done?.put.map((each) => each.day));
            if (!after(done, done?.before.filter((each) => !kept.has(each.day)).length ?? 0)) return;
            forget();
            setForm(null);
            if (done?.years[0] !== undefined) setYear(done.years[0]);
          }}
        />
      )}
    </div>
  );
}

interface FormOf {
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

function AddForm({ year, busy, error, onClose, onSend }: FormOf & { year: number; onSend: (day: Day, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("calendar.add", { day: "", kind: "off", note: "" });
  const weekday = /^\d{4}-\d{2}-\d{2}$/.test(values.day) ? (o.calendar.weekdays[weekdayOf(values.day)] ?? "") : "";
  // The server names the field by its place in the list.
  const own = error instanceof Problem ? new Problem(error.key, error.status, error.detail, error.fields.map((each) => ({ ...each, field: "day" }))) : error;
  return (
    <FormDialog title={o.calendar.add} submit={o.calendar.add} busy={busy} ready={weekday !== ""} error={error} onClose={onClose} onSend={() => void onSend({ day: values.day, off: values.kind === "off", note: values.note.trim() }, forget)}>
      <Field label={o.calendar.day} name="day" error={own} {...(weekday === "" ? {} : { hint: weekday })}>
        {(props) => <input {...props} type="date" autoFocus min={`${year}-01-01`} max="2100-12-31" value={values.day} onChange={(event) => set("day", event.target.value)} />}
      </Field>
      <fieldset className="pick">
        <legend>{o.calendar.kind}</legend>
        {(["off", "work"] as const).map((kind) => (
          <label key={kind}>
            <input type="radio" name="day-kind" checked={values.kind === kind} onChange={() => set("kind", kind)} />
            <span>{o.calendar[kind]}</span>
          </label>
        ))}
      </fieldset>
      <Field label={o.calendar.note} name="note" error={null}>
        {(props) => <input {...props} autoComplete="off" maxLength={60} value={values.note} onChange={(event) => set("note", event.target.value)} />}
      </Field>
    </FormDialog>
  );
}

function RecountForm({ busy, error, onClose, onSend }: FormOf & { onSend: (reason: string, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("calendar.recount", { reason: "" });
  return (
    <FormDialog title={o.clocks.recount} hint={o.clocks.recount_hint} submit={o.clocks.recount} busy={busy} ready={longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <Reason auto value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}

function ImportForm({ busy, error, onClose, onSend }: FormOf & { onSend: (text: string, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const t = useWords();
  const [values, set, forget] = useFields("calendar.import", { text: "" });
  const lines = error instanceof Problem && error.key === "invalid" ? error.fields : [];
  return (
    <FormDialog title={o.calendar.import_title} hint={o.calendar.import_hint} submit={o.calendar.import} busy={busy} ready={values.text.trim() !== ""} error={lines.length > 0 ? null : error} onClose={onClose} onSend={() => void onSend(values.text, forget)}>
      <Field label={o.calendar.import_file} name="file" error={null}>
        {(props) => <input {...props} type="file" accept=".csv,text/csv,text/plain" autoFocus onChange={(event) => void event.target.files?.[0]?.text().then((text) => set("text", text))} />}
      </Field>
      <Field label={o.calendar.import_text} name="text" error={null}>
        {(props) => <textarea {...props} rows={8} spellCheck={false} placeholder={o.calendar.import_sample} value={values.text} onChange={(event) => set("text", event.target.value)} />}
      </Field>
      {lines.length > 0 && (
        <div className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <ul>
            {lines.slice(0, 12).map((each) => (
              <li key={`${each.field}${each.key}`}>{o.calendar.line(each.field.replace("line ", ""), o.field_error[each.key] ?? t.field_error[each.key] ?? each.detail ?? each.key)}</li>
            ))}
            {lines.length > 12 && <li>… {o.rows(lines.length)}</li>}
          </ul>
        </div>
      )}
    </FormDialog>
  );
}
