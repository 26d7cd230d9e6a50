// One's own password: as a small form from the account menu, and as the first page of an account that was given one.
import { useState } from "react";
import { useKeys } from "../keys/use-keys";
import { Key } from "../parts/signs";
import { office } from "./calls";
import "./office.css";
import { Fault, Field, FormDialog } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords } from "./words";

function usePassword(onDone: () => void) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const sending = useSending();
  const ready = old !== "" && [...fresh].length >= 10 && fresh === again;
  const send = async () => {
    if (!ready || sending.busy) return;
    const done = await sending.send({ at: Date.now() }, () => office.password({ password: old, new_password: fresh }).then(() => true));
    if (done === true) onDone();
  };
  return { old, setOld, fresh, setFresh, again, setAgain, ready, send, busy: sending.busy, error: sending.error };
}

function Boxes({ it }: { it: ReturnType<typeof usePassword> }) {
  const o = useOfficeWords();
  const differ = it.again !== "" && it.again !== it.fresh;
  return (
    <>
      <Field label={o.password.old} name="password" error={it.error}>
        {(props) => <input {...props} type="password" autoFocus autoComplete="current-password" value={it.old} onChange={(event) => it.setOld(event.target.value)} />}
      </Field>
      <Field label={o.password.fresh} name="new_password" error={it.error} hint={o.password.fresh_hint}>
        {(props) => <input {...props} type="password" autoComplete="new-password" value={it.fresh} onChange={(event) => it.setFresh(event.target.value)} />}
      </Field>
      <Field label={o.password.again} name="again" error={null} {...(differ ? { hint: o.password.differ } : {})}>
        {(props) => <input {...props} type="password" autoComplete="new-password" value={it.again} onChange={(event) => it.setAgain(event.target.value)} />}
      </Field>
    </>
  );
}

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const o = useOfficeWords();
  const [done, setDone] = useState(false);
  const it = usePassword(() => setDone(true));
  return (
    <FormDialog title={o.password.title} submit={done ? o.close : o.password.change} busy={it.busy} ready={done || it.ready} error={done ? null : it.error} onClose={onClose} onSend={() => (done ? onClose() : void it.send())}>
      {done ? <p role="status">✓ {o.password.done}</p> : <Boxes it={it} />}
    </FormDialog>
  );
}

export function PasswordDue({ onDone, onSignOut }: { onDone: () => void; onSignOut: () => void }) {
  const o = useOfficeWords();
  const it = usePassword(onDone);
  useKeys([{ key: "Ctrl+Enter", run: () => void it.send(), typing: true }]);
  return (
    <main className="signin">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void it.send();
        }}
      >
        <h1>{o.password.due}</h1>
        <p className="hint">{o.password.due_hint}</p>
        <Boxes it={it} />
        {it.error !== null && <Fault error={it.error} />}
        <button type="submit" className="primary" disabled={!it.ready || it.busy}>
          {it.busy ? o.sending : o.password.change} <Key name="Enter" />
        </button>
        <button type="button" className="plain" onClick={onSignOut}>
          {o.password.later}
        </button>
      </form>
    </main>
  );
}
