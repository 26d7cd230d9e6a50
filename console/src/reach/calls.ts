// The roster's and the notices' calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type Roster = Shapes["RosterView"];
export type UnitRoster = Shapes["UnitRoster"];
export type UnitDuty = Shapes["UnitDuty"];
export type RosterOrder = Shapes["RosterOrder"];
export type NoticePage = Shapes["NoticePage"];
export type Notice = Shapes["NoticeView"];
export type NoticeDetail = Shapes["NoticeDetail"];
export type NoticeOrder = Shapes["NoticeOrder"];
export type Channels = Shapes["ChannelsView"];
export type DutyTest = Shapes["DutyTestView"];

const at = encodeURIComponent;

export const reach = {
  notices: (box: string, after: string) => request<NoticePage>("GET", `/api/notices?box=${at(box)}&limit=50${after === "" ? "" : `&after=${at(after)}`}`),
  unseen: () => request<NoticePage>("GET", "/api/notices?box=mine&limit=1"),
  notice: (id: string) => request<NoticeDetail>("GET", `/api/notices/${at(id)}`),
  change: (id: string, body: NoticeOrder, key: string) => request<NoticeDetail>("POST", `/api/notices/${at(id)}`, body, { key }),
  seeAll: (key: string) => request<Shapes["NoticesSeen"]>("POST", "/api/notices", {}, { key }),
  sheet: (id: string, key: string) => request<{ html: string }>("POST", `/api/notices/${at(id)}/sheet`, {}, { key }),
  roster: (from: string) => request<Roster>("GET", `/api/roster${from === "" ? "" : `?from=${at(from)}`}`),
  duty: (unit: string) => request<UnitDuty>("GET", `/api/roster/${at(unit)}`),
  keep: (unit: string, body: RosterOrder, key: string) => request<Shapes["RosterChanged"]>("POST", `/api/roster/${at(unit)}`, body, { key }),
  importShifts: (unit: string, text: string, key: string) => request<Shapes["RosterImported"]>("POST", `/api/roster/${at(unit)}/import`, { text }, { key }),
  tests: () => request<DutyTest[]>("GET", "/api/duty-tests"),
  test: (minutes: number, units: string[], key: string) => request<DutyTest>("POST", "/api/duty-tests", { minutes, units }, { key }),
  channels: () => request<Channels>("GET", "/api/channels"),
  // The other side has 20 s.
  testChannel: (channel: string, to: string, key: string) => request<Shapes["ChannelTested"]>("POST", `/api/channels/${at(channel)}/test`, { to }, { key, patience: 25_000 }),
};
