// The clock catalogue: which clocks would run and why, day by day; the catalogue checked and published.
import { useState } from "react";
import { Problem } from "../api/http";
import { ruleText } from "../case/rule";
import { cache, useAnswer } from "../live/cache";
import { useMatters, useUnits } from "../shell/session";
import { exact } from "../time/format";
import { office, type ClockAsk, type ClockDay, type ClockLine, type ClockOffice } from "./calls";
import { Answered, Doings, Done, Fault, Field, FormDialog, Reason, Rows, longEnough, type Said, useFields } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, useWords, type OfficeWords } from "./words";
import { hoursIn } from "./units";
import { weekdayOf } from "./calendar";

const CHANNELS = ["phone", "sms", "web", "messenger", "mail", "counter", "peer"] as const;
const EMPTY = { matter: "", urgency: "normal", channel: "phone", unit: "", tier: "", at: "" };

function askOf(values: typeof EMPTY, text: string | null): ClockAsk {
  return { matter: values.matter, urgency: values.urgency, channel: values.channel, unit: values.unit, at: values.at, tier: values.tier === "" ? null : Number(values.tier), ...(text === null ? {} : { text }) };
}

export function Clocks() {
  const o = useOfficeWords();
  const [part, setPart] = useState<"preview" | "catalogue">("preview");
  const [draft, setDraft] = useState<{ text: string; label: string } | null>(null);
  const entry = useAnswer("office:clocks", office.clocks);
  return (
    <div className="office-one clock-page">
      <Doings
        label={o.section.clocks}
        actions={[
          { id: "clocks_preview", label: o.clocks.preview, key: "1", run: () => setPart("preview"), primary: part === "preview" },
          { id: "clocks_catalogue", label: o.clocks.catalogue, key: "2", run: () => setPart("catalogue"), primary: part === "catalogue" },
        ]}
      />
      <Answered entry={entry}>
        {entry.value !== undefined &&
          (part === "preview" ? (
            <Preview running={entry.value} draft={draft} />
          ) : (
            <Catalogue
              running={entry.value}
              onTry={(next) => {
                setDraft(next);
                setPart("preview");
              }}
            />
          ))}
      </Answered>
    </div>
  );
}

