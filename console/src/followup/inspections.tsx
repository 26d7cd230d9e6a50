// 检查与拨测 (R118): plan one, say what came of it.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { office } from "../office/calls";
import { Answered, Doings, Done, Field, FormDialog, Rows, type Said, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { exact } from "../time/format";
import { followUp, useFollowUpWords } from "./calls";
import { momentOf } from "./result";

const KEY = "followup:inspections";

export function InspectionList() {
  const w = useFollowUpWords();
  const entry = useAnswer(KEY, followUp.inspections);
  const units = useAnswer("office:units", office.units);
  const [chosen, setChosen] = useState<string | null>(null);
  const [form, setForm] = useState<"plan" | "end" | "drop" | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [values, set, forget] = useFields("inspection", { kind: "covert", way: "call", unit: "", subject: "", at: "", result: "passed", finding: "", case_no: "", reason: "" });
  const sending = useSending();
  const rows = entry.value?.items ?? [];
  const current = rows.find((each) => each.id === chosen) ?? rows[0];
  const may = entry.value?.may_inspect === true;
  const open = may && current?.state === "planned";
  const begin = (which: "plan" | "end" | "drop") => {
    sending.clear();
    setForm(which);
  };
  const unit = values.unit === "" ? (units.value?.[0]?.code ?? "") : values.unit;
  const send = async () => {
    const id = current?.id ?? "";
    const order =
      form === "plan"
        ? { change: "plan" as const, kind: values.kind, way: values.way, unit, subject: values.subject, planned_at: momentOf(values.at) ?? 0 }
        : form === "end"
          ? { change: "end" as const, id, result: values.result, finding: values.finding, case_no: values.case_no }
          : { change: "drop" as const, id, reason: values.reason };
    const done = await sending.send(order, (key) => followUp.changeInspection(order, key));
    if (done === null) return;
    forget();
    setForm(null);
    setChosen(done.id);
    setSaid({ text: w.ins.saved });
    cache.touch((key) => key === KEY);
  };
  const ready = form === "plan" ? values.subject.trim().length > 1 && unit !== "" && momentOf(values.at) !== null : form === "end" ? values.finding.trim().length > 1 : values.reason.trim().length > 1;
  const select = (name: "kind" | "way" | "result", label: string, words: Record<string, string>) => (
    <Field label={label} name={name} error={sending.error}>
      {(props) => (
        <select {...props} value={values[name]} onChange={(event) => set(name, event.target.value)}>
          {Object.entries(words).map(([word, text]) => (
            <option key={word} value={word}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const line = (name: "subject" | "finding" | "case_no" | "reason", label: string) => (
    <Field label={label} name={name} error={sending.error}>
      {(props) => <input {...props} autoComplete="off" maxLength={500} value={values[name]} onChange={(event) => set(name, event.target.value)} />}
    </Field>
  );
  return (
    <section className="office-main" aria-label={w.tab.inspections}>
      <Doings
        label={w.tab.inspections}
        busy={sending.busy}
        actions={[
          { id: "inspection_plan", label: w.ins.plan, key: "n", run: () => begin("plan"), off: !may, primary: true },
          { id: "inspection_end", label: w.ins.end, key: "e", run: () => begin("end"), off: !open },
          { id: "inspection_drop", label: w.ins.drop, key: "x", run: () => begin("drop"), off: !open },
        ]}
      />
      <Done said={said} onClose={setSaid} />
      <Answered entry={entry}>
        <Rows
          label={w.tab.inspections}
          rows={rows}
          idOf={(each) => each.id}
          chosen={current?.id ?? null}
          onChoose={setChosen}
          empty={w.ins.none}
          columns={[
            { name: w.ins.at, cell: (each) => exact(each.planned_at).slice(0, 16), className: "figures" },
            { name: w.ins.kind, cell: (each) => w.ins.kinds[each.kind] ?? each.kind },
            { name: w.ins.way, cell: (each) => w.ins.ways[each.way] ?? each.way },
            { name: w.ins.unit, cell: (each) => each.unit_name },
            { name: w.ins.subject, cell: (each) => each.subject, className: "wide" },
            { name: w.ins.state, cell: (each) => <span className={`sign ${each.state === "planned" ? "task" : "quiet"}`}>{w.ins.states[each.state] ?? each.state}</span> },
            { name: w.ins.result, cell: (each) => (each.result === "" ? "" : (w.ins.results[each.result] ?? each.result)) },
            { name: w.ins.finding, cell: (each) => [each.finding, each.case_no].filter((text) => text !== "").join(" · "), className: "wide" },
          ]}
        />
      </Answered>
      {form !== null && (
        <FormDialog title={w.ins[form]} busy={sending.busy} ready={ready} error={sending.error} submit={w.save} onSend={() => void send()} onClose={() => setForm(null)}>
          {form === "plan" && (
            <>
              {select("kind", w.ins.kind, w.ins.kinds)}
              {select("way", w.ins.way, w.ins.ways)}
              <Field label={w.ins.unit} name="unit" error={sending.error}>
                {(props) => (
                  <select {...props} value={unit} onChange={(event) => set("unit", event.target.value)}>
                    {(units.value ?? []).map((each) => (
                      <option key={each.code} value={each.code}>
                        {each.name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              {line("subject", w.ins.subject)}
              <Field label={w.ins.at} name="planned_at" error={sending.error}>
                {(props) => <input {...props} type="datetime-local" value={values.at} onChange={(event) => set("at", event.target.value)} />}
              </Field>
            </>
          )}
          {form === "end" && (
            <>
              {select("result", w.ins.result, w.ins.results)}
              {line("finding", w.ins.finding)}
              {line("case_no", w.ins.case_no)}
            </>
          )}
          {form === "drop" && line("reason", w.ins.reason)}
        </FormDialog>
      )}
    </section>
  );
}
