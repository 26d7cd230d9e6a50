// The duty roster: a week by unit, who is on now, gaps ahead, swaps, test calls.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import "../office/office.css";
import { Answered, Doings, Done, Fault, Rows, type Said, usePoll } from "../office/parts";
import { useSending } from "../office/sending";
import { Key, Time } from "../parts/signs";
import { useSession } from "../shell/session";
import { DAY, day, hhmm } from "../time/format";
import { reach, type Roster, type RosterOrder, type UnitRoster } from "./calls";
import { TestForm, UnitForms } from "./roster-forms";
import { useReachWords } from "./words";
import "./reach.css";

const touch = () => cache.touch((key) => key.startsWith("roster:") || key.startsWith("duty:") || key === "duty-tests");

export default function RosterPage() {
  const r = useReachWords();
  const w = r.roster;
  const [from, setFrom] = useState("");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const { me } = useSession();
  const [said, setSaid] = useState<Said | null>(null);
  const [testing, setTesting] = useState(false);
  const sending = useSending();
  const entry = useAnswer(`roster:${from}`, () => reach.roster(from));
  usePoll((key) => key === `roster:${from}`, 60_000);
  // The week that was shown stays, keys and all, until the next one is there.
  const [kept, setKept] = useState<Roster>();
  if (entry.value !== undefined && entry.value !== kept) setKept(entry.value);
  const roster = entry.value ?? kept;
  const days = roster?.days ?? [];
  const move = (by: number) => days[0] !== undefined && setFrom(day(days[0] + by * 7 * DAY + DAY / 2));
  const wanted = text.trim();
  const rows = (roster?.units ?? []).filter((each) => wanted === "" || each.name.includes(wanted) || each.unit.includes(wanted));
  // One's own unit first: who looks in here mostly wants that.
  const current = rows.find((each) => each.unit === chosen) ?? rows.find((each) => each.unit === me.account.unit) ?? rows[0];
  const gappy = roster?.units.filter((each) => each.gaps.length > 0) ?? [];
  const gaps = gappy.reduce((sum, each) => sum + each.gaps.length, 0);
  const unnamed = roster?.units.filter((each) => each.unnamed).length ?? 0;
  const change = async (unit: string, order: RosterOrder, words = w.saved) => {
    const done = await sending.send({ unit, order }, (key) => reach.keep(unit, order, key));
    if (done === null) return false;
    touch();
    setSaid({ text: words });
    return true;
  };
  return (
    <main className="office">
      <header className="office-head">
        <h1>{w.title}</h1>
        {days[0] !== undefined && <span className="figures dim">{w.week(day(days[0]), day((days.at(-1) ?? days[0]) + DAY / 2))}</span>}
        {gaps > 0 && (
          <span className="sign task" role="status">
            <i aria-hidden="true">▲</i>
            {w.gap_warning(gappy.length, gaps)}
          </span>
        )}
        {unnamed > 0 && <span className="sign quiet">{w.unnamed_count(unnamed)}</span>}
      </header>
      <div className="office-two">
        <section className="office-main week" aria-label={w.title}>
          <div className="office-find">
            <label className="hidden" htmlFor="roster-find">
              {w.find}
            </label>
            <input id="roster-find" type="search" autoComplete="off" placeholder={w.find} value={text} onChange={(event) => setText(event.target.value)} />
          </div>
          <Doings
            label={w.title}
            busy={sending.busy}
            actions={[
              { id: "roster_earlier", label: w.earlier, key: "[", run: () => move(-1) },
              { id: "roster_later", label: w.later, key: "]", run: () => move(1) },
              ...(roster?.tests === true ? [{ id: "roster_test", label: w.test, key: "t", run: () => (sending.clear(), setTesting(true)) }] : []),
            ]}
          />
          <Done said={said} onClose={setSaid} />
          <Answered entry={{ ...entry, value: roster }}>
            <Rows
              label={w.title}
              rows={rows}
              idOf={(each) => each.unit}
              chosen={current?.unit ?? null}
              onChoose={setChosen}
              empty={w.none}
              columns={[
                { name: w.unit, cell: (each) => <b>{each.name}</b> },
                { name: w.now, cell: (each) => <Now unit={each} /> },
                ...days.map((at) => ({ name: day(at + DAY / 2).slice(5), cell: (each: UnitRoster) => <Shifts unit={each} at={at} />, className: "figures" })),
              ]}
            />
          </Answered>
        </section>
        <aside className="office-side" aria-label={current?.name ?? w.title}>
          {current !== undefined && <Side roster={roster} unit={current} change={change} sending={sending} say={setSaid} quiet={testing} />}
        </aside>
      </div>
      {testing && (
        <TestForm
          sending={sending}
          onClose={() => setTesting(false)}
          onDone={() => {
            setTesting(false);
            setSaid({ text: w.test_sent });
            touch();
          }}
        />
      )}
    </main>
  );
}

function Now({ unit }: { unit: UnitRoster }) {
  const w = useReachWords().roster;
  const first = unit.on_now[0];
  if (first !== undefined) return <span>{unit.on_now.map((each) => each.name).join("、")}</span>;
  return <span className={unit.serves_now ? "sign danger" : "sign quiet"}>{unit.serves_now ? w.nobody : w.off_hours}</span>;
}

