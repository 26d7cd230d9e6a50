import { describe, expect, it } from "vitest";
import { fromWgs84, toWgs84, unwaved, waved } from "./datum";

/** Check values published with the open implementations of the three datums. */
const WGS_GCJ = [
  [121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
  [113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
  [116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
  [116.404, 39.915, 116.41024449916938, 39.91640428150164],
] as const;

const near = (point: { lon: number; lat: number }, lon: number, lat: number) => {
  expect(Math.abs(point.lon - lon)).toBeLessThan(1e-5);
  expect(Math.abs(point.lat - lat)).toBeLessThan(1e-5);
};

describe("degrees", () => {
  it("of WGS-84 and GCJ-02 agree with published values, both ways", () => {
    for (const [lon, lat, there, thereLat] of WGS_GCJ) {
      near(fromWgs84({ lon, lat }, "gcj02"), there, thereLat);
      near(toWgs84({ lon: there, lat: thereLat }, "gcj02"), lon, lat);
    }
  });

  it("of GCJ-02 and BD-09 agree with published values", () => {
    near(waved({ lon: 116.404, lat: 39.915 }), 116.41036949371029, 39.92133699351021);
    near(unwaved({ lon: 116.404, lat: 39.915 }), 116.39762729119315, 39.90865673957631);
  });

  it("come back to where they began", () => {
    for (let i = 0; i < 100; i += 1) {
      const point = { lon: 74 + i * 0.6, lat: 18 + (i % 35) };
      for (const datum of ["wgs84", "gcj02", "bd09"] as const) near(toWgs84(fromWgs84(point, datum), datum), point.lon, point.lat);
    }
  });

  it("are not shifted outside of the country", () => {
    expect(fromWgs84({ lon: 2.35, lat: 48.85 }, "gcj02")).toEqual({ lon: 2.35, lat: 48.85 });
  });
});
