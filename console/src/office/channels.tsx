// The channels by which people are reached: how each is set up and does, and a test message.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Time } from "../parts/signs";
import { reach, type Channels } from "../reach/calls";
import { useReachWords } from "../reach/words";
import { Pair } from "./links";
import { Answered, Doings, Done, Field, FormDialog, type Said, usePoll } from "./parts";
import { useSending } from "./sending";

export function ChannelsPart() {
  const r = useReachWords();
  const w = r.channels;
  const entry = useAnswer("office:channels", reach.channels);
  usePoll((key) => key === "office:channels", 10_000);
  const [testing, setTesting] = useState<string | null>(null);
  const [to, setTo] = useState("");
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const state: Channels | undefined = entry.value;
  const name = (channel: string) => r.notices.channels[channel] ?? channel;
  const testable = state?.channels.filter((each) => each.tests) ?? [];
  return (
    <div className="office-one">
      <Doings label={w.title} busy={sending.busy} actions={testable.map((each, i) => ({ id: `channel_test_${each.channel}`, label: `${w.test} ${name(each.channel)}`, key: String(i + 1), run: () => (sending.clear(), setTo(""), setTesting(each.channel)) }))} />
      <Done said={said} onClose={setSaid} />
      <p className="hint">{w.hint}</p>
      <Answered entry={entry}>
        {state !== undefined && (
          <div className="office-cards">
            <section>
              <h2>{w.title}</h2>
              <dl className="pairs">
                <Pair name={w.rules}>{state.rules}</Pair>
                <Pair name={w.url}>{state.public_url === "" ? w.no_url : state.public_url}</Pair>
                <Pair name={w.dead}>{state.dead}</Pair>
              </dl>
            </section>
            {state.channels.map((each) => (
              <section key={each.channel} aria-label={name(each.channel)}>
                <h2>{name(each.channel)}</h2>
                <dl className="pairs">
                  {each.settings.map((setting) => (
                    <Pair key={setting.name} name={w.settings[setting.name] ?? setting.name}>
                      {w.values[setting.value] ?? setting.value}
                    </Pair>
                  ))}
                  {each.outcomes.map((outcome) => (
                    <Pair key={outcome.outcome} name={r.notices.outcomes[outcome.outcome] ?? outcome.outcome}>
                      {w.times(outcome.count)} <Time at={outcome.last_at} ago />
                    </Pair>
                  ))}
                </dl>
                {each.outcomes.length === 0 && <p className="hint">{w.quiet}</p>}
                {w.note[each.channel] !== undefined && <p className="hint">{w.note[each.channel]}</p>}
              </section>
            ))}
          </div>
        )}
      </Answered>
      {testing !== null && (
        <FormDialog
          title={w.test_title(name(testing))}
          submit={w.test}
          busy={sending.busy}
          ready={to.trim() !== ""}
          error={sending.error}
          onClose={() => setTesting(null)}
          onSend={async () => {
            const done = await sending.send({ testing, to, at: Date.now() }, (key) => reach.testChannel(testing, to.trim(), key));
            if (done === null) return;
            setTesting(null);
            setSaid({ text: done.taken ? w.taken : w.not_taken(r.notices.outcomes[done.outcome] ?? done.outcome) });
          }}
        >
          <Field label={w.to} name="to" error={sending.error}>
            {(props) => <input {...props} autoFocus autoComplete="off" value={to} onChange={(event) => setTo(event.target.value)} />}
          </Field>
        </FormDialog>
      )}
    </div>
  );
}
