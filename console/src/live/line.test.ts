// What this window has heard of begins where its stream began: an index behind that lacks what stands on the screen.
import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Write = (text: string) => void;
let writes: Write[] = [];

beforeEach(() => {
  vi.resetModules();
  writes = [];
  vi.stubGlobal("SharedWorker", undefined);
  vi.stubGlobal("fetch", () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void writes.push((text) => controller.enqueue(new TextEncoder().encode(text))),
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  });
});
afterEach(() => vi.unstubAllGlobals());

it("counts the position of the greeting, of what happens, and of a stream begun anew", async () => {
  const { joinLine, leaveLine, seenPosition } = await import("./line");
  joinLine(() => undefined);
  await vi.waitFor(() => expect(writes.length).toBe(1));
  expect(seenPosition()).toBe(0);
  writes[0]?.('event: hello\ndata: {"pos":41}\n\n');
  await vi.waitFor(() => expect(seenPosition()).toBe(41));
  writes[0]?.('id: 44\nevent: case\ndata: {"pos":44,"kind":"received","case":"c","version":1}\n\n');
  await vi.waitFor(() => expect(seenPosition()).toBe(44));
  writes[0]?.('id: 90\nevent: reset\ndata: {"pos":90}\n\n');
  await vi.waitFor(() => expect(seenPosition()).toBe(90));
  leaveLine();
});
