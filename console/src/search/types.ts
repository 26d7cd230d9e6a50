// The shapes of the search, as the contract has them.
import type { CaseBrief } from "../api/types";

/** A question as the server takes it. */
export interface Ask {
  q?: string;
  number?: string;
  phone?: string;
  place?: string;
  state?: string[];
  desk?: string[];
  matter?: string[];
  unit?: string[];
  channel?: string[];
  urgency?: string;
  danger?: boolean | null;
  from?: number | null;
  to?: number | null;
  order?: string;
}

export interface TextPart {
  text: string;
  hit: boolean;
}

export interface Hit extends CaseBrief {
  no_parts: TextPart[];
  place_parts: TextPart[];
  snippet: TextPart[];
}

export interface Facet {
  value: string;
  name: string;
  count: number;
}

export type FacetName = "state" | "desk" | "matter" | "unit" | "month";
export type Facets = Record<FacetName, Facet[]>;

export interface SearchPage {
  items: Hit[];
  total: number;
  loose: boolean;
  facets: Facets | null;
  pos: number;
  filled: number | null;
  of: number | null;
}

export interface SavedSearch {
  id: string;
  name: string;
  question: Ask;
  shared: boolean;
  own: boolean;
  created_at: number;
}

export interface ExportState {
  id: string;
  state: "running" | "done" | "failed";
  done: number;
  total: number;
  found: number;
  name: string;
}
