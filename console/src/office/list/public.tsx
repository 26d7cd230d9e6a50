// One of the two public lists on paper, with its version and the day it holds from.
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useSession } from "../../shell/session";
import { exact } from "../../time/format";
import { serverNow } from "../../time/now";
import type { ListWhole } from "../calls";
import type { Words } from "../../words";
import { useOfficeWords, useWords } from "../words";
import "../../style/sheet.css";

interface Limit {
  span?: string;
}

export function PublicList({ whole, way, onDone }: { whole: ListWhole; way: "hotline" | "police"; onDone: () => void }) {
  const words = useOfficeWords().list.public;
  const t = useWords();
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
  const groups = way === "hotline" ? whole.to_hotline : whole.to_police;
  const { version } = whole;
  const limits = (each: Record<string, unknown>) =>
    (["sign", "feedback", "result"] as const)
      .flatMap((stage) => {
        const limit = each[stage] as Limit | null | undefined;
        return limit?.span === undefined ? [] : [`${t.stage[stage]} ${spanText(t, limit.span)}`];
      })
      .join("；");
  return createPortal(
    <article className="order-sheet public-list" aria-label={words[way]}>
      <header>
        <p>{whole.name}</p>
        <h1>{words[way]}</h1>
        <p className="figures">
          {words.version} {version.label}
          {version.valid_at != null && `　${words.valid} ${exact(version.valid_at)}`}
          {`　${words.issuer} ${whole.issuer}`}
        </p>
      </header>
      {groups.map((group) => (
        <table key={group.code}>
          <caption>
            {group.code} {group.name}
          </caption>
          <thead>
            <tr>
              <th scope="col">{words.code}</th>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.lead}</th>
              <th scope="col">{words.assist}</th>
              <th scope="col">{words.limits}</th>
              <th scope="col">{words.basis}</th>
            </tr>
          </thead>
          <tbody>
            {group.rows.map((row) => (
              <tr key={row.code}>
                <td>{row.code}</td>
                <td>{row.name}</td>
                <td>{row.lead_name}</td>
                <td>{row.assist_names.join("、")}</td>
                <td>{limits(row.limits)}</td>
                <td>{row.basis}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p>
        {me.platform.name}　{words.page(exact(serverNow()))}
      </p>
    </article>,
    document.body,
  );
}

/** `5wd` as people read it. */
function spanText(t: Words, span: string): string {
  const found = /^(\d+)(m|h|d|wd)$/.exec(span);
  return found === null ? span : t.casePage.clock.span(Number(found[1]), found[2] as "m" | "h" | "d" | "wd");
}
