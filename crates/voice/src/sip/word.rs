//! What the stack tells the engine.

use crate::call::{CallerHeaders, Cause, Correlation, Ender, SeatName, TrunkName};

/// A SIP dialog by number; never used twice within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogNo(pub u64);

/// One thing heard.
#[derive(Debug)]
pub enum Said {
    /// A call came in on a trunk.
    Arrived(DialogNo, Box<Incoming>),
    /// Of a dialog.
    Dialog(DialogNo, Word),
    /// A trunk works (again), or no more.
    Trunk(TrunkName, bool),
    /// A seat's hard phone is registered (again), or no more.
    Phone(SeatName, bool),
    /// What is to be kept of a hard phone's registration; nothing any more, if it is gone.
    Bound(SeatName, Option<String>),
}

/// A call that came in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// On which trunk.
    pub trunk: TrunkName,
    /// Who calls, as received.
    pub caller: CallerHeaders,
    /// User part of the request URI.
    pub called: String,
    /// What links it to another platform's call.
    pub correlation: Correlation,
    /// Its SDP; empty: it waits for our offer (late offer).
    pub offer: Vec<u8>,
    /// All headers, for a site that tests a trunk.
    pub headers: Vec<(String, String)>,
}

/// What happened in a dialog.
#[derive(Debug)]
pub enum Word {
    /// A placed call rings.
    Ringing,
    /// It has sound before its answer.
    Early(Vec<u8>),
    /// It was answered, with this SDP.
    Answered(Vec<u8>),
    /// The answer to a call that arrived was acknowledged; the SDP of the ACK, if it had waited for our offer.
    Acknowledged(Vec<u8>),
    /// A placed call came to nothing.
    Failed(Cause),
    /// It is over.
    Ended(Ender, Cause),
    /// The other side changes the session: its offer (empty: it wants ours), to be answered by
    /// [`super::Stack::agree`].
    Offered(Vec<u8>, super::Reply),
    /// The other side's answer to [`super::Stack::offer`].
    Agreed(Vec<u8>),
    /// The phone asks to be transferred.
    Refer {
        /// User part of Refer-To.
        to: String,
        /// The dialog its Replaces names, if it is one of ours.
        replaces: Option<DialogNo>,
    },
    /// A key by INFO (application/dtmf-relay).
    Key(char),
}
