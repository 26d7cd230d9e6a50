// Whom to bring into a call, or to call: partners, colleagues, a number.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Failure, Key, Waiting } from "../parts/signs";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { type CallDesk, type CallTo, voice } from "./calls";
import { useVoiceWords } from "./words";

/** Keys for so many rows. */
const KEYED = 9;

interface Row {
  id: string;
  name: string;
  more: string;
  to: CallTo;
  off: boolean;
}

interface Props {
  desk: CallDesk;
  onConsult: (to: CallTo) => void;
  onTransfer: (to: CallTo) => void;
  onDial: (to: CallTo) => void;
  onClose: () => void;
}

export function BringIn({ desk, onConsult, onTransfer, onDial, onClose }: Props) {
  const v = useVoiceWords();
  const talking = desk.call != null;
  const entry = useAnswer(talking ? "voice:colleagues" : null, voice.colleagues);
  const [number, setNumber] = useState("");
  const digits = number.replace(/[\s-]/g, "");
  const good = /^\+?[0-9*#]{2,24}$/.test(digits);
  const to: CallTo = { to: "number", name: digits };
  const partners: Row[] = desk.partners.map((each) => ({ id: each.name, name: each.number, more: each.up ? "" : v.bring.down, to: { to: "partner", name: each.name }, off: !each.up }));
  const colleagues: Row[] = (entry.value ?? []).map((each) => ({ id: each.account, name: each.name, more: each.free ? v.bring.free : v.bring.busy, to: { to: "seat", name: each.account }, off: !each.free }));
  const rows = talking ? [...partners, ...colleagues] : partners;
  const first = (each: Row) => (talking ? onConsult(each.to) : onDial(each.to));
  const keyOf = (each: Row, shift: boolean) => {
    const at = rows.indexOf(each);
    return at < 0 || at >= KEYED ? undefined : `Alt+${shift ? "Shift+" : ""}${at + 1}`;
  };
  const call = () => (talking ? onConsult(to) : onDial(to));
  useActions("here", [
    ...rows.flatMap((each) => {
      const key = keyOf(each, false);
      const other = keyOf(each, true);
      if (each.off || key === undefined || other === undefined) return [];
      const name = `${talking ? v.bring.consult : v.bring.dial} ${each.name}`;
      return [{ id: `bring-${each.id}`, label: name, key, run: () => first(each) }, ...(talking ? [{ id: `bring-over-${each.id}`, label: `${v.bring.transfer} ${each.name}`, key: other, run: () => onTransfer(each.to) }] : [])];
    }),
  ]);
  const list = (name: string, all: readonly Row[]) => (
    <section>
      <h3>{name}</h3>
      <ul>
        {all.map((each) => {
          const key = keyOf(each, false);
          const other = keyOf(each, true);
          return (
            <li key={each.id}>
              <b>{each.name}</b> <span className="dim">{each.more}</span>
              <span className="grow" />
              <button type="button" disabled={each.off} onClick={() => first(each)}>
                {talking ? v.bring.consult : v.bring.dial} <span className="hidden">{each.name}</span> {key !== undefined && <Key name={key} />}
              </button>
              {talking && (
                <button type="button" disabled={each.off} onClick={() => onTransfer(each.to)}>
                  {v.bring.transfer} <span className="hidden">{each.name}</span> {other !== undefined && <Key name={other} />}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
  return (
    <Dialog label={talking ? v.bring.title : v.bring.dial_title} className="bring-in" onClose={onClose}>
      <h2>{talking ? v.bring.title : v.bring.dial_title}</h2>
      {desk.outward && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (good) call();
          }}
        >
          <label htmlFor="bring-number">{v.bring.number}</label>
          <input id="bring-number" autoFocus inputMode="tel" value={number} placeholder={v.bring.number_hint} onChange={(event) => setNumber(event.target.value)} maxLength={30} />
          <button type="submit" className="primary" disabled={!good}>
            {talking ? v.bring.consult : v.bring.dial} <Key name="Enter" />
          </button>
          {talking && (
            <button type="button" disabled={!good} onClick={() => onTransfer(to)}>
              {v.bring.transfer}
            </button>
          )}
        </form>
      )}
      {rows.length > 0 && partners.length > 0 && list(v.bring.partners, partners)}
      {talking &&
        (entry.value === undefined ? (
          entry.error === undefined ? (
            <Waiting rows={2} />
          ) : (
            <Failure error={entry.error} />
          )
        ) : colleagues.length === 0 ? (
          <p className="empty">{v.bring.none}</p>
        ) : (
          list(v.bring.colleagues, colleagues)
        ))}
      <footer>
        <span className="grow" />
        <button type="button" onClick={onClose}>
          {v.bring.close} <Key name="Escape" />
        </button>
      </footer>
    </Dialog>
  );
}
