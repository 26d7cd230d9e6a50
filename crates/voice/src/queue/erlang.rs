//! How many are answered in time with so many seats, if calls come at random: Erlang's second formula.
//!
//! A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
//! telephone exchanges", Elektroteknikeren 13 (1917); as in V. B. Iversen, "Teletraffic Engineering
//! Handbook" (ITU-D SG 2/16, 2005), the chapter on delay systems: first B by the recursion
//! `B(n) = A·B(n−1) / (n + A·B(n−1))`, then `C = n·B / (n − A·(1 − B))` and `P(wait > t) = C·e^(−(n−A)·t/s)`.

/// The share of calls that find all seats busy (Erlang C), 0 to 1. `load` in erlangs: calls a second times seconds a call
/// takes, wrap-up included. 1 if the load is not less than the seats: the queue then grows without end.
#[must_use]
pub fn wait_share(load: f64, seats: u32) -> f64 {
    if !load.is_finite() || load >= f64::from(seats) {
        return 1.0;
    }
    if load <= 0.0 {
        return 0.0;
    }
    let mut blocked = 1.0;
    for n in 1..=seats {
        blocked = load * blocked / (f64::from(n) + load * blocked);
    }
    let n = f64::from(seats);
    n * blocked / (n - load * (1.0 - blocked))
}

/// The share answered within `within_s` seconds, 0 to 1, if a call takes `holding_s` seconds on average, wrap-up included.
#[must_use]
pub fn answered_within(load: f64, seats: u32, within_s: f64, holding_s: f64) -> f64 {
    if load >= f64::from(seats) || holding_s <= 0.0 {
        return if load <= 0.0 { 1.0 } else { 0.0 };
    }
    1.0 - wait_share(load, seats) * (-(f64::from(seats) - load) * within_s / holding_s).exp()
}

/// The fewest seats with which the share answered within `within_s` is at least `goal`; `None` above `most`.
#[must_use]
pub fn seats_needed(load: f64, goal: f64, within_s: f64, holding_s: f64, most: u32) -> Option<u32> {
    (1..=most).find(|seats| answered_within(load, *seats, within_s, holding_s) >= goal)
}
