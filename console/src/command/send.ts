// Sends a command so that a repeat is a repeat: the same words go under the same key.
import { useCallback, useRef, useState } from "react";
import { calls } from "../api/calls";
import { newKey, Problem } from "../api/http";
import type { CaseCommand, CaseView } from "../api/types";
import { cache } from "../live/cache";

export interface Sending {
  busy: boolean;
  error: unknown;
  /** Set after a 409: the version that was seen and the one there is now. */
  moved: { mine: number; now: number } | null;
  send: (id: string, command: CaseCommand, version?: number) => Promise<CaseView | null>;
  clear: () => void;
}

/** Keys by the exact words sent; forgotten once answered for good. */
export class Keys {
  readonly #keys = new Map<string, string>();
  readonly #make: () => string;

  constructor(make: () => string = newKey) {
    this.#make = make;
  }

  keyFor(body: string): string {
    let key = this.#keys.get(body);
    if (key === undefined) {
      key = this.#make();
      this.#keys.set(body, key);
    }
    return key;
  }

  settled(body: string): void {
    this.#keys.delete(body);
  }
}

export function useSend(): Sending {
  const keys = useRef(new Keys());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [moved, setMoved] = useState<{ mine: number; now: number } | null>(null);
  const running = useRef(false);

  const send = useCallback(async (id: string, command: CaseCommand, version?: number) => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    setError(null);
    setMoved(null);
    const whole = version === undefined ? command : { ...command, version };
    const body = id + JSON.stringify(whole);
    try {
      const view = await calls.command(id, whole, { key: keys.current.keyFor(body) });
      keys.current.settled(body);
      cache.put(`case:${view.id}`, view);
      cache.touch((key) => key === `timeline:${view.id}` || /^(cases|summary)(:|$)/.test(key));
      return view;
    } catch (failure) {
      // A refusal is final for these words; silence is not, and keeps the key.
      if (!(failure instanceof Problem && failure.unsure)) keys.current.settled(body);
      setError(failure);
      if (failure instanceof Problem && failure.key === "conflict") {
        const now = Number(failure.extra["actual"] ?? 0);
        setMoved({ mine: version ?? 0, now });
        cache.touch((key) => key === `case:${id}` || key === `timeline:${id}`);
      }
      return null;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);

  const clear = useCallback(() => {
    setError(null);
    setMoved(null);
  }, []);
  return { busy, error, moved, send, clear };
}
