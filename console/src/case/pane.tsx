// A case, whole: its sentence, its clocks, what was said, what happened, and what may be done now.
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import { openPaper } from "../api/paper";
import type { CaseView, Deadline, Leg, Matter, TimelineItem } from "../api/types";
import { CommandForm } from "../command/form";
import { commandKeys, forms, readAllowed, type Values } from "../command/forms";
import { useSend } from "../command/send";
import { cache, useAnswer } from "../live/cache";
import { ClockOf, Failure, Key, StatusSign, Time, UrgencySign, Waiting } from "../parts/signs";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { useActions, type Action } from "../shell/actions";
import { useMatters, useSession } from "../shell/session";
import { composing } from "../keys/keymap";
import { exact, MINUTE } from "../time/format";
import { useNow } from "../time/now";
import { useWords, type Words } from "../words";
import { Attachments } from "./attachments";
import { Moved } from "./moved";
import { PersonBox } from "./person";
import { Others, useOthers } from "./presence";
import { Ladder } from "./ladder";
import { leadUnit } from "./lead-unit";
import { Disputes, SceneWaits } from "./scene";
import { ruleText } from "./rule";
import { sentenceFor } from "./sentence";
import { Supplement } from "./supplement";
import { Timeline } from "./timeline";

// Printed now and then: its code is fetched then.
const OrderSheet = lazy(() => import("./order-sheet"));
const CallRecords = lazy(() => import("../voice/records"));
const Conversation = lazy(() => import("../message/conversation"));
const OpenMeasure = lazy(() => import("../supervision/open-form"));
/** How long a change must have been on the screen to count as seen. */
const SEEN_AFTER = 800;

export function useCase(id: string | null) {
  return useAnswer(id === null ? null : `case:${id}`, () => calls.caseOf(id ?? ""), (view) => view.version);
}

/** What the list already says is not asked again. */
function initialFor(command: string, view: CaseView, matters: readonly Matter[]): Values {
  const row = matters.find((each) => each.code === view.matter);
  if (command === "dispatch" && row !== undefined && view.legs.length === 0) return { lead: row.lead, assist: row.assist.join("\n") };
  if (command === "classify") return { matter: view.matter ?? "", urgency: view.urgency };
  return {};
}

interface Offer {
  id: string;
  command: string;
  leg: string | null;
  label: string;
  key: string | undefined;
}

/** The units that one command could be meant for, where there are several. */
export function handsOf(view: CaseView): string[] {
  const legs = readAllowed(view.allowed).flatMap(({ command, leg }) => (leg === null ? [] : [{ command, leg }]));
  const several = legs.filter((each) => legs.some((other) => other.command === each.command && other.leg !== each.leg));
  return view.legs.map((leg) => leg.id).filter((id) => several.some((each) => each.leg === id));
}

/** The commands the server allows, with a key each; where several units could be meant, of the one in hand. */
export function offersOf(t: Words, view: CaseView, hand: string | null = null): Offer[] {
  const used = new Set<string>();
  const first = readAllowed(view.allowed).toSorted((a, b) => Number(b.leg !== null && b.leg === hand) - Number(a.leg !== null && a.leg === hand));
  const all = first.flatMap(({ command, leg }): Offer[] => {
    if (forms[command] === undefined || command === "add_detail") return [];
    const base = commandKeys[command];
    const key = base === undefined || used.has(base) ? undefined : base;
    if (key !== undefined) used.add(key);
    const title = t.command[command as keyof Words["command"]] ?? command;
    const unit = leg === null ? undefined : view.legs.find((each) => each.id === leg)?.unit_name;
    const several = leg !== null && new Set(view.legs.filter((each) => view.allowed.includes(`${command}:${each.id}`)).map((each) => each.id)).size > 1;
    return [{ id: `${command}:${leg ?? ""}`, command, leg, label: several ? `${title} ${unit ?? ""}` : title, key }];
  });
  const order = Object.keys(commandKeys);
  return all.sort((a, b) => rank(view, a.command) - rank(view, b.command) || order.indexOf(a.command) - order.indexOf(b.command));
}

