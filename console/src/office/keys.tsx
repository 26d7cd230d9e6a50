// The keys of links: made, tried, used and withdrawn here; the peer's read, entered, retained and revoked. The private part
// is on the server and never in this page.
import { useRef, useState, type ReactNode } from "react";
import { Problem } from "../api/http";
import { cache, useAnswer } from "../live/cache";
import { Key, Time } from "../parts/signs";
import { useActions } from "../shell/actions";
import { office, type KeyDone, type ReadKey } from "./calls";
import { holdsPrivateKey, ownSteps, peerSteps, type LinkKeys, type OwnKey, type PeerKey, type Step } from "./key-steps";
import { Answered, Doings, Done, Fault, Field, FormDialog, longEnough, Reason, Rows, useFields, usePoll, type Said } from "./parts";
import { useSending, type Sending } from "./sending";
import { useOfficeWords, useWords, type OfficeWords } from "./words";

const ALL = "office:keys";

type Row = { id: string; own: OwnKey } | { id: string; peer: PeerKey };
type Deed = "make" | "try" | "use" | "withdraw" | "enter" | "retain" | "reinstate" | "revoke";

export function LinkKeysPart() {
  const o = useOfficeWords();
  const entry = useAnswer(ALL, office.keys);
  usePoll((key) => key === ALL);
  const links = entry.value ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const link = links.find((each) => each.link === chosen) ?? links[0];
  return (
    <div className="office-keys">
      {links.length > 1 && (
        <div className="sections" role="group" aria-label={o.section.links}>
          {links.map((each) => (
            <button key={each.link} type="button" className="section" aria-pressed={each.link === link?.link} onClick={() => setChosen(each.link)}>
              {each.peer_name}
            </button>
          ))}
        </div>
      )}
      <Answered entry={entry}>{link === undefined ? <p className="empty">{o.link.none}</p> : <One key={link.link} link={link} />}</Answered>
    </div>
  );
}

