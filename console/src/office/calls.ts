// The back office's calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type LinkDetail = Shapes["LinkDetail"];
export type DeadLetter = Shapes["DeadLetterView"];
export type SignOfLife = Shapes["SignOfLife"];
export type KeyDone = Shapes["KeyDone"];
export type ReadKey = Shapes["ReadKey"];
export type AccountItem = Shapes["AccountItem"];
export type ChangedAccount = Shapes["ChangedAccount"];
export type Day = Shapes["DayView"];
export type Calendar = Shapes["CalendarView"];
export type CalendarChanged = Shapes["CalendarChanged"];
export type PlaceName = Shapes["PlaceNameView"];
export type PlaceProposal = Shapes["PlaceProposal"];
export type PlaceNamesChanged = Shapes["PlaceNamesChanged"];
export type OfficeUnit = Shapes["UnitView"];
export type AuditLine = Shapes["AuditView"];
export type SystemState = Shapes["SystemView"];
export type Upkeep = Shapes["Upkeep"];
export type ListOffice = Shapes["ListOffice"];
export type ListVersion = Shapes["ListVersionView"];
export type ListWhole = Shapes["ListVersionWhole"];
export type ListDraft = Shapes["ListDraftView"];
export type ListFault = Shapes["ListFault"];
export type ListSaid = Shapes["ListSaid"];
export type ListRun = Shapes["ListRunView"];
export type ClockOffice = Shapes["ClockOffice"];
export type ClockAsk = Shapes["ClockAsk"];
export type ClockLine = Shapes["ClockLine"];
export type ClockDay = Shapes["ClockDay"];
export type Learning = Shapes["LearningView"];
export type LearntModel = Shapes["LearntModel"];
export type ImportRun = Shapes["ImportRunView"];
export type ImportLook = Shapes["ImportLook"];
export type ImportOrder = Shapes["ImportOrder"];
export type ImportMapping = Shapes["Mapping"];

const at = encodeURIComponent;

