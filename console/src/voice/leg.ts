/**
 * The sound of a seat in the browser: one peer connection as long as the page lives, through which
 * calls come and go. Which call it is, the screen knows; this knows only sound.
 *
 * There is no SIP and no plug-in: an offer goes out, an answer comes back, both as JSON.
 */

/** How the sound is. */
export type LegState =
  /** Nothing is open. */
  | "off"
  /** The browser asks the person for the microphone. */
  | "asking"
  /** The platform is being reached. */
  | "connecting"
  /** Sound goes both ways. */
  | "up"
  /** It broke, and is being opened again. */
  | "lost"
  /** There is no microphone. */
  | "no_microphone"
  /** The person or the browser's settings do not give it. */
  | "denied"
  /** Another program has it. */
  | "busy"
  /** The page did not come over a safe connection: browsers then have no microphone for it. */
  | "insecure"
  /** Another page has this seat's phone now. */
  | "elsewhere"
  /** The platform has no port for browsers, or does not take the offer. */
  | "refused";

/** What carries offer and answer: the application's own interface. */
export interface LegCarrier {
  /** Sends an offer; the platform's answer. Rejects with {@link LegRefused}, when asking again is of no use. */
  offer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit>;
  /** Says that this page goes. */
  close(): void;
}

/** The platform does not take the offer; the same one again would not help. */
export class LegRefused extends Error {
  constructor(readonly why: "refused" | "elsewhere" = "refused") {
    super(why);
  }
}

