// Notices: one's own, the unit's, and what is to be mended; each with everybody who was told and every try.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import "../office/office.css";
import { Answered, Doings, Done, Fault, Field, FormDialog, Rows, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { Key, Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { proofWords } from "./proof";
import { callSteps } from "./call-steps";
import { reach, type Notice, type NoticeDetail, type NoticeOrder } from "./calls";
import { useReachWords, type ReachWords } from "./words";
import { exact, hhmmss } from "../time/format";
import "./reach.css";

const touch = () => cache.touch((key) => key.startsWith("notices:") || key.startsWith("notice:"));

export default function Notices({ query }: { query: URLSearchParams }) {
  const r = useReachWords();
  const w = r.notices;
  const { me } = useSession();
  const boxes = ["mine", "unit", ...(me.may.includes("mend_notice") ? ["failed", "unanswered", "held", "print"] : [])];
  const asked = query.get("box") ?? "mine";
  const box = boxes.includes(asked) ? asked : "mine";
  useActions(
    "here",
    boxes.map((each, i) => ({ id: `notices_${each}`, label: `${w.title}：${w.boxes[each] ?? each}`, key: `Alt+${i + 1}`, run: () => navigate(`/notices?box=${each}`) })),
  );
  return (
    <main className="office">
      <header className="office-head">
        <h1>{w.title}</h1>
        <nav aria-label={w.title}>
          {boxes.map((each, i) => (
            <Link key={each} href={`/notices?box=${each}`} aria-current={each === box ? "page" : undefined}>
              {w.boxes[each]} <Key name={`Alt+${i + 1}`} />
            </Link>
          ))}
        </nav>
      </header>
      <Box key={box} box={box} />
    </main>
  );
}

function Box({ box }: { box: string }) {
  const r = useReachWords();
  const w = r.notices;
  const [after, setAfter] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const entry = useAnswer(`notices:${box}:${after}`, () => reach.notices(box, after));
  const rows = entry.value?.items ?? [];
  const idOf = (each: Notice) => each.delivery?.id ?? each.id;
  const current = rows.find((each) => idOf(each) === chosen) ?? rows[0];
  const seeAll = async () => {
    const done = await sending.send({ seen: Date.now() }, (key) => reach.seeAll(key));
    if (done !== null) setSaid({ text: w.done_seen(done.seen) });
    touch();
  };
  const next = entry.value?.next ?? null;
  return (
    <div className="office-two">
      <section className="office-main" aria-label={w.boxes[box] ?? box}>
        <Doings
          label={w.title}
          busy={sending.busy}
          actions={[
            ...(box === "mine" ? [{ id: "notices_seen", label: w.all_seen, key: "s", run: () => void seeAll(), off: (entry.value?.unseen ?? 0) === 0 }] : []),
            ...(next === null ? [] : [{ id: "notices_more", label: w.more, key: "m", run: () => setAfter(next) }]),
          ]}
        />
        <Done said={said} onClose={setSaid} />
        <Answered entry={entry}>
          <Rows
            label={w.boxes[box] ?? box}
            rows={rows}
            idOf={idOf}
            chosen={current === undefined ? null : idOf(current)}
            onChoose={setChosen}
            empty={w.empty[box]}
            columns={[
              { name: w.when, cell: (each) => <Time at={each.at} />, className: "figures" },
              {
                name: w.what,
                className: "wide",
                cell: (each) => (
                  <>
                    <b>{w.kinds[each.kind] ?? each.kind}</b> {each.case_no} {box === "mine" && each.seen_at == null && <span className="sign task">{w.unseen}</span>}
                  </>
                ),
              },
              { name: w.unit, cell: (each) => each.unit_name },
              { name: w.state, cell: (each) => <State r={r} notice={each} /> },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={w.told} tabIndex={0}>
        {current !== undefined && <Detail key={current.id} id={current.id} say={setSaid} sending={sending} />}
      </aside>
    </div>
  );
}

// To the second: between ringing and a key lie few of them.
function Second({ at }: { at: number }) {
  return (
    <time className="figures" dateTime={new Date(at).toISOString()} title={exact(at)}>
      {hhmmss(at)}
    </time>
  );
}

// What happened in each call, with its times: a key is what somebody answered with.
function CallTries({ w, attempts }: { w: ReachWords["notices"]; attempts: NoticeDetail["deliveries"][number]["attempts"] }) {
  return attempts.map((attempt) => {
    const steps = callSteps(attempt.detail);
    if (steps === null) return attempt.detail !== "" && <small key={attempt.n} className="dim">{w.call_missing(attempt.detail)}</small>;
    return (
      <small key={attempt.n} className="dim call-steps">
        {steps.times.map(([name, at]) => (
          <span key={name}>
            {w.call[name]} <Second at={at} />
          </span>
        ))}
        {steps.heard > 0 && <span>{w.call_heard(steps.heard)}</span>}
        {steps.keys.map((each, i) => (
          <span key={i}>
            {w.call_key(each.key)} <Second at={each.at} />
          </span>
        ))}
      </small>
    );
  });
}

function State({ r, notice }: { r: ReachWords; notice: Notice }) {
  const w = r.notices;
  const bad = notice.state === "exhausted" || notice.delivery?.state === "dead";
  const outcome = notice.delivery?.state === "dead" ? (w.outcomes[notice.delivery.outcome] ?? notice.delivery.outcome) : null;
  return <span className={`sign ${bad ? "danger" : notice.state === "running" || notice.state === "held" ? "task" : "quiet"}`}>{outcome ?? w.states[notice.state] ?? notice.state}</span>;
}

function Detail({ id, say, sending }: { id: string; say: (said: Said) => void; sending: ReturnType<typeof useSending> }) {
  const r = useReachWords();
  const w = r.notices;
  const entry = useAnswer(`notice:${id}`, () => reach.notice(id));
  const [behalf, setBehalf] = useState(false);
  const [name, setName] = useState("");
  const detail: NoticeDetail | undefined = entry.value;
  const notice = detail?.notice;
  const change = async (order: NoticeOrder, words: string) => {
    const done = await sending.send({ id, order }, (key) => reach.change(id, order, key));
    if (done === null) return false;
    cache.put(`notice:${id}`, done);
    touch();
    say({ text: words });
    return true;
  };
  const dead = detail?.deliveries.filter((each) => each.state === "dead") ?? [];
  const resend = async () => {
    for (const each of dead) if (!(await change({ change: "resend", delivery: each.id }, w.done_resend))) return;
  };
  const print = async () => {
    const sheet = await sending.send({ print: id, at: Date.now() }, (key) => reach.sheet(id, key));
    if (sheet === null) return;
    const frame = document.createElement("iframe");
    frame.setAttribute("aria-hidden", "true");
    frame.className = "printed";
    frame.srcdoc = sheet.html;
    frame.onload = () => {
      frame.contentWindow?.print();
      setTimeout(() => frame.remove(), 60_000);
    };
    document.body.append(frame);
  };
  const caseId = notice?.case_id ?? null;
  return (
    <Answered entry={entry}>
      {detail !== undefined && notice !== undefined && (
        <>
          <h2 className="big">{w.kinds[notice.kind] ?? notice.kind}</h2>
          <p className="notice-text">{notice.text}</p>
          <Doings
            label={w.told}
            busy={sending.busy}
            actions={[
              ...(detail.answers ? [{ id: "notice_answer", label: w.answer, key: "a", run: () => void change({ change: "acknowledge" }, w.done_answer), primary: true }] : []),
              ...(caseId === null ? [] : [{ id: "notice_case", label: w.open_case, key: "o", run: () => navigate(casePath(caseId)) }]),
              ...(detail.on_behalf ? [{ id: "notice_behalf", label: w.behalf, key: "b", run: () => (sending.clear(), setBehalf(true)) }] : []),
              ...(detail.mends && dead.length > 0 ? [{ id: "notice_resend", label: w.resend, key: "r", run: () => void resend() }] : []),
              ...(detail.mends && notice.state === "held" ? [{ id: "notice_release", label: w.release, key: "r", run: () => void change({ change: "release" }, w.done_release) }] : []),
              ...(detail.sheet ? [{ id: "notice_print", label: w.print, key: "p", run: () => void print() }] : []),
            ]}
          />
          {!behalf && sending.error !== null && <Fault error={sending.error} />}
          <dl className="pairs">
            {notice.closed_at != null && (
              <div>
                <dt>{w.closed}</dt>
                <dd>
                  {notice.closed_by} {w.how[notice.closed_how] ?? notice.closed_how} <Time at={notice.closed_at} />
                </dd>
              </div>
            )}
            {notice.next_at != null && (
              <div>
                <dt>{w.next}</dt>
                <dd>
                  <Time at={notice.next_at} />
                </dd>
              </div>
            )}
            <div>
              <dt>{w.rule}</dt>
              <dd>{notice.rule}</dd>
            </div>
          </dl>
          <h3>{w.told}</h3>
          <ol className="told">
            {detail.deliveries.map((each) => (
              <li key={each.id}>
                <b>{each.name === "" ? "—" : each.name}</b> {each.channel !== "none" && <span className="sign quiet">{w.channels[each.channel] ?? each.channel}</span>}{" "}
                <span className={each.state === "dead" || each.state === "nobody" ? "wrong" : ""}>{w.outcomes[each.outcome] ?? each.outcome}</span> {each.shown !== "" && <span className="dim figures">{each.shown}</span>}{" "}
                {each.attempts.length > 1 && <span className="dim">{w.tries(each.attempts.length)}</span>} {each.attempts[0] !== undefined && <Time at={each.attempts[0].at} />}
                {each.channel === "phone" ? <CallTries w={w} attempts={each.attempts} /> : each.attempts.some((attempt) => attempt.detail !== "") && <small className="dim">{proofWords(w.proof, each.attempts.at(-1)?.detail ?? "")}</small>}
              </li>
            ))}
          </ol>
          {behalf && (
            <FormDialog title={w.behalf_title} submit={w.behalf} busy={sending.busy} ready={[...name.trim()].length >= 2} error={sending.error} onClose={() => setBehalf(false)} onSend={() => void change({ change: "acknowledge_for", name: name.trim() }, w.done_behalf(name.trim())).then((done) => done && setBehalf(false))}>
              <Field label={w.behalf_name} name="name" error={sending.error}>
                {(props) => <input {...props} autoFocus autoComplete="off" maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />}
              </Field>
            </FormDialog>
          )}
        </>
      )}
    </Answered>
  );
}
