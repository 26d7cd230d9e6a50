// The shapes of the HTTP contract. Once openapi.json exists they are taken from schema.ts
// (`npm run types`); everything else imports from here, so that the switch touches one file.

export type Desk = "police" | "hotline";
export type Urgency = "normal" | "urgent" | "critical";
export type Channel = "phone" | "sms" | "web" | "messenger" | "mail" | "counter" | "peer" | "import";
export type Role =
  | "operator" | "lead" | "clerk" | "crew" | "follow_up" | "supervisor" | "assessor" | "commander"
  | "knowledge" | "system_admin" | "security_admin" | "audit_admin";

/** Where a peer stands among the tiers, seen from here. */
export type Standing = "above" | "beside" | "below";
export interface PeerLink {
  id: string;
  peer_name: string;
  peer_desk: Desk;
  arbiter: boolean;
  tier: "province" | "city" | "county" | "town";
  standing: Standing;
}

export interface Me {
  account: { id: string; login: string; name: string; roles: Role[]; unit: string; unit_name: string };
  platform: { id: string; name: string; desk: Desk; number: string; demo: boolean };
  links: PeerLink[];
  version: string;
  may: string[];
  password_due?: boolean;
}

export type SuggestedMode = "dispatch" | "direct" | "push" | "parallel" | "consult" | "answer";
export interface Limit {
  span: string;
  amber: number;
}
export interface Limits {
  sign?: Limit;
  feedback?: Limit;
  result?: Limit;
  close?: Limit;
}
export type Stage = "answer" | "sign" | "feedback" | "result" | "close" | "dispatch" | "contact" | "arrival" | "follow_up";

export interface DangerFound {
  kind: string;
  name: string;
  rule: string;
  words: string;
  start: number;
  end: number;
  advice: string;
}
/** Ask the caller whether anybody is in danger. */
export interface Doubt {
  kind: string;
  name: string;
  percent: number;
  words: string;
  start: number;
  end: number;
}
export interface Evidence {
  rule: string;
  version: string;
  words: string;
  start: number;
  end: number;
}
export interface Alternative {
  matter: string;
  name: string;
  desk: Desk;
  lead: string;
  lead_name: string;
  score: number;
}
export interface Suggestion {
  desk: Desk | null;
  matter: string | null;
  matter_name: string;
  lead: string | null;
  lead_name: string;
  assist: string[];
  assist_names: string[];
  urgency: Urgency;
  mode: SuggestedMode;
  danger: DangerFound[];
  /** No danger was raised, but the words sound like one; an older server does not say. */
  ask?: Doubt | null;
  unowned: boolean;
  evidence: Evidence[];
  alternatives: Alternative[];
  say: string;
  basis: string;
  limits: Limits;
  due: Partial<Record<Stage, number>>;
  list_version: string;
  danger_version: string;
  /** The district units were chosen by; empty if none is known. */
  district: string;
  /** How sure it is; an older server does not say. */
  confidence?: Confidence;
}
export interface Likely {
  matter: string;
  name: string;
  desk: Desk;
  lead: string;
  lead_name: string;
  percent: number;
}
export interface Confidence {
  /** Empty while the learnt layer is not there yet. */
  zone: "prefill" | "offer" | "ask" | "";
  /** By rules and learnt layer together; an older server does not say. */
  desk?: { desk: Desk; percent: number; sure: boolean } | null;
  rows: Likely[];
  agree: boolean | null;
  fragments: { words: string; start: number; end: number; percent: number }[];
  before: { id: string; matter_name: string; lead_name: string; percent: number }[];
  model: string;
}

