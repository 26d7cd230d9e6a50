//! What a call is and who speaks with whom: a pure machine. [`Input`] goes in, [`Order`]s come out.

mod input;
mod name;
mod order;
mod port;

pub use input::{
    Agreed, Arrival, Asked, BreakReason, CallerHeaders, Cause, Correlation, Destination, Ender,
    Heard, Input, PhoneState, Quality, Sealed, TrunkState,
};
pub use name::{CallId, LegId, Moment, PolicyName, PromptName, SeatName, TimerId, TrunkName};
pub use order::{Gain, Order, Origin, Placing, Recording, Target};
pub use port::{Control, Engine};
