// The list and the call: what waits on the left, script, form and history on the right.
import { useEffect, useState } from "react";
import { calls } from "../api/calls";
import { newKey } from "../api/http";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Fault, Rows, type Said, usePoll } from "../office/parts";
import { useSending } from "../office/sending";
import { casePath, navigate } from "../route/router";
import { useLook } from "../shell/look";
import { serverNow } from "../time/now";
import { exact, short } from "../time/format";
import { followUp, useFollowUpWords, type Item, type Sheet } from "./calls";
import { CallForm } from "./form";

type Queue = "mine" | "booked" | "bad" | "second" | "waiting" | "flagged";
const QUEUES: readonly Queue[] = ["mine", "booked", "bad", "second", "waiting", "flagged"];
const DESK = "followup:desk";

export function Calls() {
  const w = useFollowUpWords();
  const entry = useAnswer(DESK, followUp.desk);
  const [chosen, setChosen] = useState<string | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [number, setNumber] = useState<{ id: string; text: string } | null>(null);
  const [link, setLink] = useState<{ id: string; path: string; until: number } | null>(null);
  const sending = useSending();
  usePoll((key) => key === DESK, 15_000);
  const desk = entry.value;
  const rows = desk === undefined ? [] : QUEUES.flatMap((queue) => desk[queue].map((item) => ({ queue, item })));
  const id = taken ?? rows.find((row) => row.item.case === chosen)?.item.case ?? rows[0]?.item.case ?? null;
  const current = rows.find((row) => row.item.case === id);
  const sheet = useAnswer(id === null ? null : `followup:sheet:${id}`, () => followUp.sheet(id ?? ""));
  const mine = current?.queue === "mine" || (sheet.value?.item.mine_until ?? null) !== null;
  const touch = () => cache.touch((key) => key === DESK);
  // The list first, the sheet behind it: a case that was just done has none any more.
  useEffect(() => {
    if (desk !== undefined && id !== null) cache.touch((key) => key === `followup:sheet:${id}`);
    // By the list alone: another case has a key of its own, which asks by itself.
  }, [desk]);
  const show = (found: Sheet) => {
    cache.put(`followup:sheet:${found.item.case}`, found);
    setTaken(found.item.case);
    setChosen(found.item.case);
    touch();
  };
  const next = async () => {
    setSaid(null);
    const answer = await sending.send({ next: newKey() }, followUp.next);
    if (answer === null) return;
    if (answer.sheet == null) setSaid({ text: w.nothing_next });
    else show(answer.sheet);
  };
  const take = async () => {
    if (id === null) return;
    const found = await sending.send({ take: id, at: newKey() }, () => followUp.claim(id));
    if (found !== null) show(found);
  };
  const leave = async () => {
    if (id === null) return;
    const no = sheet.value?.item.no ?? "";
    const answer = await sending.send({ leave: id, at: newKey() }, async () => (await followUp.leave(id), true));
    if (answer === null) return;
    setTaken(null);
    setSaid({ text: w.left(no) });
    touch();
  };
  const unmask = async () => {
    if (id === null) return;
    const person = await sending.send({ unmask: id }, (key) => calls.unmask(id, `${w.title}：${sheet.value?.item.no ?? ""}`, key));
    if (person !== null) setNumber({ id, text: [person.contact_number, person.caller_number].find((each) => each !== null && each !== "") ?? "" });
  };
  const print = async () => {
    if (id === null) return;
    const answer = await sending.send({ link: id, at: newKey() }, (key) => followUp.link(id, key));
    if (answer !== null) setLink({ id, ...answer });
    touch();
  };
  const done = (no: string) => {
    setTaken(null);
    setNumber(null);
    setLink(null);
    setSaid({ text: w.saved(no) });
    touch();
  };
  const found = sheet.value;
  const barred = current?.item.barred ?? null;
  return (
    <div className="office-two">
      <section className="office-main" aria-label={w.tab.calls}>
        <Doings
          label={w.title}
          busy={sending.busy}
          actions={[
            { id: "follow_next", label: w.next, key: "n", run: () => void next(), primary: true },
            { id: "follow_take", label: w.take, key: "t", run: () => void take(), off: id === null || mine || barred !== null || found?.state !== "call" },
            { id: "follow_leave", label: w.leave, key: "b", run: () => void leave(), off: !mine },
            { id: "follow_number", label: w.unmask, key: "m", run: () => void unmask(), off: !mine || found?.may_unmask !== true },
            { id: "follow_link", label: w.link, key: "p", run: () => void print(), off: found === undefined || barred === "own_work" },
            { id: "follow_case", label: w.open_case, key: "o", run: () => id !== null && navigate(casePath(id)), off: id === null },
          ]}
        />
        <Done said={said} onClose={setSaid} />
        {sending.error !== null && <Fault error={sending.error} />}
        <Answered entry={entry}>
          <Rows
            label={w.tab.calls}
            rows={rows}
            idOf={(row) => row.item.case}
            chosen={id}
            onChoose={(each) => {
              setTaken(null);
              setChosen(each);
            }}
            empty={w.all_empty}
            columns={[
              { name: w.tab.calls, cell: (row) => <span className={`sign ${row.queue === "waiting" ? "quiet" : "task"}`}>{w.queue[row.queue]}</span> },
              { name: w.no, cell: (row) => <b className="figures">{row.item.no}</b> },
              { name: w.matter, cell: (row) => row.item.matter_name, className: "wide" },
              { name: w.unit, cell: (row) => (row.item.unit_name === "" ? w.desk_only : row.item.unit_name), className: "wide" },
              { name: w.due, cell: (row) => <Clock item={row.item} />, className: "figures" },
            ]}
          />
        </Answered>
      </section>
      <aside className={mine ? "office-side calling" : "office-side"} aria-label={found?.item.no ?? w.form} tabIndex={0}>
        {id === null ? (
          <p className="empty">{w.choose}</p>
        ) : (
          <Answered entry={sheet}>
            {found !== undefined && (
              <>
                <div className="call-facts">
                  <Head sheet={found} number={number !== null && number.id === id ? number.text : found.number} />
                  {link !== null && link.id === id && (
                    <p className="followup-link" role="status">
                      <b>{w.link_title}</b> <code>{`${location.origin}${link.path}`}</code>
                      <span className="hint">{w.link_hint(exact(link.until))}</span>
                    </p>
                  )}
                  {barred !== null && <p className="hint">{w.barred[barred] ?? barred}</p>}
                  <Script sheet={found} />
                </div>
                <div className="call-form">
                  {found.flags.length > 0 && <CallForm key={`check-${id}`} sheet={found} kind="check" onDone={done} />}
                  {mine && <CallForm key={id} sheet={found} kind="call" onDone={done} />}
                </div>
                <div className="call-history">
                  <History sheet={found} />
                </div>
              </>
            )}
          </Answered>
        )}
      </aside>
    </div>
  );
}

