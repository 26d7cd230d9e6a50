// One measure whole: why this rung, what is asked, what was answered, and the steps that may be taken now.
import { lazy, Suspense, useCallback, useState } from "react";
import { openPaper } from "../api/paper";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Fault, Field, FormDialog, useFields } from "../office/parts";
import { useSending } from "../office/sending";
import { Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath, navigate } from "../route/router";
import { exact } from "../time/format";
import { useWords } from "../words";
import { Clock } from "./board";
import { measureFile, supervision, type Measure } from "./calls";
import { triggerText, useSupervisionWords } from "./words";

const MeasureSheet = lazy(() => import("./sheet"));

type Step = "answer" | "accept" | "send_back" | "hold" | "finish_task" | "close" | "withdraw";

const KEYS: Record<Step, string> = { answer: "a", accept: "y", send_back: "b", hold: "m", finish_task: "f", close: "x", withdraw: "w" };

export function MeasurePane({ id, onSaid }: { id: string; onSaid: (text: string) => void }) {
  const s = useSupervisionWords();
  const entry = useAnswer(`supervision:measure:${id}`, () => supervision.measure(id));
  return <Answered entry={entry}>{entry.value !== undefined && <Whole measure={entry.value} onSaid={(text) => onSaid(text === "" ? s.refresh : text)} />}</Answered>;
}

