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

/** What is wrong with one field; empty if nothing. */
export function useFieldFault(error: unknown): (name: string) => string {
  const p = usePressWords();
  const t = useWords();
  return (name) => {
    const found = error instanceof Problem ? error.fields.find((each) => each.field === name) : undefined;
    return found === undefined ? "" : (p.field_error[found.key] ?? t.field_error[found.key] ?? found.detail ?? t.field.required);
  };
}

export function Sure({ title, hint, busy, error, onSend, onClose }: { title: string; hint: string; busy: boolean; error: unknown; onSend: () => void; onClose: () => void }) {
  const p = usePressWords();
  return (
    <FormDialog title={title} hint={hint} submit={p.reason_go} busy={busy} ready error={null} onSend={onSend} onClose={onClose}>
      <Told error={error} />
    </FormDialog>
  );
}
