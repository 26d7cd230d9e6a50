// The desk lead's board: what waits for a decision, in lanes; the chosen case is decided in place.
import { type CSSProperties, lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { calls } from "../api/calls";
import { request } from "../api/http";
import type { Lane, WaitingCase } from "../api/types";
import { CasePane } from "../case/pane";
import { cache, useAnswer } from "../live/cache";
import { officePath, sectionsFor } from "../office/sections";
import { keepPlace } from "../parts/place";
import { Failure, holderName, Key, UrgencySign, Waiting } from "../parts/signs";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { MINUTE, span } from "../time/format";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { across, busy, follow, pick, step, type Chosen } from "./board";
import { Seats, SeatState, useSeats } from "./seats";

const Floor = lazy(() => import("../voice/floor"));

const NO_LANES: Lane[] = [];

export function Lead() {
  const t = useWords();
  const entry = useAnswer("cases:board", calls.board);
  const lanes = entry.value?.lanes ?? NO_LANES;
  const full = busy(lanes);
  const box = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState<Chosen | null>(null);
  const [beside, setBeside] = useState<"case" | "seats" | "dead" | "calls">("case");
  // Whatever waits longest in the most pressing lane is open first.
  const chosen = follow(lanes, asked) ?? (full[0] === undefined ? null : pick(full[0], 0));
  const choose = (next: Chosen | null) => {
    if (next === null) return;
    setAsked(next);
    setBeside("case");
    const cards = [...(box.current?.querySelectorAll<HTMLElement>("[data-card]") ?? [])];
    cards.find((card) => card.dataset["card"] === next.id)?.scrollIntoView({ block: "nearest" });
  };
  const calling = useCalling();
  const show = (what: "seats" | "dead" | "calls") => setBeside((now) => (now === what ? "case" : what));
  useActions("here", [
    { id: "board-next", label: t.action.next, key: "j", run: () => choose(step(lanes, chosen, 1)), quiet: true },
    { id: "board-previous", label: t.action.previous, key: "k", run: () => choose(step(lanes, chosen, -1)), quiet: true },
    { id: "board-right", label: t.unit.board.next_lane, key: "ArrowRight", run: () => choose(across(lanes, chosen, 1)), quiet: true },
    { id: "board-left", label: t.unit.board.previous_lane, key: "ArrowLeft", run: () => choose(across(lanes, chosen, -1)), quiet: true },
    { id: "board-open", label: t.action.open, key: "Enter", run: () => chosen !== null && navigate(casePath(chosen.id)), quiet: true },
    { id: "board-seats", label: t.unit.board.seats, key: "9", run: () => show("seats") },
    { id: "board-dead", label: t.unit.board.dead_title, key: "Alt+Shift+d", run: () => show("dead") },
    ...(calling ? [{ id: "board-calls", label: t.call.floor, key: "Alt+Shift+c", run: () => show("calls") }] : []),
  ]);
  return (
    <main className="inbox board">
      <div className="inbox-list lanes-side">
        <h1 className="hidden">{t.unit.board.title}</h1>
        <Strip beside={beside} calling={calling} onShow={show} />
        {entry.error !== undefined && (
          <Failure error={entry.error}>
            <button type="button" onClick={entry.again}>
              {t.list.retry}
            </button>
          </Failure>
        )}
        {entry.value === undefined ? (
          entry.error === undefined && <Waiting rows={8} />
        ) : (
          <div className="lanes" ref={box} role="group" aria-label={t.unit.board.lanes}>
            {full.length === 0 && (
              <p className="empty">
                <b>{t.unit.board.none}</b> {t.unit.board.none_more}
              </p>
            )}
            {full.map((lane) => (
              <LaneBox key={lane.lane} lane={lane} chosen={chosen?.id ?? null} onChoose={(item, at) => choose({ lane: lane.lane, id: item.id, at })} />
            ))}
          </div>
        )}
        <p className="lanes-foot hint">
          {full.length > 0 && full.length < lanes.length && (
            <span>
              {t.unit.board.clear}
              {lanes
                .filter((lane) => lane.items.length === 0)
                .map((lane) => t.unit.lane[lane.lane])
                .join(t.unit.join)}
            </span>
          )}
          <span>{t.unit.board.keys}</span>
        </p>
      </div>
      <div className="inbox-case">
        {beside === "calls" && calling ? <Suspense fallback={<Waiting rows={6} />}><Floor /></Suspense> : beside === "seats" ? <Seats /> : beside === "dead" ? <DeadLetters /> : chosen === null ? <p className="empty">{t.inbox.choose}</p> : <CasePane key={chosen.id} id={chosen.id} />}
      </div>
    </main>
  );
}

/** Whether this platform has lines, and the reader may look over them. */
function useCalling(): boolean {
  const { me } = useSession();
  const may = me.may.includes("supervise_calls");
  const desk = useAnswer(may ? "voice:desk" : "voice:none", () => (may ? request<{ on: boolean }>("GET", "/api/calls/desk") : Promise.resolve({ on: false })));
  return desk.value?.on === true;
}

/** Who is here and what is stuck, in one line above the lanes. */
function Strip({ beside, calling, onShow }: { beside: string; calling: boolean; onShow: (what: "seats" | "dead" | "calls") => void }) {
  const t = useWords();
  const seats = useSeats().value?.seats ?? [];
  const links = useAnswer("links", calls.links).value ?? [];
  const dead = links.reduce((sum, link) => sum + link.dead, 0);
  return (
    <div className="board-strip">
      <button type="button" aria-pressed={beside === "seats"} onClick={() => onShow("seats")}>
        {t.unit.seats.here(seats.length)} <Key name="9" />
      </button>
      {calling && (
        <button type="button" aria-pressed={beside === "calls"} onClick={() => onShow("calls")}>
          {t.call.floor} <Key name="Alt+Shift+c" />
        </button>
      )}
      <ul className="strip-seats" aria-label={t.unit.seats.title}>
        {seats.slice(0, 6).map((seat) => (
          <li key={seat.account}>
            {seat.name} <SeatState seat={seat} />
            {seat.taken > 0 && <span className="dim"> {seat.taken}</span>}
          </li>
        ))}
      </ul>
      <span className="grow" />
      <button type="button" className={dead > 0 ? "due over" : "plain"} aria-pressed={beside === "dead"} onClick={() => onShow("dead")}>
        {t.unit.board.dead(dead)} <Key name="Alt+Shift+d" />
      </button>
    </div>
  );
}

function useAge() {
  const t = useWords();
  const now = useNow(MINUTE / 4);
  const whole = (at: number) => span(Math.max(0, now - at));
  const text = (at: number) => t.time.ago(whole(at).value, whole(at).unit).replace(/前$| ago$/, "");
  const unless = (words: (text: string) => string) => (at: number) => (whole(at).unit === "second" ? t.unit.board.just_come : words(text(at)));
  return { waits: unless(t.unit.board.waits), oldest: unless(t.unit.board.oldest) };
}

function LaneBox({ lane, chosen, onChoose }: { lane: Lane; chosen: string | null; onChoose: (item: WaitingCase, at: number) => void }) {
  const t = useWords();
  const age = useAge();
  const [hand, setHand] = useState(false);
  const [order, setOrder] = useState<string[]>(() => lane.items.map((item) => item.id));
  const known = useRef(new Map<string, WaitingCase>());
  for (const item of lane.items) known.current.set(item.id, item);
  const ids = lane.items.map((item) => item.id).join();
  // Nothing moves under the hand: what was decided stays, greyed, until the hand leaves the lane.
  const placed = useMemo(() => keepPlace(order, ids === "" ? [] : ids.split(","), hand), [order, ids, hand]);
  useEffect(() => {
    if (!hand) setOrder((old) => (old.join() === placed.order.join() ? old : placed.order));
  }, [hand, placed]);
  const shown = [...placed.order, ...placed.held].flatMap((id) => known.current.get(id) ?? []);
  return (
    <section
      className={`lane ${lane.lane}`}
      style={{ "--cards": shown.length } as CSSProperties}
      aria-label={t.unit.lane[lane.lane]}
      onPointerEnter={() => setHand(true)}
      onPointerLeave={() => setHand(false)}
    >
      <header>
        <h2>{t.unit.lane[lane.lane]}</h2>
        <b className="lane-count">{lane.count}</b>
        <span className="grow" />
        {lane.oldest_at !== null && <span className="dim figures">{age.oldest(lane.oldest_at)}</span>}
      </header>
      <ul>
        {shown.map((item, at) => (
          <li key={item.id} data-card={item.id} className={placed.gone.has(item.id) ? "gone" : ""} aria-current={item.id === chosen ? "true" : undefined} onClick={() => onChoose(item, at)} onDoubleClick={() => navigate(casePath(item.id))}>
            <p className="card-what">
              {item.danger && lane.lane !== "danger" && <span className="sign danger">▲</span>}
              {item.urgency !== "normal" && <UrgencySign urgency={item.urgency} />}
              <Link
                href={casePath(item.id)}
                onClick={(event) => {
                  event.preventDefault();
                  onChoose(item, at);
                }}
              >
                {item.matter_name !== "" && <b>{item.matter_name}</b>} {item.summary}
              </Link>
            </p>
            <p className="card-more">
              <span className="figures">{item.no}</span>
              {item.mode !== null && <span>{t.mode[item.mode]}</span>}
              <span className="card-reason">{item.reason !== "" ? `「${item.reason}」` : holderName(item)}</span>
              <span className="grow" />
              {placed.gone.has(item.id) ? <b>{t.unit.board.gone}</b> : <b className="figures">{age.waits(item.since)}</b>}
            </p>
          </li>
        ))}
      </ul>
      {lane.count > lane.items.length && <p className="hint">{t.unit.board.more(lane.count - lane.items.length)}</p>}
    </section>
  );
}

/** Only to be looked at here; who may mend the link is led to where that is done. */
function DeadLetters() {
  const t = useWords();
  const { me } = useSession();
  const mends = sectionsFor(me.may).includes("links");
  const entry = useAnswer("links", calls.links);
  const links = entry.value ?? [];
  const dead = links.reduce((sum, link) => sum + link.dead, 0);
  useEffect(() => cache.touch((key) => key === "links"), []);
  return (
    <div className="seats" tabIndex={0} role="region" aria-label={t.unit.board.dead_title}>
      <section>
        <h2>{t.unit.board.dead_title}</h2>
        {entry.error !== undefined && <Failure error={entry.error} />}
        {dead === 0 ? (
          <p className="empty">{t.unit.board.dead_none}</p>
        ) : (
          <ul className="legs">
            {links
              .filter((link) => link.dead > 0)
              .map((link) => (
                <li key={link.id}>
                  <b>{t.unit.board.dead_of(link.peer_name, link.dead)}</b> <span className="dim">{t.unit.board.dead_waiting(link.backlog)}</span>
                </li>
              ))}
          </ul>
        )}
        <p className="hint">{t.unit.board.dead_hint}</p>
        {mends && (
          <p>
            <Link href={officePath("links")}>{t.unit.board.dead_mend}</Link>
          </p>
        )}
      </section>
    </div>
  );
}
