// What was pressed in the field: kept on the device with its own key and the time it was pressed,
// sent in order when there is a connection. What was refused stays, with its reason, until somebody
// has read it.
import { Problem } from "../api/http";

export type What = "sign" | "depart" | "arrive" | "report" | "alarm" | "photo";

export interface Act {
  /** Its place in the order. */
  n: number;
  /** Whose it is: platform and account. */
  account: string;
  case: string;
  no: string;
  leg: string;
  what: What;
  key: string;
  /** When it was pressed, by the platform's clock as far as the device knows it. */
  pressed: number;
  /** Not sent before: so long it can be undone. */
  after: number;
  /** The command, fixed when it was pressed: a repeat under the same key has to be the same words. */
  body: string | null;
  photo: Blob | null;
  name: string;
  state: "waiting" | "refused";
  /** Why it was not done. */
  problem: { key: string; status: number; detail: string } | null;
}

export type NewAct = Pick<Act, "case" | "no" | "leg" | "what" | "body" | "photo" | "name">;

/** Where acts are kept; the device's database, or memory where that is forbidden. */
export interface Shelf {
  all(): Promise<Act[]>;
  put(act: Act): Promise<void>;
  remove(n: number): Promise<void>;
}

export class MemoryShelf implements Shelf {
  readonly #acts = new Map<number, Act>();
  all(): Promise<Act[]> {
    return Promise.resolve([...this.#acts.values()].sort((a, b) => a.n - b.n));
  }
  put(act: Act): Promise<void> {
    this.#acts.set(act.n, act);
    return Promise.resolve();
  }
  remove(n: number): Promise<void> {
    this.#acts.delete(n);
    return Promise.resolve();
  }
}

export type Reach = "well" | "away" | "signed_out";

export interface Snapshot {
  /** Own acts, in order. */
  acts: readonly Act[];
  /** How many acts of other accounts lie on this device. */
  others: number;
  /** The act on its way. */
  sending: number | null;
  reach: Reach;
  /** Whether the device keeps what is pressed. */
  kept: boolean;
}

export interface Ports {
  shelf: Shelf;
  /** Sends one act; fails with a Problem. */
  send(act: Act): Promise<void>;
  now(): number;
  later(ms: number, run: () => void): () => void;
  newKey(): string;
  /** Runs the work if no other window of this browser does; says whether it ran. */
  alone(work: () => Promise<void>): Promise<boolean>;
}

/** Within this time a pressed button can be taken back. */
export const UNDO_MS = 4_000;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 30_000;

/** Whether the act may still get through: the line, the server or the session was away, not the act. */
function passing(problem: Problem): boolean {
  return problem.unsure || problem.key === "unauthenticated" || problem.key === "rate_limited" || problem.key === "store_full";
}

export class Queue {
  readonly #ports: Ports;
  readonly #account: string;
  readonly #watchers = new Set<() => void>();
  #acts: Act[] = [];
  #last = 0;
  #running = false;
  #again = false;
  #pause = FIRST_WAIT;
  #wake: (() => void) | null = null;
  #snapshot: Snapshot = { acts: [], others: 0, sending: null, reach: "well", kept: true };

  constructor(account: string, ports: Ports) {
    this.#account = account;
    this.#ports = ports;
  }

  snapshot = (): Snapshot => this.#snapshot;

  watch = (tell: () => void): (() => void) => {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  };

  #tell(change: Partial<Snapshot> = {}): void {
    const own = this.#acts.filter((act) => act.account === this.#account);
    this.#snapshot = { ...this.#snapshot, acts: own, others: this.#acts.length - own.length, ...change };
    for (const each of [...this.#watchers]) each();
  }

  async #read(): Promise<void> {
    try {
      this.#acts = await this.#ports.shelf.all();
      this.#last = Math.max(this.#last, ...this.#acts.map((act) => act.n));
    } catch {
      this.#tell({ kept: false });
    }
  }

  /** Reads what lies on the device and goes on with it. */
  async start(): Promise<void> {
    await this.#read();
    this.#tell();
    this.hurry();
  }

  stop(): void {
    this.#wake?.();
    this.#wake = null;
    this.#watchers.clear();
  }

  /** Keeps what was pressed, in this order, then sends when it may. */
  async press(pressed: readonly NewAct[]): Promise<void> {
    const now = this.#ports.now();
    for (const each of pressed) {
      this.#last = Math.max(this.#last + 1, now);
      const act: Act = { ...each, n: this.#last, account: this.#account, key: this.#ports.newKey(), pressed: now, after: now + UNDO_MS, state: "waiting", problem: null };
      this.#acts = [...this.#acts, act];
      try {
        await this.#ports.shelf.put(act);
      } catch {
        // A full or forbidden database: it is still sent from memory while this page is open.
        this.#tell({ kept: false });
      }
    }
    this.#tell();
    this.hurry();
  }

  /** Takes back what is not on its way yet. Says whether it could. */
  async remove(n: number): Promise<boolean> {
    if (this.#snapshot.sending === n) return false;
    this.#acts = this.#acts.filter((act) => act.n !== n);
    this.#tell();
    await this.#ports.shelf.remove(n).catch(() => undefined);
    this.hurry();
    return true;
  }

  /** Sends what was refused once more; nothing had happened, so it is a new request. */
  async again(n: number): Promise<void> {
    const act = this.#acts.find((each) => each.n === n && each.state === "refused");
    if (act === undefined) return;
    await this.#put({ ...act, key: this.#ports.newKey(), state: "waiting", problem: null });
    this.hurry();
  }

  async #put(act: Act): Promise<void> {
    this.#acts = this.#acts.map((each) => (each.n === act.n ? act : each));
    this.#tell();
    await this.#ports.shelf.put(act).catch(() => this.#tell({ kept: false }));
  }

  /** The line is back, somebody signed in, or something was pressed: tries now. */
  hurry(): void {
    this.#wake?.();
    this.#wake = null;
    if (this.#running) {
      this.#again = true;
      return;
    }
    void this.#run();
  }

  #sleep(ms: number): void {
    this.#wake?.();
    this.#wake = this.#ports.later(ms, () => {
      this.#wake = null;
      this.hurry();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#again = false;
    const ran = await this.#ports.alone(() => this.#drain()).catch(() => false);
    this.#running = false;
    if (this.#again) this.hurry();
    else if (!ran) this.#sleep(FIRST_WAIT);
  }

  async #drain(): Promise<void> {
    for (;;) {
      const act = this.#acts.find((each) => each.account === this.#account && each.state === "waiting");
      if (act === undefined) return;
      const wait = act.after - this.#ports.now();
      if (wait > 0) {
        this.#sleep(wait);
        return;
      }
      this.#tell({ sending: act.n });
      try {
        await this.#ports.send(act);
        this.#acts = this.#acts.filter((each) => each.n !== act.n);
        await this.#ports.shelf.remove(act.n).catch(() => undefined);
        this.#pause = FIRST_WAIT;
        this.#tell({ sending: null, reach: "well" });
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem("internal", 0, String(error));
        if (passing(problem)) {
          this.#tell({ sending: null, reach: problem.key === "unauthenticated" ? "signed_out" : "away" });
          if (problem.key !== "unauthenticated") {
            this.#sleep(this.#pause);
            this.#pause = Math.min(this.#pause * 2, LONGEST_WAIT);
          }
          return;
        }
        // Refused for good: kept with its reason, and what was pressed after it is judged on its own.
        this.#tell({ sending: null, reach: "well" });
        await this.#put({ ...act, state: "refused", problem: { key: problem.key, status: problem.status, detail: problem.detail } });
      }
    }
  }
}
