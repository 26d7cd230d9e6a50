//! Triage: one call through all layers, the heads alone, a reload, a training.

use super::Bench;
use super::asked::Figures;
use super::figure::Row;
use anyhow::Result;
use std::process::Command;

/// Asks the program itself; one core is all it uses.
///
/// # Errors
/// When it does not run or says something else.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let cases = bench.cases.min(1_000_000).to_string();
    let mut command = Command::new(&bench.program);
    command.args(["--json", "triage", "speed", "--cases", &cases]);
    let figures = Figures::of(&mut command)?;
    let of = |name: &str| figures.get(name);
    let row = |what: String, measured: String, goal: &str, ratio: f64| Row {
        measured,
        compared: format!("goal: {goal}"),
        ratio: format!("**{ratio:.2}**"),
        ..Row::of(what)
    };
    let mut call = row(
        format!(
            "Triage, one call of {:.0} characters and its place through all layers",
            of("characters")
        ),
        format!("p99 {:.0} µs", of("p99_us")),
        "p99 1 ms",
        1_000.0 / of("p99_us"),
    );
    call.times = format!(
        "p50 {:.0} µs, p99 {:.0} µs, max {:.0} µs; of it the place p50 {:.0} µs, p99 {:.0} µs",
        of("p50_us"),
        of("p99_us"),
        of("most_us"),
        of("place_p50_us"),
        of("place_p99_us")
    );
    let trained = of("training_ms") / of("trained") * 1_000.0;
    Ok(vec![
        call,
        row(
            "Triage, the heads alone".to_owned(),
            format!("{:.0}/s", of("heads_per_second")),
            "20,000/s",
            of("heads_per_second") / 20_000.0,
        ),
        row(
            format!("Triage, trained anew on {:.0} cases", of("trained")),
            format!(
                "{:.1} s, {trained:.1} s for a million",
                of("training_ms") / 1_000.0
            ),
            "a million in 5 min",
            300.0 / trained,
        ),
        row(
            "Triage, one correction until it is served".to_owned(),
            format!("{:.1} ms", of("correction_us") / 1_000.0),
            "1 s",
            1_000_000.0 / of("correction_us"),
        ),
        row(
            format!(
                "Triage, {:.0} rows and {:.0} words read, compiled and proved",
                of("reload_rows"),
                of("reload_words")
            ),
            format!("{:.0} ms", of("reload_ms")),
            "500 ms",
            500.0 / of("reload_ms"),
        ),
    ])
}
