//! The seam between the machines and the engine: SIP, media and browsers in the product, a script in tests.

use super::input::Input;
use super::name::{CallId, LegId, SeatName};
use super::order::Order;

/// What carries out orders. It has threads of its own: `carry_out` returns at once.
pub trait Engine: Send + Sync {
    /// Does these in their order.
    fn carry_out(&self, orders: Vec<Order>);
}

/// What the engine has something kept of, so that it can go on after the program was killed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keep {
    /// A leg that is up.
    Leg(LegId),
    /// The registration of a seat's hard phone.
    Phone(SeatName),
}

/// What the engine tells. The application implements it around the machine: it takes the moment, asks the machine,
/// writes what has to be written, then gives the orders to the engine.
pub trait Control: Send + Sync {
    /// Something was heard. Returns at once; words about one leg are heard in the order they were said.
    fn hear(&self, input: Input);

    /// Keeps a text of the engine's own, in the place of the former one, or forgets it (`None`). Returns at once; what is
    /// heard after it is written no sooner. Whoever keeps nothing has no calls after a restart.
    fn keep(&self, what: Keep, text: Option<String>) {
        let _ = (what, text);
    }

    /// A name for a call that arrives.
    fn name_call(&self) -> CallId;
}
