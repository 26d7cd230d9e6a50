//! Which events the other side hears of.

use super::Event;

impl Event {
    /// Whether the other side's timeline shows it. What the protocol itself carries (offers and
    /// their answers) and what is this side's own bookkeeping is not sent a second time.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
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
        )
    }
}
