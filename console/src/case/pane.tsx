// A case, whole: its sentence, its clocks, what was said, what happened, and what may be done now.
import { useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import type { CaseView, Leg, Matter, TimelineItem } from "../api/types";
import { CommandForm } from "../command/form";
import { commandKeys, forms, readAllowed, type Values } from "../command/forms";
import { useSend } from "../command/send";
import { useAnswer } from "../live/cache";
import { ClockOf, Failure, Key, StatusSign, Time, UrgencySign, Waiting } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useActions, type Action } from "../shell/actions";
import { useMatters, useSession } from "../shell/session";
import { MINUTE } from "../time/format";
import { useNow } from "../time/now";
import { useWords, type Words } from "../words";
import { PersonBox } from "./person";
import { sentenceFor } from "./sentence";
import { Supplement } from "./supplement";
import { Timeline } from "./timeline";

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

/** The commands the server allows, with a key each; the second leg's commands have to be clicked. */
export function offersOf(t: Words, view: CaseView): Offer[] {
  const used = new Set<string>();
  const all = readAllowed(view.allowed).flatMap(({ command, leg }): Offer[] => {
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
  const offers = offersOf(t, view);
  const actions: Action[] = offers.map((offer) => ({
    id: offer.id,
    label: offer.label,
    ...(offer.key === undefined ? {} : { key: offer.key }),
    run: () => choose(offer),
  }));
  useActions("here", actions);

  const give = async (offer: Offer, values: Record<string, unknown>, forget: () => void) => {
    const command = { command: offer.command, ...values, ...(offer.leg === null ? {} : { leg: offer.leg }) };
    // What only adds a fact need not mind what others did meanwhile.
    const version = ["contact", "report", "urge"].includes(offer.command) ? undefined : view.version;
    if ((await sending.send(view.id, command, version)) !== null) {
      forget();
      setOpen(null);
    }
  };
  function choose(offer: Offer) {
    sending.clear();
    if (forms[offer.command]?.fields.length === 0) void give(offer, {}, () => undefined);
    else setOpen(offer);
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
      <div className="case-body">
        <div className="case-facts">
          <PersonBox key={`person-${view.id}`} view={view} />
          {view.allowed.includes("add_detail") && <Supplement key={`supplement-${view.id}`} id={view.id} />}
          <Results view={view} />
          <Legs view={view} />
          <About view={view} />
          {page && <Clocks view={view} />}
        </div>
        <section className="case-timeline" tabIndex={0} aria-label={t.case.timeline}>
          <h3>
            {t.case.timeline} <span className="dim">{t.case.timeline_hint}</span>
          </h3>
          <Timeline items={items} />
        </section>
      </div>
      {open !== null && sending.moved !== null && <Moved view={view} items={items} moved={sending.moved} />}
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
          {!page && (
            <Link className="button plain" href={casePath(view.id)}>
              {t.case.open_page}
            </Link>
          )}
          {sending.error !== null && <Failure error={sending.error} />}
        </div>
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
      <ul className="clocks" aria-label={t.case.clocks}>
        {view.deadlines
          .filter((deadline) => deadline.state !== "void")
          .map((deadline) => (
            <li key={deadline.id}>
              <ClockOf deadline={deadline} />
            </li>
          ))}
      </ul>
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

function Legs({ view }: { view: CaseView }) {
  const t = useWords();
  if (view.legs.length === 0 && view.hand_overs.length === 0) return null;
  return (
    <section>
      <h3>{t.case.legs}</h3>
      <ul className="legs">
        {view.legs.map((leg) => (
          <li key={leg.id}>
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

/** The rule behind each limit, as it can be quoted (law 11). */
function Clocks({ view }: { view: CaseView }) {
  const t = useWords();
  if (view.deadlines.length === 0) return null;
  return (
    <section>
      <h3>{t.case.clocks}</h3>
      <ul className="legs">
        {view.deadlines.map((deadline) => (
          <li key={deadline.id}>
            {t.stage[deadline.stage]} <Time at={deadline.due} /> <span className="dim rule">{deadline.rule}</span>
            {deadline.recounted !== undefined && (
              <span className="sign task">
                {t.case.old_calendar} <Time at={deadline.recounted} />
              </span>
            )}
          </li>
        ))}
      </ul>
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
        {view.links.length > 0 && (
          <div>
            <dt>{t.case.links}</dt>
            <dd>
              {view.links.map((each) => (
                <Link key={`${each.case}${each.relation}`} href={casePath(each.case)}>
                  {each.no} {t.case.relation[each.relation]}
                </Link>
              ))}
            </dd>
          </div>
        )}
        {view.parent !== null && (
          <div>
            <dt>{t.case.parent}</dt>
            <dd>
              <Link href={casePath(view.parent)}>{t.caller.look}</Link>
            </dd>
          </div>
        )}
        {view.open_children.length + view.closed_children.length > 0 && (
          <div>
            <dt>{t.case.children}</dt>
            <dd>
              {[...view.open_children, ...view.closed_children].map((child, i) => (
                <Link key={child} href={casePath(child)}>
                  {i + 1}
                  {view.closed_children.includes(child) ? " ✓" : ""}
                </Link>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

/** After a conflict: what happened meanwhile, beside the words that were not lost. */
function Moved({ view, items, moved }: { view: CaseView; items: TimelineItem[]; moved: { mine: number; now: number } }) {
  const t = useWords();
  const fresh = items.filter((item) => item.seq > moved.mine);
  return (
    <section className="moved" role="alert">
      <h3>{t.case.moved}</h3>
      <p>{t.case.moved_more(moved.mine, Math.max(moved.now, view.version))}</p>
      {fresh.length > 0 && (
        <>
          <p className="dim">{t.case.moved_list}</p>
          <Timeline items={fresh} />
        </>
      )}
    </section>
  );
}

