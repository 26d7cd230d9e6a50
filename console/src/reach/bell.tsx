// The bell in the frame: how many notices were not seen. It listens to the one stream and looks now and then,
// since a ladder goes on without any event of a case.
import { useEffect } from "react";
import { cache, useAnswer } from "../live/cache";
import { onHappening } from "../live/line";
import { Link } from "../route/link";
import { useWords } from "../words";
import { reach } from "./calls";

const LOOK = 20_000;
/** A notice is made a moment after the event it is about. */
const BEHIND = 1_200;

export function Bell() {
  const t = useWords();
  const page = useAnswer("notices:unseen", reach.unseen);
  useEffect(() => {
    const touch = () => cache.touch((key) => key.startsWith("notices:"));
    let pending: ReturnType<typeof setTimeout> | undefined;
    const leave = onHappening(() => {
      pending ??= setTimeout(() => {
        pending = undefined;
        touch();
      }, BEHIND);
    });
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") touch();
    }, LOOK);
    return () => {
      leave();
      clearTimeout(pending);
      clearInterval(timer);
    };
  }, []);
  const count = page.value?.unseen ?? 0;
  const shown = count > 99 ? "99+" : String(count);
  const words = count > 0 ? t.bell.unseen(count) : t.bell.none;
  return (
    <Link className={`bell ${count > 0 ? "soon" : ""}`} href="/notices" title={words} aria-label={`${t.bell.notices} ${shown}：${words}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M6 16V10a6 6 0 1 1 12 0v6l2 2H4zM10 20h4" />
      </svg>
      <span aria-hidden="true">{shown}</span>
    </Link>
  );
}