function Preview({ running, draft }: { running: ClockOffice; draft: { text: string; label: string } | null }) {
  const o = useOfficeWords();
  const t = useWords();
  const units = useUnits();
  const matters = useMatters();
  const [values, set] = useFields("clocks.preview", EMPTY);
  const [asked, setAsked] = useState(() => askOf(values, draft?.text ?? null));
  const entry = useAnswer(`office:clocks:preview:${running.running}:${JSON.stringify(asked)}`, () => office.previewClocks(asked));
  const [chosen, setChosen] = useState<string | null>(null);
  const lines = entry.value?.clocks ?? [];
  const current = lines.find((each) => each.stage === chosen) ?? lines[0];
  const go = () => setAsked(askOf(values, draft?.text ?? null));
  const pick = (name: keyof typeof EMPTY, label: string, choices: readonly (readonly [string, string])[]) => (
    <Field label={label} name={name} error={entry.error}>
      {(props) => (
        <select {...props} value={values[name]} onChange={(event) => set(name, event.target.value)}>
          {choices.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <>
      <p className="hint">{o.clocks.hint}</p>
      <form
        className="clock-ask"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        {pick("matter", o.clocks.matter, [["", o.clocks.matter_none], ...matters.map((each) => [each.code, `${each.code} ${each.name}`] as const)])}
        {pick("urgency", o.clocks.urgency, (["normal", "urgent", "critical"] as const).map((each) => [each, t.urgency[each]]))}
        {pick("channel", o.clocks.channel, CHANNELS.map((each) => [each, o.clocks.channels[each] ?? each]))}
        {pick("unit", o.clocks.unit, [["", o.clocks.unit_none], ...units.map((each) => [each.code, each.name] as const)])}
        {values.unit === "" && pick("tier", o.clocks.tier, ["", "1", "2"].map((each) => [each, o.clocks.tiers[each] ?? each]))}
        <Field label={o.clocks.at} name="at" error={entry.error} hint={o.clocks.at_hint}>
          {(props) => <input {...props} className="figures" autoComplete="off" placeholder="2026-02-13 16:50" value={values.at} onChange={(event) => set("at", event.target.value)} />}
        </Field>
        <Doings label={o.clocks.go} actions={[{ id: "clocks_go", label: o.clocks.go, key: "c", run: go, primary: true }]} />
      </form>
      <Answered entry={entry}>
        {entry.value !== undefined && (
          <>
            <p className="counted" role="status">
              <b>{draft === null ? o.clocks.running(entry.value.label) : o.clocks.by_text(entry.value.label)}</b> <span className="figures">{o.clocks.counted_from(entry.value.from_stamp, hoursIn(o, entry.value.hours))}</span>
            </p>
            <Rows
              label={o.clocks.preview}
              rows={lines}
              idOf={(each) => each.stage}
              chosen={current?.stage ?? null}
              onChoose={setChosen}
              empty={o.clocks.none}
              columns={[
                { name: o.clocks.stage, cell: (each) => <b>{stageText(t, each.stage)}</b> },
                { name: o.clocks.span, cell: (each) => spanText(t, each.span), className: "figures" },
                { name: o.clocks.amber, cell: (each) => each.amber_stamp, className: "figures" },
                { name: o.clocks.red, cell: (each) => (each.red == null ? "—" : exact(each.red).slice(0, 16)), className: "figures" },
                { name: o.clocks.due, cell: (each) => <b>{each.due_stamp}</b>, className: "figures" },
                { name: o.clocks.rule, cell: (each) => ruleText(t, each.rule), className: "wide" },
              ]}
            />
            {current !== undefined && <Why clock={current} />}
          </>
        )}
      </Answered>
    </>
  );
}

type T = ReturnType<typeof useWords>;

function stageText(t: T, stage: string): string {
  return (t.stage as Record<string, string>)[stage] ?? stage;
}

function spanText(t: T, span: string): string {
  const found = /^(\d+)(s|m|h|d|nd|wd|sm|sh)$/.exec(span);
  return found === null ? span : t.casePage.clock.span(Number(found[1]), found[2] as "m");
}

function Why({ clock }: { clock: ClockLine }) {
  const o = useOfficeWords();
  const t = useWords();
  return (
    <div className="clock-why">
      <section aria-label={o.clocks.days}>
        <h2>
          {o.clocks.days} <span className="dim">{stageText(t, clock.stage)}</span>
        </h2>
        {clock.days.length === 0 ? (
          <p className="dim">{o.clocks.days_none}</p>
        ) : (
          <ol className="clock-days">
            {clock.days.map((day) => (
              <li key={day.day} className={day.kind}>
                <span className="figures">{day.day}</span> <span>{o.calendar.weekdays[weekdayOf(day.day)]}</span> <span>{dayText(o, day)}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section aria-label={o.clocks.ladder}>
        <h2>
          {o.clocks.ladder} <span className="dim">{stageText(t, clock.stage)}</span>
        </h2>
        {clock.ladder.length === 0 ? (
          <p className="dim">{o.clocks.ladder_none}</p>
        ) : (
          <ol className="clock-ladder">
            {clock.ladder.map((step, i) => (
              <li key={i}>
                <span className="figures">{exact(step.at)}</span> <b>{t.escalation.tell[step.tell] ?? step.tell}</b> <span>{step.by.map((way) => t.escalation.by[way] ?? way).join("、")}</span> <span className="sign quiet">{t.escalation.then[step.then] ?? step.then}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function dayText(o: OfficeWords, day: ClockDay): string {
  const words = o.clocks.day;
  const minutes = day.minutes == null || day.minutes === 0 ? "" : ` · ${words.minutes(day.minutes)}`;
  switch (day.kind) {
    case "first":
      return words.first;
    case "worked":
      return words.worked(day.count, day.note) + minutes;
    case "weekend":
      return words.weekend;
    case "holiday":
      return words.holiday(day.note);
    case "closed":
      return words.closed;
    default:
      return words.counted(day.count) + minutes;
  }
}

function Catalogue({ running, onTry }: { running: ClockOffice; onTry: (draft: { text: string; label: string }) => void }) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("clocks.text", { text: "" });
  const text = values.text === "" ? running.text : values.text;
  const [checked, setChecked] = useState<Awaited<ReturnType<typeof office.checkClocks>> | null>(null);
  const [form, setForm] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const write = (next: string) => {
    set("text", next);
    setChecked(null);
  };
  const check = async () => {
    const answer = await sending.send({ check: text, at: Date.now() }, () => office.checkClocks(text));
    setChecked(answer);
    return answer;
  };
  const attempt = async () => {
    const answer = await check();
    if (answer !== null && answer.faults.length === 0) onTry({ text, label: answer.label });
  };
  const changed = text.trim() !== running.text.trim();
  return (
    <>
      <p className="counted">
        <b>{o.clocks.running(running.label)}</b> {running.name}
      </p>
      <p className="hint">
        {o.clocks.source}：{running.source}
      </p>
      {running.targets.length > 0 && (
        <ul className="clock-targets" aria-label={o.clocks.targets}>
          {running.targets.map((each) => (
            <li key={each.code}>
              {each.name} <b>{o.clocks.target(each.share, each.within)}</b>
            </li>
          ))}
        </ul>
      )}
      <Doings
        label={o.clocks.catalogue}
        busy={sending.busy}
        actions={[
          { id: "clocks_check", label: o.clocks.check, key: "v", run: () => void check() },
          { id: "clocks_try", label: o.clocks.try_text, key: "t", run: () => void attempt() },
          ...(running.may_publish ? [{ id: "clocks_publish", label: o.clocks.publish, key: "p", run: () => (sending.clear(), setForm(true)), primary: true, off: !changed }] : []),
        ]}
      />
      {!running.may_publish && <p className="hint">{o.clocks.not_yours}</p>}
      <Done said={said} onClose={setSaid} />
      {!form && sending.error !== null && <Fault error={sending.error} />}
      <div role="status">
        {checked !== null && checked.faults.length === 0 && (
          <p className="sound">
            <i aria-hidden="true">✓</i> {o.clocks.sound(checked.label, checked.clocks)}
          </p>
        )}
        {checked !== null && checked.faults.length > 0 && <Faults faults={checked.faults} />}
      </div>
      <Field label={o.clocks.preset} name="preset" error={null}>
        {(props) => (
          <select
            {...props}
            value=""
            onChange={(event) => {
              const found = running.presets.find((each) => each.name === event.target.value);
              if (found !== undefined) write(found.text);
            }}
          >
            <option value="">{o.clocks.preset_none}</option>
            {running.presets.map((each) => (
              <option key={each.name} value={each.name}>
                {each.title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={o.clocks.text} name="text" error={null}>
        {(props) => <textarea {...props} className="clock-text" rows={16} spellCheck={false} wrap="off" value={text} onChange={(event) => write(event.target.value)} />}
      </Field>
      <h2>{o.clocks.versions}</h2>
      {running.versions.length === 0 ? (
        <p className="empty">{o.clocks.versions_none}</p>
      ) : (
        <ol className="clock-versions">
          {running.versions.map((each) => (
            <li key={each.number}>
              <b className="figures">{each.label}</b> <span className="figures">{exact(each.published_at)}</span> {each.published_by} <span className="dim">{each.reason}</span>
            </li>
          ))}
        </ol>
      )}
      {form && (
        <Publish
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(false)}
          onSend={async (reason) => {
            const done = await sending.send({ text, reason, over: running.running }, (key) => office.publishClocks({ text, over: running.running, reason }, key));
            if (done === null) return;
            setForm(false);
            forget();
            setChecked(null);
            setSaid({ text: o.clocks.published(done.label) });
            cache.touch((key) => key.startsWith("office:clocks"));
          }}
        />
      )}
    </>
  );
}

function Faults({ faults }: { faults: readonly { line: number; row: string; key: string; problem: string }[] }) {
  const o = useOfficeWords();
  return (
    <div className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <div>
        <p>{o.clocks.faulty(faults.length)}</p>
        <ul>
          {faults.slice(0, 12).map((each, i) => (
            <li key={i}>
              <b>{o.clocks.line(each.line, each.row)}</b> {o.clocks.fault[each.key] ?? each.key}：{each.problem}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Publish({ busy, error, onClose, onSend }: { busy: boolean; error: unknown; onClose: () => void; onSend: (reason: string) => Promise<void> }) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("clocks.publish", { reason: "" });
  const lines = error instanceof Problem && error.key === "invalid" ? error.fields.filter((each) => each.field.startsWith("line ")) : [];
  const faults = lines.map((each) => ({ line: Number(each.field.slice(5)), row: "", key: each.key, problem: each.detail ?? "" }));
  const send = async () => {
    await onSend(values.reason.trim());
    forget();
  };
  return (
    <FormDialog title={o.clocks.publish} hint={o.clocks.publish_hint} submit={o.clocks.publish} busy={busy} ready={longEnough(values.reason)} error={faults.length > 0 ? null : error} onClose={onClose} onSend={() => void send()}>
      <Reason auto value={values.reason} error={error} onChange={(text) => set("reason", text)} />
      {faults.length > 0 && <Faults faults={faults} />}
    </FormDialog>
  );
}
