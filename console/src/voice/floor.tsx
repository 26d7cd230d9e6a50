// The desk lead's view of all seats and calls: who waits, who talks, how the desk is staffed; listen, whisper, barge in.
import { useEffect, useState } from "react";
import { cache, useAnswer } from "../live/cache";
import { Failure, Key, Time, Waiting } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useNow } from "../time/now";
import { useWords } from "../words";
import { type CallNow, type SeatAsk, voice } from "./calls";
import { useVoiceWords } from "./words";
import "./voice.css";

const LOOK_EVERY = 10_000;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

export default function Floor() {
  const v = useVoiceWords();
  const t = useWords();
  const { me } = useSession();
  const entry = useAnswer("voice:floor", voice.floor);
  const now = useNow();
  const [chosen, setChosen] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => cache.touch((key) => key === "voice:floor"), LOOK_EVERY);
    return () => clearInterval(timer);
  }, []);
  const all = entry.value?.calls ?? [];
  const call = all.find((each) => each.call === chosen) ?? all.find((each) => each.operator != null) ?? null;
  const mine = all.find((each) => each.supervisors.includes(me.account.id)) ?? null;
  const ask = async (body: SeatAsk) => {
    setRefused(false);
    try {
      await voice.ask(body);
    } catch {
      setRefused(true);
    }
    cache.touch((key) => key.startsWith("voice:"));
  };
  const about = mine ?? call;
  const deeds =
    about === null || about.operator == null
      ? []
      : [
          { id: "floor-listen", label: v.mode["listen"] ?? "", key: "Alt+v", run: () => void ask({ ask: "listen", call: about.call }) },
          { id: "floor-whisper", label: v.mode["whisper"] ?? "", key: "Alt+w", run: () => void ask({ ask: "whisper", call: about.call }) },
          { id: "floor-barge", label: v.mode["barge"] ?? "", key: "Alt+i", run: () => void ask({ ask: "barge", call: about.call }) },
          ...(mine === null ? [] : [{ id: "floor-leave", label: v.board.leave, key: "Alt+p", run: () => void ask({ ask: "unsupervise", call: mine.call }) }]),
        ];
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
  const staffing = floor.staffing ?? null;
  const since = (each: CallNow) => Math.max(0, Math.floor((now - (each.answered ?? each.began)) / 1000));
  return (
    <div className="floor" tabIndex={0} role="region" aria-label={v.board.title}>
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
                  <b>{each.number === "" ? v.withheld : each.number}</b> {v.doing[each.doing]} {v.seconds(since(each))}
                  {each.class !== "normal" && <span className={each.class === "emergency" ? "due over" : "due soon"}> {each.class === "emergency" ? "■" : "▲"} {v.class[each.class]}</span>}
                  {each.operator != null && <span className="dim"> {floor.seats.find((seat) => seat.account === each.operator)?.name ?? each.operator}</span>}
                  {each.case_no != null && <span className="dim"> {each.case_no}</span>}
                </button>
              </li>
            ))}
          </ul>
        )}
        <div role="toolbar" aria-label={v.board.calls} className="seat-bar-deeds">
          {deeds.map((deed) => (
            <button key={deed.id} type="button" onClick={deed.run}>
              {deed.label} <Key name={deed.key} />
            </button>
          ))}
        </div>
        {refused && <p className="due over" role="alert">■ {v.refused["seat_busy"]}</p>}
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
                {seat.reason != null && <span> {v.reason[seat.reason]}</span>} <span className="dim"><Time at={seat.since} ago /> {seat.skills.join(" ")}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
