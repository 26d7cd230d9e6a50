// Somebody else saved the draft meanwhile: where the two texts differ, side by side, nothing of either lost.
import { useState } from "react";
import { Doings } from "../parts";
import { useOfficeWords } from "../words";
import type { Clash } from "./blocks";

interface Props {
  by: string;
  revision: number;
  found: Clash[];
  onMerge: (choice: ReadonlyMap<string, "mine" | "theirs">) => void;
}

export function Merge({ by, revision, found, onMerge }: Props) {
  const o = useOfficeWords();
  const [chosen, setChosen] = useState<ReadonlyMap<string, "mine" | "theirs">>(new Map());
  const sideOf = (each: Clash) => chosen.get(each.id) ?? each.take;
  const open = found.filter((each) => sideOf(each) === null).length;
  const all = (side: "mine" | "theirs") => setChosen(new Map(found.map((each) => [each.id, side])));
  const merge = () => onMerge(new Map(found.map((each) => [each.id, sideOf(each) ?? "theirs"])));
  return (
    <section className="office-main" aria-label={o.list.merge}>
      <p className="failure" role="alert">
        <i aria-hidden="true">!</i>
        <span>{o.list.moved(by, revision)}</span>
      </p>
      <Doings
        label={o.list.merge}
        actions={[
          { id: "list_mine", label: o.list.all_mine, key: "m", run: () => all("mine") },
          { id: "list_theirs", label: o.list.all_theirs, key: "o", run: () => all("theirs") },
          { id: "list_merge", label: o.list.merge, key: "Ctrl+Enter", typing: true, run: merge, off: open > 0, primary: true },
        ]}
      />
      {open > 0 && <p className="hint warn">{o.list.undecided(open)}</p>}
      <div className="list-clashes" tabIndex={0} role="region" aria-label={o.list.moved(by, revision)}>
        {found.map((each) => (
          <fieldset key={each.id}>
            <legend>{each.title}</legend>
            {(["mine", "theirs"] as const).map((side) => (
              <label key={side}>
                <span>
                  <input type="radio" name={`clash ${each.id}`} checked={sideOf(each) === side} onChange={() => setChosen(new Map(chosen).set(each.id, side))} /> {o.list[side]}
                </span>
                <pre>{each[side] === "" ? o.list.nothing_here : each[side]}</pre>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </section>
  );
}
