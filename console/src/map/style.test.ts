import { describe, expect, it } from "vitest";
import type { CasePoint, SiteMap } from "../api/types";
import { fromWgs84 } from "./datum";
import { caseFeatures, grid, gridStep, kindOf, light, onePoint, styleOf } from "./style";

const none: SiteMap = { tiles: null, vector: false, bounds: null, middle: null, zoom: null };
const tiles: SiteMap = { ...none, tiles: { template: "https://map.example.invalid/{z}/{x}/{y}", datum: "gcj02", grid: "mercator", attribution: "示例", size: 256, zoom_most: 17 } };
const point: CasePoint = { id: "c1", no: "110-1", lon: 125.5, lat: 27.5, status: "taken", danger: false, urgent: false, overdue: false };
const county: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const AROUND: [number, number, number, number] = [125.4, 27.4, 125.6, 27.6];

describe("the map", () => {
  it("is the site's tiles, else its vector map, else a grid", () => {
    const ids = (site: SiteMap, vector: GeoJSON.FeatureCollection | null) => styleOf(site, vector, light, AROUND).layers.map((layer) => layer.id);
    expect(ids(tiles, county)).toContain("tiles");
    expect(ids(tiles, county)).not.toContain("road");
    expect(ids(none, county)).toContain("road");
    expect(ids(none, null)).toContain("grid");
    for (const all of [ids(tiles, null), ids(none, county), ids(none, null)]) expect(all.slice(-2)).toEqual(["here-rim", "here"]);
  });

  it("loads nothing but the configured tiles", () => {
    const addresses = (site: SiteMap) => JSON.stringify(styleOf(site, county, light, AROUND)).match(/https?:\/\/[^"/]+/g) ?? [];
    expect(addresses(none)).toEqual([]);
    expect(addresses(tiles)).toEqual(["https://map.example.invalid"]);
    const own = { ...tiles, tiles: { ...tiles.tiles, template: "/api/map/tiles/{z}-{x}-{y}" } } as SiteMap;
    expect(JSON.stringify(styleOf(own, county, light, AROUND))).toContain(`${location.origin}/api/map/tiles/{z}-{x}-{y}`);
  });

  it("draws points in the degrees of the tiles", () => {
    const { lon, lat } = fromWgs84(point, "gcj02");
    expect(onePoint(point, tiles).features[0]?.geometry).toEqual({ type: "Point", coordinates: [lon, lat] });
    expect(onePoint(point, none).features[0]?.geometry).toEqual({ type: "Point", coordinates: [125.5, 27.5] });
    expect(onePoint(null, none).features).toEqual([]);
  });

  it("says the gravest of a case, and that one on top", () => {
    expect(kindOf({ danger: true, overdue: true, urgent: true })).toBe("danger");
    expect(kindOf({ danger: false, overdue: true, urgent: true })).toBe("overdue");
    expect(kindOf({ danger: false, overdue: false, urgent: true })).toBe("urgent");
    const [plain, grave] = caseFeatures([point, { ...point, danger: true }], none).features;
    expect(Number(grave?.properties?.["rank"])).toBeGreaterThan(Number(plain?.properties?.["rank"]));
  });

  it("has a grid of some lines and not many", () => {
    for (const span of [0.004, 0.2, 3, 40]) expect(span / gridStep(span)).toBeLessThanOrEqual(12);
    const lines = grid(AROUND).features.length;
    expect(lines).toBeGreaterThan(10);
    expect(lines).toBeLessThan(40);
  });
});
