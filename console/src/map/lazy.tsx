// What the map needs to be known, and the map as a chunk that comes when it is wanted.
import { Component, lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { calls } from "../api/calls";
import type { CasePoints, SiteMap } from "../api/types";
import { cache, useAnswer } from "../live/cache";
import { onHappening } from "../live/line";
import { useLook } from "../shell/look";
import { useWords } from "../words";
import type { MapViewProps } from "./view";

const View = lazy(() => import("./view"));

/** Open cases on the map are asked anew at most this often. */
const REST = 3000;

export function useSiteMap(): { site: SiteMap | undefined; vector: GeoJSON.FeatureCollection | null | undefined } {
  const site = useAnswer("map", calls.map).value;
  const wanted = site !== undefined && site.vector && site.tiles === null;
  const vector = useAnswer(wanted ? "map:vector" : null, calls.vectorMap).value;
  return { site, vector: site === undefined ? undefined : wanted ? vector : null };
}

export function useCasePoints(on = true): CasePoints | undefined {
  const points = useAnswer(on ? "map:cases" : null, calls.casePoints).value;
  useEffect(() => {
    if (!on) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onHappening(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        cache.touch((key) => key === "map:cases");
      }, REST);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [on]);
  return points;
}

export function useDark(): boolean {
  const { theme } = useLook();
  const [system, setSystem] = useState(() => typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    if (typeof matchMedia !== "function") return;
    const asked = matchMedia("(prefers-color-scheme: dark)");
    const hear = () => setSystem(asked.matches);
    asked.addEventListener("change", hear);
    return () => asked.removeEventListener("change", hear);
  }, []);
  return theme === "dark" || (theme === "system" && system);
}

/** Milliseconds after the last key in which hands count as still. */
const STILL = 600;

/** True once the page has drawn what matters more and nobody types: making a map holds the page for a quarter of a second. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), STILL);
    };
    const begin = () => {
      addEventListener("keydown", rest, true);
      rest();
    };
    if (idle) return;
    const asked = typeof requestIdleCallback === "function" ? requestIdleCallback(begin, { timeout: 3000 }) : null;
    if (asked === null) begin();
    return () => {
      if (asked !== null) cancelIdleCallback(asked);
      removeEventListener("keydown", rest, true);
      clearTimeout(timer);
    };
  }, [idle]);
  return idle;
}

/** A chunk that does not come must not take the desk with it. */
class Net extends Component<{ words: string; children: ReactNode }, { torn: boolean }> {
  override state = { torn: false };

  static getDerivedStateFromError() {
    return { torn: true };
  }

  override render() {
    return this.state.torn ? <p className="map-broken">{this.props.words}</p> : this.props.children;
  }
}

export function LazyMap(props: Omit<MapViewProps, "site" | "vector" | "dark"> & { dark?: boolean }) {
  const t = useWords();
  const { site, vector } = useSiteMap();
  const night = useDark();
  const waiting = <p className="map-broken dim">{t.work.map.loading}</p>;
  if (site === undefined || vector === undefined) return waiting;
  return (
    <Net words={t.work.map.failed}>
      <Suspense fallback={waiting}>
        <View {...props} site={site} vector={vector} dark={props.dark ?? night} />
      </Suspense>
    </Net>
  );
}
