// From a draft and a decision to what is sent.
import type { CaseCommand, Me, NewContact, Suggestion } from "../api/types";
import type { Draft } from "../draft/drafts";
import { peerFor } from "./peer";

/** The same draft and decision give the same body, so that a repeat is known as one. */
export function contactOf(draft: Draft, then: CaseCommand | null): NewContact {
  const happened = draft.happened === "" ? NaN : Date.parse(`${draft.happened}:00+08:00`);
  const text = (value: string) => (value.trim() === "" ? undefined : value.trim());
  const contact: NewContact = {
    channel: draft.channel,
    narrative: draft.narrative.trim(),
    place: draft.place.trim(),
    confidential: draft.confidential,
  };
  const number = text(draft.caller_number);
  const reach = text(draft.contact_number);
  const name = text(draft.caller_name);
  if (number !== undefined) contact.caller_number = number;
  if (reach !== undefined) contact.contact_number = reach;
  if (name !== undefined) contact.caller_name = name;
  if (draft.point !== null) contact.point = { lon: draft.point.lon, lat: draft.point.lat };
  if (!Number.isNaN(happened)) contact.happened_at = happened;
  if (draft.dismissed.length > 0) contact.dismissed = draft.dismissed;
  if (then !== null) contact.then = then;
  return contact;
}

export interface Deed {
  /** Null only saves the contact: nobody owns such a matter yet. */
  then: CaseCommand | null;
  /** A deed that needs words opens its form. */
  form: string | null;
}

/** What doing the suggestion means; null if it cannot be done from here. */
export function deedOf(suggestion: Suggestion | null, me: Me): Deed | null {
  if (suggestion === null) return null;
  if (suggestion.mode === "answer") return { then: null, form: "answer" };
  if (suggestion.unowned || suggestion.desk === null) return { then: null, form: null };
  if (suggestion.mode === "dispatch") {
    if (suggestion.lead === null) return { then: null, form: "dispatch" };
    return { then: { command: "dispatch", lead: suggestion.lead, assist: suggestion.assist, first_response: [] }, form: null };
  }
  const link = peerFor(me, suggestion.desk);
  if (link === undefined) return null;
  return { then: { command: "hand_over", link: link.id, mode: suggestion.mode }, form: null };
}
