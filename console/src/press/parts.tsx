// What both pages share: a failure in their own words, and a question before something final.
import type { ReactNode } from "react";
import { Problem } from "../api/http";
import { FormDialog } from "../office/parts";
import { sentenceIn, usePressWords, useWords } from "./words";

export function Told({ error, children }: { error: unknown; children?: ReactNode }) {
  const p = usePressWords();
  const t = useWords();
  if (error === null || error === undefined) return null;
  return (
    <p className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <span>{sentenceIn(p, t, error)}</span>
      {children}
    </p>
  );
}

/** A refusal whose fields already say what is wrong in this page's own words. */
export function useSaid(error: unknown): unknown {
  const p = usePressWords();
  const t = useWords();
  if (!(error instanceof Problem) || error.fields.length === 0) return error;
  const said = error.fields.map((each) => ({ ...each, key: `press/${each.key}`, detail: p.field_error[each.key] ?? t.field_error[each.key] ?? each.detail ?? t.field.required }));
  return new Problem(error.key, error.status, error.detail, said);
}

export function Sure({ title, hint, busy, error, onSend, onClose }: { title: string; hint: string; busy: boolean; error: unknown; onSend: () => void; onClose: () => void }) {
  const p = usePressWords();
  return (
    <FormDialog title={title} hint={hint} submit={p.reason_go} busy={busy} ready error={null} onSend={onSend} onClose={onClose}>
      <Told error={error} />
    </FormDialog>
  );
}
