// The versions: who published which, when and why; going back, withdrawing, printing the two public lists.
import { useState } from "react";
import { Time } from "../../parts/signs";
import { useSession } from "../../shell/session";
import { exact } from "../../time/format";
import { office, type ListOffice, type ListVersion, type ListWhole } from "../calls";
import { Pair } from "../links";
import { Doings, Fault, FormDialog, longEnough, Reason, Rows, useFields, type Said } from "../parts";
import { useSending } from "../sending";
import { useOfficeWords } from "../words";
import { touchList } from "./list";
import { PublicList } from "./public";

interface Props {
  list: ListOffice;
  edits: boolean;
  onSaid: (said: Said) => void;
  onBegun: () => void;
}

export function Versions({ list, edits, onSaid, onBegun }: Props) {
  const o = useOfficeWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const [asking, setAsking] = useState<"restore" | "withdraw" | null>(null);
  const [printing, setPrinting] = useState<{ whole: ListWhole; way: "hotline" | "police" } | null>(null);
  const sending = useSending();
  const current = list.versions.find((each) => String(each.number) === chosen) ?? list.versions[0];
  const begin = async () => {
    if (current === undefined) return;
    const from = current.number;
    const done = await sending.send({ begin: from }, (key) => office.changeDraft({ change: "begin", from }, key));
    touchList();
    if (done === null) return;
    onSaid({ text: o.list.begun(done.head?.label ?? "") });
    onBegun();
  };
  const print = async (way: "hotline" | "police") => {
    if (current === undefined) return;
    const whole = await sending.send({ print: current.number, at: Date.now() }, () => office.version(current.number));
    if (whole !== null) setPrinting({ whole, way });
  };
  const may = (state: string) => list.may_publish && current?.state === state;
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.list.view.versions}>
        <Doings
          label={o.list.view.versions}
          busy={sending.busy}
          actions={[
            { id: "list_begin", label: o.list.begin, key: "n", run: () => void begin(), off: !edits || list.draft !== null, primary: list.draft === null },
            { id: "list_print_hotline", label: o.list.print_hotline, key: "p", run: () => void print("hotline"), off: current === undefined },
            { id: "list_print_police", label: o.list.print_police, key: "q", run: () => void print("police"), off: current === undefined },
            { id: "list_restore", label: o.list.restore, key: "r", run: () => (sending.clear(), setAsking("restore")), off: !may("past") },
            { id: "list_withdraw", label: o.list.withdraw, key: "w", run: () => (sending.clear(), setAsking("withdraw")), off: !may("scheduled") },
          ]}
        />
        {asking === null && sending.error !== null && <Fault error={sending.error} />}
        <Rows
          label={o.list.view.versions}
          rows={list.versions}
          idOf={(each) => String(each.number)}
          chosen={current === undefined ? null : String(current.number)}
          onChoose={setChosen}
          empty={o.list.file_hint}
          columns={[
            { name: o.list.number, cell: (each) => each.number, className: "number" },
            { name: o.list.label, cell: (each) => <b>{each.label}</b> },
            { name: o.list.state, cell: (each) => <State version={each} /> },
            { name: o.list.valid_at, cell: (each) => (each.valid_at == null ? <span className="dim">{o.list.file}</span> : <span className="figures">{exact(each.valid_at)}</span>) },
            { name: o.list.by, cell: (each) => each.published_by },
            { name: o.list.why, cell: (each) => each.reason, className: "wide" },
          ]}
        />
      </section>
      <aside className="office-side" aria-label={current?.label ?? o.list.view.versions} tabIndex={0}>
        {current !== undefined && (
          <>
            <h2 className="big">{current.label}</h2>
            <p>
              <State version={current} />
            </p>
            {current.published_at == null && <p className="hint">{o.list.file_hint}</p>}
            <dl className="pairs">
              {current.valid_at != null && (
                <Pair name={o.list.valid_at}>
                  <Time at={current.valid_at} />
                </Pair>
              )}
              {current.published_at != null && (
                <Pair name={o.list.published}>
                  <Time at={current.published_at} /> {current.published_by}
                </Pair>
              )}
              {current.reason !== "" && <Pair name={o.list.why}>{current.reason}</Pair>}
              {current.repeats != null && <Pair name={o.list.number}>{o.list.repeats(current.repeats)}</Pair>}
              {current.withdrawn_at != null && (
                <Pair name={o.list.withdrawn}>
                  <Time at={current.withdrawn_at} /> {current.withdrawn_by}
                </Pair>
              )}
            </dl>
          </>
        )}
      </aside>
      {asking !== null && current !== undefined && (
        <Asking
          what={asking}
          version={current}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setAsking(null)}
          onSend={async (reason, forget) => {
            const { number, label } = current;
            const done = await sending.send({ asking, number, reason }, (key) => office.changeVersions({ change: asking, number, reason }, key));
            touchList();
            if (done === null) return;
            forget();
            setAsking(null);
            setChosen(String(done.number));
            onSaid({ text: asking === "restore" ? o.list.restored(label) : o.list.withdrew(label) });
          }}
        />
      )}
      {printing !== null && <PublicList {...printing} onDone={() => setPrinting(null)} />}
    </div>
  );
}

function State({ version }: { version: ListVersion }) {
  const o = useOfficeWords();
  const look = version.state === "running" ? "" : version.state === "scheduled" ? "task" : "quiet";
  return <span className={`sign ${look}`}>{o.list.states[version.state] ?? version.state}</span>;
}

interface AskingProps {
  what: "restore" | "withdraw";
  version: ListVersion;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSend: (reason: string, forget: () => void) => Promise<void>;
}

function Asking({ what, version, busy, error, onClose, onSend }: AskingProps) {
  const o = useOfficeWords();
  const { me } = useSession();
  const [values, set, forget] = useFields(`list.${what}.${version.number}`, { reason: "" });
  const title = what === "restore" ? o.list.restore_title(version.label) : o.list.withdraw_title(version.label);
  const hint = what === "restore" ? o.list.restore_hint : o.list.withdraw_hint;
  return (
    <FormDialog title={title} hint={`${me.platform.name} · ${hint}`} submit={o.send} busy={busy} ready={longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <Reason auto value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
