import { describe, expect, it } from "vitest";
import { Cache } from "./cache";

interface Case {
  version: number;
  words: string;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const settle = () => new Promise((done) => setTimeout(done, 0));
const version = (value: Case) => value.version;

describe("the cache", () => {
  it("asks again when something happened while it was asking", async () => {
    const cache = new Cache();
    const asks: ReturnType<typeof deferred<Case>>[] = [];
    const ask = () => {
      const next = deferred<Case>();
      asks.push(next);
      return next.promise;
    };
    cache.watch("case:1", () => undefined);
    cache.use("case:1", ask, version);
    cache.touchVersion("case:1", 2);
    cache.touchVersion("case:1", 3);
    expect(asks).toHaveLength(1);
    asks[0]?.resolve({ version: 1, words: "old" });
    await settle();
    expect(asks).toHaveLength(2);
    asks[1]?.resolve({ version: 3, words: "new" });
    await settle();
    expect(cache.read<Case>("case:1").value?.words).toBe("new");
    expect(asks).toHaveLength(2);
  });

  it("never goes back to an older version", async () => {
    const cache = new Cache();
    const late = deferred<Case>();
    cache.watch("case:1", () => undefined);
    cache.use("case:1", () => late.promise, version);
    cache.put("case:1", { version: 5, words: "answered by a command" });
    late.resolve({ version: 4, words: "late" });
    await settle();
    expect(cache.read<Case>("case:1").value?.version).toBe(5);
    cache.put("case:1", { version: 2, words: "older" });
    expect(cache.read<Case>("case:1").value?.version).toBe(5);
  });

  it("does not ask for what it already has", async () => {
    const cache = new Cache();
    let asked = 0;
    cache.watch("case:1", () => undefined);
    cache.use("case:1", async () => ({ version: 4, words: `${(asked += 1)}` }), version);
    await settle();
    cache.touchVersion("case:1", 4);
    cache.touchVersion("case:1", 3);
    await settle();
    expect(asked).toBe(1);
    cache.touchVersion("case:1", 6);
    await settle();
    expect(asked).toBe(2);
  });

  it("keeps what it knew when an answer fails", async () => {
    const cache = new Cache();
    let fail = false;
    cache.watch("list", () => undefined);
    cache.use("list", async () => {
      if (fail) throw new Error("away");
      return ["a"];
    });
    await settle();
    fail = true;
    cache.touch((key) => key === "list");
    await settle();
    const entry = cache.read<string[]>("list");
    expect(entry.value).toEqual(["a"]);
    expect(entry.error).toBeInstanceOf(Error);
  });

  it("asks again for what failed once the server is back", async () => {
    const cache = new Cache();
    let down = true;
    let asked = 0;
    cache.watch("list", () => undefined);
    cache.watch("fine", () => undefined);
    cache.use("fine", async () => (asked += 1));
    cache.use("list", async () => {
      if (down) throw new Error("away");
      return ["a"];
    });
    await settle();
    down = false;
    cache.retryFailed();
    await settle();
    expect(cache.read<string[]>("list")).toMatchObject({ value: ["a"], error: undefined });
    expect(asked).toBe(1);
  });

  it("asks nothing for a key nobody looks at, until somebody does", async () => {
    const cache = new Cache();
    let asked = 0;
    const ask = async () => (asked += 1);
    cache.use("list", ask);
    await settle();
    cache.touch(() => true);
    await settle();
    expect(asked).toBe(1);
    cache.use("list", ask);
    await settle();
    expect(asked).toBe(2);
  });
});