/** Devices a person can choose. */
export interface LegDevices {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

/** Milliseconds until it is tried again: at once, then slower. */
const AGAIN = [0, 500, 1000, 2000, 4000, 8000] as const;

/** What a microphone is asked for: the browser takes echo and noise away. */
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Leg {
  private connection: RTCPeerConnection | undefined;
  private microphone: MediaStream | undefined;
  private readonly speaker: HTMLAudioElement;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private muted = false;
  private wanted = false;
  /** Counts openings, so that what belongs to a former one is known. */
  private turn = 0;
  private meter: { context: AudioContext; analyser: AnalyserNode } | undefined;
  state: LegState = "off";

  constructor(
    private readonly carrier: LegCarrier,
    private readonly changed: (state: LegState) => void = () => undefined,
  ) {
    this.speaker = new Audio();
    this.speaker.autoplay = true;
  }

  /** Opens it, with this microphone or the system's own. To be called from a click or a key: browsers want that. */
  async open(microphone?: string): Promise<void> {
    this.wanted = true;
    this.tries = 0;
    await this.begin(microphone);
  }

  /** Nothing is heard of this seat (true), or again (false). The state outlives a connection that breaks. */
  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.microphone?.getAudioTracks() ?? []) {
      track.enabled = !muted;
    }
  }

  /** Speaks into another microphone from now on, without a gap. */
  async use(microphone: string): Promise<void> {
    const stream = await listen(microphone);
    const track = stream.getAudioTracks()[0];
    if (!track) return;
    track.enabled = !this.muted;
    const sender = this.connection?.getSenders().find((s) => s.track?.kind === "audio");
    await sender?.replaceTrack(track);
    stop(this.microphone);
    this.microphone = stream;
    track.onended = () => this.again();
    this.unmeter();
  }

  /** Hears through another speaker from now on. False, where the browser cannot choose. */
  async hearThrough(speaker: string): Promise<boolean> {
    if (!("setSinkId" in this.speaker)) return false;
    await this.speaker.setSinkId(speaker);
    return true;
  }

  /** How loud the own microphone is now, 0 to 1: for the test before the first call. */
  level(): number {
    const stream = this.microphone;
    if (!stream) return 0;
    if (!this.meter) {
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      // Longer than from one look to the next, so that no syllable falls between two.
      analyser.fftSize = 8192;
      context.createMediaStreamSource(stream).connect(analyser);
      this.meter = { context, analyser };
    }
    const samples = new Float32Array(this.meter.analyser.fftSize);
    this.meter.analyser.getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  /** Closes it for good and gives the microphone back. */
  close(): void {
    const open = this.wanted;
    this.wanted = false;
    this.turn += 1;
    clearTimeout(this.timer);
    this.drop();
    this.unmeter();
    stop(this.microphone);
    this.microphone = undefined;
    if (open) this.carrier.close();
    this.say("off");
  }

  private async begin(microphone?: string): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    const live = this.microphone?.getAudioTracks().some((track) => track.readyState === "live");
    if (!live) {
      this.say("asking");
      try {
        const stream = await listen(microphone);
        if (turn !== this.turn) return stop(stream);
        this.microphone = stream;
        this.mute(this.muted);
        // A headset that is pulled out: the next microphone takes its place.
        for (const track of stream.getAudioTracks()) track.onended = () => this.again();
      } catch (error) {
        if (turn === this.turn) this.say(whyNone(error));
        return;
      }
    }
    this.say(this.tries === 0 ? "connecting" : "lost");
    try {
      await this.connect(turn);
    } catch (error) {
      if (turn !== this.turn) return;
      this.drop();
      if (error instanceof LegRefused) {
        // Nothing is said into a microphone that nobody hears.
        this.unmeter();
        stop(this.microphone);
        this.microphone = undefined;
        this.say(error.why);
      } else this.again();
    }
  }

  private async connect(turn: number): Promise<void> {
    this.drop();
    const connection = new RTCPeerConnection();
    this.connection = connection;
    const stream = this.microphone;
    const track = stream?.getAudioTracks()[0];
    if (!stream || !track) throw new Error("no track");
    const transceiver = connection.addTransceiver(track, { direction: "sendrecv", streams: [stream] });
    preferPlain(transceiver);
    connection.ontrack = (event) => {
      this.speaker.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      // Where nobody has touched the page yet the browser waits for that.
      this.speaker.play().catch(() => undefined);
    };
    connection.onconnectionstatechange = () => {
      if (turn === this.turn) this.follow(connection.connectionState);
    };
    await connection.setLocalDescription();
    const offer = connection.localDescription;
    if (!offer) throw new Error("no offer");
    // The platform is reachable at one address and learns ours from the first packet: nothing to gather first.
    const answer = await this.carrier.offer({ type: offer.type, sdp: offer.sdp });
    if (turn === this.turn) await connection.setRemoteDescription(answer);
  }

  private follow(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.tries = 0;
      this.say("up");
    } else if (state === "failed" || state === "disconnected" || state === "closed") {
      this.again();
    }
  }

  private again(): void {
    if (!this.wanted) return;
    this.turn += 1;
    this.drop();
    this.say("lost");
    const wait = AGAIN[Math.min(this.tries, AGAIN.length - 1)] ?? 0;
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.begin(), wait);
  }

  private drop(): void {
    const connection = this.connection;
    this.connection = undefined;
    if (!connection) return;
    connection.ontrack = null;
    connection.onconnectionstatechange = null;
    connection.close();
  }

  private unmeter(): void {
    void this.meter?.context.close();
    this.meter = undefined;
  }

  private say(state: LegState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed(state);
  }
}

/** Microphones and speakers; their names are empty until a microphone was given once. */
export async function legDevices(): Promise<LegDevices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return {
    microphones: all.filter((device) => device.kind === "audioinput"),
    speakers: all.filter((device) => device.kind === "audiooutput"),
  };
}

async function listen(microphone?: string): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DOMException("no safe connection", "InsecureError");
  if (!microphone) return devices.getUserMedia({ audio: SOUND });
  try {
    return await devices.getUserMedia({ audio: { ...SOUND, deviceId: { exact: microphone } } });
  } catch (error) {
    // The one that was chosen is not plugged in today: any other is better than none.
    if (nameOf(error) === "OverconstrainedError" || nameOf(error) === "NotFoundError") return devices.getUserMedia({ audio: SOUND });
    throw error;
  }
}

function nameOf(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}

function whyNone(error: unknown): LegState {
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "InsecureError":
      return "insecure";
    default:
      return "no_microphone";
  }
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A-law alone: what trunks and phones speak, so that nothing is ever coded anew. */
function preferPlain(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("audio")?.codecs ?? [];
  const plain = codecs.filter((codec) => codec.mimeType.toLowerCase() === "audio/pcma");
  if (plain.length > 0) transceiver.setCodecPreferences(plain);
}
