// What can be done at the seat now, the wanted one first; each with its key.
import type { Action } from "../shell/actions";
import type { CallDesk, SeatAsk } from "./calls";
import type { VoiceWords } from "./words";

export const AGREED = ["police", "hotline", "both", "undecided"] as const;

export interface Deed extends Action {
  /** Stands out: what is mostly wanted now. */
  first?: boolean;
}

export interface Openers {
  keypad: () => void;
  breaks: () => void;
  /** The panel by which a colleague, a partner or a number is brought in. */
  bring: () => void;
  /** Signs on; with this page as the phone, if the seat has none. */
  ready: () => void;
}

export function deedsOf(v: VoiceWords, desk: CallDesk, ask: (body: SeatAsk) => Promise<void>, open: Openers): Deed[] {
  const does = (id: string, label: string, key: string, body: SeatAsk, first = false): Deed => ({ id: `call-${id}`, label, key, run: () => void ask(body), first });
  const seat = desk.seat ?? null;
  const call = desk.call ?? null;
  const dial: Deed[] = desk.outward && desk.phone ? [{ id: "call-dial", label: v.bring.dial, key: "Alt+Shift+t", run: open.bring }] : [];
  const pause: Deed = { id: "call-break", label: v.state["break"] ?? "", key: "Alt+p", run: open.breaks };
  const offline = does("offline", v.act.offline, "Alt+Shift+o", { ask: "offline" });
  if (call === null) {
    if (seat?.state === "wrap_up") {
      return [does("wrapped", v.act.wrapped_up, "Alt+v", { ask: "wrapped_up" }, true), ...(seat.until == null ? [] : [does("keep", v.act.keep, "Alt+w", { ask: "keep_wrap_up" })]), pause, ...dial];
    }
    if (seat?.state === "ready") return [pause, ...dial, offline];
    const label = desk.phone || !desk.browser_phone ? v.act.ready : v.phone.ready_here;
    return [{ id: "call-ready", label, key: "Alt+v", run: open.ready, first: true }, ...(seat?.state === "break" ? [...dial, offline] : [])];
  }
  const id = call.call;
  if (seat?.state === "supervising") return [does("unsupervise", v.board.leave, "Alt+Shift+v", { ask: "unsupervise", call: id }, true)];
  if (call.doing === "ringing" || seat?.state === "ringing") {
    return [does("answer", v.act.answer, "Alt+v", { ask: "answer", call: id }, true), does("decline", v.act.decline, "Alt+p", { ask: "decline", call: id })];
  }
  // Who was asked about another's call can only leave it.
  if (call.operator != null && seat !== null && call.operator !== seat.account) return [does("hang-up", v.act.hang_up, "Alt+Shift+v", { ask: "hang_up", call: id })];
  const other = desk.partners.find((partner) => partner.platform && partner.up);
  const deeds: Deed[] = [];
  if (call.doing === "talking") {
    if (other !== undefined) {
      deeds.push(does("transfer", v.transfer(other.number), "Alt+i", { ask: "transfer", call: id, to: { to: "partner", name: other.name } }, true));
      deeds.push(does("consult", v.consult(other.number), "Alt+w", { ask: "consult", call: id, to: { to: "partner", name: other.name } }));
    }
    deeds.push({ id: "call-bring", label: v.bring.open, key: "Alt+Shift+t", run: open.bring });
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
  if (call.doing !== "calling" && call.doing !== "ending") {
    deeds.push(does("mute", call.muted ? v.act.unmute : v.act.mute, "Alt+o", { ask: "mute", call: id, on: !call.muted }));
    deeds.push({ id: "call-keypad", label: v.act.keypad, key: "Alt+Shift+k", run: open.keypad });
    deeds.push(does("pause", call.paused ? v.act.resume : v.act.pause, "Alt+Shift+p", { ask: "pause_recording", call: id, on: !call.paused }));
  }
  deeds.push(does("hang-up", v.act.hang_up, "Alt+Shift+v", { ask: "hang_up", call: id }));
  return deeds;
}
