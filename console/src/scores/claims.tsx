// Exclusions, appeals and recorded figures: who asked with which evidence, and what somebody else decided.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Field, FormDialog, longEnough, Reason, Rows, useFields, type Said } from "../office/parts";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useSession } from "../shell/session";
import { exact } from "../time/format";
import { scores, type Claim, type ClaimOrder, type ScoreOffice } from "./calls";
import { useSending } from "../office/sending";
import { useNamed, useScoreWords, useSentence } from "./words";

export const touchScores = () => cache.touch((key) => key.startsWith("score:"));

export function Claims({ office, onAsk, said, onSaid }: { office: ScoreOffice; onAsk: (() => void) | null; said: Said | null; onSaid: (said: Said | null) => void }) {
  const s = useScoreWords();
  const named = useNamed();
  const { me } = useSession();
  const entry = useAnswer("score:claims", scores.claims);
  const [chosen, setChosen] = useState<string | null>(null);
  const [deciding, setDeciding] = useState<boolean | null>(null);
  const sending = useSending();
  const rows = entry.value ?? [];
  const current = rows.find((each) => each.id === chosen) ?? rows[0];
  const decides = me.may.includes("decide_exclusion");
  const open = current !== undefined && current.state === "asked" && decides && !current.own;
  const about = (claim: Claim) => (claim.kind === "figure" ? `${named(office.metrics.find((each) => each.id === claim.metric), claim.metric)} ${claim.period} = ${claim.figure}` : claim.no);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.view.claims}>
        <Doings
          label={s.view.claims}
          busy={sending.busy}
          actions={[
            { id: "score_ask", label: s.ask, key: "n", run: () => onAsk?.(), off: onAsk === null, primary: true },
            { id: "score_uphold", label: s.uphold, key: "y", run: () => (sending.clear(), setDeciding(true)), off: !open },
            { id: "score_dismiss", label: s.dismiss, key: "r", run: () => (sending.clear(), setDeciding(false)), off: !open },
          ]}
        />
        <Done said={said} onClose={onSaid} />
        <Answered entry={entry}>
          <Rows
            label={s.view.claims}
            rows={rows}
            idOf={(each) => each.id}
            chosen={current?.id ?? null}
            onChoose={setChosen}
            empty={s.no_claims}
            columns={[
              { name: s.kind, cell: (each) => s.kinds[each.kind] ?? each.kind },
              { name: s.what, cell: (each) => <b className="figures">{about(each)}</b>, className: "wide" },
              { name: s.state, cell: (each) => <span className={`sign ${each.state === "asked" ? "task" : "quiet"}`}>{s.states[each.state] ?? each.state}</span> },
              { name: s.unit, cell: (each) => each.unit_name },
              { name: s.asked_by, cell: (each) => `${each.asked_by} ${exact(each.asked_at)}` },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={s.what} tabIndex={0}>
        {current !== undefined && (
          <>
            <h2 className="big">{s.kinds[current.kind]}</h2>
            <dl className="pairs">
              <div>
                <dt>{s.what}</dt>
                <dd>{current.case === "" ? about(current) : <Link href={casePath(current.case)}>{current.no}</Link>}</dd>
              </div>
              {current.ground !== "" && (
                <div>
                  <dt>{s.ground}</dt>
                  <dd>{s.grounds[current.ground] ?? current.ground}</dd>
                </div>
              )}
              <div>
                <dt>{s.why}</dt>
                <dd>{current.reason}</dd>
              </div>
              <div>
                <dt>{s.evidence}</dt>
                <dd>{current.evidence}</dd>
              </div>
              {current.decided_at != null && (
                <div>
                  <dt>{s.decided_by}</dt>
                  <dd>
                    {current.decided_by} {exact(current.decided_at)}：{current.decision}
                  </dd>
                </div>
              )}
            </dl>
            {current.state === "asked" && current.own && decides && <p className="hint warn">{s.own_claim}</p>}
          </>
        )}
      </aside>
      {deciding !== null && current !== undefined && (
        <Deciding
          title={`${deciding ? s.uphold : s.dismiss} · ${about(current)}`}
          submit={deciding ? s.uphold : s.dismiss}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setDeciding(null)}
          onSend={async (reason) => {
            const order = { uphold: deciding, reason };
            const done = await sending.send({ claim: current.id, ...order }, (key) => scores.decide(current.id, order, key));
            if (done === null) return;
            setDeciding(null);
            onSaid({ text: s.decided });
            touchScores();
          }}
        />
      )}
    </div>
  );
}

function Told({ error }: { error: unknown }) {
  const sentence = useSentence();
  if (error === null || error === undefined) return null;
  return (
    <p className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <span>{sentence(error)}</span>
    </p>
  );
}

