/**
 * This page as the telephone of the seat: one {@link Leg} that outlives the pages of the console, opened again after a reload.
 *
 * The name the platform gave it stays with the tab. A page that was loaded again asks by it and is back in its call; another page
 * that takes the phone over has it, and this one says so instead of taking it back.
 */
import { useSyncExternalStore } from "react";
import type { components } from "../api/schema";
import { Problem, request } from "../api/http";
import { onLeaving } from "../live/leaving";
import { Leg, LegRefused, type LegState } from "./leg";

type Answer = components["schemas"]["PhoneAnswer"];

export interface Devices {
  /** Empty for the system's own. */
  microphone: string;
  speaker: string;
  /** Where it rings: mostly a loudspeaker beside the headset. */
  ring: string;
}

export interface PhoneView extends Devices {
  state: LegState;
}

/** How long somebody who signs on waits for sound. */
const PATIENCE = 15_000;
/** Between two openings of a phone that the platform does not know. */
const RENEWED = 10_000;
const DEVICES = "liandong.phone.devices";

/** Over for now: nothing more comes by itself. */
const SETTLED: readonly LegState[] = ["up", "off", "no_microphone", "denied", "busy", "insecure", "elsewhere", "refused"];

function keptDevices(): Devices {
  const none = { microphone: "", speaker: "", ring: "" };
  try {
    const kept = JSON.parse(localStorage.getItem(DEVICES) ?? "{}") as Partial<Devices>;
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    return { microphone: text(kept.microphone), speaker: text(kept.speaker), ring: text(kept.ring) };
  } catch {
    return none;
  }
}

export class Phone {
  readonly #leg: Leg;
  readonly #watchers = new Set<() => void>();
  #devices = keptDevices();
  #view: PhoneView;
  #shelf = "";
  #busy = false;
  #renewed = 0;

  constructor(make: (carrier: ConstructorParameters<typeof Leg>[0], changed: (state: LegState) => void) => Leg = (carrier, changed) => new Leg(carrier, changed)) {
    this.#leg = make({ offer: (offer) => this.#offer(offer), close: () => this.#gone() }, () => this.#changed());
    this.#view = { ...this.#devices, state: this.#leg.state };
  }

  snapshot = () => this.#view;

  watch = (tell: () => void): (() => void) => {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  };

  /** Whose phone this is from now on. Another person's is closed; the own one is opened again, if this tab had it. */
  sit(platform: string, account: string): void {
    const shelf = `liandong.phone.${platform}.${account}`;
    if (this.#shelf === shelf) return;
    if (this.#shelf !== "") this.#leg.close();
    this.#shelf = shelf;
    if (this.#page !== null) void this.#open();
  }

  /** Opens it here, wherever it was. From a click or a key: browsers want that. True once sound goes both ways. */
  async open(): Promise<boolean> {
    if (this.#leg.state === "up") return true;
    this.#keep(null);
    void this.#open();
    return this.#settled();
  }

  /** Opens it anew although sound seems to be open: the platform was started again and knows nothing of it. Not all the time. */
  renew(): void {
    if (this.#leg.state !== "up" || Date.now() - this.#renewed < RENEWED) return;
    this.#renewed = Date.now();
    void this.#open();
  }

  /** Closes it: the seat has no phone here any more. */
  close(): void {
    this.#leg.close();
  }

  mute(muted: boolean): void {
    this.#leg.mute(muted);
  }

  level(): number {
    return this.#leg.level();
  }

  /** Whether a call is up in it: a page that goes then says nothing, because it may be back at once. */
  carries(call: boolean): void {
    this.#busy = call;
  }

  async choose(devices: Partial<Devices>): Promise<void> {
    this.#devices = { ...this.#devices, ...devices };
    try {
      localStorage.setItem(DEVICES, JSON.stringify(this.#devices));
    } catch {
      // It holds until the page is closed.
    }
    this.#changed();
    if (devices.microphone !== undefined && this.#leg.state === "up") await this.#leg.use(devices.microphone);
    if (devices.speaker !== undefined) await this.#leg.hearThrough(devices.speaker);
  }

  /** The page goes. Without a call its seat is free of it at once, so that nothing rings where nobody is. */
  hide(): void {
    const page = this.#page;
    if (page === null || this.#busy) return;
    void fetch(`/api/calls/phone/${encodeURIComponent(page)}`, { method: "DELETE", keepalive: true, credentials: "same-origin" }).catch(() => undefined);
  }

  get #page(): string | null {
    try {
      return sessionStorage.getItem(this.#shelf);
    } catch {
      return null;
    }
  }

  #keep(page: string | null): void {
    try {
      if (page === null) sessionStorage.removeItem(this.#shelf);
      else sessionStorage.setItem(this.#shelf, page);
    } catch {
      // After a reload it is then opened by hand.
    }
  }

  async #open(): Promise<void> {
    await this.#leg.open(this.#devices.microphone);
    if (this.#devices.speaker !== "") await this.#leg.hearThrough(this.#devices.speaker).catch(() => false);
  }

  async #offer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    const former = this.#page;
    try {
      const answer = await request<Answer>("PUT", "/api/calls/phone", { sdp: offer.sdp ?? "", ...(former === null ? {} : { former }) });
      this.#keep(answer.page);
      return { type: "answer", sdp: answer.sdp };
    } catch (error) {
      if (error instanceof Problem && error.fields.some((each) => each.key === "phone_elsewhere")) {
        this.#keep(null);
        throw new LegRefused("elsewhere");
      }
      if (error instanceof Problem && [403, 404, 422].includes(error.status)) throw new LegRefused();
      throw error;
    }
  }

  #gone(): void {
    const page = this.#page;
    this.#keep(null);
    if (page !== null) void request<void>("DELETE", `/api/calls/phone/${encodeURIComponent(page)}`).catch(() => undefined);
  }

  #settled(): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        if (!SETTLED.includes(this.#leg.state)) return;
        done(this.#leg.state === "up");
      };
      const timer = setTimeout(() => done(false), PATIENCE);
      const stop = this.watch(look);
      const done = (up: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(up);
      };
    });
  }

  #changed(): void {
    this.#view = { ...this.#devices, state: this.#leg.state };
    for (const each of [...this.#watchers]) each();
  }
}

let phone: Phone | null = null;

/** The one phone of this page. */
export function thePhone(): Phone {
  if (phone === null) {
    const made = new Phone();
    phone = made;
    onLeaving(() => made.close());
    addEventListener("pagehide", () => made.hide());
  }
  return phone;
}

export function usePhone(): PhoneView {
  const own = thePhone();
  return useSyncExternalStore(own.watch, own.snapshot, own.snapshot);
}
