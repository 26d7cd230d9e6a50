// Half-typed contacts. Every change is written at once, so that neither a reload, a crash, an
// expired session, a second window nor a dead server can lose a word.
import { useSyncExternalStore } from "react";

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
  /** Danger signs the operator put aside, each with her reason. */
  dismissed: { rule: string; reason: string }[];
  opened: number;
  updated: number;
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

export type DraftField = Exclude<keyof Draft, "id" | "letter" | "opened" | "updated">;

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
  readonly #watchers = new Set<() => void>();
  #all: Draft[] = [];
  #active: string | null = null;
  #unsaved = false;
  #snapshot: { all: readonly Draft[]; active: Draft | null; unsaved: boolean };

  constructor(account: string, shelf: Shelf, now: () => number, newId: () => string) {
    this.#shelf = shelf;
    this.#prefix = `liandong.draft.${account}.`;
    this.#now = now;
    this.#newId = newId;
    this.#load();
    this.#snapshot = this.#freeze();
  }

  #load(): void {
    const found: Draft[] = [];
    for (let i = 0; i < this.#shelf.length; i += 1) {
      const key = this.#shelf.key(i);
      if (key === null || !key.startsWith(this.#prefix)) continue;
      const draft = parse(this.#shelf.getItem(key));
      if (draft !== null) found.push(draft);
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
    try {
      this.#shelf.setItem(this.#prefix + draft.id, JSON.stringify(draft));
      this.#unsaved = false;
    } catch {
      // A full disk: the words stay on the screen and the desk says that they are only there.
      this.#unsaved = true;
    }
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
      dismissed: [],
      opened: now,
      updated: now,
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
    this.#all = this.#all.map((each) => {
      if (each.id !== id) return each;
      const next = { ...each, ...fields, updated: Math.max(this.#now(), each.updated + 1) };
      this.#write(next);
      return next;
    });
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
    this.#shelf.removeItem(this.#prefix + id);
    if (this.#active === id) this.#active = (this.#all[at] ?? this.#all[at - 1])?.id ?? null;
    this.#changed();
  }

  /** Another window wrote: the later words win, and both windows show the same. */
  heard(key: string | null, value: string | null): void {
    if (key === null || !key.startsWith(this.#prefix)) return;
    const id = key.slice(this.#prefix.length);
    const draft = parse(value);
    if (draft === null) {
      if (value !== null) return;
      this.#all = this.#all.filter((each) => each.id !== id);
      if (this.#active === id) this.#active = this.#all[0]?.id ?? null;
    } else {
      const mine = this.#all.find((each) => each.id === id);
      if (mine === undefined) this.#all = [...this.#all, draft];
      else if (draft.updated <= mine.updated) return;
      else this.#all = this.#all.map((each) => (each.id === id ? draft : each));
    }
    this.#changed();
  }
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
      dismissed: [],
      opened: 0,
      updated: 0,
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
