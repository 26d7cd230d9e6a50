// What a number's past says of nuisance: a score with everything it is the sum of. It decides nothing.
import { lazy, Suspense, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import type { EvidencePack, Nuisance } from "../api/types";
import { useKeys } from "../keys/use-keys";
import { Key, Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useSession } from "../shell/session";
import { useWords } from "../words";

const EvidenceSheet = lazy(() => import("./evidence-sheet"));

export function NuisancePast({ number, past }: { number: string; past: Nuisance }) {
  const t = useWords();
  const w = t.nuisance;
  const { me } = useSession();
  const [asking, setAsking] = useState(false);
  const [pack, setPack] = useState<EvidencePack | null>(null);
  const prints = me.may.includes("export_unmasked");
  useActions("here", prints ? [{ id: "evidence", label: w.print, key: "Alt+h", run: () => setAsking(true) }] : []);
  return (
    <div className={`nuisance ${past.level}`} role="group" aria-label={w.title}>
      <h3>
        {w.title} <b className="figures">{w.score(past.score)}</b> <span className={past.level === "repeated" ? "sign over" : past.level === "conspicuous" ? "sign task" : "sign quiet"}>{w.level[past.level]}</span>
        {prints && (
          <button type="button" className="plain" onClick={() => setAsking(true)}>
            {w.print} <Key name="Alt+h" />
          </button>
        )}
      </h3>
      <ul>
        {past.items.map((each) => (
          <li key={each.id}>
            <span className="figures">{w.points(each.points)}</span> {w.kind[each.kind]} <Time at={each.at} ago />{" "}
            <Link href={casePath(each.id)} title={t.caller.look}>
              {each.no}
            </Link>
          </li>
        ))}
      </ul>
      <p className="dim" title={w.how}>
        {w.counted(past.counted, past.rule)}
      </p>
      <p>{w.only_shown}</p>
      {asking && (
        <AskWhy
          number={number}
          onClose={() => setAsking(false)}
          onPack={(found) => {
            setAsking(false);
            setPack(found);
          }}
        />
      )}
      {pack !== null && (
        <Suspense fallback={null}>
          <EvidenceSheet pack={pack} onDone={() => setPack(null)} />
        </Suspense>
      )}
    </div>
  );
}

/** Whether a past is worth a call-taker's glance: genuine callers are not shown a score. */
export function isShown(past: Nuisance | null): past is Nuisance {
  return past !== null && (past.level !== "none" || past.items.some((each) => each.kind === "marked" || each.kind === "false_alarm"));
}

function AskWhy({ number, onClose, onPack }: { number: string; onClose: () => void; onPack: (pack: EvidencePack) => void }) {
  const w = useWords().nuisance;
  const t = useWords();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const ready = [...reason.trim()].length >= 4 && !busy;
  const go = async () => {
    if (!ready) return;
    setBusy(true);
    setWrong("");
    try {
      onPack(await calls.evidence(number, reason.trim()));
    } catch (failure) {
      setWrong(failure instanceof Problem && failure.status === 403 ? w.forbidden : w.failed);
      setBusy(false);
    }
  };
  useKeys([
    { key: "Ctrl+Enter", run: () => void go(), typing: true },
    { key: "Escape", run: onClose, typing: true },
  ]);
  return (
    <Dialog label={w.print_title} className="evidence-form" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <h2>{w.print_title}</h2>
        <p className="hint">{w.print_hint}</p>
        <div className="field">
          <label htmlFor="evidence-reason">{w.reason}</label>
          <input id="evidence-reason" autoFocus autoComplete="off" maxLength={500} aria-describedby="evidence-hint" value={reason} onChange={(event) => setReason(event.target.value)} />
          <span className="hint" id="evidence-hint">
            {w.reason_hint}
          </span>
        </div>
        {wrong !== "" && (
          <p className="failure" role="alert">
            <i aria-hidden="true">!</i>
            <span>{wrong}</span>
          </p>
        )}
        <footer>
          <button type="submit" className="primary" disabled={!ready}>
            {w.go} <Key name="Ctrl+Enter" />
          </button>
          <button type="button" className="plain" onClick={onClose}>
            {t.close} <Key name="Escape" />
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
