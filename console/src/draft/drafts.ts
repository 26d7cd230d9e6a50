// Half-typed contacts. Every change is written at once, so that neither a reload, a crash, an
// expired session, a second window nor a dead server can lose a word.
//
// Two windows may hold one draft. Usually each hears what the other wrote and shows the same. A
// window that did not hear it (frozen, or a lid closed) never writes over words it has not seen:
// what it finds there is kept beside its own as a draft of its own.
import { useSyncExternalStore } from "react";
import type { Point } from "../api/types";

export interface Draft {
  id: string;
  /** A, B, C…: how the operator tells two contacts apart. */
  letter: string;
  narrative: string;
  place: string;
  caller_name: string;
  caller_number: string;
  contact_number: string;
  confidential: boolean;
  /** Empty for "now". */
  happened: string;
  urgency: "" | "normal" | "urgent" | "critical";
  channel: string;
  /** WGS-84; from the place's words or from the map. */
  point: (Point & { from: "words" | "map" }) | null;
  /** Danger signs the operator put aside, each with her reason. */
  dismissed: { rule: string; reason: string }[];
  opened: number;
  updated: number;
  /** How often each window has written to it: a version that has seen another counts at least as much. */
  clock: Record<string, number>;
  /** Id of the draft that another window made of this one. */
  beside: string | null;
  /** The case it became; the tab stays until the operator puts it away. */
  case_id: string | null;
  /** The key of the last attempt and what was sent with it: the same words keep the same key. */
  attempt: Attempt | null;
}

export interface Attempt {
  key: string;
  body: string;
  /** Still being tried; also after a reload, as the operator did press the key. */
  live: boolean;
}

export type DraftField = Exclude<keyof Draft, "id" | "letter" | "opened" | "updated" | "clock">;

