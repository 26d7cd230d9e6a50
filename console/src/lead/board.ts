// Moving through the lanes of the board by key, and what stays chosen when a case leaves its lane.
import type { Lane, LaneName, WaitingCase } from "../api/types";

export interface Chosen {
  lane: LaneName;
  id: string;
  /** Where it stood, so that the next one is its neighbour once it is gone. */
  at: number;
}

/** The lanes that have something, in the server's order: the most pressing first. */
export function busy(lanes: readonly Lane[]): Lane[] {
  return lanes.filter((lane) => lane.items.length > 0);
}

export function pick(lane: Lane, at: number): Chosen | null {
  const index = Math.min(Math.max(at, 0), lane.items.length - 1);
  const item = lane.items[index];
  return item === undefined ? null : { lane: lane.lane, id: item.id, at: index };
}

/** A step down or up, on into the next lane at the end of one. */
export function step(lanes: readonly Lane[], chosen: Chosen | null, by: 1 | -1): Chosen | null {
  const full = busy(lanes);
  const first = full[0];
  if (first === undefined) return chosen;
  const laneAt = full.findIndex((lane) => lane.lane === chosen?.lane);
  const lane = full[laneAt];
  if (chosen === null || lane === undefined) return pick(first, 0);
  const at = lane.items.findIndex((item) => item.id === chosen.id);
  // Gone from its lane: the one that moved into its place comes next, the one above before.
  const next = at < 0 ? chosen.at + (by > 0 ? 0 : -1) : at + by;
  if (next >= 0 && next < lane.items.length) return pick(lane, next);
  const other = full[laneAt + by];
  return other === undefined ? pick(lane, next) : pick(other, by > 0 ? 0 : other.items.length - 1);
}

/** The next or the previous lane, at its first case. */
export function across(lanes: readonly Lane[], chosen: Chosen | null, by: 1 | -1): Chosen | null {
  const full = busy(lanes);
  const at = full.findIndex((lane) => lane.lane === chosen?.lane);
  const lane = full[at < 0 ? 0 : Math.min(Math.max(at + by, 0), full.length - 1)];
  return lane === undefined ? chosen : pick(lane, 0);
}

/** Where a chosen case is now: a decision may have moved it into another lane. */
export function follow(lanes: readonly Lane[], chosen: Chosen | null): Chosen | null {
  if (chosen === null) return null;
  const here = lanes.find((lane) => lane.lane === chosen.lane)?.items.some((item) => item.id === chosen.id) === true;
  if (here) return chosen;
  for (const lane of lanes) {
    const at = lane.items.findIndex((item) => item.id === chosen.id);
    if (at >= 0) return { lane: lane.lane, id: chosen.id, at };
  }
  return chosen;
}

export function find(lanes: readonly Lane[], id: string): WaitingCase | undefined {
  return lanes.flatMap((lane) => lane.items).find((item) => item.id === id);
}
