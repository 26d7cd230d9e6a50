// Cases as rows of 32 px. j and k move, Enter opens; new rows announce themselves above.
import { memo, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { CaseBrief } from "../api/types";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { useWords } from "../words";
import { useActions } from "../shell/actions";
import { keepPlace } from "./place";
import { DueOf, holderName, Key, StatusSign, Time, UrgencySign } from "./signs";

interface Props {
  label: string;
  items: readonly CaseBrief[];
  empty: ReactNode;
  /** Narrow lists leave columns out. */
  columns?: "all" | "narrow";
  chosen?: string | null;
  onChoose?: (brief: CaseBrief) => void;
  onOpen?: (brief: CaseBrief) => void;
  marked?: ReadonlySet<string>;
  onMark?: (id: string) => void;
  /** Takes the j and k of the page, also without focus in the list. */
  keys?: boolean;
  focusKey?: string;
  /** In place of the case's own state: what the list's reader has to know of it. */
  state?: (brief: CaseBrief) => ReactNode;
  /** In place of the case's next limit. */
  due?: (brief: CaseBrief) => CaseBrief["next_due"];
  /** A second line under a row: what became of something that was tried with it. */
  under?: (brief: CaseBrief) => ReactNode;
}

export function CaseList({ label, items, empty, columns = "all", chosen, onChoose, onOpen, marked, onMark, keys = false, focusKey, state, due, under }: Props) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [hand, setHand] = useState(false);
  const [own, setOwn] = useState<string | null>(null);
  const last = useRef(new Map<string, CaseBrief>());
  const [order, setOrder] = useState<string[]>(() => items.map((each) => each.id));
  const ids = items.map((each) => each.id).join();
  const placed = useMemo(() => keepPlace(order, ids === "" ? [] : ids.split(","), hand), [order, ids, hand]);
  useEffect(() => {
    if (!hand) setOrder((old) => (old.join() === placed.order.join() ? old : placed.order));
  }, [hand, placed]);
  for (const each of items) {
    // The same words are the same object, so that a row is drawn again only when it says something else.
    const known = last.current.get(each.id);
    if (known === undefined || JSON.stringify(known) !== JSON.stringify(each)) last.current.set(each.id, each);
  }
  const rows = placed.order.flatMap((id) => last.current.get(id) ?? []);
  const current = chosen === undefined ? own : chosen;

  const choose = (brief: CaseBrief) => {
    setOwn(brief.id);
    onChoose?.(brief);
    rowOf(brief.id)?.scrollIntoView({ block: "nearest" });
  };
  const move = (by: number) => {
    const at = rows.findIndex((each) => each.id === current);
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next === undefined) return;
    choose(next);
    if (box.current?.contains(document.activeElement) === true) rowLink(next.id)?.focus();
  };
  const rowOf = (id: string) => [...(box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].find((row) => row.dataset["row"] === id);
  const rowLink = (id: string) => rowOf(id)?.querySelector("a") ?? null;
  const open = (brief: CaseBrief | undefined) => {
    if (brief === undefined) return;
    if (onOpen !== undefined) onOpen(brief);
    else navigate(casePath(brief.id));
  };
  const find = () => rows.find((each) => each.id === current);
  useActions(
    "here",
    [
      { id: `${label}-next`, label: t.action.next, key: "j", run: () => move(1), quiet: true },
      { id: `${label}-previous`, label: t.action.previous, key: "k", run: () => move(-1), quiet: true },
      { id: `${label}-open`, label: t.action.open, key: "Enter", run: () => open(find()), quiet: true },
      ...(onMark === undefined ? [] : [{ id: `${label}-mark`, label: t.action.mark, key: "x", run: () => current !== null && onMark(current), quiet: true }]),
    ],
    { off: !keys },
  );
  useActions(
    "here",
    focusKey === undefined
      ? []
      : [
          {
            id: `${label}-focus`,
            label: t.action.to_list(label),
            key: focusKey,
            run: () => {
              const target = find() ?? rows[0];
              if (target === undefined) return;
              choose(target);
              rowLink(target.id)?.focus();
            },
          },
        ],
  );
  const hands = useRef<Hands>({ choose, open, mark: onMark, chooses: onChoose !== undefined });
  Object.assign(hands.current, { choose, open, mark: onMark, chooses: onChoose !== undefined });
  const reveal = () => {
    setOrder(items.map((each) => each.id));
    box.current?.scrollTo({ top: 0 });
  };

  return (
    <div
      className={`case-list ${columns}`}
      ref={box}
      onPointerEnter={() => setHand(true)}
      onPointerLeave={() => setHand(box.current?.contains(document.activeElement) === true)}
      onFocus={() => setHand(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setHand(false);
      }}
      onKeyDown={(event) => {
        if (keys || event.nativeEvent.isComposing || event.ctrlKey || event.altKey) return;
        if (event.code === "KeyJ" || event.key === "ArrowDown") move(1);
        else if (event.code === "KeyK" || event.key === "ArrowUp") move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span className="hidden" role="status">
        {placed.held.length > 0 ? t.list.fresh(placed.held.length) : ""}
      </span>
      {placed.held.length > 0 && (
        <button type="button" className="fresh" onClick={reveal}>
          ↑ {t.list.fresh(placed.held.length)} · {t.list.show}
        </button>
      )}
      {rows.length === 0 ? (
        <p className="empty">{empty}</p>
      ) : (
        <table aria-label={label}>
          <thead>
            <tr>
              {onMark !== undefined && (
                <th scope="col" className="mark-cell">
                  <span className="hidden">{t.inbox.mark}</span>
                </th>
              )}
              <th scope="col">{t.list.no}</th>
              <th scope="col">{t.list.state}</th>
              <th scope="col" className="wide">
                {t.list.summary}
              </th>
              {columns === "all" && <th scope="col">{t.list.place}</th>}
              {columns === "all" && <th scope="col">{t.list.holder}</th>}
              <th scope="col">{t.list.due}</th>
              {columns === "all" && <th scope="col">{t.list.updated}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <Row
                key={each.id}
                brief={each}
                current={each.id === current}
                gone={placed.gone.has(each.id)}
                all={columns === "all"}
                marked={onMark === undefined ? undefined : marked?.has(each.id) === true}
                hands={hands.current}
                state={state}
                due={due}
                under={under}
              />
            ))}
          </tbody>
        </table>
      )}
      {focusKey !== undefined && (
        <span className="list-key">
          <Key name={focusKey} />
        </span>
      )}
    </div>
  );
}

