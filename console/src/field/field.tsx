// The crew's page on a phone: one hand, sun, gloves; with or without a connection.
import { useEffect, useState } from "react";
import { addressOf, calls } from "../api/calls";
import { newKey } from "../api/http";
import type { CaseBrief, CaseView, Leg, Person } from "../api/types";
import { useCase } from "../case/pane";
import { ownLeg } from "../inbox/strip";
import { dueOf, sortByDue } from "../inbox/sections";
import { useKeys } from "../keys/use-keys";
import { cache, useAnswer } from "../live/cache";
import { useLight } from "../live/line";
import { ClockOf, DueOf, Failure, Key, UrgencySign, Waiting } from "../parts/signs";
import { Link } from "../route/link";
import { casePath, fieldPath, navigate } from "../route/router";
import { nextTheme } from "../shell/look";
import { useSession } from "../shell/session";
import { hhmm } from "../time/format";
import { serverNow, useNow } from "../time/now";
import { sentenceOf, useWords } from "../words";
import { Problem } from "../api/http";
import { pressedAct, reportActs, type Report } from "./compose";
import { keepAnswer, keepPage } from "./kept";
import { nextOf, stepsOf, type Step } from "./progress";
import type { Act } from "./queue";
import { ReportSheet } from "./report";
import { useOnline, useQueue } from "./use-queue";
import "../style/field.css";

type Sending = ReturnType<typeof useQueue>;

/** What the list asks; what is kept of its answer lies under the same address. */
const MINE = { scope: "unit", open: true, order: "updated", limit: 100 } as const;

export default function Field({ id }: { id: string | null }) {
  const t = useWords();
  const { me } = useSession();
  useEffect(() => {
    void keepPage();
  }, []);
  useEffect(() => {
    void keepAnswer("/api/session", me);
  }, [me]);
  const sending = useQueue();
  const [outbox, setOutbox] = useState(false);
  return (
    <div className="field-page">
      <Bar sending={sending} outbox={outbox} onOutbox={() => setOutbox((now) => !now)} />
      <main className="field-main" aria-label={t.unit.field.title}>
        {outbox ? <Outbox sending={sending} onBack={() => setOutbox(false)} /> : id === null ? <Mine acts={sending.acts} /> : <One key={id} id={id} sending={sending} />}
      </main>
    </div>
  );
}

/** The state of the line in words and shape; what waits is one press away. */
function Bar({ sending, outbox, onOutbox }: { sending: Sending; outbox: boolean; onOutbox: () => void }) {
  const t = useWords();
  const { me, signOut } = useSession();
  const online = useOnline();
  const light = useLight();
  const waiting = sending.acts.filter((act) => act.state === "waiting").length;
  const refused = sending.acts.length - waiting;
  const away = !online || sending.reach === "away" || light === "broken";
  const state = sending.reach === "signed_out" || refused > 0 ? "over" : away ? "soon" : "well";
  return (
    <header className="field-bar">
      <button type="button" className={`field-state ${state}`} aria-pressed={outbox} onClick={onOutbox}>
        <i aria-hidden="true">{state === "well" ? "●" : state === "soon" ? "▲" : "■"}</i>
        <span role="status">
          {[away ? t.unit.field.offline : t.unit.field.connected, t.unit.field.queue(waiting), refused > 0 ? t.unit.field.refused(refused) : ""].filter((words) => words !== "").join(" · ")}
        </span>
      </button>
      <span className="field-unit">{me.account.unit_name}</span>
      <button type="button" className="plain" onClick={nextTheme}>
        {t.unit.field.theme}
      </button>
      <button type="button" className="plain" onClick={signOut}>
        {t.unit.field.sign_out}
      </button>
      {sending.reach === "signed_out" && <p className="field-note">{t.unit.field.signed_out}</p>}
      {!sending.kept && <p className="field-note">{t.unit.field.no_store}</p>}
      {away && sending.kept && sending.reach !== "signed_out" && <p className="field-note">{t.unit.field.offline_hint}</p>}
    </header>
  );
}