const DECIDING = ["accept_offer", "decide", "arbitrate", "dispatch", "hand_over", "answer", "inform"];
const WORKING = ["accept_offer", "decide", "arbitrate", "sign", "decide_extension", "decide_return", "contact", "report", "give_result", "review", "follow_up", "close", "dispatch", "hand_over"];

/** What moves the case on comes first: a case nobody decided on is decided before it is followed up. */
function rank(view: CaseView, command: string): number {
  // Whoever waits for an answer is not asked how it was.
  if (command === "follow_up" && view.result === null && view.peer_result === null) return WORKING.length;
  const forward = view.status === "taken" || view.status === "incoming" ? DECIDING : WORKING;
  const at = forward.indexOf(command);
  return at < 0 ? WORKING.length : at;
}

export function CasePane({ id, page = false }: { id: string; page?: boolean }) {
  const t = useWords();
  const entry = useCase(id);
  const timeline = useAnswer(`timeline:${id}`, () => calls.timeline(id));
  if (entry.value === undefined) {
    if (entry.error === undefined) return <Waiting rows={6} />;
    return entry.error instanceof Problem && entry.error.key === "not_found" ? (
      <div className="page missing">
        <h1>{t.missing.title}</h1>
        <p>{t.missing.text}</p>
      </div>
    ) : (
      <Failure error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Failure>
    );
  }
  return <Whole view={entry.value} items={timeline.value?.items ?? []} page={page} stale={entry.error !== undefined} />;
}

