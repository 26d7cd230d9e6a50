// The site's own names of places: what the map lacks and what people call it; new ones come from what callers say.
import { useState } from "react";
import { Problem } from "../api/http";
import { cache, useAnswer } from "../live/cache";
import { office, type PlaceName, type PlaceNamesChanged, type PlaceProposal } from "./calls";
import { Answered, Doings, Done, Fault, Field, FormDialog, Rows, type Said, useFields } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, useWords } from "./words";

const KINDS = ["estate", "landmark", "road"] as const;
type Kind = (typeof KINDS)[number];

const shown = (point: { lon: number; lat: number } | null | undefined) => (point == null ? "" : `${point.lon.toFixed(5)}, ${point.lat.toFixed(5)}`);

/** "125.6, 27.5" as it is copied from a map; nothing if it is no pair of degrees. */
export function readPoint(text: string): { lon: number; lat: number } | null {
  const parts = text.trim().split(/[\s,，]+/);
  if (parts.length !== 2) return null;
  const [lon, lat] = parts.map(Number) as [number, number];
  return Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

interface Sheet {
  name: string;
  kind: Kind;
  aliases: string;
  point: string;
}

export function Places() {
  const o = useOfficeWords();
  const [find, setFind] = useState("");
  const entry = useAnswer(`office:places:${find}`, () => office.places(find));
  const names = entry.value?.names ?? [];
  const proposed = entry.value?.proposed ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const current = names.find((each) => each.name === chosen) ?? names[0];
  const [offered, setOffered] = useState<string | null>(null);
  const offer = proposed.find((each) => each.name === offered) ?? proposed[0];
  const [form, setForm] = useState<{ sheet: Sheet; title: string } | "import" | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();

  const after = (done: PlaceNamesChanged | null, gone: readonly string[]) => {
    if (done === null) return false;
    cache.touch((key) => key.startsWith("office:places:"));
    const undo = async () => {
      const before = new Set(done.before.map((each) => each.name));
      const remove = [...done.put.map((each) => each.name), ...done.refused].filter((each) => !before.has(each));
      const back = await sending.send({ undo: Date.now() }, (key) => office.setPlaces({ put: done.before, remove, refuse: [] }, key));
      cache.touch((key) => key.startsWith("office:places:"));
      return back !== null;
    };
    setSaid({ text: done.refused.length > 0 ? o.places.refused(done.refused.join("、")) : o.places.changed(done.put.length, gone.length), undo });
    return true;
  };
  const remove = async (name: string) => after(await sending.send({ remove: name, at: Date.now() }, (key) => office.setPlaces({ put: [], remove: [name], refuse: [] }, key)), [name]);
  const refuse = async (name: string) => after(await sending.send({ refuse: name, at: Date.now() }, (key) => office.setPlaces({ put: [], remove: [], refuse: [name] }, key)), []);
  const open = (title: string, sheet: Sheet) => (sending.clear(), setForm({ title, sheet }));
  return (
    <div className="office-one">
      <div className="office-find">
        <label className="hidden" htmlFor="place-find">
          {o.places.find}
        </label>
        <input id="place-find" type="search" autoComplete="off" placeholder={o.places.find} value={find} onChange={(event) => setFind(event.target.value)} />
        <span className="dim">{entry.value === undefined ? "" : o.places.counts(entry.value.matching, entry.value.all)}</span>
      </div>
      <Doings
        label={o.section.places}
        busy={sending.busy}
        actions={[
          { id: "place_add", label: o.places.add, key: "n", run: () => open(o.places.add, { name: "", kind: "estate", aliases: "", point: "" }), primary: true },
          { id: "place_change", label: o.places.change, key: "e", run: () => current !== undefined && open(o.places.change, { name: current.name, kind: current.kind as Kind, aliases: (current.aliases ?? []).join("、"), point: shown(current.point) }), off: current === undefined },
          { id: "place_import", label: o.places.import, key: "i", run: () => (sending.clear(), setForm("import")) },
          { id: "place_remove", label: o.places.remove, key: "Delete", run: () => current !== undefined && void remove(current.name), off: current === undefined },
        ]}
      />
      <Done said={said} onClose={setSaid} />
      {form === null && sending.error !== null && <Fault error={sending.error} />}
      <p className="hint">{o.places.effect}</p>
      <Answered entry={entry}>
        <Rows
          label={o.section.places}
          rows={names}
          idOf={(each: PlaceName) => each.name}
          chosen={current?.name ?? null}
          onChoose={setChosen}
          empty={find === "" ? o.places.none : o.places.no_match(find)}
          columns={[
            { name: o.places.name, cell: (each) => each.name, className: "wide" },
            { name: o.places.kind, cell: (each) => o.places.kinds[each.kind as Kind] },
            { name: o.places.aliases, cell: (each) => (each.aliases ?? []).join("、") },
            { name: o.places.point, cell: (each) => shown(each.point), className: "figures" },
          ]}
        />
        <section aria-label={o.places.proposed}>
          <h2>{o.places.proposed}</h2>
          <p className="hint">{o.places.proposed_hint(entry.value?.read ?? 0)}</p>
          {offer === undefined ? (
            <p className="empty">{o.places.proposed_none}</p>
          ) : (
            <>
              <Offers rows={proposed} current={offer.name} onChoose={setOffered} />
              <Doings
                label={o.places.proposed}
                busy={sending.busy}
                actions={[
                  { id: "place_take", label: o.places.take(offer.name), key: "y", run: () => open(o.places.take(offer.name), { name: offer.name, kind: offer.kind as Kind, aliases: "", point: shown(offer.point) }) },
                  { id: "place_refuse", label: o.places.refuse(offer.name), key: "x", run: () => void refuse(offer.name) },
                ]}
              />
            </>
          )}
        </section>
      </Answered>
      {form !== null && form !== "import" && (
        <NameForm
          {...form}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (put, forget) => {
            const done = await sending.send({ put, at: Date.now() }, (key) => office.setPlaces({ put: [put], remove: [], refuse: [] }, key));
            if (!after(done, [])) return;
            forget();
            setForm(null);
            setChosen(put.name);
          }}
        />
      )}
      {form === "import" && (
        <ImportForm
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (text, name, forget) => {
            if (!after(await sending.send({ text }, (key) => office.importPlaces(text, name, key)), [])) return;
            forget();
            setForm(null);
          }}
        />
      )}
    </div>
  );
}

