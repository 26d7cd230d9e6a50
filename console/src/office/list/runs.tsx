// The draft tried over past cases: how far it is, and what would go elsewhere.
import { useEffect, useState } from "react";
import { useAnswer } from "../../live/cache";
import { Time } from "../../parts/signs";
import { Link } from "../../route/link";
import { casePath } from "../../route/router";
import { useSession } from "../../shell/session";
import { office, type ListOffice, type ListRun } from "../calls";
import { Doings, Fault, Rows, usePoll } from "../parts";
import { useSending } from "../sending";
import { useOfficeWords, useWords } from "../words";
import { touchList } from "./list";

type Result = NonNullable<ListRun["result"]>;
type Place = Result["moved"][number]["from"];

export function RunPlace({ list, edits }: { list: ListOffice; edits: boolean }) {
  const o = useOfficeWords();
  const id = list.run?.id ?? "";
  const entry = useAnswer(`office:list:run:${id}`, async () => (id === "" ? null : office.run(id)));
  const [days, setDays] = useState("90");
  const sending = useSending();
  // What is asked for itself is fresher than what came with the list.
  const run = entry.value?.id === id ? entry.value : (list.run ?? null);
  const running = run?.state === "running";
  usePoll((key) => running && key === `office:list:run:${id}`, 700);
  useEffect(() => {
    if (!running) touchList();
  }, [running]);
  const begin = async () => {
    await sending.send({ run: days, at: Date.now() }, (key) => office.beginRun(days === "" ? null : Number(days), key));
    touchList();
  };
  const stop = async () => {
    await sending.send({ stop: id }, (key) => office.cancelRun(id, key));
    touchList();
  };
  const off = !edits || list.draft === null || list.draft === undefined;
  return (
    <section className="office-main" aria-label={o.list.run}>
      <div className="office-find">
        <Doings
          label={o.list.run}
          busy={sending.busy}
          actions={[
            { id: "list_run", label: o.list.run, key: "r", run: () => void begin(), off: off || running, primary: !running },
            { id: "list_stop", label: o.list.run_stop, key: "s", run: () => void stop(), off: !running || !edits },
          ]}
        />
        <label htmlFor="list-days">{o.list.run_days}</label>
        <select id="list-days" value={days} onChange={(event) => setDays(event.target.value)}>
          {Object.entries(o.list.days)
            .sort(([a], [b]) => (Number(a) || Infinity) - (Number(b) || Infinity))
            .map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
        </select>
      </div>
      {sending.error !== null && <Fault error={sending.error} />}
      {run === null ? (
        <p className="empty">{off ? o.list.no_draft : o.list.run_none}</p>
      ) : (
        <>
          <p className={`state-line ${run.state === "done" ? "well" : running ? "" : "soon"}`} role="status">
            <i aria-hidden="true">●</i> {o.list.run_state[run.state] ?? run.state} <span className="figures">{o.list.run_of(run.done, run.total)}</span>
            <span className="dim">
              {o.list.run_by(run.started_by, run.revision)} <Time at={run.started_at} />
            </span>
          </p>
          {running && <progress value={run.done} max={Math.max(run.total, 1)} aria-label={o.list.run_of(run.done, run.total)} />}
          {run.result != null && <Difference found={run.result} />}
        </>
      )}
      <p className="hint">{o.list.run_hint}</p>
    </section>
  );
}

function Difference({ found }: { found: Result }) {
  const o = useOfficeWords();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <div className="list-found">
      <p>
        {o.list.counted(found.cases, found.wordless)} {found.changed === 0 ? <b>{o.list.same}</b> : <b>{o.list.change(found.changed)}</b>}{" "}
        {found.changed > 0 && (
          <span className="dim figures">
            {o.list.to_desk(found.desk)} · {o.list.to_matter(found.matter)} · {o.list.to_lead(found.lead)}
          </span>
        )}
      </p>
      {found.moved.length > 0 && (
        <Rows
          label={o.list.change(found.changed)}
          rows={found.moved}
          idOf={(each) => each.no}
          chosen={chosen ?? found.moved[0]?.no ?? null}
          onChoose={setChosen}
          empty={o.list.same}
          columns={[
            { name: o.list.case, cell: (each) => <CaseNo no={each.no} />, className: "figures" },
            { name: `${o.list.before} ${found.labels[0]}`, cell: (each) => <Where place={each.from} /> },
            { name: `${o.list.after} ${found.labels[1]}`, cell: (each) => <Where place={each.to} />, className: "wide" },
          ]}
        />
      )}
      <div className="list-more">
        {found.no_row > 0 && (
          <section aria-label={o.list.rowless} tabIndex={0} role="region">
            <h3>{o.list.no_row(found.no_row, found.no_row_new)}</h3>
            <ul className="figures">
              {found.rowless.map((no) => (
                <li key={no}>
                  <CaseNo no={no} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {found.together.length > 0 && (
          <section aria-label={o.list.together} tabIndex={0} role="region">
            <h3>{o.list.together}</h3>
            <ul>
              {found.together.map((each) => (
                <li key={`${each.first} ${each.second}`}>
                  {each.first} + {each.second} <span className="dim figures">{o.list.together_of(each.cases)}</span> <CaseNo no={each.no} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

/** A case's number; a link for who may read cases. */
function CaseNo({ no }: { no: string }) {
  const { me } = useSession();
  return me.may.includes("list_cases") ? <Link href={casePath(no)}>{no}</Link> : <span className="figures">{no}</span>;
}

function Where({ place }: { place: Place }) {
  const o = useOfficeWords();
  const t = useWords();
  if (place.matter === "") return <span className="dim">{o.list.said_nobody}</span>;
  return (
    <>
      {place.desk != null && <span className="dim">{t.desk[place.desk as "police" | "hotline"]}</span>} {place.matter} {place.matter_name} <span className="dim">{place.lead_name}</span>
    </>
  );
}
