// Removing a caller's personal data. Who may do it reads no case, so the case is named, twice.
import { useState } from "react";
import { Problem } from "../api/http";
import { useKeys } from "../keys/use-keys";
import { Key } from "../parts/signs";
import { Done, Fault, Field, longEnough, Reason, useFields, type Said } from "./parts";
import { office } from "./calls";
import { useSending } from "./sending";
import { useOfficeWords } from "./words";

export function Redact() {
  const o = useOfficeWords();
  const [values, set, forget] = useFields("redact", { no: "", again: "", reason: "" });
  const [sure, setSure] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const no = values.no.trim();
  const differ = values.again.trim() !== "" && values.again.trim() !== no;
  const ready = no !== "" && values.again.trim() === no && longEnough(values.reason) && sure && !sending.busy;
  const send = async () => {
    if (!ready) return;
    const reason = values.reason.trim();
    const done = await sending.send({ no, reason }, (key) => office.redact(no, reason, key));
    if (done === null) return;
    setSaid({ text: o.redact.done(done.no) });
    setSure(false);
    forget();
  };
  useKeys([{ key: "Ctrl+Enter", run: () => void send(), typing: true }]);
  const open = sending.error instanceof Problem && sending.error.key === "refused/case_not_closed";
  return (
    <form
      className="office-one redact"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>{o.redact.hint}</p>
      <p className="hint warn">{o.redact.limits}</p>
      <Done said={said} onClose={setSaid} />
      <Field label={o.redact.no} name="no" error={null}>
        {(props) => <input {...props} autoFocus autoComplete="off" value={values.no} onChange={(event) => set("no", event.target.value)} />}
      </Field>
      <Field label={o.redact.again} name="again" error={null} {...(differ ? { hint: o.redact.differ } : {})}>
        {(props) => <input {...props} autoComplete="off" value={values.again} onChange={(event) => set("again", event.target.value)} />}
      </Field>
      <Reason value={values.reason} error={sending.error} onChange={(text) => set("reason", text)} />
      <label className="check">
        <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
        {o.redact.sure}
      </label>
      {open ? (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{o.redact.not_closed}</span>
        </p>
      ) : (
        sending.error !== null && <Fault error={sending.error} />
      )}
      <p>
        <button type="submit" className="primary" disabled={!ready}>
          {sending.busy ? o.sending : o.redact.do} <Key name="Ctrl+Enter" />
        </button>
      </p>
    </form>
  );
}
