// A unit's inbox: what is to be signed, what runs, what is due, and one case open beside it.
import { useMemo, useState } from "react";
import { calls } from "../api/calls";
import { newKey } from "../api/http";
import { CasePane } from "../case/pane";
import { cache, useAnswer } from "../live/cache";
import { CaseList } from "../parts/case-list";
import { Failure, Key, Waiting } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { MINUTE } from "../time/format";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { SECTIONS, sectionsOf, sortByDue, type Section } from "./sections";

export function Inbox() {
  const t = useWords();
  const now = useNow(MINUTE / 4);
  const entry = useAnswer("cases:unit", () => calls.cases({ scope: "unit", open: true, order: "updated", limit: 200 }));
  const [section, setSection] = useState<Section | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState<{ ok: number; failed: number; error: unknown } | null>(null);
  const items = useMemo(() => entry.value?.items ?? [], [entry.value]);
  const bySection = useMemo(() => {
    const map = new Map<Section, typeof items>(SECTIONS.map((each) => [each, []]));
    for (const brief of items) for (const each of sectionsOf(brief, now)) map.get(each)?.push(brief);
    return map;
  }, [items, now]);
  const at = section ?? SECTIONS.find((each) => (bySection.get(each)?.length ?? 0) > 0) ?? "to_sign";
  const rows = sortByDue(bySection.get(at) ?? []);
  const current = rows.find((each) => each.id === chosen)?.id ?? (chosen !== null && items.some((each) => each.id === chosen) ? chosen : (rows[0]?.id ?? null));
  const signable = items.filter((each) => marked.has(each.id) && each.my_leg?.state === "dispatched");

  const signMarked = async () => {
    let ok = 0;
    let failed = 0;
    let error: unknown = null;
    for (const brief of signable) {
      try {
        const view = await calls.command(brief.id, { command: "sign", leg: brief.my_leg?.id ?? "" }, { key: newKey() });
        cache.put(`case:${view.id}`, view);
        ok += 1;
        setMarked((old) => new Set([...old].filter((each) => each !== brief.id)));
      } catch (failure) {
        failed += 1;
        error = failure;
      }
    }
    setSaid({ ok, failed, error });
    cache.touch((key) => /^(cases|summary|timeline)(:|$)/.test(key));
  };
  useActions("here", [
    ...SECTIONS.map((each, i) => ({ id: `section-${each}`, label: t.action.section(i + 1, t.inbox[each]), key: `Alt+${i + 1}`, run: () => setSection(each) })),
    ...(signable.length > 0 ? [{ id: "sign-marked", label: t.inbox.sign_marked(signable.length), key: "Alt+s", run: () => void signMarked() }] : []),
  ]);

  return (
    <main className="inbox">
      <div className="inbox-list">
        <h1 className="hidden">{t.inbox.title}</h1>
        <div className="sections" role="group" aria-label={t.inbox.title}>
          {SECTIONS.map((each, i) => {
            const count = bySection.get(each)?.length ?? 0;
            return (
              <button key={each} type="button" className={`section ${each} ${count > 0 ? "some" : ""}`} aria-pressed={each === at} onClick={() => setSection(each)}>
                {t.inbox[each]} <b>{count}</b> <Key name={`Alt+${i + 1}`} />
              </button>
            );
          })}
        </div>
        {(marked.size > 0 || said !== null) && (
          <div className="marked-bar">
            {signable.length > 0 && (
              <button type="button" className="primary" onClick={() => void signMarked()}>
                {t.inbox.sign_marked(signable.length)} <Key name="Alt+s" />
              </button>
            )}
            <span role="status">{said === null ? "" : t.inbox.signed_some(said.ok, said.failed)}</span>
            {said !== null && said.error !== null && <Failure error={said.error} />}
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
            {...(at === "to_sign" || at === "overdue" || at === "soon"
              ? {
                  marked,
                  onMark: (id: string) =>
                    setMarked((old) => {
                      const next = new Set(old);
                      if (!next.delete(id)) next.add(id);
                      setSaid(null);
                      return next;
                    }),
                }
              : {})}
          />
        )}
      </div>
      <div className="inbox-case">{current === null ? <p className="empty">{t.inbox.choose}</p> : <CasePane key={current} id={current} />}</div>
    </main>
  );
}
