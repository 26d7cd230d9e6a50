// What the server said, kept under a key, asked again when something happened to it.
import { useEffect, useSyncExternalStore } from "react";

export interface Entry<T> {
  value: T | undefined;
  error: unknown;
}

interface Slot {
  entry: Entry<unknown>;
  ask: (() => Promise<unknown>) | null;
  version: (value: unknown) => number;
  watchers: Set<() => void>;
  /** A question is under way; nobody who shows the answer is told, so nothing is drawn for it. */
  asking: boolean;
  /** Something happened while the question was under way: its answer may be from before. */
  again: boolean;
  stale: boolean;
  generation: number;
}

const EMPTY: Entry<unknown> = { value: undefined, error: undefined };

export class Cache {
  readonly #slots = new Map<string, Slot>();

  #slot(key: string): Slot {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = {
        entry: EMPTY,
        ask: null,
        version: () => 0,
        watchers: new Set(),
        asking: false,
        again: false,
        stale: true,
        generation: 0,
      };
      this.#slots.set(key, slot);
    }
    return slot;
  }

  #set(slot: Slot, entry: Entry<unknown>): void {
    slot.entry = entry;
    for (const each of [...slot.watchers]) each();
  }

  read<T>(key: string): Entry<T> {
    return (this.#slots.get(key)?.entry ?? EMPTY) as Entry<T>;
  }

  watch(key: string, tell: () => void): () => void {
    const slot = this.#slot(key);
    slot.watchers.add(tell);
    return () => slot.watchers.delete(tell);
  }

  /** Says how to ask for a key, and asks if nothing fresh is there. */
  use<T>(key: string, ask: () => Promise<T>, version: (value: T) => number = () => 0): void {
    const slot = this.#slot(key);
    slot.ask = ask;
    slot.version = version as (value: unknown) => number;
    if (slot.stale && !slot.asking) void this.#ask(slot);
  }

  async #ask(slot: Slot): Promise<void> {
    if (slot.ask === null) return;
    slot.stale = false;
    slot.again = false;
    const generation = (slot.generation += 1);
    slot.asking = true;
    try {
      const value = await slot.ask();
      if (generation !== slot.generation) return;
      slot.asking = false;
      const older = slot.entry.value !== undefined && slot.version(value) < slot.version(slot.entry.value);
      this.#set(slot, { value: older ? slot.entry.value : value, error: undefined });
    } catch (error) {
      if (generation !== slot.generation) return;
      slot.asking = false;
      // What was known stays on the screen; the error says that it may be old.
      slot.stale = true;
      this.#set(slot, { value: slot.entry.value, error });
    }
    if (slot.again) void this.#ask(slot);
  }

  /** Puts in what a command answered, unless something later is already there. */
  put<T>(key: string, value: T): void {
    const slot = this.#slot(key);
    if (slot.entry.value !== undefined && slot.version(value) < slot.version(slot.entry.value)) return;
    slot.stale = false;
    this.#set(slot, { value, error: undefined });
  }

  /** Something happened: asked again now if anybody looks, else when somebody does. */
  touch(matches: (key: string) => boolean): void {
    for (const [key, slot] of this.#slots) {
      if (!matches(key)) continue;
      slot.stale = true;
      if (slot.watchers.size === 0) continue;
      if (slot.asking) slot.again = true;
      else void this.#ask(slot);
    }
  }

  /** Touches a case unless what is known is already that version. */
  touchVersion(key: string, version: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    if (version > 0 && slot.entry.value !== undefined && slot.version(slot.entry.value) >= version) return;
    this.touch((each) => each === key);
  }

  /** The server is back: what could not be asked is asked again. */
  retryFailed(): void {
    this.touch((key) => this.#slots.get(key)?.entry.error !== undefined);
  }

  clear(): void {
    for (const slot of this.#slots.values()) {
      slot.generation += 1;
      slot.asking = false;
      slot.stale = true;
      this.#set(slot, EMPTY);
    }
  }
}

export const cache = new Cache();

/** The newest known answer for a key; null asks nothing. */
export function useAnswer<T>(
  key: string | null,
  ask: () => Promise<T>,
  version?: (value: T) => number,
): Entry<T> & { again: () => void } {
  const id = key ?? "";
  const entry = useSyncExternalStore(
    (tell) => (key === null ? () => undefined : cache.watch(id, tell)),
    () => (key === null ? (EMPTY as Entry<T>) : cache.read<T>(id)),
  );
  useEffect(() => {
    if (key !== null) cache.use(key, ask, version);
    // The question is a function of the key alone.
  }, [key]);
  return { ...entry, again: () => cache.touch((each) => each === id) };
}
