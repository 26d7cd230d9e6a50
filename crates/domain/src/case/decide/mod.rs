//! What a command brings about, or why it is refused.
//!
//! Whether this person may ask for it at all is answered before, by [`crate::right::may`]; here
//! the question is whether it may happen to this case now.

mod assignment;
mod clock;
mod crossing;
mod follow_up;
mod intake;
mod outcome;
mod peer;
mod scene;
mod supervision;

use super::command::Command;
use super::event::Event;
use super::evolve::evolve;
use super::holder::Holder;
use super::leg::LegState;
use super::refusal::Refusal;
use super::state::Case;
use crate::clock::{Calendar, Clockwork, Limit, Limits, Millis, Span};
use crate::desk::Desk;
use crate::id::{LinkId, UnitId};
pub use intake::receive;

/// One link as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRule {
    /// Its name.
    pub link: LinkId,
    /// The desk behind it.
    pub peer_desk: Desk,
    /// Whether the arbiter of disputes between the two sits on this side.
    pub arbiter: bool,
}

/// The rules of this platform that cases are decided by.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The desk this platform runs.
    pub desk: Desk,
    /// The unit that answers for what was received until somebody accepts it (R64).
    pub desk_unit: UnitId,
    /// The links.
    pub links: Vec<LinkRule>,
    /// How long a peer has to answer an offer.
    pub answer: Limit,
    /// Limits for a dispatch whose matter has none.
    pub limits: Limits,
    /// How often units may return a case before it must be arbitrated.
    pub returns: u8,
    /// How long after dispatch a unit may ask to return it.
    pub return_within: Span,
    /// How often a case may cross back between the platforms before it must be arbitrated.
    pub crossings_back: u8,
    /// How often a unit may have its time extended.
    pub extensions: u8,
    /// Who is sent at once where there is danger and the list names nobody (law 5).
    pub danger_unit: UnitId,
}

/// Who is sent for danger, asked only where there is any: to find a place in words costs more than the rest of a decision.
#[derive(Clone, Copy)]
pub struct DangerUnit<'a>(pub &'a dyn Fn() -> UnitId);

impl std::fmt::Debug for DangerUnit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DangerUnit")
    }
}

/// Everything a decision needs besides the case and the command; looked up before.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The moment of the decision.
    pub now: Millis,
    /// The platform's rules.
    pub rules: &'a Rules,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Who is sent for danger at this place, by the list.
    pub danger_unit: Option<DangerUnit<'a>>,
    /// The clock catalogue with the units and matters it asks about; without one the limits of
    /// commands and of the rules are all there is.
    pub clocks: Option<&'a Clockwork>,
}

impl Context<'_> {
    pub(super) fn link(&self, link: &LinkId) -> Result<&LinkRule, Refusal> {
        self.rules
            .links
            .iter()
            .find(|l| &l.link == link)
            .ok_or_else(|| Refusal::NoLink(link.clone()))
    }
}

/// Decides.
///
/// # Errors
/// The refusal, if it may not happen; then nothing has.
pub fn decide(case: &Case, command: &Command, ctx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let mut events = match command {
        Command::Classify { .. }
        | Command::AddDetail { .. }
        | Command::DismissDanger { .. }
        | Command::Answer { .. }
        | Command::Inform { .. }
        | Command::NotAccept { .. }
        | Command::TellToDial { .. }
        | Command::MarkNuisance { .. }
        | Command::Cancel { .. }
        | Command::MergeInto { .. }
        | Command::TakeMerged { .. }
        | Command::Review { .. }
        | Command::Attach { .. }
        | Command::NoteCall { .. }
        | Command::NoteMessage { .. }
        | Command::Close { .. }
        | Command::Reopen { .. }
        | Command::Urge { .. }
        | Command::TakeChild { .. }
        | Command::TakeParent { .. }
        | Command::ChildClosed { .. }
        | Command::ChildReopened { .. }
        | Command::Link { .. }
        | Command::DeadlineReached { .. }
        | Command::Recount { .. }
        | Command::Redact { .. } => outcome::decide(case, command, ctx)?,
        Command::FollowUp { .. }
        | Command::AskRating { .. }
        | Command::CheckRating { .. }
        | Command::Rate { .. } => follow_up::decide(case, command, ctx)?,
        Command::Supervise { .. }
        | Command::NoteSupervision { .. }
        | Command::Flag { .. }
        | Command::Unflag { .. } => supervision::decide(case, command)?,
        Command::Instruct { .. } | Command::Dispute { .. } | Command::SettleDispute { .. } => {
            scene::decide(case, command, ctx)?
        }
        Command::HandOver { .. }
        | Command::WithdrawOffer { .. }
        | Command::AcceptOffer { .. }
        | Command::RefuseOffer { .. }
        | Command::Decide { .. }
        | Command::ReturnToPeer { .. }
        | Command::AskArbitration { .. }
        | Command::Arbitrate { .. } => crossing::decide(case, command, ctx)?,
        Command::Peer { link, fact } => peer::decide(case, link, fact, ctx)?,
        _ => assignment::decide(case, command, ctx)?,
    };
    let more = for_danger(case, &events, ctx);
    events.extend(more);
    Ok(events)
}