export interface Point {
  lon: number;
  lat: number;
}
export interface PlaceFound extends Point {
  name: string;
  how: "house" | "crossing" | "estate" | "landmark" | "road" | "district";
  district: string;
  district_name: string;
  /** Which words say so: what stands as the place, or what the caller tells. */
  source: "place" | "narrative";
  parts: { part: string; words: string }[];
}
export interface AlikeCase {
  case: CaseBrief;
  same_place: boolean;
  metres: number | null;
  percent: number;
  words: string[];
}
/** What a number's past says of nuisance; it decides nothing. */
export interface Nuisance {
  score: number;
  level: "none" | "conspicuous" | "repeated";
  rule: string;
  counted: number;
  items: { id: string; no: string; at: number; kind: "marked" | "false_alarm" | "abandoned" | "genuine"; points: number }[];
}
export interface CallerCases {
  open: CaseBrief[];
  earlier: CaseBrief[];
  nuisance: Nuisance | null;
}
export interface EvidencePack {
  number: string;
  from: number;
  at: number;
  reason: string;
  nuisance: Nuisance;
  cases: {
    id: string;
    no: string;
    opened_at: number;
    closed_at: number | null;
    channel: string;
    outcome: string;
    place: string;
    caller_name: string;
    narrative: string;
    steps: { kind: string; at: number; by: string; words: string; reason: string }[];
  }[];
}
export interface AlikeCases {
  cases: AlikeCase[];
  compared: number;
  place: PlaceFound | null;
}
export type Datum = "wgs84" | "gcj02" | "bd09";
export interface SiteMap {
  tiles: { template: string; datum: Datum; grid: "mercator" | "geographic"; attribution: string; size: number; zoom_most: number } | null;
  vector: boolean;
  bounds: [number, number, number, number] | null;
  middle: Point | null;
  zoom: number | null;
}
export interface CasePoint extends Point {
  id: string;
  no: string;
  status: Status;
  danger: boolean;
  urgent: boolean;
  overdue: boolean;
}
export interface CasePoints {
  points: CasePoint[];
  complete: boolean;
}
/** A peer's desk as it counts itself; the names are those of the wall's own figures. */
export interface PeerDesk {
  link: string;
  name: string;
  figures: { at: number; waiting: number; waiting_oldest_at: number | null; open: number; unowned: number; danger: number; overdue: number; taken_today: number } | null;
}
export interface Wall {
  peers: PeerDesk[];
  figures: {
    waiting: number;
    waiting_oldest_at: number | null;
    open: number;
    unowned: number;
    danger: number;
    overdue: number;
    taken_today: number;
    handed_over_today: number;
    accepted_today: number;
    from_peer_today: number;
  };
  links: LinkHealth[];
  at: number;
}

export type Status =
  | "taken" | "incoming" | "offered" | "dispatched" | "handling" | "suspended" | "resulted" | "elsewhere" | "closed";
export const TASKS = [
  "danger", "scene", "arbitration", "incoming", "timed_out", "refused", "unowned", "dispute", "return", "extension", "review", "undecided",
] as const;
export type Task = (typeof TASKS)[number];
export type Outcome =
  | "answered" | "informed" | "not_accepted" | "told_to_dial" | "dispatched" | "handed_over_direct"
  | "handed_over_push" | "handed_over_parallel" | "handed_over_consult" | "nuisance" | "cancelled" | "merged" | "sent_back";
export type Holder =
  | { side: "own"; unit: string; unit_name: string }
  | { side: "peer"; link: string; peer_name: string };
export type LegRole = "lead" | "assist" | "first_response";
export type LegState = "dispatched" | "signed" | "suspended" | "done" | "returned" | "withdrawn";
export type Solved = "solved" | "partly" | "unsolved" | "not_handled";
export type HandOverMode = "direct" | "push" | "parallel" | "consult" | "return";

/** The asking unit's own part in a listed case. */
export interface MyLeg {
  id: string;
  role: LegRole;
  state: LegState;
  due?: number | null;
  /** The next thing due of this assignment alone. */
  next?: CaseBrief["next_due"];
  /** The result did not pass: to be done again. */
  redo?: boolean;
  binding?: boolean;
  asked?: "extension" | "return" | null;
  /** Names of the other units that have a part. */
  together?: string[];
}

