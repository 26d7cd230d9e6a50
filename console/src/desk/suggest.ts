// Triage while typing: 90 ms after the last key, never inside a composition, never an old answer.
import { useCallback, useEffect, useRef, useState } from "react";
import { calls } from "../api/calls";
import { Problem } from "../api/http";
import type { DangerFound, Suggestion } from "../api/types";

const PAUSE = 90;
/** Danger is looked for from the second character on. */
export const LEAST = 2;
/** From here on a suggestion is shown while typing goes on… */
export const ENOUGH = 20;
/** …and a shorter text gets its suggestion once the typing pauses. */
const SETTLED = 500;

export interface Suggesting {
  suggestion: Suggestion | null;
  /** The words the suggestion is about. */
  about: string;
  /** Whether it may be shown as more than danger. */
  ready: boolean;
  failed: boolean;
  /** Asks at once and gives the answer for exactly the present words. */
  now: () => Promise<Suggestion | null>;
}

export function useSuggestion(narrative: string, place: string, on: boolean, composing = false): Suggesting {
  const [state, setState] = useState<{ suggestion: Suggestion | null; about: string; failed: boolean }>({ suggestion: null, about: "", failed: false });
  const [settled, setSettled] = useState("");
  const running = useRef<AbortController | null>(null);
  const words = narrative.trim();
  const long = [...words].length;

  const ask = useCallback(async (text: string, where: string): Promise<Suggestion | null> => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    try {
      const suggestion = await calls.triage(text, where, mine.signal);
      if (running.current === mine) setState({ suggestion, about: text, failed: false });
      return suggestion;
    } catch (failure) {
      if (running.current === mine && !(failure instanceof Problem && failure.key === "aborted")) {
        // The last known danger stays: it is safer to show it than to hide it.
        setState((old) => ({ ...old, failed: true }));
      }
      return null;
    }
  }, []);

  useEffect(() => {
    if (!on || composing) return;
    if (long < LEAST) {
      running.current?.abort();
      setState({ suggestion: null, about: "", failed: false });
      return;
    }
    const timer = setTimeout(() => void ask(narrative, place), PAUSE);
    return () => clearTimeout(timer);
  }, [narrative, place, on, composing, long, ask]);

  useEffect(() => {
    if (composing) return;
    const timer = setTimeout(() => setSettled(narrative), SETTLED);
    return () => clearTimeout(timer);
  }, [narrative, composing]);

  useEffect(() => () => running.current?.abort(), []);

  return {
    suggestion: long < LEAST ? null : state.suggestion,
    about: state.about,
    ready: long >= ENOUGH || settled === narrative || long === 0,
    failed: state.failed,
    now: () => (long < LEAST ? Promise.resolve(null) : ask(narrative, place)),
  };
}

export interface Mark {
  start: number;
  end: number;
  danger: boolean;
}

/** Code-point offsets as the server counts them, into UTF-16 as the page does. */
export function unitsOf(text: string, start: number, end: number): [number, number] {
  let units = 0;
  let from = -1;
  let points = 0;
  for (const point of text) {
    if (points === start) from = units;
    if (points === end) return [from < 0 ? units : from, units];
    units += point.length;
    points += 1;
  }
  return [from < 0 ? units : from, units];
}

/** The words that fired, without overlaps; danger wins over evidence. */
export function marksFor(text: string, about: string, suggestion: Suggestion | null): Mark[] {
  if (suggestion === null || text !== about) return [];
  const marks = [
    ...suggestion.danger.map((each) => ({ ...range(text, each), danger: true })),
    ...(suggestion.ask == null ? [] : [{ ...range(text, suggestion.ask), danger: false }]),
    ...suggestion.evidence.map((each) => ({ ...range(text, each), danger: false })),
  ].filter((each) => each.end > each.start);
  const kept: Mark[] = [];
  for (const mark of marks) {
    if (!kept.some((other) => mark.start < other.end && other.start < mark.end)) kept.push(mark);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function range(text: string, each: { start: number; end: number }): { start: number; end: number } {
  const [start, end] = unitsOf(text, each.start, each.end);
  return { start, end };
}

export function standing(danger: readonly DangerFound[], dismissed: readonly { rule: string }[]): DangerFound[] {
  return danger.filter((each) => !dismissed.some((other) => other.rule === each.rule));
}

/** Whether two suggestions would have the same thing done. */
export function sameDeed(a: Suggestion | null, b: Suggestion | null): boolean {
  if (a === null || b === null) return a === b;
  return a.mode === b.mode && a.desk === b.desk && a.lead === b.lead && a.matter === b.matter && a.assist.join() === b.assist.join();
}
