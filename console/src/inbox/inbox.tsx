// A unit's inbox: what is to be signed, what runs, what is due, and one case open beside it.
import { useMemo, useState } from "react";
import { calls } from "../api/calls";
import type { CaseBrief, Page } from "../api/types";
import { CasePane } from "../case/pane";
import { cache, useAnswer } from "../live/cache";
import { CaseList } from "../parts/case-list";
import { Failure, Key, Waiting } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { MINUTE } from "../time/format";
import { useNow } from "../time/now";
import { sentenceOf, useWords } from "../words";
import { useSignMany, type Outcome } from "./many";
import { dueOf, SECTIONS, sectionsOf, sortByDue, type Section } from "./sections";
import { UnitStrip } from "./strip";

const PAGE = 200;
const PAGES = 5;

/** All open cases of the unit, as far as anybody can work through them. */
async function allOpen(): Promise<Page> {
  const items: CaseBrief[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const got: Page = await calls.cases({ scope: "unit", open: true, order: "updated", limit: PAGE, ...(after === null ? {} : { after }) });
    items.push(...got.items);
    after = got.next;
    if (after === null) break;
  }
  return { items, next: after };
}

/** What was closed lately, with the unit's own part done. */
const closed = () => calls.cases({ scope: "unit", status: "closed", order: "updated", limit: 50 });

export function Inbox() {
  const t = useWords();
  const now = useNow(MINUTE / 4);
  const entry = useAnswer("cases:unit", allOpen);
  const [section, setSection] = useState<Section | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const open = useMemo(() => entry.value?.items ?? [], [entry.value]);
  const bySection = useMemo(() => {
    const map = new Map<Section, CaseBrief[]>(SECTIONS.map((each) => [each, []]));
    for (const brief of open) for (const each of sectionsOf(brief, now)) map.get(each)?.push(brief);
    return map;
  }, [open, now]);
  const at = section ?? SECTIONS.find((each) => (bySection.get(each)?.length ?? 0) > 0) ?? "to_sign";
  const ended = useAnswer(at === "done" ? "cases:unit:closed" : null, closed).value?.items.filter((each) => each.my_leg?.state === "done") ?? [];
  const signable = open.filter((each) => marked.has(each.id) && each.my_leg?.state === "dispatched");
  const many = useSignMany((id, view) => {
    cache.put(`case:${view.id}`, view);
    setMarked((old) => new Set([...old].filter((each) => each !== id)));
    cache.touch((key) => /^(cases|summary|timeline)(:|$)/.test(key));
  });
  const own = sortByDue(bySection.get(at) ?? []);
  // What was not signed stays where it was tried, with its reason, also if it left this list for it.
  const stay = many.tried.filter((each) => many.outcomes.get(each.id)?.state === "failed" && !own.some((row) => row.id === each.id));
  const rows = at === "done" ? [...own, ...ended] : [...stay.map((each) => open.find((row) => row.id === each.id) ?? each), ...own];
  const known = (id: string) => open.some((each) => each.id === id) || ended.some((each) => each.id === id);
  const current = rows.find((each) => each.id === chosen)?.id ?? (chosen !== null && known(chosen) ? chosen : (rows[0]?.id ?? null));
  const toSign = rows.filter((each) => each.my_leg?.state === "dispatched");
  const markable = toSign.length > 0;
  const outcomes = [...many.outcomes.values()];
  const failed = outcomes.filter((each) => each.state === "failed").length;
  const signed = outcomes.filter((each) => each.state === "signed").length;

  const go = (next: Section) => {
    setSection(next);
    many.forget();
  };
  const mark = (id: string) => {
    many.forget();
    setMarked((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };
  const allMarked = toSign.every((each) => marked.has(each.id));
  const markAll = () => {
    many.forget();
    setMarked((old) => {
      const next = new Set(old);
      for (const each of toSign) {
        if (allMarked) next.delete(each.id);
        else next.add(each.id);
      }
      return next;
    });
  };
  useActions("here", [
    ...SECTIONS.map((each, i) => ({ id: `section-${each}`, label: t.action.section(i + 1, t.inbox[each]), key: `Alt+${i + 1}`, run: () => go(each) })),
    ...(markable ? [{ id: "mark-all", label: allMarked ? t.unit.mine.unmark_all : t.unit.mine.mark_all, key: "Alt+a", run: markAll }] : []),
    ...(signable.length > 0 ? [{ id: "sign-marked", label: t.inbox.sign_marked(signable.length), key: "Alt+s", run: () => void many.run(signable) }] : []),
  ]);

  return (
    <main className="inbox">
      <div className="inbox-list">
        <h1 className="hidden">{t.inbox.title}</h1>
        <div className="sections" role="group" aria-label={t.inbox.title}>
          {SECTIONS.map((each, i) => {
            const count = bySection.get(each)?.length ?? 0;
            return (
              <button key={each} type="button" className={`section ${each} ${count > 0 ? "some" : ""}`} aria-pressed={each === at} onClick={() => go(each)}>
                {t.inbox[each]} <b>{count}</b> <Key name={`Alt+${i + 1}`} />
              </button>
            );
          })}
        </div>
        {(markable || outcomes.length > 0) && (
          <div className="marked-bar">
            {markable && (
              <button type="button" onClick={markAll} aria-pressed={allMarked}>
                {allMarked ? t.unit.mine.unmark_all : t.unit.mine.mark_all} <Key name="Alt+a" />
              </button>
            )}
            {signable.length > 0 ? (
              <button type="button" className="primary" disabled={many.busy} onClick={() => void many.run(signable)}>
                {t.inbox.sign_marked(signable.length)} <Key name="Alt+s" />
              </button>
            ) : (
              outcomes.length === 0 && (
                <span className="hint">
                  {t.unit.mine.sign_hint} <Key name="x" />
                </span>
              )
            )}
            <span role="status">{many.busy || outcomes.length === 0 ? "" : t.inbox.signed_some(signed, failed)}</span>
          </div>
        )}
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
            label={t.inbox[at]}
            items={rows}
            empty={t.inbox.empty[at]}
            columns="narrow"
            keys
            chosen={current}
            onChoose={(brief) => setChosen(brief.id)}
            onOpen={(brief) => navigate(casePath(brief.id))}
            due={dueOf}
            state={(brief) => <MySigns brief={brief} />}
            under={(brief) => <Became outcome={many.outcomes.get(brief.id)} />}
            {...(markable ? { marked, onMark: mark } : {})}
          />
        )}
        {entry.value?.next != null && <p className="hint">{t.unit.mine.partly(open.length)}</p>}
      </div>
      <div className="inbox-case">
        {current === null ? (
          <p className="empty">{t.inbox.choose}</p>
        ) : (
          <>
            <UnitStrip key={`strip-${current}`} id={current} />
            <CasePane key={current} id={current} />
          </>
        )}
      </div>
    </main>
  );
}

