// The cases a figure was counted from: fulfilling it, not, left out and by which record (law 9).
import { useEffect, useRef, useState } from "react";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { exact } from "../time/format";
import { Doings } from "../office/parts";
import { scores, type Counted, type Metric } from "./calls";
import { useNamed, useScoreWords, useSentence } from "./words";

const WHICH = { rate: ["", "met", "unmet", "excluded"], counted: ["", "excluded"] };

interface Props {
  metric: Metric;
  unit: string;
  period: string;
  publication: string;
  onAsk: ((no: string) => void) | null;
}

export function Cases({ metric, unit, period, publication, onAsk }: Props) {
  const s = useScoreWords();
  const named = useNamed();
  const sentence = useSentence();
  const [which, setWhich] = useState<string>("");
  const [items, setItems] = useState<Counted[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useRef(0);
  const id = metric.id;
  const look = async (after: string) => {
    const mine = (asked.current += 1);
    setError(null);
    try {
      const page = await scores.cases({ metric: id, period, unit, publication, which, after });
      if (mine !== asked.current) return;
      setItems((old) => (after === "" ? page.items : [...(old ?? []), ...page.items]));
      setNext(page.next ?? null);
    } catch (failure) {
      if (mine === asked.current) setError(failure);
    }
  };
  useEffect(() => {
    setItems(null);
    setNext(null);
    void look("");
  }, [id, unit, period, publication, which]);
  const current = items?.find((each) => each.no === chosen) ?? items?.[0];
  const legs = metric.of === "leg";
  // What is only counted, summed or averaged has nothing to fulfil.
  const rate = metric.shape === "rate";
  const whiches = rate ? WHICH.rate : WHICH.counted;
  return (
    <section className="score-cases" aria-label={s.cases}>
      <h3>{s.cases_of(named(metric, id))}</h3>
      <Doings
        label={s.which}
        actions={[
          { id: "score_which", label: `${s.next_which}：${s.whiches[which] ?? which}`, key: "w", run: () => setWhich(whiches[(whiches.indexOf(which) + 1) % whiches.length] ?? "") },
          { id: "score_more", label: s.more, key: "m", run: () => void look(next ?? ""), off: next === null },
          ...(onAsk === null ? [] : [{ id: "score_ask_case", label: `${s.ask}${current === undefined ? "" : ` ${current.no}`}`, key: "x", run: () => current !== undefined && onAsk(current.no), off: current === undefined }]),
        ]}
      />
      {error !== null && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{sentence(error)}</span>
        </p>
      )}
      {items !== null && items.length === 0 && <p className="empty">{s.no_cases}</p>}
      <ul className="score-list">
        {items?.map((each) => (
          <li key={`${each.case}/${each.leg ?? ""}`} onFocus={() => setChosen(each.no)} onClick={() => setChosen(each.no)} aria-current={each === current ? "true" : undefined}>
            <Link href={casePath(each.case)}>
              <span className="figures">{each.no}</span>
            </Link>
            <span className={`sign ${rate && each.verdict === "unmet" ? "task" : "quiet"}`}>{!rate && (each.verdict === "met" || each.verdict === "unmet") ? s.counted : (s.verdict[each.verdict] ?? each.verdict)}</span>
            <span className="dim">
              {each.matter} · {exact(each.opened_at)}
              {unit === "" && ` · ${each.unit_name}`}
              {legs && each.value != null && ` · ${each.value}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