/** The unit's assignments that are not done. */
function Mine({ acts }: { acts: readonly Act[] }) {
  const t = useWords();
  const entry = useAnswer("cases:field", () => calls.cases(MINE));
  useEffect(() => {
    if (entry.value !== undefined) void keepAnswer(addressOf.cases(MINE), entry.value);
  }, [entry.value]);
  if (entry.value === undefined) return entry.error === undefined ? <Waiting rows={5} /> : <Failure error={entry.error} />;
  const items = sortByDue(entry.value.items.filter((each) => each.my_leg != null && ["dispatched", "signed", "suspended"].includes(each.my_leg.state)));
  return (
    <>
      <h1>{t.unit.field.mine}</h1>
      {items.length === 0 ? (
        <p className="empty">{t.unit.field.empty}</p>
      ) : (
        <ul className="field-list">
          {items.map((brief) => (
            <li key={brief.id}>
              <Link href={fieldPath(brief.id)} className={brief.danger ? "danger" : ""}>
                <Brief brief={brief} waiting={acts.some((act) => act.case === brief.id)} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Brief({ brief, waiting }: { brief: CaseBrief; waiting: boolean }) {
  const t = useWords();
  return (
    <>
      <span className="field-line">
        {brief.danger && <span className="sign danger">▲ {t.danger.case}</span>}
        {brief.urgency !== "normal" && <UrgencySign urgency={brief.urgency} />}
        <b>{brief.my_leg == null ? "" : t.leg_state[brief.my_leg.state]}</b>
        {waiting && <span className="sign task">{t.unit.field.waiting_mark}</span>}
        <span className="grow" />
        <DueOf brief={{ next_due: dueOf(brief) }} />
      </span>
      <span className="field-place">{brief.place === "" ? t.unit.field.no_place : brief.place}</span>
      <span className="field-what">
        {brief.matter_name !== "" && <b>{brief.matter_name}</b>} {brief.summary}
      </span>
    </>
  );
}

function One({ id, sending }: { id: string; sending: Sending }) {
  const t = useWords();
  const { me } = useSession();
  const entry = useCase(id);
  const timeline = useAnswer(`timeline:${id}`, () => calls.timeline(id));
  const [reporting, setReporting] = useState(false);
  const view = entry.value;
  useEffect(() => {
    if (view !== undefined) void keepAnswer(addressOf.caseOf(id), view);
    if (timeline.value !== undefined) void keepAnswer(addressOf.timeline(id), timeline.value);
  }, [id, view, timeline.value]);
  const leg = view === undefined ? undefined : ownLeg(view, me.account.unit);
  const steps = view === undefined || leg === undefined ? [] : stepsOf(view, leg, timeline.value?.items ?? [], sending.acts);

  const press = (step: Step) => {
    if (view === undefined || leg === undefined || !step.open) return;
    if (step.what === "report") {
      setReporting(true);
      return;
    }
    navigator.vibrate?.(30);
    void sending.queue.press([pressedAct(t, { case: view.id, no: view.no, leg: leg.id }, step.what, serverNow(), sending.acts)]);
  };
  const report = async (said: Report, files: readonly File[]) => {
    if (view === undefined || leg === undefined) return;
    await sending.queue.press(reportActs(t, { case: view.id, no: view.no, leg: leg.id }, said, files, serverNow()));
    setReporting(false);
  };
  const by = (what: Step["what"]) => steps.find((step) => step.what === what);
  useKeys(
    (["sign", "depart", "arrive", "report"] as const).flatMap((what) => {
      const step = by(what);
      return step === undefined ? [] : [{ key: KEYS[what], run: () => press(step) }];
    }),
    { off: reporting },
  );
  useKeys([{ key: "Escape", run: () => (reporting ? setReporting(false) : navigate("/field")), typing: true }]);

  if (view === undefined) {
    return (
      <>
        <Back />
        {entry.error === undefined ? (
          <Waiting rows={5} />
        ) : (
          <Failure error={entry.error}>
            <button type="button" onClick={entry.again}>
              {t.list.retry}
            </button>
          </Failure>
        )}
      </>
    );
  }
  if (reporting && leg !== undefined) {
    return <ReportSheet place={`${me.account.id}.field.${view.id}`} onClose={() => setReporting(false)} onSend={(said, files) => void report(said, files)} />;
  }
  return (
    <>
      <Back />
      <article className="field-case" aria-label={view.no} tabIndex={0}>
        {view.danger && (
          <p className="field-danger" role="alert">
            ▲ {t.danger.title} {view.dangers.filter((each) => each.dismissed === null).map((each) => `「${each.words}」`)}
          </p>
        )}
        <h1 className="field-place">{(view.person.address ?? "") !== "" ? view.person.address : view.place === "" ? t.unit.field.no_place : view.place}</h1>
        <p className="field-line">
          {view.urgency !== "normal" && <UrgencySign urgency={view.urgency} />} <b>{view.matter_name}</b> <span className="figures dim">{view.no}</span>
        </p>
        <p className="field-words">{view.person.narrative}</p>
        {leg?.instruction != null && (
          <p className="field-danger" role="alert">
            {t.scene.instruction} {hhmm(leg.instruction.at)}：{leg.instruction.text}
          </p>
        )}
        <Caller view={view} />
        {leg !== undefined && <Clocks view={view} leg={leg} />}
        <p>
          <Link className="button plain" href={casePath(view.id)}>
            {t.unit.field.full}
          </Link>
        </p>
      </article>
      {leg === undefined || steps.every((step) => !step.open && !step.waiting) ? (
        <p className="field-note">{t.unit.field.closed}</p>
      ) : (
        <>
          <Held sending={sending} id={view.id} />
          <Buttons steps={steps} onPress={press} />
        </>
      )}
    </>
  );
}

const KEYS = { sign: "s", depart: "g", arrive: "v", report: "p" } as const;

function Buttons({ steps, onPress }: { steps: readonly Step[]; onPress: (step: Step) => void }) {
  const t = useWords();
  const next = nextOf(steps);
  return (
    <div className="field-buttons" role="group" aria-label={t.case.actions}>
      {steps.map((step) => (
        <button key={step.what} type="button" className={`${step.what === next ? "next" : ""} ${step.at !== null && step.what !== "report" ? "done" : ""}`} aria-disabled={!step.open} onClick={() => onPress(step)}>
          <span className="field-name">
            {step.at !== null && step.what !== "report" && <i aria-hidden="true">✓</i>} {t.unit.field[step.what]} <Key name={KEYS[step.what]} />
          </span>
          <span className="field-when">{step.at === null ? t.unit.field.step[step.what] : step.waiting ? `${t.unit.field.pressed(hhmm(step.at))} · ${t.unit.field.waiting_mark}` : hhmm(step.at)}</span>
        </button>
      ))}
    </div>
  );
}

/** For a few seconds what was pressed can be taken back; gloves press what was not meant. */
function Held({ sending, id }: { sending: Sending; id: string }) {
  const t = useWords();
  const now = useNow(1000);
  const held = sending.acts.findLast((act) => act.case === id && act.state === "waiting" && act.what !== "photo" && act.after > now && act.n !== sending.sending);
  if (held === undefined) return null;
  const together = sending.acts.filter((act) => act.pressed === held.pressed && act.case === id);
  return (
    <p className="field-held" role="status">
      <span>
        {t.unit.field.act[held.what]} · {t.unit.field.held}
      </span>
      <button
        type="button"
        onClick={() => {
          for (const act of together) void sending.queue.remove(act.n);
        }}
      >
        {t.unit.field.undo}
      </button>
    </p>
  );
}

function Back() {
  const t = useWords();
  return (
    <p className="field-back">
      <Link className="button" href="/field">
        ← {t.unit.field.list}
      </Link>
    </p>
  );
}

function Clocks({ view, leg }: { view: CaseView; leg: Leg }) {
  const t = useWords();
  const mine = view.deadlines.filter((each) => each.leg === leg.id && ["running", "amber", "missed"].includes(each.state));
  if (mine.length === 0) return null;
  return (
    <ul className="clocks" aria-label={t.unit.field.due}>
      {mine.map((each) => (
        <li key={each.id}>
          <ClockOf deadline={each} />
        </li>
      ))}
    </ul>
  );
}

/** The caller's number is shown for a reason, and dialled with one press. */
function Caller({ view }: { view: CaseView }) {
  const t = useWords();
  const [shown, setShown] = useState<Person | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const person = shown ?? view.person;
  const number = person.contact_number !== null && person.contact_number !== "" ? person.contact_number : person.caller_number;
  const ask = async () => {
    setError(null);
    try {
      setShown(await calls.unmask(view.id, (why ?? "").trim(), newKey()));
      setWhy(null);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <section className="field-caller">
      <p className="field-line">
        <b>{person.caller_name}</b>{" "}
        {number !== null && number !== "" && (person.masked ? <span className="figures">{number}</span> : <a className="button figures" href={`tel:${number}`}>{number}</a>)}
        {person.masked && person.may_unmask && why === null && (
          <button type="button" onClick={() => setWhy("")}>
            {t.unit.field.call}
          </button>
        )}
      </p>
      {why !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <label htmlFor="field-why">{t.case.unmask_reason}</label>
          <input id="field-why" type="text" autoFocus autoComplete="off" value={why} onChange={(event) => setWhy(event.target.value)} />
          <p className="hint">{t.case.unmask_hint}</p>
          <button type="submit" className="primary">
            {t.case.unmask_yes}
          </button>
        </form>
      )}
      {error !== null && <Failure error={error} />}
    </section>
  );
}

/** What waits and what was not done; nothing of it disappears by itself. */
function Outbox({ sending, onBack }: { sending: Sending; onBack: () => void }) {
  const t = useWords();
  useEffect(() => cache.touch((key) => key.startsWith("cases:field")), []);
  return (
    <>
      <p className="field-back">
        <button type="button" onClick={onBack}>
          ← {t.unit.field.back}
        </button>
      </p>
      <h1>{t.unit.field.outbox}</h1>
      {sending.acts.length === 0 && <p className="empty">{t.unit.field.outbox_empty}</p>}
      <ol className="field-outbox">
        {sending.acts.map((act) => (
          <li key={act.n} className={act.state}>
            <p className="field-line">
              <b>{t.unit.field.act[act.what]}</b> <span className="figures">{act.no}</span> <span className="grow" />
              <span>{t.unit.field.pressed(hhmm(act.pressed))}</span>
            </p>
            {act.what === "photo" && <p className="dim">{act.name}</p>}
            {act.problem !== null && <p className="wrong">{sentenceOf(t, new Problem(act.problem.key, act.problem.status))}</p>}
            <p className="field-line">
              {act.state === "refused" ? (
                <>
                  <button type="button" onClick={() => void sending.queue.again(act.n)}>
                    {t.unit.field.again}
                  </button>
                  <button type="button" onClick={() => void sending.queue.remove(act.n)}>
                    {t.unit.field.dismiss}
                  </button>
                </>
              ) : act.n === sending.sending ? (
                <span className="dim">{t.form.sending}</span>
              ) : (
                <button type="button" onClick={() => void sending.queue.remove(act.n)}>
                  {t.unit.field.remove}
                </button>
              )}
            </p>
          </li>
        ))}
      </ol>
      {sending.others > 0 && <p className="field-note">{t.unit.field.other_account(sending.others)}</p>}
    </>
  );
}
