//! How a desk is set up: trunks, partners, times. Data of the site, checked once.

use super::name::{PolicyName, TrunkName};
use crate::queue::{Class, Needs, Rules};
use std::collections::BTreeMap;

/// Whose desk it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskKind {
    /// The police desk, 110.
    Police,
    /// The government hotline's desk, 12345.
    Hotline,
}

/// What is known of a trunk here.
#[derive(Debug, Clone, PartialEq)]
pub struct TrunkPlan {
    /// The class of its calls, before anything is known of the number.
    pub class: Class,
    /// What its calls need of a seat.
    pub needs: Needs,
    /// Steps of priority within the class.
    pub base: i32,
}

/// What is known of a number that citizens dial: several services may answer at one desk (R132).
#[derive(Debug, Clone, PartialEq)]
pub struct NumberPlan {
    /// The class of its calls; that of the trunk counts where it is higher.
    pub class: Class,
    /// What its calls need of a seat, beside what the trunk's do.
    pub needs: Needs,
    /// Steps of priority within the class, beside the trunk's.
    pub base: i32,
}

/// Somebody outside who takes part: another platform or an external desk (R94).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The trunk that leads there.
    pub trunk: TrunkName,
    /// The number to dial on it.
    pub number: String,
    /// Which headers say who calls.
    pub policy: PolicyName,
    /// It is the other platform of the link (110 or 12345), so that a consult call with it ends in a decision (R54, R90).
    pub platform: bool,
}

/// A phone of the duty roster, rung when no seat answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyPhone {
    /// Who is on duty: an account or a name of the roster, for the record.
    pub who: String,
    /// The number, dialled over the trunk for numbers.
    pub number: String,
}

/// How a desk is set up. Times in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Whose desk.
    pub desk: DeskKind,
    /// The short number of the desk, for Diversion and History-Info.
    pub short_number: String,
    /// Trunks by name; one that is not here is treated as `Normal` without needs.
    pub trunks: BTreeMap<TrunkName, TrunkPlan>,
    /// Dialled numbers; one that is not here adds nothing to what its trunk says.
    pub numbers: BTreeMap<String, NumberPlan>,
    /// Partners by name.
    pub partners: BTreeMap<String, Partner>,
    /// Trunk and header policy for numbers: call-backs, duty phones, calls on a case. `None`: no such calls.
    pub outward: Option<(TrunkName, PolicyName)>,
    /// Where calls go that nobody here answers, as a partner's name.
    pub overflow: Option<String>,
    /// The order of the queue.
    pub rules: Rules,
    /// So long a desk rings before the next one does.
    pub ring_ms: u64,
    /// So long a partner, a duty phone, a colleague or a called number rings.
    pub far_ring_ms: u64,
    /// So long a seat that let a call pass is not rung again for it.
    pub pass_ms: u64,
    /// Writing time after a call.
    pub wrap_up_ms: u64,
    /// After so long a caller hears the words for waiting instead of ringing.
    pub wait_prompt_ms: u64,
    /// After so long a waiting call is answered by the machine, so that no network drops it. Not an answer for any figure.
    pub hold_line_ms: u64,
    /// After so long duty phones are rung too.
    pub duty_ms: u64,
    /// After so long the call goes to the overflow partner too.
    pub overflow_ms: u64,
    /// After so long a caller is told that a call-back comes. Emergencies wait on.
    pub give_up_ms: u64,
    /// More waiting calls than this are refused with 503; emergencies never.
    pub most_waiting: usize,
    /// Retry-After of such a refusal, in seconds.
    pub retry_after_s: u32,
    /// No sound for so long without a word: the line is dead.
    pub dead_line_ms: u64,
    /// A call that its caller ends so soon after the answer was dropped.
    pub dropped_ms: u64,
    /// A call-back is due so long after the call.
    pub call_back_ms: u64,
    /// A call-back that reached nobody is tried again after so long.
    pub call_back_again_ms: u64,
    /// So often a call-back is tried.
    pub call_back_attempts: u8,
    /// So long a number that called is known as calling again.
    pub called_again_ms: u64,
    /// So often an announcement is said to whoever answers, if no key ends it before.
    pub announce_times: u8,
    /// So long it is quiet between two times.
    pub announce_pause_ms: u64,
    /// So long a key is waited for after the last time.
    pub announce_key_ms: u64,
    /// So often it is said again when key 2 asks for it.
    pub announce_again: u8,
    /// So long an announcement takes at the most, from its answer.
    pub announce_most_ms: u64,
    /// So long the record of an ended call waits for its recordings to be sealed.
    pub settle_ms: u64,
}

impl Plan {
    /// The times of the trade: 12 s a desk, 20 s a partner, call-backs after 30 s, three times (R54, R74).
    #[must_use]
    pub fn new(desk: DeskKind, short_number: impl Into<String>) -> Plan {
        Plan {
            desk,
            short_number: short_number.into(),
            trunks: BTreeMap::new(),
            numbers: BTreeMap::new(),
            partners: BTreeMap::new(),
            outward: None,
            overflow: None,
            rules: Rules::default(),
            ring_ms: 12_000,
            far_ring_ms: 20_000,
            pass_ms: 10_000,
            wrap_up_ms: 20_000,
            wait_prompt_ms: 10_000,
            hold_line_ms: 20_000,
            duty_ms: 40_000,
            overflow_ms: 60_000,
            give_up_ms: 180_000,
            most_waiting: 1_000,
            retry_after_s: 10,
            dead_line_ms: 8_000,
            dropped_ms: 5_000,
            call_back_ms: 30_000,
            call_back_again_ms: 120_000,
            call_back_attempts: 3,
            called_again_ms: 600_000,
            announce_times: 2,
            announce_pause_ms: 1_500,
            announce_key_ms: 8_000,
            announce_again: 5,
            announce_most_ms: 180_000,
            settle_ms: 600_000,
        }
    }

    /// What is wrong with it, in words for whoever wrote the configuration; empty if nothing is.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.rules.together > 1 && self.desk != DeskKind::Police {
            faults.push("several seats ring at once on police desks only".to_owned());
        }
        if let Some(name) = &self.overflow
            && !self.partners.contains_key(name)
        {
            faults.push(format!(
                "the overflow partner \"{name}\" is not among the partners"
            ));
        }
        for (name, time) in [
            ("ring", self.ring_ms),
            ("far ring", self.far_ring_ms),
            ("let pass", self.pass_ms),
            ("give up", self.give_up_ms),
            ("call-back", self.call_back_ms),
            ("call-back again", self.call_back_again_ms),
            ("announcement", self.announce_most_ms),
            ("settle", self.settle_ms),
        ] {
            if time == 0 {
                faults.push(format!("the time \"{name}\" is 0"));
            }
        }
        if self.announce_times == 0 {
            faults.push("announcements are said at least once".to_owned());
        }
        if self.call_back_attempts == 0 {
            faults.push("call-backs are tried at least once".to_owned());
        }
        faults
    }
}
