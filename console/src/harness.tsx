// For tests of screens: the console against a make-believe platform behind fetch.
import { fireEvent, render } from "@testing-library/react";
import { vi } from "vitest";
// @ts-expect-error The mock is plain JavaScript.
import { makePlatform } from "../mock/platform.mjs";
import { App } from "./app";
import { cache } from "./live/cache";

export interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Platform = any;

export interface Stage {
  platform: Platform;
  calls: Call[];
  asked: (method: string, part: string) => Call[];
  /** What happens to a call before it reaches the platform. */
  before: ((call: Call) => void) | null;
}

/** A platform of its own for each test. */
export function raise(desk: "police" | "hotline" = "police", login = "op"): Stage {
  localStorage.clear();
  cache.clear();
  // jsdom lays nothing out.
  Element.prototype.scrollIntoView = () => undefined;
  const platform: Platform = makePlatform({ desk });
  platform.signIn(login);
  const calls: Call[] = [];
  const stage: Stage = { platform, calls, asked: (method, part) => calls.filter((call) => call.method === method && call.path.includes(part)), before: null };
  vi.stubGlobal(
    "fetch",
    vi.fn(async (url: string, init: RequestInit = {}) => {
      const { pathname, searchParams } = new URL(url, "http://x");
      if (pathname === "/api/live") return new Promise<Response>(() => undefined);
      const text = typeof init.body === "string" ? init.body : "";
      const call: Call = { method: init.method ?? "GET", path: pathname, body: text === "" ? {} : JSON.parse(text), key: new Headers(init.headers).get("idempotency-key") };
      calls.push(call);
      if (init.signal?.aborted === true) throw new DOMException("aborted", "AbortError");
      stage.before?.(call);
      try {
        const answer = platform.handle(call.method, pathname, searchParams, call.body, call.key);
        return new Response(answer === undefined ? null : JSON.stringify(answer), { status: answer === undefined ? 204 : 200 });
      } catch (error) {
        const problem = (error as { problem?: { status: number } }).problem;
        if (problem === undefined) throw error;
        return new Response(JSON.stringify(problem), { status: problem.status });
      }
    }),
  );
  return stage;
}

export function open(path: string): void {
  history.replaceState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  render(<App />);
}

export const press = (key: string, code: string, mods: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...mods });
export const type = (box: HTMLElement, text: string) => fireEvent.change(box, { target: { value: text } });

/** Types through an input method as a browser tells it: syllable by syllable, then the words. */
export function compose(box: HTMLElement, before: string, syllables: readonly string[], words: string, confirm = "Enter"): void {
  fireEvent.keyDown(box, { key: "Process", code: "KeyN", keyCode: 229 });
  fireEvent.compositionStart(box, { data: "" });
  for (const each of syllables) {
    fireEvent.keyDown(box, { key: "Process", code: "KeyN", keyCode: 229, isComposing: true });
    fireEvent.compositionUpdate(box, { data: each });
    type(box, before + each);
  }
  // The key that ends it belongs to the input method, whatever else it might mean.
  fireEvent.keyDown(box, { key: confirm, code: confirm, isComposing: true });
  type(box, before + words);
  fireEvent.compositionEnd(box, { data: words });
}
