// Contacts from another system's file: which column is what, how far it is, and what was refused.
import { useEffect, useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Key, Time } from "../parts/signs";
import { useActions } from "../shell/actions";
import { office, type ImportLook, type ImportMapping, type ImportRun } from "./calls";
import { beginning, readFile, type FileFault, type ReadFile } from "./import-file";
import { Answered, Doings, Done, Fault, Field, FormDialog, Rows, type Said, usePoll } from "./parts";
import { useSending } from "./sending";
import { fieldSentence, useOfficeWords, useWords } from "./words";

const FIELDS = ["place", "district", "caller_name", "caller_number", "contact_number", "source", "happened_at"] as const;

/** How times may be written, each by a moment that shows it. */
const TIMES: Record<string, string> = {
  "%Y-%m-%d %H:%M:%S": "2026-11-02 08:30:00",
  "%Y-%m-%d %H:%M": "2026-11-02 08:30",
  "%Y-%m-%dT%H:%M:%S": "2026-11-02T08:30:00",
  "%Y/%m/%d %H:%M:%S": "2026/11/2 8:30:00",
  "%Y/%m/%d %H:%M": "2026/11/2 8:30",
  "%Y年%m月%d日 %H:%M": "2026年11月2日 8:30",
  "%Y-%m-%d": "2026-11-02",
  "%Y/%m/%d": "2026/11/2",
};

const touch = () => cache.touch((key) => key.startsWith("office:imports"));

export function Imports() {
  const o = useOfficeWords();
  const entry = useAnswer("office:imports", office.imports);
  const runs = entry.value ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const current = runs.find((each) => each.id === chosen) ?? runs[0];
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const running = runs.some((each) => each.state === "running");
  usePoll((key) => key === "office:imports", running ? 700 : 5_000);
  const stop = async (run: ImportRun) => {
    if ((await sending.send({ stop: run.id, at: run.updated_at }, (key) => office.stopImport(run.id, key))) !== null) setSaid({ text: o.imports.stopped });
    touch();
  };
  return (
    <div className="office-one imports">
      <Doings
        label={o.section.imports}
        busy={sending.busy}
        actions={[
          { id: "import_begin", label: o.imports.begin, key: "n", run: () => (sending.clear(), setOpen(true)), primary: true },
          { id: "import_stop", label: o.imports.stop, key: "s", run: () => current !== undefined && void stop(current), off: current?.state !== "running" },
        ]}
      />
      <Done said={said} onClose={setSaid} />
      {!open && sending.error !== null && <Fault error={sending.error} />}
      <p className="hint">{o.imports.hint}</p>
      <Answered entry={entry}>
        <Rows
          label={o.section.imports}
          rows={runs}
          idOf={(each: ImportRun) => each.id}
          chosen={current?.id ?? null}
          onChoose={setChosen}
          empty={o.imports.none}
          columns={[
            { name: o.imports.name, cell: (each) => each.name, className: "wide" },
            { name: o.imports.how_far, cell: (each) => <HowFar run={each} /> },
            { name: o.imports.taken, cell: (each) => each.taken.toLocaleString(), className: "figures" },
            { name: o.imports.refused, cell: (each) => each.refused.toLocaleString(), className: "figures" },
            { name: o.imports.by, cell: (each) => each.started_by || o.imports.command_line },
            { name: o.imports.when, cell: (each) => <Time at={each.started_at} /> },
          ]}
        />
        {current !== undefined && <Run key={current.id} run={current} />}
      </Answered>
      {open && (
        <BeginForm
          busy={sending.busy}
          error={sending.error}
          onClose={() => setOpen(false)}
          onSend={async (file, mapping) => {
            const run = await sending.send({ file: file.name, length: file.text.length, mapping, at: Date.now() }, (key) => office.beginImport({ ...file, mapping }, key));
            if (run === null) return;
            touch();
            setOpen(false);
            setChosen(run.id);
            setSaid({ text: run.state === "done" ? o.imports.done_before : `${o.imports.begun(run.name)}${run.done > 0 ? o.imports.goes_on_behind(run.done) : ""}` });
          }}
        />
      )}
    </div>
  );
}