function Whole({ measure, onSaid }: { measure: Measure; onSaid: (text: string) => void }) {
  const s = useSupervisionWords();
  const t = useWords();
  const [step, setStep] = useState<Step | null>(null);
  const [printing, setPrinting] = useState(false);
  const printed = useCallback(() => setPrinting(false), []);
  const sending = useSending();
  const may = (name: string) => measure.allowed.includes(name);
  const steps: Step[] = [
    ...(may("answer") ? (["answer"] as const) : []),
    ...(may("decide") ? (["accept", "send_back"] as const) : []),
    ...(may("hold") ? (["hold"] as const) : []),
    ...(may("finish_task") ? (["finish_task"] as const) : []),
    ...(may("close") ? (["close"] as const) : []),
    ...(may("withdraw") ? (["withdraw"] as const) : []),
  ];
  const first = measure.cases[0];
  const about = (name: string, value: React.ReactNode) =>
    value === "" || value === null || value === undefined ? null : (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    );
  return (
    <div className="measure">
      <h2 className="big">
        {t.ladder.rung[measure.rung]} <span className="figures">{measure.no}</span>
      </h2>
      <p>
        {t.ladder.to(measure.unit_name)} · <span className="sign">{t.ladder.state[measure.state]}</span> <Clock measure={measure} />
      </p>
      <Doings
        label={measure.no}
        busy={sending.busy}
        actions={[
          ...steps.map((each, i) => ({ id: `measure_${each}`, label: s.do[each], key: KEYS[each], run: () => (sending.clear(), setStep(each)), primary: i === 0 && each !== "withdraw" })),
          { id: "measure_print", label: s.do.print, key: "p", run: () => setPrinting(true) },
          { id: "measure_pdf", label: s.do.pdf, key: "Shift+F9", run: () => void sending.send({ id: measure.id, pdf: true }, () => openPaper(measureFile(measure.id))) },
          ...(first === undefined ? [] : [{ id: "measure_case", label: s.do.open_case, key: "o", run: () => navigate(casePath(first.id)) }]),
        ]}
      />
      {step === null && sending.error != null && <Fault error={sending.error} />}
      <h3>{s.why}</h3>
      <dl className="pairs">
        {about(s.source, measure.source)}
        {about(measure.rule === "" ? s.by_hand : s.rule(measure.rule), <q>{measure.words}</q>)}
        {about(s.trigger, triggerText(s, t, measure.trigger))}
        {about(s.from, measure.from_no)}
        {about(s.skipped, measure.skipped)}
      </dl>
      <dl className="pairs">
        {about(s.asks, measure.asks)}
        {about(s.present, measure.present)}
        {about(s.minutes, measure.minutes)}
        {about(s.answer, measure.answer)}
        {about(s.decision, measure.decision)}
        {about(s.effect, measure.effect)}
      </dl>
      {measure.tasks.length > 0 && (
        <>
          <h3>{s.tasks}</h3>
          <ol className="measure-tasks">
            {measure.tasks.map((task) => (
              <li key={task.n}>
                <b>{task.unit_name}</b> {task.what}{" "}
                <span className={task.done_at != null ? "dim" : ""} title={exact(task.due)}>
                  {task.done_at != null ? `✓ ${s.done_at(exact(task.done_at))} ${task.note}` : `○ ${s.task_open} ${exact(task.due)}`}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
      {measure.cases.length > 0 && (
        <>
          <h3>{measure.rung === "urge" || measure.rung === "order" || measure.rung === "meeting" ? s.cases : s.grounds}</h3>
          <ul className="measure-cases">
            {measure.cases.map((each) => (
              <li key={each.id}>
                <Link href={casePath(each.id)}>{each.no}</Link> {each.matter_name} {each.closed && <span className="sign quiet">{t.status.closed}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{s.history}</h3>
      <ol className="measure-history">
        {measure.history.map((each, i) => (
          <li key={i}>
            <Time at={each.at} /> <b>{s.steps[each.kind] ?? each.kind}</b> <span className="dim">{each.by === "" ? (each.kind === "opened" || each.kind === "missed" ? s.by_rule : each.unit_name) : `${each.unit_name} · ${each.by}`}</span>
            {each.text !== "" && <q>{each.text}</q>}
          </li>
        ))}
      </ol>
      {step !== null && (
        <StepForm
          key={step}
          step={step}
          measure={measure}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setStep(null)}
          onSend={async (body, forget) => {
            const done = await sending.send({ id: measure.id, ...body }, (key) => supervision.step(measure.id, body, key));
            if (done === null) return;
            forget();
            setStep(null);
            onSaid(s.said(done.no));
            cache.touch((key) => key.startsWith("supervision:") || key.startsWith("case:"));
          }}
        />
      )}
      {printing && (
        <Suspense fallback={null}>
          <MeasureSheet measure={measure} onDone={printed} />
        </Suspense>
      )}
    </div>
  );
}

type Body = Parameters<typeof supervision.step>[1];

/** "water 2d restore the supply" */
function readTasks(text: string): Body["tasks"] | null {
  const tasks = [];
  for (const line of text.split("\n").map((each) => each.trim()).filter((each) => each !== "")) {
    const found = /^(\S+)\s+(\d+(?:m|h|d|wd))\s+(.+)$/.exec(line);
    if (found === null) return null;
    tasks.push({ unit: found[1] ?? "", within: found[2] ?? "", what: found[3] ?? "" });
  }
  return tasks;
}

function StepForm({ step, measure, busy, error, onClose, onSend }: { step: Step; measure: Measure; busy: boolean; error: unknown; onClose: () => void; onSend: (body: Body, forget: () => void) => Promise<void> }) {
  const s = useSupervisionWords();
  const [values, set, forget] = useFields(`measure.${measure.id}.${step}`, { text: "", present: "", tasks: "", task: "" });
  const tasks = readTasks(values.tasks);
  const open = measure.tasks.filter((task) => task.done_at == null);
  const own = open.find((task) => task.mine) ?? open[0];
  const chosen = values.task === "" ? (own?.n ?? 0) : Number(values.task);
  const ready = values.text.trim() !== "" && (step !== "hold" || (values.present.trim() !== "" && tasks !== null));
  const send = () => {
    const text = values.text.trim();
    const name = step === "accept" || step === "send_back" ? "decide" : step;
    void onSend(
      {
        step: name,
        text,
        version: measure.version,
        accepted: step === "accept",
        present: values.present.trim(),
        tasks: step === "hold" ? (tasks ?? []) : [],
        task: step === "finish_task" ? chosen : 0,
      },
      forget,
    );
  };
  return (
    <FormDialog title={`${s.do[step]} ${measure.no}`} hint={s.send_hint} submit={s.send} busy={busy} ready={ready} error={error} onClose={onClose} onSend={send}>
      {step === "finish_task" && (
        <Field label={s.task} name="task" error={error}>
          {(props) => (
            <select {...props} value={String(chosen)} onChange={(event) => set("task", event.target.value)}>
              {open.map((task) => (
                <option key={task.n} value={task.n}>
                  {task.unit_name} {task.what}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {step === "hold" && (
        <Field label={s.present} name="present" error={error}>
          {(props) => <input {...props} autoFocus autoComplete="off" maxLength={1000} value={values.present} onChange={(event) => set("present", event.target.value)} />}
        </Field>
      )}
      <Field label={s.text[step] ?? ""} name="text" error={error}>
        {(props) => <textarea {...props} autoFocus={step !== "hold"} rows={4} value={values.text} onChange={(event) => set("text", event.target.value)} />}
      </Field>
      {step === "hold" && (
        <Field label={s.tasks} name="tasks" error={error} hint={tasks === null ? s.task_wrong : s.task_hint}>
          {(props) => <textarea {...props} rows={3} value={values.tasks} onChange={(event) => set("tasks", event.target.value)} />}
        </Field>
      )}
    </FormDialog>
  );
}
