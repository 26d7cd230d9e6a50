// The board: measures by rung with their clocks, one of them whole beside it.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Rows, usePoll, type Said } from "../office/parts";
import { Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { exact } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";
import { span } from "../time/format";
import { supervision, type MeasureBrief } from "./calls";
import { MeasurePane } from "./measure";
import { OpenForm } from "./open-form";
import { useSupervisionWords } from "./words";

const RUNGS = ["urge", "order", "meeting", "interview", "bulletin", "accountability"] as const;

/** What is due of it: its shape, its words, on hovering the moment. */
export function Clock({ measure }: { measure: Pick<MeasureBrief, "due" | "overdue" | "state" | "ended_at"> }) {
  const s = useSupervisionWords();
  const t = useWords();
  if (measure.ended_at != null) return <span className="dim">—</span>;
  if (measure.due == null) return <span className="sign task">{s.waits_here}</span>;
  const left = span(measure.due - serverNow());
  const text = t.time.ago(left.value, left.unit).replace(/前$| ago$/, "");
  const over = measure.due <= serverNow();
  return (
    <span className={`due ${over || measure.overdue ? "over" : "calm"}`} title={exact(measure.due)}>
      <i aria-hidden="true">{over || measure.overdue ? "■" : "○"}</i> <b>{over ? s.over(text) : s.left(text)}</b>
    </span>
  );
}

export function BoardPart({ wanted }: { wanted: string | null }) {
  const s = useSupervisionWords();
  const t = useWords();
  const entry = useAnswer("supervision:board", supervision.board);
  usePoll((key) => key.startsWith("supervision:"));
  const [rung, setRung] = useState<string>("all");
  const [chosen, setChosen] = useState<string | null>(wanted);
  const [opening, setOpening] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const items = entry.value?.items ?? [];
  const running = items.filter((each) => each.ended_at == null);
  const shown = rung === "ended" ? items.filter((each) => each.ended_at != null) : running.filter((each) => rung === "all" || each.rung === rung);
  // The highest rung first, then what is due first: that is the order of work.
  const rows = [...shown].sort((a, b) => RUNGS.indexOf(b.rung as (typeof RUNGS)[number]) - RUNGS.indexOf(a.rung as (typeof RUNGS)[number]) || (a.due ?? 0) - (b.due ?? 0));
  const current = rows.find((each) => each.id === chosen) ?? (items.some((each) => each.id === chosen) ? items.find((each) => each.id === chosen) : rows[0]);
  const mayOpen = entry.value?.may_supervise === true;
  const filters = ["all", ...RUNGS, "ended"];
  useActions("here", [{ id: "rung_next", label: s.next_rung, key: "f", run: () => setRung((old) => filters[(filters.indexOf(old) + 1) % filters.length] ?? "all") }]);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.parts["board"]}>
        <Doings
          label={s.parts["board"] ?? ""}
          actions={mayOpen ? [{ id: "supervise_new", label: s.open, key: "n", run: () => setOpening(true), primary: true }] : []}
        />
        <div className="rungs" role="toolbar" aria-label={s.rung}>
          <Key name="f" />
          {filters.map((each) => {
            const here = each === "all" ? running : each === "ended" ? items.filter((m) => m.ended_at != null) : running.filter((m) => m.rung === each);
            const late = here.filter((m) => m.overdue && m.ended_at == null).length;
            return (
              <button key={each} type="button" aria-pressed={rung === each} onClick={() => setRung(each)}>
                {each === "all" ? s.all : each === "ended" ? s.ended : t.ladder.rung[each]} <b className="figures">{here.length}</b>
                {late > 0 && <span className="due over"> ■ {s.overdue(late)}</span>}
              </button>
            );
          })}
        </div>
        <Done said={said} onClose={setSaid} />
        <Answered entry={entry}>
          <Rows
            label={s.parts["board"] ?? ""}
            rows={rows}
            idOf={(each) => each.id}
            chosen={current?.id ?? null}
            onChoose={setChosen}
            empty={entry.value?.every === false ? s.unit_empty : s.board_empty}
            columns={[
              { name: s.rung, cell: (each) => <b>{t.ladder.rung[each.rung]}</b> },
              { name: s.no, cell: (each) => each.no, className: "figures" },
              { name: s.unit, cell: (each) => each.unit_name, className: "wide" },
              { name: s.matter, cell: (each) => each.matter_name || each.case_no },
              { name: s.due, cell: (each) => <Clock measure={each} /> },
              { name: s.state, cell: (each) => <span className={`sign ${each.ended_at != null ? "quiet" : ""}`}>{t.ladder.state[each.state]}</span> },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={current?.no ?? s.title}>
        {current === undefined ? <p className="empty">{s.choose}</p> : <MeasurePane key={current.id} id={current.id} onSaid={(text) => setSaid({ text })} />}
      </aside>
      {opening && (
        <OpenForm
          cases=""
          unit=""
          onClose={() => setOpening(false)}
          onOpened={(measure) => {
            setOpening(false);
            setRung("all");
            setChosen(measure.id);
            setSaid({ text: s.opened(measure.no) });
            cache.touch((key) => key.startsWith("supervision:"));
          }}
        />
      )}
    </div>
  );
}
