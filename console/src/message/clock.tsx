import { useNow } from "../time/now";
import { clock } from "./length";
import { useMessageWords } from "./words";

/** The clock of one that waits: its shape and its words, never its colour alone. */
export function Clock({ due }: { due: number }) {
  const m = useMessageWords();
  const now = useNow();
  const left = due - now;
  const heat = left < 0 ? "over" : left < 60_000 ? "soon" : "calm";
  return (
    <span className={`due ${heat}`}>
      <i aria-hidden="true">{heat === "over" ? "■" : heat === "soon" ? "▲" : "○"}</i> <b>{left < 0 ? m.over(clock(left)) : m.left(clock(left))}</b>
    </span>
  );
}
