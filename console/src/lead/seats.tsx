// Who is at a seat now and how loaded, and what lies with each unit.
import { useEffect } from "react";
import { calls } from "../api/calls";
import type { Seat } from "../api/types";
import { cache, useAnswer } from "../live/cache";
import { Failure, Time, Waiting } from "../parts/signs";
import { Link } from "../route/link";
import { useWords, type Words } from "../words";

/** Who comes and goes is no event of a case; it is looked at instead. */
const LOOK_EVERY = 10_000;

export function useSeats() {
  const entry = useAnswer("seats", calls.seats);
  useEffect(() => {
    const timer = setInterval(() => cache.touch((key) => key === "seats"), LOOK_EVERY);
    return () => clearInterval(timer);
  }, []);
  return entry;
}

/** A state has its shape and its word beside its colour. */
export function SeatState({ seat }: { seat: Seat }) {
  const t = useWords();
  return (
    <span className={`seat-state ${seat.state}`}>
      <i aria-hidden="true">{seat.state === "free" ? "●" : seat.state === "busy" ? "◐" : "○"}</i> {t.unit.seats[seat.state]}
    </span>
  );
}

export function rolesOf(t: Words, seat: Seat): string {
  return seat.roles.map((role) => t.role[role]).join(t.unit.join);
}

export function Seats() {
  const t = useWords();
  const entry = useSeats();
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
  const { seats, units } = entry.value;
  return (
    <div className="seats" tabIndex={0} role="region" aria-label={t.unit.board.seats}>
      <section>
        <h2>
          {t.unit.seats.title} <span className="dim">{t.unit.seats.here(seats.length)}</span>
        </h2>
        {seats.length === 0 ? (
          <p className="empty">{t.unit.seats.empty}</p>
        ) : (
          <table aria-label={t.unit.seats.title}>
            <thead>
              <tr>
                <th scope="col">{t.unit.seats.name}</th>
                <th scope="col">{t.unit.seats.role}</th>
                <th scope="col">{t.unit.seats.state}</th>
                <th scope="col" className="number">
                  {t.unit.seats.drafts}
                </th>
                <th scope="col" className="number">
                  {t.unit.seats.taken}
                </th>
                <th scope="col">{t.unit.seats.since}</th>
              </tr>
            </thead>
            <tbody>
              {seats.map((seat) => (
                <tr key={seat.account}>
                  <th scope="row">{seat.name}</th>
                  <td>
                    {rolesOf(t, seat)} <span className="dim">{seat.unit_name}</span>
                  </td>
                  <td>
                    <SeatState seat={seat} />
                  </td>
                  <td className="number">{seat.drafts}</td>
                  <td className="number">{seat.taken}</td>
                  <td className="figures">
                    <Time at={seat.since} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p className="hint">{t.unit.seats.note}</p>
      </section>
      <section>
        <h2>{t.unit.seats.units}</h2>
        {units.length === 0 ? (
          <p className="empty">{t.unit.seats.units_empty}</p>
        ) : (
          <table aria-label={t.unit.seats.units}>
            <thead>
              <tr>
                <th scope="col">{t.unit.seats.unit}</th>
                <th scope="col" className="number">
                  {t.unit.seats.to_sign}
                </th>
                <th scope="col">{t.unit.seats.oldest}</th>
                <th scope="col" className="number">
                  {t.unit.seats.running}
                </th>
                <th scope="col" className="number">
                  {t.unit.seats.present}
                </th>
              </tr>
            </thead>
            <tbody>
              {units.map((unit) => (
                <tr key={unit.unit}>
                  <th scope="row">
                    <Link href={`/cases?unit=${encodeURIComponent(unit.unit)}`}>{unit.unit_name}</Link>
                  </th>
                  <td className="number">{unit.to_sign}</td>
                  <td className="figures">{unit.oldest_unsigned_at === null ? <span className="dim">—</span> : <Time at={unit.oldest_unsigned_at} ago />}</td>
                  <td className="number">{unit.running}</td>
                  <td className="number">{unit.present}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}
