//! What the peer hears of an event of this side: the one mapping from the log to the link.

use super::command::PeerFact;
use super::event::{Entry, Event};
use super::leg::LegRole;
use super::outcome::Solved;
use super::state::{Case, GivenResult};
use crate::clock::Millis;

/// What is told to the twin 对端单 when `event` has happened here, or `None` if the peer hears
/// nothing of it: it has no twin, or the event is this side's own bookkeeping.
///
/// `case_after` is the case with the event folded in, `at` the moment and `seq` the position of
/// the event in this case, `unit_name` the name of the unit that did it as the peer shall read
/// it (a unit's code means nothing there), and `body_json` the event as JSON text for the shared
/// timeline, with whatever the peer may not see already taken out.
///
/// The facts of one case must reach the peer in the order of its log, each once (law 2, law 4);
/// a [`PeerFact::Offered`] to a peer that does not know the case begins its twin with
/// [`super::receive`].
#[must_use]
pub fn mirror(
    case_after: &Case,
    event: &Event,
    at: Millis,
    seq: i64,
    unit_name: &str,
    body_json: String,
) -> Option<PeerFact> {
    case_after.twin.as_ref()?;
    let no = || case_after.no.clone();
    let case = || case_after.id.clone();
    match event {
        Event::Offered { body, .. } => Some(PeerFact::Offered(body.clone())),
        Event::OfferAccepted { offer, epoch, .. } => Some(PeerFact::Accepted {
            offer: offer.clone(),
            epoch: *epoch,
            no: no(),
            case: case(),
        }),
        Event::OfferRefused { offer, reason } => Some(PeerFact::Refused {
            offer: offer.clone(),
            reason: reason.clone(),
            no: no(),
            case: case(),
        }),
        Event::WithdrawalAsked { offer, reason } => Some(PeerFact::Withdrawn {
            offer: offer.clone(),
            reason: reason.clone(),
        }),
        // Only the receiver confirms; the sender's own event is that confirmation, heard.
        Event::OfferWithdrawn { offer, .. } => {
            case_after
                .hand_over(offer)
                .filter(|h| !h.sent)
                .map(|_| PeerFact::WithdrawalConfirmed {
                    offer: offer.clone(),
                })
        }
        Event::ConsultDecided {
            offer,
            decision,
            epoch,
            here: true,
            ..
        } => Some(PeerFact::Decided {
            offer: offer.clone(),
            decision: *decision,
            epoch: *epoch,
            no: no(),
            case: case(),
        }),
        Event::ArbitrationAsked { here: true, reason } => Some(PeerFact::ArbitrationAsked {
            reason: reason.clone(),
        }),
        Event::Arbitrated {
            to,
            epoch,
            here: true,
            reason,
            ..
        } => Some(PeerFact::Arbitrated {
            to: *to,
            epoch: *epoch,
            reason: reason.clone(),
        }),
        // The bound side says that it has taken it, so that the arbiter's side may let go (law 2).
        Event::Arbitrated {
            to,
            epoch,
            here: false,
            ..
        } if to.takes(case_after.desk, false) => Some(PeerFact::Bound {
            epoch: *epoch,
            no: no(),
            case: case(),
        }),
        _ if event.is_shared() => Some(PeerFact::Noted {
            entry: Entry {
                kind: event.kind().to_owned(),
                at,
                unit: unit_name.to_owned(),
                seq,
                body: body_json,
            },
            result: result(case_after, event, at, unit_name),
            closed: match event {
                Event::Closed { .. } => Some(true),
                Event::Reopened { .. } => Some(false),
                _ => None,
            },
            danger: match event {
                Event::DangerRaised { signs, .. } => signs.clone(),
                _ => Vec::new(),
            },
        }),
        _ => None,
    }
}

/// The result of the matter is its lead's; what a helper did is told as an entry only.
fn result(case_after: &Case, event: &Event, at: Millis, unit_name: &str) -> Option<GivenResult> {
    let given = |public_reply: &str, solved| GivenResult {
        unit: unit_name.to_owned(),
        at,
        public_reply: public_reply.to_owned(),
        solved,
    };
    let (leg, public_reply, solved) = match event {
        Event::ResultGiven {
            leg,
            public_reply,
            solved,
            ..
        } => (leg, public_reply, *solved),
        // What the desk itself told the caller is the answer, too.
        Event::Answered { text } | Event::Informed { text } => {
            return Some(given(text, Solved::Solved));
        }
        Event::NotAccepted { guidance, .. } => {
            return Some(given(guidance, Solved::NotHandled));
        }
        _ => return None,
    };
    case_after
        .leg(leg)
        .filter(|leg| leg.role == LegRole::Lead)
        .map(|_| given(public_reply, solved))
}
