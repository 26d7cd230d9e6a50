// The conditions at the left, each with how many cases it would leave.
import { useId, useState } from "react";
import { Key } from "../parts/signs";
import { useMatters, useUnits } from "../shell/session";
import { useWords } from "../words";
import { monthDays, monthOf, type Conditions, type ListName } from "./question";
import type { Facet, FacetName, Facets } from "./types";

const SHOWN = 6;
const ORDER: FacetName[] = ["state", "desk", "matter", "unit", "month"];
const CHANNELS = ["phone", "sms", "web", "messenger", "mail", "counter", "peer"] as const;

export function FacetColumn({ facets, conditions, onChange }: { facets: Facets | null; conditions: Conditions; onChange: (next: Conditions) => void }) {
  const t = useWords();
  const id = useId();
  const month = monthOf(conditions);
  const chosen: Record<FacetName, string[]> = { state: conditions.state, desk: conditions.desk, matter: conditions.matter, unit: conditions.unit, month: month === "" ? [] : [month] };
  const toggle = (name: FacetName, value: string) => {
    const had = chosen[name].includes(value);
    if (name === "month") onChange({ ...conditions, ...(had ? { from: "", to: "" } : monthDays(value)) });
    else onChange({ ...conditions, [name as ListName]: had ? chosen[name].filter((each) => each !== value) : [...chosen[name], value] });
  };
  return (
    <aside className="facets" aria-label={t.search.filters}>
      <h2>
        {t.search.filters} <Key name="f" />
      </h2>
      {ORDER.map((name) => (
        <FacetGroup key={name} name={name} facets={facets?.[name] ?? []} chosen={chosen[name]} onToggle={(value) => toggle(name, value)} />
      ))}
      <fieldset className="facet-more">
        <legend className="hidden">{t.search.filters}</legend>
        <label className="check">
          <input type="checkbox" checked={conditions.danger} onChange={(event) => onChange({ ...conditions, danger: event.target.checked })} />
          {t.search.danger}
        </label>
        <label htmlFor={`${id}-urgency`}>{t.search.urgency}</label>
        <select id={`${id}-urgency`} value={conditions.urgency} onChange={(event) => onChange({ ...conditions, urgency: event.target.value as Conditions["urgency"] })}>
          <option value="">{t.search.urgency_any}</option>
          <option value="urgent">{t.search.urgency_urgent}</option>
          <option value="critical">{t.search.urgency_critical}</option>
        </select>
        <label htmlFor={`${id}-channel`}>{t.search.channel}</label>
        <select id={`${id}-channel`} value={conditions.channel[0] ?? ""} onChange={(event) => onChange({ ...conditions, channel: event.target.value === "" ? [] : [event.target.value] })}>
          <option value="">{t.search.channel_any}</option>
          {CHANNELS.map((each) => (
            <option key={each} value={each}>
              {t.channel[each]}
            </option>
          ))}
        </select>
        <label htmlFor={`${id}-from`}>{t.search.from}</label>
        <input id={`${id}-from`} type="date" value={conditions.from} max={conditions.to === "" ? undefined : conditions.to} onChange={(event) => onChange({ ...conditions, from: event.target.value })} />
        <label htmlFor={`${id}-to`}>{t.search.to}</label>
        <input id={`${id}-to`} type="date" value={conditions.to} min={conditions.from === "" ? undefined : conditions.from} onChange={(event) => onChange({ ...conditions, to: event.target.value })} />
      </fieldset>
    </aside>
  );
}

function FacetGroup({ name, facets, chosen, onToggle }: { name: FacetName; facets: readonly Facet[]; chosen: readonly string[]; onToggle: (value: string) => void }) {
  const t = useWords();
  const units = useUnits();
  const matters = useMatters();
  const [all, setAll] = useState(false);
  const label = (facet: Facet): string => {
    if (name === "state") return t.status[facet.value as keyof typeof t.status] ?? facet.value;
    if (name === "desk") return t.desk[facet.value as keyof typeof t.desk] ?? facet.value;
    if (facet.name !== "") return facet.name;
    if (name === "unit") return units.find((unit) => unit.code === facet.value)?.name ?? facet.value;
    if (name === "matter") return matters.find((matter) => matter.code === facet.value)?.name ?? facet.value;
    return facet.value;
  };
  // What is chosen stays in sight, also when it leaves nothing.
  const lost = chosen.filter((value) => !facets.some((facet) => facet.value === value)).map((value): Facet => ({ value, name: "", count: 0 }));
  const shown = [...lost, ...facets.filter((facet, i) => all || i < SHOWN || chosen.includes(facet.value))];
  const more = lost.length + facets.length - shown.length;
  if (shown.length === 0) return null;
  return (
    <fieldset className="facet">
      <legend>{t.search.facet[name]}</legend>
      {shown.map((facet) => (
        <label key={facet.value} className="check">
          <input type="checkbox" checked={chosen.includes(facet.value)} onChange={() => onToggle(facet.value)} />
          <span className="facet-name" title={label(facet)}>
            {label(facet)}
          </span>
          <span className="figures dim">{facet.count}</span>
        </label>
      ))}
      {(more > 0 || all) && (
        <button type="button" className="plain" onClick={() => setAll(!all)}>
          {all ? t.search.fewer : t.search.more(more)}
        </button>
      )}
    </fieldset>
  );
}
