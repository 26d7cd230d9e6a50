// What waits for the desk lead, the most pressing kind first.
import { useState } from "react";
import { calls } from "../api/calls";
import { TASKS, type Task } from "../api/types";
import { CasePane } from "../case/pane";
import { useAnswer } from "../live/cache";
import { CaseList } from "../parts/case-list";
import { sortByDue } from "../inbox/sections";
import { Failure, Waiting } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useWords } from "../words";

export function Lead() {
  const t = useWords();
  const summary = useAnswer("summary", calls.summary).value;
  const [task, setTask] = useState<Task | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = task ?? TASKS.find((each) => (summary?.by_task[each] ?? 0) > 0) ?? "unowned";
  const entry = useAnswer(`cases:lead:${at}`, () => calls.cases({ scope: "desk", task: at, open: true, order: "updated", limit: 100 }));
  // By what is due, the longest waiting first; the server's order by due leaves out what has no limit.
  const items = sortByDue(entry.value?.items ?? []);
  const current = chosen ?? items[0]?.id ?? null;
  return (
    <main className="inbox">
      <div className="inbox-list">
        <h1 className="hidden">{t.lead.title}</h1>
        <div className="sections" role="group" aria-label={t.lead.title}>
          {TASKS.map((each) => {
            const count = summary?.by_task[each] ?? 0;
            return (
              <button
                key={each}
                type="button"
                className={`section ${each} ${count > 0 ? "some" : ""}`}
                aria-pressed={each === at}
                onClick={() => {
                  setTask(each);
                  setChosen(null);
                }}
              >
                {t.task[each]} <b>{count}</b>
              </button>
            );
          })}
        </div>
        {entry.error !== undefined && (
          <Failure error={entry.error}>
            <button type="button" onClick={entry.again}>
              {t.list.retry}
            </button>
          </Failure>
        )}
        {entry.value === undefined ? (
          entry.error === undefined && <Waiting rows={8} />
        ) : (
          <CaseList
            key={at}
            label={t.task[at]}
            items={items}
            empty={t.lead.empty[at]}
            columns="narrow"
            keys
            chosen={current}
            onChoose={(brief) => setChosen(brief.id)}
            onOpen={(brief) => navigate(casePath(brief.id))}
          />
        )}
      </div>
      <div className="inbox-case">{current === null ? <p className="empty">{t.inbox.choose}</p> : <CasePane key={current} id={current} />}</div>
    </main>
  );
}
