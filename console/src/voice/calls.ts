// Calls: what is asked of the desk of calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type CallDesk = Shapes["CallDeskView"];
export type CallSeat = Shapes["CallSeatView"];
export type CallNow = Shapes["CallNowView"];
export type CallTo = Shapes["CallTo"];
export type CallBack = Shapes["CallBackView"];
export type CallFloor = Shapes["CallFloorView"];
export type CallColleague = Shapes["CallColleagueView"];
export type CallPick = Shapes["CallPickView"];
export type CallRecord = Shapes["CallRecordView"];
export type SeatAsk = Shapes["SeatAsk"];
export type SeatBreak = Shapes["SeatBreak"];

const at = encodeURIComponent;

export const voice = {
  desk: () => request<CallDesk>("GET", "/api/calls/desk"),
  ask: (ask: SeatAsk) => request<CallDesk>("PUT", "/api/calls/desk", ask),
  colleagues: () => request<CallColleague[]>("GET", "/api/calls/colleagues"),
  floor: () => request<CallFloor>("GET", "/api/calls/floor"),
  bind: (call: string, of: string) => request<void>("PUT", `/api/calls/${at(call)}/case`, { case: of }),
  hold: (call: string, held: boolean, reason: string) => request<void>("PUT", `/api/calls/${at(call)}/hold`, { held, reason }),
  ofCase: (id: string) => request<CallRecord[]>("GET", `/api/cases/${at(id)}/calls`),
};

/** Where a call's sound is; with a reason, where it is as a file that leaves the house. */
export function soundAddress(call: string, reason = ""): string {
  return reason === "" ? `/api/calls/${at(call)}/sound` : `/api/calls/${at(call)}/file?reason=${at(reason)}`;
}
