// Where a call comes from: what the gazetteer knows of the words, and a point on the map.
import { useRef } from "react";
import type { PlaceFound, Point } from "../api/types";
import type { Draft } from "../draft/drafts";
import { useKeys } from "../keys/use-keys";
import { LazyMap, useCasePoints, useIdle } from "../map/lazy";
import type { MapHandle } from "../map/view";
import { Key } from "../parts/signs";
import { navigate, casePath } from "../route/router";
import { useActions, type Action } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useWords } from "../words";

interface LineProps {
  draft: Draft;
  found: PlaceFound | null;
  off: boolean;
  onSet: (point: Draft["point"]) => void;
  onOpen: () => void;
}

/** Below the place: one key sets the point the words mean, another opens the large map. */
export function PointLine({ draft, found, off, onSet, onOpen }: LineProps) {
  const t = useWords();
  const w = t.work.map;
  const set = draft.point;
  const toggle = () => {
    if (set !== null) onSet(null);
    else if (found !== null) onSet({ lon: found.lon, lat: found.lat, from: "words" });
  };
  const actions: Action[] = [
    ...(set === null && found === null ? [] : [{ id: "point", label: set === null ? t.work.key.set_point : w.clear, key: "Alt+g", run: toggle }]),
    { id: "map", label: t.work.key.open_map, key: "Alt+m", run: onOpen },
  ];
  useActions("here", actions, { off });
  return (
    <p className="point-line">
      {set !== null ? (
        <span>
          <i aria-hidden="true">◉</i> {w.is_set} · {set.from === "words" ? w.by_words : w.by_hand}
        </span>
      ) : found !== null ? (
        <span>
          {w.known(found.name)} <span className="dim">{[w.how[found.how], found.district_name, found.source === "narrative" ? w.told : ""].filter((each) => each !== "").join(" · ")}</span>
        </span>
      ) : null}
      {/* Tab goes on to the caller's number: both of these have a key of their own. */}
      {(set !== null || found !== null) && (
        <button type="button" className="plain" tabIndex={-1} disabled={off} onClick={toggle}>
          {set === null ? w.set : w.clear} <Key name="Alt+g" />
        </button>
      )}
      <button type="button" className="plain" tabIndex={-1} disabled={off} onClick={onOpen}>
        {w.open} <Key name="Alt+m" />
      </button>
    </p>
  );
}

/** The small map beside the lists: what is near. Everything on it is in the lists, too. */
export function DeskMap({ here, found, onPick }: { here: Point | null; found: PlaceFound | null; onPick?: (point: Point) => void }) {
  const t = useWords();
  const idle = useIdle();
  const points = useCasePoints(idle);
  return (
    <figure className="desk-map">
      {idle && <LazyMap points={points?.points ?? NONE} here={here} hint={found} onOpen={(id) => navigate(casePath(id))} {...(onPick === undefined ? {} : { onPick })} />}
      <figcaption className="map-legend">
        <Legend />
        {points !== undefined && <span className="dim">{points.complete ? t.work.map.points(points.points.length) : t.work.map.some(points.points.length)}</span>}
      </figcaption>
    </figure>
  );
}

const NONE: never[] = [];

export function Legend({ here = true }: { here?: boolean }) {
  const t = useWords();
  const w = t.work.map;
  return (
    <>
      {here && (
        <span>
          <i className="dot here" aria-hidden="true" /> {w.legend_here}
        </span>
      )}
      <span>
        <i className="dot open" aria-hidden="true" /> {w.legend_open}
      </span>
      <span>
        <i className="dot urgent" aria-hidden="true" /> {t.urgency.urgent}
      </span>
      <span>
        <i className="dot overdue" aria-hidden="true" /> {w.legend_overdue}
      </span>
      <span>
        <i className="dot danger" aria-hidden="true" /> {w.legend_danger}
      </span>
    </>
  );
}

export function MapDialog({ draft, found, onSet, onClose }: { draft: Draft; found: PlaceFound | null; onSet: (point: Point) => void; onClose: () => void }) {
  const t = useWords();
  const w = t.work.map;
  const points = useCasePoints();
  const map = useRef<MapHandle | null>(null);
  const setHere = () => {
    if (map.current !== null) onSet(map.current.middle());
  };
  // Around the dialog: its own keys are laid first, and this one above them.
  useKeys([{ key: "Enter", run: setHere }]);
  return (
    <Dialog label={w.open} className="map-dialog" onClose={onClose}>
      <header>
        <h2>{w.open}</h2>
        <span className="dim">{w.help}</span>
        <span className="grow" />
        <button type="button" className="primary" onClick={setHere}>
          {w.here} <Key name="Enter" />
        </button>
        <button type="button" onClick={onClose}>
          {w.close} <Key name="Escape" />
        </button>
      </header>
      <div className="map-large">
        <LazyMap points={points?.points ?? NONE} here={draft.point} hint={found} keyboard onPick={onSet} onReady={(handle) => (map.current = handle)} />
        <i className="cross" aria-hidden="true" />
      </div>
      <footer className="map-legend">
        <Legend />
      </footer>
    </Dialog>
  );
}
