// The order sheet 工单 on paper: A4, black on white, with what the reader's rights show and no more.
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import type { CaseView } from "../api/types";
import { holderName } from "../parts/signs";
import { useSession } from "../shell/session";
import { exact } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";
import { kindText, sizeText } from "./attachments";
import { ruleText } from "./rule";
import "../style/sheet.css";

export default function OrderSheet({ view, onDone }: { view: CaseView; onDone: () => void }) {
  const t = useWords();
  const words = t.casePage.sheet;
  const { me } = useSession();
  const printed = useRef(false);
  useEffect(() => {
    const done = () => onDone();
    addEventListener("afterprint", done);
    if (!printed.current) {
      printed.current = true;
      // After the layout, so that what is printed is what is there.
      requestAnimationFrame(() => print());
    }
    return () => removeEventListener("afterprint", done);
  }, [onDone]);
  const { person } = view;
  const cell = (value: string | null | undefined) => (value === null || value === undefined || value === "" ? words.none : value);
  const dangers = view.dangers.filter((each) => each.dismissed === null);
  const clocks = view.deadlines.filter((each) => each.state !== "void");
  const row = (...cells: [string, string][]) => (
    <tr>
      {cells.map(([name, value]) => [
        <th key={name} scope="row">
          {name}
        </th>,
        <td key={`${name}-`} colSpan={cells.length === 1 ? 3 : 1}>
          {value}
        </td>,
      ])}
    </tr>
  );
  return createPortal(
    <article className="order-sheet" aria-label={words.action}>
      <header>
        <p>{me.platform.name}</p>
        <h1>{me.platform.desk === "police" ? words.police : words.hotline}</h1>
        <p className="figures">
          {words.no} <b>{view.no}</b>
          {view.twin !== null && view.twin.no !== "" && (
            <>
              {"　"}
              {words.twin} {view.twin.no}（{view.twin.peer_name}）
            </>
          )}
        </p>
      </header>
      <table>
        <tbody>
          {row([words.received, exact(view.opened_at)], [words.channel, t.channel[view.channel]])}
          {row([words.matter, view.matter === null ? t.triage.unowned : `${view.matter} ${view.matter_name}`], [words.urgency, t.urgency[view.urgency]])}
          {row([words.first, view.first_receiver_name], [words.holder, `${holderName(view)} ${words.since(exact(view.held_since))}`])}
          {row([words.caller, cell(person.caller_name) + (view.confidential ? `（${t.case.confidential}）` : "")], [words.number, cell(person.contact_number || person.caller_number)])}
          {row([words.place, cell(person.address ?? view.place)])}
          {row([words.said, person.narrative])}
          {dangers.length > 0 && row([words.danger, dangers.map((each) => `▲「${each.words}」${each.rule}`).join(" ")])}
        </tbody>
      </table>
      {view.legs.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.units}</th>
              <th scope="col">{words.role}</th>
              <th scope="col">{words.dispatched}</th>
              <th scope="col">{words.signed}</th>
            </tr>
          </thead>
          <tbody>
            {view.legs.map((leg) => (
              <tr key={leg.id}>
                <td>{leg.unit_name}</td>
                <td>{t.leg_role[leg.role]}</td>
                <td className="figures">{exact(leg.dispatched_at)}</td>
                <td className="figures">{leg.signed_at === null ? t.leg_state[leg.state] : exact(leg.signed_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {clocks.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.clocks}</th>
              <th scope="col">{words.due}</th>
              <th scope="col">{words.rule}</th>
            </tr>
          </thead>
          <tbody>
            {clocks.map((each) => (
              <tr key={each.id}>
                <td>
                  {t.stage[each.stage]} {view.legs.length > 1 && view.legs.find((leg) => leg.id === each.leg)?.unit_name}
                </td>
                <td className="figures">{exact(each.due)}</td>
                <td>{ruleText(t, each.rule)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {[view.result, view.peer_result].map(
        (result, i) =>
          result !== null && (
            <table key={i}>
              <tbody>
                {row([words.result, `${result.unit} ${exact(result.at)} ${t.solved[result.solved]}`])}
                {row([words.reply, result.public_reply])}
              </tbody>
            </table>
          ),
      )}
      {view.attachments.length > 0 && (
        <table>
          <tbody>
            {row([words.files, view.attachments.map((each) => `${each.name ?? kindText(t, each.kind)} ${sizeText(each.size)} ${each.digest.slice(0, 12)}${each.here ? "" : `（${t.casePage.files.there}）`}`).join("\n")])}
          </tbody>
        </table>
      )}
      <section className="by-hand">
        <h2>{words.notes}</h2>
      </section>
      <ul className="signatures">
        {words.signatures.map((each) => (
          <li key={each}>
            <b>{each}</b>
            <span>{words.date}</span>
          </li>
        ))}
      </ul>
      <footer>
        {person.masked && <p>{words.masked}</p>}
        <p>{words.printed(`${me.account.name}（${me.account.unit_name}）`, exact(serverNow()))}</p>
      </footer>
    </article>,
    document.body,
  );
}
