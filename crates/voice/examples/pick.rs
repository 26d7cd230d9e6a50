//! How long one pick takes at a desk in the worst hour: `cargo run --release -p voice --example pick`.
//! 1,000 calls wait, half of them for skills that nobody free has, 500 seats are on, all of them free, so that
//! nothing ends early. Prints microseconds as JSON for `cargo xtask bench`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measuring program: what fails here fails the measurement"
)]

use std::time::Instant;
use voice::call::{CallId, Moment};
use voice::queue::{Class, Needs, Rules, Seat, SeatState, Skills, Waiting, pick};

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
        "{{\"calls\":{CALLS},\"seats\":{SEATS},\"p50_us\":{},\"p99_us\":{},\"most_us\":{}}}",
        times[ROUNDS / 2],
        times[ROUNDS * 99 / 100],
        times[ROUNDS - 1]
    );
}
