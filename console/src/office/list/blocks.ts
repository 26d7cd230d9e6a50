// The list's text as the blocks people work on: one row, one unit, one reply. Joined again they are the text, letter by letter.

export interface Block {
  /** Unique among the blocks of one text. */
  id: string;
  kind: string;
  code: string;
  name: string;
  /** Line of the text it begins on, from 1. */
  line: number;
  text: string;
}

const HEAD = /^\[(\[)?\s*([A-Za-z0-9_.-]+)\s*\]?\]/;

function value(text: string, name: string): string {
  return new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, "m").exec(text)?.[1] ?? "";
}

/** Cuts the text at the heads of its tables; what belongs to a row stays with it. */
export function cut(text: string): Block[] {
  const lines = text.split(/(?<=\n)/);
  const found: { path: string; from: number; lines: string[] }[] = [];
  lines.forEach((line, i) => {
    const head = HEAD.exec(line);
    const path = head?.[2] ?? "";
    const last = found.at(-1);
    const part = head !== null && head[1] === undefined && last !== undefined && path.startsWith(`${last.path}.`);
    if (last === undefined || (head !== null && !part)) found.push({ path, from: i + 1, lines: [line] });
    else last.lines.push(line);
  });
  const seen = new Map<string, number>();
  return found.map(({ path, from, lines: own }) => {
    const whole = own.join("");
    const kind = path.split(".")[0] ?? "";
    const code = value(whole, "code") || path.split(".").slice(1).join(".");
    const name = value(whole, "name");
    const id = `${kind} ${code === "" ? name : code}`;
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return { id: times === 1 ? id : `${id} ${times}`, kind, code, name, line: from, text: whole };
  });
}

export function join(blocks: readonly Block[]): string {
  return blocks.map((each) => each.text).join("");
}

/** The text with one block replaced; it ends its last line, so that the next head stays one. */
export function put(blocks: readonly Block[], id: string, text: string): string {
  const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return join(blocks.map((each) => (each.id === id ? { ...each, text: whole } : each)));
}

/** The block a line stands in. */
export function blockAt(blocks: readonly Block[], line: number): Block | undefined {
  return blocks.findLast((each) => each.line <= line) ?? blocks[0];
}

export interface Clash {
  id: string;
  title: string;
  mine: string;
  theirs: string;
  /** What to take when nobody says otherwise: the side that was changed; null when both were. */
  take: "mine" | "theirs" | null;
}

/** Where two texts differ, block by block. `base` is what both began from, if it is known. */
export function clashes(base: string | null, mine: string, theirs: string): Clash[] {
  const of = (text: string) => new Map(cut(text).map((each) => [each.id, each]));
  const [ours, others, before] = [of(mine), of(theirs), base === null ? null : of(base)];
  const ids = [...others.keys(), ...[...ours.keys()].filter((id) => !others.has(id))];
  return ids.flatMap((id) => {
    const [a, b] = [ours.get(id)?.text ?? "", others.get(id)?.text ?? ""];
    if (a === b) return [];
    const was = before?.get(id)?.text ?? "";
    const take = before === null ? null : a === was ? ("theirs" as const) : b === was ? ("mine" as const) : null;
    const known = others.get(id) ?? ours.get(id);
    return [{ id, title: `${known?.code ?? ""} ${known?.name ?? ""}`.trim() || id, mine: a, theirs: b, take }];
  });
}

/** Their text with what was chosen of mine put in; a row only I have goes behind the last of its kind. */
export function merged(mine: string, theirs: string, choice: ReadonlyMap<string, "mine" | "theirs">): string {
  const ours = cut(mine);
  const out = cut(theirs);
  for (const [id, side] of choice) {
    if (side === "theirs") continue;
    const own = ours.find((each) => each.id === id);
    const at = out.findIndex((each) => each.id === id);
    if (own === undefined) {
      if (at >= 0) out.splice(at, 1);
    } else if (at >= 0) out[at] = own;
    else {
      const last = out.findLastIndex((each) => each.kind === own.kind);
      out.splice(last < 0 ? out.length : last + 1, 0, own);
    }
  }
  return join(out);
}
