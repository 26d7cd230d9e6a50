// The sampling rules: read by whoever reads the desk, made anew by who may.
import { useState } from "react";
import { Problem } from "../api/http";
import { cache, useAnswer } from "../live/cache";
import { Answered, Done, Fault, Field, longEnough, Reason, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { exact } from "../time/format";
import { followUp, useFollowUpWords } from "./calls";

const KEY = "followup:rules";

export function SamplingRules() {
  const w = useFollowUpWords();
  const entry = useAnswer(KEY, followUp.rules);
  const [text, setText] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const held = entry.value;
  const now = text ?? held?.text ?? "";
  const changed = held !== undefined && text !== null && text !== held.text;
  const fault = sending.error instanceof Problem ? sending.error.fields.find((each) => each.field === "text")?.detail : undefined;
  const save = async () => {
    if (held === undefined || !changed) return;
    const body = { over: held.version, text: now, reason: reason.trim() };
    const done = await sending.send(body, (key) => followUp.changeRules(body, key));
    if (done === null) return;
    setText(null);
    setReason("");
    setSaid({ text: w.rules_saved(done.label) });
    cache.touch((key) => key.startsWith("followup:"));
  };
  return (
    <div className="followup-rules">
      <p className="hint">{w.rules_hint}</p>
      <Done said={said} onClose={setSaid} />
      <Answered entry={entry}>
        {held !== undefined && (
          <div className="office-two">
            <form
              className="office-main"
              aria-label={w.tab.rules}
              onSubmit={(event) => {
                event.preventDefault();
                void save();
              }}
            >
              <Field label={w.rules_label} name="text" error={sending.error}>
                {(props) => <textarea {...props} className="figures" rows={18} spellCheck={false} readOnly={!held.may_change} value={now} onChange={(event) => setText(event.target.value)} />}
              </Field>
              {held.may_change && (
                <>
                  <Reason value={reason} error={sending.error} onChange={setReason} />
                  {fault !== undefined ? (
                    <p className="failure" role="alert">
                      <i aria-hidden="true">!</i>
                      <span>{w.rules_fault(fault)}</span>
                    </p>
                  ) : (
                    sending.error !== null && <Fault error={sending.error} />
                  )}
                  <button type="submit" className="primary" disabled={!changed || !longEnough(reason) || sending.busy}>
                    {w.rules_save}
                  </button>
                </>
              )}
            </form>
            <aside className="office-side" aria-label={w.rules_versions} tabIndex={0}>
              <h2>{w.rules_versions}</h2>
              {held.versions.length === 0 ? (
                <p className="empty">{w.rules_shipped}</p>
              ) : (
                <ol className="followup-history">
                  {held.versions.map((each) => (
                    <li key={each.version}>
                      <b>{each.label}</b> {w.made(each.made_by, exact(each.made_at))} · {each.reason}
                    </li>
                  ))}
                </ol>
              )}
            </aside>
          </div>
        )}
      </Answered>
    </div>
  );
}
