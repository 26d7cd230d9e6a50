import { afterEach, describe, expect, it, vi } from "vitest";
import { newKey, Problem, problemOf, request, whenSignedOut } from "./http";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  vi.stubGlobal("fetch", vi.fn(async () => new Response(status === 204 ? null : body, { status, headers })));
}

describe("a failure", () => {
  it("keeps its key, fields and extras", () => {
    const problem = problemOf(409, `{"type":"conflict","title":"x","status":409,"actual":7,"errors":[{"field":"a","key":"b"}]}`);
    expect(problem.key).toBe("conflict");
    expect(problem.extra["actual"]).toBe(7);
    expect(problem.fields).toEqual([{ field: "a", key: "b" }]);
  });

  it("without a problem document goes by its number", () => {
    expect(problemOf(503, "<html>").key).toBe("unavailable");
    expect(problemOf(404, "").key).toBe("not_found");
  });

  it("that leaves the outcome open is known as such", () => {
    expect(new Problem("unreachable", 0).unsure).toBe(true);
    expect(new Problem("unavailable", 503).unsure).toBe(true);
    expect(new Problem("refused/case_closed", 409).unsure).toBe(false);
  });

  it("of the network is told from a refusal", async () => {
    vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new TypeError("failed"))));
    await expect(request("GET", "/api/x")).rejects.toMatchObject({ key: "unreachable" });
  });

  it("of the session is told to whoever minds it", async () => {
    const gone = vi.fn();
    whenSignedOut(gone);
    answer(401, `{"type":"unauthenticated"}`);
    await expect(request("GET", "/api/x")).rejects.toMatchObject({ status: 401 });
    expect(gone).toHaveBeenCalledTimes(1);
    answer(401, `{"type":"bad_credentials"}`);
    await expect(request("POST", "/api/session", {})).rejects.toMatchObject({ key: "bad_credentials" });
    expect(gone).toHaveBeenCalledTimes(1);
  });
});

describe("a request", () => {
  it("carries its key and body", async () => {
    answer(200, `{"ok":true}`);
    await expect(request("POST", "/api/x", { a: 1 }, { key: "k" })).resolves.toEqual({ ok: true });
    const init = vi.mocked(fetch).mock.calls[0]?.[1];
    expect(init?.body).toBe(`{"a":1}`);
    expect(new Headers(init?.headers).get("idempotency-key")).toBe("k");
  });

  it("has keys that are UUIDs", () => {
    expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
