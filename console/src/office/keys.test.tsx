// The keys of a link as they are turned over, by key, against a make-believe platform behind fetch.
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { open, press, raise, type, type Stage } from "../harness";

const FINGERPRINT = "12345 67890 11111 22222 33333 44444";
const TEXT = "Key: k2\n-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n";
const ours = (key_id: string, state: string) => ({ key_id, state, fingerprint: FINGERPRINT, since: null, configured: key_id === "k1", away: false, text: `Key: ${key_id}` });
const theirs = (key_id: string, state: string, signed_at: number | null = null) => ({ key_id, state, fingerprint: FINGERPRINT, since: null, configured: key_id === "p1", signed_at });

type Refuse = (key: string, status: number, more: object) => never;
let stage: Stage;
let answer: (rest: string, body: Record<string, string>, refuse: Refuse) => object;

/** One link; `answer` says what comes of each step. */
function link(own: object[], peer: object[]): void {
  stage.platform.keys = {
    links: [{ link: "wanglan", peer_name: "望澜县 12345", peer_platform: "wanglan-12345", algorithm: "Ed25519", own, peer }],
    step: (rest: string, body: Record<string, string>, refuse: Refuse) => answer(rest, body, refuse),
  };
}
const refusing = (field: string, key: string) => (_rest: string, _body: object, refuse: Refuse) => refuse("invalid", 422, { errors: [{ field, key }] });
const form = () => screen.findByRole("dialog");
const send = () => press("Enter", "Enter", { ctrlKey: true });

describe("the keys of a link", () => {
  beforeEach(() => {
    stage = raise("police", "sec");
    answer = () => ({ key_id: "k2", done: true, error: null });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it("says so when no link is configured, and asks again after a failure", async () => {
    open("/office/keys");
    await screen.findByText(/没有配置对接/);
    cleanup();
    stage.before = (call) => {
      if (call.path === "/api/link-keys") throw new TypeError("no network");
    };
    const { cache } = await import("../live/cache");
    cache.clear();
    open("/office/keys");
    const again = await screen.findByRole("button", { name: /再试|重试/ });
    stage.before = null;
    link([ours("k1", "active")], [theirs("p1", "active")]);
    fireEvent.click(again);
    await screen.findByRole("cell", { name: "启用中，由它签名" });
  });

  it("leads through its steps, and shows what has to be read aloud", async () => {
    link([ours("k1", "active"), ours("k2", "made")], [theirs("p1", "active", Date.now())]);
    open("/office/keys");
    await screen.findByText(/k2 已生成/);
    const now = document.querySelectorAll(".key-steps li.now");
    expect([...now].map((each) => each.textContent)).toEqual([expect.stringContaining("核对指纹"), expect.stringContaining("交来公钥文本")]);
    expect(screen.getAllByText(FINGERPRINT)).toHaveLength(3);
    expect((screen.getByLabelText(/交给对端的公钥文本/) as HTMLTextAreaElement).value).toBe("Key: k2");
    expect(screen.getByRole("link", { name: /下载/ }).getAttribute("download")).toBe("wanglan-k2.pub.txt");
  });

  it("keeps the reason when a step is refused, and says why", async () => {
    link([ours("k1", "active")], [theirs("p1", "active")]);
    answer = refusing("key", "key_waiting");
    open("/office/keys");
    await screen.findByText(/没有在换；/);
    press("n", "KeyN");
    const box = await within(await form()).findByLabelText("理由");
    type(box, "例行轮换");
    send();
    await screen.findByText(/先启用或作废它/);
    expect((screen.getByLabelText("理由") as HTMLInputElement).value).toBe("例行轮换");
    answer = () => ({ key_id: "k2", done: true, error: null });
    send();
    await screen.findByText(/已生成 k2/);
    expect(stage.asked("POST", "/own").map((call) => call.body)).toEqual([{ reason: "例行轮换" }, { reason: "例行轮换" }]);
  });

  it("says plainly that nothing changed when the peer does not know the key", async () => {
    link([ours("k1", "active"), ours("k2", "made")], [theirs("p1", "active")]);
    answer = () => ({ key_id: "k2", done: false, error: "exchange.unknown_key" });
    open("/office/keys");
    await screen.findByText(/k2 已生成/);
    press("s", "KeyS");
    await within(await form()).findByText(/对端必须先登记/);
    type(screen.getByLabelText("理由"), "对端已登记");
    send();
    await screen.findByText("没有启用，什么都没变：对端还没有登记这把密钥");
    expect(stage.asked("POST", "/own/k2").map((call) => call.body)).toEqual([{ order: "use", reason: "对端已登记" }]);
  });

  it("reads a pasted key, keeps it when it is refused, and enters it only once compared", async () => {
    link([ours("k1", "active")], [theirs("p1", "active")]);
    answer = refusing("text", "key_malformed");
    open("/office/keys");
    await screen.findByText(/没有在换；/);
    press("e", "KeyE");
    const box = (await within(await form()).findByLabelText("公钥文本")) as HTMLTextAreaElement;
    type(box, "half of it");
    send();
    await screen.findByText(/读不出一把公钥/);
    expect(box.value).toBe("half of it");
    answer = (rest) => (rest === "read" ? { key_id: "k2", fingerprint: FINGERPRINT } : { key_id: "k2", done: true, error: null });
    type(box, TEXT);
    expect(screen.queryByText(/读不出一把公钥/)).toBeNull();
    send();
    const same = await screen.findByLabelText(/完全相同/);
    expect((await form()).textContent).toContain(FINGERPRINT);
    type(screen.getByLabelText("理由"), "对端轮换");
    send();
    expect(stage.asked("POST", "/peer")).toHaveLength(0);
    fireEvent.click(same);
    send();
    await screen.findByText(/已登记 k2/);
    expect(stage.asked("POST", "/peer").map((call) => call.body)).toEqual([{ text: TEXT, fingerprint: FINGERPRINT, reason: "对端轮换" }]);
  });

  it("neither keeps nor sends a private key", async () => {
    link([ours("k1", "active")], [theirs("p1", "active")]);
    open("/office/keys");
    await screen.findByText(/没有在换；/);
    press("e", "KeyE");
    const box = (await within(await form()).findByLabelText("公钥文本")) as HTMLTextAreaElement;
    type(box, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----\n");
    await screen.findByText(/这是私钥，没有收下/);
    expect(box.value).toBe("");
    send();
    expect(stage.asked("POST", "/api/link-keys")).toHaveLength(0);
    expect(JSON.stringify({ ...localStorage })).not.toContain("MC4CAQAwBQ");
  });

  it("asks once more before it revokes, and warns of a key that signs now", async () => {
    link([ours("k1", "active")], [theirs("p1", "retained", Date.now()), theirs("p2", "active")]);
    answer = () => ({ key_id: "p1", done: true, error: null });
    open("/office/keys");
    await screen.findByText(/p2 已登记/);
    press("j", "KeyJ");
    press("x", "KeyX");
    await within(await form()).findByText(/最近一批报文正是用它签的/);
    type(screen.getByLabelText("理由"), "对端报告泄露");
    send();
    expect(stage.asked("POST", "/peer/p1")).toHaveLength(0);
    fireEvent.click(screen.getByLabelText(/吊销后不能恢复/));
    send();
    await screen.findByText(/p1 现在是：已吊销/);
    await waitFor(() => expect(stage.asked("POST", "/peer/p1").map((call) => call.body)).toEqual([{ state: "revoked", reason: "对端报告泄露" }]));
  });
});