function Whole({ view, items, page, stale }: { view: CaseView; items: TimelineItem[]; page: boolean; stale: boolean }) {
  const t = useWords();
  const { me } = useSession();
  const matters = useMatters();
  const [open, setOpen] = useState<Offer | null>(null);
  const sending = useSend();
  const [printing, setPrinting] = useState(false);
  const [supervising, setSupervising] = useState(false);
  const [paperless, setPaperless] = useState<unknown>(null);
  const pdf = () => {
    setPaperless(null);
    void openPaper(`/api/cases/${encodeURIComponent(view.id)}/sheet`).catch(setPaperless);
  };
  /** The case as it was when the form was opened: what was decided on. */
  const [seen, setSeen] = useState<CaseView | null>(null);
  const others = useOthers(view.id, open !== null);
  const hands = handsOf(view);
  const [turned, setTurned] = useState(0);
  const hand = hands[turned % Math.max(hands.length, 1)] ?? null;
  const offers = offersOf(t, view, hand);
  const body = useRef<HTMLDivElement>(null);
  const actions: Action[] = offers.map((offer) => ({
    id: offer.id,
    label: offer.label,
    ...(offer.key === undefined ? {} : { key: offer.key }),
    run: () => choose(offer),
  }));
  const walk = linksOf(view).length > 0;
  useActions("here", [
    ...actions,
    ...(hands.length > 1 ? [{ id: "next_unit", label: t.case.next_unit, key: "]", run: () => setTurned(turned + 1) }] : []),
    { id: "sheet", label: t.casePage.sheet.action, key: "5", run: () => setPrinting(true) },
    { id: "sheet_pdf", label: t.casePage.sheet.pdf, key: "Shift+F9", run: () => pdf() },
    ...(page ? [] : [{ id: "open_page", label: t.case.open_page, key: "Alt+o", run: () => navigate(casePath(view.id)) }]),
    ...(walk ? [{ id: "links", label: t.casePage.links.go, key: "7", run: () => body.current?.querySelector<HTMLElement>(".case-links a")?.focus() }] : []),
    ...(view.deadlines.length > 0 ? [{ id: "clocks", label: t.casePage.clock.go, key: "8", run: () => document.querySelector<HTMLElement>(".case-head .clocks button")?.focus() }] : []),
  ]);
  const printed = useCallback(() => setPrinting(false), []);

  // What came in while the form was open counts as seen once it has stood on the screen a moment.
  const [known, setKnown] = useState(view.version);
  const told = sending.moved !== null;
  useEffect(() => {
    // After a conflict the person was told, and what is on the screen is what they go by.
    if (open === null || told) {
      setKnown(view.version);
      return;
    }
    const timer = setTimeout(() => setKnown(view.version), SEEN_AFTER);
    return () => clearTimeout(timer);
  }, [view.version, open, told]);

  const give = async (offer: Offer, values: Record<string, unknown>, forget: () => void) => {
    const command = { command: offer.command, ...values, ...(offer.leg === null ? {} : { leg: offer.leg }) };
    // What only adds a fact need not mind what others did meanwhile.
    const version = ["contact", "report", "urge"].includes(offer.command) ? undefined : open === null ? view.version : known;
    if ((await sending.send(view.id, command, version)) !== null) {
      forget();
      setOpen(null);
    }
  };
  function choose(offer: Offer) {
    sending.clear();
    if (offer.command === "supervise") setSupervising(true);
    else if (forms[offer.command]?.fields.length === 0) void give(offer, {}, () => undefined);
    else {
      setSeen(view);
      setKnown(view.version);
      setOpen(offer);
    }
  }
  const liveDanger = view.dangers.filter((each) => each.dismissed === null);
  const dismiss = offers.find((offer) => offer.command === "dismiss_danger");
  return (
    <article className={`case ${page ? "whole" : ""}`} aria-label={view.no}>
      {liveDanger.length > 0 && view.closed_at === null && (
        <div className="danger-strip" role="alert">
          <i aria-hidden="true">▲</i>
          <b>{t.danger.title}</b>
          {liveDanger.map((each) => (
            <span key={each.rule} title={each.rule}>
              「{each.words}」
            </span>
          ))}
          {view.police_case !== null && (
            <Link href={casePath(view.police_case)}>
              {t.case.police_case} {view.links.find((each) => each.case === view.police_case)?.no ?? ""}
            </Link>
          )}
          <span className="grow" />
          {dismiss !== undefined && (
            <button type="button" onClick={() => choose(dismiss)}>
              {t.danger.dismiss} <Key name="F8" />
            </button>
          )}
        </div>
      )}
      <Head view={view} page={page} stale={stale} />
      <Others others={others} />
      <div className="case-body" ref={body}>
        <div className="case-facts">
          <PersonBox key={`person-${view.id}`} view={view} />
          {view.allowed.includes("add_detail") && <Supplement key={`supplement-${view.id}`} id={view.id} />}
          <Results view={view} />
          <Attachments key={`files-${view.id}`} view={view} />
          {items.some((item) => item.kind === "call_noted" && item.side === "own") && (
            <Suspense fallback={null}>
              <CallRecords id={view.id} version={view.version} />
            </Suspense>
          )}
          {(view.channel === "sms" || items.some((item) => item.kind === "message_noted" && item.side === "own")) && (
            <Suspense fallback={null}>
              <Conversation key={`messages-${view.id}`} id={view.id} version={view.version} />
            </Suspense>
          )}
          <RatingBox view={view} />
          <SceneWaits view={view} />
          <Legs view={view} hand={hand} />
          <Disputes view={view} />
          <Ladder view={view} />
          <CaseLinks view={view} />
          <About view={view} />
        </div>
        <section className="case-timeline" tabIndex={0} aria-label={t.case.timeline}>
          <h3>
            {t.case.timeline} <span className="dim">{t.case.timeline_hint}</span>
          </h3>
          <Timeline items={items} />
        </section>
      </div>
      {open !== null && seen !== null && view.version > seen.version && !sending.busy && (
        <Moved seen={seen} view={view} items={items} kept={`${me.account.id}.case.${view.id}.${open.leg ?? ""}.${open.command}`} command={open.command} />
      )}
      {open !== null ? (
        <CommandForm
          key={open.id}
          command={open.command}
          place={`case.${view.id}.${open.leg ?? ""}`}
          view={view}
          initial={initialFor(open.command, view, matters)}
          busy={sending.busy}
          error={sending.error}
          onClose={() => {
            setOpen(null);
            sending.clear();
          }}
          onSend={(command, forget) => {
            const { command: _name, ...values } = command;
            void give(open, values, forget);
          }}
        >
          {open.leg !== null && <span className="dim">{view.legs.find((each) => each.id === open.leg)?.unit_name}</span>}
        </CommandForm>
      ) : (
        <div className="actions" role="toolbar" aria-label={t.case.actions}>
          {offers.map((offer, i) => (
            <button key={offer.id} type="button" className={i === 0 && rank(view, offer.command) < WORKING.length && (view.status !== "elsewhere" || view.peer_result !== null) ? "primary" : ""} disabled={sending.busy} onClick={() => choose(offer)}>
              {offer.label} {offer.key !== undefined && <Key name={offer.key} />}
            </button>
          ))}
          {offers.length === 0 && <span className="dim">{t.case.no_actions}</span>}
          <span className="grow" />
          <button type="button" className="plain" onClick={() => setPrinting(true)}>
            {t.casePage.sheet.action} <Key name="5" />
          </button>
          <button type="button" className="plain" onClick={pdf}>
            {t.casePage.sheet.pdf} <Key name="Shift+F9" />
          </button>
          {!page && (
            <Link className="button plain" href={casePath(view.id)}>
              {t.case.open_page} <Key name="Alt+o" />
            </Link>
          )}
          {sending.error !== null && <Failure error={sending.error} />}
          {paperless !== null && <Failure error={paperless} />}
        </div>
      )}
      {supervising && (
        <Suspense fallback={null}>
          <OpenMeasure
            cases={view.no}
            unit={leadUnit(view)}
            rung={view.urged === 0 && (view.supervision ?? []).length === 0 ? "urge" : "order"}
            onClose={() => setSupervising(false)}
            onOpened={() => {
              setSupervising(false);
              cache.touch((key) => key === `case:${view.id}` || key === `timeline:${view.id}` || key.startsWith("supervision:"));
            }}
          />
        </Suspense>
      )}
      {printing && (
        <Suspense fallback={null}>
          <OrderSheet view={view} onDone={printed} />
        </Suspense>
      )}
      <span className="hidden" aria-live="polite">
        {view.status === "closed" ? t.status.closed : `${view.no} ${t.status[view.status]} ${me.platform.name}`}
      </span>
    </article>
  );
}

