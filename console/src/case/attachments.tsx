// Files of a case: dropped, pasted or chosen; pictures shown, sound played, everything to be kept.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { fileAddress } from "../api/calls";
import { Problem } from "../api/http";
import type { Attachment, CaseView } from "../api/types";
import { useKeys } from "../keys/use-keys";
import { Failure, Key, Time } from "../parts/signs";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { sentenceOf, useWords, type Words } from "../words";
import { uploads, type Upload } from "./uploads";

/** "204 KB", "1.4 MB" */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  const mega = bytes / (1024 * 1024);
  return `${mega < 10 ? mega.toFixed(1).replace(/\.0$/, "") : Math.round(mega)} MB`;
}

/** What a media type is called. */
export function kindText(t: Words, kind: string): string {
  const words = t.casePage.files.kind;
  const [group] = kind.split("/");
  if (group === "image" || group === "audio" || group === "video") return words[group];
  if (kind === "application/pdf") return words.pdf;
  return kind === "text/plain" ? words.text : words.office;
}

function failureText(t: Words, error: unknown, bytesMost: number): string {
  if (error instanceof Problem) {
    if (error.key === "file_too_large" || error.key === "too_large") return t.casePage.files.too_large(sizeText(bytesMost));
    const field = error.fields[0];
    const words = field === undefined ? undefined : t.field_error[field.key];
    if (words !== undefined) return words;
  }
  return sentenceOf(t, error);
}

