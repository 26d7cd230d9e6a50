// The operator's phone: the own seat, the call that rings or talks there, one key for each deed.
import { useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import { isBlank, useDrafts } from "../draft/drafts";
import { cache, useAnswer } from "../live/cache";
import { Failure, Key } from "../parts/signs";
import { useActions, type Action } from "../shell/actions";
import { useSession } from "../shell/session";
import { useNow } from "../time/now";
import { type CallDesk, type CallNow, type SeatAsk, voice } from "./calls";
import { useVoiceWords, type VoiceWords } from "./words";
import "./voice.css";

const AGREED = ["police", "hotline", "both", "undecided"] as const;
const BREAKS = ["rest", "meal", "meeting", "paperwork"] as const;
const KEYPAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

interface Deed extends Action {
  /** Stands out: what is mostly wanted now. */
  first?: boolean;
}

function ago(from: number, now: number): string {
  const s = Math.max(0, Math.floor((now - from) / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

export default function SeatBar() {
  const v = useVoiceWords();
  const { drafts } = useSession();
  const { active } = useDrafts(drafts);
  const entry = useAnswer<CallDesk>("voice:desk", voice.desk);
  const now = useNow();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [keypad, setKeypad] = useState(false);
  const [breaks, setBreaks] = useState(false);
  const desk = entry.value;
  const call = desk?.call ?? null;
  useContactOf(call);

  const ask = async (body: SeatAsk) => {
    setBusy(true);
    setError(null);
    try {
      cache.put("voice:desk", await voice.ask(body));
    } catch (failure) {
      setError(failure);
      cache.touch((key) => key === "voice:desk");
    } finally {
      setBusy(false);
    }
  };
  const bind = async (id: string, of: string) => {
    setError(null);
    try {
      await voice.bind(id, of);
      cache.touch((key) => key === "voice:desk" || key === `timeline:${of}`);
    } catch (failure) {
      setError(failure);
    }
  };
  // The case the contact in hand became is what the call is about.
  const bound = useRef("");
  const target = active?.case_id ?? null;
  useEffect(() => {
    if (call === null || call.case != null || target === null || call.doing === "ringing" || active?.caller_number !== call.number) return;
    if (bound.current === call.call) return;
    bound.current = call.call;
    void bind(call.call, target);
  });

  const deeds = desk === undefined ? [] : deedsOf(v, desk, ask, { openKeypad: () => setKeypad((open) => !open), openBreaks: () => setBreaks((open) => !open) });
  if (call !== null && call.case == null && target !== null && call.doing !== "ringing") {
    deeds.push({ id: "call-bind", label: v.bind, key: "Alt+Shift+b", run: () => void bind(call.call, target) });
  }
  useActions("here", [...deeds, ...(keypad && call !== null ? [{ id: "call-keypad-close", label: v.act.keypad, key: "Escape", run: () => setKeypad(false), quiet: true }] : [])]);
  if (desk === undefined) return entry.error === undefined ? null : <Failure error={entry.error} />;
  const seat = desk.seat ?? null;
  return (
    <section className={`seat-bar ${call?.doing === "ringing" ? "ringing" : ""}`} aria-label={v.bar}>
      <p className="seat-bar-state" role="status">
        <i aria-hidden="true">{seat === null || seat.state === "offline" ? "○" : seat.state === "ready" ? "●" : seat.state === "break" ? "‖" : "◐"}</i>
        <b>{v.state[seat?.state ?? "offline"]}</b>
        {seat?.reason != null && <span>{v.reason[seat.reason]}</span>}
        {seat != null && seat.state !== "offline" && <span className="dim">{ago(seat.since, now)}</span>}
        {seat?.next != null && <span className="dim">{v.then(v.state[seat.next] ?? seat.next)}</span>}
        {desk.waiting > 0 && <span className="due soon">▲ {v.waiting(desk.waiting)}</span>}
      </p>
      {seat !== null && !seat.phone && seat.state !== "offline" && <p className="due soon">▲ {v.no_phone}</p>}
      {call !== null && <CallLine call={call} now={now} />}
      <div className="seat-bar-deeds" role="toolbar" aria-label={v.bar}>
        {deeds.map((deed) => (
          <button key={deed.id} type="button" className={deed.first === true ? "primary" : ""} disabled={busy} onClick={deed.run}>
            {deed.label} {deed.key !== undefined && <Key name={deed.key} />}
          </button>
        ))}
      </div>
      {breaks && (
        <div className="seat-bar-deeds" role="group" aria-label={v.state["break"] ?? ""}>
          {BREAKS.map((reason) => (
            <button key={reason} type="button" onClick={() => { setBreaks(false); void ask({ ask: "break", reason }); }}>
              {v.act[reason]}
            </button>
          ))}
        </div>
      )}
      {keypad && call !== null && (
        <div className="keypad" role="group" aria-label={v.act.keypad}>
          {KEYPAD.map((digit) => (
            <button key={digit} type="button" onClick={() => void ask({ ask: "digit", call: call.call, digit })}>
              {digit}
            </button>
          ))}
        </div>
      )}
      {error !== null && <p className="due over" role="alert">■ {refusal(v, error)}</p>}
      {desk.call_backs.length > 0 && (
        <details className="call-backs">
          <summary>
            {v.backs} {desk.call_backs.length}
          </summary>
          <ul>
            {desk.call_backs.map((back) => (
              <li key={back.call}>
                <span>{back.number}</span> <span className="dim">{v.back_reason[back.reason]} · {v.class[back.class]} · {v.back_tries(back.attempts)}</span>
                <button type="button" disabled={busy || back.trying || call !== null} onClick={() => void ask({ ask: "dial", to: { to: "number", name: back.number }, call_back: back.call })}>
                  {v.act.call_back}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** What was refused, in a sentence: the machine's key first. */
function refusal(v: VoiceWords, error: unknown): string {
  if (error instanceof Problem) {
    for (const each of error.fields) {
      const known = v.refused[each.key];
      if (known !== undefined) return known;
    }
  }
  return v.refused["not_now"] ?? "";
}

/** A call that rings here opens a contact with its number, so that name and earlier cases are there before it is answered. */
function useContactOf(call: CallNow | null): void {
  const { drafts } = useSession();
  const opened = useRef("");
  const id = call?.inbound === true ? call.call : "";
  const number = call?.number ?? "";
  useEffect(() => {
    if (id === "" || opened.current === id) return;
    opened.current = id;
    const { all } = drafts.snapshot();
    if (number !== "" && all.some((each) => each.caller_number === number)) return;
    const blank = all.find((each) => isBlank(each) && each.case_id === null);
    if (blank === undefined) drafts.open({ caller_number: number });
    else {
      drafts.change(blank.id, { caller_number: number });
      drafts.choose(blank.id);
    }
  }, [id, number, drafts]);
}

function CallLine({ call, now }: { call: CallNow; now: number }) {
  const v = useVoiceWords();
  const known = useAnswer(`callers:${call.number}`, () => (call.number === "" ? Promise.resolve(null) : calls.callers(call.number)));
  const past = known.value;
  const count = past == null ? 0 : past.open.length + past.earlier.length;
  return (
    <p className="seat-bar-call" role={call.doing === "ringing" ? "alert" : undefined}>
      <b>{call.number === "" ? v.withheld : call.number}</b>
      <span>{v.doing[call.doing]}</span>
      {call.with != null && call.with.name !== undefined && <span>{call.with.name}</span>}
      <span className="dim">{ago(call.answered ?? call.began, now)}</span>
      {call.class !== "normal" && <span className={call.class === "emergency" ? "due over" : "due soon"}>{call.class === "emergency" ? "■" : "▲"} {v.class[call.class]}</span>}
      {past != null && <span>{v.earlier(count)}</span>}
      {call.case_no != null && <span>{v.bound(call.case_no)}</span>}
      {call.doing === "transferring" && <span className="dim">{v.transferring}</span>}
    </p>
  );
}

interface Openers {
  openKeypad: () => void;
  openBreaks: () => void;
}

/** What can be done now, the wanted one first. */
function deedsOf(v: VoiceWords, desk: CallDesk, ask: (body: SeatAsk) => Promise<void>, open: Openers): Deed[] {
  const does = (id: string, label: string, key: string, body: SeatAsk, first = false): Deed => ({ id: `call-${id}`, label, key, run: () => void ask(body), first });
  const seat = desk.seat ?? null;
  const call = desk.call ?? null;
  if (call === null) {
    if (seat?.state === "wrap_up") {
      return [
        does("wrapped", v.act.wrapped_up, "Alt+v", { ask: "wrapped_up" }, true),
        ...(seat.until == null ? [] : [does("keep", v.act.keep, "Alt+w", { ask: "keep_wrap_up" })]),
        { id: "call-break", label: v.state["break"] ?? "", key: "Alt+p", run: open.openBreaks },
      ];
    }
    if (seat?.state === "ready") {
      return [
        { id: "call-break", label: v.state["break"] ?? "", key: "Alt+p", run: open.openBreaks },
        does("offline", v.act.offline, "Alt+Shift+o", { ask: "offline" }),
      ];
    }
    return [does("ready", v.act.ready, "Alt+v", { ask: "ready" }, true), ...(seat?.state === "break" ? [does("offline", v.act.offline, "Alt+Shift+o", { ask: "offline" })] : [])];
  }
  const id = call.call;
  if (call.doing === "ringing") {
    return [does("answer", v.act.answer, "Alt+v", { ask: "answer", call: id }, true), does("decline", v.act.decline, "Alt+p", { ask: "decline", call: id })];
  }
  const other = desk.partners.find((partner) => partner.platform);
  const up = desk.partners.filter((partner) => partner.up);
  const deeds: Deed[] = [];
  if (call.doing === "talking") {
    if (other !== undefined && other.up) deeds.push(does("transfer", v.transfer(other.number), "Alt+i", { ask: "transfer", call: id, to: { to: "partner", name: other.name } }, true));
    up.forEach((partner, i) => {
      const key = ["Alt+w", "Alt+Shift+2", "Alt+Shift+3"][i];
      deeds.push({ id: `call-consult-${partner.name}`, label: v.consult(partner.number), ...(key === undefined ? {} : { key }), run: () => void ask({ ask: "consult", call: id, to: { to: "partner", name: partner.name } }) });
    });
    deeds.push(does("hold", v.act.hold, "Alt+p", { ask: "hold", call: id }));
  }
  if (call.doing === "held") deeds.push(does("retrieve", v.act.retrieve, "Alt+p", { ask: "retrieve", call: id }, true));
  if (call.doing === "transferring") deeds.push(does("back", v.take_back, "Alt+p", { ask: "retrieve", call: id }, true));
  if (call.doing === "consulting" || call.doing === "conference") {
    if (call.with_up && call.doing === "consulting") deeds.push(does("join", v.act.join, "Alt+w", { ask: "join", call: id }, true));
    if (call.with_up) deeds.push(does("over", v.act.hand_over, "Alt+i", { ask: "hand_over", call: id }));
    deeds.push(does("drop", v.act.drop, "Alt+p", { ask: "drop_consult", call: id }));
    if (call.with_up && call.undecided) {
      AGREED.forEach((agreed, i) => deeds.push(does(`agreed-${agreed}`, v.agreed[agreed] ?? agreed, `Alt+Shift+${i + 4}`, { ask: "decide", call: id, agreed })));
    }
  }
  deeds.push(does("mute", call.muted ? v.act.unmute : v.act.mute, "Alt+o", { ask: "mute", call: id, on: !call.muted }));
  deeds.push({ id: "call-keypad", label: v.act.keypad, key: "Alt+Shift+k", run: open.openKeypad });
  deeds.push(does("pause", call.paused ? v.act.resume : v.act.pause, "Alt+Shift+p", { ask: "pause_recording", call: id, on: !call.paused }));
  deeds.push(does("hang-up", v.act.hang_up, "Alt+Shift+v", { ask: "hang_up", call: id }));
  return deeds;
}
