// The hall's wall 大屏: few figures, large, live; each with its definition a hover away.
import { useEffect, type ReactNode } from "react";
import { calls } from "../api/calls";
import type { LinkHealth, PeerDesk, Wall as WallView } from "../api/types";
import { elapsed } from "../desk/tabs";
import { Legend } from "../desk/place";
import { cache, useAnswer } from "../live/cache";
import { onHappening } from "../live/line";
import { LazyMap, useCasePoints } from "../map/lazy";
import { Key } from "../parts/signs";
import { Link } from "../route/link";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { hhmmss, span } from "../time/format";
import { useNow } from "../time/now";
import { useWords } from "../words";
import "./wall.css";

/** The figures are counted anew at most this often, however busy the hall is… */
const REST = 1000;
/** …and this often without an event: a link's health is none, nor is a clock that runs out. */
const PAUSE = 5000;

/** Longer without a word, and the other desk's figures are old: it tells them every few seconds. */
const OLD = 60_000;

const NONE: never[] = [];
const NO_PEERS: PeerDesk[] = [];

export default function Wall() {
  const t = useWords();
  const w = t.work.wall;
  const { me } = useSession();
  const entry = useAnswer<WallView>("wall", calls.wall);
  const points = useCasePoints();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const touch = () => cache.touch((key) => key === "wall");
    const stop = onHappening(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        touch();
      }, REST);
    });
    const beat = setInterval(touch, PAUSE);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(beat);
    };
  }, []);
  useActions("here", [{ id: "leave", label: w.leave, key: "Escape", run: () => navigate("/") }]);
  const figures = entry.value?.figures;
  return (
    <main className="wall" data-theme="dark">
      <header>
        <h1>
          <span className="platform-number">{me.platform.number}</span> {me.platform.name}
        </h1>
        {me.platform.demo && <span className="sign task">{t.bar.demo}</span>}
        <Links links={entry.value?.links ?? NONE} />
        <span className="grow" />
        {entry.error !== undefined && (
          <span className="wall-stale" role="alert">
            ▲ {w.stale}
          </span>
        )}
        <Clock />
        <Link className="button plain" href="/">
          {w.leave} <Key name="Escape" />
        </Link>
      </header>
      <div className="wall-peers">
        {(entry.value?.peers ?? NO_PEERS).map((peer) => (
          <Peer key={peer.link} peer={peer} />
        ))}
      </div>
      <section className="wall-figures" aria-label={w.title}>
        <Figure id="waiting" name={w.waiting} define={w.define.waiting} value={figures?.waiting} heat={figures !== undefined && figures.waiting > 0 ? "some" : ""}>
          <Oldest at={figures?.waiting_oldest_at ?? null} />
        </Figure>
        <Figure id="danger" name={w.danger} define={w.define.danger} value={figures?.danger} heat={figures !== undefined && figures.danger > 0 ? "over" : ""} sign="▲" />
        <Figure id="overdue" name={w.overdue} define={w.define.overdue} value={figures?.overdue} heat={figures !== undefined && figures.overdue > 0 ? "over" : ""} sign="■" />
        <Figure id="unowned" name={w.unowned} define={w.define.unowned} value={figures?.unowned} heat={figures !== undefined && figures.unowned > 0 ? "soon" : ""} sign="◇" />
        <Figure id="taken" name={w.taken} define={w.define.taken} value={figures?.taken_today} />
        <Figure id="open" name={w.open} define={w.define.open} value={figures?.open} />
        <Figure id="handed_over" name={w.handed_over} define={w.define.handed_over} value={figures?.handed_over_today}>
          <p className="wall-under" title={w.define.accepted}>
            {w.accepted} <b className="figures">{figures?.accepted_today ?? "–"}</b>
          </p>
        </Figure>
        <Figure id="from_peer" name={w.from_peer} define={w.define.from_peer} value={figures?.from_peer_today} />
      </section>
      <section className="wall-map" aria-label={t.work.map.title}>
        <LazyMap points={points?.points ?? NONE} here={null} hint={null} dark follow={false} scale={2} />
        <footer className="map-legend">
          <Legend here={false} />
          {points !== undefined && <span>{points.complete ? t.work.map.points(points.points.length) : t.work.map.some(points.points.length)}</span>}
        </footer>
      </section>
    </main>
  );
}

