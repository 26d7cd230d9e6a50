// What will leave the house, in which shape, and how far it is.
import { useEffect, useId, useRef, useState } from "react";
import { calls, exportAddress } from "../api/calls";
import { Failure, Key } from "../parts/signs";
import { Dialog } from "../shell/dialog";
import { useLook } from "../shell/look";
import { useSession } from "../shell/session";
import { useKeys } from "../keys/use-keys";
import { useWords } from "../words";
import type { Ask, ExportState } from "./types";

/** As the server has it. */
const MOST = 50_000;
const LOOK = 400;

export function ExportDialog({ ask, total, onClose }: { ask: Ask; total: number; onClose: () => void }) {
  const t = useWords();
  const id = useId();
  const look = useLook();
  const { me } = useSession();
  const [format, setFormat] = useState<"csv" | "xlsx">("xlsx");
  const [unmasked, setUnmasked] = useState(false);
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [run, setRun] = useState<ExportState | null>(null);
  const [stopped, setStopped] = useState(false);
  const mine = useRef<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const save = useRef<HTMLAnchorElement>(null);
  const may = me.may.includes("export_unmasked");

  const start = () => {
    if (run?.state === "running") return;
    if (unmasked && reason.trim().length < 4) {
      setShort(true);
      field.current?.focus();
      return;
    }
    setError(null);
    setStopped(false);
    setShort(false);
    calls.beginExport({ question: ask, format, language: look.language === "en" ? "en" : "zh", unmasked, reason: unmasked ? reason.trim() : "" }).then((begun) => {
      mine.current = begun.id;
      setRun(begun);
    }, setError);
  };
  const stop = () => {
    if (mine.current !== null) void calls.dropExport(mine.current).catch(() => undefined);
    mine.current = null;
    setRun(null);
    setStopped(true);
  };
  useEffect(() => {
    if (run?.state !== "running") return;
    const timer = setTimeout(() => {
      calls.exportState(run.id).then(
        (now) => setRun((old) => (old === null ? null : now)),
        (failure: unknown) => {
          // Stopped meanwhile: there is nothing to say.
          if (mine.current !== null) setError(failure);
          setRun(null);
        },
      );
    }, LOOK);
    return () => clearTimeout(timer);
  }, [run]);
  // Closing the dialog is not wanting it any more.
  useEffect(() => () => void (mine.current !== null && calls.dropExport(mine.current).catch(() => undefined)), []);
  useKeys([{ key: "Ctrl+Enter", run: start, typing: true }]);

  const running = run?.state === "running";
  const done = run?.state === "done";
  // The next key is the one that keeps the file.
  useEffect(() => {
    if (done) save.current?.focus();
  }, [done]);
  return (
    <Dialog label={t.search.export_title} className="search-dialog" onClose={onClose}>
      <h2>{t.search.export_title}</h2>
      <p>
        <b>{t.search.export_what(total, MOST)}</b>
      </p>
      <p className="dim">{t.search.export_columns}</p>
      <fieldset disabled={running}>
        <legend>{t.search.export_format}</legend>
        {(["xlsx", "csv"] as const).map((each) => (
          <label key={each} className="check">
            <input type="radio" name={`${id}-format`} checked={format === each} autoFocus={each === "xlsx"} onChange={() => setFormat(each)} />
            {each === "csv" ? t.search.export_csv : t.search.export_xlsx}
          </label>
        ))}
      </fieldset>
      {may ? (
        <fieldset disabled={running}>
          <legend className="hidden">{t.search.export_unmask}</legend>
          <label className="check">
            <input type="checkbox" checked={unmasked} onChange={(event) => setUnmasked(event.target.checked)} />
            {t.search.export_unmask}
          </label>
          {unmasked && (
            <>
              <label htmlFor={`${id}-reason`}>{t.search.export_reason}</label>
              <input id={`${id}-reason`} ref={field} type="text" maxLength={500} autoComplete="off" aria-invalid={short} aria-describedby={short ? `${id}-short` : undefined} value={reason} onChange={(event) => setReason(event.target.value)} />
              {short && (
                <p className="failure" role="alert" id={`${id}-short`}>
                  <i aria-hidden="true">!</i>
                  <span>{t.search.export_reason_short}</span>
                </p>
              )}
            </>
          )}
        </fieldset>
      ) : null}
      <p className="dim">
        {!unmasked && t.search.export_masked} {t.search.export_audit}
      </p>
      <div role="status">
        {running && (
          <p className="export-run">
            <progress max={Math.max(run.total, 1)} value={run.done} aria-label={t.search.export_running(run.done, run.total)} /> {t.search.export_running(run.done, run.total)}
          </p>
        )}
        {done && <p>{t.search.export_done(run.total)}</p>}
        {stopped && <p>{t.search.export_stopped}</p>}
      </div>
      {run?.state === "failed" && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{t.search.export_failed}</span>
        </p>
      )}
      {error !== null && <Failure error={error} />}
      <p className="dialog-keys">
        {running ? (
          <button type="button" onClick={stop}>
            {t.search.export_stop}
          </button>
        ) : done ? (
          <a className="button primary" href={exportAddress(run.id)} download={run.name} ref={save}>
            {t.search.export_save} <Key name="Enter" />
          </a>
        ) : (
          <button type="button" className="primary" onClick={start} disabled={total === 0}>
            {t.search.export_start} <Key name="Ctrl+Enter" />
          </button>
        )}
        <button type="button" onClick={onClose}>
          {t.close} <Key name="Escape" />
        </button>
      </p>
    </Dialog>
  );
}
