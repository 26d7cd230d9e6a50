//! Calls: what outlives a killed program, what they cost beside what one would take instead, and how soon things happen in them.

use super::Bench;
use super::asked::{Figures, example};
use super::figure::Row;
use anyhow::Result;
use std::ffi::OsStr;

/// All of it, one measurement after the other.
///
/// # Errors
/// When something does not build, does not start, or calls do not come up.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = vec![killed(bench)?];
    rows.extend(beside_kamailio(bench)?);
    rows.push(beside_janus()?);
    rows.extend(transfers()?);
    rows.extend(browsers()?);
    rows.push(every()?);
    Ok(rows)
}

fn calls(which: &str) -> Result<Figures> {
    Figures::of_example("voice", "calls", [which])
}

/// Goal by measured: above 1 it is reached.
fn reached(goal: f64, measured: f64) -> String {
    format!("**{:.1}**", goal / measured)
}

/// Beside the goal: 99 of 100 within three seconds, all records complete. No switch one would take instead has a call left.
fn killed(bench: &Bench) -> Result<Row> {
    let figures = Figures::of_example("liandong", "kill", [&bench.program])?;
    let of = |name: &str| figures.get(name);
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
    row.ratio = reached(3_000.0, of("p99_ms"));
    row.times = format!(
        "silence p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms; pages answer after {:.0} ms",
        of("p50_ms"),
        of("p99_ms"),
        of("most_ms"),
        of("started_ms")
    );
    Ok(row)
}

/// What relayed calls and the setting up of calls cost, beside Kamailio with rtpengine as they are shipped in `deploy/`.
fn beside_kamailio(bench: &Bench) -> Result<Vec<Row>> {
    let desk = example("liandong", "desk")?;
    let words: [&OsStr; 3] = ["relay".as_ref(), desk.as_ref(), bench.program.as_ref()];
    let figures = Figures::of_example("voice", "calls", words)?;
    let of = |name: &str| figures.get(name);
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
    let set_up = |what: &str, cost: &str| {
        let mut row = Row::of(format!(
            "{:.0} calls set up at 200/s and ended, {what}",
            of("set_up_calls")
        ));
        let name = |part: &str| format!("{cost}_{part}");
        row.measured = format!("{:.2} ms of CPU a call", of(cost));
        row.compared = format!(
            "Kamailio as a proxy of messages alone: {:.2} ms",
            of("peer")
        );
        row.ratio = format!("**{:.2}**", 1.0 / of(&name("ratio")));
        let settled = of(&name("settled"));
        let settled = if settled.is_nan() {
            String::new()
        } else {
            format!("with all that is kept for late repetitions given back {settled:.2} ms; ")
        };
        row.note = format!(
            "median of {:.0} turns, {:.2} to {:.2} times the peer's; its threads for sound and recording {:.2} ms of it; \
             {settled}failed: {:.0} and {:.0}",
            of("turns"),
            of(&name("least")),
            of(&name("most")),
            of(&name("sound")),
            of(&format!("failed_{cost}")),
            of("failed_peer")
        );
        row
    };
    let alone = set_up(
        "the engine alone: two dialogs and two lines for sound a call",
        "set_up",
    );
    let desk = set_up(
        "through the queue to hard phones, with call record and access list, kept in memory",
        "desk",
    );
    let kept = set_up(
        "the same, with facts, records and what outlives a killed program on the disk before it is acted on",
        "kept",
    );
    let whole = set_up(
        "the same in the whole program, each leg recorded, SQLite; writing after the call, search and figures included",
        "whole",
    );
    let mut case = set_up(
        "the same, each call bound over HTTP to a case of its own while it talks: answer and end stand on the case",
        "case",
    );
    case.note += &format!(
        "; in the store afterwards: {:.0} calls, {:.0} records with outcome and both recordings, {:.0} bound, {:.0} cases \
         with answer and end; refused {:.0}",
        of("stored/calls"),
        of("stored/complete"),
        of("stored/bound"),
        of("stored/noted"),
        of("stored/refused")
    );
    Ok(vec![relayed, alone, desk, kept, whole, case])
}

