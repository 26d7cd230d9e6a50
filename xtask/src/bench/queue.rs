//! Calls: one pick among a thousand waiting and five hundred seats, and what many of them come to.

use super::asked::Figures;
use super::figure::Row;
use anyhow::Result;

/// Microseconds of one pick, beside the goal of 5 ms; the share answered in time, beside Erlang's formula.
///
/// # Errors
/// When it does not build or says something else.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let figures = Figures::of_example("voice", "pick", [""; 0])?;
    let of = |name: &str| figures.get(name);
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
    let mut erlang = Row::of(format!(
        "Queue, answered within 15 s in a simulation of {:.0} calls for {:.0} seats, {:.0} erlangs",
        of("simulated"),
        of("simulated_seats"),
        of("erlangs")
    ));
    erlang.measured = format!("{:.2} %", of("within") * 100.0);
    erlang.compared = format!("Erlang C: {:.2} %", of("formula") * 100.0);
    erlang.note = format!(
        "goal: within 2 points; {:.2} apart",
        (of("within") - of("formula")).abs() * 100.0
    );
    Ok(vec![row, erlang])
}
