// A bulletin by key, against a make-believe platform behind fetch.
import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { open, press, raise } from "../harness";

const brief = (state: string) => ({ id: "b1", title: "一周运行", kind: "weekly", state, number: state === "published" ? "2026-1" : null, from: 0, until: 1, revision: 3, made_by: "lead", approved_by: "supervisor", published_by: "", digest: "", changed_at: 0 });
const whole = (state: string, allowed: string[]) => ({ ...brief(state), allowed, sections: [], sent: [] });

describe("a bulletin", () => {
  beforeEach(() => {
    raise("hotline", "lead");
    const rest = globalThis.fetch;
    let published = false;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
      const { pathname } = new URL(url, "http://x");
      if (!pathname.startsWith("/api/bulletins")) return rest(url, init);
      const said = (body: object) => new Response(JSON.stringify(body), { status: 200 });
      if (init.method === "POST") {
        published = true;
        return said(whole("published", ["send"]));
      }
      // From then on nothing more is heard of the server.
      if (published) return new Promise<Response>(() => undefined);
      if (pathname === "/api/bulletins") return said({ items: [brief("approved")], next: null, may_draft: true });
      return said(whole("approved", ["publish"]));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it("has the key of what comes next as soon as it says that something was done", async () => {
    open("/bulletins/b1");
    const send = await screen.findByRole<HTMLButtonElement>("button", { name: /登记发送/ });
    await vi.waitFor(() => expect(screen.getByRole<HTMLButtonElement>("button", { name: /^发布/ }).disabled).toBe(false));
    expect(send.disabled).toBe(true);
    press("p", "KeyP");
    await screen.findByRole("dialog");
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/已发布/, { selector: ".done-line span" });
    press("m", "KeyM");
    await screen.findByRole("dialog", { name: /登记发送/ });
  });
});
