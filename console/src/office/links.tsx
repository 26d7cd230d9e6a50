// Links to the peers: how each is, what the peer refused for good, a test message, the keys in use.
import { useState } from "react";
import { calls } from "../api/calls";
import type { LinkHealth } from "../api/types";
import { cache, useAnswer } from "../live/cache";
import { More } from "../parts/more";
import { Time, Waiting } from "../parts/signs";
import { useSession } from "../shell/session";
import { span } from "../time/format";
import { useNow } from "../time/now";
import { office, type DeadLetter, type SignOfLife } from "./calls";
import { Doings, Done, Fault, Rows, usePoll, type Said } from "./parts";
import { useSending } from "./sending";
import { useOfficeWords, useWords } from "./words";

type Health = LinkHealth & { alarm_detail?: string | null; alarm_at?: number | null };

export function Links() {
  const o = useOfficeWords();
  const t = useWords();
  const links = useAnswer("links", calls.links);
  const [chosen, setChosen] = useState<string | null>(null);
  const { me } = useSession();
  // Where it stands among the tiers, unless beside.
  const standing = (id: string) => {
    const found = me.links.find((each) => each.id === id)?.standing ?? "beside";
    return found === "beside" ? "" : t.standing[found];
  };
  if (links.value === undefined) {
    return links.error === undefined ? (
      <Waiting rows={6} />
    ) : (
      <Fault error={links.error}>
        <button type="button" onClick={links.again}>
          {t.list.retry}
        </button>
      </Fault>
    );
  }
  const link = links.value.find((each) => each.id === chosen) ?? links.value[0];
  if (link === undefined) return <p className="empty">{o.link.none}</p>;
  return (
    <>
      {links.value.length > 1 && (
        <div className="sections" role="group" aria-label={o.section.links}>
          {links.value.map((each) => (
            <button key={each.id} type="button" className="section" aria-pressed={each.id === link.id} onClick={() => setChosen(each.id)}>
              {each.peer_name} <span className="dim">{standing(each.id)}</span>
            </button>
          ))}
        </div>
      )}
      <One key={link.id} link={link} stale={links.error} />
    </>
  );
}

