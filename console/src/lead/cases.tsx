// Looking for a case by number, place, words, unit or matter.
import { useEffect, useState } from "react";
import { calls, type CaseQuery } from "../api/calls";
import type { CaseBrief } from "../api/types";
import { useAnswer } from "../live/cache";
import { More } from "../parts/more";
import { CaseList } from "../parts/case-list";
import { Failure, Waiting } from "../parts/signs";
import { useMatters, useUnits } from "../shell/session";
import { useWords } from "../words";

export function CasesPage({ query }: { query: URLSearchParams }) {
  const t = useWords();
  const units = useUnits();
  const matters = useMatters();
  const unit = query.get("unit") ?? "";
  const matter = query.get("matter") ?? "";
  const status = query.get("status") ?? "";
  const [text, setText] = useState(query.get("q") ?? "");
  const [open, setOpen] = useState(false);
  const [slow, setSlow] = useState(text);
  const [more, setMore] = useState<{ items: CaseBrief[]; next: string | null } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text]);
  const filter: CaseQuery = { q: slow, limit: 50, order: "updated", ...(unit === "" ? {} : { unit }), ...(matter === "" ? {} : { matter }), ...(status === "" ? {} : { status }), ...(open ? { open } : {}) };
  const key = `cases:find:${JSON.stringify(filter)}`;
  const entry = useAnswer(key, () => calls.cases(filter));
  useEffect(() => setMore(null), [key]);
  const next = more === null ? (entry.value?.next ?? null) : more.next;
  const items = [...(entry.value?.items ?? []), ...(more?.items ?? [])];
  return (
    <main className="page find">
      <header className="find-head">
        <h1>{t.cases.title}</h1>
        <label className="hidden" htmlFor="find-text">
          {t.cases.label}
        </label>
        <input id="find-text" type="search" autoFocus autoComplete="off" placeholder={t.cases.label} value={text} onChange={(event) => setText(event.target.value)} />
        <label className="check">
          <input type="checkbox" checked={open} onChange={(event) => setOpen(event.target.checked)} />
          {t.cases.open_only}
        </label>
        {status !== "" && <span className="sign">{t.status[status as keyof typeof t.status] ?? status}</span>}
        {unit !== "" && <span className="sign">{units.find((each) => each.code === unit)?.name ?? unit}</span>}
        {matter !== "" && <span className="sign">{matters.find((each) => each.code === matter)?.name ?? matter}</span>}
      </header>
      {entry.error !== undefined && (
        <Failure error={entry.error}>
          <button type="button" onClick={entry.again}>
            {t.list.retry}
          </button>
        </Failure>
      )}
      {entry.value === undefined ? (
        entry.error === undefined && <Waiting rows={10} />
      ) : (
        <>
          <CaseList key={key} label={t.cases.title} items={items} empty={t.cases.empty} keys />
          {next !== null && (
            <More
              label={t.list.more}
              chord="Alt+m"
              onMore={() =>
                void calls.cases({ ...filter, after: next }).then(
                  (page) => setMore((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next })),
                  () => entry.again(),
                )
              }
            />
          )}
        </>
      )}
    </main>
  );
}

