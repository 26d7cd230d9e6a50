//! The pick: which waiting call rings at which seat now, and why this one.

use super::{Class, Seat, SeatState, Skills, Waiting};
use crate::call::{CallId, Moment, SeatName};
use std::cmp::Reverse;

/// How a desk picks.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Waiting of so many milliseconds is worth one step of priority within a class.
    pub ageing_ms: u64,
    /// After so long, seats without the preferred skills are rung too.
    pub widen_ms: u64,
    /// After so long, the group that helps out is rung too.
    pub backup_ms: u64,
    /// So long a call waits for the operator who spoke last with this number, if busy now.
    pub last_operator_ms: u64,
    /// How many seats ring at once; more than 1 on police desks only.
    pub together: usize,
    /// How many candidates a pick keeps by name; of the others it keeps the number.
    pub keep: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            ageing_ms: 10_000,
            widen_ms: 10_000,
            backup_ms: 20_000,
            last_operator_ms: 3_000,
            together: 1,
            keep: 24,
        }
    }
}

/// How far a call reaches: who may be rung for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Seats with the required and the preferred skills.
    Preferred,
    /// Seats with the required skills.
    Required,
    /// These, and the group that helps out.
    Backup,
}

/// What decided among the seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It spoke last with this number about the case that is still open.
    LastOperator,
    /// It was the only one that could take it.
    OnlyOne,
    /// It has more of the preferred skills than the others.
    BestSkill,
    /// Of the best it has been without a call the longest.
    LongestIdle,
    /// Several ring at once, the first to answer has it.
    Together,
}

/// Why a free seat was not the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedOver {
    /// It lacks these required skills.
    LacksRequired(Skills),
    /// It lacks these preferred skills, and the call has not waited long enough.
    LacksPreferred(Skills),
    /// It helps out only, and the call has not waited long enough.
    BackupOnly,
    /// It let this call pass a moment ago.
    LetItPass,
    /// Others have more of the preferred skills.
    LessSkill,
    /// Others have been without a call longer.
    IdleShorter,
    /// Another one spoke last with this number.
    NotLastOperator,
}

/// A free seat as the pick saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub seat: SeatName,
    /// How many of the preferred skills it has.
    pub skill: u32,
    /// How long it has been without a call, in milliseconds.
    pub idle_ms: u64,
    /// Why it was not the one; `None` for the one (or those) picked.
    pub passed_over: Option<PassedOver>,
}

/// One pick, with what was known when it was made. Kept in the call record and shown to the desk lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The call.
    pub call: CallId,
    /// Its class.
    pub class: Class,
    /// How long it had waited, in milliseconds.
    pub waited_ms: u64,
    /// How many calls waited with it, itself included.
    pub waiting: usize,
    /// How many of these came before it and could not be served by any free seat.
    pub ahead: usize,
    /// How far it reached.
    pub reach: Reach,
    /// The seats to ring: one, or several at once.
    pub seats: Vec<SeatName>,
    /// What decided.
    pub because: Because,
    /// The free seats, the picked ones first, then the others as they ranked.
    pub candidates: Vec<Candidate>,
    /// How many more free seats there were.
    pub others: usize,
}

/// Picks the first waiting call, in the order of class, priority and waiting, that a free seat may take, and the seat.
/// `None`: nobody is free, or nobody who is free may take any of them. A call that nobody can take does not
/// hold up those behind it. Seats come in the order of their names; of equals the first is taken.
#[must_use]
pub fn pick<'a>(
    now: Moment,
    rules: &Rules,
    waiting: impl Iterator<Item = &'a Waiting>,
    seats: &[&Seat],
) -> Option<Pick> {
    let free: Vec<&Seat> = seats.iter().copied().filter(|seat| seat.free()).collect();
    if free.is_empty() {
        return None;
    }
    let on_duty: Vec<&Seat> = seats
        .iter()
        .copied()
        .filter(|seat| seat.state.on_duty())
        .collect();
    let mut queue: Vec<&Waiting> = waiting.filter(|call| !call.ringing).collect();
    queue.sort_by_key(|call| Reverse(rank(now, rules, call)));
    for (ahead, call) in queue.iter().enumerate() {
        if awaits_last_operator(now, rules, call, seats) {
            continue;
        }
        let reach = reach(now, rules, call, &on_duty);
        if let Some(mut found) = choose(now, rules, call, reach, &free) {
            found.waiting = queue.len();
            found.ahead = ahead;
            return Some(found);
        }
    }
    None
}

/// The order of waiting calls: the highest first; of equals the one that has waited longest, then the lower name.
fn rank(now: Moment, rules: &Rules, call: &Waiting) -> (Class, i64, u64, Reverse<CallId>) {
    let waited = call.waited(now);
    let ageing = i64::try_from(rules.ageing_ms.max(1)).unwrap_or(i64::MAX);
    let aged = i64::try_from(waited).unwrap_or(i64::MAX);
    let priority = i64::from(call.base)
        .saturating_mul(ageing)
        .saturating_add(aged);
    (call.class, priority, waited, Reverse(call.call))
}

