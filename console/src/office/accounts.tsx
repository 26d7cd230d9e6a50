// Accounts and roles: the system administrator's part and the security administrator's, each with its own keys.
import { useEffect, useRef, useState } from "react";
import type { Role } from "../api/types";
import { cache, useAnswer } from "../live/cache";
import { More } from "../parts/more";
import { Time } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useSession, useUnits } from "../shell/session";
import { short } from "../time/format";
import { useNow } from "../time/now";
import { office, type AccountItem, type ChangedAccount } from "./calls";
import { Pair } from "./links";
import { Answered, Doings, Done, Fault, Field, FormDialog, longEnough, Reason, Rows, type Said, useFields } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, useWords } from "./words";
import { Dialog } from "../shell/dialog";

type Form = "new" | "close" | "open" | "reset" | "place" | "roles";
const ROLES: readonly Role[] = ["operator", "lead", "clerk", "crew", "follow_up", "supervisor", "assessor", "commander", "knowledge", "system_admin", "security_admin", "audit_admin"];

function touch(): void {
  cache.touch((key) => key.startsWith("office:accounts"));
}

export function Accounts() {
  const o = useOfficeWords();
  const t = useWords();
  const { me } = useSession();
  const now = useNow(30_000);
  const administers = me.may.includes("administer");
  const grants = me.may.includes("grant_roles");
  const [text, setText] = useState("");
  const [slow, setSlow] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSlow(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text]);
  const entry = useAnswer(`office:accounts:${slow}`, () => office.accounts(slow, ""));
  const [more, setMore] = useState<{ items: AccountItem[]; next: string | null } | null>(null);
  const pages = entry.value;
  useEffect(() => setMore(null), [slow, pages]);
  const items = [...(entry.value?.items ?? []), ...(more?.items ?? [])];
  const next = more === null ? (entry.value?.next ?? null) : more.next;
  const [chosen, setChosen] = useState<string | null>(null);
  const current = items.find((each) => each.account.id === chosen) ?? items[0];
  const [form, setForm] = useState<Form | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [initial, setInitial] = useState<{ name: string; password: string | null } | null>(null);
  const sending = useSending();
  const search = useRef<HTMLInputElement>(null);
  useActions("here", [{ id: "account_find", label: o.account.find, key: "/", run: () => search.current?.focus(), quiet: true }]);

  const open = (which: Form) => {
    sending.clear();
    setForm(which);
  };
  const done = (answer: ChangedAccount | null, words: (name: string) => string, undo?: () => Promise<boolean>) => {
    if (answer === null) return;
    setForm(null);
    setChosen(answer.item.account.id);
    setSaid({ text: words(answer.item.account.name), ...(undo === undefined ? {} : { undo }) });
    touch();
  };
  const back = (run: (key: string) => Promise<ChangedAccount>) => async () => {
    const answer = await sending.send({ undo: Date.now() }, run);
    touch();
    return answer !== null;
  };
  const unlock = async (item: AccountItem) => done(await sending.send({ unlock: item.account.id }, (key) => office.change(item.account.id, { change: "unlock" }, key)), o.account.done_unlocked);

  const off = current === undefined || current.own;
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.section.accounts}>
        <div className="office-find">
          <label className="hidden" htmlFor="account-find">
            {o.account.find}
          </label>
          <input id="account-find" ref={search} type="search" autoComplete="off" placeholder={`${o.account.find}  /`} value={text} onChange={(event) => setText(event.target.value)} />
          <span className="dim figures">{o.rows(items.length)}</span>
        </div>
        <Doings
          label={o.section.accounts}
          busy={sending.busy}
          actions={[
            ...(administers ? [{ id: "account_new", label: o.account.new, key: "n", run: () => open("new"), primary: true }] : []),
            ...(grants ? [{ id: "account_roles", label: o.account.grant, key: "g", run: () => open("roles"), off, primary: true }] : []),
            ...(administers
              ? [
                  current?.closed === true
                    ? { id: "account_open", label: o.account.reopen, key: "c", run: () => open("open"), off }
                    : { id: "account_close", label: o.account.close, key: "c", run: () => open("close"), off },
                  { id: "account_reset", label: o.account.reset, key: "p", run: () => open("reset"), off },
                  { id: "account_place", label: o.account.edit, key: "e", run: () => open("place"), off },
                  { id: "account_unlock", label: o.account.unlock, key: "l", run: () => current !== undefined && void unlock(current), off: off || current?.locked_until == null },
                ]
              : []),
          ]}
        />
        <Done said={said} onClose={setSaid} />
        {form === null && sending.error !== null && <Fault error={sending.error} />}
        <Answered entry={entry}>
          <Rows
            label={o.section.accounts}
            rows={items}
            idOf={(each) => each.account.id}
            chosen={current?.account.id ?? null}
            onChoose={setChosen}
            empty={o.account.none}
            columns={[
              { name: o.account.login, cell: (each) => each.account.login, className: "figures" },
              { name: o.account.name, cell: (each) => <b>{each.account.name}</b> },
              { name: o.account.unit, cell: (each) => each.account.unit_name },
              { name: o.account.roles, cell: (each) => (each.account.roles.length === 0 ? <span className="dim">{o.account.no_roles}</span> : each.account.roles.map((role) => t.role[role as Role] ?? role).join("、")), className: "wide" },
              { name: o.account.state, cell: (each) => <State item={each} now={now} /> },
            ]}
          />
        </Answered>
        {next !== null && (
          <More label={t.list.more} onMore={() => void office.accounts(slow, next).then((page) => setMore((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next ?? null })), entry.again)} />
        )}
      </section>
      <aside className="office-side" aria-label={current?.account.name ?? o.section.accounts} tabIndex={0}>
        {current === undefined ? (
          <p className="empty">{o.choose}</p>
        ) : (
          <>
            <h2 className="big">{current.account.name}</h2>
            <dl className="pairs">
              <Pair name={o.account.login}>{current.account.login}</Pair>
              <Pair name={o.account.unit}>{current.account.unit_name}</Pair>
              <Pair name={o.account.roles}>{current.account.roles.map((role) => t.role[role as Role] ?? role).join("、") || o.account.no_roles}</Pair>
              <Pair name={o.account.state}>
                <State item={current} now={now} />
              </Pair>
              <Pair name={o.account.made_at}>
                <Time at={current.created_at} />
              </Pair>
            </dl>
            {current.own && <p className="hint warn">{o.account.own_hint}</p>}
          </>
        )}
        <p className="hint">{o.account.duties}</p>
      </aside>
      {form === "new" && (
        <NewForm
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (values, forget) => {
            const answer = await sending.send({ values }, (key) => office.open(values, key));
            if (answer === null) return;
            forget();
            setForm(null);
            setText("");
            setChosen(answer.item.account.id);
            setInitial({ name: answer.item.account.name, password: answer.initial_password ?? null });
            touch();
          }}
        />
      )}
      {current !== undefined && (form === "close" || form === "open" || form === "reset") && (
        <ReasonForm
          key={`${form}${current.account.id}`}
          place={`${form}.${current.account.id}`}
          title={{ close: o.account.close_title, open: o.account.reopen_title, reset: o.account.reset_title }[form](current.account.name)}
          submit={{ close: o.account.close, open: o.account.reopen, reset: o.account.reset }[form]}
          {...(form === "open" ? {} : { hint: form === "close" ? o.account.close_hint : o.account.reset_hint })}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (reason, forget) => {
            const { id } = current.account;
            const change = { close: "close", open: "open", reset: "reset_password" }[form] as "close" | "open" | "reset_password";
            const answer = await sending.send({ id, change, reason }, (key) => office.change(id, { change, reason }, key));
            if (answer === null) return;
            forget();
            if (form === "reset") {
              setForm(null);
              setInitial({ name: answer.item.account.name, password: answer.initial_password ?? null });
              touch();
              return;
            }
            const other = form === "close" ? "open" : "close";
            done(answer, form === "close" ? o.account.done_closed : o.account.done_opened, back((key) => office.change(id, { change: other, reason: o.undo_reason }, key)));
          }}
        />
      )}
      {current !== undefined && form === "place" && (
        <PlaceForm
          key={current.account.id}
          item={current}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (name, unit) => {
            const { id, name: before, unit: from } = current.account;
            const answer = await sending.send({ id, name, unit }, (key) => office.change(id, { change: "place", name, unit }, key));
            done(answer, o.account.done_placed, back((key) => office.change(id, { change: "place", name: before, unit: from }, key)));
          }}
        />
      )}
      {current !== undefined && form === "roles" && (
        <RolesForm
          key={current.account.id}
          item={current}
          busy={sending.busy}
          error={sending.error}
          onClose={() => setForm(null)}
          onSend={async (roles, reason, forget) => {
            const { id, roles: before } = current.account;
            const answer = await sending.send({ id, roles, reason }, (key) => office.grant(id, { roles, reason }, key));
            if (answer !== null) forget();
            done(answer, o.account.done_granted, back((key) => office.grant(id, { roles: before, reason: o.undo_reason }, key)));
          }}
        />
      )}
      {initial !== null && (
        <Dialog label={o.account.initial} className="office-form" onClose={() => setInitial(null)}>
          <h2>{o.account.initial}</h2>
          {initial.password === null ? (
            <p className="notice">{o.account.initial_gone}</p>
          ) : (
            <>
              <output className="initial">{initial.password}</output>
              <p>{o.account.initial_once(initial.name)}</p>
            </>
          )}
          <footer>
            <button type="button" className="primary" autoFocus onClick={() => setInitial(null)}>
              {o.close} <kbd aria-hidden="true">Esc</kbd>
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}

function State({ item, now }: { item: AccountItem; now: number }) {
  const o = useOfficeWords();
  return (
    <span className="signs">
      {item.closed ? <span className="sign task">{o.account.closed}</span> : <span className="sign quiet">{o.account.open}</span>}
      {item.locked_until != null && <span className="sign task">{o.account.locked(short(item.locked_until, now))}</span>}
      {item.must_change && <span className="sign">{o.account.must_change}</span>}
      {item.own && <span className="sign">{o.account.own}</span>}
    </span>
  );
}

function UnitPick({ value, error, onChange }: { value: string; error: unknown; onChange: (unit: string) => void }) {
  const o = useOfficeWords();
  const { me } = useSession();
  const units = useUnits();
  return (
    <Field label={o.account.unit} name="unit" error={error}>
      {(props) => (
        <select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value={me.account.unit}>{me.account.unit_name}</option>
          {units
            .filter((unit) => unit.code !== me.account.unit)
            .map((unit) => (
              <option key={unit.code} value={unit.code}>
                {unit.name}
              </option>
            ))}
        </select>
      )}
    </Field>
  );
}

interface FormOf {
  busy: boolean;
  error: unknown;
  onClose: () => void;
}

function NewForm({ busy, error, onClose, onSend }: FormOf & { onSend: (values: { login: string; name: string; unit: string }, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const { me } = useSession();
  const [values, set, forget] = useFields("account.new", { login: "", name: "", unit: me.account.unit });
  const ready = values.login.trim() !== "" && values.name.trim() !== "";
  return (
    <FormDialog title={o.account.new} hint={o.account.new_hint} submit={o.account.new} busy={busy} ready={ready} error={error} onClose={onClose} onSend={() => void onSend({ ...values, login: values.login.trim() }, forget)}>
      <Field label={o.account.login} name="login" error={error} hint="a–z 0–9 . _ -">
        {(props) => <input {...props} autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={40} value={values.login} onChange={(event) => set("login", event.target.value)} />}
      </Field>
      <Field label={o.account.name} name="name" error={error}>
        {(props) => <input {...props} autoComplete="off" maxLength={40} value={values.name} onChange={(event) => set("name", event.target.value)} />}
      </Field>
      <UnitPick value={values.unit} error={error} onChange={(unit) => set("unit", unit)} />
    </FormDialog>
  );
}

export function ReasonForm({ place, title, hint, submit, busy, error, onClose, onSend }: FormOf & { place: string; title: string; hint?: string; submit: string; onSend: (reason: string, forget: () => void) => Promise<void> }) {
  const [values, set, forget] = useFields(`reason.${place}`, { reason: "" });
  return (
    <FormDialog title={title} {...(hint === undefined ? {} : { hint })} submit={submit} busy={busy} ready={longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend(values.reason.trim(), forget)}>
      <Reason auto value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}

function PlaceForm({ item, busy, error, onClose, onSend }: FormOf & { item: AccountItem; onSend: (name: string, unit: string) => Promise<void> }) {
  const o = useOfficeWords();
  const [name, setName] = useState(item.account.name);
  const [unit, setUnit] = useState(item.account.unit);
  const ready = name.trim() !== "" && (name !== item.account.name || unit !== item.account.unit);
  return (
    <FormDialog title={`${o.account.edit}：${item.account.login}`} submit={o.send} busy={busy} ready={ready} error={error} onClose={onClose} onSend={() => void onSend(name.trim(), unit)}>
      <Field label={o.account.name} name="name" error={error}>
        {(props) => <input {...props} autoFocus autoComplete="off" maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <UnitPick value={unit} error={error} onChange={setUnit} />
    </FormDialog>
  );
}

function RolesForm({ item, busy, error, onClose, onSend }: FormOf & { item: AccountItem; onSend: (roles: string[], reason: string, forget: () => void) => Promise<void> }) {
  const o = useOfficeWords();
  const t = useWords();
  const [roles, setRoles] = useState<readonly string[]>(item.account.roles);
  const [values, set, forget] = useFields(`roles.${item.account.id}`, { reason: "" });
  const changed = [...roles].sort().join() !== [...item.account.roles].sort().join();
  return (
    <FormDialog title={o.account.grant_title(item.account.name)} hint={o.account.grant_hint} submit={o.account.grant} busy={busy} ready={changed && longEnough(values.reason)} error={error} onClose={onClose} onSend={() => void onSend([...roles], values.reason.trim(), forget)}>
      <fieldset className="roles">
        <legend>{o.account.roles}</legend>
        {ROLES.map((role, i) => (
          <label key={role} className="check">
            <input type="checkbox" autoFocus={i === 0} checked={roles.includes(role)} onChange={(event) => setRoles(event.target.checked ? [...roles, role] : roles.filter((each) => each !== role))} />
            {t.role[role]}
          </label>
        ))}
      </fieldset>
      <Reason value={values.reason} error={error} onChange={(text) => set("reason", text)} />
    </FormDialog>
  );
}