/** What the unit has to know of its own part; the desk's view of the case is not its business here. */
function MySigns({ brief }: { brief: CaseBrief }) {
  const t = useWords();
  const leg = brief.my_leg;
  return (
    <span className="signs">
      {brief.danger && (
        <span className="sign danger">
          <i aria-hidden="true">▲</i>
          {t.danger.case}
        </span>
      )}
      {leg != null && <span className={`sign ${leg.state === "dispatched" ? "" : "quiet"}`}>{t.leg_state[leg.state]}</span>}
      {leg != null && leg.role !== "lead" && <span className="sign quiet">{t.leg_role[leg.role]}</span>}
      {leg?.redo === true && <span className="sign task">{t.unit.mine.redo}</span>}
      {leg?.asked != null && <span className="sign task">{t.unit.mine.asked[leg.asked]}</span>}
      {leg?.binding === true && <span className="sign task">{t.unit.mine.binding}</span>}
      {leg?.together !== undefined && leg.together.length > 0 && (
        <span className="sign quiet" title={t.unit.mine.together(leg.together.join(t.unit.join))}>
          +{leg.together.length}
          <span className="hidden"> {t.unit.mine.together(leg.together.join(t.unit.join))}</span>
        </span>
      )}
    </span>
  );
}

/** What became of signing this row with others; a failure says why, beside the row it is about. */
function Became({ outcome }: { outcome: Outcome | undefined }) {
  const t = useWords();
  if (outcome === undefined) return null;
  if (outcome.state === "failed") {
    return (
      <span className="wrong" role="alert">
        {t.unit.mine.failed(sentenceOf(t, outcome.error))}
      </span>
    );
  }
  return <span className="hint">{t.unit.mine[outcome.state]}</span>;
}
