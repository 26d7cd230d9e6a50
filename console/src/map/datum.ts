// Degrees of one datum into another. Everything the console holds is WGS-84; only a tile service
// that is drawn in GCJ-02 or BD-09 is met in its own degrees, at the edge of the map.
import type { Datum, Point } from "../api/types";

const AXIS = 6_378_245;
const ECCENTRICITY = 0.006_693_421_622_965_943;
const WAVE = (Math.PI * 3000) / 180;

/** The shift is only there within the country, by its published rectangle. */
function shifts({ lon, lat }: Point): boolean {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

function shifted(point: Point): Point {
  if (!shifts(point)) return point;
  const [x, y] = [point.lon - 105, point.lat - 35];
  const wave = (of: number, much: number) => much * Math.sin(of * Math.PI);
  const common = ((wave(6 * x, 20) + wave(2 * x, 20)) * 2) / 3;
  const root = Math.sqrt(Math.abs(x));
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common +
    ((wave(y, 20) + wave(y / 3, 40)) * 2) / 3 + ((wave(y / 12, 160) + wave(y / 30, 320)) * 2) / 3;
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common +
    ((wave(x, 20) + wave(x / 3, 40)) * 2) / 3 + ((wave(x / 12, 150) + wave(x / 30, 300)) * 2) / 3;
  const latitude = (point.lat * Math.PI) / 180;
  const flat = 1 - ECCENTRICITY * Math.sin(latitude) ** 2;
  const half = Math.sqrt(flat);
  return {
    lon: point.lon + (east * 180) / ((AXIS / half) * Math.cos(latitude) * Math.PI),
    lat: point.lat + (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / (flat * half)) * Math.PI),
  };
}

/** There is no formula back; each step leaves a thousandth of the error. */
function unshifted(point: Point): Point {
  let guess = point;
  for (let i = 0; i < 6; i += 1) {
    const there = shifted(guess);
    guess = { lon: guess.lon - (there.lon - point.lon), lat: guess.lat - (there.lat - point.lat) };
  }
  return guess;
}

export function waved({ lon, lat }: Point): Point {
  const length = Math.hypot(lon, lat) + 0.000_02 * Math.sin(lat * WAVE);
  const angle = Math.atan2(lat, lon) + 0.000_003 * Math.cos(lon * WAVE);
  return { lon: length * Math.cos(angle) + 0.0065, lat: length * Math.sin(angle) + 0.006 };
}

export function unwaved({ lon, lat }: Point): Point {
  const [x, y] = [lon - 0.0065, lat - 0.006];
  const length = Math.hypot(x, y) - 0.000_02 * Math.sin(y * WAVE);
  const angle = Math.atan2(y, x) - 0.000_003 * Math.cos(x * WAVE);
  return { lon: length * Math.cos(angle), lat: length * Math.sin(angle) };
}

export function fromWgs84(point: Point, to: Datum): Point {
  if (to === "gcj02") return shifted(point);
  return to === "bd09" ? waved(shifted(point)) : { lon: point.lon, lat: point.lat };
}

export function toWgs84(point: Point, from: Datum): Point {
  if (from === "gcj02") return unshifted(point);
  return from === "bd09" ? unshifted(unwaved(point)) : { lon: point.lon, lat: point.lat };
}
