// Sends what the office does: the same words go under the same key, so that a repeat is a repeat.
import { useCallback, useRef, useState } from "react";
import { Problem } from "../api/http";
import { Keys } from "../command/send";

export interface Sending {
  busy: boolean;
  error: unknown;
  /** What came of it, or null if it failed; the failure is in `error` then. */
  send: <T>(words: unknown, run: (key: string) => Promise<T>) => Promise<T | null>;
  clear: () => void;
}

export function useSending(): Sending {
  const keys = useRef(new Keys());
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = useCallback(async <T>(words: unknown, run: (key: string) => Promise<T>): Promise<T | null> => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    setError(null);
    const body = JSON.stringify(words);
    try {
      const answer = await run(keys.current.keyFor(body));
      keys.current.settled(body);
      return answer;
    } catch (failure) {
      // A refusal is final for these words; silence is not, and keeps the key.
      if (!(failure instanceof Problem && failure.unsure)) keys.current.settled(body);
      setError(failure);
      return null;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(null), []);
  return { busy, error, send, clear };
}