/** What `localStorage` offers of itself; a fake in tests. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  readonly length: number;
  key(index: number): string | null;
}

export class Drafts {
  readonly #shelf: Shelf;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #newId: () => string;
  /** This window's name among those that write. */
  readonly #window: string;
  readonly #watchers = new Set<() => void>();
  #all: Draft[] = [];
  /** What this window last knew to be on the shelf, by id. */
  readonly #seen = new Map<string, string>();
  #active: string | null = null;
  #unsaved = false;
  #snapshot: { all: readonly Draft[]; active: Draft | null; unsaved: boolean };

  constructor(account: string, shelf: Shelf, now: () => number, newId: () => string) {
    this.#shelf = shelf;
    this.#prefix = `liandong.draft.${account}.`;
    this.#now = now;
    this.#newId = newId;
    this.#window = newId();
    this.#load();
    this.#snapshot = this.#freeze();
  }

  #load(): void {
    const found: Draft[] = [];
    for (let i = 0; i < this.#shelf.length; i += 1) {
      const key = this.#shelf.key(i);
      if (key === null || !key.startsWith(this.#prefix)) continue;
      const text = this.#shelf.getItem(key);
      const draft = parse(text);
      if (draft === null || text === null) continue;
      this.#seen.set(draft.id, text);
      found.push(draft);
    }
    found.sort((a, b) => a.opened - b.opened || (a.letter < b.letter ? -1 : 1));
    this.#all = found;
    const last = [...found].sort((a, b) => b.updated - a.updated)[0];
    this.#active = last?.id ?? null;
  }

  #freeze() {
    return {
      all: this.#all,
      active: this.#all.find((each) => each.id === this.#active) ?? null,
      unsaved: this.#unsaved,
    };
  }

  #changed(): void {
    this.#snapshot = this.#freeze();
    for (const each of [...this.#watchers]) each();
  }

  #write(draft: Draft): void {
    const key = this.#prefix + draft.id;
    try {
      const there = this.#shelf.getItem(key);
      const unseen = there !== null && there !== this.#seen.get(draft.id) ? parse(there) : null;
      if (unseen !== null && !sameWords(unseen, draft)) draft.beside = this.#keepBeside(unseen) ?? draft.beside;
      else if (unseen !== null && draft.case_id === null) draft.case_id = unseen.case_id;
      if (unseen !== null) draft.clock = merged(draft.clock, unseen.clock);
      const text = JSON.stringify(draft);
      this.#shelf.setItem(key, text);
      this.#seen.set(draft.id, text);
      this.#unsaved = false;
    } catch {
      // A full disk: the words stay on the screen and the desk says that they are only there.
      this.#unsaved = true;
    }
  }

  #there(key: string): string | null {
    try {
      return this.#shelf.getItem(key);
    } catch {
      return null;
    }
  }

  /** Keeps another version of a draft as one of its own; answers its id, or null for nothing worth it. */
  #keepBeside(other: Draft): string | null {
    if (isBlank(other)) return null;
    // The same version has the same id whichever window keeps it, so that it is kept once.
    const id = `${other.id}~${other.updated}`;
    if (this.#all.some((each) => each.id === id)) return id;
    const kept: Draft = { ...other, id, letter: this.#letter(), beside: other.id, attempt: null };
    this.#all = [...this.#all, kept];
    this.#write(kept);
    return id;
  }

  snapshot = () => this.#snapshot;

  watch = (tell: () => void): (() => void) => {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  };

  /** Opens an empty tab, or goes to the one that is still empty. */
  open(over: Partial<Draft> = {}): Draft {
    const blank = this.#all.find((each) => isBlank(each) && each.case_id === null);
    if (blank !== undefined && Object.keys(over).length === 0) {
      this.#active = blank.id;
      this.#changed();
      return blank;
    }
    const now = this.#now();
    const draft: Draft = {
      id: this.#newId(),
      letter: this.#letter(),
      narrative: "",
      place: "",
      caller_name: "",
      caller_number: "",
      contact_number: "",
      confidential: false,
      happened: "",
      urgency: "",
      channel: "phone",
      point: null,
      dismissed: [],
      opened: now,
      updated: now,
      clock: {},
      beside: null,
      case_id: null,
      attempt: null,
      ...over,
    };
    this.#all = [...this.#all, draft];
    this.#active = draft.id;
    this.#write(draft);
    this.#changed();
    return draft;
  }

  #letter(): string {
    const used = new Set(this.#all.map((each) => each.letter));
    for (let i = 0; i < 26; i += 1) {
      const letter = String.fromCharCode(65 + i);
      if (!used.has(letter)) return letter;
    }
    return `#${this.#all.length + 1}`;
  }

  choose(id: string): void {
    if (this.#all.some((each) => each.id === id)) {
      this.#active = id;
      this.#changed();
    }
  }

  change(id: string, fields: Partial<Pick<Draft, DraftField>>): void {
    const old = this.#all.find((each) => each.id === id);
    if (old === undefined) return;
    const clock = { ...old.clock, [this.#window]: (old.clock[this.#window] ?? 0) + 1 };
    const next = { ...old, ...fields, updated: Math.max(this.#now(), old.updated + 1), clock };
    // Before the write, which may add a draft beside it.
    this.#all = this.#all.map((each) => (each.id === id ? next : each));
    this.#write(next);
    this.#changed();
  }

  /** The Idempotency-Key for these words: the first one again for a repeat, a new one for new words. */
  keyFor(id: string, body: string): string {
    const draft = this.#all.find((each) => each.id === id);
    const key = draft?.attempt?.body === body ? draft.attempt.key : this.#newId();
    this.change(id, { attempt: { key, body, live: true } });
    return key;
  }

  close(id: string): void {
    const at = this.#all.findIndex((each) => each.id === id);
    if (at < 0) return;
    this.#all = this.#all.filter((each) => each.id !== id);
    this.#seen.delete(id);
    this.#shelf.removeItem(this.#prefix + id);
    if (this.#active === id) this.#active = (this.#all[at] ?? this.#all[at - 1])?.id ?? null;
    this.#changed();
  }

  /**
   * Another window wrote. What was written over what this window has is simply newer; anything else
   * is another version, and both are kept.
   */
  heard(key: string | null, value: string | null): void {
    if (key === null || !key.startsWith(this.#prefix)) return;
    // Told late: what is on the shelf by now is told on its own, or was written by this window.
    if (this.#there(key) !== value) return;
    const id = key.slice(this.#prefix.length);
    const draft = parse(value);
    if (draft === null) {
      if (value !== null) return;
      this.#seen.delete(id);
      this.#all = this.#all.filter((each) => each.id !== id);
      if (this.#active === id) this.#active = this.#all[0]?.id ?? null;
    } else {
      this.#seen.set(id, value ?? "");
      const mine = this.#all.find((each) => each.id === id);
      if (mine === undefined) this.#all = [...this.#all, draft];
      else if (hasSeen(draft.clock, mine.clock)) this.#all = this.#all.map((each) => (each.id === id ? draft : each));
      else if (hasSeen(mine.clock, draft.clock)) return;
      else {
        // Both wrote at once: the later words stay in front, the others are kept beside them.
        const [front, back] = draft.updated > mine.updated ? [draft, mine] : [mine, draft];
        const beside = sameWords(front, back) ? front.beside : (this.#keepBeside(back) ?? front.beside);
        const next = { ...front, beside, case_id: front.case_id ?? (sameWords(front, back) ? back.case_id : null), clock: merged(front.clock, back.clock) };
        this.#all = this.#all.map((each) => (each.id === id ? next : each));
        this.#write(next);
      }
    }
    this.#changed();
  }

  /** The operator has seen that there are two. */
  settled(id: string): void {
    this.change(id, { beside: null });
  }
}

type Clock = Record<string, number>;

/** Whether a version was written knowing of everything in another. */
function hasSeen(a: Clock, b: Clock): boolean {
  return Object.entries(b).every(([window, count]) => (a[window] ?? 0) >= count);
}

function merged(a: Clock, b: Clock): Clock {
  const all = { ...a };
  for (const [window, count] of Object.entries(b)) all[window] = Math.max(all[window] ?? 0, count);
  return all;
}

const WORDS = ["narrative", "place", "caller_name", "caller_number", "contact_number", "happened", "urgency", "confidential"] as const;

/** Whether nothing that was typed differs; an attempt to send or a case it became is no word. */
function sameWords(a: Draft, b: Draft): boolean {
  return WORDS.every((name) => a[name] === b[name]) && (a.case_id === b.case_id || a.case_id === null || b.case_id === null);
}

export function isBlank(draft: Draft): boolean {
  return (
    draft.narrative.trim() === "" &&
    draft.place.trim() === "" &&
    draft.caller_name.trim() === "" &&
    draft.caller_number.trim() === "" &&
    draft.contact_number.trim() === ""
  );
}

function parse(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const draft = value as Partial<Draft>;
    if (typeof draft.id !== "string" || typeof draft.narrative !== "string") return null;
    // A draft kept by an older build lacks the newer fields; its words still come back.
    return {
      letter: "A",
      place: "",
      caller_name: "",
      caller_number: "",
      contact_number: "",
      confidential: false,
      happened: "",
      urgency: "",
      channel: "phone",
      point: null,
      dismissed: [],
      opened: 0,
      updated: 0,
      clock: {},
      beside: null,
      case_id: null,
      attempt: null,
      ...draft,
    } as Draft;
  } catch {
    return null;
  }
}

export function useDrafts(drafts: Drafts) {
  return useSyncExternalStore(drafts.watch, drafts.snapshot, drafts.snapshot);
}
