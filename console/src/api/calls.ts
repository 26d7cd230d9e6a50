// Every call the console makes, one line each.
import { request, type Options } from "./http";
import type { Ask, ExportState, SavedSearch, SearchPage } from "../search/types";
import type {
  AlikeCases, CallerCases, CaseCommand, CasePoints, CaseView, Doing, EvidencePack, Lane, LinkHealth, Matter, Me, Page, Person, Point, Presence, Seat, SiteMap, Suggestion, Summary, TimelineItem, Unit, UnitLoad, Wall,
} from "./types";

const at = encodeURIComponent;

function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** Where a file's bytes are; `keep` asks for them as a file even if a page could show them. */
export function fileAddress(id: string, file: string, keep = false): string {
  return `/api/cases/${at(id)}/attachments/${at(file)}${keep ? "?keep=true" : ""}`;
}

/** Where a finished export is. */
export function exportAddress(id: string): string {
  return `/api/exports/${at(id)}/file`;
}

export interface CaseQuery {
  scope?: "desk" | "unit";
  status?: string;
  task?: string;
  matter?: string;
  unit?: string;
  danger?: boolean;
  open?: boolean;
  overdue?: boolean;
  due_before?: number;
  q?: string;
  order?: "updated" | "due" | "opened";
  after?: string;
  limit?: number;
}

/** Addresses by which a field page without a line is given back what it saw. */
export const addressOf = {
  cases: (filter: CaseQuery) => `/api/cases${query({ ...filter })}`,
  caseOf: (id: string) => `/api/cases/${at(id)}`,
  timeline: (id: string) => `/api/cases/${at(id)}/timeline`,
};

export const calls = {
  platform: () => request<Me["platform"]>("GET", "/api/platform"),
  me: () => request<Me>("GET", "/api/session"),
  signIn: (login: string, password: string) => request<Me>("POST", "/api/session", { login, password }),
  signOut: () => request<void>("DELETE", "/api/session"),
  triage: (narrative: string, place: string, signal: AbortSignal) =>
    request<Suggestion>("POST", "/api/triage", { narrative, place }, { signal, patience: 4000 }),
  takeContact: (body: string, key: string) => request<CaseView>("POST", "/api/contacts", body, { key }),
  callers: (number: string) => request<CallerCases>("GET", `/api/callers${query({ number })}`),
  evidence: (number: string, reason: string) => request<EvidencePack>("POST", "/api/callers/evidence", { number, reason }),
  /** Words of a call go in the body, never in an address. */
  alike: (call: { narrative: string; place: string; point?: Point }) => request<AlikeCases>("POST", "/api/alike", call, { patience: 4000 }),
  map: () => request<SiteMap>("GET", "/api/map"),
  vectorMap: () => request<GeoJSON.FeatureCollection>("GET", "/api/map/vector"),
  casePoints: () => request<CasePoints>("GET", "/api/map/cases"),
  wall: () => request<Wall>("GET", "/api/wall"),
  cases: (filter: CaseQuery) => request<Page>("GET", addressOf.cases(filter)),
  /** A question is a body: what a caller is known by stands in no address. */
  search: (body: { question: Ask; skip: number; limit: number; facets: boolean }, signal?: AbortSignal) =>
    request<SearchPage>("POST", "/api/search", body, signal === undefined ? {} : { signal }),
  searches: () => request<{ items: SavedSearch[]; may_share: boolean }>("GET", "/api/searches"),
  saveSearch: (body: { name: string; question: Ask; shared: boolean }) => request<SavedSearch>("POST", "/api/searches", body),
  forgetSearch: (id: string) => request<void>("DELETE", `/api/searches/${at(id)}`),
  beginExport: (body: { question: Ask; format: "csv" | "xlsx"; language: "zh" | "en"; unmasked: boolean; reason: string }) =>
    request<ExportState>("POST", "/api/exports", body, { patience: 30_000 }),
  exportState: (id: string) => request<ExportState>("GET", `/api/exports/${at(id)}`),
  dropExport: (id: string) => request<void>("DELETE", `/api/exports/${at(id)}`),
  caseOf: (id: string) => request<CaseView>("GET", addressOf.caseOf(id)),
  timeline: (id: string) => request<{ items: TimelineItem[] }>("GET", addressOf.timeline(id)),
  command: (id: string, command: CaseCommand & { version?: number }, options: Options) =>
    request<CaseView>("POST", `/api/cases/${at(id)}/commands`, command, options),
  unmask: (id: string, reason: string, key: string) => request<Person>("POST", `/api/cases/${at(id)}/unmask`, { reason }, { key }),
  present: (id: string, doing: Doing) => request<Presence>("POST", `/api/cases/${at(id)}/presence`, { doing }, { patience: 4000 }),
  summary: () => request<Summary>("GET", "/api/summary"),
  units: () => request<Unit[]>("GET", "/api/units"),
  matters: () => request<Matter[]>("GET", "/api/matters"),
  links: () => request<LinkHealth[]>("GET", "/api/links"),
  board: () => request<{ lanes: Lane[] }>("GET", "/api/board"),
  seats: () => request<{ seats: Seat[]; units: UnitLoad[] }>("GET", "/api/seats"),
  saySeat: (word: { drafts: number; away: boolean }) => request<void>("PUT", "/api/seats/mine", word),
};
