// The responsibility list's working place: versions, the draft, and what the draft would have changed.
import { useState } from "react";
import { cache, useAnswer } from "../../live/cache";
import { Key, Waiting } from "../../parts/signs";
import { useActions } from "../../shell/actions";
import { useSession } from "../../shell/session";
import { office } from "../calls";
import { Done, Fault, usePoll, type Said } from "../parts";
import { useOfficeWords, useWords } from "../words";
import { DraftPlace } from "./draft";
import { RunPlace } from "./runs";
import { Versions } from "./versions";

const VIEWS = ["versions", "draft", "runs"] as const;
type View = (typeof VIEWS)[number];
const KEYS: Record<View, string> = { versions: "v", draft: "d", runs: "b" };

export function touchList(): void {
  cache.touch((key) => key.startsWith("office:list"));
}

export function ListPlace() {
  const o = useOfficeWords();
  const t = useWords();
  const { me } = useSession();
  const entry = useAnswer("office:list", office.list);
  const [view, setView] = useState<View | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  usePoll((key) => key === "office:list");
  useActions(
    "here",
    VIEWS.map((each) => ({ id: `list_${each}`, label: `${o.section.list}：${o.list.view[each]}`, key: KEYS[each], run: () => setView(each) })),
  );
  const list = entry.value;
  if (list === undefined) {
    return entry.error === undefined ? (
      <Waiting rows={8} />
    ) : (
      <Fault error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Fault>
    );
  }
  const at = view ?? (list.draft === null ? "versions" : "draft");
  const edits = me.may.includes("edit_list");
  return (
    <div className="list-place">
      <div className="list-top">
        <div className="sections" role="group" aria-label={o.list.views}>
          {VIEWS.map((each) => (
            <button key={each} type="button" className="section" aria-pressed={each === at} onClick={() => setView(each)}>
              {o.list.view[each]} <Key name={KEYS[each]} />
            </button>
          ))}
        </div>
        <p className="dim list-running">{o.list.running(list.running_label)}</p>
      </div>
      <Done said={said} onClose={setSaid} />
      {at === "versions" && <Versions list={list} edits={edits} onSaid={setSaid} onBegun={() => setView("draft")} />}
      {at === "draft" && <DraftPlace list={list} edits={edits} onSaid={setSaid} onPublished={() => setView("versions")} />}
      {at === "runs" && <RunPlace list={list} edits={edits} />}
    </div>
  );
}
