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
    let mut rows = vec![row];
    rows.extend(beside_kamailio()?);
    Ok(rows)
}

/// What relayed calls and the setting up of calls cost, beside Kamailio with rtpengine as they are shipped in `deploy/`.
fn beside_kamailio() -> Result<Vec<Row>> {
    let mut command = cargo();
    command
        .args([
            "run",
            "-q",
            "--release",
            "-p",
            "voice",
            "--example",
            "relay",
        ])
        .current_dir(root::folder()?);
    let figures: Value = serde_json::from_str(&crate::process::output(&mut command)?)
        .context("the figures cannot be read")?;
    let of = |name: &str| {
        figures
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN)
    };
    let mut relayed = Row::of(format!(
        "{:.0} relayed calls, the engine alone",
        of("calls")
    ));
    relayed.measured = format!("{:.1} % of a core", of("relay"));
    relayed.compared = format!(
        "Kamailio and rtpengine (user space): {:.1} %",
        of("relay_peer")
    );
    relayed.ratio = format!("**{:.2}**", of("relay_peer") / of("relay"));
    relayed.note = format!(
        "both heard each other at the end: {:.0} and {:.0}",
        of("heard"),
        of("heard_peer")
    );
    if of("heard") < of("calls") || of("heard_peer") < of("calls") {
        relayed.note += "; **void**: not all calls were heard, the machine does something else";
    }
    let mut set_up = Row::of(format!(
        "{:.0} calls set up at 200/s and ended, the engine alone: no queue, no case, no record",
        of("set_up_calls")
    ));
    set_up.measured = format!("{:.2} ms of CPU a call", of("set_up"));
    set_up.compared = format!(
        "Kamailio as a proxy of messages alone: {:.2} ms",
        of("set_up_peer")
    );
    set_up.ratio = format!("**{:.2}**", of("set_up_peer") / of("set_up"));
    set_up.note = format!(
        "failed: {:.0} and {:.0}; ours has two dialogs and two lines for sound a call",
        of("failed"),
        of("failed_peer")
    );
    Ok(vec![relayed, set_up])
}
