// The learnt layer's models: which one answers, what each was worth, by which rule a new one takes over, and
// a sentence asked as the desk asks it.
import { useState } from "react";
import { cache, useAnswer } from "../../live/cache";
import { Key } from "../../parts/signs";
import { useActions } from "../../shell/actions";
import { useSession } from "../../shell/session";
import { office, type Learning, type LearntModel } from "../calls";
import { Pair } from "../links";
import { Answered, Doings, Done, FormDialog, longEnough, Reason, Rows, useFields, usePoll, type Said } from "../parts";
import { useSending } from "../sending";
import { useOfficeWords } from "../words";
import { served, short, stepBack } from "./served";
import { Tester } from "./tester";

const VIEWS = ["models", "tester"] as const;
type View = (typeof VIEWS)[number];
const KEYS: Record<View, string> = { models: "m", tester: "t" };

export function Models() {
  const o = useOfficeWords();
  const entry = useAnswer("office:learning", office.learning);
  const [view, setView] = useState<View>("models");
  const [said, setSaid] = useState<Said | null>(null);
  usePoll((key) => key === "office:learning");
  useActions(
    "here",
    VIEWS.map((each) => ({ id: `models_${each}`, label: `${o.section.models}：${o.models.view[each]}`, key: KEYS[each], run: () => setView(each) })),
  );
  return (
    <div className="list-place">
      <div className="list-top">
        <div className="sections" role="group" aria-label={o.models.views}>
          {VIEWS.map((each) => (
            <button key={each} type="button" className="section" aria-pressed={each === view} onClick={() => setView(each)}>
              {o.models.view[each]} <Key name={KEYS[each]} />
            </button>
          ))}
        </div>
        {entry.value !== undefined && <p className="dim list-running">{entry.value.served === "" ? o.models.none : o.models.running(short(entry.value.served))}</p>}
      </div>
      <Done said={said} onClose={setSaid} />
      {view === "tester" ? <Tester /> : <Answered entry={entry}>{entry.value !== undefined && <Table learning={entry.value} onSaid={setSaid} />}</Answered>}
    </div>
  );
}

const share = (value: number | null | undefined) => (value == null ? "—" : `${(value * 100).toFixed(1)}%`);
const figure = (value: number | null | undefined, digits = 3) => (value == null ? "—" : value.toFixed(digits));

type Asking = { to: LearntModel | null; how: "use" | "back" | "newest" };

