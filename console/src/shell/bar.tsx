// The contact bar: which platform this is, whether the link and the live line stand, what waits, what time it is.
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import type { LinkHealth } from "../api/types";
import { cache, useAnswer } from "../live/cache";
import { useLight } from "../live/line";
import { Key } from "../parts/signs";
import { Bell } from "../reach/bell";
import { hhmmss, span } from "../time/format";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { setLook, useLook } from "./look";
import { useSession } from "./session";

const LINK_PAUSE = 5000;
const PasswordDialog = lazy(() => import("../office/password").then(({ PasswordDialog }) => ({ default: PasswordDialog })));

export function Bar({ onHelp, onPalette }: { onHelp: () => void; onPalette: () => void }) {
  const t = useWords();
  const { me } = useSession();
  // A unit's people see neither the hall's figures nor its links.
  const hall = me.may.includes("read_desk");
  const summary = useAnswer(hall ? "summary" : null, calls.summary).value;
  const links = useAnswer(hall ? "links" : null, calls.links).value ?? [];
  useEffect(() => {
    if (!hall) return;
    // A link's health is no event of a case; it is looked at instead.
    const timer = setInterval(() => cache.touch((key) => key === "links"), LINK_PAUSE);
    return () => clearInterval(timer);
  }, [hall]);
  const waiting = (summary?.by_status.taken ?? 0) + (summary?.by_status.incoming ?? 0);
  return (
    <header className="bar">
      <strong className={`platform ${me.platform.desk}`}>
        <span className="platform-number">{me.platform.number}</span>
        {me.platform.name}
      </strong>
      {me.platform.demo && <span className="sign task">{t.bar.demo}</span>}
      {me.may.includes("read_case") && <LiveLight />}
      {links.map((link) => (
        <LinkLight key={link.id} link={link} />
      ))}
      <span className="grow" />
      {summary !== undefined && (
        <dl className="counts">
          <Count name={t.bar.waiting} value={waiting} heat={waiting > 0 ? "strong" : ""} />
          {summary.waiting_oldest_at !== null && waiting > 0 && <Oldest at={summary.waiting_oldest_at} />}
          <Count name={t.bar.open} value={summary.open} heat="" />
          <Count name={t.bar.soon} value={summary.due_soon} heat={summary.due_soon > 0 ? "soon" : ""} />
          <Count name={t.bar.overdue} value={summary.overdue} heat={summary.overdue > 0 ? "over" : ""} />
        </dl>
      )}
      <Clock />
      <Bell />
      <button type="button" className="plain" onClick={onPalette}>
        {t.bar.find} <Key name="Ctrl+k" />
      </button>
      <button type="button" className="plain" onClick={onHelp}>
        {t.bar.keys} <Key name="?" />
      </button>
      <Account />
    </header>
  );
}

function Count({ name, value, heat }: { name: string; value: number; heat: string }) {
  return (
    <div className={heat}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Oldest({ at }: { at: number }) {
  const t = useWords();
  const now = useNow(1000);
  const waited = Math.max(0, now - at);
  const seconds = Math.floor(waited / 1000);
  const whole = span(waited);
  const text =
    waited < 3_600_000
      ? `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`
      : t.time.ago(whole.value, whole.unit).replace(/前$| ago$/, "");
  return (
    <div>
      <dt className="hidden">{t.bar.waiting}</dt>
      <dd className="oldest">{t.bar.oldest(text)}</dd>
    </div>
  );
}

function Clock() {
  const t = useWords();
  const now = useNow(1000);
  return (
    <time className="clock" role="timer" aria-live="off" aria-label={t.bar.clock}>
      {hhmmss(now)}
    </time>
  );
}

function LiveLight() {
  const t = useWords();
  const light = useLight();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    // A reconnection that takes a moment is nobody's business.
    const timer = setTimeout(() => setLate(true), 1500);
    return () => clearTimeout(timer);
  }, [light]);
  if (light === "live" || !late) return null;
  const words = light === "broken" ? t.bar.live_broken : t.bar.live_connecting;
  return (
    <span className={`light ${light === "broken" ? "soon" : ""}`} role="status">
      <i aria-hidden="true">{light === "broken" ? "▲" : "○"}</i>
      {words}
    </span>
  );
}

function LinkLight({ link }: { link: LinkHealth }) {
  const t = useWords();
  const lag = link.rtt_ms === null ? "—" : link.rtt_ms < 1000 ? `${Math.round(link.rtt_ms)} ms` : `${(link.rtt_ms / 1000).toFixed(1)} s`;
  const state = link.alarm !== null ? "over" : link.connected ? "well" : "soon";
  const words = link.alarm !== null ? t.bar.link_alarm(link.peer_name, t.bar.alarms[link.alarm] ?? link.alarm) : link.connected ? t.bar.link_ok(link.peer_name, lag) : t.bar.link_down(link.peer_name, link.backlog);
  return (
    <span className={`light ${state}`} role="status" aria-label={words} title={words}>
      <i aria-hidden="true">{state === "well" ? "●" : state === "soon" ? "▲" : "■"}</i>
      <span aria-hidden="true">
        {t.bar.link} {link.peer_name} {link.connected ? lag : t.bar.link_down_short(link.backlog)} {link.alarm !== null && t.bar.alarm_short}
      </span>
    </span>
  );
}

function Account() {
  const t = useWords();
  const look = useLook();
  const { me, signOut } = useSession();
  const box = useRef<HTMLDetailsElement>(null);
  const [changing, setChanging] = useState(false);
  useEffect(() => {
    const away = (event: Event) => {
      const details = box.current;
      if (details?.open !== true) return;
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !(event.target instanceof Node && details.contains(event.target))) {
        details.open = false;
        if (event instanceof KeyboardEvent) details.querySelector("summary")?.focus();
      }
    };
    addEventListener("click", away);
    addEventListener("keydown", away);
    return () => {
      removeEventListener("click", away);
      removeEventListener("keydown", away);
    };
  }, []);
  return (
    <details className="account" ref={box}>
      <summary title={t.bar.account}>
        {me.account.name}
        <span className="dim"> {me.account.unit_name}</span>
      </summary>
      <div className="account-menu">
        <p>
          {me.account.roles.map((role) => t.role[role]).join("、")}
          <span className="dim"> {me.version}</span>
        </p>
        <Pick
          name={t.look.theme}
          value={look.theme}
          options={[["system", t.look.system], ["light", t.look.light], ["dark", t.look.dark]] as const}
          onPick={(theme) => setLook({ theme })}
        />
        <Pick
          name={t.look.size}
          value={String(look.size)}
          options={[["100", "100 %"], ["125", "125 %"], ["150", "150 %"]] as const}
          onPick={(size) => setLook({ size: Number(size) as 100 | 125 | 150 })}
        />
        <Pick
          name={t.look.language}
          value={look.language}
          options={[["zh-CN", "中文"], ["en", "English"]] as const}
          onPick={(language) => setLook({ language })}
        />
        <button type="button" onClick={() => setChanging(true)}>
          {t.look.password}
        </button>
        <button type="button" onClick={signOut}>
          {t.look.sign_out}
        </button>
      </div>
      {changing && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </details>
  );
}

export function Pick<V extends string>({ name, value, options, onPick }: { name: string; value: string; options: readonly (readonly [V, string])[]; onPick: (value: V) => void }) {
  return (
    <fieldset className="pick">
      <legend>{name}</legend>
      {options.map(([option, words]) => (
        <label key={option}>
          <input type="radio" name={`pick-${name}`} checked={value === option} onChange={() => onPick(option)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