/// Three on the line, beside Janus with its AudioBridge and plain RTP.
fn beside_janus() -> Result<Row> {
    let figures = calls("three")?;
    let of = |name: &str| figures.get(name);
    let mut row = Row::of(format!("{:.0} calls of three", of("calls")));
    row.measured = format!("{:.1} % of a core", of("mix"));
    row.compared = format!("Janus AudioBridge, 8 kHz: {:.1} %", of("mix_peer"));
    row.ratio = format!("**{:.2}**", of("mix_peer") / of("mix"));
    row.note = format!(
        "goal: 5; lines that hear both others and nobody else: {:.0} and {:.0} of {:.0}; half seconds without any blur: {:.0} \
         and {:.0} of {:.0}",
        of("right"),
        of("right_peer"),
        of("lines"),
        of("clean"),
        of("clean_peer"),
        of("halves")
    );
    Ok(row)
}

/// One-key transfers: to the INVITE, the caller's silence, and back after a failure.
fn transfers() -> Result<Vec<Row>> {
    let figures = calls("transfer")?;
    let of = |name: &str| figures.get(name);
    let row = |what: &str, name: &str, goal: f64| {
        let part = |part: &str| of(&format!("{name}_{part}_ms"));
        let mut row = Row::of(what);
        row.measured = format!("p99 {:.1} ms", part("p99"));
        row.compared = format!("goal: {goal:.0} ms");
        row.ratio = reached(goal, part("p99"));
        row.times = format!(
            "p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            part("p50"),
            part("p99"),
            part("most")
        );
        row.note = "machine and engine, no store".to_owned();
        row
    };
    Ok(vec![
        row(
            "Transfer, from the key to the INVITE at the other platform",
            "key",
            20.0,
        ),
        row(
            "Transfer, the caller's longest silence from the answer here to the voice there, in steps of 20 ms",
            "gap",
            40.0,
        ),
        row(
            "Transfer that failed, from the refusal to the operator's voice at the caller",
            "return",
            100.0,
        ),
    ])
}

/// Browsers' phones.
fn browsers() -> Result<Vec<Row>> {
    let figures = calls("browser")?;
    let of = |name: &str| figures.get(name);
    let mut first = Row::of("Browser's phone, from the page's offer to the first sound");
    first.measured = format!("p99 {:.0} ms", of("first_p99_ms"));
    first.compared = "goal: 500 ms".to_owned();
    first.ratio = reached(500.0, of("first_p99_ms"));
    first.times = format!(
        "p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms",
        of("first_p50_ms"),
        of("first_p99_ms"),
        of("first_most_ms")
    );
    first.note =
        "the page is played by str0m: loading it and its microphone are not in it".to_owned();
    let mut many = Row::of(format!("{:.0} browsers' phones in talks", of("pages")));
    many.measured = format!("{:.1} % of a core", of("share"));
    many.compared = "goal: 25 %".to_owned();
    many.ratio = reached(25.0, of("share"));
    many.note = format!("hear the other and nobody else: {:.0}", of("right"));
    Ok(vec![first, many])
}

/// What became of every INVITE.
fn every() -> Result<Row> {
    let figures = calls("every")?;
    let of = |name: &str| figures.get(name);
    let mut row = Row::of(format!(
        "{:.0} INVITEs at a desk with too few seats",
        of("invites")
    ));
    row.measured = format!("{:.0} accounted for", of("accounted"));
    row.compared = "goal: all".to_owned();
    row.ratio = format!("**{:.2}**", of("accounted") / of("invites"));
    row.cost = format!("{:.2} ms of CPU each", of("cpu_ms"));
    row.note = format!(
        "answered {:.0}, to be called back {:.0}, refused as too many wait {:.0}, as it cannot be {:.0}; \
         without a final answer {:.0}, still open {:.0}, datagrams dropped {:.0}; {:.0} s",
        of("answered"),
        of("to_call_back"),
        of("full"),
        of("impossible"),
        of("unanswered"),
        of("open"),
        of("dropped"),
        of("seconds")
    );
    Ok(row)
}
