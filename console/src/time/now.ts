// One timer for the whole page. The server's clock counts: a seat's own may be minutes off.
import { useCallback, useSyncExternalStore } from "react";

let skew = 0;
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Learns the server's clock from an answer's Date header; small differences are the network's. */
export function learnServerTime(server: number, received: number): void {
  const difference = server - received;
  // The header counts whole seconds, so anything under two says nothing.
  skew = Math.abs(difference) < 2000 ? 0 : difference;
}

/** The server's time in milliseconds, as well as it is known. */
export function serverNow(): number {
  return Date.now() + skew;
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  timer ??= setInterval(() => {
    for (const each of [...watchers]) each();
  }, 1000);
  return () => {
    watchers.delete(tell);
    if (watchers.size === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, cut to `grain` milliseconds: a component is drawn again only when that changes. */
export function useNow(grain = 1000): number {
  const read = useCallback(() => Math.floor(serverNow() / grain) * grain, [grain]);
  return useSyncExternalStore(watch, read, read);
}