export interface CaseBrief {
  id: string;
  no: string;
  version: number;
  status: Status;
  task: Task | null;
  holder: Holder;
  held_since: number;
  desk: Desk | null;
  matter: string | null;
  matter_name: string;
  urgency: Urgency;
  danger: boolean;
  channel: Channel;
  outcome: Outcome | null;
  district: string;
  place: string;
  summary: string;
  twin_no: string | null;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  next_due: { stage: Stage; due: number; amber_at: number; state: string } | null;
  my_leg?: MyLeg | null;
}

export interface Classification {
  desk: Desk | null;
  matter: string | null;
  matter_name: string;
  urgency: Urgency;
}
export interface Person {
  caller_name: string | null;
  caller_number: string | null;
  contact_number: string | null;
  address: string | null;
  narrative: string;
  masked: boolean;
  may_unmask: boolean;
}
export type Ask =
  | { ask: "extension"; by: string; reason: string; at: number }
  | { ask: "return"; reason: string; at: number };
export interface Leg {
  id: string;
  unit: string;
  unit_name: string;
  role: LegRole;
  state: LegState;
  dispatched_at: number;
  signed_at: number | null;
  contacted_at: number | null;
  ask: Ask | null;
  extensions: number;
  binding: boolean;
  solved: Solved | null;
  /** What the desk last told it to do. */
  instruction?: { at: number; text: string } | null;
}
export type SceneGround = "casualties" | "serious" | "reinforcement" | "several_units";
/** A report from the scene that waits for an instruction. */
export interface Awaiting {
  leg: string;
  unit_name: string;
  at: number;
  grounds: SceneGround[];
}
/** What units could not agree about, and what was decided. */
export interface Dispute {
  dispute: number;
  about: "custody" | "fee" | "duty";
  unit_name: string;
  against_name: string;
  text: string;
  at: number;
  settled_at: number | null;
  bearer_name: string;
  basis: string;
  reason: string;
}
export interface HandOver {
  id: string;
  link: string;
  sent: boolean;
  mode: HandOverMode;
  state: "offered" | "timed_out" | "withdrawing" | "accepted" | "refused" | "withdrawn";
  offered_at: number;
  answered_at: number | null;
  note: string;
}
export interface Deadline {
  id: string;
  leg: string | null;
  stage: Stage;
  rule: string;
  from: number;
  amber: number;
  due: number;
  state: "running" | "amber" | "missed" | "paused" | "met" | "void";
  at?: number | null;
  late?: boolean | null;
  /** When it would be due by the calendar in force, where it was counted by an older one. */
  recounted?: number;
  red?: number | null;
  /** When it was due at first, where a changed calendar moved it. */
  due_first?: number | null;
  climbed?: number;
  next_told?: { at: number; tell: string; by: string[]; then: string } | null;
}
export interface GivenResult {
  unit: string;
  at: number;
  public_reply: string;
  solved: Solved;
}
export interface Attachment {
  id: string;
  name: string | null;
  kind: string;
  size: number;
  digest: string;
  shown: "image" | "sound" | "file";
  at: number;
  leg: string | null;
  by: string;
  unit_name: string;
  citizen: boolean;
  here: boolean;
  removed: boolean;
  withheld: boolean;
}
export interface Rating {
  result_at: number;
  reached: boolean;
  solved: Solved;
  desk: number;
  unit: number;
}
export type Doing = "looking" | "writing" | "leaving";
export interface Presence {
  others: { name: string; unit_name: string; doing: Doing }[];
}
export interface CaseView extends CaseBrief {
  /** The grounds on which work may be suspended, where the clock catalogue names any. */
  grounds?: { code: string; name: string }[];
  /** How surely the place is known: house, crossing, estate, landmark, road, district, point. */
  located?: string | null;
  first_receiver: string;
  first_receiver_name: string;
  first: Classification | null;
  classification: Classification;
  confidential: boolean;
  epoch: number;
  person: Person;
  /** Supplements apart from the narrative, where the server keeps them apart. */
  details?: { at: number; text: string }[];
  dangers: { kind: string; rule: string; words: string; dismissed: string | null }[];
  police_case: string | null;
  legs: Leg[];
  hand_overs: HandOver[];
  twin: { link: string; peer_name: string; case: string | null; no: string; closed: boolean; parallel: boolean } | null;
  deadlines: Deadline[];
  result: GivenResult | null;
  peer_result: GivenResult | null;
  reviewed: boolean;
  follow_ups: number;
  urged: number;
  returns: number;
  links: { case: string; no: string; relation: "related" | "merged" | "backflow" | "danger" }[];
  parent: string | null;
  parent_no: string | null;
  parts: { case: string; no: string; closed: boolean }[];
  open_children: string[];
  closed_children: string[];
  attachments: Attachment[];
  attach: { bytes_most: number; left: number } | null;
  rating: Rating | null;
  /** The rungs of supervision it has been through. */
  supervision?: { measure: string; no: string; rung: string; unit: string; unit_name: string; state: string; at: number; due: number; missed: boolean; reason: string }[];
  /** Watch flags that stand. */
  flags?: string[];
  awaiting?: Awaiting | null;
  disputes?: Dispute[];
  allowed: string[];
}
export interface TimelineItem {
  seq: number;
  pos: number;
  kind: string;
  at: number;
  side: "own" | "peer";
  actor_name: string;
  unit: string;
  unit_name: string;
  body: Record<string, unknown>;
}
export interface Summary {
  by_status: Partial<Record<Status, number>>;
  by_task: Partial<Record<Task, number>>;
  by_outcome_today: Partial<Record<Outcome, number>>;
  overdue: number;
  due_soon: number;
  open: number;
  waiting_oldest_at: number | null;
}
export interface Unit {
  code: string;
  name: string;
  tier: number;
  desk: Desk;
  duty: string;
  hours: string;
}
export interface Matter {
  code: string;
  name: string;
  group: string;
  desk: Desk;
  lead: string;
  lead_name: string;
  assist: string[];
  urgency: Urgency;
  mode: SuggestedMode;
  limits: Limits;
  basis: string;
  say: string;
  replies?: ReplyTemplate[];
}
export const LANES = [
  "danger", "scene", "arbitration", "consult", "incoming", "timed_out", "refused", "unowned", "dispute", "return", "extension", "review", "undecided",
] as const;
export type LaneName = (typeof LANES)[number];
export interface WaitingCase extends CaseBrief {
  since: number;
  mode: HandOverMode | null;
  reason: string;
}
export interface Lane {
  lane: LaneName;
  count: number;
  oldest_at: number | null;
  items: WaitingCase[];
}
export interface Seat {
  account: string;
  name: string;
  roles: Role[];
  unit: string;
  unit_name: string;
  since: number;
  state: "free" | "busy" | "away";
  drafts: number;
  taken: number;
}
export interface UnitLoad {
  unit: string;
  unit_name: string;
  to_sign: number;
  oldest_unsigned_at: number | null;
  running: number;
  present: number;
}
/** A text for the citizen; {unit}, {matter} and {date} are filled in. */
export interface ReplyTemplate {
  name: string;
  text: string;
  solved: Solved | null;
  scope: "matter" | "group" | "any";
}
export interface LinkHealth {
  id: string;
  peer_name: string;
  connected: boolean;
  backlog: number;
  oldest_waiting_at: number | null;
  last_ok_at: number | null;
  rtt_ms: number | null;
  last_error: string | null;
  alarm: string | null;
  dead: number;
}

/** What may be asked of a case. The fields of each command are in command/forms.ts. */
export type CaseCommand = { command: string } & Record<string, unknown>;

export interface NewContact {
  channel: string;
  narrative: string;
  place: string;
  district?: string;
  caller_number?: string;
  contact_number?: string;
  caller_name?: string;
  confidential: boolean;
  happened_at?: number;
  point?: Point;
  dismissed?: { rule: string; reason: string }[];
  then?: CaseCommand;
}
export interface Page {
  items: CaseBrief[];
  next: string | null;
}
