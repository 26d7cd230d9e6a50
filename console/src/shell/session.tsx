// Who is signed in, and what everybody on the page needs to know about it.
import { createContext, useContext } from "react";
import { calls } from "../api/calls";
import type { Matter, Me, Unit } from "../api/types";
import type { Drafts } from "../draft/drafts";
import { useAnswer } from "../live/cache";

export interface Session {
  me: Me;
  drafts: Drafts;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("used outside of a session");
  return session;
}

const NO_UNITS: Unit[] = [];
const NO_MATTERS: Matter[] = [];

/** The unit directory; empty until it is known. */
export function useUnits(): Unit[] {
  return useAnswer("units", calls.units).value ?? NO_UNITS;
}

/** The responsibility list; empty until it is known. */
export function useMatters(): Matter[] {
  return useAnswer("matters", calls.matters).value ?? NO_MATTERS;
}