function HowFar({ run }: { run: ImportRun }) {
  const o = useOfficeWords();
  const heat = run.state === "done" ? "well" : run.state === "running" ? "" : "soon";
  return (
    <span className={`state-line ${heat}`}>
      <i aria-hidden="true">●</i> {o.imports.state[run.state] ?? run.state} <span className="figures">{o.imports.of(run.done, run.lines)}</span>
    </span>
  );
}

/** What became of the run that is chosen. */
function Run({ run }: { run: ImportRun }) {
  const o = useOfficeWords();
  const unfinished = run.state !== "running" && run.state !== "done";
  return (
    <section aria-label={run.name}>
      {run.state === "running" && <progress value={run.done} max={Math.max(run.lines, 1)} aria-label={`${run.name} ${o.imports.of(run.done, run.lines)}`} />}
      {unfinished && <p role="status">{o.imports.go_on}</p>}
      <h2>{o.imports.refused_lines}</h2>
      {run.refused === 0 ? <p className="empty">{o.imports.refused_none}</p> : <Refused run={run} />}
    </section>
  );
}

function Refused({ run }: { run: ImportRun }) {
  const o = useOfficeWords();
  const [behind, setBehind] = useState<readonly number[]>([0]);
  return (
    <div className="rows" tabIndex={0} role="region" aria-label={o.imports.refused_lines}>
      <table>
        <caption className="hidden">{o.imports.refused_lines}</caption>
        <thead>
          <tr>
            <th scope="col">{o.imports.line}</th>
            <th scope="col">{o.imports.why}</th>
          </tr>
        </thead>
        {behind.map((after, at) => (
          <Page key={after} run={run} after={after} onMore={at === behind.length - 1 ? (next) => setBehind([...behind, next]) : null} />
        ))}
      </table>
    </div>
  );
}