function Deciding({ title, submit, busy, error, onClose, onSend }: { title: string; submit: string; busy: boolean; error: unknown; onClose: () => void; onSend: (reason: string) => Promise<void> }) {
  const [reason, setReason] = useState("");
  return (
    <FormDialog title={title} submit={submit} busy={busy} ready={longEnough(reason)} error={null} onClose={onClose} onSend={() => void onSend(reason.trim())}>
      <Told error={error} />
      <Reason value={reason} error={null} auto onChange={setReason} />
    </FormDialog>
  );
}

/** The form that asks: an exclusion, an appeal of the own unit, or a figure. */
export function Asking({ office, caseNo, onClose, onDone }: { office: ScoreOffice; caseNo: string; onClose: () => void; onDone: () => void }) {
  const s = useScoreWords();
  const named = useNamed();
  const { me } = useSession();
  const whole = me.account.roles.some((role) => role === "lead" || role === "supervisor");
  const kinds = whole ? ["exclusion", "figure"] : ["appeal"];
  const [kind, setKind] = useState(kinds[0] ?? "appeal");
  const [values, set, forget] = useFields("score.ask", { case: "", ground: "duplicate", metric: "", period: "", unit: "", figure: "", reason: "", evidence: "" });
  const sending = useSending();
  const no = caseNo === "" ? values.case.trim() : caseNo;
  const recorded = office.metrics.filter((each) => each.shape === "recorded");
  const metric = kind === "figure" ? (recorded.some((each) => each.id === values.metric) ? values.metric : (recorded[0]?.id ?? "")) : "";
  const order: ClaimOrder =
    kind === "exclusion"
      ? { kind: "exclusion", case: no, ground: values.ground, reason: values.reason.trim(), evidence: values.evidence.trim() }
      : kind === "appeal"
        ? { kind: "appeal", case: no, metric: "", reason: values.reason.trim(), evidence: values.evidence.trim() }
        : { kind: "figure", metric, period: values.period.trim(), unit: values.unit.trim(), figure: values.figure.trim(), reason: values.reason.trim(), evidence: values.evidence.trim() };
  const ready = longEnough(values.reason) && longEnough(values.evidence) && (kind === "figure" ? values.period.trim() !== "" && values.figure.trim() !== "" : no !== "");
  const send = async () => {
    const done = await sending.send(order, (key) => scores.ask(order, key));
    if (done === null) return;
    forget();
    touchScores();
    onDone();
  };
  return (
    <FormDialog title={s.ask_title} submit={s.ask} busy={sending.busy} ready={ready} error={null} onClose={onClose} onSend={() => void send()}>
      <Told error={sending.error} />
      {kinds.length > 1 && (
        <fieldset className="pick">
          <legend>{s.kind}</legend>
          {kinds.map((each) => (
            <label key={each}>
              <input type="radio" name="score-kind" checked={kind === each} onChange={() => setKind(each)} />
              <span>{s.kinds[each]}</span>
            </label>
          ))}
        </fieldset>
      )}
      {kind !== "figure" && (
        <Field label={s.case_no} name="case">
          {(props) => <input {...props} autoComplete="off" autoFocus={caseNo === ""} readOnly={caseNo !== ""} value={no} onChange={(event) => set("case", event.target.value)} />}
        </Field>
      )}
      {kind === "exclusion" && (
        <Field label={s.ground} name="ground">
          {(props) => (
            <select {...props} value={values.ground} onChange={(event) => set("ground", event.target.value)}>
              {["malicious", "out_of_scope", "court_bound", "duplicate"].map((each) => (
                <option key={each} value={each}>
                  {s.grounds[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {kind === "figure" && (
        <>
          <Field label={s.metric} name="metric">
            {(props) => (
              <select {...props} value={metric} onChange={(event) => set("metric", event.target.value)}>
                {recorded.map((each) => (
                  <option key={each.id} value={each.id}>
                    {named(each, each.id)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={s.period} name="period" hint={s.period_hint}>
            {(props) => <input {...props} autoComplete="off" value={values.period} onChange={(event) => set("period", event.target.value)} />}
          </Field>
          <Field label={s.for_unit} name="unit">
            {(props) => <input {...props} autoComplete="off" value={values.unit} onChange={(event) => set("unit", event.target.value)} />}
          </Field>
          <Field label={s.figure} name="figure">
            {(props) => <input {...props} inputMode="decimal" autoComplete="off" value={values.figure} onChange={(event) => set("figure", event.target.value)} />}
          </Field>
        </>
      )}
      <Field label={s.evidence} name="evidence" hint={s.evidence_hint}>
        {(props) => <input {...props} autoComplete="off" maxLength={500} value={values.evidence} onChange={(event) => set("evidence", event.target.value)} />}
      </Field>
      <Reason value={values.reason} error={null} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
