// Reading the audit trail: by person, deed, thing and time; the readers of one case are one key away.
import { useEffect, useState } from "react";
import { useAnswer } from "../live/cache";
import { More } from "../parts/more";
import { Time } from "../parts/signs";
import { navigate } from "../route/router";
import { exact } from "../time/format";
import { asked, office, type AuditLine } from "./calls";
import { Pair } from "./links";
import { Answered, Doings, Rows, usePoll } from "./parts";
import { officePath } from "./sections";
import { useOfficeWords } from "./words";

/** The first moment of a civil day of the platform's one zone. */
export function startOf(day: string): number | undefined {
  const at = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(at) ? undefined : at;
}

const DAY = 86_400_000;

export function Audit({ query }: { query: URLSearchParams }) {
  const o = useOfficeWords();
  const start = { actor: query.get("actor") ?? "", action: query.get("action") ?? "", resource: query.get("resource") ?? "", from: query.get("from") ?? "", to: query.get("to") ?? "" };
  const [values, setValues] = useState(start);
  const [slow, setSlow] = useState(start);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(values), 300);
    return () => clearTimeout(timer);
  }, [values]);
  const until = startOf(slow.to);
  const filter = { actor: slow.actor, action: slow.action, resource: slow.resource, from: startOf(slow.from), to: until === undefined ? undefined : until + DAY, limit: 100 };
  const name = `office:audit:${JSON.stringify(filter)}`;
  const entry = useAnswer(name, () => office.audit(filter));
  const [more, setMore] = useState<{ items: AuditLine[]; next: number | null } | null>(null);
  useEffect(() => setMore(null), [name]);
  // What is read further down must not move; the head is looked at again while it is the end.
  usePoll((key) => key === name && more === null, 10_000);
  const items = [...(entry.value?.items ?? []), ...(more?.items ?? [])];
  const next = more === null ? (entry.value?.next ?? null) : more.next;
  const [chosen, setChosen] = useState<string | null>(null);
  const current = items.find((each) => String(each.pos) === chosen) ?? items[0];
  const set = (key: keyof typeof start, value: string) => setValues((old) => ({ ...old, [key]: value }));
  const readers = (line: AuditLine) => navigate(officePath("audit", asked({ action: "unmask", resource: line.resource_no ?? line.resource })));
  const plain = Object.values(values).every((each) => each === "");
  const who = (line: AuditLine) => (line.actor === "" ? o.audit.machine : line.actor_name === "" ? line.actor : line.actor_name);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.section.audit}>
        <form className="audit-filter" role="search" onSubmit={(event) => event.preventDefault()}>
          <label>
            {o.audit.person}
            <input autoComplete="off" placeholder={o.audit.person_hint} value={values.actor} onChange={(event) => set("actor", event.target.value)} />
          </label>
          <label>
            {o.audit.action}
            <select value={values.action} onChange={(event) => set("action", event.target.value)}>
              <option value="">{o.audit.any}</option>
              {Object.entries(o.audit.deeds).map(([deed, words]) => (
                <option key={deed} value={deed}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <label>
            {o.audit.resource}
            <input autoComplete="off" placeholder={o.audit.resource_hint} value={values.resource} onChange={(event) => set("resource", event.target.value)} />
          </label>
          <label>
            {o.audit.from}
            <input type="date" value={values.from} onChange={(event) => set("from", event.target.value)} />
          </label>
          <label>
            {o.audit.to}
            <input type="date" value={values.to} onChange={(event) => set("to", event.target.value)} />
          </label>
        </form>
        <Doings
          label={o.section.audit}
          actions={[
            { id: "audit_readers", label: o.audit.readers, key: "r", run: () => current !== undefined && readers(current), off: current?.resource_no == null },
            {
              id: "audit_clear",
              label: o.audit.clear,
              key: "x",
              run: () => {
                setValues({ actor: "", action: "", resource: "", from: "", to: "" });
                navigate(officePath("audit"), true);
              },
              off: plain,
            },
          ]}
        />
        <Answered entry={entry}>
          <Rows
            label={o.section.audit}
            rows={items}
            idOf={(each) => String(each.pos)}
            chosen={current === undefined ? null : String(current.pos)}
            onChoose={setChosen}
            empty={o.audit.none}
            columns={[
              { name: o.audit.at, cell: (each) => <Time at={each.at} />, className: "figures" },
              { name: o.audit.who, cell: (each) => who(each) },
              { name: o.audit.did, cell: (each) => o.audit.deeds[each.action] ?? each.action },
              { name: o.audit.what, cell: (each) => each.resource_no ?? each.resource, className: "figures" },
              { name: o.audit.why, cell: (each) => each.reason, className: "wide" },
            ]}
          />
        </Answered>
        {next !== null && (
          <More label={o.audit.more} onMore={() => void office.audit({ ...filter, after: next }).then((page) => setMore((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next ?? null })), entry.again)} />
        )}
      </section>
      <aside className="office-side" aria-label={o.audit.detail} tabIndex={0}>
        {current === undefined ? (
          <p className="empty">{o.choose}</p>
        ) : (
          <dl className="pairs">
            <Pair name={o.audit.position}>{current.pos}</Pair>
            <Pair name={o.audit.at}>{exact(current.at)}</Pair>
            <Pair name={o.audit.who}>
              {who(current)} {current.actor_login !== "" && <span className="dim">{current.actor_login}</span>}
            </Pair>
            <Pair name={o.audit.did}>{o.audit.deeds[current.action] ?? current.action}</Pair>
            <Pair name={o.audit.what}>{current.resource_no ?? current.resource}</Pair>
            {current.reason !== "" && <Pair name={o.audit.why}>{current.reason}</Pair>}
            {current.detail !== "" && (
              <Pair name={o.audit.detail}>
                <code>{current.detail}</code>
              </Pair>
            )}
          </dl>
        )}
      </aside>
    </div>
  );
}
