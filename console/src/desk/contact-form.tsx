// The form of one contact: the narrative first and largest, then where, who, when.
import type { ReactNode, Ref } from "react";
import { isBlank, type Draft, type DraftField } from "../draft/drafts";
import { useWords } from "../words";
import { MarkedText } from "./marked";
import type { Mark } from "./suggest";

interface Props {
  draft: Draft;
  marks: readonly Mark[];
  narrative: Ref<HTMLTextAreaElement>;
  wrong: Map<string, string>;
  locked: boolean;
  unsaved: boolean;
  /** Below the place: where on the map it is. */
  pointLine: ReactNode;
  onChange: (fields: Partial<Pick<Draft, DraftField>>) => void;
  onComposing: (composing: boolean) => void;
}

/** As the server counts: letters of any plane, each one. Longer words stay in the box and are refused whole. */
const NARRATIVE_MOST = 4000;

const CHANNELS = ["phone", "sms", "web", "messenger", "mail", "counter"] as const;

/** "2026-11-22T14:02" in China's time, as the field wants it. */
function localNow(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16);
}

export function ContactForm({ draft, marks, narrative, wrong, locked, unsaved, pointLine, onChange, onComposing }: Props) {
  const t = useWords();
  const id = (name: string) => `contact-${name}`;
  const said = (name: string) =>
    wrong.get(name) === undefined ? null : (
      <span className="wrong" id={`${id(name)}-wrong`}>
        {wrong.get(name)}
      </span>
    );
  const common = (name: "place" | "caller_name" | "caller_number" | "contact_number") => ({
    id: id(name),
    autoComplete: "off",
    readOnly: locked,
    value: draft[name],
    "aria-invalid": wrong.has(name),
    "aria-describedby": wrong.has(name) ? `${id(name)}-wrong` : undefined,
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  const length = [...draft.narrative].length;
  return (
    <form className="panel contact" aria-label={`${t.form.draft} ${draft.letter}`} onSubmit={(event) => event.preventDefault()}
      // Every field: half a syllable of a place is no more for triage than half a syllable of a story.
      onCompositionStart={() => onComposing(true)}
      onCompositionEnd={() => onComposing(false)}
      onBlur={() => onComposing(false)}
    >
      <div className="field what">
        <label htmlFor={id("narrative")}>{t.form.what}</label>
        <span className={`count figures ${length > NARRATIVE_MOST ? "due over" : "dim"}`}>{length > NARRATIVE_MOST ? t.form.too_many(length, NARRATIVE_MOST) : t.form.chars(length)}</span>
        <MarkedText
          id={id("narrative")}
          ref={narrative}
          marks={marks}
          value={draft.narrative}
          placeholder={t.form.what_hint}
          readOnly={locked}
          autoFocus
          aria-invalid={wrong.has("narrative")}
          aria-describedby={wrong.has("narrative") ? `${id("narrative")}-wrong` : undefined}
          onChange={(event) => onChange({ narrative: event.target.value })}
        />
        {said("narrative")}
        {unsaved && !isBlank(draft) && (
          <p className="notice" role="alert">
            {t.form.only_here}
          </p>
        )}
      </div>
      <div className="field">
        <label htmlFor={id("place")}>{t.form.where}</label>
        <input {...common("place")} placeholder={t.form.where_hint} />
        {pointLine}
        {said("place")}
      </div>
      <div className="row">
        <div className="field">
          <label htmlFor={id("caller_number")}>{t.form.caller_number}</label>
          <input {...common("caller_number")} inputMode="tel" className="figures" />
          {said("caller_number")}
        </div>
        <div className="field">
          <label htmlFor={id("contact_number")}>{t.form.contact_number}</label>
          <input {...common("contact_number")} inputMode="tel" className="figures" placeholder={draft.caller_number.trim() === "" ? "" : t.form.contact_same} />
          {said("contact_number")}
        </div>
        <div className="field small">
          <label htmlFor={id("caller_name")}>{t.form.name}</label>
          <input {...common("caller_name")} />
        </div>
      </div>
      <div className="row">
        <div className="field">
          <label htmlFor={id("happened")}>{t.form.when}</label>
          {draft.happened === "" ? (
            <button id={id("happened")} type="button" className="as-input" disabled={locked} onClick={() => onChange({ happened: localNow() })}>
              {t.form.now}
            </button>
          ) : (
            <input id={id("happened")} type="datetime-local" value={draft.happened} readOnly={locked} onChange={(event) => onChange({ happened: event.target.value })} />
          )}
        </div>
        <div className="field">
          <label htmlFor={id("urgency")}>{t.form.urgency}</label>
          <select id={id("urgency")} value={draft.urgency} disabled={locked} onChange={(event) => onChange({ urgency: event.target.value as Draft["urgency"] })}>
            <option value="">{t.form.urgency_by_rule}</option>
            <option value="normal">{t.urgency.normal}</option>
            <option value="urgent">{t.urgency.urgent}</option>
            <option value="critical">{t.urgency.critical}</option>
          </select>
        </div>
        <div className="field small">
          <label htmlFor={id("channel")}>{t.form.channel}</label>
          <select id={id("channel")} value={draft.channel} disabled={locked} onChange={(event) => onChange({ channel: event.target.value })}>
            {CHANNELS.map((each) => (
              <option key={each} value={each}>
                {t.channel[each]}
              </option>
            ))}
          </select>
        </div>
        <label className="check">
          <input type="checkbox" checked={draft.confidential} disabled={locked} onChange={(event) => onChange({ confidential: event.target.checked })} />
          {t.form.confidential}
        </label>
      </div>
    </form>
  );
}
