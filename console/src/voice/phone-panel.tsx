// This page as a phone: which devices, whether they work, and what to do where they do not.
import { useEffect, useState } from "react";
import { Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { type LegDevices, legDevices } from "./leg";
import { thePhone, usePhone } from "./phone";
import { ring, testTone } from "./ringer";
import { useVoiceWords } from "./words";

/** Milliseconds the bell is heard for a test. */
const TEST_RING = 2_000;
const LOOK = 100;

function useDevices(state: string): LegDevices {
  const [devices, setDevices] = useState<LegDevices>({ microphones: [], speakers: [] });
  useEffect(() => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (media === undefined) return;
    let gone = false;
    const look = () =>
      void legDevices().then(
        (found) => {
          if (!gone) setDevices(found);
        },
        () => undefined,
      );
    look();
    media.addEventListener?.("devicechange", look);
    return () => {
      gone = true;
      media.removeEventListener?.("devicechange", look);
    };
    // Their names are known once a microphone was given.
  }, [state]);
  return devices;
}

function Level() {
  const v = useVoiceWords();
  const { state } = usePhone();
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (state !== "up") return;
    const timer = setInterval(() => setLevel(thePhone().level()), LOOK);
    return () => clearInterval(timer);
  }, [state]);
  if (state !== "up") return <p className="hint">{v.phone.level_off}</p>;
  return (
    <p>
      <meter min={0} max={1} value={Math.min(1, level * 2)} aria-label={v.phone.level} /> <span className="hint">{v.phone.level_hint}</span>
    </p>
  );
}

export function PhonePanel({ canClose, onClose }: { canClose: boolean; onClose: () => void }) {
  const v = useVoiceWords();
  const phone = usePhone();
  const devices = useDevices(phone.state);
  const own = thePhone();
  const fixed = !("setSinkId" in HTMLMediaElement.prototype);
  const test = () => testTone(phone.speaker);
  const testRing = () => {
    const stop = ring(false, phone.ring);
    setTimeout(stop, TEST_RING);
  };
  const opens = phone.state !== "up" && phone.state !== "asking" && phone.state !== "connecting" && phone.state !== "lost";
  const open = () => void own.open();
  const label = phone.state === "elsewhere" ? v.phone.take : phone.state === "off" ? v.phone.open : v.phone.retry;
  useActions("here", [
    ...(opens ? [{ id: "phone-open", label, key: "Alt+v", run: open }] : []),
    { id: "phone-test", label: v.phone.test, key: "Alt+t", run: test },
    { id: "phone-test-ring", label: v.phone.test_ring, key: "Alt+r", run: testRing },
  ]);
  const select = (id: string, name: string, value: string, all: MediaDeviceInfo[], choose: (id: string) => void) => (
    <>
      <label htmlFor={id}>{name}</label>
      <select id={id} value={value} onChange={(event) => choose(event.target.value)} disabled={all.length === 0}>
        <option value="">{v.phone.system}</option>
        {all
          .filter((each) => each.deviceId !== "" && each.deviceId !== "default" && each.deviceId !== "communications")
          .map((each, n) => (
            <option key={each.deviceId} value={each.deviceId}>
              {each.label === "" ? v.phone.unnamed(n + 1) : each.label}
            </option>
          ))}
      </select>
    </>
  );
  return (
    <Dialog label={v.phone.title} className="phone-panel" onClose={onClose}>
      <h2>{v.phone.title}</h2>
      <p role="status" className={phone.state === "up" || phone.state === "off" ? "" : "due soon"}>
        <i aria-hidden="true">{phone.state === "up" ? "●" : phone.state === "off" ? "○" : "▲"}</i> {v.phone.state[phone.state]}
      </p>
      <div className="phone-devices">
        {select("phone-microphone", v.phone.microphone, phone.microphone, devices.microphones, (microphone) => void own.choose({ microphone }))}
        <Level />
        {select("phone-speaker", v.phone.speaker, phone.speaker, fixed ? [] : devices.speakers, (speaker) => void own.choose({ speaker }))}
        <p>
          <button type="button" onClick={test}>
            {v.phone.test} <Key name="Alt+t" />
          </button>{" "}
          <span className="hint">{fixed ? v.phone.fixed : v.phone.test_hint}</span>
        </p>
        {select("phone-ring", v.phone.ring, phone.ring, fixed ? [] : devices.speakers, (device) => void own.choose({ ring: device }))}
        <p>
          <button type="button" onClick={testRing}>
            {v.phone.test_ring} <Key name="Alt+r" />
          </button>
        </p>
      </div>
      <footer>
        {opens && (
          <button type="button" className="primary" onClick={open}>
            {label} <Key name="Alt+v" />
          </button>
        )}
        {phone.state === "up" && (
          <button type="button" disabled={!canClose} onClick={() => own.close()}>
            {v.phone.close}
          </button>
        )}
        <span className="grow" />
        <button type="button" onClick={onClose}>
          {v.phone.close_panel} <Key name="Escape" />
        </button>
      </footer>
    </Dialog>
  );
}