function One({ link, stale }: { link: Health; stale: unknown }) {
  const o = useOfficeWords();
  const t = useWords();
  usePoll((key) => key === `office:link:${link.id}` || key === `office:dead:${link.id}`);
  const detail = useAnswer(`office:link:${link.id}`, () => office.link(link.id));
  const dead = useAnswer(`office:dead:${link.id}`, () => office.dead(link.id, 0));
  const [more, setMore] = useState<{ items: DeadLetter[]; next: number | null } | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [tested, setTested] = useState<SignOfLife | "asking" | null>(null);
  const sending = useSending();
  const now = useNow(1000);
  const items = [...(dead.value?.items ?? []), ...(more?.items ?? [])];
  const next = more === null ? (dead.value?.next ?? null) : more.next;
  const current = items.find((each) => String(each.seq) === chosen) ?? items[0];
  const touch = () => cache.touch((key) => key === "links" || key.startsWith("office:link:") || key.startsWith("office:dead:"));

  const resend = async (seq: number | null) => {
    const done = await sending.send({ resend: link.id, seq }, (key) => office.resend(link.id, seq, key));
    if (done === null) return;
    setMore(null);
    setSaid({ text: done.resent === 0 ? o.link.resent_none : o.link.resent(done.resent) });
    touch();
  };
  const test = async () => {
    setTested("asking");
    const answer = await sending.send({ test: link.id, at: Date.now() }, () => office.test(link.id));
    setTested(answer);
    touch();
  };
  const waited = link.oldest_waiting_at === null ? null : span(now - link.oldest_waiting_at);
  const state = link.alarm !== null ? "over" : link.connected ? "well" : "soon";
  const sentence = link.alarm !== null ? o.link.alarm(link.peer_name) : link.connected ? o.link.ok(link.peer_name) : o.link.down(link.peer_name);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={o.link.dead(link.dead)}>
        <Doings
          label={o.section.links}
          busy={sending.busy}
          actions={[
            { id: "link_test", label: o.link.test, key: "t", run: () => void test(), primary: !link.connected },
            { id: "link_resend", label: o.link.resend, key: "r", run: () => current !== undefined && void resend(current.seq), off: current === undefined },
            { id: "link_resend_all", label: o.link.resend_all, key: "a", run: () => void resend(null), off: items.length === 0 },
          ]}
        />
        <div role="status" className="done-line">
          {tested === "asking" && <p>{o.link.testing}</p>}
          {tested !== null && tested !== "asking" && (
            <p className={tested.answered ? "" : "bad"}>
              <i aria-hidden="true">{tested.answered ? "✓" : "▲"}</i>
              {tested.answered ? o.link.test_ok(tested.rtt_ms ?? 0) : o.link.test_failed(o.link.test_why[tested.error ?? ""] ?? tested.error ?? o.unknown)}
            </p>
          )}
        </div>
        <Done said={said} onClose={setSaid} />
        {sending.error !== null && <Fault error={sending.error} />}
        <h2>{o.link.dead(link.dead)}</h2>
        <p className="hint">{o.link.dead_hint}</p>
        {dead.error !== undefined && <Fault error={dead.error} />}
        {dead.value === undefined ? (
          dead.error === undefined && <Waiting rows={4} />
        ) : (
          <Rows
            label={o.link.dead(link.dead)}
            rows={items}
            idOf={(each) => String(each.seq)}
            chosen={current === undefined ? null : String(current.seq)}
            onChoose={setChosen}
            empty={o.link.dead_none}
            columns={[
              { name: o.link.seq, cell: (each) => each.seq, className: "number" },
              { name: o.link.no, cell: (each) => each.no ?? <span className="dim">{o.link.no_case}</span>, className: "figures" },
              { name: o.link.kind, cell: (each) => t.event[each.kind as keyof typeof t.event] ?? o.link.kinds[each.kind] ?? each.kind },
              { name: o.link.at, cell: (each) => <Time at={each.at} />, className: "figures" },
              { name: o.link.why, cell: (each) => each.reason, className: "wide" },
            ]}
          />
        )}
        {next !== null && (
          <More label={t.list.more} onMore={() => void office.dead(link.id, next).then((page) => setMore((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next ?? null })), dead.again)} />
        )}
      </section>
      <aside className="office-side" aria-label={link.peer_name} tabIndex={0}>
        <p className={`state-line ${state}`}>
          <i aria-hidden="true">{state === "well" ? "●" : state === "soon" ? "▲" : "■"}</i>
          {sentence}
        </p>
        {stale !== undefined && <p className="hint warn">{o.system.old}</p>}
        {link.alarm !== null && (
          <p className="notice">
            <b>{o.link.alarm_word}</b> {o.link.alarms[link.alarm] ?? link.alarm}
            {typeof link.alarm_detail === "string" && <span className="dim"> {link.alarm_detail}</span>}
            {typeof link.alarm_at === "number" && (
              <span>
                {" "}
                {o.link.since} <Time at={link.alarm_at} ago />
              </span>
            )}
          </p>
        )}
        <dl className="pairs">
          <Pair name={o.link.rtt}>{link.rtt_ms === null ? o.unknown : `${link.rtt_ms} ms`}</Pair>
          <Pair name={o.link.last_ok}>{link.last_ok_at === null ? o.never : <Time at={link.last_ok_at} ago />}</Pair>
          <Pair name={o.link.backlog}>{link.backlog}</Pair>
          <Pair name={o.link.oldest}>{waited === null ? "—" : o.length(waited.value, waited.unit)}</Pair>
          <Pair name={o.link.issued}>{detail.value?.issued ?? "—"}</Pair>
          <Pair name={o.link.received}>{detail.value?.received ?? "—"}</Pair>
          {link.last_error !== null && !link.connected && <Pair name={o.link.last_error}>{link.last_error}</Pair>}
        </dl>
        <h2>{o.link.keys}</h2>
        {detail.value === undefined || detail.value.own_key === null ? (
          <p className="hint">{o.link.no_keys}</p>
        ) : (
          <ul className="keys">
            {[...(detail.value.own_key == null ? [] : [{ whose: o.link.own_key, key: detail.value.own_key }]), ...detail.value.peer_keys.map((key) => ({ whose: o.link.peer_key, key }))].map(({ whose, key }) => (
              <li key={`${whose}${key.key_id}`}>
                <b>{whose}</b> <span className="figures">{key.key_id}</span> <span className="sign quiet">{o.link.key_state[key.state as keyof typeof o.link.key_state] ?? key.state}</span>
                <code>{key.public}</code>
                <span className="dim"> {detail.value?.algorithm}</span>
              </li>
            ))}
          </ul>
        )}
        <p className="hint">{o.link.turn}</p>
      </aside>
    </div>
  );
}

export function Pair({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
