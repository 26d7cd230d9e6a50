// Tiles cut in degrees (EPSG:4490, EPSG:4326), bent line by line to what the map is drawn in. Their columns are the
// same; a line of the map lies at some latitude, and is stretched out of the row of tiles that has it.

const NAME = "geographic";

/** One line of pixels of a Mercator tile: from which row of geographic tiles, and from which height within. */
export interface Line {
  row: number;
  /** Pixels from the upper edge of that tile, a fraction of one. */
  from: number;
  /** How much of it the line shows, pixels. */
  height: number;
}

/** The lines of Mercator tile z/y, from the upper edge down. */
export function linesOf(z: number, y: number, size: number): Line[] {
  return Array.from({ length: size }, (_, at) => {
    const north = Math.PI * (1 - (2 * (y + (at + 0.5) / size)) / 2 ** z);
    const latitude = (Math.atan(Math.sinh(north)) * 180) / Math.PI;
    // A level has 2^z columns of 360° together, and its rows are as high as they are wide.
    const height = Math.cos((latitude * Math.PI) / 180);
    const down = ((90 - latitude) / 360) * 2 ** z * size;
    const row = Math.floor(down / size);
    return { row, from: Math.min(Math.max(down - row * size - height / 2, 0), size - height), height };
  });
}

/** The address the map asks for; the template travels in it. */
export function addressIn(template: string, size: number): string {
  return `${NAME}://{z}/{x}/{y}/${size}/${encodeURIComponent(template)}`;
}

/** What such an address asks for. */
export function asked(address: string): { z: number; x: number; y: number; size: number; template: string } | null {
  const found = /^geographic:\/\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/(.+)$/.exec(address);
  if (found === null) return null;
  const [z, x, y, size] = found.slice(1, 5).map(Number) as [number, number, number, number];
  return { z, x, y, size, template: decodeURIComponent(found[5] ?? "") };
}

export const fill = (template: string, z: number, x: number, y: number) => template.replaceAll("{z}", `${z}`).replaceAll("{x}", `${x}`).replaceAll("{y}", `${y}`);

/** Draws one tile of the map out of the service's. */
async function draw(address: string, signal: AbortSignal): Promise<ImageBitmap> {
  const tile = asked(address);
  if (tile === null) throw new Error(`no address of a tile: ${address}`);
  const { z, x, y, size, template } = tile;
  const lines = linesOf(z, y, size);
  const rows = new Map<number, ImageBitmap>();
  await Promise.all(
    [...new Set(lines.map((line) => line.row))].map(async (row) => {
      const answer = await fetch(fill(template, z, x, row), { signal });
      if (!answer.ok) throw new Error(`tile ${z}/${x}/${row}: ${answer.status}`);
      rows.set(row, await createImageBitmap(await answer.blob()));
    }),
  );
  const canvas = new OffscreenCanvas(size, size);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas to draw on");
  lines.forEach((line, at) => {
    const image = rows.get(line.row);
    if (image === undefined) return;
    // A service may send tiles of twice the edge.
    const scale = image.height / size;
    pen.drawImage(image, 0, line.from * scale, image.width, line.height * scale, 0, at, size, 1);
  });
  return canvas.transferToImageBitmap();
}

type AddProtocol = (name: string, load: (request: { url: string }, giveUp: AbortController) => Promise<{ data: ImageBitmap }>) => void;

export function understandGeographic(add: AddProtocol): void {
  add(NAME, async ({ url }, giveUp) => ({ data: await draw(url, giveUp.signal) }));
}
