//! The case 事项: a decider. `decide` says what a command brings about or why it is refused,
//! `evolve` folds what happened into what is. Both are synchronous and total.

mod command;
mod decide;
mod event;
mod evolve;
mod holder;
mod intake;
mod leg;
mod mirror;
mod outcome;
mod refusal;
mod scene;
mod state;

pub use command::{Command, PeerFact};
pub use decide::{
    Context, DangerUnit, LinkRule, Rules, TEXT_MOST, decide, needs_police_case, receive,
};
pub use event::{
    Attached, CallAgreed, CallDropped, CallFailure, CallNoted, CallParty, CallSound, CallStep,
    CallSupervision, Classification, DangerSign, Entry, Escalation, Event, Instructed,
    MessageNoted, MessageStep, OfferBody, PlaceLevel, Rated, RatingAsked, RatingChecked,
    Supervised, Triaged, Watched,
};
pub use evolve::{begin, evolve, replay};
pub use holder::Holder;
pub use intake::{Intake, Part};
pub use leg::{Ask, HandOver, HandOverMode, HandOverState, Leg, LegRole, LegState};
pub use mirror::mirror;
pub use outcome::{Decision, Outcome, Solved, Taker};
pub use refusal::Refusal;
pub use scene::{
    Awaiting, Dispute, DisputeAbout, Disputed, Ground, Harm, Help, Instruction, Scene, Settlement,
};
pub use state::{Case, Danger, GivenResult, Relation, Standing, Status, Task, Twin};
