// How the platform is doing: what an administrator would otherwise ask the machine.
import { useAnswer } from "../live/cache";
import { Time, Waiting } from "../parts/signs";
import { span } from "../time/format";
import { office, type Upkeep } from "./calls";
import { Pair } from "./links";
import { bytes, Fault, usePoll } from "./parts";
import { useOfficeWords, useWords } from "./words";

export function System() {
  const o = useOfficeWords();
  const t = useWords();
  usePoll((key) => key === "office:system");
  const entry = useAnswer("office:system", office.system);
  const state = entry.value;
  if (state === undefined) {
    return entry.error === undefined ? (
      <Waiting rows={8} />
    ) : (
      <Fault error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Fault>
    );
  }
  const running = span(state.running_for);
  return (
    <div className="office-cards">
      {entry.error !== undefined && <p className="hint warn">{o.system.old}</p>}
      <section>
        <h2>{o.system.here}</h2>
        <dl className="pairs">
          <Pair name={o.system.version}>{state.version}</Pair>
          <Pair name={o.system.running}>{o.length(running.value, running.unit)}</Pair>
          <Pair name={o.system.memory}>{state.memory == null ? o.unknown : bytes(state.memory)}</Pair>
          <Pair name={o.system.listeners}>{o.system.listeners_of(state.listeners, state.listening_accounts)}</Pair>
          <Pair name={o.system.voice}>{state.voice ? o.system.voice_on : <span className="dim">{o.system.voice_off}</span>}</Pair>
          <Pair name={o.system.list}>{o.system.list_of(state.list_version, state.units, state.matters)}</Pair>
        </dl>
      </section>
      <section>
        <h2>{o.system.data}</h2>
        <dl className="pairs">
          <Pair name={o.system.store}>{o.system.engines[state.store] ?? state.store}</Pair>
          <Pair name={o.system.size}>
            {state.bytes == null ? o.system.size_server : bytes(state.bytes)}
            {state.ahead_bytes != null && state.ahead_bytes > 0 && <span className="dim"> {o.system.ahead(bytes(state.ahead_bytes))}</span>}
          </Pair>
          <Pair name={o.system.log}>{state.log}</Pair>
          <Pair name={o.system.audit}>{state.audit}</Pair>
          <Pair name={o.system.queue}>{o.system.queue_of(state.queue, state.queue_most)}</Pair>
        </dl>
      </section>
      <section>
        <h2>{o.system.care}</h2>
        <dl className="pairs">
          <Pair name={o.system.backup}>
            <Care done={state.last_backup ?? null} />
          </Pair>
          <Pair name={o.system.verify}>
            <Care done={state.last_verify ?? null} />
          </Pair>
        </dl>
        <p className="hint">{o.system.care_hint}</p>
      </section>
      <section>
        <h2>{o.system.links}</h2>
        {state.links.length === 0 && <p className="hint">{o.link.none}</p>}
        {state.links.map((link) => {
          const look = link.alarm != null ? "over" : link.connected ? "well" : "soon";
          return (
            <p key={link.id} className={`state-line ${look}`}>
              <i aria-hidden="true">{look === "well" ? "●" : look === "soon" ? "▲" : "■"}</i>
              {link.alarm != null ? o.link.alarm(link.peer_name) : link.connected ? o.link.ok(link.peer_name) : o.link.down(link.peer_name)}
              <span className="dim">
                {o.link.backlog} {link.backlog} · {o.link.dead(link.dead)}
              </span>
            </p>
          );
        })}
      </section>
    </div>
  );
}

function Care({ done }: { done: Upkeep | null }) {
  const o = useOfficeWords();
  if (done === null) return <span className="dim">{o.system.none_yet}</span>;
  return (
    <>
      <Time at={done.at} ago /> <span className="dim">{o.system.counted(done.events, done.cases)}</span> <span className={done.clean ? "sign quiet" : "sign danger"}>{done.clean ? o.system.clean : o.system.bad}</span>
    </>
  );
}
