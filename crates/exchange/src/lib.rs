//! Carries signed, numbered envelopes between platforms.
//!
//! Outbox and inbox are the contract, carriers are adapters: the protocol knows nothing of HTTP, so a
//! file ferry can carry the same bytes (R75). Each link has one numbered stream per direction, from 1,
//! without gaps. The sender keeps an envelope until the receiver has said "all up to n" in a signed
//! receipt; the receiver applies each number once, in order, and answers a repeat from its inbox. So
//! whatever a link loses, doubles or delays, every envelope takes effect exactly once (laws 2 and 4,
//! R18, R19, R61, R78).
//!
//! The crate owns the wire, the state machine of a link, the keys and the back-off. It reaches cases
//! only through [`Outbox`] and [`Inbox`], which the application implements. It reads no wall clock and
//! no randomness: both are arguments. The wire format is written down in `docs/exchange.md`.
//!
//! Wiring: one [`LinkBook`] with the own key and the terms of all links; one [`Receiver`] that the HTTP
//! layer gives the bytes of each batch; for each link a [`LinkSender`] whose `run` is spawned with a
//! `Notify` that rings after each commit that wrote to the outbox.

pub mod batch;
pub mod carrier;
pub mod envelope;
pub mod figures;
pub mod key;
pub mod link;
pub mod port;
pub mod receipt;
pub mod receiver;
pub mod reconciliation;
pub mod refusal;
pub mod sender;

pub use batch::{Batch, SignedBatch, parse_batch};
pub use carrier::HttpsPush;
pub use envelope::{ChainHead, Digest, Envelope, EnvelopeError, LinkId, PlatformId};
pub use figures::Figures;
pub use key::{KeyState, OwnKey, PeerKey, generate_key};
pub use link::{Alarm, LinkBook, LinkHealth, LinkTerms, SignWith};
pub use port::{Applied, Carrier, CarrierError, Inbox, Now, Outbox, PortError};
pub use receipt::{Receipt, SignedReceipt};
pub use receiver::{InboundHealth, Receiver};
pub use reconciliation::{Comparison, Direction, Summary};
pub use refusal::ReceiveError;
pub use sender::{LinkSender, SenderSettings};