function One({ link }: { link: LinkKeys }) {
  const o = useOfficeWords();
  const k = o.keys;
  const rows: Row[] = [...link.own.map((own) => ({ id: `own ${own.key_id}`, own })), ...link.peer.map((peer) => ({ id: `peer ${peer.key_id}`, peer }))];
  const own = ownSteps(link.own);
  const peer = peerSteps(link.peer);
  // What is under way is meant unless somebody chooses something else.
  const [chosen, setChosen] = useState<string | null>(null);
  const current = rows.find((each) => each.id === chosen) ?? rows.find((each) => each.id === `own ${own.key}`) ?? rows[0];
  const mine = current !== undefined && "own" in current ? current.own : undefined;
  const theirs = current !== undefined && "peer" in current ? current.peer : undefined;
  const [form, setForm] = useState<Deed | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const sending = useSending();

  const open = (deed: Deed) => {
    sending.clear();
    setSaid(null);
    setRefused(null);
    setForm(deed);
  };
  const after = (done: KeyDone | null, side: string, words: string, no: (why: string) => string): boolean => {
    cache.touch((key) => key === ALL || key.startsWith("office:link:"));
    if (done === null) return false;
    setForm(null);
    setChosen(`${side} ${done.key_id}`);
    if (done.done) setSaid({ text: words });
    else setRefused(no(k.why[done.error ?? ""] ?? done.error ?? o.unknown));
    return true;
  };
  const step = async (deed: Deed, reason: string): Promise<boolean> => {
    const words = { deed, reason, link: link.link, key: current?.id, at: link.own.length + link.peer.length };
    if (deed === "make") {
      const done = await sending.send(words, (key) => office.makeKey(link.link, reason, key));
      return after(done, "own", k.made(done?.key_id ?? ""), k.not_tried);
    }
    if (mine !== undefined && (deed === "try" || deed === "use" || deed === "withdraw")) {
      // Asked again it is asked anew: the peer may have entered it meanwhile.
      const asked = deed === "withdraw" ? words : { ...words, at: Date.now() };
      const done = await sending.send(asked, (key) => office.changeOwnKey(link.link, mine.key_id, { order: deed, reason }, key));
      const happened = { try: k.tried, use: k.used, withdraw: k.withdrawn }[deed](mine.key_id);
      return after(done, "own", happened, deed === "use" ? k.not_accepted : k.not_tried);
    }
    const state = { retain: "retained", reinstate: "active", revoke: "revoked" }[deed as "retain" | "reinstate" | "revoke"];
    if (theirs === undefined || state === undefined) return false;
    const done = await sending.send(words, (key) => office.changePeerKey(link.link, theirs.key_id, { state, reason }, key));
    return after(done, "peer", k.changed(theirs.key_id, k.peer_state[state] ?? state), k.not_tried);
  };
  const idle = mine === undefined || mine.state === "active" || mine.state === "revoked";
  const gone = theirs === undefined || theirs.state === "revoked";
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.section.keys}>
        <Doings
          label={o.section.keys}
          busy={sending.busy}
          actions={[
            { id: "key_make", label: k.make, key: "n", run: () => open("make"), primary: own.steps[0]?.state === "now" },
            { id: "key_try", label: k.try, key: "t", run: () => open("try"), off: mine === undefined || mine.state === "revoked" },
            { id: "key_use", label: k.use, key: "s", run: () => open("use"), off: idle, primary: own.steps[2]?.state === "now" },
            { id: "key_withdraw", label: k.withdraw, key: "w", run: () => open("withdraw"), off: idle },
            { id: "key_enter", label: k.enter, key: "e", run: () => open("enter") },
            theirs?.state === "retained"
              ? { id: "key_reinstate", label: k.reinstate, key: "b", run: () => open("reinstate") }
              : { id: "key_retain", label: k.retain, key: "r", run: () => open("retain"), off: gone },
            { id: "key_revoke", label: k.revoke, key: "x", run: () => open("revoke"), off: gone },
          ]}
        />
        <Done said={said} onClose={setSaid} />
        {refused !== null && (
          <div className="done-line" role="alert">
            <p className="bad">
              <i aria-hidden="true">▲</i>
              {refused}
            </p>
          </div>
        )}
        {form === null && sending.error !== null && <Fault error={sending.error} />}
        <Rows
          label={o.section.keys}
          rows={rows}
          idOf={(each) => each.id}
          chosen={current?.id ?? null}
          onChoose={setChosen}
          empty={k.none_chosen}
          columns={[
            { name: k.whose, cell: (each) => <b>{"own" in each ? k.own : k.peer}</b> },
            { name: k.key_id, cell: (each) => ("own" in each ? each.own : each.peer).key_id, className: "figures" },
            { name: k.state, cell: (each) => <State row={each} o={o} /> },
            { name: k.since, cell: (each) => <Since at={("own" in each ? each.own : each.peer).since ?? null} />, className: "figures" },
            { name: k.fingerprint, cell: (each) => ("own" in each ? each.own : each.peer).fingerprint, className: "figures" },
            { name: k.note, cell: (each) => <Note row={each} />, className: "wide" },
          ]}
        />
        {mine !== undefined && mine.state !== "revoked" && <Handed link={link.link} own={mine} onSaid={(text) => (setRefused(null), setSaid({ text }))} />}
      </section>
      <aside className="office-side" aria-label={link.peer_name} tabIndex={0}>
        <p className="state-line">
          {link.peer_name} <span className="dim">{link.peer_platform}</span> <span className="dim">{link.algorithm}</span>
        </p>
        <Steps title={k.own_steps} steps={own.steps} names={k.own_step} now={ownNow(own, o)} />
        <Steps title={k.peer_steps} steps={peer.steps} names={k.peer_step} now={peerNow(peer, o)} />
      </aside>
      {form === "enter" && (
        <EnterForm
          link={link.link}
          sending={sending}
          onClose={() => setForm(null)}
          onDone={(done) => after(done, "peer", k.entered(done.key_id), k.not_tried)}
        />
      )}
      {form !== null && form !== "enter" && (
        <StepForm
          deed={form}
          name={(mine ?? theirs)?.key_id ?? ""}
          place={`keys.${form}.${link.link}`}
          warn={form === "revoke" && theirs?.signed_at != null}
          sending={sending}
          onClose={() => setForm(null)}
          onSend={(reason) => step(form, reason)}
        />
      )}
    </div>
  );
}

function State({ row, o }: { row: Row; o: OfficeWords }) {
  const state = "own" in row ? row.own.state : row.peer.state;
  const words = "own" in row ? o.keys.own_state : o.keys.peer_state;
  return <span className={`sign ${state === "active" ? "task" : state === "revoked" ? "danger" : "quiet"}`}>{words[state] ?? state}</span>;
}

