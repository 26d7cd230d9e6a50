// The fields of one row's text: read, and set in place. What is not set stays letter by letter as it was written, its
// comments included. A comment behind a word on the same line goes with the word; every other one stays.

export type Value =
  | { kind: "text"; value: string; start: number; end: number }
  | { kind: "number"; value: number; start: number; end: number }
  | { kind: "yes_no"; value: boolean; start: number; end: number }
  | { kind: "words"; items: Item[]; start: number; end: number }
  /** Anything else: lists of lists, inline tables. It is edited as text. */
  | { kind: "other"; start: number; end: number };

export interface Item {
  value: string;
  start: number;
  end: number;
}

interface Scan {
  fields: Map<string, Value>;
  /** Behind the last field of each table of the row; where a new one goes. */
  ends: Map<string, number>;
}

/** The text cannot be read as far as fields go; it is edited as text then. */
export class Unreadable extends Error {}

class Reader {
  at = 0;
  constructor(readonly text: string) {}

  here(): string {
    return this.text[this.at] ?? "";
  }

  /** Over spaces; over lines and comments, too, where they mean nothing. */
  skip(lines: boolean): void {
    for (;;) {
      if (this.here() === " " || this.here() === "\t" || (lines && (this.here() === "\n" || this.here() === "\r"))) this.at += 1;
      else if (lines && this.here() === "#") this.line();
      else return;
    }
  }

