// The desk: one contact in front, the others as tabs, the hall's open cases below.
import { lazy, memo, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { calls } from "../api/calls";
import { fieldName, newKey, Problem } from "../api/http";
import type { Alternative, CaseBrief, CaseCommand, CaseView } from "../api/types";
import { CasePane } from "../case/pane";
import { CommandForm } from "../command/form";
import { commandKeys, type Values } from "../command/forms";
import { isBlank, useDrafts, type Draft } from "../draft/drafts";
import { forgetKept, readKept, writeKept } from "../draft/kept";
import { knowledge, withAnswer, type Hit } from "../knowledge/calls";
import { cache, useAnswer } from "../live/cache";
import { CaseList } from "../parts/case-list";
import { Failure, Key, Waiting } from "../parts/signs";
import { useActions, type Action } from "../shell/actions";
import { useSession } from "../shell/session";
import { languages, useWords } from "../words";
import { contactOf, deedOf } from "./contact";
import { ContactForm } from "./contact-form";
import { JOIN_KEYS, useKnown } from "./alike";
import { CallerPanel, DangerStrip, OTHER_KEYS, TriagePanel } from "./panels";
import { DeskMap, MapDialog, PointLine } from "./place";
import { peerFor } from "./peer";
import { CrossingPreview } from "./preview";
import { Sender, useSent } from "./sender";
import { Tabs } from "./tabs";
import { othersOf } from "./confidence";
import { marksFor, sameDeed, standing, useSuggestion } from "./suggest";

const OUTCOMES = ["answer", "dispatch", "hand_over", "consult", "inform", "not_accept", "tell_to_dial", "mark_nuisance", "cancel"] as const;

const senders = new Map<unknown, Sender>();

/** One sender a session: it goes on while other pages are looked at. */
function useSender(): Sender {
  const { drafts } = useSession();
  const sender = useMemo(() => {
    let known = senders.get(drafts);
    if (known === undefined) {
      const later = (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      };
      const taken = (id: string, view: CaseView) => {
        cache.put(`case:${view.id}`, view);
        cache.touch((key) => /^(cases|summary|callers|alike|map:cases)(:|$)/.test(key));
        void judge(drafts.snapshot().all.find((each) => each.id === id)?.urgency ?? "", view);
      };
      known = new Sender(drafts, calls.takeContact, later, taken);
      senders.clear();
      senders.set(drafts, known);
    }
    return known;
  }, [drafts]);
  useEffect(() => sender.resume(), [sender]);
  return sender;
}

/** The operator's own word on the urgency is a correction of triage, recorded as one (law 8). */
async function judge(urgency: Draft["urgency"], view: CaseView): Promise<void> {
  if (urgency === "" || urgency === view.classification.urgency) return;
  const to = { ...view.classification, urgency };
  const reason = languages[document.documentElement.lang === "en" ? "en" : "zh-CN"].form.urgency_reason;
  try {
    const next = await calls.command(view.id, { command: "classify", to, reason }, { key: newKey() });
    cache.put(`case:${next.id}`, next);
  } catch {
    // The case stands with triage's urgency, which its first line shows; it can be corrected there.
    cache.touch((key) => key === `case:${view.id}`);
  }
}

// So do the answers of the knowledge base, after the desk itself.
const Beside = lazy(() => import("../knowledge/beside"));

// Messages wait on few desks; the others carry none of it.
const MessageStrip = lazy(() => import("../message/strip"));

export function Desk() {
  const t = useWords();
  const { me, drafts } = useSession();
  const { all, active, unsaved } = useDrafts(drafts);
  const sender = useSender();
  useEffect(() => {
    if (drafts.snapshot().all.length === 0) drafts.open();
  }, [drafts, all.length]);

  const next = () => {
    const at = all.findIndex((each) => each.id === active?.id);
    const following = all[(at + 1) % Math.max(all.length, 1)];
    if (following !== undefined) drafts.choose(following.id);
  };
  const [sure, setSure] = useState<string | null>(null);
  const discard = (id: string) => {
    sender.stop(id);
    drafts.close(id);
    forgetKept(`${me.account.id}.draft.${id}.`);
    setSure(null);
  };
  const other = active?.beside == null ? undefined : all.find((each) => each.id === active.beside);
  const putAway = (draft: Draft | null) => {
    if (draft === null) return;
    // The same key again is the answer to the question.
    if (draft.case_id === null && sure === draft.id) discard(draft.id);
    else if (draft.case_id === null && !isBlank(draft)) setSure(draft.id);
    else {
      sender.forget(draft.id);
      drafts.close(draft.id);
      forgetKept(`${me.account.id}.draft.${draft.id}.`);
    }
  };
  useActions("here", [
    { id: "new", label: t.action.new_contact, key: "F2", run: () => drafts.open() },
    { id: "next", label: t.action.next_contact, key: "F9", run: next },
    { id: "away", label: t.action.put_away, key: "Alt+0", run: () => putAway(active) },
    ...(sure !== null && sure === active?.id ? [{ id: "keep", label: t.form.keep, key: "Escape", run: () => setSure(null) }] : []),
    ...(other === undefined ? [] : [
          { id: "copy", label: t.work.key.see_copy, key: "Alt+b", run: () => drafts.choose(other.id) },
          { id: "copy_known", label: t.work.copies.keep, key: "Alt+n", run: () => active !== null && drafts.settled(active.id) },
        ]),
    // The palette goes to any contact in hand.
    ...all.filter((each) => each.id !== active?.id).map((each): Action => ({ id: `tab_${each.id}`, label: t.work.key.go_tab(each.letter, each.narrative.trim().slice(0, 16)), run: () => drafts.choose(each.id) })),
  ]);

  return (
    <main className="desk">
      {me.may.includes("intake") && (
        <Suspense fallback={null}>
          <MessageStrip />
        </Suspense>
      )}
      <Tabs all={all} active={active} sender={sender} onChoose={(id) => drafts.choose(id)} onNew={() => drafts.open()} onNext={next} onAway={putAway} />
      {sure !== null && sure === active?.id && (
        <div className="sure" role="alertdialog" aria-label={t.form.discard}>
          <p>{t.form.discard_sure}</p>
          <button type="button" onClick={() => discard(sure)}>
            {t.form.discard_yes} <Key name="Alt+0" />
          </button>
          <button type="button" className="primary" autoFocus onClick={() => setSure(null)}>
            {t.form.keep} <Key name="Escape" />
          </button>
        </div>
      )}
      {other !== undefined && active !== null && (
        <div className="sure copies" role="status">
          <p>
            {t.work.copies.title(other.letter)} <q>{other.narrative.trim().slice(0, 60)}</q>
          </p>
          <button type="button" onClick={() => drafts.choose(other.id)}>
            {t.work.copies.look} <Key name="Alt+b" />
          </button>
          <button type="button" className="plain" onClick={() => drafts.settled(active.id)}>
            {t.work.copies.keep} <Key name="Alt+n" />
          </button>
        </div>
      )}
      {active === null ? null : active.case_id === null ? (
        <Contact key={active.id} draft={active} unsaved={unsaved} sender={sender} />
      ) : (
        <CasePane key={active.case_id} id={active.case_id} />
      )}
      <DeskList />
    </main>
  );
}

function Contact({ draft, unsaved, sender }: { draft: Draft; unsaved: boolean; sender: Sender }) {
  const t = useWords();
  const { me, drafts } = useSession();
  const sent = useSent(sender, draft.id);
  const [composing, setComposing] = useState(false);
  const [open, setOpen] = useState<{ command: string; initial: Values; taken?: number } | null>(null);
  const [dismissing, setDismissing] = useState(false);
  const [stale, setStale] = useState(false);
  const [lacking, setLacking] = useState(false);
  const [mapOpen, setMapOpen] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const forget = useRef<(() => void) | null>(null);
  const suggesting = useSuggestion(draft.narrative, draft.place, !sent.busy, composing);
  const { suggestion } = suggesting;
  const known = useKnown(draft, composing);
  const danger = standing(suggestion?.danger ?? [], draft.dismissed);
  const change = (fields: Partial<Draft>) => {
    setLacking(false);
    setStale(false);
    sender.clearError(draft.id);
    // A point that came from the words goes with them.
    const moved = fields.place !== undefined && draft.point?.from === "words" && fields.place !== draft.place;
    drafts.change(draft.id, moved ? { ...fields, point: null } : fields);
  };
  const setPoint = (point: Draft["point"]) => change({ point });

  const send = (then: CaseCommand | null) => {
    if (sent.busy) return;
    if (draft.narrative.trim() === "") {
      setLacking(true);
      setOpen(null);
      box.current?.focus();
      return;
    }
    // The narrative, its signs and its reasons as they are at this very moment.
    sender.send(draft.id, JSON.stringify(contactOf(draft, then)));
  };

  const first = async () => {
    if (sent.busy) return;
    if (draft.narrative.trim() === "") {
      setLacking(true);
      box.current?.focus();
      return;
    }
    let current = suggestion;
    if (suggesting.about !== draft.narrative) {
      // Typed on since: what would be done must be what is on the screen.
      const fresh = await suggesting.now();
      if (!sameDeed(current, fresh)) {
        setStale(true);
        return;
      }
      current = fresh;
    }
    const deed = deedOf(current, me);
    if (deed === null) openForm("dispatch");
    else if (deed.form !== null) openForm(deed.form);
    else send(deed.then);
  };

  const openForm = (command: string) => {
    if (sent.busy) return;
    sender.clearError(draft.id);
    setOpen({ command, initial: initialFor(command, suggestion, peerFor(me, suggestion?.desk ?? null)?.id ?? "") });
  };
  const take = (alternative: Alternative) => {
    if (alternative.desk === me.platform.desk) setOpen({ command: "dispatch", initial: { lead: alternative.lead } });
    else openForm("hand_over");
  };
  // An answer goes below what is written already, in the form that is open or in that of an answer.
  const taken = useRef<Hit[]>([]);
  const insert = (hit: Hit) => {
    const command = open?.command === "inform" ? "inform" : "answer";
    const place = `${me.account.id}.draft.${draft.id}.${command}`;
    const text = withAnswer(readKept(place), hit.body);
    writeKept(place, JSON.stringify({ text }));
    taken.current = [...taken.current.filter((each) => each.article !== hit.article), hit];
    sender.clearError(draft.id);
    setOpen({ command, initial: { text }, taken: (open?.taken ?? 0) + 1 });
  };
  const join = (into: CaseBrief | null) => {
    if (into !== null) send({ command: "merge_into", into: into.id });
  };

  const others = suggesting.ready && suggestion !== null ? othersOf(suggestion) : [];
  const actions: Action[] = [
    { id: "first", label: t.action.first_suggestion, key: "Ctrl+Enter", run: () => void first() },
    ...OUTCOMES.map((command): Action => ({ id: command, label: t.command[command], key: commandKeys[command] ?? "", run: () => openForm(command) })),
    ...known.joinable.map(
      ({ brief }, i): Action => ({ id: `join_${i}`, label: i === 0 ? t.action.join : t.work.alike.join_nth(brief.no), key: JOIN_KEYS[i] ?? "", run: () => join(brief) }),
    ),
    ...others.slice(0, OTHER_KEYS.length).map((each, i): Action => ({ id: `other_${i}`, label: t.work.key.other_suggestion(each.name), key: OTHER_KEYS[i] ?? "", run: () => take(each) })),
    ...(draft.dismissed[0] === undefined ? [] : [{ id: "restore", label: t.work.key.restore_danger, key: "Alt+r", run: () => change({ dismissed: draft.dismissed.slice(1) }) }]),
    ...(sent.busy && sent.tries > 0
      ? [
          { id: "retry", label: t.work.key.retry, key: "Alt+y", run: () => sender.hurry(draft.id) },
          { id: "stop", label: t.work.key.stop, key: "Alt+t", run: () => sender.stop(draft.id) },
        ]
      : []),
    ...(danger.length > 0 ? [{ id: "danger", label: t.action.dismiss_danger, key: "F8", run: () => setDismissing(true) }] : []),
    { id: "narrative", label: t.action.narrative, key: "Alt+q", run: () => box.current?.focus() },
    { id: "take", label: t.outcome.take_only, key: "Alt+s", run: () => send(null) },
  ];
  useActions("here", actions);

  const wrong = useMemo(() => {
    const map = new Map<string, string>();
    if (sent.error instanceof Problem) for (const each of sent.error.fields) map.set(fieldName(each.field), t.field_error[each.key] ?? each.detail ?? each.key);
    if (lacking) map.set("narrative", t.form.need_words);
    return map;
  }, [sent.error, lacking, t]);

  useEffect(() => {
    if (draft.case_id !== null) forget.current?.();
  }, [draft.case_id]);

  return (
    <>
      <DangerStrip
        danger={danger}
        version={suggestion?.danger_version ?? ""}
        dismissed={draft.dismissed}
        asking={dismissing}
        onAsk={() => setDismissing(true)}
        onClose={() => {
          setDismissing(false);
          box.current?.focus();
        }}
        onDismiss={(reason) => {
          const rule = danger[0]?.rule;
          if (rule !== undefined) change({ dismissed: [...draft.dismissed, { rule, reason }] });
          setDismissing(false);
          box.current?.focus();
        }}
        onRestore={(rule) => change({ dismissed: draft.dismissed.filter((each) => each.rule !== rule) })}
      />
      <div className="panels">
        <ContactForm
          draft={draft}
          narrative={box}
          marks={marksFor(draft.narrative, suggesting.about, suggestion)}
          wrong={wrong}
          locked={sent.busy}
          unsaved={unsaved}
          pointLine={<PointLine draft={draft} found={known.place} off={sent.busy} onSet={setPoint} onOpen={() => setMapOpen(true)} />}
          onChange={change}
          onComposing={setComposing}
        />
        <TriagePanel suggesting={suggesting} danger={danger} me={me} blank={draft.narrative.trim() === ""} stale={stale} keyed={open === null} onFirst={() => void first()} onTake={take} />
        <CallerPanel known={known} onJoin={join} map={
            <>
              {me.may.includes("read_knowledge") && (
                <Suspense fallback={null}>
                  <Beside narrative={draft.narrative} composing={composing} off={sent.busy} onTake={insert} />
                </Suspense>
              )}
              <DeskMap here={draft.point} found={known.place} onPick={(point) => setPoint({ ...point, from: "map" })} />
            </>
          }
        />
      </div>
      <div className="deed">
        {sent.busy && sent.tries > 0 && (
          <div className="notice retry" role="alert">
            <p>
              {t.outcome.again} {t.outcome.retrying(sent.tries)}
            </p>
            <button type="button" onClick={() => sender.hurry(draft.id)}>
              {t.outcome.retry_now} <Key name="Alt+y" />
            </button>
            <button type="button" onClick={() => sender.stop(draft.id)}>
              {t.outcome.stop} <Key name="Alt+t" />
            </button>
          </div>
        )}
        {open === null && sent.error !== null && !sent.busy && <Failure error={sent.error} />}
        {(open?.command === "hand_over" || open?.command === "consult") && <CrossingPreview draft={draft} me={me} suggestion={suggestion} />}
        {open !== null && (
          <CommandForm
            key={`${open.command}${open.taken ?? ""}`}
            command={open.command}
            place={`draft.${draft.id}`}
            initial={open.initial}
            busy={sent.busy}
            error={sent.busy ? null : sent.error}
            onClose={() => {
              setOpen(null);
              sender.clearError(draft.id);
              box.current?.focus();
            }}
            onSend={(command, done) => {
              forget.current = done;
              // Counted is what is said to the caller, not what was looked at.
              const said = typeof command["text"] === "string" ? command["text"] : "";
              for (const hit of taken.current.filter((each) => said.includes(each.body))) void knowledge.use(hit.article, { revision: hit.revision, kind: "used", case: "", note: "" }, newKey()).catch(() => undefined);
              taken.current = [];
              send(command);
            }}
          />
        )}
        <div className="outcomes" role="toolbar" aria-label={t.outcome.bar}>
          <button type="button" className={open === null ? "primary" : ""} disabled={sent.busy} onClick={() => void first()}>
            {t.triage.first} {open === null && <Key name="Ctrl+Enter" />}
          </button>
          {OUTCOMES.map((command) => (
            <button key={command} type="button" disabled={sent.busy} aria-expanded={open?.command === command} onClick={() => openForm(command)}>
              {t.command[command]} <Key name={commandKeys[command] ?? ""} />
            </button>
          ))}
          <button type="button" className="plain" disabled={sent.busy} onClick={() => send(null)}>
            {t.command.take} <Key name="Alt+s" />
          </button>
        </div>
      </div>
      {mapOpen && (
        <MapDialog
          draft={draft}
          found={known.place}
          onClose={() => setMapOpen(false)}
          onSet={(point) => {
            setPoint({ ...point, from: "map" });
            setMapOpen(false);
          }}
        />
      )}
    </>
  );
}

/** What is known already is not asked again. */
function initialFor(command: string, suggestion: ReturnType<typeof useSuggestion>["suggestion"], link: string): Values {
  if (command === "dispatch" && suggestion?.mode === "dispatch" && suggestion.lead !== null) {
    return { lead: suggestion.lead, assist: suggestion.assist.join("\n") };
  }
  if (command === "hand_over") {
    const mode = suggestion?.mode;
    return { link, mode: mode === "direct" || mode === "parallel" || mode === "push" || mode === "consult" ? mode : "push" };
  }
  if (command === "consult") return { link };
  if (command === "inform" && suggestion !== null && suggestion.say !== "") return { text: suggestion.say };
  if (command === "not_accept" && suggestion !== null && suggestion.basis !== "") return { basis: suggestion.basis };
  return {};
}

/** Not drawn anew with every key: it knows nothing of the drafts. */
const DeskList = memo(function DeskList() {
  const t = useWords();
  const entry = useAnswer("cases:desk", () => calls.cases({ scope: "desk", open: true, order: "updated", limit: 50 }));
  return (
    <section className="desk-list" aria-label={t.list.desk}>
      <header>
        <h2>
          {t.list.desk} <Key name="Alt+l" />
        </h2>
        {entry.error !== undefined && (
          <span className="due soon">
            ▲ {t.list.old}{" "}
            <button type="button" className="plain" onClick={entry.again}>
              {t.list.retry}
            </button>
          </span>
        )}
      </header>
      {entry.value === undefined ? (
        entry.error === undefined && <Waiting rows={3} />
      ) : (
        <CaseList label={t.list.desk} items={entry.value.items} empty={t.list.desk_empty} focusKey="Alt+l" />
      )}
    </section>
  );
});
