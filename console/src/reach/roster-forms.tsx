// The forms of a roster: people, turns, single shifts, swaps, files, ways.
import { useState } from "react";
import { cache } from "../live/cache";
import { Doings, Field, FormDialog, type Said } from "../office/parts";
import type { useSending } from "../office/sending";
import { useSession } from "../shell/session";
import { day, HOUR, hhmm } from "../time/format";
import { serverNow } from "../time/now";
import { reach, type RosterOrder, type UnitDuty, type UnitRoster } from "./calls";
import { useReachWords } from "./words";

type Sending = ReturnType<typeof useSending>;
type Form = "person" | "gone" | "pattern" | "pattern_gone" | "day" | "swap" | "import" | "ways";

interface Props {
  duty: UnitDuty;
  unit: UnitRoster;
  change: (unit: string, order: RosterOrder, words?: string) => Promise<boolean>;
  sending: Sending;
  say: (said: Said) => void;
  quiet: boolean;
}

/** A local time of the county as `datetime-local` wants it, and back. */
function local(at: number): string {
  return `${day(at)}T${hhmm(at)}`;
}

function moment(text: string): number {
  return Date.parse(`${text}:00+08:00`);
}

export function UnitForms(props: Props) {
  const w = useReachWords().roster;
  const { me } = useSession();
  const [open, setOpen] = useState<Form | null>(null);
  const { duty, sending, change } = props;
  const show = (form: Form) => () => (sending.clear(), setOpen(form));
  const own = duty.keeps || me.account.unit === duty.unit;
  const people = duty.people.length > 0;
  return (
    <>
      <Doings
        label={duty.name}
        busy={sending.busy || props.quiet || open !== null}
        actions={[
          ...(duty.keeps
            ? [
                { id: "duty_person", label: w.add_person, key: "n", run: show("person"), primary: true },
                { id: "duty_pattern", label: w.add_pattern, key: "p", run: show("pattern"), off: !people },
                { id: "duty_day", label: w.add_day, key: "d", run: show("day"), off: !people },
                { id: "duty_import", label: w.import, key: "i", run: show("import") },
                { id: "duty_gone", label: w.person_gone, key: "r", run: show("gone"), off: !people },
                { id: "duty_pattern_gone", label: w.pattern_gone, key: "w", run: show("pattern_gone"), off: duty.patterns.length === 0 },
                { id: "duty_feed", label: w.new_feed, key: "Shift+F9", run: () => void change(duty.unit, { change: "new_feed" }) },
              ]
            : []),
          ...(duty.keeps || me.may.includes("administer") ? [{ id: "duty_ways", label: w.ways, key: "e", run: show("ways") }] : []),
          ...(own && props.unit.shifts.length > 0 && duty.people.length > 1 ? [{ id: "duty_swap", label: w.ask_swap, key: "s", run: show("swap") }] : []),
        ]}
      />
      {open !== null && <OpenForm form={open} close={() => setOpen(null)} {...props} />}
    </>
  );
}

