// Saved questions: one key each, and the dialog that saves one.
import { useEffect, useId, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import { composing } from "../keys/keymap";
import { useAnswer } from "../live/cache";
import { Failure, Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useWords } from "../words";
import { textOf } from "./question";
import type { Ask, SavedSearch } from "./types";

export function SavedBar({ current, onOpen, onSave }: { current: string; onOpen: (saved: SavedSearch) => void; onSave: () => void }) {
  const t = useWords();
  const entry = useAnswer("searches", calls.searches);
  const [error, setError] = useState<unknown>(null);
  const [removed, setRemoved] = useState<SavedSearch | null>(null);
  const items = entry.value?.items ?? [];
  const share = entry.value?.may_share === true;
  useActions("here", [
    { id: "search-save", label: t.search.save, key: "s", run: onSave },
    ...items.slice(0, 9).map((each, i) => ({ id: `saved-${each.id}`, label: `${t.search.saved}: ${each.name}`, key: String(i + 1), run: () => onOpen(each) })),
  ]);
  useEffect(() => {
    if (removed === null) return;
    const timer = setTimeout(() => setRemoved(null), 10_000);
    return () => clearTimeout(timer);
  }, [removed]);
  const run = (work: Promise<unknown>, then: () => void) => {
    setError(null);
    work.then(() => {
      then();
      entry.again();
    }, setError);
  };
  const failed = error ?? entry.error;
  return (
    <div className="saved" role="group" aria-label={t.search.saved}>
      {items.length === 0 && entry.value !== undefined && <span className="dim">{t.search.saved_none}</span>}
      {items.map((each, i) => (
        <span key={each.id} className="saved-one">
          <button type="button" aria-pressed={current === textOf(each.question)} title={each.shared ? t.search.saved_shared : undefined} onClick={() => onOpen(each)}>
            {each.shared && <i aria-hidden="true">◆</i>}
            {each.name}
            {each.shared && <span className="hidden">{t.search.saved_shared}</span>}
            {i < 9 && <Key name={String(i + 1)} />}
          </button>
          {(each.own || (each.shared && share)) && (
            <button type="button" className="plain" aria-label={t.search.remove(each.name)} onClick={() => run(calls.forgetSearch(each.id), () => setRemoved(each))}>
              ×
            </button>
          )}
        </span>
      ))}
      <button type="button" className="plain" onClick={onSave}>
        {t.search.save} <Key name="s" />
      </button>
      {removed !== null && (
        <span role="status" className="saved-undo">
          {t.search.removed(removed.name)}
          <button type="button" onClick={() => run(calls.saveSearch({ name: removed.name, question: removed.question, shared: removed.shared }), () => setRemoved(null))}>
            {t.search.undo}
          </button>
        </span>
      )}
      {failed !== null && failed !== undefined && <Failure error={failed} />}
    </div>
  );
}

export function SaveDialog({ ask, onClose }: { ask: Ask; onClose: () => void }) {
  const t = useWords();
  const id = useId();
  const entry = useAnswer("searches", calls.searches);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = () => {
    if (name.trim() === "") return;
    setError(null);
    calls.saveSearch({ name: name.trim(), question: ask, shared }).then(() => {
      entry.again();
      onClose();
    }, setError);
  };
  const personal = error instanceof Problem && error.fields.some((field) => field.key === "personal");
  return (
    <Dialog label={t.search.save} className="search-dialog" onClose={onClose}>
      <h2>{t.search.save}</h2>
      <label htmlFor={`${id}-name`}>{t.search.save_name}</label>
      <input
        id={`${id}-name`}
        type="text"
        autoFocus
        maxLength={40}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || composing(event.nativeEvent)) return;
          event.preventDefault();
          save();
        }}
      />
      {entry.value?.may_share === true && (
        <label className="check">
          <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
          {t.search.save_share}
        </label>
      )}
      {personal ? (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{t.search.save_number}</span>
        </p>
      ) : (
        error !== null && <Failure error={error} />
      )}
      <p className="dialog-keys">
        <button type="button" className="primary" disabled={name.trim() === ""} onClick={save}>
          {t.search.save_do} <Key name="Enter" />
        </button>
        <button type="button" onClick={onClose}>
          {t.close} <Key name="Escape" />
        </button>
      </p>
    </Dialog>
  );
}
