// Says how this console is: contacts begun and not sent, and whether anybody is there.
import { useEffect } from "react";
import { calls } from "../api/calls";
import { isBlank, useDrafts, type Drafts } from "../draft/drafts";

/** Without a key or a pointer for so long, nobody is there. */
const AWAY_AFTER = 5 * 60_000;
/** Typing opens and closes drafts quickly; only what lasts is said. */
const SETTLE = 2_000;
/** Said again now and then: a line that was opened anew begins without a word. */
const REPEAT = 60_000;

export function useSeatWord(drafts: Drafts): void {
  const open = useDrafts(drafts).all.filter((draft) => draft.case_id === null && !isBlank(draft)).length;
  useEffect(() => {
    let touched = Date.now();
    let away = false;
    const say = () => void calls.saySeat({ drafts: open, away }).catch(() => undefined);
    const first = setTimeout(say, SETTLE);
    const touch = () => {
      touched = Date.now();
      if (away) {
        away = false;
        say();
      }
    };
    const timer = setInterval(() => {
      away = Date.now() - touched > AWAY_AFTER;
      say();
    }, REPEAT);
    addEventListener("keydown", touch);
    addEventListener("pointerdown", touch);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      removeEventListener("keydown", touch);
      removeEventListener("pointerdown", touch);
    };
  }, [open]);
}
