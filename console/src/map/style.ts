// How the map is drawn: the site's tiles, else its own vector map, else a grid of degrees. Two
// palettes, both calm; only cases carry colour, and each kind of case has its own shape as well.
import type { LayerSpecification, RasterSourceSpecification, StyleSpecification } from "maplibre-gl";
import type { CasePoint, Point, SiteMap } from "../api/types";
import { fromWgs84 } from "./datum";
import { addressIn } from "./geographic";

export interface Palette {
  land: string;
  line: string;
  district: string;
  water: string;
  green: string;
  works: string;
  estate: string;
  road: string;
  casing: string;
  ink: string;
  halo: string;
  open: string;
  urgent: string;
  danger: string;
  rim: string;
  here: string;
}

export const light: Palette = {
  land: "#f3f1ec", line: "#d9d5cb", district: "#8d8a83", water: "#bcd6e6", green: "#d5e3cc", works: "#e4dfd8", estate: "#e6dccb",
  road: "#ffffff", casing: "#c9c4b8", ink: "#39434d", halo: "#f7f5f1", open: "#0b5a8f", urgent: "#8a5300", danger: "#b3261e", rim: "#ffffff", here: "#16202b",
};

export const dark: Palette = {
  land: "#141b22", line: "#26313b", district: "#5b6977", water: "#16303f", green: "#18291f", works: "#1d242b", estate: "#222b34",
  road: "#34424f", casing: "#0f151b", ink: "#b1bdc9", halo: "#10161c", open: "#69b1e6", urgent: "#f0bd62", danger: "#ff6a5e", rim: "#0e1419", here: "#ffffff",
};

/** Degrees between two lines of the grid, so that a screen has some and not many. */
export function gridStep(span: number): number {
  for (const step of [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]) if (span / step <= 12) return step;
  return 10;
}

export function grid([west, south, east, north]: readonly [number, number, number, number]): GeoJSON.FeatureCollection {
  const step = gridStep(Math.max(east - west, north - south));
  const features: GeoJSON.Feature[] = [];
  const line = (from: [number, number], to: [number, number]) => features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [from, to] } });
  for (let lon = Math.floor(west / step) * step; lon <= east + step; lon += step) line([lon, south - step], [lon, north + step]);
  for (let lat = Math.floor(south / step) * step; lat <= north + step; lat += step) line([west - step, lat], [east + step, lat]);
  return { type: "FeatureCollection", features };
}

/** Its own size more on every side: a screen is seldom as narrow as what it shows. */
function widened([west, south, east, north]: readonly [number, number, number, number]): [number, number, number, number] {
  const [wide, high] = [east - west, north - south];
  return [west - wide, south - high, east + wide, north + high];
}

export type Kind = "danger" | "overdue" | "urgent" | "open";

/** One word a case, the gravest that holds. */
export function kindOf(point: Pick<CasePoint, "danger" | "overdue" | "urgent">): Kind {
  if (point.danger) return "danger";
  if (point.overdue) return "overdue";
  return point.urgent ? "urgent" : "open";
}

/** A worker asks for the tiles, and has no address of its own to add a path to. */
function addressOf(template: string): string {
  return template.startsWith("/") ? `${location.origin}${template}` : template;
}

function raster(tiles: NonNullable<SiteMap["tiles"]>): RasterSourceSpecification {
  const address = addressOf(tiles.template);
  // The whole earth is no tile of a grid of degrees: its first level has two.
  if (tiles.grid === "geographic") return { type: "raster", tiles: [addressIn(address, tiles.size)], tileSize: tiles.size, minzoom: 1, maxzoom: tiles.zoom_most };
  return { type: "raster", tiles: [address], tileSize: tiles.size, maxzoom: tiles.zoom_most };
}

const RANK: Record<Kind, number> = { open: 0, urgent: 1, overdue: 2, danger: 3 };

export function caseFeatures(points: readonly CasePoint[], site: SiteMap): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: points.map((point) => {
      const kind = kindOf(point);
      return { type: "Feature", properties: { id: point.id, no: point.no, kind, rank: RANK[kind] }, geometry: at(point, site) };
    }),
  };
}

export function onePoint(point: Point | null, site: SiteMap): GeoJSON.FeatureCollection {
  return { type: "FeatureCollection", features: point === null ? [] : [{ type: "Feature", properties: {}, geometry: at(point, site) }] };
}

function at(point: Point, site: SiteMap): GeoJSON.Point {
  const { lon, lat } = fromWgs84(point, site.tiles?.datum ?? "wgs84");
  return { type: "Point", coordinates: [lon, lat] };
}

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const FONT = ["sans-serif"];

