// A sentence by the list that holds and by the draft, side by side.
import { useState } from "react";
import { Field, FormDialog, useFields } from "../parts";
import { office, type ListFault, type ListSaid } from "../calls";
import { useSending } from "../sending";
import { useOfficeWords, useWords } from "../words";
import { faultText } from "./draft";

export function TrySentence({ stale, onClose }: { stale: boolean; onClose: () => void }) {
  const o = useOfficeWords();
  const [values, set] = useFields("list.try", { words: "", place: "" });
  const [said, setSaid] = useState<{ running: ListSaid; draft?: ListSaid | null; fault?: ListFault | null } | null>(null);
  const sending = useSending();
  const ask = async () => {
    const answer = await sending.send({ try: values, at: Date.now() }, () => office.tryList(values.words.trim(), values.place.trim()));
    if (answer !== null) setSaid(answer);
  };
  return (
    <FormDialog title={o.list.try_title} {...(stale ? { hint: o.list.try_unsaved } : {})} submit={o.list.try_go} busy={sending.busy} ready={values.words.trim() !== ""} error={sending.error} onClose={onClose} onSend={() => void ask()}>
      <Field label={o.list.try_words} name="narrative" error={sending.error}>
        {(props) => <textarea {...props} autoFocus rows={2} value={values.words} onChange={(event) => set("words", event.target.value)} />}
      </Field>
      <Field label={o.list.try_place} name="place" error={sending.error}>
        {(props) => <input {...props} autoComplete="off" value={values.place} onChange={(event) => set("place", event.target.value)} />}
      </Field>
      {said !== null && (
        <div className="list-said" role="status">
          <One name={o.list.said_running} said={said.running} />
          {said.draft != null ? (
            <One name={o.list.said_draft} said={said.draft} other={said.running} />
          ) : (
            <p className="failure">
              <i aria-hidden="true">!</i>
              <span>{said.fault == null ? o.list.no_draft : faultText(o, said.fault)}</span>
            </p>
          )}
        </div>
      )}
    </FormDialog>
  );
}

function One({ name, said, other }: { name: string; said: ListSaid; other?: ListSaid }) {
  const o = useOfficeWords();
  const t = useWords();
  const moved = other !== undefined && (other.matter !== said.matter || other.lead_name !== said.lead_name || other.desk !== said.desk);
  return (
    <section className={moved ? "differs" : ""} aria-label={name}>
      <h3>
        {name} <span className="dim">{said.label}</span> {moved && <span className="sign task">{o.list.changed}</span>}
      </h3>
      <p>
        {said.desk != null && <span className="sign">{t.desk[said.desk as "police" | "hotline"]}</span>} <b>{said.unowned || said.matter == null ? o.list.said_nobody : `${said.matter} ${said.matter_name}`}</b>
      </p>
      {said.lead_name !== "" && (
        <p>
          {o.list.said_lead}：{said.lead_name}
        </p>
      )}
      {said.evidence.length > 0 && (
        <p>
          {o.list.said_words}：{said.evidence.map((each) => `“${each.words}”`).join(" ")}
        </p>
      )}
      {said.others.length > 0 && (
        <p className="dim">
          {o.list.said_others}：{said.others.join("、")}
        </p>
      )}
      {said.danger.length > 0 && (
        <p>
          <span className="sign over">▲ {o.list.said_danger}</span> {said.danger.join("、")}
        </p>
      )}
    </section>
  );
}
