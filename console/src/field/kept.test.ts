import { describe, expect, it } from "vitest";
import { keepAnswer, shellFiles } from "./kept";

describe("what the crew saw last", () => {
  it("is kept under its address with the moment it was seen", async () => {
    const kept = new Map<string, Response>();
    const room = { put: (path: string, answer: Response) => (kept.set(path, answer), Promise.resolve()) };
    await keepAnswer("/api/session", { account: { id: "a" } }, 42, { open: () => Promise.resolve(room as unknown as Cache) });
    const answer = kept.get("/api/session");
    expect(answer?.headers.get("x-kept-at")).toBe("42");
    expect(await answer?.json()).toEqual({ account: { id: "a" } });
  });

  it("costs nothing where storage is forbidden", async () => {
    await expect(keepAnswer("/api/session", {}, 1, { open: () => Promise.reject(new Error("no")) })).resolves.toBeUndefined();
    await expect(keepAnswer("/api/session", {}, 1, null)).resolves.toBeUndefined();
  });

  it("takes the program's own files for the page and nothing that names a case", () => {
    const origin = "https://wl.invalid";
    const entries = ["/assets/index-1.js", "/assets/index-1.js", "/api/cases/7", "/early.js"].map((path) => ({ name: origin + path }));
    const files = shellFiles([...entries, { name: "https://elsewhere.invalid/assets/x.js" }, { name: "" }], origin);
    expect(files).toEqual(["/assets/index-1.js", "/early.js", "/mark.svg"]);
  });
});
