// The daily list: every case that was handed out many times and is open, ticked one by one with a sentence.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Field, FormDialog, Rows, useFields, usePoll, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { holderName, StatusSign, Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import type { CaseBrief } from "../api/types";
import { useSession } from "../shell/session";
import { supervision, type DailyLine } from "./calls";
import { useSupervisionWords } from "./words";

export function briefOf(line: { case: unknown }): CaseBrief {
  return line.case as CaseBrief;
}

export function Daily() {
  const s = useSupervisionWords();
  const { me } = useSession();
  const entry = useAnswer("supervision:daily", supervision.daily);
  usePoll((key) => key === "supervision:daily");
  const [chosen, setChosen] = useState<string | null>(null);
  const [ticking, setTicking] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const list = entry.value;
  const lines = list?.lines ?? [];
  const current = lines.find((each) => briefOf(each).id === chosen) ?? lines.find((each) => each.ticked_at == null) ?? lines[0];
  const may = me.account.roles.some((role) => role === "supervisor" || role === "commander");
  const left = lines.filter((each) => each.ticked_at == null && briefOf(each).closed_at === null).length;
  return (
    <section className="office-main" aria-label={s.parts["daily"]}>
      <p className="hint">
        {list !== undefined && s.daily.hint(list.handed_out)} {lines.length > 0 && <b>{s.daily.done(left)}</b>}
      </p>
      <Doings label={s.parts["daily"] ?? ""} busy={sending.busy} actions={may ? [{ id: "daily_tick", label: s.daily.tick, key: "t", run: () => (sending.clear(), setTicking(true)), off: current === undefined, primary: true }] : []} />
      <Done said={said} onClose={setSaid} />
      <Answered entry={entry}>
        <Rows
          label={s.parts["daily"] ?? ""}
          rows={lines}
          idOf={(each: DailyLine) => briefOf(each).id}
          chosen={current === undefined ? null : briefOf(current).id}
          onChoose={setChosen}
          empty={s.daily.empty}
          columns={[
            { name: s.case, cell: (each) => <Link href={casePath(briefOf(each).id)}>{briefOf(each).no}</Link>, className: "figures" },
            { name: s.matter, cell: (each) => briefOf(each).matter_name, className: "wide" },
            { name: s.daily.holder, cell: (each) => holderName(briefOf(each)) },
            {
              name: s.daily.times,
              cell: (each) => (
                <>
                  <b className="figures">{s.daily.times_n(each.times)}</b> {each.carried > 0 && <span className="due over">■ {s.daily.carried(each.carried)}</span>}
                </>
              ),
            },
            { name: s.state, cell: (each) => <StatusSign status={briefOf(each).status} task={briefOf(each).task} danger={briefOf(each).danger} /> },
            {
              name: s.daily.sentence,
              cell: (each) =>
                each.ticked_at == null ? (
                  briefOf(each).closed_at !== null ? <span className="dim">{s.daily.closed}</span> : <span className="sign task">{s.daily.open}</span>
                ) : (
                  <>
                    ✓ {each.sentence} <span className="dim">{each.ticked_by} <Time at={each.ticked_at} /></span>
                  </>
                ),
              className: "wide",
            },
          ]}
        />
      </Answered>
      {ticking && current !== undefined && (
        <TickForm
          key={briefOf(current).id}
          line={current}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setTicking(false)}
          onSend={async (sentence, forget) => {
            const brief = briefOf(current);
            const done = await sending.send({ tick: brief.id, sentence }, (key) => supervision.tick(brief.id, sentence, key));
            if (done === null) return;
            forget();
            setTicking(false);
            setChosen(null);
            setSaid({ text: s.said(brief.no) });
            cache.touch((key) => key === "supervision:daily");
          }}
        />
      )}
    </section>
  );
}

function TickForm({ line, busy, error, onClose, onSend }: { line: DailyLine; busy: boolean; error: unknown; onClose: () => void; onSend: (sentence: string, forget: () => void) => Promise<void> }) {
  const s = useSupervisionWords();
  const brief = briefOf(line);
  const [values, set, forget] = useFields(`tick.${brief.id}`, { sentence: "" });
  return (
    <FormDialog title={`${s.daily.tick} ${brief.no}`} submit={s.send} busy={busy} ready={values.sentence.trim().length > 1} error={error} onClose={onClose} onSend={() => void onSend(values.sentence.trim(), forget)}>
      <p>{brief.summary}</p>
      <Field label={s.daily.sentence} name="sentence" error={error} hint={s.daily.sentence_hint}>
        {(props) => <textarea {...props} autoFocus rows={3} maxLength={500} value={values.sentence} onChange={(event) => set("sentence", event.target.value)} />}
      </Field>
    </FormDialog>
  );
}