function Figure({ id, name, define, value, heat = "", sign, children }: { id: string; name: string; define: string; value: number | undefined; heat?: string; sign?: string; children?: ReactNode }) {
  return (
    <div className={`wall-figure ${heat}`} data-figure={id} title={define}>
      <h2>
        {heat !== "" && sign !== undefined && <i aria-hidden="true">{sign} </i>}
        {name}
      </h2>
      <p className="wall-value figures">{value ?? "–"}</p>
      <p className="hidden">{define}</p>
      {children}
    </div>
  );
}

/** The desk at the other end, as it counts itself. */
function Peer({ peer }: { peer: PeerDesk }) {
  const t = useWords();
  const w = t.work.wall;
  const now = useNow(1000);
  const { figures } = peer;
  const age = figures === null ? 0 : Math.max(0, now - figures.at);
  const old = figures !== null && age > OLD;
  const count = (name: "waiting" | "danger" | "overdue" | "unowned" | "open" | "taken", value: number, heat = "") => (
    <li className={value > 0 ? heat : ""} title={w.define[name]}>
      {w[name]} <b className="figures">{value}</b>
    </li>
  );
  return (
    <section className={`wall-peer ${old ? "old" : ""}`} aria-label={peer.name}>
      <h2>{peer.name}</h2>
      {figures === null ? (
        <p>{w.peer_silent}</p>
      ) : (
        <>
          <ul>
            {count("waiting", figures.waiting)}
            <li>
              {w.oldest} <b className="figures">{figures.waiting_oldest_at === null ? w.none_waiting : waited(t, figures.waiting_oldest_at, now)}</b>
            </li>
            {count("danger", figures.danger, "over")}
            {count("overdue", figures.overdue, "over")}
            {count("unowned", figures.unowned, "soon")}
            {count("open", figures.open)}
            {count("taken", figures.taken_today)}
          </ul>
          {old && <p className="wall-stale">▲ {w.peer_old(elapsed(figures.at, now))}</p>}
        </>
      )}
    </section>
  );
}

/** Beyond two days the seconds say nothing, and hours of three figures do not fit their place. */
function waited(t: ReturnType<typeof useWords>, at: number, now: number): string {
  const past = span(now - at);
  return past.unit === "day" ? t.work.wall.days(past.value) : elapsed(at, now);
}

function Oldest({ at }: { at: number | null }) {
  const t = useWords();
  const now = useNow(1000);
  return (
    <p className="wall-under">
      {t.work.wall.oldest} <b className="figures">{at === null ? t.work.wall.none_waiting : waited(t, at, now)}</b>
    </p>
  );
}

function Clock() {
  const t = useWords();
  const now = useNow(1000);
  return (
    <time className="wall-clock figures" role="timer" aria-live="off" aria-label={t.bar.clock}>
      {hhmmss(now)}
    </time>
  );
}

/** Both desks' ends of each link: this one's backlog, the other one's answer. */
function Links({ links }: { links: readonly LinkHealth[] }) {
  const t = useWords();
  const w = t.work.wall;
  return (
    <ul className="wall-links" aria-label={w.links}>
      {links.map((link) => {
        const state = link.alarm !== null ? "over" : link.connected ? "well" : "soon";
        return (
          <li key={link.id} className={state}>
            <i aria-hidden="true">{state === "well" ? "●" : state === "soon" ? "▲" : "■"}</i> {link.peer_name}{" "}
            {state === "well" ? w.link_ok : state === "soon" ? w.link_down(link.backlog) : w.link_alarm}
          </li>
        );
      })}
      {links.length === 0 && <li>{w.no_links}</li>}
    </ul>
  );
}
