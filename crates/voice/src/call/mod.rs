//! What a call is and who speaks with whom: a pure machine. [`Input`] goes in, [`Order`]s and [`Fact`]s come out.
//!
//! Open first [`Switchboard`]. Its parts: `inbound.rs` (arrival, queue, ringing), `talk.rs` (what people at seats ask),
//! `crossing.rs` (transfer, consult, three on the line), `announcing.rs` (a number hears sentences), `ending.rs` (legs and calls end), `mix.rs` (who hears whom),
//! `kept.rs` and `resuming.rs` (what outlives a killed program, and how it goes on).

mod announcing;
mod crossing;
mod elsewhere;
mod ending;
mod fact;
mod identity;
mod inbound;
mod input;
mod kept;
mod making_up;
mod mix;
mod name;
mod now;
mod order;
mod plan;
mod port;
mod resuming;
mod state;
mod switchboard;
mod talk;

pub use fact::{
    Announced, CallRecord, DropReason, Fact, Failure, LegRecord, Outcome, Supervision, What, Who,
};
pub use identity::number;
pub use input::{
    Agreed, Announcement, Arrival, Asked, BreakReason, CallerHeaders, Cause, Correlation,
    Destination, Ender, Heard, Input, PhoneState, Quality, Sealed, TrunkState,
};
pub use kept::{LeftBehind, Lost, Unreadable};
pub use name::{CallId, LegId, Moment, PolicyName, PromptName, SeatName, TimerId, TrunkName};
pub use now::{Doing, Now};
pub use order::{Gain, Order, Origin, Placing, Recording, Target};
pub use plan::{DeskKind, DutyPhone, NumberPlan, Partner, Plan, TrunkPlan};
pub use port::{Control, Engine, Keep};
pub use switchboard::{Denied, Known, Names, Step, Switchboard};