function OpenForm({ form, close, duty, unit, change, sending, say }: Props & { form: Form; close: () => void }) {
  const w = useReachWords().roster;
  const now = serverNow();
  const [v, setV] = useState<Record<string, string>>({
    name: "", login: "", mobile: "", email: "", role: "member", rank: "1", from: "08:00", to: "20:00", days: "all", step: "1", starts: day(now),
    begin: local(now), end: local(now + 12 * HOUR), person: duty.people[0]?.id ?? "", taker: duty.people[1]?.id ?? "", reason: "", text: "",
    sheet: duty.sheet, sheet_email: duty.sheet_email, webhook: duty.webhook, shift: "0", pattern: duty.patterns[0]?.id ?? "",
  });
  const [turn, setTurn] = useState<string[]>([]);
  const [standsIn, setStandsIn] = useState(true);
  const set = (name: string) => (event: { target: { value: string } }) => setV((old) => ({ ...old, [name]: event.target.value }));
  const at = (name: string) => v[name] ?? "";
  const error = sending.error;
  const send = async (order: RosterOrder) => {
    if (await change(duty.unit, order)) close();
  };
  const box = (name: string, label: string, type = "text", hint?: string) => (
    <Field label={label} name={name} error={error} {...(hint === undefined ? {} : { hint })}>
      {(props) => <input {...props} type={type} autoComplete="off" value={at(name)} onChange={set(name)} />}
    </Field>
  );
  const choose = (name: string, label: string, options: readonly (readonly [string, string])[]) => (
    <Field label={label} name={name} error={error}>
      {(props) => (
        <select {...props} value={at(name)} onChange={set(name)}>
          {options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const everybody = duty.people.map((each) => [each.id, each.name] as const);
  const frame = { busy: sending.busy, error, onClose: close, submit: w.saved.replace(/[。.]$/, "") };
  switch (form) {
    case "person":
      return (
        <FormDialog {...frame} title={w.add_person} submit={w.add_person} ready={[...at("name").trim()].length >= 2} onSend={() => void send({ change: "person", name: at("name"), login: at("login"), mobile: at("mobile"), email: at("email"), role: at("role") })}>
          <Field label={w.name} name="name" error={error}>
            {(props) => <input {...props} autoFocus autoComplete="off" maxLength={40} value={at("name")} onChange={set("name")} />}
          </Field>
          {choose("role", w.role, Object.entries(w.roles))}
          {box("mobile", w.mobile, "tel")}
          {box("email", w.email, "email")}
          {box("login", w.login)}
        </FormDialog>
      );
    case "gone":
      return (
        <FormDialog {...frame} title={w.person_gone} submit={w.person_gone} ready={at("person") !== ""} onSend={() => void send({ change: "person_gone", id: at("person") })}>
          {choose("person", w.person, everybody)}
        </FormDialog>
      );
    case "pattern_gone":
      return (
        <FormDialog {...frame} title={w.pattern_gone} submit={w.pattern_gone} ready={at("pattern") !== ""} onSend={() => void send({ change: "pattern_gone", id: at("pattern") })}>
          {choose("pattern", w.patterns, duty.patterns.map((each) => [each.id, `${each.from}–${each.to} ${w.day_kinds[each.days] ?? ""}`] as const))}
        </FormDialog>
      );
    case "pattern":
      return (
        <FormDialog {...frame} title={w.add_pattern} submit={w.add_pattern} ready={turn.length > 0} onSend={() => void send({ change: "pattern", rank: Number(at("rank")), from: at("from"), to: at("to"), days: at("days"), people: turn, step: Number(at("step")), starts: at("starts"), ends: "" })}>
          <div className="between">
            {box("from", w.from, "time")}
            {box("to", w.to, "time", w.to_hint)}
          </div>
          {choose("days", w.days, Object.entries(w.day_kinds))}
          <fieldset className="pick">
            <legend>{w.turn}</legend>
            {duty.people.map((each) => (
              <label key={each.id} className="check">
                <input type="checkbox" checked={turn.includes(each.id)} onChange={(event) => setTurn((old) => (event.target.checked ? [...old, each.id] : old.filter((id) => id !== each.id)))} />
                <span>{each.name}</span>
              </label>
            ))}
          </fieldset>
          {box("step", w.step, "number")}
          {box("rank", w.rank, "number", w.rank_hint)}
          {box("starts", w.starts, "date")}
        </FormDialog>
      );
    case "day":
      return (
        <FormDialog {...frame} title={w.add_day} submit={w.add_day} ready={at("person") !== "" && moment(at("end")) > moment(at("begin"))} onSend={() => void send({ change: "day", rank: Number(at("rank")), from: moment(at("begin")), to: moment(at("end")), person: at("person"), stands_in: standsIn, reason: at("reason") })}>
          {choose("person", w.person, everybody)}
          {box("begin", w.from, "datetime-local")}
          {box("end", w.to, "datetime-local")}
          {box("rank", w.rank, "number", w.rank_hint)}
          <label className="check">
            <input type="checkbox" checked={standsIn} onChange={(event) => setStandsIn(event.target.checked)} />
            {w.stands_in}
          </label>
          {box("reason", w.reason)}
        </FormDialog>
      );
    case "swap": {
      const shift = unit.shifts[Number(at("shift"))];
      return (
        <FormDialog {...frame} title={w.ask_swap} submit={w.ask_swap} ready={shift !== undefined && at("taker") !== "" && at("taker") !== shift.person} onSend={() => shift !== undefined && void send({ change: "ask_swap", rank: shift.rank, from: shift.from, to: shift.to, giver: shift.person, taker: at("taker"), reason: at("reason") })}>
          {choose("shift", w.giver, unit.shifts.map((each, i) => [String(i), `${each.name} ${day(each.from).slice(5)} ${hhmm(each.from)}–${hhmm(each.to)}`] as const))}
          {choose("taker", w.taker, everybody)}
          {box("reason", w.reason)}
        </FormDialog>
      );
    }
    case "import":
      return (
        <FormDialog
          {...frame}
          title={w.import}
          hint={w.import_hint}
          submit={w.import}
          ready={at("text").trim() !== ""}
          onSend={async () => {
            const done = await sending.send({ unit: duty.unit, text: at("text") }, (key) => reach.importShifts(duty.unit, at("text"), key));
            if (done === null) return;
            say({ text: w.imported(done.shifts, done.people) });
            cache.touch((key) => key.startsWith("roster:") || key.startsWith("duty:"));
            close();
          }}
        >
          <Field label={w.import_text} name="text" error={error}>
            {(props) => <textarea {...props} autoFocus rows={8} value={at("text")} onChange={set("text")} />}
          </Field>
        </FormDialog>
      );
    case "ways":
      return (
        <FormDialog {...frame} title={w.ways} submit={w.ways} ready onSend={() => void send({ change: "way", sheet: at("sheet"), email: at("sheet_email"), webhook: at("webhook") })}>
          {choose("sheet", w.sheet, Object.entries(w.sheets))}
          <Field label={w.sheet_email} name="email" error={error}>
            {(props) => <input {...props} type="email" autoComplete="off" value={at("sheet_email")} onChange={set("sheet_email")} />}
          </Field>
          {box("webhook", w.webhook, "url", w.webhook_hint)}
        </FormDialog>
      );
  }
}

export function TestForm({ sending, onClose, onDone }: { sending: Sending; onClose: () => void; onDone: () => void }) {
  const w = useReachWords().roster;
  const [minutes, setMinutes] = useState("10");
  const n = Number(minutes);
  return (
    <FormDialog
      title={w.test_title}
      submit={w.test}
      busy={sending.busy}
      error={sending.error}
      ready={Number.isInteger(n) && n >= 1 && n <= 120}
      onClose={onClose}
      onSend={async () => {
        if ((await sending.send({ test: n, at: Date.now() }, (key) => reach.test(n, [], key))) !== null) onDone();
      }}
    >
      <Field label={w.test_minutes} name="minutes" error={sending.error}>
        {(props) => <input {...props} autoFocus type="number" min={1} max={120} value={minutes} onChange={(event) => setMinutes(event.target.value)} />}
      </Field>
    </FormDialog>
  );
}