export function Attachments({ view }: { view: CaseView }) {
  const t = useWords();
  const words = t.casePage.files;
  const [large, setLarge] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const sending = useSyncExternalStore(uploads.watch, uploads.all).filter((each) => each.case === view.id);
  const may = view.attach;
  const room = may !== null && may.left > 0;
  const bytesMost = may?.bytes_most ?? 0;
  const add = (files: readonly File[]) => {
    if (room && files.length > 0) uploads.add(view.id, files, bytesMost);
  };
  useActions("here", room ? [{ id: "attach", label: words.add, key: "o", run: () => chooser.current?.click() }] : []);

  // Anywhere on the page: a file in the hand is meant for the case that is open.
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    if (!room) return;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const drag = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      latest.current(files);
    };
    addEventListener("dragover", drag);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, [room]);

  if (may === null && view.attachments.length === 0) return null;
  const pictures = view.attachments.filter((each) => each.here && !each.withheld && !each.removed && each.shown === "image");
  const others = view.attachments.filter((each) => !pictures.includes(each));
  return (
    <section className={`files ${over ? "over" : ""}`} aria-labelledby={`files-${view.id}`}>
      <h3 id={`files-${view.id}`}>
        {words.title} {view.attachments.length > 0 && <span className="dim figures">{view.attachments.length}</span>}
      </h3>
      {over && <p className="files-drop">{words.drop}</p>}
      {pictures.length > 0 && (
        <ul className="files-pictures">
          {pictures.map((each) => (
            <li key={each.id}>
              <button type="button" className="plain" onClick={() => setLarge(each.id)} aria-label={words.show(each.name ?? "")}>
                <img src={fileAddress(view.id, each.id)} alt="" loading="lazy" />
              </button>
              <Line view={view} file={each} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className="files-others">
          {others.map((each) => (
            <li key={each.id}>
              {each.here && !each.withheld && !each.removed && each.shown === "sound" && <audio controls preload="none" src={fileAddress(view.id, each.id)} aria-label={each.name ?? words.kind.audio} />}
              <Line view={view} file={each} />
            </li>
          ))}
        </ul>
      )}
      {view.attachments.some((each) => each.withheld) && <p className="hint">{words.withheld}</p>}
      {sending.length > 0 && (
        <ul className="files-sending">
          {sending.map((each) => (
            <Sending key={each.id} upload={each} bytesMost={bytesMost} />
          ))}
        </ul>
      )}
      {may !== null && (
        <p className="files-add">
          <button type="button" disabled={!room} onClick={() => chooser.current?.click()}>
            {words.add} <Key name="o" />
          </button>
          <span className="hint">{!room ? words.full : view.attachments.length === 0 && sending.length === 0 ? words.none : words.limits(sizeText(bytesMost), may.left)}</span>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label={words.add}
            onChange={(event) => {
              add([...(event.target.files ?? [])]);
              // The same file may be chosen again.
              event.target.value = "";
            }}
          />
        </p>
      )}
      {large !== null && <Large view={view} pictures={pictures} id={large} onMove={setLarge} onClose={() => setLarge(null)} />}
    </section>
  );
}

function Line({ view, file }: { view: CaseView; file: Attachment }) {
  const t = useWords();
  const words = t.casePage.files;
  const leg = view.legs.find((each) => each.id === file.leg);
  const from = file.citizen ? words.citizen : leg !== undefined ? words.of_leg(leg.unit_name) : [file.unit_name, file.by].filter((each) => each !== "").join(" · ");
  const there = file.here && !file.withheld && !file.removed;
  const name = file.name ?? (file.withheld || file.removed ? kindText(t, file.kind) : words.nameless);
  return (
    <p className="files-line">
      {there ? (
        <a href={fileAddress(view.id, file.id, true)} download title={words.keep}>
          {name}
        </a>
      ) : (
        <span>{name}</span>
      )}{" "}
      <span className="files-facts">
        <span>{kindText(t, file.kind)}</span>
        <span className="figures">{sizeText(file.size)}</span>
        {!file.here && <span className="sign quiet">{words.there}</span>}
        {file.removed && <span className="sign quiet">{words.removed}</span>}
      </span>
      <span className="files-facts">
        <Time at={file.at} />
        <span>{from}</span>
        <span className="figures" title={`${words.digest_hint}\n${file.digest}`}>
          {words.digest} {file.digest.slice(0, 12)}
        </span>
      </span>
    </p>
  );
}

function Sending({ upload, bytesMost }: { upload: Upload; bytesMost: number }) {
  const t = useWords();
  const words = t.casePage.files;
  return (
    <li>
      {upload.state === "failed" ? (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>
            {upload.name}: {failureText(t, upload.error, bytesMost)}
          </span>
        </p>
      ) : (
        <span role="status">{upload.state === "sending" ? words.sending(upload.name, upload.percent) : upload.state === "waiting" ? words.waiting(upload.name) : words.stopped(upload.name)}</span>
      )}
      {upload.state === "sending" && <progress max={100} value={upload.percent} aria-label={upload.name} />}
      {(upload.state === "sending" || upload.state === "waiting") && (
        <button type="button" onClick={() => uploads.stop(upload.id)}>
          {words.cancel}
        </button>
      )}
      {(upload.state === "failed" || upload.state === "stopped") && (
        <>
          {upload.file.size <= bytesMost && (
            <button type="button" onClick={() => uploads.retry(upload.id)}>
              {words.retry}
            </button>
          )}
          <button type="button" className="plain" onClick={() => uploads.dismiss(upload.id)}>
            {words.dismiss}
          </button>
        </>
      )}
    </li>
  );
}

function Large({ view, pictures, id, onMove, onClose }: { view: CaseView; pictures: Attachment[]; id: string; onMove: (id: string) => void; onClose: () => void }) {
  const t = useWords();
  const words = t.casePage.files;
  const [failed, setFailed] = useState(false);
  const at = pictures.findIndex((each) => each.id === id);
  const file = pictures[at];
  const move = (by: number) => {
    const next = pictures[at + by];
    if (next !== undefined) {
      setFailed(false);
      onMove(next.id);
    }
  };
  // Heard above the dialog's own layer, which lets nothing below it hear a key: a parent's layer is put on last.
  useKeys([
    { key: "ArrowLeft", run: () => move(-1) },
    { key: "ArrowRight", run: () => move(1) },
  ]);
  if (file === undefined) return null;
  return (
    <Dialog label={file.name ?? words.title} className="picture" onClose={onClose}>
      {failed ? <Failure error={new Problem("unreachable", 0)} /> : <img src={fileAddress(view.id, file.id)} alt={file.name ?? ""} onError={() => setFailed(true)} />}
      <footer>
        <button type="button" disabled={at <= 0} onClick={() => move(-1)}>
          {words.previous} <Key name="←" />
        </button>
        <button type="button" disabled={at >= pictures.length - 1} onClick={() => move(1)}>
          {words.next} <Key name="→" />
        </button>
        <Line view={view} file={file} />
        <span className="grow" />
        <button type="button" onClick={onClose}>
          {t.close} <Key name="Escape" />
        </button>
      </footer>
    </Dialog>
  );
}
