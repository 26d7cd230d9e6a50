// A number's past on paper, for whoever has to decide about it: every contact, what was said, what was done.
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import type { EvidencePack } from "../api/types";
import { useSession } from "../shell/session";
import { exact } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";
import "../style/sheet.css";

export default function EvidenceSheet({ pack, onDone }: { pack: EvidencePack; onDone: () => void }) {
  const t = useWords();
  const w = t.nuisance;
  const { me } = useSession();
  const printed = useRef(false);
  useEffect(() => {
    addEventListener("afterprint", onDone);
    if (!printed.current) {
      printed.current = true;
      // After the layout, so that what is printed is what is there.
      requestAnimationFrame(() => print());
    }
    return () => removeEventListener("afterprint", onDone);
  }, [onDone]);
  const { nuisance } = pack;
  const pointsOf = (id: string) => {
    const found = nuisance.items.find((each) => each.id === id);
    return found === undefined ? "0" : `${w.points(found.points)} ${w.kind[found.kind]}`;
  };
  return createPortal(
    <article className="order-sheet" aria-label={w.pack.title}>
      <header>
        <p>{me.platform.name}</p>
        <h1>{w.pack.title}</h1>
        <p className="figures">
          {w.pack.number} <b>{pack.number}</b>　{w.pack.span} {exact(pack.from)} – {exact(pack.at)}
        </p>
      </header>
      <table>
        <tbody>
          <tr>
            <th scope="row">{w.pack.score}</th>
            <td colSpan={3}>
              {w.score(nuisance.score)}（{w.level[nuisance.level]}） {w.counted(nuisance.counted, nuisance.rule)} {w.how}
            </td>
          </tr>
          <tr>
            <th scope="row">{w.pack.why}</th>
            <td colSpan={3}>{pack.reason}</td>
          </tr>
        </tbody>
      </table>
      {pack.cases.map((each) => (
        <table key={each.id}>
          <tbody>
            <tr>
              <th scope="row">{w.pack.no}</th>
              <td>{each.no}</td>
              <th scope="row">{w.pack.at}</th>
              <td>
                {exact(each.opened_at)} {t.channel[each.channel as keyof typeof t.channel] ?? each.channel}
              </td>
            </tr>
            <tr>
              <th scope="row">{w.pack.outcome}</th>
              <td>{each.outcome === "" ? w.pack.open : (t.outcomes[each.outcome as keyof typeof t.outcomes] ?? each.outcome)}</td>
              <th scope="row">{w.pack.points}</th>
              <td>{pointsOf(each.id)}</td>
            </tr>
            <tr>
              <th scope="row">{w.pack.caller}</th>
              <td>{each.caller_name || w.pack.none}</td>
              <th scope="row">{w.pack.place}</th>
              <td>{each.place || w.pack.none}</td>
            </tr>
            <tr>
              <th scope="row">{w.pack.said}</th>
              <td colSpan={3}>{each.narrative || w.pack.none}</td>
            </tr>
            <tr>
              <th scope="row">{w.pack.steps}</th>
              <td colSpan={3}>{each.steps.map((step) => [exact(step.at), w.pack.step[step.kind] ?? step.kind, step.by, step.words, step.reason].filter((part) => part !== "").join(" ")).join("\n")}</td>
            </tr>
          </tbody>
        </table>
      ))}
      <footer>
        <p>{w.pack.printed(`${me.account.name}（${me.account.unit_name}）`, exact(serverNow()))}</p>
      </footer>
    </article>,
    document.body,
  );
}
