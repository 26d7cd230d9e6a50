//! Calls: one pick among a thousand waiting and five hundred seats.

use super::figure::Row;
use crate::cargo::cargo;
use crate::root;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// Microseconds of one pick, beside the goal of 5 ms.
///
/// # Errors
/// When it does not build or says something else.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut command = cargo();
    command
        .args(["run", "-q", "--release", "-p", "voice", "--example", "pick"])
        .current_dir(root::folder()?);
    let figures: Value = serde_json::from_str(&crate::process::output(&mut command)?)
        .context("the figures cannot be read")?;
    let of = |name: &str| {
        figures
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN)
    };
    let mut row = Row::of(format!(
        "Queue, one pick: {:.0} calls wait, three quarters of them in vain, {:.0} seats are free",
        of("calls"),
        of("seats")
    ));
    row.measured = format!("p99 {:.2} ms", of("p99_us") / 1_000.0);
    row.compared = "goal: 5 ms".to_owned();
    row.ratio = format!("**{:.1}**", 5_000.0 / of("p99_us"));
    row.times = format!(
        "p50 {:.0} µs, p99 {:.0} µs, max {:.0} µs",
        of("p50_us"),
        of("p99_us"),
        of("most_us")
    );
    Ok(vec![row])
}
