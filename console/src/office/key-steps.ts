// What stands of a change of keys, and what has to be done next on which side. Pure, so that it can be tested.
import type { components } from "../api/schema";

export type LinkKeys = components["schemas"]["LinkKeys"];
export type OwnKey = components["schemas"]["OwnKeyView"];
export type PeerKey = components["schemas"]["PeerKeyView"];
export type At = "own" | "peer" | "both";

export interface Step {
  id: string;
  at: At;
  state: "done" | "now" | "later";
}

/** Steps in order: those before `now` are done, those behind it are for later. */
function walk(steps: readonly [string, At][], now: number): Step[] {
  return steps.map(([id, at], i) => ({ id, at, state: i < now ? "done" : i === now ? "now" : "later" }));
}

const OWN: readonly [string, At][] = [
  ["make", "own"],
  ["give", "both"],
  ["use", "own"],
  ["clear", "both"],
];
const PEER: readonly [string, At][] = [
  ["give", "peer"],
  ["enter", "both"],
  ["use", "peer"],
  ["clear", "own"],
];

/** The key of ours that waits to be used: the one made last. */
export function waitingKey(own: readonly OwnKey[]): OwnKey | undefined {
  return own.findLast((key) => key.state === "accepted" || (key.state === "made" && !key.configured));
}

/** Where turning our own key over stands, and the key that is meant. */
export function ownSteps(own: readonly OwnKey[]): { steps: Step[]; key: string | null } {
  const waits = waitingKey(own);
  if (waits !== undefined) return { steps: walk(OWN, waits.state === "accepted" ? 2 : 1), key: waits.key_id };
  const old = own.findLast((key) => key.state === "retained");
  if (old !== undefined) return { steps: walk(OWN, 3), key: old.key_id };
  return { steps: walk(OWN, 0), key: own.find((key) => key.state === "active")?.key_id ?? null };
}

/** The same for the peer's key: it is in use once something signed by it has come. */
export function peerSteps(peer: readonly PeerKey[]): { steps: Step[]; key: string | null } {
  const active = peer.filter((key) => key.state === "active");
  const newest = active.at(-1);
  const others = active.length > 1 || peer.some((key) => key.state === "retained");
  if (newest === undefined || !others) return { steps: walk(PEER, 0), key: newest?.key_id ?? null };
  return { steps: walk(PEER, newest.signed_at === null || newest.signed_at === undefined ? 2 : 3), key: newest.key_id };
}

/** Whether a text has a private key in it; such a text is neither kept nor sent. */
export function holdsPrivateKey(text: string): boolean {
  return /PRIVATE KEY/.test(text);
}
