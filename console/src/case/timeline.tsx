// Both platforms' events as one line of time, each in the trade's words.
import type { TimelineItem, Unit } from "../api/types";
import { Time } from "../parts/signs";
import { useUnits } from "../shell/session";
import { useWords, type Words } from "../words";
import { ruleText } from "./rule";
import { kindText, sizeText } from "./attachments";

export interface Told {
  title: string;
  /** What it did, in short: units, ways, decisions. */
  facts: string[];
  /** What somebody wrote. */
  quotes: string[];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const record = (value: unknown): Record<string, unknown> => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);
const word = (words: Record<string, string>, key: unknown): string => (typeof key === "string" ? (words[key] ?? key) : "");

/** Reads an event's fields; a kind this build does not know keeps its name and its words. */
export function tell(t: Words, item: Pick<TimelineItem, "kind" | "body">, nameOf: (unit: string) => string): Told {
  const body = item.body;
  const facts: string[] = [];
  const legs = item.kind === "assigned" ? [record(body["leg"])] : list(body["legs"]);
  for (const leg of legs) facts.push(`${word(t.leg_role, leg["role"])} ${nameOf(text(leg["unit"]))}`.trim());
  if (item.kind === "classified") {
    const to = record(body["to"]);
    facts.push(text(to["matter_name"]), word(t.desk, to["desk"]), word(t.urgency, to["urgency"]));
  }
  if (item.kind === "triaged") facts.push(text(body["matter_name"]), word(t.desk, body["desk"]), word(t.urgency, body["urgency"]), text(body["list_version"]));
  for (const sign of item.kind === "danger_raised" ? list(body["signs"]) : list(body["danger"])) facts.push(`▲ ${text(sign["words"])}`);
  const offer = record(body["offer"]);
  const mode = body["mode"] ?? offer["mode"];
  if (item.kind === "offered" || item.kind === "offer_received") facts.push(word(t.mode, mode));
  if (typeof body["reached"] === "boolean") facts.push(body["reached"] ? t.field.reached_yes : t.field.reached_no);
  if (typeof body["solved"] === "string") facts.push(word(t.solved, body["solved"]));
  const apart = typeof body["satisfied_desk"] === "number" || typeof body["satisfied_unit"] === "number";
  if (typeof body["satisfaction"] === "number" && !apart) facts.push(t.satisfaction[body["satisfaction"] - 1] ?? "");
  if (typeof body["satisfied_desk"] === "number") facts.push(t.casePage.rating.desk(t.satisfaction[body["satisfied_desk"] - 1] ?? ""));
  if (typeof body["satisfied_unit"] === "number") facts.push(t.casePage.rating.unit(t.satisfaction[body["satisfied_unit"] - 1] ?? ""));
  if (typeof body["decision"] === "string") facts.push(word(t.decision, body["decision"]));
  if (item.kind === "arbitrated") {
    const to = body["to"];
    // Between desks of one kind the decision names the arbiter's side or the other; "here" says where it was made.
    if (to === "arbiter" || to === "other") facts.push((to === "arbiter") === (body["here"] === true) ? t.standing.arbiter : t.standing.theirs);
    else facts.push(word(t.desk, to));
  }
  if (typeof body["by"] === "string" && item.kind !== "call_noted") facts.push(word(t.span_choice, body["by"]));
  if (typeof body["stage"] === "string") facts.push(word(t.stage, body["stage"]));
  if (item.kind === "escalated") {
    const told = t.escalation;
    facts.push(`${told.step(Number(body["step"] ?? 0))} · ${word(told.tell, body["to"])}`, word(told.then, body["then"]));
    if (Array.isArray(body["by"])) facts.push(body["by"].map((way) => word(told.by, way)).join("、"));
    facts.push(ruleText(t, text(body["rule"])));
  }
  if (item.kind === "clock_started") facts.push(word(t.stage, (body["deadline"] as { stage?: string } | undefined)?.stage));
  if (typeof body["number"] === "string") facts.push(body["number"]);
  if (item.kind === "dispatched" && text(body["basis"]) !== "") facts.push(text(body["basis"]));
  if (item.kind === "attached") facts.push(kindText(t, text(body["media"])), sizeText(Number(body["size"] ?? 0)), `${t.casePage.files.digest} ${text(body["digest"]).slice(0, 12)}`);
  if (item.kind === "call_noted") {
    facts.push(word(t.call.step, body["step"]), text(body["name"]), word(t.call.failure, body["failure"]), word(t.call.agreed, body["agreed"]), word(t.call.mode, body["mode"]));
    if (body["by_rule"] === true) facts.push(t.call.by_rule);
    const talked = Number(body["talked"] ?? body["waited"] ?? body["after"] ?? 0);
    if (talked > 0) facts.push(t.call.seconds(Math.round(talked / 1000)));
  }
  if (item.kind === "message_noted") {
    facts.push(word(t.call.message, body["step"]), text(body["why"]));
    if (Number(body["missing"] ?? 0) > 0) facts.push(t.call.missing(Number(body["missing"])));
    if (Number(body["waited"] ?? 0) > 0) facts.push(t.call.waited(Math.round(Number(body["waited"]) / 1000)));
  }
  if (item.kind.startsWith("supervis")) {
    facts.push(word(t.ladder.rung, body["rung"]), text(body["no"]));
    if (item.kind === "supervised") facts.push(t.ladder.to(nameOf(text(body["unit"]))));
    if (typeof body["accepted"] === "boolean") facts.push(body["accepted"] ? t.ladder.accepted : t.ladder.sent_back);
    if (body["withdrawn"] === true) facts.push(t.ladder.withdrawn);
  }
  if (typeof body["flag"] === "string") facts.push(word(t.ladder.flag, body["flag"]));
  if (typeof body["about"] === "string" && item.kind === "disputed") facts.push(word(t.scene.about, body["about"]));
  if (item.kind === "disputed" && typeof body["against"] === "string") facts.push(t.scene.against(nameOf(body["against"])));
  if (item.kind === "dispute_settled") facts.push(t.scene.settled(nameOf(text(body["unit"]))));
  if (item.kind === "rated") {
    const mark = (value: unknown) => (typeof value === "number" ? (t.satisfaction[value - 1] ?? "") : "");
    facts.push(t.casePage.rating.desk(mark(body["desk"])), t.casePage.rating.unit(mark(body["unit"])));
  }
  const quotes = ["text", "public_reply", "reason", "guidance", "note"].map((name) => text(body[name])).filter((each) => each !== "");
  if (item.kind === "not_accepted" || item.kind === "arbitrated" || item.kind === "assigned" || item.kind === "dispute_settled") quotes.push(text(body["basis"]));
  return {
    title: t.event[item.kind] ?? item.kind,
    facts: facts.filter((each) => each !== ""),
    quotes: quotes.filter((each) => each !== ""),
  };
}