export function styleOf(site: SiteMap, vector: GeoJSON.FeatureCollection | null, p: Palette, around: [number, number, number, number], scale = 1): StyleSpecification {
  const kind = (...names: string[]) => ["in", ["get", "kind"], ["literal", names]] as never;
  const label = (id: string, kinds: string[], size: number, over: Partial<LayerSpecification> & { layout?: object } = {}): LayerSpecification =>
    ({
      id,
      type: "symbol",
      source: "county",
      filter: kind(...kinds),
      ...over,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": size * scale, "text-padding": 4, ...over.layout },
      paint: { "text-color": p.ink, "text-halo-color": p.halo, "text-halo-width": 1.5 },
    }) as LayerSpecification;
  const base: LayerSpecification[] =
    site.tiles !== null
      ? [{ id: "tiles", type: "raster", source: "tiles" }]
      : vector !== null
        ? [
            { id: "district", type: "line", source: "county", filter: kind("district"), paint: { "line-color": p.district, "line-width": 1, "line-dasharray": [4, 3] } },
            { id: "green", type: "fill", source: "county", filter: kind("green"), paint: { "fill-color": p.green } },
            { id: "works", type: "fill", source: "county", filter: kind("works"), paint: { "fill-color": p.works } },
            { id: "water", type: "fill", source: "county", filter: kind("water"), paint: { "fill-color": p.water } },
            { id: "river", type: "line", source: "county", filter: kind("river"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": p.water, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 9, 3, 15, 60] } },
            { id: "estate", type: "fill", source: "county", filter: kind("estate"), paint: { "fill-color": p.estate } },
            { id: "casing", type: "line", source: "county", filter: kind("road"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": p.casing, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, 1, 12, 5, 16, 18] } },
            { id: "road", type: "line", source: "county", filter: kind("road"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": p.road, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, 0.5, 12, 3, 16, 14] } },
            label("road-name", ["road"], 11, { minzoom: 11.5, layout: { "symbol-placement": "line" } }),
            label("estate-name", ["estate", "landmark"], 11, { minzoom: 12.5 }),
            label("water-name", ["water", "green"], 11, { minzoom: 11 }),
            label("district-name", ["district"], 13, { maxzoom: 13 }),
          ]
        : [{ id: "grid", type: "line", source: "grid", paint: { "line-color": p.line, "line-width": 1 } }];
  const shade = ["match", ["get", "kind"], "danger", p.danger, "overdue", p.danger, "urgent", p.urgent, p.open] as never;
  return {
    version: 8,
    sources: {
      ...(site.tiles === null ? {} : { tiles: raster(site.tiles) }),
      ...(site.tiles === null && vector !== null ? { county: { type: "geojson", data: vector } } : {}),
      ...(site.tiles === null && vector === null ? { grid: { type: "geojson", data: grid(widened(around)) } } : {}),
      cases: { type: "geojson", data: EMPTY },
      hint: { type: "geojson", data: EMPTY },
      here: { type: "geojson", data: EMPTY },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": p.land } },
      ...base,
      // Danger is ringed, overdue is hollow: colour is never the only sign.
      { id: "ring", type: "circle", source: "cases", filter: ["==", ["get", "kind"], "danger"], paint: { "circle-radius": 11 * scale, "circle-color": "transparent", "circle-stroke-color": p.danger, "circle-stroke-width": 2 * scale } },
      {
        id: "cases",
        type: "circle",
        source: "cases",
        layout: { "circle-sort-key": ["get", "rank"] },
        paint: {
          "circle-radius": ["match", ["get", "kind"], "danger", 6 * scale, "overdue", 5.5 * scale, 4.5 * scale],
          "circle-color": ["match", ["get", "kind"], "overdue", p.rim, shade],
          "circle-stroke-color": ["match", ["get", "kind"], "overdue", p.danger, p.rim],
          "circle-stroke-width": ["match", ["get", "kind"], "overdue", 2.5 * scale, 1.25],
        },
      },
      { id: "hint", type: "circle", source: "hint", paint: { "circle-radius": 9, "circle-color": "transparent", "circle-stroke-color": p.here, "circle-stroke-width": 2, "circle-stroke-opacity": 0.7 } },
      { id: "here-rim", type: "circle", source: "here", paint: { "circle-radius": 10, "circle-color": p.rim } },
      { id: "here", type: "circle", source: "here", paint: { "circle-radius": 7, "circle-color": p.here } },
    ],
  };
}