function Table({ learning, onSaid }: { learning: Learning; onSaid: (said: Said) => void }) {
  const o = useOfficeWords();
  const w = o.models;
  const { me } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const sending = useSending();
  const may = me.may.includes("administer");
  const now = served(learning);
  const current = learning.models.find((each) => each.version === chosen) ?? now ?? learning.models[0];
  const back = stepBack(learning);
  const ask = (what: Asking) => {
    sending.clear();
    setAsking(what);
  };
  return (
    <div className="office-two">
      <section className="office-main" aria-label={w.view.models}>
        <Doings
          label={w.view.models}
          busy={sending.busy}
          actions={[
            { id: "model_use", label: w.use, key: "p", run: () => current !== undefined && ask({ to: current, how: "use" }), off: !may || current === undefined || current.version === learning.pinned, primary: true },
            { id: "model_back", label: w.back, key: "r", run: () => back !== null && ask({ to: back, how: "back" }), off: !may || back === null },
            { id: "model_newest", label: w.newest, key: "n", run: () => ask({ to: null, how: "newest" }), off: !may || learning.pinned == null },
          ]}
        />
        {learning.drifting && (
          <p className="state-line over">
            <i aria-hidden="true">■</i>
            {w.drifting(share(learning.recent), share(learning.earlier))}
          </p>
        )}
        {!may && <p className="hint">{w.may_not}</p>}
        <Rows
          label={w.view.models}
          rows={learning.models}
          idOf={(each) => each.version}
          chosen={current?.version ?? null}
          onChoose={setChosen}
          empty={w.none}
          columns={[
            { name: w.version, cell: (each) => <b className="figures">{short(each.version)}</b> },
            { name: w.state, cell: (each) => <State learning={learning} model={each} /> },
            { name: w.lessons, cell: (each) => (each.lessons === 0 ? w.from_list : each.lessons), className: "number" },
            { name: w.asked, cell: (each) => each.asked, className: "number" },
            { name: w.agreement, cell: (each) => share(each.agreement), className: "number" },
            { name: w.calibration, cell: (each) => figure(each.calibration_error), className: "number" },
            { name: w.coverage, cell: (each) => share(each.coverage), className: "number" },
            { name: w.precision, cell: (each) => share(each.precision), className: "number" },
            { name: w.set, cell: (each) => (each.set_coverage == null ? "—" : w.set_of(share(each.set_coverage), figure(each.set_size, 2))), className: "number" },
          ]}
        />
        <p className="hint">{w.of_what}</p>
      </section>
      <aside className="office-side" aria-label={w.how} tabIndex={0}>
        <h2>{w.how}</h2>
        <dl className="pairs">
          <Pair name={w.answers}>{now === undefined ? w.none : <b className="figures">{short(learning.served)}</b>}</Pair>
          {learning.pinned != null && <Pair name={w.pinned}>{w.pinned_hint}</Pair>}
          <Pair name={w.all_lessons}>{learning.lessons}</Pair>
          <Pair name={w.recent(learning.rule.recent)}>{share(learning.recent)}</Pair>
          <Pair name={w.earlier(learning.rule.before)}>{share(learning.earlier)}</Pair>
          <Pair name={w.drift}>{learning.recent == null || learning.earlier == null ? w.too_few : learning.drifting ? w.drift_yes : w.drift_no}</Pair>
        </dl>
        <h2>{w.shadow}</h2>
        <p>{learning.shadow != null ? w.shadow_training(learning.shadow) : w.shadow_next(learning.next)}</p>
        {learning.last != null && <p>{learning.last.taken ? w.shadow_taken(learning.last.lessons, figure(learning.last.tried), figure(learning.last.before)) : w.shadow_refused(learning.last.lessons, figure(learning.last.tried), figure(learning.last.before))}</p>}
        <p className="dim">{w.refused(learning.refused)}</p>
        <h2>{w.rule}</h2>
        <ul className="plain-list">
          {w.rules(learning.rule).map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </aside>
      {asking !== null && (
        <Choose
          {...asking}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setAsking(null)}
          onSend={async (reason, forget) => {
            const version = asking.to?.version ?? null;
            const done = await sending.send({ version, reason }, () => office.chooseModel(version, reason));
            cache.touch((key) => key === "office:learning");
            if (done === null) return;
            forget();
            setAsking(null);
            setChosen(null);
            onSaid({ text: w.done[asking.how](short(done.served)) });
          }}
        />
      )}
    </div>
  );
}

function State({ learning, model }: { learning: Learning; model: LearntModel }) {
  const w = useOfficeWords().models;
  const answers = served(learning) === model;
  const newest = learning.models[0] === model;
  return (
    <>
      {answers && <span className="sign">{w.is_served}</span>} {newest && !answers && <span className="sign task">{w.is_newest}</span>}
      {!answers && !newest && <span className="sign quiet">{w.is_kept}</span>}
    </>
  );
}

interface ChooseProps extends Asking {
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSend: (reason: string, forget: () => void) => Promise<void>;
}

function Choose({ to, how, busy, error, onClose, onSend }: ChooseProps) {
  const w = useOfficeWords().models;
  const { me } = useSession();
  const [values, set, forget] = useFields(`models.${how}`, { reason: "" });
  return (
    <FormDialog title={w.title[how](to === null ? "" : short(to.version))} hint={`${me.platform.name} · ${w.hint[how]}`} submit={w.confirm} busy={busy} ready={longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <Reason auto value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
