// The follow-up desk's calls, one line each; shapes come from the contract itself.
import { request } from "../api/http";
import type { components } from "../api/schema";
import { useLook } from "../shell/look";
import { enFollowUp } from "../words/en-followup";
import { zhFollowUp, type FollowUpWords } from "../words/zh-followup";

type Shapes = components["schemas"];
export type Item = Shapes["FollowItem"];
export type Desk = Shapes["FollowDesk"];
export type Rate = Shapes["FollowRate"];
export type Inspection = Shapes["InspectionView"];
export type Sheet = Omit<Shapes["FollowSheet"], "script"> & { script: { zh: string; en: string }[] };

const at = encodeURIComponent;

export const followUp = {
  desk: () => request<Desk>("GET", "/api/follow-up"),
  next: () => request<{ sheet?: Sheet | null }>("POST", "/api/follow-up/next", {}, {}),
  sheet: (id: string) => request<Sheet>("GET", `/api/follow-up/cases/${at(id)}`),
  claim: (id: string) => request<Sheet>("PUT", `/api/follow-up/cases/${at(id)}/claim`, {}, {}),
  leave: (id: string) => request<void>("DELETE", `/api/follow-up/cases/${at(id)}/claim`),
  link: (id: string, key: string) => request<Shapes["RatingLinkView"]>("POST", `/api/follow-up/cases/${at(id)}/link`, {}, { key }),
  command: (id: string, body: Record<string, unknown>, key: string) => request<unknown>("POST", `/api/cases/${at(id)}/commands`, body, { key }),
  unmask: (id: string, reason: string) => request<{ caller_number: string; contact_number: string }>("POST", `/api/cases/${at(id)}/unmask`, { reason }, {}),
  rules: () => request<Shapes["FollowRules"]>("GET", "/api/follow-up/rules"),
  changeRules: (body: Shapes["NewFollowRules"], key: string) => request<Shapes["FollowRulesVersion"]>("POST", "/api/follow-up/rules", body, { key }),
  inspections: () => request<Shapes["Inspections"]>("GET", "/api/inspections"),
  changeInspection: (body: Shapes["InspectionOrder"], key: string) => request<Inspection>("POST", "/api/inspections", body, { key }),
};

export function useFollowUpWords(): FollowUpWords {
  return useLook().language === "en" ? enFollowUp : zhFollowUp;
}
