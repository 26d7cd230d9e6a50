//! Why a command was refused. Each has a stable key; the wording belongs to the console.

use crate::clock::Span;
use crate::id::{CaseId, DeadlineId, LegId, LinkId};

/// A command that may not happen to this case now. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The case is closed.
    #[error("the case is closed")]
    Closed,
    /// The case is open already.
    #[error("the case is not closed")]
    NotClosed,
    /// The peer answers for it.
    #[error("the peer answers for this case")]
    HeldByPeer,
    /// This side answers for it.
    #[error("this platform answers for this case")]
    HeldHere,
    /// The contact has its outcome.
    #[error("the contact already has its outcome")]
    Decided,
    /// An offer is in the air.
    #[error("offer {0} has not been answered")]
    OfferInTheAir(LegId),
    /// There is no offer to answer.
    #[error("no offer waits for an answer")]
    NoOffer,
    /// The offer is one to consult on: decide, do not just accept.
    #[error("this offer asks for a consultation: record what was decided")]
    Consultation,
    /// The offer is not one to consult on.
    #[error("this offer does not ask for a consultation")]
    NotConsultation,
    /// No such assignment.
    #[error("no assignment {0}")]
    NoLeg(LegId),
    /// The assignment is not in a state for this.
    #[error("assignment {leg} is {state}")]
    LegState {
        /// Which.
        leg: LegId,
        /// What it is.
        state: &'static str,
    },
    /// The unit has the case already.
    #[error("unit {0} has this case already")]
    AlreadyAssigned(String),
    /// Nobody would lead.
    #[error("no lead unit is named and none is there")]
    NoLead,
    /// Something else waits for the desk's answer first.
    #[error("assignment {0} waits for an answer of the desk")]
    AskPending(LegId),
    /// Nothing was asked.
    #[error("assignment {0} asked for nothing of the kind")]
    NothingAsked(LegId),
    /// It was bound by decision.
    #[error("a binding decision gave it to this unit")]
    Bound,
    /// Returned too often: arbitrate.
    #[error("returned {0} times already: it has to be arbitrated")]
    ReturnsExhausted(u8),
    /// Too late to return.
    #[error("the time to return it has passed")]
    ReturnTooLate,
    /// Extensions used up.
    #[error("extended {0} times already")]
    ExtensionsExhausted(u8),
    /// Asked after it was due (it must be asked before).
    #[error("an extension has to be asked before the deadline")]
    ExtensionTooLate,
    /// Longer than an extension may be.
    #[error("an extension is {0} at the most")]
    ExtensionTooLong(Span),
    /// The catalogue names the grounds of a suspension, and this is none of them.
    #[error("work is suspended on a ground that the clock catalogue names")]
    PauseGround,
    /// Units are still at work.
    #[error("assignment {0} is still open")]
    LegOpen(LegId),
    /// Parts are still open.
    #[error("part {0} is still open")]
    ChildOpen(CaseId),
    /// The contact has no outcome yet (law 1).
    #[error("the contact has no outcome yet")]
    NoOutcome,
    /// The result was not reviewed.
    #[error("the result has not been reviewed")]
    NotReviewed,
    /// No result is known.
    #[error("no result is known")]
    NoResult,
    /// A text that must say something is empty, or too long.
    #[error("{field} must have 1 to {most} characters")]
    Text {
        /// Which field.
        field: &'static str,
        /// How many characters at the most.
        most: usize,
    },
    /// A number out of its range.
    #[error("{field} is out of range")]
    Range {
        /// Which field.
        field: &'static str,
    },
    /// No such link.
    #[error("no link {0}")]
    NoLink(LinkId),
    /// A case has one twin (ADR 0005): what goes on to a third platform goes as its child.
    #[error("the twin lies behind link {0}")]
    TwinElsewhere(LinkId),
    /// Two desks of one kind do not consult: the upper tier decides (R134).
    #[error("both desks are of one kind: there is nothing to consult about")]
    SameDesk,
    /// The decision does not say which of the two.
    #[error("on this link that names nobody")]
    NamesNobody,
    /// A matter of danger cannot be turned away without saying why it is none.
    #[error("signs of danger stand: dispatch, or dismiss them with a reason")]
    Danger,
    /// No such sign.
    #[error("no sign of danger by rule {0} stands")]
    NoSign(String),
    /// The arbiter sits on the other side.
    #[error("the arbiter of this link is the peer")]
    NotArbiter,
    /// Arbitration was asked.
    #[error("arbitration has been asked")]
    ArbitrationPending,
    /// Arbitration was not asked.
    #[error("no arbitration has been asked")]
    NoArbitration,
    /// The arbiter bound it to the peer, whose confirmation is on its way.
    #[error("it was bound to the peer, which has not confirmed yet")]
    AwaitsBound,
    /// There is no twin.
    #[error("the case has no twin")]
    NoTwin,
    /// A case cannot be linked to or merged into itself.
    #[error("a case cannot be joined to itself")]
    Itself,
    /// They are linked so already.
    #[error("the cases are linked already")]
    LinkedAlready,
    /// The case has as many files as it may have.
    #[error("a case takes {0} files")]
    FilesExhausted(u16),
    /// This result was rated by the caller before.
    #[error("this result has been rated")]
    RatedAlready,
    /// Redo or reopen from a call that was not bad.
    #[error("the call found nothing to order anew for")]
    NothingBad,
    /// No doubtful rating waits to be looked at.
    #[error("no doubtful rating waits to be looked at")]
    NothingFlagged,
    /// Whoever did the work does not ask the caller about it.
    #[error("the unit that did the work does not ask the caller about it")]
    OwnWork,
    /// A second call is made by another person.
    #[error("the second call is made by another person than the first")]
    SamePerson,
    /// Somebody else has the case on the own list.
    #[error("somebody else is calling about this case")]
    CalledByOther,
    /// The link cannot be used, or not any more.
    #[error("this link was used, has expired or was replaced")]
    NoRatingLink,
    /// A deadline that has nothing to do now.
    #[error("deadline {0} has no step to take now")]
    NoStep(DeadlineId),
    /// The unit has nothing to do with the case.
    #[error("unit {0} has nothing to do with this case")]
    NotInvolved(String),
    /// A measure of this rung runs already.
    #[error("{0} of the same rung is not over yet")]
    SupervisedAlready(String),
    /// A rung of the ladder would be left out without a written reason.
    #[error("the rung below ({0}) was not climbed: say in writing why it is left out")]
    RungSkipped(&'static str),
    /// The measure is not in a state for this.
    #[error("the measure is {0}")]
    MeasureState(&'static str),
    /// The meeting gave no such task, or it is done.
    #[error("no task {0} is open")]
    NoTask(u16),
    /// The watch flag stands already, or does not stand.
    #[error("the watch flag stands already, or does not stand")]
    FlagState,
    /// No dispute of that number waits for a decision.
    #[error("no dispute {0} waits for a decision")]
    NoDispute(u8),
    /// A peer's word that does not fit what is known here; recorded as refused, nothing changed.
    #[error("the peer's message does not fit this case: {0}")]
    PeerMismatch(&'static str),
}

impl Refusal {
    /// Whether it is a word of the peer that crossed another on its way: an ordinary race in which
    /// the earlier or the higher word counts, and nothing a person would have to look at.
    #[must_use]
    pub fn is_crossing(&self) -> bool {
        matches!(
            self,
            Self::PeerMismatch(
                "the offer was answered before"
                    | "the offer was settled before"
                    | "a later holder is known"
            )
        )
    }

    /// The stable key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Closed => "case_closed",
            Self::NotClosed => "case_not_closed",
            Self::HeldByPeer => "held_by_peer",
            Self::HeldHere => "held_here",
            Self::Decided => "already_decided",
            Self::OfferInTheAir(_) => "offer_in_the_air",
            Self::NoOffer => "no_offer",
            Self::Consultation => "consultation_needed",
            Self::NotConsultation => "not_a_consultation",
            Self::NoLeg(_) => "no_assignment",
            Self::LegState { .. } => "assignment_state",
            Self::AlreadyAssigned(_) => "already_assigned",
            Self::NoLead => "no_lead",
            Self::AskPending(_) => "ask_pending",
            Self::NothingAsked(_) => "nothing_asked",
            Self::Bound => "bound",
            Self::ReturnsExhausted(_) => "returns_exhausted",
            Self::ReturnTooLate => "return_too_late",
            Self::ExtensionsExhausted(_) => "extensions_exhausted",
            Self::ExtensionTooLate => "extension_too_late",
            Self::ExtensionTooLong(_) => "extension_too_long",
            Self::PauseGround => "pause_ground",
            Self::LegOpen(_) => "assignment_open",
            Self::ChildOpen(_) => "part_open",
            Self::NoOutcome => "no_outcome",
            Self::NotReviewed => "not_reviewed",
            Self::NoResult => "no_result",
            Self::Text { .. } => "text_length",
            Self::Range { .. } => "out_of_range",
            Self::NoLink(_) => "no_link",
            Self::TwinElsewhere(_) => "twin_elsewhere",
            Self::SameDesk => "same_desk",
            Self::NamesNobody => "names_nobody",
            Self::Danger => "danger_stands",
            Self::NoSign(_) => "no_danger_sign",
            Self::NotArbiter => "not_arbiter",
            Self::ArbitrationPending => "arbitration_pending",
            Self::NoArbitration => "no_arbitration",
            Self::AwaitsBound => "awaits_bound",
            Self::NoTwin => "no_twin",
            Self::Itself => "itself",
            Self::LinkedAlready => "linked_already",
            Self::FilesExhausted(_) => "files_exhausted",
            Self::RatedAlready => "rated_already",
            Self::NothingBad => "nothing_bad",
            Self::NothingFlagged => "nothing_flagged",
            Self::OwnWork => "own_work",
            Self::SamePerson => "same_person",
            Self::CalledByOther => "called_by_other",
            Self::NoRatingLink => "no_rating_link",
            Self::NoStep(_) => "no_step",
            Self::NotInvolved(_) => "not_involved",
            Self::SupervisedAlready(_) => "supervised_already",
            Self::RungSkipped(_) => "rung_skipped",
            Self::MeasureState(_) => "measure_state",
            Self::NoTask(_) => "no_task",
            Self::FlagState => "flag_state",
            Self::NoDispute(_) => "no_dispute",
            Self::PeerMismatch(_) => "peer_mismatch",
        }
    }
}
