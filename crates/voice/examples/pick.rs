//! How long one pick takes at a desk in the worst hour: `cargo run --release -p voice --example pick`.
//! 1,000 calls wait, half of them for skills that nobody free has, 500 seats are on, all of them free, so that
//! nothing ends early. Then many calls at a desk of twelve seats, everybody patient: the share that is picked within 15 s, beside
//! Erlang's formula. Prints JSON for `cargo xtask bench`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measuring program: what fails here fails the measurement"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use voice::call::{CallId, Moment};
use voice::queue::{Class, Needs, Rules, Seat, SeatState, Skills, Waiting, erlang, pick};

const CALLS: u32 = 1_000;
const SEATS: u32 = 500;
const ROUNDS: usize = 400;

fn main() {
    let now = Moment(10_000_000);
    let seats: Vec<Seat> = (0..SEATS)
        .map(|n| {
            let mut seat = Seat::new(
                format!("seat-{n:03}").as_str().into(),
                Skills(u64::from(n % 8)),
                n % 5 == 0,
                Moment(i64::from(n * 7919 % 10_007)),
            );
            seat.state = SeatState::Ready;
            seat.phone = true;
            seat
        })
        .collect();
    let classes = [
        Class::Normal,
        Class::CallBackDue,
        Class::CalledAgain,
        Class::Emergency,
    ];
    let waiting: Vec<Waiting> = (0..CALLS)
        .map(|n| Waiting {
            call: CallId(u128::from(n)),
            class: classes[usize::try_from(n % 4).unwrap()],
            base: i32::try_from(n % 3).unwrap(),
            since: Moment(now.0 - i64::from(n * 104_729 % 60_000)),
            entered: Moment(now.0 - i64::from(n * 104_729 % 60_000)),
            // All but the lowest class want what nobody has: the pick looks through three quarters of the queue in vain.
            needs: Needs {
                required: if n % 4 == 0 {
                    Skills::NONE
                } else {
                    Skills(1 << 40)
                },
                preferred: Skills(1),
            },
            last_operator: Some(format!("seat-{:03}", n % SEATS).as_str().into()),
            passed: Vec::new(),
            ringing: false,
        })
        .collect();
    let rules = Rules::default();
    let refs: Vec<&Seat> = seats.iter().collect();
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let found = pick(now, &rules, waiting.iter(), &refs).unwrap();
            assert_eq!(found.class, Class::Normal);
            begun.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{}",
        serde_json::json!({
            "calls": CALLS, "seats": SEATS, "p50_us": times[ROUNDS / 2], "p99_us": times[ROUNDS * 99 / 100],
            "most_us": times[ROUNDS - 1], "simulated": SIMULATED, "simulated_seats": DESK, "erlangs": LOAD,
            "within": simulate(), "formula": erlang::answered_within(LOAD, DESK, 15.0, HOLDING / 1_000.0),
        })
    );
}

/// Calls that are simulated, the desk they come to, and how long they talk on average, in milliseconds.
const SIMULATED: u32 = 400_000;
const DESK: u32 = 12;
const LOAD: f64 = 10.0;
const HOLDING: f64 = 120_000.0;

/// The share picked within 15 s: calls come at random and talk for random times, and every pick is the queue's own.
fn simulate() -> f64 {
    let mut state = 7_u64;
    // xorshift64*: the same run every time.
    let mut drawn = |mean: f64| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let bits = u32::try_from(state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32).unwrap();
        let share = f64::from(bits) / (f64::from(u32::MAX) + 1.0);
        let ms = Duration::from_secs_f64(-mean * (1.0 - share).ln() / 1_000.0).as_millis();
        i64::try_from(ms).unwrap().max(1)
    };
    let mut seats: Vec<Seat> = (0..DESK)
        .map(|n| {
            let name = format!("seat-{n:02}").as_str().into();
            let mut seat = Seat::new(name, Skills::NONE, false, Moment(0));
            seat.state = SeatState::Ready;
            seat.phone = true;
            seat
        })
        .collect();
    let rules = Rules::default();
    let mut waiting: BTreeMap<u128, Waiting> = BTreeMap::new();
    let mut ends: BTreeSet<(Moment, usize)> = BTreeSet::new();
    let (mut next, mut come, mut in_time) = (Moment(0), 0_u32, 0_u32);
    while come < SIMULATED || !waiting.is_empty() {
        let end = ends.first().copied();
        let end = end.filter(|(at, _)| come == SIMULATED || *at <= next);
        let now = if let Some((at, seat)) = end {
            ends.remove(&(at, seat));
            seats[seat].turn(SeatState::Ready, at);
            at
        } else {
            let call = Waiting {
                call: CallId(u128::from(come)),
                class: Class::Normal,
                base: 0,
                since: next,
                entered: next,
                needs: Needs::default(),
                last_operator: None,
                passed: Vec::new(),
                ringing: false,
            };
            waiting.insert(call.call.0, call);
            come += 1;
            let now = next;
            next = Moment(next.0 + drawn(HOLDING / LOAD));
            now
        };
        let refs: Vec<&Seat> = seats.iter().collect();
        let Some(picked) = pick(now, &rules, waiting.values(), &refs) else {
            continue;
        };
        let seat = refs.iter().position(|s| s.name == picked.seats[0]).unwrap();
        waiting.remove(&picked.call.0).unwrap();
        in_time += u32::from(picked.waited_ms <= 15_000);
        seats[seat].turn(SeatState::Talking(picked.call), now);
        ends.insert((Moment(now.0 + drawn(HOLDING)), seat));
    }
    f64::from(in_time) / f64::from(SIMULATED)
}