export function asked(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

export const office = {
  link: (link: string) => request<LinkDetail>("GET", `/api/links/${at(link)}`),
  dead: (link: string, after: number) => request<Shapes["DeadLetterPage"]>("GET", `/api/links/${at(link)}/dead${asked({ after, limit: 50 })}`),
  resend: (link: string, seq: number | null, key: string) => request<Shapes["Resent"]>("POST", `/api/links/${at(link)}/resend`, seq === null ? {} : { seq }, { key }),
  // The server waits 15 s for the peer.
  test: (link: string) => request<SignOfLife>("POST", `/api/links/${at(link)}/test`, {}, { patience: 25_000 }),
  keys: () => request<Shapes["LinkKeys"][]>("GET", "/api/link-keys"),
  makeKey: (link: string, reason: string, key: string) => request<KeyDone>("POST", `/api/link-keys/${at(link)}/own`, { reason }, { key }),
  // The peer is asked, for 15 s at most.
  changeOwnKey: (link: string, name: string, body: Shapes["OwnKeyOrder"], key: string) => request<KeyDone>("POST", `/api/link-keys/${at(link)}/own/${at(name)}`, body, { key, patience: 25_000 }),
  readPeerKey: (link: string, text: string) => request<ReadKey>("POST", `/api/link-keys/${at(link)}/read`, { text }),
  enterPeerKey: (link: string, body: Shapes["NewPeerKey"], key: string) => request<KeyDone>("POST", `/api/link-keys/${at(link)}/peer`, body, { key }),
  changePeerKey: (link: string, name: string, body: Shapes["PeerKeyOrder"], key: string) => request<KeyDone>("POST", `/api/link-keys/${at(link)}/peer/${at(name)}`, body, { key }),
  accounts: (q: string, after: string) => request<Shapes["AccountPage"]>("GET", `/api/accounts${asked({ q, after, limit: 50 })}`),
  open: (body: Shapes["NewPerson"], key: string) => request<ChangedAccount>("POST", "/api/accounts", body, { key }),
  change: (id: string, body: Shapes["AccountChange"], key: string) => request<ChangedAccount>("POST", `/api/accounts/${at(id)}/changes`, body, { key }),
  grant: (id: string, body: Shapes["NewRoles"], key: string) => request<ChangedAccount>("POST", `/api/accounts/${at(id)}/roles`, body, { key }),
  password: (body: Shapes["OwnPassword"]) => request<void>("POST", "/api/session/password", body),
  calendar: (year: number) => request<Calendar>("GET", `/api/calendar${asked({ year })}`),
  setDays: (body: Shapes["CalendarOrder"], key: string) => request<CalendarChanged>("POST", "/api/calendar", body, { key }),
  importDays: (text: string, key: string) => request<CalendarChanged>("POST", "/api/calendar/import", { text }, { key }),
  places: (q: string) => request<Shapes["PlaceNames"]>("GET", `/api/places${asked({ q })}`),
  setPlaces: (body: Shapes["PlaceNameOrder"], key: string) => request<PlaceNamesChanged>("POST", "/api/places", body, { key }),
  // A city's names are a hundred thousand lines.
  importPlaces: (text: string, name: string, key: string) => request<PlaceNamesChanged>("POST", "/api/places/import", { text, name }, { key, patience: 60_000 }),
  units: () => request<OfficeUnit[]>("GET", "/api/units"),
  changeUnit: (code: string, body: Shapes["UnitOrder"], key: string) => request<OfficeUnit>("POST", `/api/units/${at(code)}`, body, { key }),
  audit: (query: Record<string, string | number | null | undefined>) => request<Shapes["AuditPage"]>("GET", `/api/audit${asked(query)}`),
  system: () => request<SystemState>("GET", "/api/system"),
  list: () => request<ListOffice>("GET", "/api/list"),
  listDraft: () => request<ListDraft>("GET", "/api/list/draft"),
  // A whole list is sent, and its examples are run.
  changeDraft: (body: Shapes["ListDraftOrder"], key: string) => request<Shapes["ListDraftChanged"]>("POST", "/api/list/draft", body, { key, patience: 30_000 }),
  tryList: (narrative: string, place: string) => request<Shapes["ListTry"]>("POST", "/api/list/try", { narrative, place }),
  beginRun: (days: number | null, key: string) => request<ListRun>("POST", "/api/list/runs", { days }, { key }),
  run: (id: string) => request<ListRun>("GET", `/api/list/runs/${at(id)}`),
  cancelRun: (id: string, key: string) => request<ListRun>("POST", `/api/list/runs/${at(id)}/cancel`, {}, { key }),
  changeVersions: (body: Shapes["ListVersionOrder"], key: string) => request<ListVersion>("POST", "/api/list/versions", body, { key, patience: 30_000 }),
  version: (number: number) => request<ListWhole>("GET", `/api/list/versions/${number}`),
  clocks: () => request<ClockOffice>("GET", "/api/clocks"),
  checkClocks: (text: string) => request<Shapes["ClockChecked"]>("POST", "/api/clocks/check", { text }),
  previewClocks: (ask: ClockAsk) => request<Shapes["ClockPreview"]>("POST", "/api/clocks/preview", ask),
  publishClocks: (body: Shapes["ClockPublish"], key: string) => request<Shapes["ClockVersionView"]>("POST", "/api/clocks/versions", body, { key }),
  // Every case whose limits move is written.
  recount: (reason: string, key: string) => request<Shapes["Recounted"]>("POST", "/api/calendar/recount", { reason }, { key, patience: 60_000 }),
  learning: () => request<Learning>("GET", "/api/triage/learning"),
  chooseModel: (version: string | null, reason: string) => request<Learning>("POST", "/api/triage/model", { version, reason }),
  imports: () => request<ImportRun[]>("GET", "/api/imports"),
  lookAtImport: (format: string, text: string) => request<ImportLook>("POST", "/api/imports/look", { format, text }),
  // A file of 40 MiB is sent and its lines are counted.
  beginImport: (body: ImportOrder, key: string) => request<ImportRun>("POST", "/api/imports", body, { key, patience: 120_000 }),
  stopImport: (id: string, key: string) => request<ImportRun>("POST", `/api/imports/${at(id)}/stop`, {}, { key }),
  importRefusals: (id: string, after: number) => request<Shapes["ImportRefusals"]>("GET", `/api/imports/${at(id)}/refused${asked({ after })}`),
  redact: (no: string, reason: string, key: string) => request<Shapes["Done"]>("POST", `/api/cases/${at(no)}/redact`, { reason }, { key }),
};