/** Some refused lines; the last of them leads on. */
function Page({ run, after, onMore }: { run: ImportRun; after: number; onMore: ((next: number) => void) | null }) {
  const o = useOfficeWords();
  const entry = useAnswer(`office:imports:${run.id}:${after}`, () => office.importRefusals(run.id, after));
  const next = entry.value?.next ?? null;
  const full = next !== null;
  // A page that is full stays as it is; the last one grows while the import runs.
  useEffect(() => {
    if (!full) cache.touch((key) => key === `office:imports:${run.id}:${after}`);
  }, [run.id, run.refused, after, full]);
  const more = onMore !== null && next !== null ? () => onMore(next) : undefined;
  useActions("here", more === undefined ? [] : [{ id: "import_more", label: o.imports.more, key: "m", run: more }]);
  return (
    <tbody>
      {(entry.value?.lines ?? []).map((each) => (
        <tr key={each.line}>
          <td className="figures">{each.line.toLocaleString()}</td>
          <td className="wide">
            {each.field === "narrative" ? `${o.imports.words}：` : each.field in o.imports.field ? `${o.imports.field[each.field as keyof typeof o.imports.field]}：` : ""}
            {o.imports.said_why[each.key] ?? each.reason}
          </td>
        </tr>
      ))}
      {more !== undefined && (
        <tr>
          <td colSpan={2}>
            <button type="button" onClick={more}>
              {o.imports.more} <Key name="m" />
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface BeginProps {
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSend: (file: ReadFile, mapping: ImportMapping) => Promise<void>;
}

function BeginForm({ busy, error, onClose, onSend }: BeginProps) {
  const o = useOfficeWords();
  const t = useWords();
  const [file, setFile] = useState<ReadFile | null>(null);
  const [look, setLook] = useState<ImportLook | null>(null);
  const [mapping, setMapping] = useState<ImportMapping>({ narrative: [] });
  const [reading, setReading] = useState(false);
  const [fault, setFault] = useState<FileFault | null>(null);
  const asking = useSending();
  const choose = async (picked: File | undefined) => {
    setFile(null);
    setLook(null);
    setFault(null);
    asking.clear();
    if (picked === undefined) return;
    setReading(true);
    const read = await readFile(picked);
    setReading(false);
    if (typeof read === "string") return setFault(read);
    const seen = await asking.send({ look: read.name, at: Date.now() }, () => office.lookAtImport(read.format, beginning(read.text)));
    if (seen === null) return;
    setFile(read);
    setLook(seen);
    setMapping(seen.mapping);
  };
  const put = (field: keyof ImportMapping, value: string) => setMapping((old) => ({ ...old, [field]: value === "" ? null : value }));
  const narrative = (name: string, on: boolean) =>
    setMapping((old) => ({ ...old, narrative: (look?.columns ?? []).filter((each) => (each === name ? on : old.narrative.includes(each))) }));
  const wordless = fieldSentence(o, t, error, "mapping.narrative");
  return (
    <FormDialog
      title={o.imports.begin}
      hint={o.imports.file}
      submit={o.imports.send}
      busy={busy || asking.busy || reading}
      ready={file !== null && mapping.narrative.length > 0}
      error={error ?? asking.error}
      onClose={onClose}
      onSend={() => file !== null && void onSend(file, mapping)}
    >
      <Field label={o.imports.name} name="file" error={error} {...(reading ? { hint: o.imports.reading } : {})}>
        {(props) => <input {...props} type="file" accept=".csv,.txt,.jsonl,.ndjson,text/csv,text/plain" autoFocus onChange={(event) => void choose(event.target.files?.[0])} />}
      </Field>
      {fault !== null && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{o.imports[fault]}</span>
        </p>
      )}
      {look !== null && (
        <>
          <Sample look={look} />
          <fieldset className="pick">
            <legend className="import-words">{o.imports.narrative}</legend>
            {look.columns.map((name) => (
              <label key={name}>
                <input type="checkbox" checked={mapping.narrative.includes(name)} onChange={(event) => narrative(name, event.target.checked)} />
                <span>{name}</span>
              </label>
            ))}
            {wordless !== "" && <span className="wrong">{wordless}</span>}
          </fieldset>
          <div className="import-columns">
            {FIELDS.map((field) => (
              <Field key={field} label={o.imports.field[field]} name={`mapping.${field}`} error={error}>
                {(props) => (
                  <select {...props} value={mapping[field] ?? ""} onChange={(event) => put(field, event.target.value)}>
                    <option value="">{o.imports.no_column}</option>
                    {look.columns.map((name) => (
                      <option key={name}>{name}</option>
                    ))}
                  </select>
                )}
              </Field>
            ))}
            {(mapping.happened_at ?? "") !== "" && (
              <Field label={o.imports.time_format} name="mapping.time_format" error={error}>
                {(props) => (
                  <select {...props} value={mapping.time_format ?? "%Y-%m-%dT%H:%M:%S"} onChange={(event) => put("time_format", event.target.value)}>
                    {Object.entries(TIMES).map(([value, shown]) => (
                      <option key={value} value={value}>
                        {shown}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
          </div>
        </>
      )}
    </FormDialog>
  );
}

function Sample({ look }: { look: ImportLook }) {
  const o = useOfficeWords();
  return (
    <div className="rows import-sample" tabIndex={0} role="region" aria-label={o.imports.sample}>
      <table>
        <caption>{o.imports.sample}</caption>
        <thead>
          <tr>
            {look.columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {look.rows.map((row, at) => (
            <tr key={at}>
              {row.map((value, column) => (
                <td key={column}>{[...value].length > 40 ? `${[...value].slice(0, 40).join("")}…` : value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