function Shifts({ unit, at }: { unit: UnitRoster; at: number }) {
  const w = useReachWords().roster;
  const on = unit.shifts.filter((each) => each.from >= at && each.from < at + DAY);
  const gap = unit.gaps.some((each) => each.from < at + DAY && each.to > at);
  return (
    <>
      {on.map((each) => (
        <span key={`${each.rank}-${each.from}-${each.person}`} className="duty-shift" title={`${hhmm(each.from)}–${hhmm(each.to)}`}>
          {each.stands_in && "⇄"}
          {each.name}
        </span>
      ))}
      {gap && (
        <span className="duty-gap" title={w.gaps}>
          ▲
        </span>
      )}
    </>
  );
}

interface SideProps {
  roster: Roster | undefined;
  unit: UnitRoster;
  change: (unit: string, order: RosterOrder, words?: string) => Promise<boolean>;
  sending: ReturnType<typeof useSending>;
  say: (said: Said) => void;
  quiet: boolean;
}

function Side({ roster, unit, change, sending, say, quiet }: SideProps) {
  const r = useReachWords();
  const w = r.roster;
  const duty = useAnswer(`duty:${unit.unit}`, () => reach.duty(unit.unit));
  const tests = useAnswer(roster?.tests === true ? "duty-tests" : null, reach.tests);
  usePoll((key) => key === "duty-tests", 10_000);
  const swaps = (roster?.swaps ?? []).filter((each) => each.unit === unit.unit);
  const first = swaps.find((each) => each.decides);
  const decide = (decision: string) => first !== undefined && void change(unit.unit, { change: "decide_swap", id: first.id, decision });
  const known = duty.value;
  const nameOf = (id: string) => known?.people.find((each) => each.id === id)?.name ?? "—";
  const last = tests.value?.[0];
  return (
    <>
      <h2 className="big">{unit.name}</h2>
      {known !== undefined && <UnitForms key={unit.unit} duty={known} unit={unit} change={change} sending={sending} say={say} quiet={quiet} />}
      {first !== undefined && (
        <Doings
          label={w.swaps}
          busy={sending.busy}
          actions={[
            { id: "swap_accept", label: w.accept, key: "y", run: () => decide("accepted"), primary: true },
            { id: "swap_refuse", label: w.refuse, key: "x", run: () => decide("refused") },
          ]}
        />
      )}
      {swaps.length > 0 && (
        <ul className="duty-list" aria-label={w.swaps}>
          {swaps.map((each) => (
            <li key={each.id}>
              {w.swap(each.giver, each.taker)} <Time at={each.from} /> <span className="sign quiet">{w.swap_states[each.state] ?? each.state}</span> {each.reason}
            </li>
          ))}
        </ul>
      )}
      {unit.unnamed && (
        <p className="hint">
          <span className="duty-gap" aria-hidden="true">
            ▲
          </span>{" "}
          {w.unnamed}
        </p>
      )}
      <h3>{w.gaps}</h3>
      {unit.gaps.length === 0 ? (
        <p className="hint">{w.no_gaps}</p>
      ) : (
        <ul className="duty-list">
          {unit.gaps.map((each) => (
            <li key={each.from} className="figures">
              <span className="duty-gap" aria-hidden="true">
                ▲
              </span>
              {day(each.from).slice(5)} {hhmm(each.from)} – {day(each.to).slice(5)} {hhmm(each.to)}
            </li>
          ))}
        </ul>
      )}
      <Answered entry={duty}>
        {known !== undefined && (
          <>
            <h3>{w.people}</h3>
            <ul className="duty-list">
              {known.people.map((each) => (
                <li key={each.id}>
                  <b>{each.name}</b> <span className="sign quiet">{w.roles[each.role] ?? each.role}</span> <span className="dim figures">{each.mobile}</span> <span className="dim">{each.email}</span>
                </li>
              ))}
            </ul>
            <h3>{w.patterns}</h3>
            {known.patterns.length === 0 && <p className="hint">{w.no_patterns}</p>}
            <ul className="duty-list">
              {known.patterns.map((each) => (
                <li key={each.id}>
                  <span className="figures">
                    {each.from}–{each.to}
                  </span>{" "}
                  {w.day_kinds[each.days]} {each.people.map(nameOf).join("、")} <span className="dim">{w.every(each.step)}</span>
                </li>
              ))}
            </ul>
            {known.feed !== "" && (
              <>
                <h3>{w.feed}</h3>
                <p className="notice-text">
                  <code>{known.feed}</code>
                </p>
                <p className="hint">{w.feed_hint}</p>
              </>
            )}
          </>
        )}
      </Answered>
      {roster?.tests === true && (
        <>
          <h3>{w.tests}</h3>
          {tests.error !== undefined && <Fault error={tests.error} />}
          {last === undefined ? (
            <p className="hint">{w.no_tests}</p>
          ) : (
            <ul className="duty-list" aria-label={w.tests}>
              {last.lines.map((each) => (
                <li key={`${each.unit}-${each.name}`}>
                  {each.unit_name} <b>{each.name}</b> <span className={`sign ${each.result === "in_time" ? "quiet" : each.result === "waiting" ? "" : "danger"}`}>{w.results[each.result] ?? each.result}</span>
                  {each.answered_at != null && <Time at={each.answered_at} />}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <p className="hint">
        <Key name="j" /> <Key name="k" />
      </p>
    </>
  );
}
