//! Calls that are up when the program is killed: how many talk again, and after how long a silence.

use super::Bench;
use super::figure::Row;
use crate::cargo::cargo;
use crate::root;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// Beside the goal: 99 of 100 within three seconds, all records complete. No switch one would take instead has a call left.
///
/// # Errors
/// When it does not build, or the calls do not come up.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut command = cargo();
    command
        .args([
            "run",
            "-q",
            "--release",
            "-p",
            "liandong",
            "--example",
            "kill",
            "--",
        ])
        .arg(&bench.program)
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
        "Killed (SIGKILL) and started again with {:.0} recorded calls up",
        of("calls")
    ));
    row.measured = format!(
        "{:.0} talk again within 3 s, {:.0} records complete; silence p99 {:.2} s",
        of("again"),
        of("complete"),
        of("p99_ms") / 1_000.0
    );
    row.compared = "goal: 99 within 3 s, all records".to_owned();
    row.ratio = format!("**{:.1}**", 3_000.0 / of("p99_ms"));
    row.times = format!(
        "silence p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms; pages answer after {:.0} ms",
        of("p50_ms"),
        of("p99_ms"),
        of("most_ms"),
        of("started_ms")
    );
    Ok(vec![row])
}
