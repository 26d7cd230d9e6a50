// One row of the list as a form, over the same text: what is set here is set in place there (fields.ts).
import { useEffect, useId, useMemo, useState, type ReactNode } from "react";
import { composing } from "../../keys/keymap";
import { office } from "../calls";
import { useOfficeWords, useWords } from "../words";
import type { Block } from "./blocks";
import { addWord, dropField, removeWord, scan, setNumber, setText, setYesNo, Unreadable, type Value } from "./fields";

const MODES = ["dispatch", "direct", "push", "parallel", "consult", "answer"] as const;
const URGENCIES = ["normal", "urgent", "critical"] as const;

/** Whether a row has fields a form can show. */
export function hasForm(block: Block): boolean {
  if (block.kind !== "matter" && block.kind !== "scope") return false;
  try {
    scan(block.text);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a row before anybody asks the server: by field. */
export function wrongIn(fields: ReadonlyMap<string, Value>): Record<string, "required" | "priority" | "lead_assists" | "unfired" | "unproved"> {
  const text = (path: string) => {
    const field = fields.get(path);
    return field?.kind === "text" ? field.value : "";
  };
  const words = (path: string) => {
    const field = fields.get(path);
    return field?.kind === "words" ? field.items.map((each) => each.value) : [];
  };
  const wrong: ReturnType<typeof wrongIn> = {};
  for (const path of ["code", "name", "basis", "say"]) if (text(path).trim() === "") wrong[path] = "required";
  const priority = fields.get("words.priority");
  if (priority !== undefined && !(priority.kind === "number" && priority.value >= 1 && priority.value <= 9)) wrong["words.priority"] = "priority";
  if (text("lead") !== "" && words("assist").includes(text("lead"))) wrong["assist"] = "lead_assists";
  if (words("words.any").length === 0 && !fields.has("words.all") && text("words.pattern") === "") wrong["words.any"] = "unfired";
  if (words("examples").length === 0) wrong["examples"] = "unproved";
  return wrong;
}

interface Props {
  block: Block;
  blocks: readonly Block[];
  readOnly: boolean;
  /** The draft as it lies on the server is what is shown: examples are tried on it. */
  settled: boolean;
  onChange: (text: string) => void;
}

export function RowForm({ block, blocks, readOnly, settled, onChange }: Props) {
  const o = useOfficeWords();
  const t = useWords();
  const f = o.list.form;
  const fields = useMemo(() => {
    try {
      return scan(block.text).fields;
    } catch (failure) {
      if (failure instanceof Unreadable) return null;
      throw failure;
    }
  }, [block.text]);
  if (fields === null) return <p className="hint">{f.unreadable}</p>;
  const matter = block.kind === "matter";
  const wrong = wrongIn(fields);
  const textOf = (path: string) => {
    const field = fields.get(path);
    return field?.kind === "text" ? field.value : "";
  };
  const wordsOf = (path: string) => {
    const field = fields.get(path);
    return field?.kind === "words" ? field.items.map((each) => each.value) : [];
  };
  const set = (change: (text: string) => string) => {
    if (!readOnly) onChange(change(block.text));
  };
  const of = (kind: string) => blocks.filter((each) => each.kind === kind);
  const units = of("unit").map((each) => [each.code, each.name] as const);
  const unitName = (code: string) => units.find(([each]) => each === code)?.[1] ?? code;
  const said = (path: string) => {
    const why = wrong[path];
    return why === undefined ? "" : f.wrong[why];
  };
  const line = (path: string, label: string, wide = false) => (
    <Labelled label={label} wrong={said(path)} wide={wide}>
      {(props) => <input {...props} readOnly={readOnly} autoComplete="off" value={textOf(path)} onChange={(event) => set((text) => setText(text, path, event.target.value))} />}
    </Labelled>
  );
  const choice = (path: string, label: string, options: readonly (readonly [string, string])[], none?: string) => (
    <Labelled label={label} wrong={said(path)}>
      {(props) => (
        <select {...props} disabled={readOnly} value={textOf(path)} onChange={(event) => set((text) => (event.target.value === "" ? dropField(text, path) : setText(text, path, event.target.value)))}>
          {(none !== undefined || textOf(path) === "") && <option value="">{none ?? f.choose}</option>}
          {textOf(path) !== "" && !options.some(([code]) => code === textOf(path)) && <option value={textOf(path)}>{textOf(path)}</option>}
          {options.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
  const list = (path: string, label: string, hint?: string) => (
    <Words
      label={label}
      wrong={said(path)}
      readOnly={readOnly}
      {...(hint === undefined ? {} : { hint })}
      words={wordsOf(path)}
      onAdd={(word) => set((text) => addWord(text, path, word))}
      onRemove={(word) => set((text) => removeWord(text, path, word))}
    />
  );
  const priority = fields.get("words.priority");
  return (
    <div className="row-form">
      {line("code", o.list.public.code)}
      {line("name", o.list.public.name)}
      {matter && choice("group", o.list.kind["group"] ?? "", of("group").map((each) => [each.code, `${each.code} ${each.name}`] as const))}
      {matter && choice("mode", f.mode, MODES.map((each) => [each, t.triage.mode[each]] as const))}
      {matter && choice("lead", o.list.public.lead, units, f.by_district)}
      {matter && choice("lead_by_district", f.district, of("district").map((each) => [each.code, each.code] as const), f.no_district)}
      {matter && (
        <Words
          label={o.list.public.assist}
          wrong={said("assist")}
          readOnly={readOnly}
          words={wordsOf("assist")}
          nameOf={unitName}
          options={units.filter(([code]) => code !== textOf("lead"))}
          onAdd={(word) => set((text) => addWord(text, "assist", word))}
          onRemove={(word) => set((text) => removeWord(text, "assist", word))}
        />
      )}
      {matter && choice("urgency", t.form.urgency, URGENCIES.map((each) => [each, t.urgency[each]] as const), f.usual)}
      {matter && choice("limits", o.list.public.limits, of("limits").map((each) => [each.code, each.code] as const))}
      {line("basis", o.list.public.basis, true)}
      {line("say", f.say, true)}
      {list("words.any", f.any, f.any_hint)}
      {list("words.none", f.none)}
      {list("words.place", f.place)}
      <Labelled label={f.priority} wrong={said("words.priority")}>
        {(props) => (
          <input
            {...props}
            type="number"
            min={1}
            max={9}
            readOnly={readOnly}
            value={priority?.kind === "number" ? priority.value : 5}
            onChange={(event) => {
              const value = event.target.valueAsNumber;
              if (Number.isInteger(value)) set((text) => setNumber(text, "words.priority", value));
            }}
          />
        )}
      </Labelled>
      {matter && (
        <label className="row-form-check">
          <input type="checkbox" disabled={readOnly} checked={fields.get("beside")?.kind === "yes_no" && (fields.get("beside") as Extract<Value, { kind: "yes_no" }>).value} onChange={(event) => set((text) => setYesNo(text, "beside", event.target.checked))} /> {f.beside}
        </label>
      )}
      {[...fields].some(([path, field]) => field.kind === "other" && path !== "words.pattern") && <p className="hint wide">{f.others([...fields].filter(([, field]) => field.kind === "other").map(([path]) => path).join("、"))}</p>}
      {list("examples", f.examples, f.examples_hint)}
      {list("not", f.not)}
      <Examples code={textOf("code")} examples={wordsOf("examples")} not={wordsOf("not")} settled={settled} />
    </div>
  );
}

function Labelled({ label, wrong, wide = false, children }: { label: string; wrong: string; wide?: boolean; children: (props: { id: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) => ReactNode }) {
  const id = useId();
  return (
    <div className={wide ? "field wide" : "field"}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-invalid": wrong !== "", "aria-describedby": wrong === "" ? undefined : `${id}-wrong` })}
      {wrong !== "" && (
        <span className="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

interface WordsProps {
  label: string;
  wrong: string;
  hint?: string;
  readOnly: boolean;
  words: readonly string[];
  nameOf?: (word: string) => string;
  /** What may be chosen; without, anything may be typed. */
  options?: readonly (readonly [string, string])[];
  onAdd: (word: string) => void;
  onRemove: (word: string) => void;
}

/** Words one by one: Enter adds, Backspace in an empty box takes the last away. */
function Words({ label, wrong, hint, readOnly, words, nameOf = (word) => word, options, onAdd, onRemove }: WordsProps) {
  const f = useOfficeWords().list.form;
  const [typed, setTyped] = useState("");
  const add = () => {
    const word = typed.trim();
    if (word !== "") onAdd(word);
    setTyped("");
  };
  return (
    <Labelled label={label} wrong={wrong} wide>
      {(props) => (
        <div className="row-words">
          {words.map((word) => (
            <span key={word} className="chip">
              {nameOf(word)}
              {!readOnly && (
                <button type="button" aria-label={f.remove(nameOf(word))} onClick={() => onRemove(word)}>
                  ×
                </button>
              )}
            </span>
          ))}
          {!readOnly &&
            (options === undefined ? (
              <input
                {...props}
                autoComplete="off"
                placeholder={hint ?? f.add}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onBlur={add}
                onKeyDown={(event) => {
                  if (composing(event.nativeEvent)) return;
                  if (event.key === "Enter" && !event.ctrlKey) {
                    event.preventDefault();
                    add();
                  }
                  const last = words.at(-1);
                  if (event.key === "Backspace" && typed === "" && last !== undefined) onRemove(last);
                }}
              />
            ) : (
              <select {...props} value="" onChange={(event) => event.target.value !== "" && onAdd(event.target.value)}>
                <option value="">{f.add}</option>
                {options
                  .filter(([code]) => !words.includes(code))
                  .map(([code, name]) => (
                    <option key={code} value={code}>
                      {name}
                    </option>
                  ))}
              </select>
            ))}
        </div>
      )}
    </Labelled>
  );
}

type Outcome = { matter: string; ok: boolean };

/** Each example tried on the draft as it was saved: the same call as "try a sentence". */
function Examples({ code, examples, not, settled }: { code: string; examples: readonly string[]; not: readonly string[]; settled: boolean }) {
  const f = useOfficeWords().list.form;
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const about = JSON.stringify([code, examples, not]);
  useEffect(() => {
    setOutcomes(new Map());
    if (!settled) return;
    let over = false;
    const [row, yes, no] = JSON.parse(about) as [string, string[], string[]];
    void (async () => {
      for (const [sentence, belongs] of [...yes.map((each) => [each, true] as const), ...no.map((each) => [each, false] as const)]) {
        const said = await office.tryList(sentence, "").catch(() => null);
        if (over) return;
        const matter = said?.draft?.matter ?? "";
        if (said?.draft == null) continue;
        setOutcomes((old) => new Map(old).set(sentence, { matter, ok: (matter === row) === belongs }));
      }
    })();
    return () => {
      over = true;
    };
  }, [about, settled]);
  return (
    <div className="row-tries" role="status" aria-label={f.tried}>
      <h3>{f.tried}</h3>
      {!settled && <p className="dim">{f.unsettled}</p>}
      <ul>
        {[...examples, ...not].map((each) => {
          const outcome = outcomes.get(each);
          return outcome === undefined ? null : (
            <li key={each} className={outcome.ok ? "state-line well" : "state-line over"}>
              <i aria-hidden="true">{outcome.ok ? "✓" : "✗"}</i> {each} <span className="dim">→ {outcome.matter === "" ? f.nobody : outcome.matter}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
