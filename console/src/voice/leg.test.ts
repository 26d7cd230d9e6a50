import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Leg, LegRefused, type LegCarrier, type LegState } from "./leg";

class Track {
  kind = "audio";
  enabled = true;
  readyState = "live";
  stop() {
    this.readyState = "ended";
  }
}

class Stream {
  constructor(readonly tracks = [new Track()]) {}
  getAudioTracks() {
    return this.tracks;
  }
  getTracks() {
    return this.tracks;
  }
}

class Connection {
  static all: Connection[] = [];
  connectionState = "new";
  ontrack: unknown = null;
  onconnectionstatechange: (() => void) | null = null;
  localDescription: { type: string; sdp: string } | null = null;
  remote: unknown;
  preferred: { mimeType: string }[] = [];
  senders: { track: Track; replaceTrack: (track: Track) => Promise<void> }[] = [];
  closed = false;

  constructor() {
    Connection.all.push(this);
  }
  addTransceiver(track: Track) {
    const sender = { track, replaceTrack: (next: Track) => Promise.resolve(void (sender.track = next)) };
    this.senders.push(sender);
    return { setCodecPreferences: (codecs: { mimeType: string }[]) => (this.preferred = codecs) };
  }
  getSenders() {
    return this.senders;
  }
  setLocalDescription() {
    this.localDescription = { type: "offer", sdp: "v=0" };
    return Promise.resolve();
  }
  setRemoteDescription(answer: unknown) {
    this.remote = answer;
    return Promise.resolve();
  }
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const answer = { type: "answer", sdp: "v=0" } as const;
let microphones: (() => Promise<Stream>)[];

function set(carrier: Partial<LegCarrier> = {}) {
  const states: LegState[] = [];
  const offers: RTCSessionDescriptionInit[] = [];
  const closed = vi.fn();
  const leg = new Leg(
    {
      offer: (offer) => {
        offers.push(offer);
        return Promise.resolve(answer);
      },
      close: closed,
      ...carrier,
    },
    (state) => states.push(state),
  );
  return { leg, states, offers, closed };
}

const last = () => Connection.all[Connection.all.length - 1];

beforeEach(() => {
  vi.useFakeTimers();
  Connection.all = [];
  microphones = [];
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("RTCRtpReceiver", {
    getCapabilities: () => ({ codecs: [{ mimeType: "audio/opus" }, { mimeType: "audio/PCMA" }] }),
  });
  vi.stubGlobal("navigator", {
    mediaDevices: {
      getUserMedia: () => microphones.shift()?.() ?? Promise.resolve(new Stream()),
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the sound of a seat", () => {
  it("is up when the platform has answered and the connection is made, in A-law alone", async () => {
    const { leg, states, offers } = set();
    await leg.open();
    expect(offers).toEqual([{ type: "offer", sdp: "v=0" }]);
    expect(last()?.remote).toEqual(answer);
    expect(last()?.preferred).toEqual([{ mimeType: "audio/PCMA" }]);
    last()?.become("connected");
    expect(states).toEqual(["asking", "connecting", "up"]);
  });

  it("opens again when it breaks, at once and then slower, and stays muted", async () => {
    const { leg, states } = set();
    await leg.open();
    last()?.become("connected");
    leg.mute(true);
    last()?.become("failed");
    expect(leg.state).toBe("lost");
    await vi.advanceTimersByTimeAsync(0);
    expect(Connection.all).toHaveLength(2);
    expect(Connection.all[0]?.closed).toBe(true);
    expect(last()?.senders[0]?.track.enabled).toBe(false);
    last()?.become("failed");
    await vi.advanceTimersByTimeAsync(499);
    expect(Connection.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(Connection.all).toHaveLength(3);
    last()?.become("connected");
    expect(states).toEqual(["asking", "connecting", "up", "lost", "up"]);
  });

  it("tries again when the platform is away, and does not when it says no", async () => {
    let away = true;
    const { leg } = set({
      offer: () => (away ? Promise.reject(new Error("away")) : Promise.resolve(answer)),
    });
    await leg.open();
    expect(leg.state).toBe("lost");
    away = false;
    await vi.advanceTimersByTimeAsync(0);
    last()?.become("connected");
    expect(leg.state).toBe("up");

    const other = set({ offer: () => Promise.reject(new LegRefused()) });
    await other.leg.open();
    expect(other.leg.state).toBe("refused");
    const count = Connection.all.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Connection.all).toHaveLength(count);
  });

  it("says that there is no microphone", async () => {
    microphones.push(() => Promise.reject(new Error("denied")));
    const { leg } = set();
    await leg.open();
    expect(leg.state).toBe("no_microphone");
    await leg.open();
    expect(leg.state).toBe("connecting");
  });

  it("says why there is none: not allowed, taken by another program, no safe connection", async () => {
    const named = (name: string) => () => Promise.reject(Object.assign(new Error(name), { name }));
    microphones.push(named("NotAllowedError"), named("NotReadableError"));
    const { leg } = set();
    await leg.open();
    expect(leg.state).toBe("denied");
    await leg.open();
    expect(leg.state).toBe("busy");
    vi.stubGlobal("navigator", {});
    await leg.open();
    expect(leg.state).toBe("insecure");
  });

  it("takes any other microphone for the chosen one that is not plugged in", async () => {
    microphones.push(() => Promise.reject(Object.assign(new Error("gone"), { name: "OverconstrainedError" })), () => Promise.resolve(new Stream()));
    const { leg } = set();
    await leg.open("gone");
    expect(leg.state).toBe("connecting");
  });

  it("gives the microphone back when another page has the phone", async () => {
    const stream = new Stream();
    microphones.push(() => Promise.resolve(stream));
    const { leg } = set({ offer: () => Promise.reject(new LegRefused("elsewhere")) });
    await leg.open();
    expect(leg.state).toBe("elsewhere");
    expect(stream.tracks[0]?.readyState).toBe("ended");
  });

  it("changes the microphone without a gap and lets the former one go", async () => {
    const first = new Stream();
    const second = new Stream();
    microphones.push(() => Promise.resolve(first), () => Promise.resolve(second));
    const { leg } = set();
    await leg.open();
    leg.mute(true);
    await leg.use("other");
    expect(last()?.senders[0]?.track).toBe(second.tracks[0]);
    expect(second.tracks[0]?.enabled).toBe(false);
    expect(first.tracks[0]?.readyState).toBe("ended");
    expect(Connection.all).toHaveLength(1);
  });

  it("closes for good, also while it is being opened", async () => {
    const { leg, closed } = set();
    await leg.open();
    const connection = last();
    leg.close();
    expect(closed).toHaveBeenCalledOnce();
    expect(connection?.closed).toBe(true);
    connection?.become("failed");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Connection.all).toHaveLength(1);
    expect(leg.state).toBe("off");

    let give: (stream: Stream) => void = () => undefined;
    microphones.push(() => new Promise((done) => (give = done)));
    const opening = leg.open();
    leg.close();
    const late = new Stream();
    give(late);
    await opening;
    expect(late.tracks[0]?.readyState).toBe("ended");
    expect(Connection.all).toHaveLength(1);
  });
});
