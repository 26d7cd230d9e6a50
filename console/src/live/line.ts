// Joins this window to the browser's one stream and lets what happened touch what is shown.
import { useSyncExternalStore } from "react";
import { cache } from "./cache";
import type { Happening, Light } from "./stream";
import { serve, type FromWorker, type ToWorker } from "./worker";

let seen = 0;
let light: Light = "connecting";
const watchers = new Set<() => void>();
const listeners = new Set<(event: Happening) => void>();
let send: ((message: ToWorker) => void) | null = null;
let onSignedOut: () => void = () => undefined;

/** Lists are asked again at most this often, however busy the hall is. */
const LIST_PAUSE = 400;
let pending: ReturnType<typeof setTimeout> | undefined;

function touchLists(): void {
  pending ??= setTimeout(() => {
    pending = undefined;
    cache.touch((key) => /^(cases|summary|callers|messages)(:|$)/.test(key));
  }, LIST_PAUSE);
}

function touchCalls(): void {
  cache.touch((key) => key.startsWith("voice:"));
}

/** What was read before the stream began may hold everything up to there. */
function standsAt(at: number | null): void {
  seen = Math.max(seen, at ?? 0);
}

function heard(message: FromWorker): void {
  if (message.say === "light") {
    if (message.light === "live" && light !== "live") {
      cache.retryFailed();
      // Words about calls are not repeated to who was away.
      touchCalls();
    }
    light = message.light;
    standsAt(message.at);
    for (const each of [...watchers]) each();
  } else if (message.say === "happened") {
    const { event } = message;
    seen = Math.max(seen, event.pos);
    cache.touchVersion(`case:${event.case_id}`, event.version);
    cache.touchVersion(`timeline:${event.case_id}`, 0);
    touchLists();
    for (const each of [...listeners]) each(event);
  } else if (message.say === "calls") {
    touchCalls();
  } else if (message.say === "reset") {
    standsAt(message.at);
    cache.touch((key) => !/^(units|matters|map|map:vector)$/.test(key));
  } else {
    onSignedOut();
  }
}

function openLine(): (message: ToWorker) => void {
  if (typeof SharedWorker !== "undefined") {
    try {
      const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "liandong-live" });
      worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => heard(data);
      worker.port.start();
      return (message) => worker.port.postMessage(message);
    } catch {
      // Forbidden by the seat's policy: this window keeps its own stream.
    }
  }
  const port = { postMessage: heard, onmessage: null as ((event: MessageEvent<ToWorker>) => void) | null };
  serve(port);
  return (message) => port.onmessage?.({ data: message } as MessageEvent<ToWorker>);
}

/** Called once somebody is signed in. */
export function joinLine(signedOut: () => void): void {
  onSignedOut = signedOut;
  if (send === null) {
    send = openLine();
    addEventListener("online", () => send?.({ say: "hurry" }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") send?.({ say: "hurry" });
    });
  }
  send({ say: "join" });
}

/** Another account: a new stream, and nothing of the old one stays in memory. */
export function restartLine(): void {
  send?.({ say: "restart" });
}

export function leaveLine(): void {
  send?.({ say: "stop" });
}

export function useLight(): Light {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => light,
  );
}

/** The last position of the log this window has heard of: an answer from before it may lack what is on the screen. */
export function seenPosition(): number {
  return seen;
}

export function onHappening(listener: (event: Happening) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
