//! A large store scored: facts folded from the log, then the units of all its cases ranked.

use super::Bench;
use super::figure::{Row, short};
use crate::ground::platform::{Ground, Platform};
use anyhow::Result;
use std::time::Instant;

/// Every case of the store lies in it.
const EVER: &str = "2020-01-01..2099-12-31";

/// Time to fold all facts, and from the command line to a printed ranking.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("score")?;
    let place = base.path().join("many");
    let platform = Platform::new(&bench.program, &place, "police", Ground::Sqlite, 1)?;
    platform.settle(None, 1)?;
    let filled = platform.fill(bench.cases, bench.open())?;
    println!("{} cases filled in {}", bench.cases, short(filled));
    let begun = Instant::now();
    platform.carry_out(&["score", "rebuild"])?;
    let mut row = Row::of(format!(
        "Facts of {} cases folded from the log",
        bench.cases
    ));
    row.measured = short(begun.elapsed());
    row.compared = format!("filling the store itself: {}", short(filled));
    let mut rows = vec![row];
    for scheme in ["three_rates", "base_bonus"] {
        let begun = Instant::now();
        platform.carry_out(&["score", "show", scheme, EVER])?;
        let mut row = Row::of(format!(
            "Units ranked over {} cases, scheme {scheme}",
            bench.cases
        ));
        row.measured = short(begun.elapsed());
        row.compared = "goal: 30 s for a million".to_owned();
        row.note = "the whole command, from its start".to_owned();
        rows.push(row);
    }
    Ok(rows)
}
