// What detectors found, each with its evidence, and how often each was right.
import { useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Answered, Doings, Done, Field, FormDialog, longEnough, Rows, useFields, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { Key, Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { supervision, type Finding } from "./calls";
import { useSupervisionWords } from "./words";

const STATES = ["open", "confirmed", "dismissed"] as const;

export function Findings() {
  const s = useSupervisionWords();
  const { me } = useSession();
  const [state, setState] = useState<string>("open");
  const entry = useAnswer(`supervision:findings:${state}`, () => supervision.findings(state));
  const [chosen, setChosen] = useState<string | null>(null);
  const [judging, setJudging] = useState<boolean | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const found = entry.value;
  const rows = found?.items ?? [];
  const current = rows.find((each) => each.id === chosen) ?? rows[0];
  const next = STATES[(STATES.findIndex((each) => each === state) + 1) % STATES.length] ?? "open";
  useActions("here", [{ id: "findings_next", label: `${s.findings.next}：${s.findings.state[next] ?? next}`, key: "f", run: () => (setState(next), setChosen(null)) }]);
  const may = me.account.roles.some((role) => role === "supervisor" || role === "commander");
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.parts["findings"]}>
        <p className="hint">{found !== undefined && (found.looked_at === 0 ? s.findings.never : s.findings.hint(found.cases, found.came_back, found.handed_over))}</p>
        <div className="rungs" role="toolbar" aria-label={s.findings.show}>
          <Key name="f" />
          {STATES.map((each) => (
            <button key={each} type="button" aria-pressed={state === each} onClick={() => (setState(each), setChosen(null))}>
              {s.findings.state[each]}
            </button>
          ))}
        </div>
        <Doings
          label={s.parts["findings"] ?? ""}
          busy={sending.busy}
          actions={
            may
              ? [
                  { id: "finding_confirm", label: s.findings.confirm, key: "y", run: () => (sending.clear(), setJudging(true)), off: current === undefined || state !== "open", primary: true },
                  { id: "finding_dismiss", label: s.findings.dismiss, key: "x", run: () => (sending.clear(), setJudging(false)), off: current === undefined || state !== "open" },
                ]
              : []
          }
        />
        <Done said={said} onClose={setSaid} />
        <Answered entry={entry}>
          <Rows
            label={s.parts["findings"] ?? ""}
            rows={rows}
            idOf={(each: Finding) => each.id}
            chosen={current?.id ?? null}
            onChoose={setChosen}
            empty={s.findings.empty}
            columns={[
              { name: s.findings.what, cell: (each) => <b>{s.findings.detector[each.detector]}</b> },
              { name: s.unit, cell: (each) => each.unit_name, className: "wide" },
              { name: s.findings.count, cell: (each) => s.findings.of(each.count, each.of), className: "figures" },
              { name: s.case, cell: (each) => (each.case == null ? <span className="dim">{each.peers_of == null ? "—" : s.findings.peers(each.peers_count ?? 0, each.peers_of)}</span> : each.case_no), className: "figures" },
              { name: s.findings.found, cell: (each) => <Time at={each.found_at} /> },
            ]}
          />
        </Answered>
      </section>
      <aside className="office-side" aria-label={s.findings.proofs} tabIndex={0}>
        {current === undefined ? (
          <p className="empty">{s.choose}</p>
        ) : (
          <>
            <h2 className="big">{s.findings.detector[current.detector]}</h2>
            <p>
              {current.unit_name} · <span className="figures">{s.findings.of(current.count, current.of)}</span> {current.peers_of != null && <span className="dim">{s.findings.peers(current.peers_count ?? 0, current.peers_of)}</span>}
            </p>
            {current.reason !== "" && <p>{current.decided_by}：{current.reason}</p>}
            <h3>{s.findings.proofs}</h3>
            <ul className="measure-cases">
              {current.proofs.map((proof, i) => (
                <li key={i}>
                  <Link href={casePath(proof.case)}>{proof.no === "" ? proof.case.slice(0, 8) : proof.no}</Link> {proof.at != null && <Time at={proof.at} />} {proof.unit_name !== "" && proof.unit_name !== current.unit_name && <b>{proof.unit_name}</b>} {proof.words !== "" && <q>{proof.words}</q>}
                </li>
              ))}
            </ul>
          </>
        )}
        {found !== undefined && (
          <table className="rates">
            <caption>{s.findings.rate}</caption>
            <tbody>
              {found.rates.map((rate) => (
                <tr key={rate.detector}>
                  <th scope="row">{s.findings.detector[rate.detector]}</th>
                  <td className="figures">{s.findings.rate_of(rate.dismissed, rate.confirmed + rate.dismissed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </aside>
      {judging !== null && current !== undefined && (
        <JudgeForm
          key={current.id}
          finding={current}
          confirmed={judging}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setJudging(null)}
          onSend={async (reason, forget) => {
            const done = await sending.send({ judge: current.id, judging, reason }, (key) => supervision.judge(current.id, judging, reason, key));
            if (done === null) return;
            forget();
            setJudging(null);
            setChosen(null);
            setSaid({ text: s.findings.said });
            cache.touch((key) => key.startsWith("supervision:findings"));
          }}
        />
      )}
    </div>
  );
}

function JudgeForm({ finding, confirmed, busy, error, onClose, onSend }: { finding: Finding; confirmed: boolean; busy: boolean; error: unknown; onClose: () => void; onSend: (reason: string, forget: () => void) => Promise<void> }) {
  const s = useSupervisionWords();
  const [values, set, forget] = useFields(`finding.${finding.id}`, { reason: "" });
  return (
    <FormDialog title={`${confirmed ? s.findings.confirm : s.findings.dismiss}：${s.findings.detector[finding.detector] ?? finding.detector}`} submit={s.send} busy={busy} ready={longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <Field label={s.findings.reason} name="reason" error={error}>
        {(props) => <input {...props} autoFocus autoComplete="off" maxLength={500} value={values.reason} onChange={(event) => set("reason", event.target.value)} />}
      </Field>
    </FormDialog>
  );
}
