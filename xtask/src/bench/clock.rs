//! The clocks of duty over very many open cases.

use super::figure::{Row, Times, short};
use super::{Bench, intake, machine};
use crate::ground::http::Connection;
use crate::ground::platform::{Ground, Platform};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Cases whose clock steps during the bench.
const DUE: usize = 100;

/// The catalogue that gives each of the open deadlines a ladder.
const LADDERS: &str = include_str!("clocks.toml");

/// How late the clocks step, and their ladders are climbed, when 100 of very many open cases are
/// due together.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("clock")?;
    let platform = Platform::new(&bench.program, base.path(), "police", Ground::Sqlite, 1)?;
    platform.settle(None, 1)?;
    platform.with_clocks(LADDERS)?;
    let running = platform.start()?;
    let door = (running.address, running.sign_in(0).await?);
    let mut connection = Connection::open(door.0, Some(&door.1)).await?;
    let units = connection.get("/api/units").await?.json()?;
    let unit = units
        .as_array()
        .into_iter()
        .flatten()
        .find(|unit| unit.get("desk").and_then(Value::as_str) == Some("police"))
        .and_then(|unit| unit.get("code"))
        .context("no unit of the police")?;
    let dispatch = |sign: &str| {
        json!({
            "command": "dispatch", "lead": unit, "assist": [], "first_response": [],
            "limits": {"sign": {"span": sign, "amber": 50}}, "basis": "bench",
        })
        .to_string()
    };
    let cases = usize::try_from(bench.cases)?;
    let begun = Instant::now();
    for part in 0..10 {
        // In parts, so that not a million answers lie in memory.
        let label = format!("open-{part}");
        intake::take_count(&door, cases / 10, &dispatch("20d"), &label).await?;
    }
    println!(
        "{cases} open cases with a running clock in {}",
        short(begun.elapsed())
    );
    let rested = machine::at_rest(running.pid()).await?;
    println!("at rest after {}", short(rested));

    let mut events = Connection::open(door.0, Some(&door.1))
        .await?
        .follow(None)
        .await?;
    events.next().await?;
    let due = intake::take_count(&door, DUE, &dispatch("1m"), "due").await?;
    let mut waited: HashMap<String, i64> = HashMap::new();
    for case in &due {
        let amber = case
            .pointer("/deadlines")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .find(|deadline| deadline.get("stage").and_then(Value::as_str) == Some("sign"))
            .and_then(|deadline| deadline.get("amber"))
            .and_then(Value::as_i64)
            .context("a case without a clock to sign")?;
        let id = case.get("id").and_then(Value::as_str).context("no id")?;
        waited.insert(id.to_owned(), amber);
    }
    let before = swept(&mut connection).await?;
    let spent = machine::cpu(running.pid())?;
    let begun = Instant::now();
    let mut late = Vec::new();
    let mut told = waited.clone();
    let mut climbed = Vec::new();
    while !(waited.is_empty() && told.is_empty()) {
        let event = tokio::time::timeout(Duration::from_secs(120), events.next())
            .await
            .with_context(|| format!("{} clocks did not step", waited.len() + told.len()))??;
        let word = |name: &str| event.data.get(name).and_then(Value::as_str);
        let (left, steps) = match word("kind") {
            Some("deadline_neared") => (&mut waited, &mut late),
            Some("escalated") => (&mut told, &mut climbed),
            _ => continue,
        };
        let Some(amber) = word("case").and_then(|case| left.remove(case)) else {
            continue;
        };
        let at = event
            .data
            .get("at")
            .and_then(Value::as_i64)
            .context("no time")?;
        let millis = u64::try_from(at.saturating_sub(amber)).context("a clock stepped early")?;
        steps.push(Duration::from_millis(millis));
    }
    let spent = machine::cpu(running.pid())? - spent;
    let after = swept(&mut connection).await?;
    let times = Times::of(late);
    let mut row = Row::of(format!("Clocks: {DUE} due together of {cases} open cases"));
    row.measured = format!("the last {} after its time", short(times.within(1000)));
    row.compared = "goal: 2 s".to_owned();
    row.ratio = super::figure::ratio(2.0, times.within(1000).as_secs_f64().max(0.001));
    row.times = times.text();
    row.cost = format!(
        "server {spent:.2} s CPU in {} of looking; {:.0} MiB",
        short(begun.elapsed()),
        machine::memory(running.pid())?.1
    );
    let times = Times::of(climbed);
    let mut ladder = Row::of(format!(
        "Ladders: the first step of {DUE}, among {cases} open deadlines with three steps each"
    ));
    ladder.measured = format!("the last {} after its time", short(times.within(1000)));
    ladder.compared = "goal: 2 s".to_owned();
    ladder.ratio = super::figure::ratio(2.0, times.within(1000).as_secs_f64().max(0.001));
    ladder.times = times.text();
    let goal = |what: &str, took: Duration| {
        let mut row = Row::of(format!(
            "Sweep: {DUE} due among {cases} open deadlines {what}"
        ));
        row.measured = short(took);
        row.compared = "goal: 5 ms".to_owned();
        row.ratio = super::figure::ratio(0.005, took.as_secs_f64());
        row
    };
    Ok(vec![
        row,
        ladder,
        goal(
            "found, each decided and its ladder climbed",
            after[0] - before[0],
        ),
        goal("and all on the disk", after[1] - before[1]),
    ])
}

/// How long the sweeps that took a step have taken, all of them together: until every step was
/// decided, and until all were on the disk.
async fn swept(connection: &mut Connection) -> Result<[Duration; 2]> {
    let answer = connection.get("/metrics").await?;
    let figures = String::from_utf8_lossy(&answer.body);
    let sum = |name: &str| {
        let lines = figures.lines().filter_map(|line| line.strip_prefix(name));
        let sums = lines.filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok());
        Duration::from_secs_f64(sums.sum())
    };
    Ok([
        sum("liandong_deadline_look_seconds_sum"),
        sum("liandong_deadline_sweep_seconds_sum"),
    ])
}
