// Opening a rung by hand: from the board, or from a case with everything known filled in.
import { Field, FormDialog, longEnough, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { useUnits } from "../shell/session";
import { useWords } from "../words";
import "../office/office.css";
import { supervision, type Measure } from "./calls";
import { useSupervisionWords } from "./words";

interface Props {
  cases: string;
  unit: string;
  rung?: string;
  onClose: () => void;
  onOpened: (measure: Measure) => void;
}

export function OpenForm({ cases, unit, rung = "order", onClose, onOpened }: Props) {
  const s = useSupervisionWords();
  const t = useWords();
  const units = useUnits();
  const sending = useSending();
  const [values, set, forget] = useFields(`supervise.${cases}`, { rung, cases, unit, asks: "", basis: "", reason: "", skipped: "", within: "2d" });
  const listed = values.cases.split("\n").map((each) => each.trim()).filter((each) => each !== "");
  const about = values.rung === "urge" || values.rung === "order" || values.rung === "meeting";
  const ready = values.unit !== "" && (listed.length > 0 || !about) && values.asks.trim().length > 1 && values.basis.trim().length > 1 && longEnough(values.reason);
  const send = async () => {
    const body = {
      rung: values.rung,
      cases: listed,
      unit: values.unit,
      asks: values.asks.trim(),
      basis: values.basis.trim(),
      reason: values.reason.trim(),
      skipped: values.skipped.trim(),
      answer_within: values.within,
    };
    const opened = await sending.send(body, (key) => supervision.open(body, key));
    if (opened === null) return;
    forget();
    onOpened(opened);
  };
  const text = (name: "asks" | "basis" | "reason" | "skipped", auto = false) => (
    <Field label={s.form[name]} name={name} error={sending.error}>
      {(props) => <input {...props} autoFocus={auto} autoComplete="off" maxLength={name === "asks" || name === "basis" ? 1000 : 500} value={values[name]} onChange={(event) => set(name, event.target.value)} />}
    </Field>
  );
  return (
    <FormDialog title={s.open} hint={s.send_hint} submit={s.send} busy={sending.busy} ready={ready} error={sending.error} onClose={onClose} onSend={() => void send()}>
      <div className="between">
        <Field label={s.form.rung} name="rung" error={sending.error}>
          {(props) => (
            <select {...props} value={values.rung} onChange={(event) => set("rung", event.target.value)}>
              {Object.entries(t.ladder.rung).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={s.form.within} name="answer_within" error={sending.error}>
          {(props) => (
            <select {...props} value={values.within} onChange={(event) => set("within", event.target.value)}>
              {Object.entries(s.form.withins).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={s.form.unit} name="unit" error={sending.error}>
          {(props) => (
            <select {...props} value={values.unit} onChange={(event) => set("unit", event.target.value)}>
              <option value="">—</option>
              {units.map((each) => (
                <option key={each.code} value={each.code}>
                  {each.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label={s.form.cases} name="cases" error={sending.error}>
        {(props) => <textarea {...props} rows={1} value={values.cases} onChange={(event) => set("cases", event.target.value)} />}
      </Field>
      {text("asks", true)}
      {text("basis")}
      {text("reason")}
      {text("skipped")}
    </FormDialog>
  );
}

export default OpenForm;
