// Supervision's calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type Measure = Shapes["MeasureView"];
export type MeasureBrief = Shapes["MeasureBrief"];
export type Board = Shapes["SupervisionBoard"];
export type DailyLine = Shapes["DailyLine"];
export type WatchLine = Shapes["WatchLine"];
export type Finding = Shapes["FindingView"];

const at = encodeURIComponent;

export const supervision = {
  board: () => request<Board>("GET", "/api/supervision"),
  rules: () => request<Shapes["SupervisionRules"]>("GET", "/api/supervision/rules"),
  measure: (id: string) => request<Measure>("GET", `/api/supervision/measures/${at(id)}`),
  open: (body: Shapes["NewMeasure"], key: string) => request<Measure>("POST", "/api/supervision/measures", body, { key }),
  step: (id: string, body: Shapes["MeasureStepOrder"], key: string) => request<Measure>("POST", `/api/supervision/measures/${at(id)}/steps`, body, { key }),
  daily: () => request<Shapes["DailyList"]>("GET", "/api/supervision/daily"),
  tick: (id: string, sentence: string, key: string) => request<Shapes["TickDone"]>("POST", `/api/supervision/daily/${at(id)}`, { sentence }, { key }),
  watch: () => request<Shapes["WatchList"]>("GET", "/api/supervision/watch"),
  findings: (state: string) => request<Shapes["Findings"]>("GET", `/api/supervision/findings?state=${at(state)}`),
  judge: (id: string, confirmed: boolean, reason: string, key: string) => request<Finding>("POST", `/api/supervision/findings/${at(id)}`, { confirmed, reason }, { key }),
};

/** The measure in the layout of official documents. */
export const measureFile = (id: string) => `/api/supervision/measures/${at(id)}/document`;
