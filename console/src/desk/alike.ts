// What is known already: the caller's cases, and open cases that may be the same matter.
import { useEffect, useMemo, useRef, useState } from "react";
import { calls } from "../api/calls";
import type { AlikeCase, AlikeCases, CaseBrief, Nuisance, PlaceFound } from "../api/types";
import type { Draft } from "../draft/drafts";
import { cache, useAnswer } from "../live/cache";
import { onHappening } from "../live/line";

/** Milliseconds after the last key. */
const PAUSE = 300;
/** Open cases are compared anew at most this often while nothing is typed, however busy the hall is. */
const REST = 4000;

/** The keys that join the first three. */
export const JOIN_KEYS = ["Alt+j", "Alt+k", "Alt+u"] as const;

export interface Joinable {
  brief: CaseBrief;
  /** Why it may be the same matter; null for the caller's own. */
  hit: AlikeCase | null;
}

export interface Known {
  /** Whether anything was asked and answered yet. */
  asked: boolean;
  open: CaseBrief[];
  earlier: CaseBrief[];
  /** The number that was asked for, and what its past says of nuisance. */
  number: string;
  nuisance: Nuisance | null;
  alike: AlikeCase[];
  compared: number;
  place: PlaceFound | null;
  /** In the order of their keys. */
  joinable: Joinable[];
}

function useSlow<T>(value: T, ms: number, hold: boolean): T {
  const [slow, setSlow] = useState(value);
  useEffect(() => {
    if (hold) return;
    const timer = setTimeout(() => setSlow(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms, hold]);
  return slow;
}

/** Alike in words, or of the very place; the others are merely near. */
export function isAlike(hit: AlikeCase): boolean {
  return hit.same_place || (hit.percent > 0 && hit.words.length > 0);
}

/** Those that were shown keep their places: a key must not mean another case under the finger. */
export function keepOrder(shown: readonly string[], fresh: readonly AlikeCase[]): AlikeCase[] {
  const place = (hit: AlikeCase) => {
    const at = shown.indexOf(hit.case.id);
    return at < 0 ? shown.length : at;
  };
  return [...fresh].sort((a, b) => place(a) - place(b));
}

export function useKnown(draft: Draft, composing: boolean): Known {
  const number = useSlow(draft.caller_number.trim(), 250, composing);
  const narrative = useSlow(draft.narrative.trim(), PAUSE, composing);
  const place = useSlow(draft.place.trim(), PAUSE, composing);
  const { point } = draft;
  const caller = useAnswer(number.length >= 7 ? `callers:${number}` : null, () => calls.callers(number)).value;

  const question = useRef({ narrative, place, point });
  question.current = { narrative, place, point };
  const enough = [...narrative].length >= 6 || [...place].length >= 2 || point !== null;
  const key = enough ? `alike:${draft.id}` : null;
  const alike = useAnswer<AlikeCases>(key, () => {
    const { narrative: words, place: where, point: at } = question.current;
    return calls.alike({ narrative: words, place: where, ...(at === null ? {} : { point: { lon: at.lon, lat: at.lat } }) });
  }).value;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else if (key !== null) cache.touch((each) => each === key);
  }, [key, narrative, place, point]);
  useEffect(() => {
    if (key === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onHappening(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        cache.touch((each) => each === key);
      }, REST);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [key]);

  const shown = useRef<{ about: string; ids: string[] }>({ about: "", ids: [] });
  return useMemo(() => {
    const open = caller?.open ?? [];
    const about = `${narrative}\n${place}\n${point?.lon ?? ""}`;
    const fresh = (key === null ? [] : (alike?.cases ?? [])).filter((hit) => !open.some((other) => other.id === hit.case.id));
    const kept = shown.current.about === about ? keepOrder(shown.current.ids, fresh) : fresh;
    const ordered = [...kept.filter(isAlike), ...kept.filter((hit) => !isAlike(hit))];
    shown.current = { about, ids: ordered.map((hit) => hit.case.id) };
    return {
      asked: caller !== undefined || (key !== null && alike !== undefined),
      open,
      earlier: caller?.earlier ?? [],
      number,
      nuisance: caller?.nuisance ?? null,
      alike: ordered,
      compared: key === null ? 0 : (alike?.compared ?? 0),
      place: key === null ? null : (alike?.place ?? null),
      joinable: [...open.map((brief): Joinable => ({ brief, hit: null })), ...ordered.map((hit): Joinable => ({ brief: hit.case, hit }))].slice(0, JOIN_KEYS.length),
    };
  }, [caller, alike, key, narrative, number, place, point]);
}
