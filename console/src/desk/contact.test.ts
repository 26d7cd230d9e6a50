import { describe, expect, it } from "vitest";
import type { Me, Suggestion } from "../api/types";
import type { Draft } from "../draft/drafts";
import { contactOf, deedOf } from "./contact";

const draft: Draft = {
  id: "1", letter: "A", narrative: " 楼上装修 ", place: "", caller_name: "", caller_number: "10000000042", contact_number: "",
  confidential: false, happened: "2026-11-22T14:02", urgency: "", channel: "phone", point: null, clock: {}, beside: null, dismissed: [], opened: 0, updated: 0, case_id: null, attempt: null,
};
const me = { platform: { desk: "police" }, links: [{ id: "wl", peer_name: "12345", peer_desk: "hotline", arbiter: false, tier: "county", standing: "beside" }] } as unknown as Me;
const suggestion = { desk: "hotline", matter: "H1", lead: "urban", assist: [], unowned: false, mode: "push" } as unknown as Suggestion;

describe("a contact", () => {
  it("says only what was filled in, and when in China's time", () => {
    expect(contactOf(draft, null)).toEqual({
      channel: "phone", narrative: "楼上装修", place: "", confidential: false, caller_number: "10000000042",
      happened_at: Date.UTC(2026, 10, 22, 6, 2),
    });
  });

  it("is the same body for the same words", () => {
    const then = { command: "answer", text: "x" };
    expect(JSON.stringify(contactOf({ ...draft, updated: 9, attempt: { key: "k", body: "b", live: true } }, then))).toBe(JSON.stringify(contactOf(draft, then)));
  });
});

describe("the first suggestion", () => {
  it("hands over what belongs to the other desk", () => {
    expect(deedOf(suggestion, me)?.then).toEqual({ command: "hand_over", link: "wl", mode: "push" });
  });
  it("dispatches what belongs here", () => {
    expect(deedOf({ ...suggestion, desk: "police", mode: "dispatch", lead: "station-1" }, me)?.then).toEqual({ command: "dispatch", lead: "station-1", assist: [], first_response: [] });
  });
  it("keeps what nobody owns, and asks for the words of an answer", () => {
    expect(deedOf({ ...suggestion, unowned: true }, me)).toEqual({ then: null, form: null });
    expect(deedOf({ ...suggestion, mode: "answer" }, me)?.form).toBe("answer");
  });
  it("cannot hand over without a link", () => {
    expect(deedOf(suggestion, { ...me, links: [] })).toBeNull();
  });
});