function Head({ view, page, stale }: { view: CaseView; page: boolean; stale: boolean }) {
  const t = useWords();
  const { me } = useSession();
  const near = view.next_due !== null && Math.abs(view.next_due.due - Date.now()) < 8 * MINUTE;
  const now = useNow(near ? 1000 : MINUTE / 4);
  const peerName = (link: string) => me.links.find((each) => each.id === link)?.peer_name ?? link;
  const sentence = sentenceFor(t, view, peerName, now);
  const heat = view.next_due === null || view.closed_at !== null ? "calm" : now > view.next_due.due ? "over" : now >= view.next_due.amber_at ? "soon" : "calm";
  const Title = page ? "h1" : "h2";
  return (
    <header className="case-head">
      <Title className="case-sentence">
        {sentence.who}
        {sentence.due !== "" && t.sentence.join}
        {sentence.due !== "" && <span className={`case-due ${heat}`}>{sentence.due}</span>}
      </Title>
      <p className="case-line">
        <span className="figures strong">{view.no}</span>
        <StatusSign status={view.status} task={view.task} danger={view.danger} />
        <UrgencySign urgency={view.urgency} />
        <span>
          {view.matter === null ? <b>{t.triage.unowned}</b> : `${view.matter} ${view.matter_name}`}
        </span>
        {view.outcome !== null && <span className="dim">{t.outcomes[view.outcome]}</span>}
        {view.twin !== null && (
          <span>
            {t.case.twin} {view.twin.peer_name} <span className="figures">{view.twin.no === "" ? t.case.twin_none : view.twin.no}</span>
            {view.twin.closed && <span className="sign quiet">{t.case.twin_closed}</span>}
          </span>
        )}
        {view.urged > 0 && <span className="sign task">{t.case.urged(view.urged)}</span>}
        {view.returns > 0 && <span className="sign task">{t.case.returned(view.returns)}</span>}
        {view.follow_ups > 0 && <span className="sign quiet">{t.case.followed(view.follow_ups)}</span>}
        {stale && <span className="due soon">▲ {t.list.old}</span>}
      </p>
      <HeadClocks view={view} />
    </header>
  );
}