/// Law 5: a danger that came up with these events sends police at once, whatever else happens.
/// Where this platform answers for the case and is the police, it dispatches; where it is the
/// hotline, it offers the police their part. A danger in a case that the peer holds makes a
/// police case of its own: see [`needs_police_case`].
fn for_danger(case: &Case, events: &[Event], ctx: &Context<'_>) -> Vec<Event> {
    if !events
        .iter()
        .any(|e| matches!(e, Event::DangerRaised { .. } | Event::OfferAccepted { .. }))
    {
        return Vec::new();
    }
    let mut after = events
        .iter()
        .fold(case.clone(), |c, e| evolve(c, e, ctx.now));
    if !after.is_dangerous() || after.closed_at.is_some() {
        return Vec::new();
    }
    match after.desk {
        Desk::Police => {
            // Danger does not wait for somebody to answer an offer: the rule takes it.
            let taken = crossing::accept_by_rule(&after, crossing::DANGER_IS_POLICE);
            if let Some(taken) = &taken {
                after = evolve(after, taken, ctx.now);
            }
            let mine = matches!(after.holder, Holder::Own { .. });
            let sent = on_the_way(&after);
            let waits = after.sent_in_the_air().is_some()
                || after.incoming().is_some()
                || after.awaits_bound;
            let sent_now = if mine && !sent && !waits {
                assignment::send_for_danger(&after, ctx)
            } else {
                Vec::new()
            };
            taken.into_iter().chain(sent_now).collect()
        }
        Desk::Hotline => {
            let police = ctx.rules.links.iter().find(|l| l.peer_desk == Desk::Police);
            // A twin already tells the police through the shared timeline.
            police
                .filter(|_| after.twin.is_none())
                .map(|police| crossing::offer_for_danger(&after, &police.link, ctx))
                .into_iter()
                .collect()
        }
    }
}

/// Whether the danger in this case asks for a police case of its own (law 5). At the police: they
/// know of it, answer for another part or for none, and have nobody on the way. At a hotline: its
/// twin lies behind another link than that to the police, so they would not hear of it (R134).
#[must_use]
pub fn needs_police_case(case: &Case, rules: &Rules) -> bool {
    if !case.is_dangerous() || case.police_case.is_some() {
        return false;
    }
    match case.desk {
        Desk::Police => {
            (matches!(case.holder, Holder::Peer { .. })
                || case.sent_in_the_air().is_some()
                || case.awaits_bound)
                && !on_the_way(case)
        }
        Desk::Hotline => {
            let police = |link: &LinkRule| link.peer_desk == Desk::Police;
            case.closed_at.is_none()
                && rules.links.iter().any(police)
                && case.twin.as_ref().is_some_and(|twin| {
                    !rules.links.iter().any(|l| l.link == twin.link && police(l))
                })
        }
    }
}

/// Whether somebody is at work or was sent; a suspended unit waits and goes nowhere.
fn on_the_way(case: &Case) -> bool {
    case.legs
        .iter()
        .any(|leg| matches!(leg.state, LegState::Dispatched | LegState::Signed))
}

/// The longest text any field takes, in characters.
pub const TEXT_MOST: usize = 4_000;

fn text(field: &'static str, value: &str) -> Result<String, Refusal> {
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > TEXT_MOST {
        return Err(Refusal::Text {
            field,
            most: TEXT_MOST,
        });
    }
    Ok(value.to_owned())
}

fn remark(field: &'static str, value: &str) -> Result<String, Refusal> {
    let value = value.trim();
    if value.chars().count() > TEXT_MOST {
        return Err(Refusal::Text {
            field,
            most: TEXT_MOST,
        });
    }
    Ok(value.to_owned())
}

const fn open(case: &Case) -> Result<(), Refusal> {
    if case.closed_at.is_some() {
        Err(Refusal::Closed)
    } else {
        Ok(())
    }
}

const fn held_here(case: &Case) -> Result<(), Refusal> {
    match case.holder {
        Holder::Own { .. } => Ok(()),
        Holder::Peer { .. } => Err(Refusal::HeldByPeer),
    }
}

fn nothing_in_the_air(case: &Case) -> Result<(), Refusal> {
    if case.awaits_bound {
        return Err(Refusal::AwaitsBound);
    }
    case.sent_in_the_air()
        .map_or(Ok(()), |h| Err(Refusal::OfferInTheAir(h.id.clone())))
}