function Offers({ rows, current, onChoose }: { rows: readonly PlaceProposal[]; current: string; onChoose: (name: string) => void }) {
  const o = useOfficeWords();
  return (
    <ul className="offers">
      {rows.map((each) => (
        <li key={each.name}>
          <button type="button" aria-pressed={each.name === current} onClick={() => onChoose(each.name)}>
            {each.name} <span className="dim">{o.places.seen(o.places.kinds[each.kind as Kind], each.seen)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface FormOf {
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

function NameForm({ sheet, title, busy, error, onClose, onSend }: FormOf & { sheet: Sheet; title: string; onSend: (name: PlaceName, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const [values, set, forget] = useFields(`places.${sheet.name}`, { ...sheet });
  const point = readPoint(values.point);
  // The server names the field by its place in the list.
  const own = error instanceof Problem ? new Problem(error.key, error.status, error.detail, error.fields.map((each) => ({ ...each, field: each.field.replace("put[0].", "") }))) : error;
  const send = () => {
    if (point === null) return;
    const aliases = values.aliases.split(/[、;；|]/).map((each) => each.trim()).filter((each) => each !== "");
    void onSend({ name: values.name.trim(), kind: values.kind as Kind, aliases, district: "", houses: 0, point: { ...point, datum: "wgs84" } }, forget);
  };
  return (
    <FormDialog title={title} submit={o.places.keep} busy={busy} ready={point !== null && values.name.trim().length >= 2} error={error} onClose={onClose} onSend={send}>
      <Field label={o.places.name} name="name" error={own}>
        {(props) => <input {...props} autoFocus autoComplete="off" maxLength={40} value={values.name} onChange={(event) => set("name", event.target.value)} />}
      </Field>
      <fieldset className="pick">
        <legend>{o.places.kind}</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input type="radio" name="place-kind" checked={values.kind === kind} onChange={() => set("kind", kind)} />
            <span>{o.places.kinds[kind]}</span>
          </label>
        ))}
      </fieldset>
      <Field label={o.places.aliases} name="aliases" error={own} hint={o.places.aliases_hint}>
        {(props) => <input {...props} autoComplete="off" value={values.aliases} onChange={(event) => set("aliases", event.target.value)} />}
      </Field>
      <Field label={o.places.point} name="point" error={own} hint={values.point.trim() !== "" && point === null ? o.places.point_wrong : o.places.point_hint}>
        {(props) => <input {...props} autoComplete="off" inputMode="decimal" value={values.point} onChange={(event) => set("point", event.target.value)} />}
      </Field>
    </FormDialog>
  );
}

function ImportForm({ busy, error, onClose, onSend }: FormOf & { onSend: (text: string, name: string, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const t = useWords();
  const [values, set, forget] = useFields("places.import", { text: "", name: "" });
  const lines = error instanceof Problem && error.key === "invalid" ? error.fields : [];
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    set("text", await file.text());
    set("name", file.name);
  };
  return (
    <FormDialog title={o.places.import} hint={o.places.import_hint} submit={o.places.import} busy={busy} ready={values.text.trim() !== ""} error={lines.length > 0 ? null : error} onClose={onClose} onSend={() => void onSend(values.text, values.name, forget)}>
      <Field label={o.calendar.import_file} name="file" error={null}>
        {(props) => <input {...props} type="file" accept=".csv,text/csv,text/plain" autoFocus onChange={(event) => void choose(event.target.files?.[0])} />}
      </Field>
      <Field label={o.calendar.import_text} name="text" error={null}>
        {(props) => <textarea {...props} rows={8} spellCheck={false} placeholder={o.places.import_sample} value={values.text} onChange={(event) => set("text", event.target.value)} />}
      </Field>
      {lines.length > 0 && (
        <div className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <ul>
            {lines.slice(0, 12).map((each) => (
              <li key={`${each.field}${each.key}`}>{o.calendar.line(each.field.replace("line ", ""), o.field_error[each.key] ?? t.field_error[each.key] ?? each.detail ?? each.key)}</li>
            ))}
            {lines.length > 12 && <li>… {o.rows(lines.length)}</li>}
          </ul>
        </div>
      )}
    </FormDialog>
  );
}
