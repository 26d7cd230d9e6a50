// The bell and the test tone: made by the page, so that nothing is loaded when it rings.

/** Seconds and hertz of one turn of the bell, silence with 0. An emergency rings faster. */
const BELL = {
  normal: { notes: [[0.18, 784], [0.18, 988], [0.18, 784], [0.18, 988]], every: 2.4 },
  emergency: { notes: [[0.12, 988], [0.12, 1319], [0.12, 988], [0.12, 1319], [0.12, 988], [0.12, 1319]], every: 1.1 },
} as const;
const TONE = { notes: [[0.7, 523], [0.7, 659]], every: 0 } as const;

interface Tune {
  notes: readonly (readonly [number, number])[];
  /** Seconds from one turn to the next; 0 to play it once. */
  every: number;
}

/** Plays a tune until the answer is called; through this device, or the system's own. */
function play(tune: Tune, device: string): () => void {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const speaker = new Audio();
  speaker.srcObject = out.stream;
  let over = false;
  const start = async () => {
    // A device that is gone is no reason not to ring.
    if (device !== "" && "setSinkId" in speaker) await speaker.setSinkId(device).catch(() => undefined);
    if (!over) await speaker.play().catch(() => undefined);
  };
  void start();
  const once = () => {
    let at = context.currentTime + 0.02;
    for (const [seconds, hertz] of tune.notes) {
      const voice = context.createOscillator();
      const gain = context.createGain();
      voice.frequency.value = hertz;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.25, at + 0.015);
      gain.gain.setValueAtTime(0.25, at + seconds - 0.03);
      gain.gain.linearRampToValueAtTime(0, at + seconds);
      voice.connect(gain).connect(out);
      voice.start(at);
      voice.stop(at + seconds);
      at += seconds;
    }
  };
  once();
  const timer = tune.every > 0 ? setInterval(once, tune.every * 1000) : undefined;
  // Where nobody has touched the page yet the browser keeps it silent until somebody does.
  const wake = () => {
    void context.resume();
    void speaker.play().catch(() => undefined);
  };
  addEventListener("pointerdown", wake);
  addEventListener("keydown", wake);
  const stop = () => {
    if (over) return;
    over = true;
    clearInterval(timer);
    removeEventListener("pointerdown", wake);
    removeEventListener("keydown", wake);
    speaker.pause();
    speaker.srcObject = null;
    void context.close();
  };
  if (tune.every === 0) setTimeout(stop, tune.notes.reduce((sum, [seconds]) => sum + seconds, 0.3) * 1000);
  return stop;
}

/** Rings until the answer is called. */
export function ring(emergency: boolean, device: string): () => void {
  return play(emergency ? BELL.emergency : BELL.normal, device);
}

/** Plays the test tone once. */
export function testTone(device: string): void {
  play(TONE, device);
}
