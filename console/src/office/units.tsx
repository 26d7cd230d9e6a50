// The member units: who they are by the list, when they serve and whether they take new work by the site.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { useSession } from "../shell/session";
import { office, type OfficeUnit } from "./calls";
import { Pair } from "./links";
import { Answered, Doings, Done, Fault, Field, FormDialog, longEnough, Reason, Rows, type Said, useFields } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, type OfficeWords } from "./words";

export function hoursIn(o: OfficeWords, hours: string): string {
  if (hours === "24h") return o.unit.all_day;
  return hours.replace(/ working days$/, o.unit.working_days);
}

export function Units() {
  const o = useOfficeWords();
  const { me } = useSession();
  const entry = useAnswer("office:units", office.units);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const all = entry.value ?? [];
  const wanted = text.trim();
  const rows = all
    .filter((each) => wanted === "" || each.name.includes(wanted) || each.code.includes(wanted) || each.duty.includes(wanted))
    .sort((a, b) => Number(b.desk === me.platform.desk) - Number(a.desk === me.platform.desk));
  const current = rows.find((each) => each.code === chosen) ?? rows[0];
  const ours = current !== undefined && current.desk === me.platform.desk;
  const nameOf = (code: string) => all.find((each) => each.code === code)?.name ?? code;
  const touch = () => cache.touch((key) => key === "office:units" || key === "units");
  const [rescue, daily] = (current?.duty ?? "").split("\n");
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.section.units}>
        <div className="office-find">
          <label className="hidden" htmlFor="unit-find">
            {o.unit.find}
          </label>
          <input id="unit-find" type="search" autoComplete="off" placeholder={o.unit.find} value={text} onChange={(event) => setText(event.target.value)} />
          <span className="dim figures">{o.rows(rows.length)}</span>
        </div>
        <Doings label={o.section.units} busy={sending.busy} actions={[{ id: "unit_edit", label: o.unit.edit, key: "e", run: () => (sending.clear(), setEditing(true)), off: !ours, primary: true }]} />
        <Done said={said} onClose={setSaid} />
        {!editing && sending.error !== null && <Fault error={sending.error} />}
        <Answered entry={entry}>
          <Rows
            label={o.section.units}
            rows={rows}
            idOf={(each) => each.code}
            chosen={current?.code ?? null}
            onChoose={setChosen}
            empty={o.unit.none}
            columns={[
              { name: o.unit.name, cell: (each) => <b>{each.name}</b>, className: "wide" },
              { name: o.unit.tier, cell: (each) => o.unit.tiers[each.tier] ?? each.tier },
              { name: o.unit.hours, cell: (each) => hoursIn(o, each.hours), className: "figures" },
              {
                name: o.unit.serves,
                cell: (each) =>
                  each.desk !== me.platform.desk ? (
                    <span className="sign quiet">{o.unit.other_desk}</span>
                  ) : each.disabled ? (
                    <span className="sign task">{o.unit.disabled}</span>
                  ) : (
                    <span className={`sign ${each.serves_now ? "" : "quiet"}`}>{each.serves_now ? o.unit.serving : o.unit.resting}</span>
                  ),
              },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={current?.name ?? o.section.units} tabIndex={0}>
        {current === undefined ? (
          <p className="empty">{o.choose}</p>
        ) : (
          <>
            <h2 className="big">{current.name}</h2>
            <dl className="pairs">
              <Pair name={o.unit.tier}>{o.unit.tiers[current.tier]}</Pair>
              <Pair name={o.unit.hours}>
                {hoursIn(o, current.hours)}
                {current.hours !== current.listed_hours && <span className="dim"> {o.unit.listed(hoursIn(o, current.listed_hours))}</span>}
              </Pair>
              {current.out_of_hours != null && <Pair name={o.unit.stands_in}>{nameOf(current.out_of_hours)}</Pair>}
              <Pair name={o.unit.rescue}>{rescue}</Pair>
              <Pair name={o.unit.daily}>{daily}</Pair>
              {current.reason !== "" && <Pair name={o.unit.last_reason}>{current.reason}</Pair>}
            </dl>
            {!ours && <p className="hint warn">{o.unit.other_desk_hint}</p>}
          </>
        )}
      </aside>
      {editing && current !== undefined && (
        <EditForm
          key={current.code}
          unit={current}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setEditing(false)}
          onSend={async (hours, disabled, reason, forget) => {
            const { code, hours: before, disabled: was } = current;
            const done = await sending.send({ code, hours, disabled, reason }, (key) => office.changeUnit(code, { hours, disabled, reason }, key));
            if (done === null) return;
            forget();
            setEditing(false);
            setChosen(code);
            setSaid({
              text: o.unit.done(done.name),
              undo: async () => {
                const back = await sending.send({ undo: Date.now() }, (key) => office.changeUnit(code, { hours: before, disabled: was, reason: o.undo_reason }, key));
                touch();
                return back !== null;
              },
            });
            touch();
          }}
        />
      )}
    </div>
  );
}

function EditForm({ unit, busy, error, onClose, onSend }: { unit: OfficeUnit; busy: boolean; error: unknown; onClose: () => void; onSend: (hours: string, disabled: boolean, reason: string, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const found = /^(\d{2}:\d{2})-(\d{2}:\d{2})( working days)?$/.exec(unit.hours);
  const [always, setAlways] = useState(found === null);
  const [from, setFrom] = useState(found?.[1] ?? "08:30");
  const [to, setTo] = useState(found?.[2] ?? "17:30");
  const [working, setWorking] = useState(found === null || found[3] !== undefined);
  const [disabled, setDisabled] = useState(unit.disabled);
  const [values, set, forget] = useFields(`unit.${unit.code}`, { reason: "" });
  const hours = always ? "24h" : `${from}-${to}${working ? " working days" : ""}`;
  const changed = hours !== unit.hours || disabled !== unit.disabled;
  return (
    <FormDialog title={o.unit.edit_title(unit.name)} submit={o.send} busy={busy} ready={changed && longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(hours, disabled, values.reason.trim(), forget)}>
      <fieldset className="pick">
        <legend>{o.unit.hours}</legend>
        {[true, false].map((each) => (
          <label key={String(each)}>
            <input type="radio" name="unit-hours" autoFocus={each === always} checked={always === each} onChange={() => setAlways(each)} />
            <span>{each ? o.unit.always : o.unit.between}</span>
          </label>
        ))}
      </fieldset>
      {!always && (
        <div className="between">
          <Field label={o.unit.from} name="hours" error={error}>
            {(props) => <input {...props} type="time" value={from} onChange={(event) => setFrom(event.target.value)} />}
          </Field>
          <Field label={o.unit.to} name="to" error={null}>
            {(props) => <input {...props} type="time" value={to} onChange={(event) => setTo(event.target.value)} />}
          </Field>
          <label className="check">
            <input type="checkbox" checked={working} onChange={(event) => setWorking(event.target.checked)} />
            {o.unit.only_working_days}
          </label>
        </div>
      )}
      <label className="check">
        <input type="checkbox" checked={disabled} aria-describedby="unit-disable-hint" onChange={(event) => setDisabled(event.target.checked)} />
        {o.unit.disable}
      </label>
      <p className="hint" id="unit-disable-hint">
        {o.unit.disable_hint}
      </p>
      <Reason value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
