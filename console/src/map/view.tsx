// The map itself. A chunk of its own: the desk is there before it, and works without it.
import { addProtocol, Map as Canvas, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { useEffect, useRef, useState } from "react";
import type { CasePoint, Point, SiteMap } from "../api/types";
import { useWords } from "../words";
import { fromWgs84, toWgs84 } from "./datum";
import { understandGeographic } from "./geographic";
import "./map.css";
import { caseFeatures, dark, light, onePoint, styleOf } from "./style";

// From this server, as the page's policy demands: no worker is made out of thin air.
setWorkerUrl(workerUrl);
understandGeographic(addProtocol);

export interface MapHandle {
  /** WGS-84. */
  middle(): Point;
}

export interface MapViewProps {
  site: SiteMap;
  vector: GeoJSON.FeatureCollection | null;
  points: readonly CasePoint[];
  /** Where this call is. */
  here: Point | null;
  /** Where the gazetteer would put it. */
  hint: Point | null;
  dark: boolean;
  /** With arrows and + −; then it takes the focus. */
  keyboard?: boolean;
  /** For a screen read from far away: everything so many times as large. */
  scale?: number;
  /** Goes to where the call is when that changes. */
  follow?: boolean;
  onPick?: (point: Point) => void;
  onOpen?: (id: string) => void;
  onReady?: (map: MapHandle) => void;
}

const CLOSE = 13.75;

/** What is seen first: the whole of the site's map. */
function around(site: SiteMap, points: readonly CasePoint[]): [number, number, number, number] {
  if (site.bounds !== null) return site.bounds;
  if (site.middle !== null) {
    const reach = 180 / 2 ** ((site.zoom ?? 11) - 1);
    return [site.middle.lon - reach, site.middle.lat - reach / 2, site.middle.lon + reach, site.middle.lat + reach / 2];
  }
  const first = points[0];
  if (first === undefined) return [73, 18, 135, 54];
  const box = points.reduce((b, p) => [Math.min(b[0], p.lon), Math.min(b[1], p.lat), Math.max(b[2], p.lon), Math.max(b[3], p.lat)] as [number, number, number, number], [first.lon, first.lat, first.lon, first.lat] as [number, number, number, number]);
  return [box[0] - 0.02, box[1] - 0.02, box[2] + 0.02, box[3] + 0.02];
}

export default function MapView({ site, vector, points, here, hint, dark: night, keyboard = false, follow = true, scale = 1, onPick, onOpen, onReady }: MapViewProps) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<Canvas | null>(null);
  const [drawn, setDrawn] = useState(false);
  const [broken, setBroken] = useState<"none" | "failed" | null>(null);
  const latest = useRef({ points, here, hint, onPick, onOpen, onReady });
  latest.current = { points, here, hint, onPick, onOpen, onReady };
  const datum = site.tiles?.datum ?? "wgs84";

  useEffect(() => {
    const container = box.current;
    if (container === null) return;
    const [west, south, east, north] = around(site, latest.current.points);
    const low = fromWgs84({ lon: west, lat: south }, datum);
    const high = fromWgs84({ lon: east, lat: north }, datum);
    let map: Canvas;
    try {
      map = new Canvas({
        container,
        style: styleOf(site, vector, night ? dark : light, [low.lon, low.lat, high.lon, high.lat], scale),
        bounds: [low.lon, low.lat, high.lon, high.lat],
        fitBoundsOptions: { padding: 12 },
        attributionControl: false,
        // The system's own Chinese face draws the names; no font is ever loaded.
        localIdeographFontFamily: '"PingFang SC", "Microsoft YaHei", "HarmonyOS Sans SC", "Noto Sans CJK SC", sans-serif',
        keyboard,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        maxZoom: site.tiles === null ? 18 : site.tiles.zoom_most + 1,
      });
    } catch {
      // No WebGL, or a driver that fails: said in words, and everything else works on.
      setBroken("none");
      return;
    }
    canvas.current = map;
    const surface = map.getCanvas();
    surface.setAttribute("aria-label", t.work.map.label);
    if (!keyboard) surface.tabIndex = -1;
    const wgs = (lngLat: { lng: number; lat: number }) => toWgs84({ lon: lngLat.lng, lat: lngLat.lat }, datum);
    map.on("load", () => {
      setDrawn(true);
      // After the dialog has put the focus where it thinks best.
      if (keyboard) surface.focus();
    });
    map.on("error", (event) => {
      // A tile that does not come leaves a hole and nothing more.
      if (!map.isStyleLoaded() && canvas.current === map && !("tile" in event)) setBroken("failed");
    });
    map.on("click", (event) => {
      const hits = latest.current.onOpen === undefined ? [] : map.queryRenderedFeatures([[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]], { layers: ["cases"] });
      const id: unknown = hits[0]?.properties["id"];
      if (typeof id === "string") latest.current.onOpen?.(id);
      else latest.current.onPick?.(wgs(event.lngLat));
    });
    // A screen that nobody steers keeps the whole in view when its size changes.
    if (!follow) map.on("resize", () => map.fitBounds([low.lon, low.lat, high.lon, high.lat], { padding: 12, animate: false }));
    latest.current.onReady?.({ middle: () => wgs(map.getCenter()) });
    return () => {
      canvas.current = null;
      setDrawn(false);
      map.remove();
    };
    // A new site or another palette is a new map.
  }, [site, vector, night, keyboard, follow, scale, datum, t]);

  useEffect(() => {
    if (drawn) canvas.current?.getSource<GeoJSONSource>("cases")?.setData(caseFeatures(points, site));
  }, [drawn, points, site]);
  useEffect(() => {
    if (!drawn) return;
    canvas.current?.getSource<GeoJSONSource>("here")?.setData(onePoint(here, site));
    canvas.current?.getSource<GeoJSONSource>("hint")?.setData(onePoint(here === null ? hint : null, site));
  }, [drawn, here, hint, site]);
  const target = here ?? hint;
  const [lon, lat] = [target?.lon, target?.lat];
  useEffect(() => {
    if (!drawn || !follow || lon === undefined || lat === undefined) return;
    const there = fromWgs84({ lon, lat }, datum);
    // At once: nothing on the desk moves but what the operator moves.
    canvas.current?.jumpTo({ center: [there.lon, there.lat], zoom: CLOSE });
  }, [drawn, follow, lon, lat, datum]);

  if (broken !== null) return <p className="map-broken">{broken === "none" ? t.work.map.none : t.work.map.failed}</p>;
  return (
    <div className={`map ${drawn ? "drawn" : ""}`} data-points={points.length}>
      <div ref={box} className="map-canvas" />
      {site.tiles !== null && site.tiles.attribution !== "" && <span className="map-by">{site.tiles.attribution}</span>}
      {site.tiles === null && !site.vector && <span className="map-by">{t.work.map.grid}</span>}
    </div>
  );
}