function Since({ at }: { at: number | null }) {
  return at === null ? <span className="dim">—</span> : <Time at={at} />;
}

function Note({ row }: { row: Row }) {
  const k = useOfficeWords().keys;
  if ("own" in row) return <>{row.own.away ? k.away : row.own.configured ? k.configured : ""}</>;
  const at = row.peer.signed_at;
  if (at === null || at === undefined) return <>{row.peer.configured ? k.configured : ""}</>;
  return (
    <>
      {k.signing} <Time at={at} />
    </>
  );
}

function ownNow({ steps, key }: ReturnType<typeof ownSteps>, o: OfficeWords): string {
  const now = steps.find((each) => each.state === "now")?.id;
  const words = o.keys.own_now;
  if (now === "make") return key === null ? words.make : `${o.keys.own_idle(key)}${words.make}`;
  return now === "give" ? words.give(key ?? "") : now === "use" ? words.use(key ?? "") : words.clear(key ?? "");
}

function peerNow({ steps, key }: ReturnType<typeof peerSteps>, o: OfficeWords): string {
  const now = steps.find((each) => each.state === "now")?.id;
  const words = o.keys.peer_now;
  return now === "give" ? words.give : now === "use" ? words.use(key ?? "") : words.clear(key ?? "");
}

/** What has to be done, by whom, and where it stands. */
function Steps({ title, steps, names, now }: { title: string; steps: readonly Step[]; names: Record<string, string>; now: string }) {
  const k = useOfficeWords().keys;
  return (
    <section className="key-steps">
      <h2>{title}</h2>
      <ol>
        {steps.map((each) => (
          <li key={each.id} className={each.state} aria-current={each.state === "now" ? "step" : undefined}>
            <i aria-hidden="true">{each.state === "done" ? "✓" : each.state === "now" ? "▶" : "○"}</i>
            <span>
              <span className="hidden">{k.step_state[each.state]}</span> <b>{each.at === "own" ? k.at_own : each.at === "peer" ? k.at_peer : k.at_both}</b> {names[each.id]}
            </span>
          </li>
        ))}
      </ol>
      <p className="hint">{now}</p>
    </section>
  );
}

/** The public part as text: to copy, and as a file. */
function Handed({ link, own, onSaid }: { link: string; own: OwnKey; onSaid: (text: string) => void }) {
  const k = useOfficeWords().keys;
  const box = useRef<HTMLTextAreaElement>(null);
  const save = useRef<HTMLAnchorElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(own.text);
      onSaid(k.copied);
    } catch {
      // No clipboard without TLS; a selected text can be copied by hand.
      box.current?.focus();
      box.current?.select();
      onSaid(k.copy_by_hand);
    }
  };
  useActions("here", [
    { id: "key_copy", label: k.copy, key: "c", run: () => void copy() },
    { id: "key_download", label: k.download, key: "d", run: () => save.current?.click() },
  ]);
  return (
    <div className="key-text">
      <label htmlFor="key-text">
        {k.text} <span className="figures">{own.key_id}</span>
      </label>
      <textarea id="key-text" ref={box} readOnly rows={8} spellCheck={false} value={own.text} />
      <div className="doings">
        <button type="button" onClick={() => void copy()}>
          {k.copy} <Key name="c" />
        </button>
        <a className="button" ref={save} download={`${link}-${own.key_id}.pub.txt`} href={`data:text/plain;charset=utf-8,${encodeURIComponent(own.text)}`}>
          {k.download} <Key name="d" />
        </a>
      </div>
      <p className="hint">{k.text_hint}</p>
    </div>
  );
}

/** Why a step was refused: what is wrong with the key itself stands in no field of the form. */
function Refused({ error, but = [] }: { error: unknown; but?: readonly string[] }): ReactNode {
  const o = useOfficeWords();
  const t = useWords();
  if (error === null || error === undefined) return null;
  if (!(error instanceof Problem) || error.fields.length === 0) return <Fault error={error} />;
  const left = error.fields.filter((each) => !but.includes(each.field));
  if (left.length === 0) return null;
  return (
    <p className="failure" role="alert">
      <i aria-hidden="true">!</i>
      <span>{left.map((each) => o.field_error[each.key] ?? t.field_error[each.key] ?? each.detail ?? each.key).join(" ")}</span>
    </p>
  );
}

