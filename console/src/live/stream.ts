// One stream of what happened, resumed by position: nothing twice, nothing missed.
import type { Heard } from "./sse";

/** What the server says happened. `pos` is its place in the platform's log, gap-free there. */
export interface Happening {
  pos: number;
  kind: string;
  case_id: string;
  version: number;
}

export type Light = "connecting" | "live" | "broken";

/** What the core needs of an open stream; a fake in tests. */
export interface Source {
  close(): void;
}

export interface Wire {
  open(
    after: number | null,
    heard: Heard,
  ): Source;
  /** Calls back after a while; the answer takes it back. */
  later(ms: number, run: () => void): () => void;
  /** 0 to 1, to keep a hall of seats from knocking all at once. */
  chance(): number;
}

export interface Listener {
  light(light: Light): void;
  /** In order, each once. */
  happened(events: Happening): void;
  /** The server cannot resume from where we were: everything shown may be old. */
  reset(): void;
  /** Something happened at the desk of calls. It has no place in the log: what is, is asked for. */
  calls?(): void;
  /** The session is gone: no use knocking until somebody signs in. */
  signedOut(): void;
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
/** The server sends a sign of life every 15 s; three missed ones mean a dead line. */
const SILENCE = 50_000;

export class Stream {
  readonly #wire: Wire;
  readonly #listener: Listener;
  #source: Source | null = null;
  #cancelRetry: (() => void) | null = null;
  #cancelSilence: (() => void) | null = null;
  #wait = FIRST_WAIT;
  #last: number | null;
  #stopped = false;

  constructor(wire: Wire, listener: Listener, after: number | null = null) {
    this.#wire = wire;
    this.#listener = listener;
    this.#last = after;
  }

  get last(): number | null {
    return this.#last;
  }

  start(): void {
    if (this.#stopped || this.#source !== null) return;
    this.#listener.light("connecting");
    this.#source = this.#wire.open(this.#last, {
      ready: () => {
        this.#wait = FIRST_WAIT;
        this.#listener.light("live");
        this.#alive();
      },
      message: (name, id, data) => this.#message(name, id, data),
      alive: () => this.#alive(),
      failed: (status) => (status === 401 ? this.#signedOut() : this.#failed()),
    });
    this.#alive();
  }

  #signedOut(): void {
    if (this.#stopped) return;
    this.stop();
    this.#listener.light("broken");
    this.#listener.signedOut();
  }

  #alive(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = this.#wire.later(SILENCE, () => this.#failed());
  }

  #message(name: string, id: string, data: string): void {
    this.#alive();
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return;
    }
    if (name === "reset") {
      const pos = numberOf(id) ?? numberOf(field(value, "pos"));
      this.#last = pos;
      this.#listener.reset();
      return;
    }
    if (name === "hello") {
      // From a first connection on nothing is missed; what was read before it may be older.
      if (this.#last === null) {
        this.#last = numberOf(field(value, "pos"));
        this.#listener.reset();
      }
      return;
    }
    if (name === "voice") {
      this.#listener.calls?.();
      return;
    }
    if (name !== "case") return;
    const pos = numberOf(id) ?? numberOf(field(value, "pos"));
    const caseId = field(value, "case");
    if (pos === null || typeof caseId !== "string") return;
    // A reconnection may repeat the last ones, and a proxy may hold an old one back.
    if (this.#last !== null && pos <= this.#last) return;
    this.#last = pos;
    const version = field(value, "version");
    const kind = field(value, "kind");
    this.#listener.happened({
      pos,
      case_id: caseId,
      kind: typeof kind === "string" ? kind : "",
      version: typeof version === "number" ? version : 0,
    });
  }

  #failed(): void {
    if (this.#stopped) return;
    this.#source?.close();
    this.#source = null;
    this.#cancelSilence?.();
    if (this.#cancelRetry !== null) return;
    this.#listener.light("broken");
    const wait = this.#wait * (0.75 + this.#wire.chance() / 2);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    this.#cancelRetry = this.#wire.later(wait, () => {
      this.#cancelRetry = null;
      this.start();
    });
  }

  /** Tries at once, for instance when the machine woke up or the network came back. */
  hurry(): void {
    if (this.#cancelRetry === null) return;
    this.#cancelRetry();
    this.#cancelRetry = null;
    this.start();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelSilence?.();
    this.#source?.close();
    this.#source = null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function numberOf(value: unknown): number | null {
  if (value === "" || value === null || value === undefined) return null;
  const n = Number(value);
  return Number.isSafeInteger(n) && n >= 0 ? n : null;
}
