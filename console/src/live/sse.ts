// Reads a text/event-stream from fetch. EventSource hides heartbeats and the 401 of an expired
// session; both decide whether the light is green.

export interface Message {
  name: string;
  id: string;
  data: string;
}

/** Takes text as it comes and hands on whole messages. */
export class SseParser {
  #rest = "";
  #name = "";
  #id = "";
  #data: string[] = [];
  readonly #hand: (message: Message) => void;

  constructor(hand: (message: Message) => void) {
    this.#hand = hand;
  }

  push(text: string): void {
    this.#rest += text;
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.#rest);
      if (end === null) return;
      const line = this.#rest.slice(0, end.index);
      this.#rest = this.#rest.slice(end.index + end[0].length);
      this.#line(line);
    }
  }

  #line(line: string): void {
    if (line === "") {
      if (this.#data.length > 0) {
        this.#hand({ name: this.#name === "" ? "message" : this.#name, id: this.#id, data: this.#data.join("\n") });
      }
      this.#name = "";
      this.#id = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "event") this.#name = value;
    else if (field === "id") this.#id = value;
    else if (field === "data") this.#data.push(value);
  }
}

export interface Heard {
  ready: () => void;
  /** Any bytes at all, a heartbeat among them. */
  alive: () => void;
  message: (name: string, id: string, data: string) => void;
  failed: (status: number) => void;
}

/** Opens the stream; the answer closes it. */
export function openStream(path: string, heard: Heard): { close(): void } {
  const stop = new AbortController();
  void (async () => {
    let status = 0;
    try {
      const response = await fetch(path, {
        credentials: "same-origin",
        cache: "no-store",
        headers: { accept: "text/event-stream" },
        signal: stop.signal,
      });
      status = response.status;
      if (!response.ok || response.body === null) {
        heard.failed(status);
        return;
      }
      heard.ready();
      const parser = new SseParser((message) => heard.message(message.name, message.id, message.data));
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        heard.alive();
        parser.push(decoder.decode(value, { stream: true }));
      }
    } catch {
      // Closed by us or broken off: the stream decides which.
    }
    if (!stop.signal.aborted) heard.failed(status === 200 ? 0 : status);
  })();
  return { close: () => stop.abort() };
}
