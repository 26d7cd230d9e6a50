import { describe, expect, it } from "vitest";
import { Stream, type Happening, type Light, type Wire } from "./stream";

function rig(after: number | null = null) {
  type Heard = Parameters<Wire["open"]>[1];
  const opened: (number | null)[] = [];
  const timers: { ms: number; run: () => void; off: boolean }[] = [];
  let heard: Heard | null = null;
  let closed = 0;
  const got: Happening[] = [];
  const lights: Light[] = [];
  let gone = 0;
  let resets = 0;
  const wire: Wire = {
    open(from, h) {
      opened.push(from);
      heard = h;
      return { close: () => (closed += 1) };
    },
    later(ms, run) {
      const timer = { ms, run, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
    chance: () => 0.5,
  };
  const stream = new Stream(
    wire,
    {
      light: (l) => lights.push(l),
      happened: (e) => got.push(e),
      reset: () => (resets += 1),
      signedOut: () => (gone += 1),
    },
    after,
  );
  const say = (pos: number, caseId = "c") =>
    heard?.message("case", String(pos), JSON.stringify({ pos, case: caseId, kind: "signed", version: pos }));
  const fire = (pick: (ms: number) => boolean) => {
    const timer = [...timers].reverse().find((each) => !each.off && pick(each.ms));
    if (timer === undefined) throw new Error("no timer");
    timer.off = true;
    timer.run();
  };
  return { stream, say, fire, opened, got, lights, timers, heard: () => heard, closed: () => closed, resets: () => resets, gone: () => gone };
}

describe("the stream", () => {
  it("hands events on in order, each once", () => {
    const t = rig(10);
    t.stream.start();
    t.heard()?.ready();
    for (const pos of [11, 12, 12, 11, 13, 10]) t.say(pos);
    expect(t.got.map((each) => each.pos)).toEqual([11, 12, 13]);
    expect(t.stream.last).toBe(13);
  });

  it("takes positions with holes, since others' cases are not sent", () => {
    const t = rig(1);
    t.stream.start();
    t.say(5);
    t.say(90);
    expect(t.got.map((each) => each.pos)).toEqual([5, 90]);
  });

  it("comes back where it was, waiting longer each time", () => {
    const t = rig(null);
    t.stream.start();
    t.say(7);
    t.heard()?.failed(0);
    expect(t.lights.at(-1)).toBe("broken");
    t.fire((ms) => ms === 1000);
    expect(t.opened).toEqual([null, 7]);
    t.heard()?.failed(0);
    t.fire((ms) => ms === 2000);
    t.heard()?.failed(0);
    t.fire((ms) => ms === 4000);
    t.heard()?.ready();
    t.heard()?.failed(0);
    // A connection that stood resets the wait.
    t.fire((ms) => ms === 1000);
    expect(t.opened).toEqual([null, 7, 7, 7, 7]);
  });

  it("treats silence as a dead line", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.ready();
    t.fire((ms) => ms === 50_000);
    expect(t.closed()).toBe(1);
    expect(t.lights.at(-1)).toBe("broken");
  });

  it("two failures of one connection are one", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.failed(0);
    t.heard()?.failed(0);
    expect(t.timers.filter((each) => each.ms < 50_000 && !each.off)).toHaveLength(1);
  });

  it("says when the server cannot resume, and goes on from the new place", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.message("reset", "500", "{}");
    expect(t.resets()).toBe(1);
    t.say(499);
    t.say(501);
    expect(t.got.map((each) => each.pos)).toEqual([501]);
  });

  it("drops nonsense and words it does not know", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.message("later_invention", "", `{"lag_ms":400}`);
    t.heard()?.message("case", "4", "{broken");
    t.heard()?.message("case", "x", `{"case":"c"}`);
    t.heard()?.message("case", "9", `{"no":"case"}`);
    expect(t.got).toEqual([]);
  });

  it("begins at hello, and asks for everything that was read before it", () => {
    const t = rig(null);
    t.stream.start();
    t.heard()?.message("hello", "", `{"pos":40}`);
    expect(t.resets()).toBe(1);
    t.say(40);
    t.say(41);
    expect(t.got.map((each) => each.pos)).toEqual([41]);
    t.heard()?.message("hello", "", `{"pos":90}`);
    expect(t.stream.last).toBe(41);
    expect(t.resets()).toBe(1);
  });

  it("does not knock again once the session is gone", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.failed(401);
    expect(t.gone()).toBe(1);
    expect(t.timers.filter((each) => !each.off && each.ms < 50_000)).toHaveLength(0);
  });

  it("takes a heartbeat for a sign of life", () => {
    const t = rig(3);
    t.stream.start();
    t.heard()?.ready();
    t.heard()?.alive();
    expect(t.timers.filter((each) => !each.off && each.ms === 50_000)).toHaveLength(1);
    expect(t.lights.at(-1)).toBe("live");
  });

  it("stopped stays stopped", () => {
    const t = rig(3);
    t.stream.start();
    t.stream.stop();
    t.heard()?.failed(0);
    t.stream.start();
    expect(t.opened).toHaveLength(1);
  });
});
