// What each command asks of the person who gives it.
import type { CaseCommand, CaseView, Me } from "../api/types";
import type { Words } from "../words";

export type FieldKind = "long" | "text" | "unit" | "units" | "choice" | "matter" | "lines";
export type Values = Record<string, string>;

export interface Field {
  name: string;
  label: keyof Words["field"];
  kind: FieldKind;
  required: boolean;
  /** For a choice: value and words. */
  choices?: (t: Words, given: Given) => [value: string, label: string, hint?: string][];
}

/** What a form may know when it opens. */
export interface Given {
  me: Me;
  view?: CaseView | undefined;
}

export interface Form {
  title: keyof Words["command"];
  fields: Field[];
  /** Units and lists are kept as text, one a line: plain to keep and to restore. */
  build: (values: Values) => CaseCommand;
}

function need(name: string, label: Field["label"], kind: FieldKind = "long"): Field {
  return { name, label, kind, required: true };
}
function may(name: string, label: Field["label"], kind: FieldKind = "long"): Field {
  return { name, label, kind, required: false };
}
function pick(name: string, label: Field["label"], choices: NonNullable<Field["choices"]>, required = true): Field {
  return { name, label, kind: "choice", required, choices };
}
export function lines(text: string | undefined): string[] {
  return (text ?? "").split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
const textOf = (values: Values, name: string) => (values[name] ?? "").trim();

/** A form whose fields go into the command as they are. */
function plain(title: Form["title"], fields: Field[], command: string = title): Form {
  return {
    title,
    fields,
    build: (values) => ({ command, ...Object.fromEntries(fields.map((field) => [field.name, textOf(values, field.name)])) }),
  };
}

const links: NonNullable<Field["choices"]> = (t, { me, view }) =>
  me.links.map((link) => {
    const twin = view?.twin;
    // A case has one twin: to a third platform it goes as a case of its own.
    const said = [link.peer_name];
    if (link.standing !== "beside") said.push(t.standing[link.standing]);
    if (twin != null && twin.link !== link.id) said.push(t.standing.onward);
    return [link.id, said.join(" · ")];
  });
const yesNo =
  (yes: "reached_yes" | "granted_yes" | "passed_yes", no: "reached_no" | "granted_no" | "passed_no") =>
  (t: Words): [string, string][] => [["yes", t.field[yes]], ["no", t.field[no]]];
const marks = (t: Words): [string, string][] => t.satisfaction.map((word, i) => [String(i + 1), word]);
const solved = (t: Words): [string, string][] => [
  ["solved", t.solved.solved],
  ["partly", t.solved.partly],
  ["unsolved", t.solved.unsolved],
  ["not_handled", t.solved.not_handled],
];
const takers: NonNullable<Field["choices"]> = (t, { me, view }) => {
  const link = me.links.find((each) => each.id === view?.twin?.link);
  return link !== undefined && link.peer_desk === me.platform.desk
    ? [["other", t.standing.other(link.peer_name)], ["arbiter", t.standing.arbiter]]
    : [["police", t.desk.police_long], ["hotline", t.desk.hotline_long]];
};

export const forms: Record<string, Form> = {
  answer: plain("answer", [need("text", "answer_text")]),
  inform: plain("inform", [need("text", "inform_text")]),
  not_accept: plain("not_accept", [need("reason", "reason"), need("basis", "basis", "text"), need("guidance", "guidance", "text")]),
  tell_to_dial: plain("tell_to_dial", [need("number", "number", "text")]),
  mark_nuisance: plain("mark_nuisance", [need("reason", "reason")]),
  cancel: plain("cancel", [need("reason", "reason")]),
  merge_into: plain("merge_into", [need("into", "into", "text")]),
  dispatch: {
    title: "dispatch",
    fields: [need("lead", "lead", "unit"), may("assist", "assist", "units"), may("first_response", "first_response", "units"), may("note", "note_optional", "text")],
    build: (values) => ({
      command: "dispatch",
      lead: textOf(values, "lead"),
      assist: lines(values["assist"]),
      first_response: lines(values["first_response"]),
      ...(textOf(values, "note") === "" ? {} : { note: textOf(values, "note") }),
    }),
  },
  hand_over: {
    title: "hand_over",
    fields: [
      pick("link", "link", links),
      pick("mode", "mode", (t) => (["push", "direct", "parallel", "consult"] as const).map((mode) => [mode, t.mode[mode], t.mode_hint[mode]])),
      may("note", "note_optional", "text"),
    ],
    build: (values) => handOver(values, values["mode"] ?? "push"),
  },
  consult: {
    title: "consult",
    fields: [pick("link", "link", links), may("note", "note_optional", "text")],
    build: (values) => handOver(values, "consult"),
  },
  classify: {
    title: "classify",
    fields: [
      need("matter", "matter", "matter"),
      pick("urgency", "urgency", (t) => [["normal", t.urgency.normal], ["urgent", t.urgency.urgent], ["critical", t.urgency.critical]]),
      need("reason", "reason"),
    ],
    // The matter's own desk and name are put in by whoever knows the list.
    build: (values) => ({ command: "classify", to: { matter: textOf(values, "matter"), urgency: values["urgency"] ?? "normal" }, reason: textOf(values, "reason") }),
  },
  add_detail: plain("add_detail", [need("text", "text")]),
  dismiss_danger: {
    title: "dismiss_danger",
    fields: [
      pick("rule", "rule", (_t, { view }) => (view?.dangers ?? []).filter((d) => d.dismissed === null).map((d) => [d.rule, `${d.words} ${d.rule}`])),
      need("reason", "reason"),
    ],
    build: (values) => ({ command: "dismiss_danger", rule: textOf(values, "rule"), reason: textOf(values, "reason") }),
  },
  withdraw: plain("withdraw", [need("reason", "reason")]),
  sign: plain("sign", []),
  contact: {
    title: "contact",
    fields: [pick("reached", "reached", yesNo("reached_yes", "reached_no")), need("note", "note")],
    build: (values) => ({ command: "contact", reached: values["reached"] === "yes", note: textOf(values, "note") }),
  },
  depart: plain("depart", []),
  arrive: plain("arrive", []),
  report: plain("report", [need("text", "report_text")]),
  suspend: {
    title: "suspend",
    // Nothing to choose where the clock catalogue names no grounds.
    fields: [pick("ground", "pause_ground", (_t, { view }) => (view?.grounds ?? []).map((each) => [each.code, each.name]), false), need("reason", "reason")],
    build: (values) => ({ command: "suspend", reason: textOf(values, "reason"), ...(textOf(values, "ground") === "" ? {} : { ground: textOf(values, "ground") }) }),
  },
  resume: plain("resume", []),
  ask_extension: {
    title: "ask_extension",
    fields: [pick("by", "by", (t) => Object.entries(t.span_choice)), need("reason", "reason")],
    build: (values) => ({ command: "ask_extension", by: textOf(values, "by"), reason: textOf(values, "reason") }),
  },
  decide_extension: {
    title: "decide_extension",
    fields: [pick("granted", "granted", yesNo("granted_yes", "granted_no")), need("reason", "reason")],
    build: (values) => ({ command: "decide_extension", granted: values["granted"] === "yes", reason: textOf(values, "reason") }),
  },
  ask_return: {
    title: "ask_return",
    fields: [pick("ground", "ground", (t) => Object.values(t.unit.back.grounds).map((words) => [words, words])), may("to", "back_to", "unit"), need("reason", "evidence")],
    build: (values) => returned(values, null),
  },
  decide_return: {
    title: "decide_return",
    fields: [pick("accepted", "accepted", yesNo("granted_yes", "granted_no")), need("reason", "reason")],
    build: (values) => ({ command: "decide_return", accepted: values["accepted"] === "yes", reason: textOf(values, "reason") }),
  },
  assign: plain("assign", [need("unit", "unit", "unit"), need("basis", "basis", "text"), need("reason", "reason")]),
  give_result: {
    title: "give_result",
    fields: [need("text", "result_text"), need("public_reply", "public_reply"), pick("solved", "solved", solved)],
    build: (values) => ({
      command: "give_result",
      text: textOf(values, "text"),
      public_reply: textOf(values, "public_reply"),
      solved: values["solved"] ?? "solved",
    }),
  },
  review: {
    title: "review",
    fields: [pick("passed", "passed", yesNo("passed_yes", "passed_no")), need("reason", "reason")],
    build: (values) => ({ command: "review", passed: values["passed"] === "yes", reason: textOf(values, "reason") }),
  },
  follow_up: {
    title: "follow_up",
    fields: [
      pick("reached", "reached", yesNo("reached_yes", "reached_no")),
      pick("solved", "solved", solved, false),
      // Kept apart: a good desk does not make a bad unit good.
      pick("satisfied_desk", "satisfied_desk", marks, false),
      pick("satisfied_unit", "satisfied_unit", marks, false),
      need("note", "note"),
    ],
    build: (values) => {
      const reached = values["reached"] === "yes";
      const mark = (name: string) => (reached && textOf(values, name) !== "" ? { [name]: Number(values[name]) } : {});
      return {
        command: "follow_up",
        reached,
        // Who was not reached said nothing.
        ...(reached && textOf(values, "solved") !== "" ? { solved: values["solved"] } : {}),
        ...mark("satisfied_desk"),
        ...mark("satisfied_unit"),
        note: textOf(values, "note"),
      };
    },
  },
  close: plain("close", [may("note", "note_optional", "text")]),
  reopen: plain("reopen", [need("reason", "reason")]),
  urge: plain("urge", [need("note", "note")]),
  instruct: plain("instruct", [need("text", "instruction")]),
  dispute: {
    title: "dispute",
    fields: [
      pick("about", "about", (t) => (["custody", "fee", "duty"] as const).map((each) => [each, t.scene.about[each], t.scene.about_hint[each]])),
      may("against", "against", "unit"),
      need("text", "dispute_text"),
    ],
    build: (values) => ({ command: "dispute", about: textOf(values, "about"), ...(textOf(values, "against") === "" ? {} : { against: textOf(values, "against") }), text: textOf(values, "text") }),
  },
  settle_dispute: {
    title: "settle_dispute",
    fields: [
      pick("dispute", "which_dispute", (t, { view }) => (view?.disputes ?? []).filter((each) => each.settled_at === null).map((each) => [String(each.dispute), `${each.dispute} ${t.scene.about[each.about]}`, each.text])),
      need("unit", "bearer", "unit"),
      need("basis", "basis", "text"),
      need("reason", "reason"),
    ],
    build: (values) => ({ command: "settle_dispute", dispute: Number(values["dispute"]), unit: textOf(values, "unit"), basis: textOf(values, "basis"), reason: textOf(values, "reason") }),
  },
  flag: {
    title: "flag",
    fields: [pick("flag", "flag", (t, { view }) => Object.entries(t.ladder.flag).filter(([flag]) => view?.flags?.includes(flag) !== true)), need("reason", "reason", "text")],
    build: (values) => ({ command: "flag", flag: textOf(values, "flag"), reason: textOf(values, "reason") }),
  },
  unflag: {
    title: "unflag",
    fields: [pick("flag", "flag", (t, { view }) => (view?.flags ?? []).map((flag) => [flag, t.ladder.flag[flag] ?? flag])), need("reason", "reason", "text")],
    build: (values) => ({ command: "unflag", flag: textOf(values, "flag"), reason: textOf(values, "reason") }),
  },
  // Opened in a form of its own: it is no command of the case but a measure about it.
  supervise: plain("supervise", []),
  split: {
    title: "split",
    fields: [need("parts", "parts", "lines")],
    build: (values) => ({ command: "split", parts: lines(values["parts"]).map((narrative) => ({ narrative })) }),
  },
  link: {
    title: "link",
    fields: [need("other", "other", "text")],
    build: (values) => ({ command: "link", other: textOf(values, "other"), relation: "related" }),
  },
  withdraw_offer: plain("withdraw_offer", [need("reason", "reason")]),
  accept_offer: plain("accept_offer", [may("note", "note_optional", "text")]),
  refuse_offer: plain("refuse_offer", [need("reason", "reason")]),
  decide: {
    title: "decide",
    fields: [
      pick("decision", "decision", (t) => (["police", "hotline", "both", "undecided"] as const).map((each) => [each, t.decision[each]])),
      need("note", "note"),
    ],
    build: (values) => ({ command: "decide", decision: values["decision"] ?? "", note: textOf(values, "note") }),
  },
  return_to_peer: plain("return_to_peer", [need("reason", "reason")]),
  ask_arbitration: plain("ask_arbitration", [need("reason", "reason")]),
  arbitrate: {
    title: "arbitrate",
    fields: [pick("to", "to", takers), need("basis", "basis", "text"), need("reason", "reason")],
    build: (values) => ({ command: "arbitrate", to: values["to"] ?? "", basis: textOf(values, "basis"), reason: textOf(values, "reason") }),
  },
};

function handOver(values: Values, mode: string): CaseCommand {
  const note = textOf(values, "note");
  return { command: "hand_over", link: values["link"] ?? "", mode, ...(note === "" ? {} : { note }) };
}

/** A return in writing: the ground, whose it should be, then facts and evidence. */
export function returned(values: Values, to: string | null): CaseCommand {
  const parts = [textOf(values, "ground"), to ?? "", textOf(values, "reason")].filter((part) => part !== "");
  return { command: "ask_return", reason: parts.map((part) => part.replace(/[。.;；]$/, "")).join("；") };
}

/** The fields that still lack something. */
export function missing(form: Form, values: Values): string[] {
  return form.fields.filter((field) => field.required && (values[field.name] ?? "").trim() === "").map((field) => field.name);
}

/** Keys of the commands, the same wherever they are offered. */
export const commandKeys: Record<string, string> = {
  answer: "Alt+1", dispatch: "Alt+2", hand_over: "Alt+3", consult: "Alt+4", inform: "Alt+5", not_accept: "Alt+6",
  tell_to_dial: "Alt+7", mark_nuisance: "Alt+8", cancel: "Alt+9",
  sign: "s", contact: "c", report: "p", give_result: "r", ask_extension: "e", ask_return: "b", suspend: "u", resume: "u",
  depart: "g", arrive: "v", withdraw: "w", classify: "l", add_detail: "n", merge_into: "m", withdraw_offer: "z",
  accept_offer: "a", refuse_offer: "x", decide: "d", return_to_peer: "y", decide_extension: "e", decide_return: "b",
  assign: "i", review: "q", follow_up: "f", close: "t", reopen: "t", urge: "h", dismiss_danger: "F8",
  flag: "F4", unflag: "Shift+F4", supervise: "0", link: "1", split: "2", ask_arbitration: "3", arbitrate: "4",
  instruct: "Shift+F2", dispute: "Shift+F8", settle_dispute: "Alt+F8",
};

export interface Allowed {
  command: string;
  leg: string | null;
}

/** "sign:a1" is the command and its assignment. */
export function readAllowed(allowed: readonly string[]): Allowed[] {
  return allowed.map((text) => {
    const colon = text.indexOf(":");
    return colon < 0 ? { command: text, leg: null } : { command: text.slice(0, colon), leg: text.slice(colon + 1) };
  });
}