function Results({ view }: { view: CaseView }) {
  const t = useWords();
  return (
    <>
      {([["result", view.result], ["peer_result", view.peer_result]] as const).map(([name, result]) =>
        result === null ? null : (
          <section key={name} className="result">
            <h3>
              {t.case[name]} <span className="sign quiet">{t.solved[result.solved]}</span>
            </h3>
            <q>{result.public_reply}</q>
            <p className="who">
              {result.unit} · <Time at={result.at} ago />
            </p>
          </section>
        ),
      )}
    </>
  );
}

function Legs({ view, hand }: { view: CaseView; hand: string | null }) {
  const t = useWords();
  if (view.legs.length === 0 && view.hand_overs.length === 0) return null;
  return (
    <section>
      <h3>
        {t.case.legs}
        {hand !== null && (
          <span className="dim">
            {" "}
            {t.case.keys_go_to(view.legs.find((leg) => leg.id === hand)?.unit_name ?? "")} <Key name="]" /> {t.case.next_unit}
          </span>
        )}
      </h3>
      <ul className="legs">
        {view.legs.map((leg) => (
          <li key={leg.id} aria-current={leg.id === hand ? "true" : undefined}>
            <b>{leg.unit_name}</b> <span className="dim">{t.leg_role[leg.role]}</span> <span className={`sign ${leg.state === "dispatched" ? "" : "quiet"}`}>{t.leg_state[leg.state]}</span>
            {leg.binding && <span className="sign task">{t.case.binding}</span>}
            <AskOf leg={leg} />
          </li>
        ))}
        {view.hand_overs.map((each) => (
          <li key={each.id}>
            <b>{each.sent ? "→" : "←"} {view.twin?.peer_name ?? each.link}</b> <span className="dim">{t.mode[each.mode]}</span>{" "}
            <span className={`sign ${each.state === "refused" || each.state === "timed_out" ? "task" : "quiet"}`}>{t.offer_state[each.state]}</span>
            {each.note !== "" && <q>{each.note}</q>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function AskOf({ leg }: { leg: Leg }) {
  const t = useWords();
  if (leg.ask === null) return null;
  return (
    <span className="ask">
      <span className="sign task">{leg.ask.ask === "extension" ? t.case.extension_asked(t.span_choice[leg.ask.by as keyof typeof t.span_choice] ?? leg.ask.by) : t.case.return_asked}</span>
      <q>{leg.ask.reason}</q>
    </span>
  );
}

/** Every clock; its rule (law 11) by hovering, and by key: Enter opens it. */
function HeadClocks({ view }: { view: CaseView }) {
  const t = useWords();
  const words = t.casePage.clock;
  const [open, setOpen] = useState<string | null>(null);
  const clocks = view.deadlines.filter((deadline) => deadline.state !== "void");
  if (clocks.length === 0) return null;
  const shown = clocks.find((each) => each.id === open);
  const unitOf = (leg: string | null) => view.legs.find((each) => each.id === leg)?.unit_name ?? "";
  // Several units have a clock of one name each: a running one says whose it is.
  const several = new Set(view.legs.map((each) => each.unit)).size > 1;
  const runs = (deadline: Deadline) => deadline.state === "running" || deadline.state === "amber" || deadline.state === "missed";
  return (
    <>
      <ul className="clocks" aria-label={t.case.clocks}>
        {clocks.map((deadline, i) => (
          <li key={deadline.id}>
            <button type="button" className="plain" aria-expanded={open === deadline.id} title={[unitOf(deadline.leg), ruleText(t, deadline.rule)].filter((each) => each !== "").join(" · ")} onClick={() => setOpen(open === deadline.id ? null : deadline.id)}>
              <span className="hidden">{t.case.clocks} </span>
              {several && runs(deadline) && unitOf(deadline.leg) !== "" && <span className="dim">{unitOf(deadline.leg)} </span>}
              <ClockOf deadline={deadline} /> {i === 0 && <Key name="8" />}
            </button>
            {typeof deadline.recounted === "number" && (
              <span className="sign task">
                {t.case.old_calendar} <Time at={deadline.recounted} />
              </span>
            )}
            {typeof deadline.due_first === "number" && (
              <span className="sign quiet">
                {t.escalation.due_first} <Time at={deadline.due_first} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {shown !== undefined && (
        <p className="clock-rule" role="status">
          <b>{t.stage[shown.stage]}</b> {unitOf(shown.leg)} <span>{ruleText(t, shown.rule)}</span>{" "}
          <span className="dim figures">
            {words.from(exact(shown.from))} · {words.amber(exact(shown.amber))} · {words.due(exact(shown.due))}
            {typeof shown.at === "number" && ` · ${words.met(exact(shown.at))}`}
            {shown.next_told != null && ` · ${t.escalation.next(exact(shown.next_told.at), t.escalation.tell[shown.next_told.tell] ?? shown.next_told.tell)}`}
          </span>
        </p>
      )}
    </>
  );
}

interface Walk {
  case: string;
  no: string;
  how: string;
}

/** The cases this one has to do with, in the order they are walked. */
function linksOf(view: CaseView, t?: Words): Walk[] {
  const all: Walk[] = [];
  if (view.parent !== null) all.push({ case: view.parent, no: view.parent_no ?? "", how: t?.case.parent ?? "" });
  for (const part of view.parts) all.push({ case: part.case, no: part.no, how: t === undefined ? "" : `${t.case.children} ${part.closed ? t.casePage.links.closed : t.casePage.links.open}` });
  for (const each of view.links) all.push({ case: each.case, no: each.no, how: t?.case.relation[each.relation] ?? "" });
  return all;
}

function CaseLinks({ view }: { view: CaseView }) {
  const t = useWords();
  const links = linksOf(view, t);
  const list = useRef<HTMLUListElement>(null);
  if (links.length === 0) return null;
  const step = (by: number) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    const at = all.findIndex((each) => each === document.activeElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <section>
      <h3>
        {t.case.links} <Key name="7" />
      </h3>
      <ul
        ref={list}
        className="case-links"
        onKeyDown={(event) => {
          if (composing(event.nativeEvent) || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
          event.preventDefault();
          step(event.key === "ArrowDown" ? 1 : -1);
        }}
      >
        {links.map((each) => (
          <li key={`${each.case} ${each.how}`}>
            {each.no === "" ? <span className="dim">{t.casePage.links.hidden}</span> : <Link href={casePath(each.case)}>{each.no}</Link>} <span className="dim">{each.how}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RatingBox({ view }: { view: CaseView }) {
  const t = useWords();
  const words = t.casePage.rating;
  const { rating } = view;
  if (rating === null) return null;
  const mark = (n: number) => t.satisfaction[n - 1] ?? String(n);
  return (
    <section>
      <h3>{words.title}</h3>
      <p>
        {t.solved[rating.solved]} · {rating.reached ? words.reached : words.not_reached} · {words.desk(mark(rating.desk))} · {words.unit(mark(rating.unit))}
      </p>
    </section>
  );
}

function About({ view }: { view: CaseView }) {
  const t = useWords();
  const first = view.first;
  const changed = first !== null && (first.matter !== view.classification.matter || first.urgency !== view.classification.urgency);
  return (
    <section>
      <h3>{t.case.facts}</h3>
      <dl className="pairs">
        <div>
          <dt>{t.case.received}</dt>
          <dd>
            <Time at={view.opened_at} ago /> · {t.channel[view.channel]}
          </dd>
        </div>
        <div>
          <dt>{t.case.first_receiver}</dt>
          <dd>{view.first_receiver_name}</dd>
        </div>
        {changed && (
          <div>
            <dt>{t.case.first}</dt>
            <dd>
              {first.matter_name || t.triage.unowned} · {t.urgency[first.urgency]}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