interface StepFormProps {
  deed: Exclude<Deed, "enter">;
  name: string;
  place: string;
  warn: boolean;
  sending: Sending;
  onClose: () => void;
  onSend: (reason: string) => Promise<boolean>;
}

/** A step that needs a reason; what cannot be undone asks once more. */
function StepForm({ deed, name, place, warn, sending, onClose, onSend }: StepFormProps) {
  const k = useOfficeWords().keys;
  const [values, set, forget] = useFields(place, { reason: "" });
  const [sure, setSure] = useState(false);
  const asks = deed === "withdraw" ? k.withdraw_sure : deed === "revoke" ? k.revoke_sure : null;
  const title = deed === "make" ? k.make : k[`${deed}_title`](name);
  return (
    <FormDialog
      title={title}
      hint={k[`${deed}_hint`]}
      submit={k[deed]}
      busy={sending.busy}
      ready={longEnough(values.reason) && (asks === null || sure)}
      error={null}
      onClose={onClose}
      onSend={() => void onSend(values.reason.trim()).then((done) => done && forget())}
    >
      {warn && <p className="hint warn">{k.revoke_signing}</p>}
      <Reason auto value={values.reason} error={sending.error} onChange={(text) => set("reason", text)} />
      {asks !== null && (
        <label className="check">
          <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
          {asks}
        </label>
      )}
      <Refused error={sending.error} but={["reason"]} />
    </FormDialog>
  );
}

/** First the text is read and its fingerprint shown; then it is compared, and entered. */
function EnterForm({ link, sending, onClose, onDone }: { link: string; sending: Sending; onClose: () => void; onDone: (done: KeyDone) => boolean }) {
  const k = useOfficeWords().keys;
  const [values, set, forget] = useFields(`keys.enter.${link}`, { text: "", reason: "" });
  const [read, setRead] = useState<(ReadKey & { of: string }) | null>(null);
  const [same, setSame] = useState(false);
  const [secret, setSecret] = useState(false);
  const shown = read !== null && read.of === values.text ? read : null;
  const take = (text: string) => {
    // Neither kept in this browser nor sent: whoever pasted it has to learn that it is burnt.
    setSecret(holdsPrivateKey(text));
    setSame(false);
    sending.clear();
    set("text", holdsPrivateKey(text) ? "" : text);
  };
  const send = async () => {
    if (shown === null) {
      const text = values.text;
      const found = await sending.send({ read: text, at: Date.now() }, () => office.readPeerKey(link, text));
      if (found !== null) setRead({ ...found, of: text });
      return;
    }
    const body = { text: values.text, fingerprint: shown.fingerprint, reason: values.reason.trim() };
    const done = await sending.send({ enter: body, link }, (key) => office.enterPeerKey(link, body, key));
    if (done !== null && onDone(done)) forget();
  };
  return (
    <FormDialog
      title={k.enter}
      hint={k.enter_hint}
      submit={shown === null ? k.read : k.enter_do}
      busy={sending.busy}
      ready={shown === null ? values.text.trim() !== "" : same && longEnough(values.reason)}
      error={null}
      onClose={onClose}
      onSend={() => void send()}
    >
      <Field label={k.enter_text} name="text" error={sending.error}>
        {(props) => <textarea {...props} rows={shown === null ? 8 : 4} spellCheck={false} autoFocus value={values.text} onChange={(event) => take(event.target.value)} />}
      </Field>
      <Field label={k.enter_file} name="file" error={null}>
        {(props) => <input {...props} type="file" accept=".txt,.pem,.pub,text/plain" onChange={(event) => void event.target.files?.[0]?.text().then(take)} />}
      </Field>
      {secret && (
        <p className="failure" role="alert">
          <i aria-hidden="true">!</i>
          <span>{k.private_refused}</span>
        </p>
      )}
      {shown !== null && (
        <>
          <div role="status">
            <p>{k.read_key(shown.key_id)}</p>
            <output className="initial aloud">{shown.fingerprint}</output>
          </div>
          <label className="check">
            <input type="checkbox" autoFocus checked={same} onChange={(event) => setSame(event.target.checked)} />
            {k.same}
          </label>
          <Reason value={values.reason} error={sending.error} onChange={(text) => set("reason", text)} />
        </>
      )}
      <Refused error={sending.error} but={["text", "reason"]} />
    </FormDialog>
  );
}
