// Who else is on this case, said before two people do the same thing.
import { useEffect, useState } from "react";
import { calls } from "../api/calls";
import type { Presence } from "../api/types";
import { useWords } from "../words";

/** How often one says that one is there; more often where somebody else is. */
const ALONE = 15_000;
const TOGETHER = 5_000;

export function useOthers(id: string, writing: boolean): Presence["others"] {
  const [others, setOthers] = useState<Presence["others"]>([]);
  const together = others.length > 0;
  useEffect(() => {
    let gone = false;
    const say = async () => {
      if (document.hidden) return;
      try {
        const heard = await calls.present(id, writing ? "writing" : "looking");
        if (!gone) setOthers(heard.others ?? []);
      } catch {
        // Not knowing is the state of a desk alone; the version of the case guards what is sent.
        if (!gone) setOthers([]);
      }
    };
    void say();
    const timer = setInterval(() => void say(), together || writing ? TOGETHER : ALONE);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [id, writing, together]);
  useEffect(
    () => () => {
      void calls.present(id, "leaving").catch(() => undefined);
    },
    [id],
  );
  return others;
}

export function Others({ others }: { others: Presence["others"] }) {
  const t = useWords();
  const words = t.casePage.here;
  const named = (writing: boolean) =>
    others
      .filter((each) => (each.doing === "writing") === writing)
      .map((each) => (each.unit_name === "" ? each.name : `${each.name}（${each.unit_name}）`))
      .join(words.join);
  const [writing, looking] = [named(true), named(false)];
  return (
    <p className="others" role="status">
      {writing !== "" && <span className="sign task">{words.writing(writing)}</span>}
      {looking !== "" && <span className="sign quiet">{words.looking(looking)}</span>}
    </p>
  );
}
