// The small form of a command: focus goes in, Escape closes and keeps the words, Ctrl+Enter sends.
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from "react";
import { fieldName, Problem } from "../api/http";
import type { CaseCommand, CaseView } from "../api/types";
import { composing } from "../keys/keymap";
import { useKeys } from "../keys/use-keys";
import { readKept, writeKept } from "../draft/kept";
import { Failure, Key } from "../parts/signs";
import { useMatters, useSession, useUnits } from "../shell/session";
import { useWords } from "../words";
import { forms, lines, missing, returned, type Field, type Values } from "./forms";
import { ReplyChooser } from "./replies";

interface Props {
  command: string;
  /** Where its words are kept: the account is added here. */
  place: string;
  view?: CaseView | undefined;
  initial?: Values;
  busy: boolean;
  error: unknown;
  /** Shown above the fields: what will follow. */
  children?: ReactNode;
  onSend: (command: CaseCommand, forget: () => void) => void;
  onClose: () => void;
}

function restore(key: string, initial: Values): Values {
  try {
    const kept: unknown = JSON.parse(readKept(key) || "{}");
    return typeof kept === "object" && kept !== null ? { ...initial, ...(kept as Values) } : initial;
  } catch {
    return initial;
  }
}

export function CommandForm({ command, place, view, initial = {}, busy, error, children, onSend, onClose }: Props) {
  const t = useWords();
  const { me } = useSession();
  const matters = useMatters();
  const units = useUnits();
  const form = forms[command];
  const key = `${me.account.id}.${place}.${command}`;
  const [values, setValues] = useState<Values>(() => {
    const start: Values = { ...initial };
    // What can only be one thing needs no choosing.
    for (const field of form?.fields ?? []) {
      const choices = field.choices?.(t, { me, view }) ?? [];
      if (start[field.name] === undefined && field.required && choices[0] !== undefined && (choices.length === 1 || field.name === "mode")) {
        start[field.name] = choices[0][0];
      }
    }
    return restore(key, start);
  });
  const [lacking, setLacking] = useState<string[]>([]);
  const box = useRef<HTMLFormElement>(null);
  const id = useId();
  const cameFrom = useRef<Element | null>(null);

  useEffect(() => {
    cameFrom.current = document.activeElement;
    // What is chosen already before its neighbours: an arrow then starts from the choice.
    const first = box.current?.querySelector<HTMLElement>(".fields .field:not(.single), footer");
    const within = ["input:checked", "textarea, input, select", "button"].map((each) => first?.querySelector<HTMLElement>(each));
    within.find((each) => each != null)?.focus();
    return () => {
      // Focus goes back where the hands were, unless something else took it.
      const back = cameFrom.current;
      if (back instanceof HTMLElement && back.isConnected && (document.activeElement === null || document.activeElement === document.body)) back.focus();
    };
  }, []);

  const change = (name: string, value: string) => {
    setValues((old) => {
      const next = { ...old, [name]: value };
      writeKept(key, JSON.stringify(next));
      return next;
    });
    setLacking((old) => old.filter((each) => each !== name));
  };

  const submit = () => {
    if (form === undefined || busy) return;
    const lack = missing(form, values);
    setLacking(lack);
    if (lack.length > 0) {
      box.current?.querySelector<HTMLElement>(`[data-field="${lack[0] ?? ""}"]`)?.focus();
      return;
    }
    let built = form.build(values);
    if (command === "classify") {
      const matter = matters.find((each) => each.code === values["matter"]);
      built = { ...built, to: { desk: matter?.desk ?? null, matter: matter?.code ?? null, matter_name: matter?.name ?? "", urgency: values["urgency"] ?? "normal" } };
    }
    if (command === "ask_return" && (values["to"] ?? "") !== "") {
      const unit = units.find((each) => each.code === values["to"])?.name ?? values["to"] ?? "";
      built = returned(values, t.unit.back.suggestion(unit));
    }
    onSend(built, () => writeKept(key, ""));
  };

  useKeys([
    { key: "Escape", run: onClose, typing: true },
    { key: "Ctrl+Enter", run: submit, typing: true },
  ]);

  const fieldErrors = useMemo(() => {
    const map = new Map<string, string>();
    if (error instanceof Problem) for (const each of error.fields) map.set(fieldName(each.field), t.field_error[each.key] ?? each.detail ?? t.field.required);
    return map;
  }, [error, t]);

  if (form === undefined) return null;
  return (
    <form
      ref={box}
      className="command-form"
      aria-labelledby={`${id}-title`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <header>
        <h2 id={`${id}-title`}>{t.command[form.title]}</h2>
        {children}
        <span className="grow" />
        <button type="button" className="plain" onClick={onClose} title={t.action.escape}>
          {t.close} <Key name="Escape" />
        </button>
      </header>
      {command === "tell_to_dial" && me.links.length > 0 && <p className="hint warn">{t.dial_warning}</p>}
      {command === "settle_dispute" && <p className="hint">{t.settle_hint}</p>}
      {command === "give_result" && view !== undefined && (
        <ReplyChooser
          view={view}
          text={values["public_reply"] ?? ""}
          onText={(text, solved) => {
            change("public_reply", text);
            if (solved !== null && (values["solved"] ?? "") === "") change("solved", solved);
          }}
        />
      )}
      <div className="fields">
        {form.fields.map((field) => (
          <FieldBox
            key={field.name}
            id={`${id}-${field.name}`}
            field={field}
            value={values[field.name] ?? ""}
            view={view}
            wrong={fieldErrors.get(field.name) ?? (lacking.includes(field.name) ? t.field.required : null)}
            onChange={(value) => change(field.name, value)}
          />
        ))}
      </div>
      <footer>
        {error !== null && <Failure error={error} />}
        <span className="grow" />
        <button type="submit" className="primary" disabled={busy}>
          {busy ? t.form.sending : t.command[form.title]} <Key name="Ctrl+Enter" />
        </button>
      </footer>
    </form>
  );
}

interface FieldProps {
  id: string;
  field: Field;
  value: string;
  view: CaseView | undefined;
  wrong: string | null;
  onChange: (value: string) => void;
}

function FieldBox({ id, field, value, view, wrong, onChange }: FieldProps) {
  const t = useWords();
  const { me } = useSession();
  const label = t.field[field.label] as string;
  const described = wrong === null ? undefined : `${id}-wrong`;
  const common = { id, "data-field": field.name, "aria-invalid": wrong !== null, "aria-describedby": described, "aria-required": field.required };
  const wrongLine = wrong !== null && (
    <span className="wrong" id={`${id}-wrong`}>
      {wrong}
    </span>
  );
  if (field.kind === "choice") {
    const choices = field.choices?.(t, { me, view }) ?? [];
    if (choices.length === 0 && !field.required) return null;
    return (
      <fieldset className={`field choice ${choices.length === 1 ? "single" : ""}`} role="radiogroup" aria-describedby={described}>
        <legend>{label}</legend>
        <div>
          {choices.map(([choice, words, hint]) => (
            <label key={choice} title={hint}>
              <input
                type="radio"
                name={id}
                value={choice}
                data-field={field.name}
                checked={value === choice}
                onChange={() => onChange(choice)}
              />
              <span>{words}</span>
            </label>
          ))}
        </div>
        {wrongLine}
      </fieldset>
    );
  }
  return (
    <div className={`field ${field.kind}`}>
      <label htmlFor={id}>{label}</label>
      {field.kind === "long" || field.kind === "lines" ? (
        <textarea {...common} rows={field.kind === "lines" ? 4 : 2} value={value} onChange={(event) => onChange(event.target.value)} />
      ) : field.kind === "text" ? (
        <input {...common} type="text" autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Chooser {...common} field={field} value={value} onChange={onChange} />
      )}
      {wrongLine}
    </div>
  );
}

interface ChooserProps {
  id: string;
  field: Field;
  value: string;
  onChange: (value: string) => void;
  "data-field": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  "aria-required": boolean;
}

/** Units and matters by name, narrowed while typing; several units stand as chips before the box. */
function Chooser({ field, value, onChange, ...rest }: ChooserProps) {
  const t = useWords();
  const { me } = useSession();
  const units = useUnits();
  const matters = useMatters();
  const many = field.kind === "units";
  const options =
    field.kind === "matter"
      ? matters.map((each) => ({ code: each.code, name: each.name, more: `${each.code} ${t.desk[each.desk]}` }))
      : units.filter((each) => each.desk === me.platform.desk).map((each) => ({ code: each.code, name: each.name, more: each.duty }));
  const nameOf = (code: string) => options.find((each) => each.code === code)?.name ?? code;
  const chosen = many ? lines(value) : [];
  const [text, setText] = useState(() => (many || value === "" ? "" : nameOf(value)));
  const [unknown, setUnknown] = useState(false);
  const [known, setKnown] = useState(options.length);
  if (known !== options.length) {
    // The directory came after the form opened: show the name in place of the code.
    setKnown(options.length);
    if (!many && value !== "") setText(nameOf(value));
  }
  const list = `${rest.id}-list`;

  const match = (words: string) => {
    const wanted = words.trim();
    const exact = options.find((each) => each.name === wanted || each.code === wanted);
    if (exact !== undefined) return exact;
    const part = options.filter((each) => each.name.includes(wanted));
    return wanted !== "" && part.length === 1 ? part[0] : undefined;
  };
  const typed = (words: string) => {
    setText(words);
    setUnknown(false);
    const exact = options.find((each) => each.name === words.trim());
    if (many) {
      if (exact !== undefined) {
        if (!chosen.includes(exact.code)) onChange([...chosen, exact.code].join("\n"));
        setText("");
      }
    } else onChange(exact?.code ?? "");
  };
  const settle = () => {
    if (text.trim() === "") return;
    const found = match(text);
    if (found === undefined) {
      setUnknown(true);
      return;
    }
    if (many) {
      if (!chosen.includes(found.code)) onChange([...chosen, found.code].join("\n"));
      setText("");
    } else {
      onChange(found.code);
      setText(found.name);
    }
  };
  return (
    <span className="chooser">
      {chosen.map((code) => (
        <button key={code} type="button" className="chip" onClick={() => onChange(chosen.filter((each) => each !== code).join("\n"))} aria-label={`${t.field.remove} ${nameOf(code)}`}>
          {nameOf(code)} <span aria-hidden="true">×</span>
        </button>
      ))}
      <input
        {...rest}
        type="text"
        list={list}
        autoComplete="off"
        placeholder={t.field.unit_hint}
        value={text}
        onChange={(event) => typed(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (composing(event.nativeEvent)) return;
          if (event.key === "Enter" && !event.ctrlKey) {
            event.preventDefault();
            settle();
          } else if (event.key === "Enter") settle();
          else if (event.key === "Backspace" && text === "" && chosen.length > 0) onChange(chosen.slice(0, -1).join("\n"));
        }}
      />
      <datalist id={list}>
        {options.map((each) => (
          <option key={each.code} value={each.name}>
            {each.more}
          </option>
        ))}
      </datalist>
      {unknown && <span className="wrong">{field.kind === "matter" ? t.field.matter_unknown : t.field.unit_unknown}</span>}
    </span>
  );
}