/// A call that came a moment ago, whose last operator is just finishing another one. An emergency never waits so.
fn awaits_last_operator(now: Moment, rules: &Rules, call: &Waiting, seats: &[&Seat]) -> bool {
    if call.class == Class::Emergency || now.since(call.entered) >= rules.last_operator_ms {
        return false;
    }
    let Some(last) = &call.last_operator else {
        return false;
    };
    let Ok(at) = seats.binary_search_by(|seat| seat.name.cmp(last)) else {
        return false;
    };
    seats.get(at).is_some_and(|seat| {
        seat.phone
            && seat.next.is_none()
            && matches!(seat.state, SeatState::WrapUp(..) | SeatState::Talking(_))
    })
}

/// How far the call reaches by now. An emergency reaches everybody at once, and nobody waits for a
/// preferred skill that nobody on duty has.
fn reach(now: Moment, rules: &Rules, call: &Waiting, on_duty: &[&Seat]) -> Reach {
    let waited = now.since(call.entered);
    if call.class == Class::Emergency || waited >= rules.backup_ms {
        return Reach::Backup;
    }
    let able =
        |seat: &&Seat, wanted: Skills| !seat.backup && wanted.missing_in(seat.skills).is_empty();
    let required = call.needs.required;
    if !on_duty.iter().any(|seat| able(seat, required)) {
        return Reach::Backup;
    }
    let both = Skills(required.0 | call.needs.preferred.0);
    if waited >= rules.widen_ms || !on_duty.iter().any(|seat| able(seat, both)) {
        return Reach::Required;
    }
    Reach::Preferred
}

/// Why the seat may not be rung for the call at all.
fn barred(now: Moment, call: &Waiting, reach: Reach, seat: &Seat) -> Option<PassedOver> {
    let lacking = call.needs.required.missing_in(seat.skills);
    if !lacking.is_empty() {
        return Some(PassedOver::LacksRequired(lacking));
    }
    if seat.backup && reach < Reach::Backup {
        return Some(PassedOver::BackupOnly);
    }
    let lacking = call.needs.preferred.missing_in(seat.skills);
    if !lacking.is_empty() && reach == Reach::Preferred {
        return Some(PassedOver::LacksPreferred(lacking));
    }
    let passed = call
        .passed
        .iter()
        .any(|(name, until)| *name == seat.name && now < *until);
    passed.then_some(PassedOver::LetItPass)
}

fn choose(
    now: Moment,
    rules: &Rules,
    call: &Waiting,
    reach: Reach,
    free: &[&Seat],
) -> Option<Pick> {
    // Most calls of a long queue find nobody; nothing is kept for them.
    if !free
        .iter()
        .any(|seat| barred(now, call, reach, seat).is_none())
    {
        return None;
    }
    let is_last = |seat: &Seat| call.last_operator.as_ref() == Some(&seat.name);
    let mut able: Vec<(&Seat, u32)> = Vec::new();
    let mut unable = Vec::new();
    for seat in free {
        match barred(now, call, reach, seat) {
            None => able.push((seat, call.needs.preferred.shared(seat.skills))),
            Some(reason) => unable.push((*seat, reason)),
        }
    }
    // A backup comes after all others of the desk, however skilled; then skill, then idleness, then the name.
    let key = |(seat, skill): &(&Seat, u32)| {
        let skill = Reverse(*skill);
        (!is_last(seat), seat.backup, skill, seat.idle_since)
    };
    let order = |a: &(&Seat, u32), b: &(&Seat, u32)| {
        key(a).cmp(&key(b)).then_with(|| a.0.name.cmp(&b.0.name))
    };
    let together = rules.together.max(1);
    // Of a large desk only those are put in order that are named.
    let named = rules.keep.max(together).max(2);
    if able.len() > named {
        able.select_nth_unstable_by(named - 1, order);
        able.truncate(named);
    }
    able.sort_unstable_by(order);
    let (first, first_skill) = able.first().copied()?;
    let taken: Vec<SeatName> = able
        .iter()
        .take(together)
        .map(|(seat, _)| seat.name.clone())
        .collect();
    let because = if taken.len() > 1 {
        Because::Together
    } else if is_last(first) {
        Because::LastOperator
    } else {
        match able.get(1) {
            None => Because::OnlyOne,
            Some((second, skill)) if second.backup != first.backup || *skill < first_skill => {
                Because::BestSkill
            }
            Some(_) => Because::LongestIdle,
        }
    };
    let seen = |seat: &Seat, skill: u32, passed_over: Option<PassedOver>| Candidate {
        seat: seat.name.clone(),
        skill,
        idle_ms: now.since(seat.idle_since),
        passed_over,
    };
    let mut candidates = Vec::with_capacity(rules.keep.min(free.len()));
    for (n, (seat, skill)) in able.iter().enumerate().take(rules.keep) {
        let passed_over = (n >= taken.len()).then_some(if is_last(first) {
            PassedOver::NotLastOperator
        } else if *skill < first_skill {
            PassedOver::LessSkill
        } else {
            PassedOver::IdleShorter
        });
        candidates.push(seen(seat, *skill, passed_over));
    }
    for (seat, reason) in unable
        .iter()
        .take(rules.keep.saturating_sub(candidates.len()))
    {
        candidates.push(seen(
            seat,
            call.needs.preferred.shared(seat.skills),
            Some(*reason),
        ));
    }
    Some(Pick {
        call: call.call,
        class: call.class,
        waited_ms: call.waited(now),
        waiting: 0,
        ahead: 0,
        reach,
        seats: taken,
        because,
        others: free.len().saturating_sub(candidates.len()),
        candidates,
    })
}
