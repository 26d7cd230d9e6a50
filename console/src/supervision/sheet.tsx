// A measure on paper: A4, black on white, with number, basis, what is asked and by when.
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useSession } from "../shell/session";
import { exact } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";
import "../style/sheet.css";
import type { Measure } from "./calls";
import { triggerText, useSupervisionWords } from "./words";

export default function MeasureSheet({ measure, onDone }: { measure: Measure; onDone: () => void }) {
  const s = useSupervisionWords();
  const t = useWords();
  const { me } = useSession();
  const printed = useRef(false);
  useEffect(() => {
    const done = () => onDone();
    addEventListener("afterprint", done);
    if (!printed.current) {
      printed.current = true;
      requestAnimationFrame(() => print());
    }
    return () => removeEventListener("afterprint", done);
  }, [onDone]);
  const row = (name: string, value: string | null | undefined) =>
    value === "" || value === null || value === undefined ? null : (
      <tr>
        <th scope="row">{name}</th>
        <td colSpan={3}>{value}</td>
      </tr>
    );
  return createPortal(
    <article className="order-sheet" aria-label={s.sheet.title}>
      <header>
        <p>{me.platform.name}</p>
        <h1>{measure.rung === "order" ? s.sheet.title : t.ladder.rung[measure.rung]}</h1>
        <p className="figures">
          {s.no} <b>{measure.no}</b>
        </p>
      </header>
      <table>
        <tbody>
          {row(s.sheet.to, measure.unit_name)}
          {row(s.sheet.opened, exact(measure.opened_at))}
          {row(s.sheet.due, measure.due == null ? null : exact(measure.due))}
          {row(s.source, `${measure.source} ${measure.rule}`)}
          {row(s.words, measure.words)}
          {row(s.trigger, triggerText(s, t, measure.trigger))}
          {row(s.skipped, measure.skipped)}
          {row(s.cases, measure.cases.map((each) => `${each.no} ${each.matter_name}`).join("\n"))}
          {row(s.asks, measure.asks)}
          {row(s.present, measure.present)}
          {row(s.minutes, measure.minutes)}
          {row(s.tasks, measure.tasks.map((task) => `${task.n}. ${task.unit_name} ${task.what} ${exact(task.due)}`).join("\n"))}
          {row(s.answer, measure.answer)}
          {row(s.decision, measure.decision)}
          {row(s.effect, measure.effect)}
        </tbody>
      </table>
      <ul className="signatures">
        {s.sheet.sign.map((each) => (
          <li key={each}>
            <b>{each}</b>
          </li>
        ))}
      </ul>
      <footer>
        <p>{s.sheet.printed(`${me.account.name}（${me.account.unit_name}）`, exact(serverNow()))}</p>
      </footer>
    </article>,
    document.body,
  );
}
