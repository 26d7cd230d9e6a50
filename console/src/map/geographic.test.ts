import { describe, expect, it } from "vitest";
import { addressIn, asked, fill, linesOf } from "./geographic";

/** Where a line of a Mercator tile lies, and where a place of a geographic one does. */
const latitude = (z: number, y: number, at: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + at)) / 2 ** z))) * 180) / Math.PI;
const degrees = (z: number, row: number, from: number, size: number) => 90 - ((row + from / size) * 360) / 2 ** z;

describe("tiles cut in degrees", () => {
  it("give each line of the map what lies at its latitude", () => {
    const size = 256;
    for (const [z, y] of [[1, 0], [4, 6], [11, 836], [14, 6692]] as const) {
      linesOf(z, y, size).forEach((line, at) => {
        expect(line.row).toBeGreaterThanOrEqual(0);
        expect(line.row).toBeLessThan(2 ** (z - 1));
        expect(line.from).toBeGreaterThanOrEqual(0);
        expect(line.from + line.height).toBeLessThanOrEqual(size);
        // Within one pixel: at the edge of a tile the line stays inside of it.
        const off = Math.abs(degrees(z, line.row, line.from + line.height / 2, size) - latitude(z, y, (at + 0.5) / size));
        expect(off).toBeLessThan(360 / 2 ** z / size);
      });
    }
  });

  it("need one or two rows for a tile, in their order", () => {
    const rows = [...new Set(linesOf(11, 836, 256).map((line) => line.row))];
    expect(rows.length).toBeLessThanOrEqual(2);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  });

  it("are asked for by the site's own template", () => {
    const template = "https://map.example.invalid/wmts?layer=vec&tilematrix={z}&tilerow={y}&tilecol={x}";
    const address = addressIn(template, 256);
    // The map fills in its own tile, and nothing within the template.
    const filled = fill(address.slice(0, address.indexOf("256")), 11, 1739, 836) + address.slice(address.indexOf("256"));
    expect(asked(filled)).toEqual({ z: 11, x: 1739, y: 836, size: 256, template });
    expect(address.match(/\{[zxy]\}/g)).toHaveLength(3);
    expect(fill(template, 11, 1739, 354)).toBe("https://map.example.invalid/wmts?layer=vec&tilematrix=11&tilerow=354&tilecol=1739");
    expect(asked("https://elsewhere")).toBeNull();
  });
});
