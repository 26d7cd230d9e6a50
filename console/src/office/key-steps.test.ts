import { describe, expect, it } from "vitest";
import { holdsPrivateKey, ownSteps, peerSteps, type OwnKey, type PeerKey } from "./key-steps";

const own = (key_id: string, state: OwnKey["state"], configured = false): OwnKey => ({ key_id, state, configured, fingerprint: "", since: null, away: false, text: "" });
const peer = (key_id: string, state: string, signed_at: number | null = null): PeerKey => ({ key_id, state, fingerprint: "", since: null, configured: false, signed_at });
const words = ({ steps, key }: ReturnType<typeof ownSteps>) => [steps.map((each) => each.state).join(" "), key];

describe("where turning our own key over stands", () => {
  it("begins, is given, is accepted, is used, and is cleared away", () => {
    const base = own("k1", "active", true);
    expect(words(ownSteps([base]))).toEqual(["now later later later", "k1"]);
    expect(words(ownSteps([base, own("k2", "made")]))).toEqual(["done now later later", "k2"]);
    expect(words(ownSteps([base, own("k2", "accepted")]))).toEqual(["done done now later", "k2"]);
    expect(words(ownSteps([own("k2", "active"), own("k1", "retained", true)]))).toEqual(["done done done now", "k1"]);
    expect(words(ownSteps([own("k2", "active"), own("k1", "revoked", true)]))).toEqual(["now later later later", "k2"]);
  });

  it("does not take a file changed on the server for a change begun here", () => {
    expect(words(ownSteps([own("k9", "made", true), own("k2", "active")]))).toEqual(["now later later later", "k2"]);
    // With another one waiting, that one is meant, whatever was retained before.
    expect(words(ownSteps([own("k1", "retained", true), own("k2", "active"), own("k3", "made")]))).toEqual(["done now later later", "k3"]);
  });

  it("says which side has to do it", () => {
    expect(ownSteps([own("k1", "active")]).steps.map((each) => each.at)).toEqual(["own", "both", "own", "both"]);
    expect(peerSteps([peer("k1", "active")]).steps.map((each) => each.at)).toEqual(["peer", "both", "peer", "own"]);
  });
});

describe("where the peer's change stands", () => {
  it("waits for the peer until something signed by the new key has come", () => {
    expect(words(peerSteps([peer("k1", "active", 9)]))).toEqual(["now later later later", "k1"]);
    expect(words(peerSteps([peer("k1", "active", 9), peer("k2", "active")]))).toEqual(["done done now later", "k2"]);
    expect(words(peerSteps([peer("k1", "active"), peer("k2", "active", 9)]))).toEqual(["done done done now", "k2"]);
    expect(words(peerSteps([peer("k1", "retained"), peer("k2", "active", 9)]))).toEqual(["done done done now", "k2"]);
    expect(words(peerSteps([peer("k1", "revoked"), peer("k2", "active", 9)]))).toEqual(["now later later later", "k2"]);
    expect(words(peerSteps([]))).toEqual(["now later later later", null]);
  });
});

it("knows a private key by its first line", () => {
  expect(holdsPrivateKey("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n")).toBe(true);
  expect(holdsPrivateKey("-----BEGIN OPENSSH PRIVATE KEY-----")).toBe(true);
  expect(holdsPrivateKey("-----BEGIN PUBLIC KEY-----\nMCowBQ\n")).toBe(false);
});
