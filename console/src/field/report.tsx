// The crew's report: two rows of big choices and one box of words; what is typed survives a closed page.
import { useRef, useState } from "react";
import { readKept, writeKept } from "../draft/kept";
import { useKeys } from "../keys/use-keys";
import { Key } from "../parts/signs";
import { useWords } from "../words";
import { BLANK, isEmpty, type Casualty, type Help, type Report } from "./compose";
import { shrink } from "./photo";

function restore(place: string): Report {
  try {
    const kept: unknown = JSON.parse(readKept(place) || "{}");
    return typeof kept === "object" && kept !== null ? { ...BLANK, ...(kept as Partial<Report>) } : BLANK;
  } catch {
    return BLANK;
  }
}

export function ReportSheet({ place, onClose, onSend }: { place: string; onClose: () => void; onSend: (report: Report, files: readonly File[]) => void }) {
  const t = useWords();
  const words = t.unit.field;
  const [report, setReport] = useState<Report>(() => restore(place));
  const [files, setFiles] = useState<readonly File[]>([]);
  const [wrong, setWrong] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const change = (over: Partial<Report>) => {
    setWrong("");
    setReport((old) => {
      const next = { ...old, ...over };
      writeKept(place, JSON.stringify(next));
      return next;
    });
  };
  const send = () => {
    if (isEmpty(report)) {
      setWrong(words.need_text);
      box.current?.focus();
      return;
    }
    writeKept(place, "");
    onSend(report, files);
  };
  useKeys([{ key: "Ctrl+Enter", run: send, typing: true }]);
  const add = async (chosen: FileList | null) => {
    setWrong("");
    for (const file of chosen ?? []) {
      try {
        const small = await shrink(file);
        setFiles((old) => [...old, small]);
      } catch {
        setWrong(words.photo_bad);
      }
    }
  };
  const toggle = (help: Help) => change({ helps: report.helps.includes(help) ? report.helps.filter((each) => each !== help) : [...report.helps, help] });
  const counted = report.casualty === "hurt" || report.casualty === "dead";
  return (
    <form
      className="field-report"
      aria-label={words.report}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p className="field-back">
        <button type="button" onClick={onClose}>
          ← {words.back} <Key name="Escape" />
        </button>
      </p>
      <fieldset role="radiogroup">
        <legend>{words.casualties}</legend>
        <div className="field-choices">
          {(Object.keys(words.casualty) as Casualty[]).map((each) => (
            <label key={each}>
              <input type="radio" name="casualty" checked={report.casualty === each} onChange={() => change({ casualty: each })} />
              <span>{words.casualty[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {counted && (
        <p className="field-count">
          <label htmlFor="field-count">{words.how_many}</label>
          <input id="field-count" type="text" inputMode="numeric" pattern="[0-9]*" maxLength={3} autoComplete="off" value={report.count} onChange={(event) => change({ count: event.target.value.replace(/\D/g, "") })} />
        </p>
      )}
      <fieldset>
        <legend>{words.help}</legend>
        <div className="field-choices">
          {(Object.keys(words.helps) as Help[]).map((each) => (
            <label key={each}>
              <input type="checkbox" checked={report.helps.includes(each)} onChange={() => toggle(each)} />
              <span>{words.helps[each]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="field-choices">
        <label>
          <input type="checkbox" checked={report.serious} onChange={() => change({ serious: !report.serious })} />
          <span>{t.scene.ground.serious}</span>
        </label>
      </div>
      <p className="field-text">
        <label htmlFor="field-text">{words.situation}</label>
        <textarea id="field-text" ref={box} rows={3} placeholder={words.situation_hint} value={report.text} aria-invalid={wrong !== ""} aria-describedby={wrong === "" ? undefined : "field-wrong"} onChange={(event) => change({ text: event.target.value })} />
      </p>
      <div className="field-photos">
        <label className="button field-photo">
          {words.photo}
          <input type="file" className="hidden" accept="image/*" capture="environment" multiple onChange={(event) => void add(event.target.files)} />
        </label>
        <span className="dim">{files.length === 0 ? words.photo_none : `${words.photos(files.length)} · ${words.photo_late}`}</span>
        {files.map((file, i) => (
          <button key={`${file.name}${i}`} type="button" className="chip" aria-label={`${t.field.remove} ${file.name}`} onClick={() => setFiles((old) => old.filter((_, at) => at !== i))}>
            {file.name} <span aria-hidden="true">×</span>
          </button>
        ))}
      </div>
      {wrong !== "" && (
        <p className="wrong" id="field-wrong" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" className="primary field-send">
        {words.send} <Key name="Ctrl+Enter" />
      </button>
    </form>
  );
}
