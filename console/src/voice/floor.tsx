// The desk lead's view of all seats and calls: who waits, who talks, why it rang where it did, how the desk is staffed; listen,
// whisper, barge in.
import { useEffect, useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Failure, Key, Time, Waiting } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { type CallDesk, type CallFloor, type CallNow, type SeatAsk, voice } from "./calls";
import { thePhone } from "./phone";
import { refusalOf } from "./seat-bar";
import { useSeatPhone } from "./seat-phone";
import { useVoiceWords } from "./words";
import "./voice.css";

const LOOK_EVERY = 10_000;
const percent = (share: number) => `${(share * 100).toFixed(1)}\u00a0%`;
const seconds = (ms: number) => Math.round(ms / 1000);

export default function Floor() {
  const v = useVoiceWords();
  const t = useWords();
  const { me } = useSession();
  const entry = useAnswer("voice:floor", voice.floor);
  const desk = useAnswer<CallDesk>("voice:desk", voice.desk).value;
  const phone = useSeatPhone();
  const [chosen, setChosen] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const timer = setInterval(() => cache.touch((key) => key === "voice:floor"), LOOK_EVERY);
    return () => clearInterval(timer);
  }, []);
  const all = entry.value?.calls ?? [];
  const mine = all.find((each) => each.supervisors.includes(me.account.id)) ?? null;
  const about = mine ?? all.find((each) => each.call === chosen) ?? all.find((each) => each.operator != null) ?? all[0] ?? null;
  const ask = async (body: SeatAsk) => {
    setError(null);
    try {
      // Who listens needs a phone: this page, where there is none.
      const known = desk ?? (await voice.desk());
      if (!known.phone && known.browser_phone && !(await thePhone().open())) return;
      cache.put("voice:desk", await voice.ask(body));
    } catch (failure) {
      setError(failure);
    }
    cache.touch((key) => key.startsWith("voice:"));
  };
  const can = about !== null && about.operator != null && about.operator !== me.account.id;
  const deeds = can
    ? [
        { id: "floor-listen", label: v.mode["listen"] ?? "", key: "Alt+Shift+l", run: () => void ask({ ask: "listen", call: about.call }) },
        { id: "floor-whisper", label: v.mode["whisper"] ?? "", key: "Alt+Shift+w", run: () => void ask({ ask: "whisper", call: about.call }) },
        { id: "floor-barge", label: v.mode["barge"] ?? "", key: "Alt+Shift+g", run: () => void ask({ ask: "barge", call: about.call }) },
      ]
    : [];
  useActions("here", deeds);
  if (entry.value === undefined) {
    return entry.error === undefined ? (
      <Waiting rows={6} />
    ) : (
      <Failure error={entry.error}>
        <button type="button" onClick={entry.again}>
          {t.list.retry}
        </button>
      </Failure>
    );
  }
  const floor = entry.value;
  if (!floor.on) return <p className="empty">{v.board.off}</p>;
  const nameOf = (account: string) => floor.seats.find((seat) => seat.account === account)?.name ?? "";
  const trouble = phone.state !== "off" && phone.state !== "up";
  return (
    <div className="floor" tabIndex={0} role="region" aria-label={v.board.title}>
      <Staffing floor={floor} />
      <Talk floor={floor} />
      <section>
        <h2>
          {v.board.calls} <span className="dim">{all.length}</span>
        </h2>
        {all.length === 0 ? (
          <p className="empty">{v.board.calls_empty}</p>
        ) : (
          <ul className="floor-calls">
            {all.map((each) => (
              <li key={each.call}>
                <button type="button" className="plain" aria-pressed={each.call === about?.call} onClick={() => setChosen(each.call)}>
                  <Line call={each} nameOf={nameOf} />
                </button>
              </li>
            ))}
          </ul>
        )}
        {about !== null && <Why call={about} />}
        {mine !== null && (
          <p className="due soon" role="status">
            ▲ {v.board.in_call(nameOf(mine.operator ?? ""))}
          </p>
        )}
        {deeds.length > 0 && (
          <div role="toolbar" aria-label={v.board.calls} className="seat-bar-deeds floor-deeds">
            {deeds.map((deed) => (
              <button key={deed.id} type="button" onClick={deed.run}>
                {deed.label} <Key name={deed.key} />
              </button>
            ))}
          </div>
        )}
        {trouble && (
          <p className="due soon" role="alert">
            ▲ {v.phone.state[phone.state]}
          </p>
        )}
        {error !== null && (
          <p className="due over" role="alert">
            ■ {refusalOf(v, error)}
          </p>
        )}
      </section>
      <section>
        <h2>
          {v.board.seats} <span className="dim">{floor.seats.length}</span>
        </h2>
        {floor.seats.length === 0 ? (
          <p className="empty">{v.board.seats_empty}</p>
        ) : (
          <ul className="floor-seats">
            {floor.seats.map((seat) => (
              <li key={seat.account}>
                <i aria-hidden="true">{seat.state === "ready" ? "●" : seat.state === "offline" ? "○" : seat.state === "break" ? "‖" : "◐"}</i> <b>{seat.name}</b> {v.state[seat.state]}
                {seat.reason != null && <span> {v.reason[seat.reason]}</span>}
                {!seat.phone && seat.state !== "offline" && <span className="due soon"> ▲ {v.board.no_phone}</span>} <span className="dim"><Time at={seat.since} ago /> {seat.skills.join(" ")}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Staffing({ floor }: { floor: CallFloor }) {
  const v = useVoiceWords();
  const staffing = floor.staffing ?? null;
  return (
    <section>
      <h2>{v.board.staffing}</h2>
      {staffing === null || staffing.offered === 0 ? (
        <p className="hint">{v.board.none}</p>
      ) : (
        <p>
          {v.board.offered(staffing.offered)} · <b>{v.board.in_time(percent(staffing.in_time / staffing.offered))}</b>
          {staffing.expected != null && <> · {v.board.expected(percent(staffing.expected), staffing.seats)}</>}
          {staffing.needed != null && <> · {v.board.needed(staffing.needed)}</>}
        </p>
      )}
    </section>
  );
}

/** R9: what does not belong here holds the line longer; said by how much. */
function Talk({ floor }: { floor: CallFloor }) {
  const v = useVoiceWords();
  const clock = (s: number) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  return (
    <section>
      <h2>{v.board.talk}</h2>
      {floor.talk.length === 0 ? (
        <p className="hint">{v.board.talk_none}</p>
      ) : (
        <ul className="floor-seats">
          {floor.talk.map((each) => (
            <li key={each.desk ?? ""}>
              {v.board.talk_about(each.desk ?? null)} <b className="figures">{v.board.talk_mean(clock(each.mean_s))}</b> <span className="dim">{v.board.talk_calls(each.calls)} · {v.board.talk_share(percent(each.share))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ call, nameOf }: { call: CallNow; nameOf: (account: string) => string }) {
  const v = useVoiceWords();
  const now = useNow();
  const operator = call.operator == null ? "" : nameOf(call.operator);
  const ringing = call.ringing.map(nameOf).filter((name) => name !== "");
  return (
    <>
      <b className="figures">{call.number === "" ? v.withheld : call.number}</b>
      <span>{v.doing[call.doing]}</span>
      <span className="figures">{v.seconds(Math.max(0, Math.floor((now - (call.answered ?? call.began)) / 1000)))}</span>
      {call.class !== "normal" && (
        <span className={call.class === "emergency" ? "due over" : "due soon"}>
          {call.class === "emergency" ? "■" : "▲"} {v.class[call.class]}
        </span>
      )}
      {operator !== "" && <span className="dim">{v.board.by} {operator}</span>}
      {operator === "" && ringing.length > 0 && <span className="dim">{v.board.ringing_at} {ringing.join("、")}</span>}
      {call.case_no != null && <span className="dim">{call.case_no}</span>}
    </>
  );
}

/** Why the call rang where it did, with everybody who was free then. */
function Why({ call }: { call: CallNow }) {
  const v = useVoiceWords();
  const pick = call.pick ?? null;
  return (
    <div className="floor-why">
      <h3>
        {v.board.pick} · {call.number === "" ? v.withheld : call.number}
      </h3>
      {pick === null ? (
        <p className="dim">{call.inbound ? v.board.not_picked : v.board.no_pick}</p>
      ) : (
        <>
          <p>
            <b>{v.because[pick.because]}</b> <span className="dim">{v.board.pick_waited(seconds(pick.waited_ms), pick.waiting)}</span>
          </p>
          <ul>
            {pick.candidates.map((each, n) => (
              <li key={n}>
                {each.name} <span className="dim">{v.passed[each.why]} · {v.board.pick_idle(seconds(each.idle_ms))}</span>
              </li>
            ))}
          </ul>
          {pick.others > 0 && <p className="dim">{v.board.pick_others(pick.others)}</p>}
        </>
      )}
    </div>
  );
}