function Clock({ item }: { item: Item }) {
  const w = useFollowUpWords();
  const now = serverNow();
  if (item.booked && item.from_at != null) {
    return (
      <>
        {short(item.from_at, now)} <span className="sign">{w.booked}</span>
      </>
    );
  }
  if (item.due_at == null) return null;
  return (
    <>
      {short(item.due_at, now)} {item.due_at < now && <span className="sign missed">{w.late}</span>}
    </>
  );
}

function Head({ sheet, number }: { sheet: Sheet; number: string }) {
  const w = useFollowUpWords();
  const { item } = sheet;
  const now = serverNow();
  return (
    <>
      <h2 className="big figures">{item.no}</h2>
      <p className="dim">
        {[w.kind[item.kind] ?? "", w.tries(item.tries), item.mine_until == null ? "" : w.mine_until(short(item.mine_until, now)), sheet.link_until == null ? "" : w.link_out(short(sheet.link_until, now))].filter((each) => each !== "").join(" · ")}
      </p>
      <dl className="pairs">
        {[
          [w.number, number === "" ? "—" : number],
          [w.matter, item.matter_name],
          [w.unit, item.unit_name === "" ? w.desk_only : item.unit_name],
          [w.narrative, sheet.narrative],
          ...(sheet.reply == null ? [] : [[w.reply, sheet.reply]]),
          [w.rule, item.rule],
        ].map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Script({ sheet }: { sheet: Sheet }) {
  const w = useFollowUpWords();
  const english = useLook().language === "en";
  return (
    <section className="followup-script" aria-label={w.script}>
      <h3>{w.script}</h3>
      <ol>
        {sheet.script.map((line) => (
          <li key={line.zh}>
            <span lang="zh-CN">{line.zh}</span>
            {english && <span className="dim"> {line.en}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function History({ sheet }: { sheet: Sheet }) {
  const w = useFollowUpWords();
  const now = serverNow();
  return (
    <section aria-label={w.history}>
      <h3>{w.history}</h3>
      {sheet.attempts.length === 0 ? (
        <p className="empty">{w.history_none}</p>
      ) : (
        <ol className="followup-history">
          {sheet.attempts.map((each) => (
            <li key={`${each.way}${each.at}`}>
              <span className="figures">{short(each.at, now)}</span> {w.attempt[each.way] ?? each.way} {each.by}{" "}
              {[
                each.way === "call" ? (each.reached ? w.reached : w.not_reached) : "",
                w.solved[each.solved] ?? "",
                each.desk_mark > 0 ? `${w.f.desk} ${each.desk_mark}` : "",
                each.unit_mark > 0 ? `${w.f.unit} ${each.unit_mark}` : "",
                w.cause[each.cause] ?? "",
                each.counted ? "" : w.not_counted,
              ]
                .filter((text) => text !== "")
                .join(" · ")}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
