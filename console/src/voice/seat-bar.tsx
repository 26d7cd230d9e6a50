// The operator's phone: the own seat, the call that rings or talks there, one key for each deed.
import { useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import { useDrafts } from "../draft/drafts";
import { cache, useAnswer } from "../live/cache";
import { Failure, Key } from "../parts/signs";
import { navigate, useRoute } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useNow } from "../time/now";
import { BringIn } from "./bring-in";
import { type CallDesk, type CallNow, type SeatAsk, voice } from "./calls";
import { useContactOf } from "./contact";
import { deedsOf } from "./deeds";
import { thePhone, type PhoneView } from "./phone";
import { PhonePanel } from "./phone-panel";
import { ring } from "./ringer";
import { useSeatPhone } from "./seat-phone";
import { useVoiceWords, type VoiceWords } from "./words";
import "./voice.css";

const BREAKS = ["rest", "meal", "meeting", "paperwork"] as const;
const KEYPAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

function ago(from: number, now: number): string {
  const s = Math.max(0, Math.floor((now - from) / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** So long the platform may not know a phone that was opened just now. */
const DISOWNED = 700;

export default function SeatBar() {
  const v = useVoiceWords();
  const route = useRoute();
  const { drafts } = useSession();
  const { active } = useDrafts(drafts);
  const entry = useAnswer<CallDesk>("voice:desk", voice.desk);
  const phone = useSeatPhone();
  const now = useNow(1000);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<"keypad" | "breaks" | "bring" | "phone" | null>(null);
  const desk = entry.value;
  const call = desk?.call ?? null;
  const seat = desk?.seat ?? null;
  const ringing = call !== null && (call.doing === "ringing" || seat?.state === "ringing");
  const supervising = seat?.state === "supervising";
  useContactOf(supervising ? null : call, ringing);
  useBell(ringing, call?.class === "emergency", phone.ring);
  const muted = call?.muted === true && !supervising;
  useEffect(() => thePhone().mute(muted), [muted]);
  useEffect(() => thePhone().carries(call !== null), [call]);
  // A platform that was started again does not know this phone; the browser itself notices only after five seconds and more.
  const disowned = seat !== null && desk?.phone === false && desk.browser_phone && phone.state === "up";
  useEffect(() => {
    if (!disowned) return;
    const timer = setTimeout(() => thePhone().renew(), DISOWNED);
    return () => clearTimeout(timer);
  }, [disowned]);
  // What was opened for a call closes with it.
  const id = call?.call ?? "";
  useEffect(() => setOpen((was) => (was === "phone" ? was : null)), [id]);

  const ask = async (body: SeatAsk) => {
    setBusy(true);
    setError(null);
    try {
      cache.put("voice:desk", await voice.ask(body));
      if (body.ask === "answer" && route.page !== "desk") navigate("/desk");
    } catch (failure) {
      setError(failure);
      cache.touch((key) => key === "voice:desk");
    } finally {
      setBusy(false);
    }
  };
  const ready = async () => {
    // Without a phone nothing would ring: it comes first, and why it does not come is said where it stands.
    if (desk?.phone === false && desk.browser_phone && !(await thePhone().open())) return;
    await ask({ ask: "ready" });
  };
  const bind = async (of: string, to: string) => {
    setError(null);
    try {
      await voice.bind(of, to);
      cache.touch((key) => key === "voice:desk" || key === `timeline:${to}`);
    } catch (failure) {
      setError(failure);
    }
  };
  // The case the contact in hand became is what the call is about.
  const bound = useRef("");
  const target = active?.case_id ?? null;
  useEffect(() => {
    if (call === null || supervising || call.case != null || target === null || ringing || active?.caller_number !== call.number) return;
    if (bound.current === call.call) return;
    bound.current = call.call;
    void bind(call.call, target);
  });

  const toggle = (what: "keypad" | "breaks" | "bring" | "phone") => setOpen((was) => (was === what ? null : what));
  const deeds = desk === undefined ? [] : deedsOf(v, desk, ask, { keypad: () => toggle("keypad"), breaks: () => toggle("breaks"), bring: () => toggle("bring"), ready: () => void ready() });
  if (call !== null && !supervising && call.case == null && target !== null && !ringing) {
    deeds.push({ id: "call-bind", label: v.bind, key: "Alt+Shift+b", run: () => void bind(call.call, target) });
  }
  const small = open === "keypad" || open === "breaks";
  useActions("here", [
    ...deeds,
    ...(desk?.browser_phone === true ? [{ id: "call-phone", label: `${v.phone.title} · ${v.phone.devices}`, key: "Alt+Shift+h", run: () => toggle("phone") }] : []),
    ...(open === "breaks" ? BREAKS.map((reason, i) => ({ id: `call-break-${reason}`, label: v.act[reason], key: `Alt+Shift+${i + 1}`, run: () => (setOpen(null), void ask({ ask: "break", reason })) })) : []),
    ...(small ? [{ id: "call-close", label: v.bring.close, key: "Escape", run: () => setOpen(null), quiet: true }] : []),
  ]);
  if (desk === undefined) return entry.error === undefined ? null : <div className="seat-bar"><Failure error={entry.error} /></div>;
  const bring = (body: SeatAsk) => {
    setOpen(null);
    void ask(body);
  };
  return (
    <section className={`seat-bar ${ringing ? "ringing" : ""} ${call !== null ? "busy" : ""}`} aria-label={v.bar}>
      <div className="seat-bar-line">
        <p className="seat-bar-state" role="status">
          <i aria-hidden="true">{seat === null || seat.state === "offline" ? "○" : seat.state === "ready" ? "●" : seat.state === "break" ? "‖" : "◐"}</i>
          <b>{v.state[seat?.state ?? "offline"]}</b>
          {seat?.reason != null && <span>{v.reason[seat.reason]}</span>}
        </p>
        {seat !== null && seat.state !== "offline" && (
          <p className="dim figures" role="timer" aria-live="off">
            {seat.state === "wrap_up" && seat.until != null ? v.wrap_left(Math.max(0, Math.ceil((seat.until - now) / 1000))) : ago(seat.since, now)}
          </p>
        )}
        {seat?.next != null && <p className="dim">{v.then(v.state[seat.next] ?? seat.next)}</p>}
        <PhoneSign desk={desk} phone={phone} onOpen={() => setOpen("phone")} />
        {call !== null && <CallLine call={call} now={now} ringing={ringing} supervising={supervising} said={v.state[seat?.state ?? "offline"] === v.doing[call.doing]} />}
        {desk.waiting > 0 && <p className="due soon">▲ {v.waiting(desk.waiting)}</p>}
        <span className="grow" />
        {call === null && <Deeds deeds={deeds} busy={busy} label={v.bar} />}
        {desk.call_backs.length > 0 && call === null && <CallBacks desk={desk} busy={busy} onDial={(body) => void ask(body)} />}
      </div>
      {call !== null && (
        <div className="seat-bar-line">
          <Deeds deeds={deeds} busy={busy} label={v.bar} />
        </div>
      )}
      {open === "breaks" && (
        <div className="seat-bar-deeds" role="group" aria-label={v.state["break"] ?? ""}>
          {BREAKS.map((reason, i) => (
            <button key={reason} type="button" onClick={() => bring({ ask: "break", reason })}>
              {v.act[reason]} <Key name={`Alt+Shift+${i + 1}`} />
            </button>
          ))}
        </div>
      )}
      {open === "keypad" && call !== null && (
        <div className="keypad" role="group" aria-label={v.act.keypad}>
          {KEYPAD.map((digit) => (
            <button key={digit} type="button" onClick={() => void ask({ ask: "digit", call: call.call, digit })}>
              {digit}
            </button>
          ))}
        </div>
      )}
      {error !== null && (
        <p className="due over" role="alert">
          ■ {refusalOf(v, error)}
        </p>
      )}
      {open === "phone" && <PhonePanel canClose={call === null} onClose={() => setOpen(null)} />}
      {open === "bring" && (
        <BringIn
          desk={desk}
          onConsult={(to) => call !== null && bring({ ask: "consult", call: call.call, to })}
          onTransfer={(to) => call !== null && bring({ ask: "transfer", call: call.call, to })}
          onDial={(to) => bring({ ask: "dial", to, call_back: null })}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

/** What was refused, in a sentence: the machine's key first. */
export function refusalOf(v: VoiceWords, error: unknown): string {
  if (error instanceof Problem) {
    for (const each of error.fields) {
      const known = v.refused[each.key];
      if (known !== undefined) return known;
    }
  }
  return v.refused["not_now"] ?? "";
}

function Deeds({ deeds, busy, label }: { deeds: ReturnType<typeof deedsOf>; busy: boolean; label: string }) {
  return (
    <div className="seat-bar-deeds" role="toolbar" aria-label={label}>
      {deeds.map((deed) => (
        <button key={deed.id} type="button" className={deed.first === true ? "primary" : ""} disabled={busy} onClick={deed.run}>
          {deed.label} {deed.key !== undefined && <Key name={deed.key} />}
        </button>
      ))}
    </div>
  );
}

/** The phone in a word; where it does not work, in a sentence with what to do. */
function PhoneSign({ desk, phone, onOpen }: { desk: CallDesk; phone: PhoneView; onOpen: () => void }) {
  const v = useVoiceWords();
  const on = desk.seat != null && desk.seat.state !== "offline";
  const here = phone.state !== "off";
  const trouble = here ? phone.state !== "up" : on && !desk.phone;
  const words = here ? v.phone.state[phone.state] : desk.phone ? v.phone.hard : on ? v.no_phone : "";
  return (
    <p className={`seat-bar-phone ${trouble ? "due soon" : "dim"}`} role={trouble ? "alert" : undefined}>
      {words !== "" && (
        <span>
          <i aria-hidden="true">{trouble ? "▲" : "☎"}</i> {words}
        </span>
      )}
      {desk.browser_phone && (
        <button type="button" className="plain" onClick={onOpen}>
          {trouble || !here ? v.phone.title : v.phone.devices} <Key name="Alt+Shift+h" />
        </button>
      )}
    </p>
  );
}

function CallBacks({ desk, busy, onDial }: { desk: CallDesk; busy: boolean; onDial: (body: SeatAsk) => void }) {
  const v = useVoiceWords();
  return (
    <details className="call-backs">
      <summary>
        {v.backs} {desk.call_backs.length}
      </summary>
      <ul>
        {desk.call_backs.map((back) => (
          <li key={back.call}>
            <span>{back.number}</span> <span className="dim">{v.back_reason[back.reason]} · {v.class[back.class]} · {v.back_tries(back.attempts)}</span>
            <button type="button" disabled={busy || back.trying} onClick={() => onDial({ ask: "dial", to: { to: "number", name: back.number }, call_back: back.call })}>
              {v.act.call_back}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Rings as long as a call does. */
function useBell(ringing: boolean, emergency: boolean, device: string): void {
  useEffect(() => {
    if (!ringing || typeof AudioContext === "undefined") return;
    return ring(emergency, device);
  }, [ringing, emergency, device]);
}

/** `said`: the seat's own state says already what the call is doing, and for how long. */
function CallLine({ call, now, ringing, supervising, said }: { call: CallNow; now: number; ringing: boolean; supervising: boolean; said: boolean }) {
  const v = useVoiceWords();
  const known = useAnswer(`callers:${call.number}`, () => (call.number === "" || supervising ? Promise.resolve(null) : calls.callers(call.number)));
  const colleague = call.with?.to === "seat" ? call.with.name : null;
  const names = useAnswer(colleague === null ? null : "voice:colleagues", voice.colleagues).value;
  const past = known.value;
  const count = past == null ? 0 : past.open.length + past.earlier.length;
  const name = colleague === null ? call.with?.name : (names?.find((each) => each.account === colleague)?.name ?? "");
  return (
    <p className="seat-bar-call" role={ringing ? "alert" : undefined}>
      <b className="figures">{call.number === "" ? v.withheld : call.number}</b>
      {call.inbound && call.called !== "" && <span className="dim figures">{v.dialled(call.called)}</span>}
      {call.caller !== "" && <span>{v.last_name(call.caller)}</span>}
      {!said && (
        <>
          <span>
            {v.doing[call.doing]}
            {name !== undefined && name !== "" && ` ${name}`}
          </span>
          <span className="dim figures">{ago(call.answered ?? call.began, now)}</span>
        </>
      )}
      {call.class !== "normal" && (
        <span className={call.class === "emergency" ? "due over" : "due soon"}>
          {call.class === "emergency" ? "■" : "▲"} {v.class[call.class]}
        </span>
      )}
      {call.muted && !supervising && <span className="due soon">▲ {v.act.mute}</span>}
      {past != null && <span className={past.open.length > 0 ? "due soon" : ""}>{v.earlier(count)}</span>}
      {call.case_no != null && <span className="dim">{v.bound(call.case_no)}</span>}
      {ringing && call.inbound && <span className="dim">{v.draft_ready}</span>}
      {call.doing === "transferring" && <span className="dim">{v.transferring}</span>}
    </p>
  );
}
