// The scores' calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";
import { asked } from "../office/calls";

type Shapes = components["schemas"];
export type ScoreOffice = Shapes["ScoreOffice"];
export type Metric = Shapes["MetricView"];
export type Scheme = Shapes["SchemeView"];
export type Figure = Shapes["FigureView"];
export type Sheet = Shapes["SheetView"];
export type Line = Shapes["ScoreLine"];
export type Figures = Shapes["FiguresView"];
export type Change = Shapes["ChangeView"];
export type CountedPage = Shapes["CountedPage"];
export type Counted = Shapes["CountedView"];
export type Claim = Shapes["ClaimView"];
export type ClaimOrder = Shapes["ClaimOrder"];
export type Publication = Shapes["PublicationHead"];
export type RuleText = Shapes["RuleTextView"];

const at = encodeURIComponent;
// A year of a large county is counted while somebody waits.
const patience = 60_000;

export const scores = {
  office: () => request<ScoreOffice>("GET", "/api/scores", undefined, { patience }),
  sheet: (scheme: string, period: string) => request<Sheet>("GET", `/api/scores/sheet${asked({ scheme, period })}`, undefined, { patience }),
  figures: (period: string, before: string) => request<Figures>("GET", `/api/scores/figures${asked({ period, before })}`, undefined, { patience }),
  cases: (query: Record<string, string>) => request<CountedPage>("GET", `/api/scores/cases${asked(query)}`, undefined, { patience }),
  claims: () => request<Claim[]>("GET", "/api/scores/claims"),
  ask: (body: ClaimOrder, key: string) => request<Claim>("POST", "/api/scores/claims", body, { key }),
  decide: (claim: string, body: Shapes["ClaimDecision"], key: string) => request<Claim>("POST", `/api/scores/claims/${at(claim)}/decision`, body, { key }),
  publish: (body: Shapes["PublishOrder"], key: string) => request<Publication>("POST", "/api/scores/publications", body, { key, patience }),
  publication: (id: string) => request<Shapes["PublicationView"]>("GET", `/api/scores/publications/${at(id)}`),
  recount: (id: string) => request<Shapes["RecountView"]>("POST", `/api/scores/publications/${at(id)}/recount`, {}, { patience }),
  rules: () => request<RuleText[]>("GET", "/api/scores/rules"),
  changeRules: (body: Shapes["RuleOrder"], key: string) => request<Shapes["RuleDone"]>("POST", "/api/scores/rules", body, { key }),
};
