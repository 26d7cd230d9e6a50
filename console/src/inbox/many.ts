// Signing many at once: one request a case, each under a key of its own; what failed says why.
import { useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import type { CaseBrief, CaseView } from "../api/types";
import { Keys } from "../command/send";

export type Outcome = { state: "signing" } | { state: "signed" } | { state: "failed"; error: unknown };

export type SignOne = (id: string, leg: string, key: string) => Promise<CaseView>;

/** Signs one after the other; nobody else's refusal stops the rest. `tell` hears of each in turn. */
export async function signAll(items: readonly CaseBrief[], keys: Keys, sign: SignOne, tell: (id: string, outcome: Outcome, view?: CaseView) => void): Promise<void> {
  for (const brief of items) {
    const leg = brief.my_leg?.id ?? "";
    const body = `${brief.id} sign ${leg}`;
    tell(brief.id, { state: "signing" });
    try {
      const view = await sign(brief.id, leg, keys.keyFor(body));
      keys.settled(body);
      tell(brief.id, { state: "signed" }, view);
    } catch (error) {
      // Silence may mean that it was done: the next try goes under the same key.
      if (!(error instanceof Problem && error.unsure)) keys.settled(body);
      tell(brief.id, { state: "failed", error });
    }
  }
}

export function useSignMany(done: (id: string, view: CaseView) => void) {
  const keys = useRef(new Keys());
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [tried, setTried] = useState<readonly CaseBrief[]>([]);
  const run = async (items: readonly CaseBrief[]) => {
    if (running.current || items.length === 0) return;
    running.current = true;
    setBusy(true);
    setOutcomes(new Map());
    setTried(items);
    const sign: SignOne = (id, leg, key) => calls.command(id, { command: "sign", leg }, { key });
    await signAll(items, keys.current, sign, (id, outcome, view) => {
      setOutcomes((old) => new Map(old).set(id, outcome));
      if (view !== undefined) done(id, view);
    });
    running.current = false;
    setBusy(false);
  };
  return { busy, outcomes, tried, run, forget: () => setOutcomes(new Map()) };
}