/** What a row's presses do now, in an object that stays the same. */
interface Hands {
  choose: (brief: CaseBrief) => void;
  open: (brief: CaseBrief) => void;
  mark: ((id: string) => void) | undefined;
  chooses: boolean;
}

interface RowProps extends Pick<Props, "state" | "due" | "under"> {
  brief: CaseBrief;
  current: boolean;
  gone: boolean;
  all: boolean;
  /** Undefined where rows cannot be marked. */
  marked: boolean | undefined;
  hands: Hands;
}

const Row = memo(function Row({ brief, current, gone, all, marked, hands, state, due, under }: RowProps) {
  const t = useWords();
  return (
    <tr
      data-row={brief.id}
      aria-current={current ? "true" : undefined}
      className={`${gone ? "gone" : ""} ${brief.danger ? "danger" : ""}`}
      title={gone ? t.list.gone : undefined}
      onClick={() => hands.choose(brief)}
      onDoubleClick={() => hands.open(brief)}
    >
      {marked !== undefined && (
        <td className="mark-cell">
          <input type="checkbox" aria-label={`${t.inbox.mark} ${brief.no}`} checked={marked} onChange={() => hands.mark?.(brief.id)} />
        </td>
      )}
      <td className="figures">
        <Link
          href={casePath(brief.id)}
          onClick={(event) => {
            if (!hands.chooses) return;
            event.preventDefault();
            hands.choose(brief);
          }}
        >
          {brief.no}
        </Link>
      </td>
      <td>{state === undefined ? <StatusSign status={brief.status} task={brief.task} danger={brief.danger} /> : state(brief)}</td>
      <td className="wide">
        {brief.urgency !== "normal" && <UrgencySign urgency={brief.urgency} />} {brief.matter_name !== "" && <b>{brief.matter_name}</b>} {brief.summary}
        {under?.(brief)}
      </td>
      {all && <td>{brief.place}</td>}
      {all && <td>{holderName(brief)}</td>}
      <td>
        <DueOf brief={due === undefined ? brief : { next_due: due(brief) }} />
      </td>
      {all && (
        <td className="figures">
          <Time at={brief.updated_at} />
        </td>
      )}
    </tr>
  );
});
