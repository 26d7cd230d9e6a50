// The caller: masked unless somebody says why it must be seen, and that is written down.
import { useState } from "react";
import { calls } from "../api/calls";
import { newKey } from "../api/http";
import type { CaseView, Person } from "../api/types";
import { useKeys } from "../keys/use-keys";
import { Failure, Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useWords } from "../words";

export function PersonBox({ view }: { view: CaseView }) {
  const t = useWords();
  const [shown, setShown] = useState<Person | null>(null);
  const [asking, setAsking] = useState(false);
  const person = shown ?? view.person;
  const ask = person.masked && person.may_unmask && !asking;
  useActions("here", ask ? [{ id: "unmask", label: t.casePage.unmask, key: "6", run: () => setAsking(true) }] : []);
  const details = view.details ?? [];
  const cell = (value: string | null) => (value === null || value === "" ? <span className="dim">{t.empty_value}</span> : value);
  return (
    <section className="person" aria-label={t.case.person}>
      <dl className="pairs">
        <div>
          <dt>{t.form.name}</dt>
          <dd>
            {cell(person.caller_name)} {view.confidential && <span className="sign task">{t.case.confidential}</span>}
          </dd>
        </div>
        <div>
          <dt>{t.form.caller_number}</dt>
          <dd className="figures">{cell(person.caller_number)}</dd>
        </div>
        <div>
          <dt>{t.form.contact_number}</dt>
          <dd className="figures">{cell(person.contact_number)}</dd>
        </div>
        <div>
          <dt>{t.form.where}</dt>
          <dd>
            {cell(person.address ?? view.place)}
            {view.located != null && <span className="dim"> {t.work.map.located(t.work.map.how[view.located] ?? view.located)}</span>}
          </dd>
        </div>
      </dl>
      {person.masked && (
        <p className="mask-line">
          <span className="dim">{t.case.masked}</span>
          {person.may_unmask && !asking && (
            <button type="button" className="plain" onClick={() => setAsking(true)}>
              {t.case.unmask} <Key name="6" />
            </button>
          )}
        </p>
      )}
      {asking && (
        <Unmask
          id={view.id}
          onShown={(full) => {
            setShown(full);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
      <h3>{t.case.narrative}</h3>
      <p className="narrative">{person.narrative}</p>
      {details.length > 0 && (
        <>
          <h3>{t.case.details}</h3>
          {details.map((detail, i) => (
            <p className="narrative" key={i}>
              {detail.text}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

function Unmask({ id, onShown, onClose }: { id: string; onShown: (person: Person) => void; onClose: () => void }) {
  const t = useWords();
  const [reason, setReason] = useState("");
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const show = async () => {
    if (reason.trim() === "" || busy) return;
    setBusy(true);
    try {
      onShown(await calls.unmask(id, reason.trim(), key));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  useKeys([
    { key: "Escape", run: onClose, typing: true },
    { key: "Ctrl+Enter", run: () => void show(), typing: true },
  ]);
  return (
    <form
      className="unmask"
      onSubmit={(event) => {
        event.preventDefault();
        void show();
      }}
    >
      <label htmlFor="unmask-reason">{t.case.unmask_reason}</label>
      <input id="unmask-reason" autoFocus autoComplete="off" value={reason} aria-describedby="unmask-hint" onChange={(event) => setReason(event.target.value)} />
      <p className="hint" id="unmask-hint">
        {t.case.unmask_hint}
      </p>
      {error !== null && <Failure error={error} />}
      <button type="submit" disabled={busy || reason.trim() === ""}>
        {t.case.unmask_yes} <Key name="Ctrl+Enter" />
      </button>{" "}
      <button type="button" className="plain" onClick={onClose}>
        {t.close} <Key name="Escape" />
      </button>
    </form>
  );
}
