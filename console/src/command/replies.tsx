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

/** What was written stays above; a text from the list goes below it, in place of the one tried before. */
export function joined(written: string, template: string): string {
  return written.trim() === "" ? template : `${written.trimEnd()}\n${template}`;
}

interface Tried {
  name: string;
  /** What was written before. */
  base: string;
  /** What it became. */
  made: string;
}

export function ReplyChooser({ view, text, onText }: { view: CaseView; text: string; onText: (text: string, solved: ReplyTemplate["solved"]) => void }) {
  const t = useWords();
  const { me } = useSession();
  const replies = repliesFor(useMatters(), view.matter);
  const [tried, setTried] = useState<Tried | null>(null);
  const box = useRef<HTMLSelectElement>(null);
  const untouched = tried !== null && tried.made === text;
  const take = (name: string) => {
    const chosen = replies.find((each) => each.name === name);
    // Going through the texts by arrow shows each in place; once it was written in, it is the clerk's.
    const base = tried !== null && untouched ? tried.base : text;
    if (chosen === undefined) {
      if (untouched) onText(base, null);
      setTried(null);
      return;
    }
    const made = joined(base, filled(chosen.text, me.account.unit_name, view.matter_name, serverNow()));
    setTried({ name, base, made });
    onText(made, chosen.solved);
  };
  const back = () => {
    if (tried === null) return;
    onText(tried.base, null);
    setTried(null);
  };
  useActions("here", [
    { id: "reply-template", label: t.unit.reply.template, key: "Alt+r", run: () => box.current?.focus() },
    ...(tried === null ? [] : [{ id: "reply-undo", label: t.unit.reply.undo, key: "Alt+z", run: back }]),
  ]);
  if (replies.length === 0) return <p className="hint">{t.unit.reply.none}</p>;
  return (
    <p className="reply-chooser">
      <label htmlFor="reply-template">
        {t.unit.reply.template} <Key name="Alt+r" />
      </label>
      <select id="reply-template" ref={box} value={untouched ? tried.name : ""} onChange={(event) => take(event.target.value)}>
        <option value="">{t.unit.reply.choose}</option>
        {replies.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      {tried !== null && (
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
