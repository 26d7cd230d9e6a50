//! The whole switchboard under load against Erlang's formula.

use crate::world::*;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::Duration;
use voice::call::*;
use voice::queue::{Skills, erlang};

/// xorshift64*: the same run every time.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        f64::from(u32::try_from(bits).unwrap()) / (f64::from(u32::MAX) + 1.0)
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }
}

#[test]
fn the_formula_gives_the_figures_of_the_tables() {
    // Two seats, one erlang: C = 1/3, by hand. Ten seats, eight erlangs: 0.409 in any table of C.
    assert!((erlang::wait_share(1.0, 2) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang::wait_share(8.0, 10) - 0.409).abs() < 5e-4);
    assert!((erlang::wait_share(10.0, 10) - 1.0).abs() < 1e-12);
    assert_eq!(erlang::wait_share(0.0, 3), 0.0);
    let share = erlang::answered_within(8.0, 10, 15.0, 120.0);
    assert!((share - (1.0 - 0.409_18 * (-2.0f64 * 15.0 / 120.0).exp())).abs() < 1e-4);
    let needed = erlang::seats_needed(8.0, 0.95, 15.0, 120.0, 100).unwrap();
    assert!(erlang::answered_within(8.0, needed, 15.0, 120.0) >= 0.95);
    assert!(erlang::answered_within(8.0, needed - 1, 15.0, 120.0) < 0.95);
}

/// Gaps between calls and lengths of talks, in milliseconds.
fn draw(load: f64, calls: usize, seed: u64) -> Vec<(u64, u64)> {
    let mut dice = Dice(seed);
    let mut draw = |mean: f64| {
        let drawn = Duration::from_secs_f64(dice.exponential(mean) / 1_000.0);
        u64::try_from(drawn.as_millis()).unwrap().max(1)
    };
    (0..calls)
        .map(|_| (draw(HOLDING / load), draw(HOLDING)))
        .collect()
}

const HOLDING: f64 = 120_000.0;

fn share(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

/// The share answered within 15 s by a queue that does nothing but serve in order: as simple as can be.
fn simple(seats: u32, calls: &[(u64, u64)]) -> f64 {
    let mut free: BinaryHeap<Reverse<u64>> = (0..seats).map(|_| Reverse(0)).collect();
    let (mut now, mut in_time) = (0, 0usize);
    for (gap, talk) in calls {
        now += gap;
        let Reverse(at) = free.pop().unwrap();
        let begins = at.max(now);
        in_time += usize::from(begins - now <= 15_000);
        free.push(Reverse(begins + talk));
    }
    share(in_time, calls.len())
}

/// The same calls through the switchboard: no wrap-up, everybody patient, who is rung answers at once.
fn switchboard(seats: u32, calls: &[(u64, u64)]) -> f64 {
    let mut plan = plan();
    plan.wrap_up_ms = 0;
    plan.overflow = None;
    plan.outward = None;
    plan.give_up_ms = u64::MAX / 4;
    plan.most_waiting = usize::MAX;
    let mut w = World::new(plan);
    for n in 0..seats {
        w.seat(&format!("s{n:03}"), Skills::NONE);
    }
    let mut ends: BTreeSet<(Moment, CallId)> = BTreeSet::new();
    let mut coming = calls.iter();
    let mut next = coming.next().map(|(gap, _)| w.now.after(*gap));
    let mut in_time = 0usize;
    let mut arrived = 0;
    while next.is_some() || !ends.is_empty() {
        let end = ends
            .first()
            .copied()
            .filter(|(at, _)| next.is_none_or(|next| *at <= next));
        let at = end.map(|(at, _)| at).or(next).unwrap();
        w.pass(at.since(w.now));
        if let Some((at, call)) = end {
            ends.remove(&(at, call));
            w.ended(LegId::arrived(call), Ender::Remote);
            w.pass(0);
        } else {
            arrived += 1;
            w.call("city", &format!("1000{arrived:07}"));
            next = coming.next().map(|(gap, _)| at.after(*gap));
        }
        for fact in std::mem::take(&mut w.facts) {
            if let What::Offered(pick) = fact.what {
                let leg = w.ringing(pick.call, pick.seats[0].as_str()).unwrap();
                w.leg(leg, Heard::Answered);
                in_time += usize::from(pick.waited_ms <= 15_000);
                let (_, talk) = calls[usize::try_from(pick.call.0).unwrap() - 1];
                ends.insert((w.now.after(talk), pick.call));
            }
        }
        w.orders.clear();
        w.placed.clear();
        w.lines.retain(|_, line| *line != Line::Over);
    }
    share(in_time, calls.len())
}

/// Two steps, as chance alone moves a queue's share by points over ten thousand calls: a queue of eight lines of code meets
/// Erlang over millions, and the switchboard meets that queue call by call.
#[test]
fn t7_the_share_answered_in_time_is_erlangs_within_two_points() {
    for (seats, load, seed) in [(5, 3.5, 7), (12, 10.0, 11), (30, 26.0, 13)] {
        let calls = draw(load, 2_000_000, seed);
        let formula = erlang::answered_within(load, seats, 15.0, 120.0);
        let long = simple(seats, &calls);
        assert!(
            (long - formula).abs() <= 0.01,
            "{seats} seats: {long} against {formula}"
        );
        let some = &calls[..6_000];
        let (short, ours) = (simple(seats, some), switchboard(seats, some));
        println!(
            "{seats} seats: Erlang {formula:.4}, queue {long:.4}; {short:.4}, switchboard {ours:.4}"
        );
        assert!(
            (ours - short).abs() <= 0.002,
            "{seats} seats: {ours} against {short}"
        );
    }
}
