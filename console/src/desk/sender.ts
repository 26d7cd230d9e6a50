// Sends a contact until the server has answered: the same words under the same key, however often.
import { useSyncExternalStore } from "react";
import { Problem } from "../api/http";
import type { CaseView } from "../api/types";
import type { Drafts } from "../draft/drafts";

export interface Sent {
  /** On its way, or waiting to be tried again. */
  busy: boolean;
  /** How often it went unanswered. */
  tries: number;
  error: unknown;
}

const IDLE: Sent = { busy: false, tries: 0, error: null };
const PAUSES = [2000, 4000, 8000, 15_000];

export class Sender {
  readonly #drafts: Drafts;
  readonly #take: (body: string, key: string) => Promise<CaseView>;
  readonly #later: (ms: number, run: () => void) => () => void;
  readonly #taken: (draft: string, view: CaseView) => void;
  readonly #states = new Map<string, Sent>();
  readonly #waits = new Map<string, () => void>();
  readonly #rounds = new Map<string, number>();
  readonly #watchers = new Set<() => void>();

  constructor(
    drafts: Drafts,
    take: (body: string, key: string) => Promise<CaseView>,
    later: (ms: number, run: () => void) => () => void,
    taken: (draft: string, view: CaseView) => void,
  ) {
    this.#drafts = drafts;
    this.#take = take;
    this.#later = later;
    this.#taken = taken;
  }

  /** Goes on with what was under way when the page was closed. */
  resume(): void {
    for (const draft of this.#drafts.snapshot().all) {
      if (draft.case_id === null && draft.attempt?.live === true && !this.state(draft.id).busy) void this.#try(draft.id, draft.attempt.body);
    }
  }

  state(id: string): Sent {
    return this.#states.get(id) ?? IDLE;
  }

  watch = (tell: () => void): (() => void) => {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  };

  #set(id: string, state: Sent): void {
    this.#states.set(id, state);
    for (const each of [...this.#watchers]) each();
  }

  send(id: string, body: string): void {
    if (this.state(id).busy) return;
    void this.#try(id, body);
  }

  hurry(id: string): void {
    const wait = this.#waits.get(id);
    const attempt = this.#drafts.snapshot().all.find((each) => each.id === id)?.attempt;
    if (wait === undefined || attempt == null) return;
    wait();
    this.#waits.delete(id);
    void this.#try(id, attempt.body);
  }

  /** Back to the form. The key stays with the words, should they be sent again unchanged. */
  stop(id: string): void {
    this.#waits.get(id)?.();
    this.#waits.delete(id);
    this.#rounds.set(id, (this.#rounds.get(id) ?? 0) + 1);
    const attempt = this.#drafts.snapshot().all.find((each) => each.id === id)?.attempt;
    if (attempt != null) this.#drafts.change(id, { attempt: { ...attempt, live: false } });
    this.#set(id, IDLE);
  }

  async #try(id: string, body: string): Promise<void> {
    const round = (this.#rounds.get(id) ?? 0) + 1;
    this.#rounds.set(id, round);
    const key = this.#drafts.keyFor(id, body);
    this.#set(id, { busy: true, tries: this.state(id).tries, error: null });
    try {
      const view = await this.#take(body, key);
      // Answered after "stop": it is saved all the same, and the tab has to say so.
      this.#drafts.change(id, { case_id: view.id, attempt: null });
      this.#set(id, IDLE);
      this.#taken(id, view);
    } catch (error) {
      if (this.#rounds.get(id) !== round) return;
      if (error instanceof Problem && error.unsure) {
        const tries = this.state(id).tries + 1;
        this.#set(id, { busy: true, tries, error });
        const pause = PAUSES[Math.min(tries - 1, PAUSES.length - 1)] ?? 15_000;
        this.#waits.set(
          id,
          this.#later(pause, () => {
            this.#waits.delete(id);
            void this.#try(id, body);
          }),
        );
        return;
      }
      const signedOut = error instanceof Problem && error.key === "unauthenticated";
      // A refusal is an answer: nothing was saved, and the next try is a new one.
      const attempt = this.#drafts.snapshot().all.find((each) => each.id === id)?.attempt;
      this.#drafts.change(id, { attempt: signedOut && attempt != null ? { ...attempt, live: false } : null });
      this.#set(id, { busy: false, tries: 0, error: signedOut ? null : error });
    }
  }

  forget(id: string): void {
    this.#states.delete(id);
  }

  clearError(id: string): void {
    if (this.state(id).error !== null && !this.state(id).busy) this.#set(id, IDLE);
  }
}

export function useSent(sender: Sender, id: string): Sent {
  return useSyncExternalStore(sender.watch, () => sender.state(id));
}
