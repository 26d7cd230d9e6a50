import { describe, expect, it } from "vitest";
import { SseParser, type Message } from "./sse";

function read(...chunks: string[]): Message[] {
  const got: Message[] = [];
  const parser = new SseParser((message) => got.push(message));
  for (const chunk of chunks) parser.push(chunk);
  return got;
}

describe("an event stream", () => {
  it("is read whole however it is cut", () => {
    const text = `: heartbeat\n\nevent: hello\ndata: {"pos":4}\n\nid: 5\nevent: case\ndata: {"case":"一"}\n\n`;
    const whole = read(text);
    expect(whole).toEqual([
      { name: "hello", id: "", data: `{"pos":4}` },
      { name: "case", id: "5", data: `{"case":"一"}` },
    ]);
    expect(read(...text)).toEqual(whole);
  });

  it("takes every line ending and joins lines of data", () => {
    expect(read("data: a\r\ndata: b\r\n\r\n")).toEqual([{ name: "message", id: "", data: "a\nb" }]);
    expect(read("data: a\r", "\ndata: b\r\n", "\r\n")).toEqual([{ name: "message", id: "", data: "a\nb" }]);
  });

  it("does not hand on an event without data", () => {
    expect(read("event: x\n\n", "id: 3\n\n")).toEqual([]);
  });
});
