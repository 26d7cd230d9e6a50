// Of two pages the last one has the phone; one that was loaded again asks by the name it was given.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Leg, LegRefused, type LegCarrier, type LegState } from "./leg";
import { Phone } from "./phone";

/** Sound without a network: open as soon as the platform has answered. */
class Sound {
  state: LegState = "off";
  muted = false;
  used: string[] = [];
  constructor(
    readonly carrier: LegCarrier,
    readonly changed: (state: LegState) => void,
  ) {}
  #say(state: LegState) {
    this.state = state;
    this.changed(state);
  }
  async open(microphone = "") {
    this.used.push(microphone);
    this.#say("connecting");
    try {
      await this.carrier.offer({ type: "offer", sdp: "v=0" });
      this.#say("up");
    } catch (error) {
      this.#say(error instanceof LegRefused ? error.why : "lost");
    }
  }
  close() {
    if (this.state !== "off") this.carrier.close();
    this.#say("off");
  }
  mute(muted: boolean) {
    this.muted = muted;
  }
  use(microphone: string) {
    this.used.push(microphone);
    return Promise.resolve();
  }
  hearThrough() {
    return Promise.resolve(true);
  }
  level() {
    return 0;
  }
}

let sound: Sound;
let asked: { method: string; path: string; body: Record<string, unknown> }[];
let answers: (() => Response)[];

function page(): Phone {
  return new Phone((carrier, changed) => (sound = new Sound(carrier, changed)) as unknown as Leg);
}
const given = (name: string) => () => new Response(JSON.stringify({ sdp: "v=0", page: name }), { status: 200 });
const elsewhere = () => new Response(JSON.stringify({ type: "invalid", status: 422, title: "x", errors: [{ field: "former", key: "phone_elsewhere", detail: "x" }] }), { status: 422 });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  asked = [];
  answers = [];
  vi.stubGlobal(
    "fetch",
    vi.fn((path: string, init: RequestInit = {}) => {
      asked.push({ method: init.method ?? "GET", path, body: typeof init.body === "string" ? JSON.parse(init.body) : {} });
      return Promise.resolve(answers.shift()?.() ?? new Response(null, { status: 204 }));
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

describe("this page as a phone", () => {
  it("is opened anew as its former holder when the platform was started again, and not in a circle", async () => {
    const own = page();
    own.sit("p", "op");
    answers = [given("one"), given("two")];
    await own.open();
    own.renew();
    await settle();
    expect(asked.map((each) => each.body.former)).toEqual([undefined, "one"]);
    expect(own.snapshot().state).toBe("up");
    own.renew();
    await settle();
    expect(asked).toHaveLength(2);
  });

  it("is opened by hand, and by itself with its name after a reload", async () => {
    const first = page();
    first.sit("p", "op");
    expect(asked).toEqual([]);
    answers = [given("one")];
    expect(await first.open()).toBe(true);
    expect(asked[0]).toEqual({ method: "PUT", path: "/api/calls/phone", body: { sdp: "v=0" } });

    const again = page();
    answers = [given("two")];
    again.sit("p", "op");
    await settle();
    expect(asked[1]?.body).toEqual({ sdp: "v=0", former: "one" });
    expect(again.snapshot().state).toBe("up");
    // Another person at the same screen has a phone of their own.
    again.sit("p", "other");
    await settle();
    expect(asked.at(-1)?.method).toBe("DELETE");
    expect(again.snapshot().state).toBe("off");
  });

  it("says that another page has it, and takes it over only when told to", async () => {
    const own = page();
    own.sit("p", "op");
    answers = [given("one")];
    await own.open();
    answers = [elsewhere];
    await sound.open();
    expect(own.snapshot().state).toBe("elsewhere");
    // Loaded again it does not take it back by itself.
    const again = page();
    const before = asked.length;
    again.sit("p", "op");
    await settle();
    expect(asked.length).toBe(before);
    answers = [given("three")];
    expect(await again.open()).toBe(true);
    expect(asked.at(-1)?.body).toEqual({ sdp: "v=0" });
  });

  it("leaves the seat at once when the page goes, and not amid a call", async () => {
    const own = page();
    own.sit("p", "op");
    answers = [given("one")];
    await own.open();
    own.carries(true);
    own.hide();
    expect(asked).toHaveLength(1);
    own.carries(false);
    own.hide();
    expect(asked[1]).toMatchObject({ method: "DELETE", path: "/api/calls/phone/one" });
  });

  it("keeps the chosen devices and speaks into the chosen microphone at once", async () => {
    const own = page();
    own.sit("p", "op");
    answers = [given("one")];
    await own.open();
    await own.choose({ microphone: "m2" });
    expect(sound.used).toEqual(["", "m2"]);
    expect(page().snapshot().microphone).toBe("m2");
  });
});
