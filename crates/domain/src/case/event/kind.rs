//! The kinds of events by their names, and which of them the other side sees.

use super::Event;

impl Event {
    /// The version every kind is written in today.
    pub const VERSION: i64 = 1;

    /// Whether the other side's timeline shows it. What the protocol itself carries (offers and
    /// their answers) and what is this side's own bookkeeping is not sent a second time.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        if let Self::CallNoted(noted) = self {
            return noted.step.is_shared();
        }
        !matches!(
            self,
            Self::Received { .. }
                | Self::Triaged(_)
                | Self::Offered { .. }
                | Self::WithdrawalAsked { .. }
                | Self::OfferWithdrawn { .. }
                | Self::OfferReceived { .. }
                | Self::OfferAccepted { .. }
                | Self::OfferRefused { .. }
                | Self::PeerAccepted { .. }
                | Self::PeerRefused { .. }
                | Self::ConsultDecided { .. }
                | Self::ArbitrationAsked { .. }
                | Self::Arbitrated { .. }
                | Self::PeerBound { .. }
                | Self::PeerNoted { .. }
                | Self::DetailAdded { .. }
                | Self::RatingAsked(_)
                | Self::RatingChecked(_)
                | Self::DangerRaised {
                    heard_from: Some(_),
                    ..
                }
                | Self::Redacted { .. }
                | Self::ClockStarted { .. }
                | Self::Escalated { .. }
                | Self::Recounted { .. }
        )
    }
}

macro_rules! kinds {
    ($($variant:ident => $kind:literal),* $(,)?) => {
        impl Event {
            /// Its kind, as the log and the wire name it.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $kind,)* }
            }

            /// Every kind there is.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];
        }
    };
}

kinds! {
    Received => "received", Triaged => "triaged", Classified => "classified",
    DetailAdded => "detail_added", DangerRaised => "danger_raised",
    DangerDismissed => "danger_dismissed", PoliceOrdered => "police_ordered",
    Answered => "answered", Informed => "informed", NotAccepted => "not_accepted",
    ToldToDial => "told_to_dial", NuisanceMarked => "nuisance_marked", Cancelled => "cancelled",
    MergedInto => "merged_into", Merged => "merged", Dispatched => "dispatched",
    AssignmentWithdrawn => "assignment_withdrawn", Signed => "signed",
    CallerContacted => "caller_contacted", Departed => "departed", Arrived => "arrived",
    Reported => "reported", Suspended => "suspended", Resumed => "resumed",
    ExtensionAsked => "extension_asked", ExtensionGranted => "extension_granted",
    ExtensionDenied => "extension_denied", ReturnAsked => "return_asked",
    ReturnAccepted => "return_accepted", ReturnDenied => "return_denied", Assigned => "assigned",
    ResultGiven => "result_given", ReviewPassed => "review_passed", RedoOrdered => "redo_ordered",
    FollowedUp => "followed_up", RatingAsked => "rating_asked", RatingChecked => "rating_checked", Attached => "attached", Rated => "rated",
    Closed => "closed", Reopened => "reopened", Urged => "urged",
    ChildMade => "child_made", ParentSet => "parent_set", ChildClosed => "child_closed",
    ChildReopened => "child_reopened", Linked => "linked", Offered => "offered",
    WithdrawalAsked => "withdrawal_asked", OfferWithdrawn => "offer_withdrawn",
    OfferReceived => "offer_received", OfferAccepted => "offer_accepted",
    OfferRefused => "offer_refused", PeerAccepted => "peer_accepted",
    PeerRefused => "peer_refused", ConsultDecided => "consult_decided",
    ArbitrationAsked => "arbitration_asked", Arbitrated => "arbitrated",
    PeerBound => "peer_bound", PeerNoted => "peer_noted", DeadlineNeared => "deadline_neared",
    DeadlineMissed => "deadline_missed", Redacted => "redacted",
    Supervised => "supervised", SupervisionAnswered => "supervision_answered",
    SupervisionMissed => "supervision_missed", SupervisionDecided => "supervision_decided",
    SupervisionEnded => "supervision_ended", Flagged => "flagged", Unflagged => "unflagged",
    ClockStarted => "clock_started", Escalated => "escalated", Recounted => "recounted",
    CallNoted => "call_noted", Instructed => "instructed", Disputed => "disputed",
    DisputeSettled => "dispute_settled", MessageNoted => "message_noted",
}