export function namer(units: readonly Unit[]): (code: string) => string {
  const names = new Map(units.map((unit) => [unit.code, unit.name]));
  return (code) => names.get(code) ?? code;
}

const LOUD = new Set(["danger_raised", "police_ordered", "deadline_missed"]);
const SOON = new Set(["deadline_neared", "escalated", "urged", "supervised", "supervision_missed", "redo_ordered", "offer_refused", "peer_refused"]);

export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const t = useWords();
  const nameOf = namer(useUnits());
  // The newest at the top: that is what was waited for.
  const sorted = [...items].sort((a, b) => b.at - a.at || b.seq - a.seq);
  return (
    <ol className="timeline" aria-label={t.case.timeline}>
      {sorted.map((item) => {
        const told = tell(t, item, nameOf);
        return (
          <li key={`${item.side}-${item.seq}-${item.pos}-${item.kind}`} className={`${item.side} ${LOUD.has(item.kind) ? "loud" : SOON.has(item.kind) ? "warn" : ""}`}>
            <Time at={item.at} />
            <div>
              <p>
                <b>{told.title}</b>
                {told.facts.map((fact, i) => (
                  <span key={i} className="fact">
                    {fact}
                  </span>
                ))}
              </p>
              {told.quotes.map((quote, i) => (
                <q key={i}>{quote}</q>
              ))}
              <p className="who">
                {item.side === "peer" && <span className="sign quiet">{t.case.peer}</span>}
                {item.unit_name}
                {item.actor_name !== "" && item.actor_name !== item.unit_name && ` · ${item.actor_name}`}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
