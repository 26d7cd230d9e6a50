// A public reply begun from one of the list's texts for the matter, filled in and then the clerk's own.
import { useRef, useState } from "react";
import type { CaseView, Matter, ReplyTemplate } from "../api/types";
import { Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useMatters, useSession } from "../shell/session";
import { day } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";

/** The texts for a case's matter; without a matter those that are for any. */
export function repliesFor(matters: readonly Matter[], matter: string | null): ReplyTemplate[] {
  const row = matters.find((each) => each.code === matter);
  if (row !== undefined) return row.replies ?? [];
  return (matters[0]?.replies ?? []).filter((each) => each.scope === "any");
}

/** The texts are the list's, in the citizen's language, whatever language the screen has. */
export function filled(text: string, unit: string, matter: string, at: number): string {
  const [, month, date] = day(at).split("-").map(Number);
  return text
    .replaceAll("{unit}", unit)
    .replaceAll("{matter}", matter)
    .replaceAll("{date}", `${month}月${date}日`);
}

/** What is already written is never overwritten: a second text goes below it. */
export function joined(written: string, template: string, last: string | null): string {
  const text = written.trim();
  return text === "" || text === last ? template : `${written.trimEnd()}\n${template}`;
}

export function ReplyChooser({ view, text, onText }: { view: CaseView; text: string; onText: (text: string, solved: ReplyTemplate["solved"]) => void }) {
  const t = useWords();
  const { me } = useSession();
  const replies = repliesFor(useMatters(), view.matter);
  const [undo, setUndo] = useState<string | null>(null);
  const last = useRef<string | null>(null);
  const box = useRef<HTMLSelectElement>(null);
  const take = (name: string) => {
    const chosen = replies.find((each) => each.name === name);
    if (chosen === undefined) return;
    const template = filled(chosen.text, me.account.unit_name, view.matter_name, serverNow());
    setUndo(text);
    onText(joined(text, template, last.current), chosen.solved);
    last.current = template;
  };
  const back = () => {
    if (undo === null) return;
    onText(undo, null);
    last.current = null;
    setUndo(null);
  };
  useActions("here", [
    { id: "reply-template", label: t.unit.reply.template, key: "Alt+r", run: () => box.current?.focus() },
    ...(undo === null ? [] : [{ id: "reply-undo", label: t.unit.reply.undo, key: "Alt+z", run: back }]),
  ]);
  if (replies.length === 0) return <p className="hint">{t.unit.reply.none}</p>;
  return (
    <p className="reply-chooser">
      <label htmlFor="reply-template">
        {t.unit.reply.template} <Key name="Alt+r" />
      </label>
      <select id="reply-template" ref={box} value="" onChange={(event) => take(event.target.value)}>
        <option value="">{t.unit.reply.choose}</option>
        {replies.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      {undo !== null && (
        <>
          <button type="button" onClick={back}>
            {t.unit.reply.undo} <Key name="Alt+z" />
          </button>
          <span className="hint">{t.unit.reply.check}</span>
        </>
      )}
    </p>
  );
}