  /** To the end of the line, without it. */
  line(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  string(): string {
    const quote = this.here();
    const long = this.text.startsWith(quote.repeat(3), this.at);
    const mark = long ? quote.repeat(3) : quote;
    let from = this.at + mark.length;
    if (long && this.text[from] === "\r") from += 1;
    if (long && this.text[from] === "\n") from += 1;
    let out = "";
    let i = from;
    for (; !this.text.startsWith(mark, i); i += 1) {
      const letter = this.text[i];
      if (letter === undefined || (!long && letter === "\n")) throw new Unreadable();
      if (letter !== "\\" || quote === "'") {
        out += letter;
        continue;
      }
      const escaped = /^\\(?:([btnfr"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[ \t\r]*\n\s*)/.exec(this.text.slice(i, i + 400));
      if (escaped === null) throw new Unreadable();
      const plain = escaped[1];
      const code = escaped[2] ?? escaped[3];
      if (plain !== undefined) out += ({ b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" } as Record<string, string>)[plain] ?? plain;
      else if (code !== undefined) out += String.fromCodePoint(Number.parseInt(code, 16));
      i += escaped[0].length - 1;
    }
    this.at = i + mark.length;
    return out;
  }

  value(): Value {
    const start = this.at;
    if (this.here() === '"' || this.here() === "'") {
      const value = this.string();
      return { kind: "text", value, start, end: this.at };
    }
    if (this.here() === "[") {
      this.at += 1;
      const items: Item[] = [];
      let plain = true;
      for (;;) {
        this.skip(true);
        if (this.here() === "]") break;
        const each = this.value();
        if (each.kind === "text") items.push({ value: each.value, start: each.start, end: each.end });
        else plain = false;
        this.skip(true);
        if (this.here() === ",") this.at += 1;
        else if (this.here() !== "]") throw new Unreadable();
      }
      this.at += 1;
      return plain ? { kind: "words", items, start, end: this.at } : { kind: "other", start, end: this.at };
    }
    if (this.here() === "{") {
      this.at += 1;
      for (;;) {
        this.skip(true);
        if (this.here() === "}") break;
        this.key();
        this.value();
        this.skip(true);
        if (this.here() === ",") this.at += 1;
        else if (this.here() !== "}") throw new Unreadable();
      }
      this.at += 1;
      return { kind: "other", start, end: this.at };
    }
    const bare = /^[^\s,\]}#]+/.exec(this.text.slice(this.at, this.at + 100))?.[0];
    if (bare === undefined) throw new Unreadable();
    this.at += bare.length;
    if (bare === "true" || bare === "false") return { kind: "yes_no", value: bare === "true", start, end: this.at };
    const number = Number(bare.replaceAll("_", ""));
    return /^[+-]?\d[\d_]*$/.test(bare) ? { kind: "number", value: number, start, end: this.at } : { kind: "other", start, end: this.at };
  }

  /** A key and its sign; what it names, with dots between. */
  key(): string {
    const parts: string[] = [];
    for (;;) {
      this.skip(false);
      if (this.here() === '"' || this.here() === "'") parts.push(this.string());
      else {
        const bare = /^[A-Za-z0-9_-]+/.exec(this.text.slice(this.at, this.at + 200))?.[0];
        if (bare === undefined) throw new Unreadable();
        this.at += bare.length;
        parts.push(bare);
      }
      this.skip(false);
      if (this.here() !== ".") break;
      this.at += 1;
    }
    if (this.here() !== "=") throw new Unreadable();
    this.at += 1;
    this.skip(false);
    return parts.join(".");
  }
}

/** The fields of a row: "name" for its own, "words.any" for those of its tables. */
export function scan(text: string): Scan {
  const reader = new Reader(text);
  const fields = new Map<string, Value>();
  const ends = new Map<string, number>();
  let table = "";
  for (;;) {
    reader.skip(true);
    if (reader.at >= text.length) return { fields, ends };
    if (reader.here() === "[") {
      const head = /^\[{1,2}\s*([^\]\n]+?)\s*\]{1,2}/.exec(text.slice(reader.at, reader.at + 400));
      if (head === null) throw new Unreadable();
      table = (head[1] ?? "").split(".").slice(1).join(".");
      reader.at += head[0].length;
    } else {
      const name = reader.key();
      const value = reader.value();
      const path = table === "" ? name : `${table}.${name}`;
      if (fields.has(path)) throw new Unreadable();
      fields.set(path, value);
    }
    reader.line();
    ends.set(table, reader.at);
  }
}

/** Written as the list writes text. */
export function quoted(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

function replaced(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** Sets a field to what is written as `literal`; a new one goes behind the others of its table. */
function write(text: string, path: string, literal: string): string {
  const { fields, ends } = scan(text);
  const known = fields.get(path);
  if (known !== undefined) return replaced(text, known.start, known.end, literal);
  const dot = path.lastIndexOf(".");
  const [table, name] = dot < 0 ? ["", path] : [path.slice(0, dot), path.slice(dot + 1)];
  const end = ends.get(table);
  if (end !== undefined) return replaced(text, end, end, `\n${name} = ${literal}`);
  // A table of its own goes behind the last field there is.
  const kind = /^\s*(?:#[^\n]*\n\s*)*\[{1,2}\s*([A-Za-z0-9_-]+)/.exec(text)?.[1];
  if (kind === undefined) throw new Unreadable();
  const last = Math.max(...ends.values());
  return replaced(text, last, last, `\n[${kind}.${table}]\n${name} = ${literal}`);
}

export function setText(text: string, path: string, value: string): string {
  const known = scan(text).fields.get(path);
  if (known?.kind === "text" ? known.value === value : known === undefined && value === "") return text;
  return write(text, path, quoted(value));
}

export function setNumber(text: string, path: string, value: number): string {
  const known = scan(text).fields.get(path);
  return known?.kind === "number" && known.value === value ? text : write(text, path, String(value));
}

export function setYesNo(text: string, path: string, value: boolean): string {
  const known = scan(text).fields.get(path);
  if (known?.kind === "yes_no" ? known.value === value : known === undefined && !value) return text;
  return write(text, path, String(value));
}

/** Takes a field away with its line; what is written behind it on that line goes with it. */
export function dropField(text: string, path: string): string {
  const known = scan(text).fields.get(path);
  if (known === undefined) return text;
  const from = text.lastIndexOf("\n", known.start) + 1;
  const end = text.indexOf("\n", known.end);
  return replaced(text, from, end < 0 ? text.length : end + 1, "");
}

function wordsAt(text: string, path: string): Extract<Value, { kind: "words" }> | undefined {
  const known = scan(text).fields.get(path);
  if (known !== undefined && known.kind !== "words") throw new Unreadable();
  return known;
}

/** Adds a word behind the last; one that is there already is not added twice. */
export function addWord(text: string, path: string, word: string): string {
  const known = wordsAt(text, path);
  if (known === undefined) return write(text, path, `[${quoted(word)}]`);
  if (known.items.some((each) => each.value === word)) return text;
  const last = known.items.at(-1);
  if (last === undefined) return replaced(text, known.start + 1, known.start + 1, quoted(word));
  const comma = commaAfter(text, last.end, known.end);
  if (!text.slice(last.end, known.end).includes("\n")) return replaced(text, last.end, last.end, `, ${quoted(word)}`);
  const from = text.lastIndexOf("\n", last.start) + 1;
  const indent = /^[ \t]*/.exec(text.slice(from))?.[0] ?? "";
  // Behind the line the last one stands on, with what is written beside it.
  const line = text.indexOf("\n", comma ?? last.end);
  const at = line < 0 || line > known.end ? last.end : line;
  const added = `\n${indent}${quoted(word)},`;
  return comma === null ? `${text.slice(0, last.end)},${text.slice(last.end, at)}${added}${text.slice(at)}` : replaced(text, at, at, added);
}

/** Takes a word away, and its line where it stood alone on one. */
export function removeWord(text: string, path: string, word: string): string {
  const known = wordsAt(text, path);
  const i = known?.items.findIndex((each) => each.value === word) ?? -1;
  const item = known?.items[i];
  if (known === undefined || item === undefined) return text;
  const comma = commaAfter(text, item.end, known.end);
  const from = text.lastIndexOf("\n", item.start) + 1;
  const lineEnd = text.indexOf("\n", comma ?? item.end);
  const behind = text.slice(comma === null ? item.end : comma + 1, lineEnd < 0 ? text.length : lineEnd);
  const alone = from > known.start && text.slice(from, item.start).trim() === "" && lineEnd >= 0 && lineEnd < known.end && /^\s*(#.*)?$/.test(behind);
  if (alone) return replaced(text, from, lineEnd + 1, "");
  if (comma !== null) {
    const space = /^[ \t]*/.exec(text.slice(comma + 1))?.[0].length ?? 0;
    return replaced(text, item.start, comma + 1 + space, "");
  }
  const before = known.items[i - 1];
  return replaced(text, before === undefined ? item.start : before.end, item.end, "");
}

/** Where the comma behind an item stands; null if there is none. */
function commaAfter(text: string, from: number, end: number): number | null {
  const reader = new Reader(text);
  reader.at = from;
  reader.skip(true);
  return reader.at < end && reader.here() === "," ? reader.at : null;
}
