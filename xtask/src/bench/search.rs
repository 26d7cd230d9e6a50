//! A large store and its full-text index: how long until it is whole, what a question costs over
//! HTTP, how far behind the log it is.

use super::figure::{Row, Times, rate, ratio, short};
use super::{Bench, intake, machine};
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Ground, Platform};
use anyhow::{Context as _, Result, bail};
use std::time::{Duration, Instant};

/// A name for people, and the question behind it.
const QUESTIONS: &[(&str, &str)] = &[
    ("words", r#"{"q":"施工 噪音"}"#),
    ("a fragment", r#"{"q":"打桩"}"#),
    ("last four of a telephone", r#"{"phone":"0042"}"#),
    ("first letters of a place", r#"{"q":"wjl"}"#),
    (
        "a sentence that no case has",
        r#"{"q":"楼下的烧烤店每天晚上放音响吵得人睡不着怎么办"}"#,
    ),
    (
        "everything that is handled",
        r#"{"state":["handling"],"order":"newest"}"#,
    ),
    ("everything", r#"{"order":"newest"}"#),
];
const ASKED: u32 = 200;
/// How long an index may take to be whole before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Turns of the platform with the index and of the one without.
const TURNS: u32 = 4;

/// What the index costs those who write: the same intake with it and without it, in turns.
async fn beside(bench: &Bench) -> Result<Row> {
    let base = bench.folder("beside")?;
    let mut doors = Vec::new();
    let mut held = Vec::new();
    for (name, lines) in [("with", ""), ("without", "\n[search]\noff = true\n")] {
        let place = base.path().join(name);
        let platform = Platform::new(&bench.program, &place, "police", Ground::Sqlite, 1)?;
        platform.settle(None, 1)?;
        platform.configure(lines)?;
        let running = platform.start()?;
        let cookie = running.sign_in(0).await?;
        doors.push([(running.address, cookie)]);
        held.push(running);
    }
    let mut rates = [0.0, 0.0];
    let mut samples = Vec::new();
    for turn in 0..TURNS {
        for (way, door) in doors.iter().enumerate() {
            let label = format!("beside{way}-{turn}");
            let time = bench.seconds / TURNS;
            let (times, took) = intake::take(door, intake::AT_ONCE, time, &label).await?;
            if let Some(sum) = rates.get_mut(way) {
                *sum += rate(times.count(), took) / f64::from(TURNS);
            }
            if way == 0 {
                samples.extend(times.into_samples());
            }
        }
    }
    let [with, without] = rates;
    let mut row = Row::of("Durable intake while the search index follows, 64 connections");
    row.measured = format!("{with:.0}/s");
    row.compared = format!("the same platform without an index: {without:.0}/s");
    row.ratio = ratio(with, without);
    row.times = Times::of(samples).text();
    Ok(row)
}

/// Time to a whole index, questions with counts, and the way from an answered intake to being found.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let beside = beside(bench).await?;
    let base = bench.folder("search")?;
    let platform = Platform::new(
        &bench.program,
        &base.path().join("many"),
        "police",
        Ground::Sqlite,
        1,
    )?;
    platform.settle(None, 1)?;
    let filled = platform.fill(bench.cases, bench.open())?;
    println!("{} cases filled in {}", bench.cases, short(filled));
    let begun = Instant::now();
    let running = platform.start()?;
    let cookie = running.sign_in(0).await?;
    let mut connection = Connection::open(running.address, Some(&cookie)).await?;
    let mut number = 0_u64;
    loop {
        // Until the index is open it is said that there is none.
        let page = ask(&mut connection, &mut number, "{}")
            .await
            .unwrap_or_default();
        if page.get("filled").is_some_and(serde_json::Value::is_null)
            && page.get("total").and_then(serde_json::Value::as_u64) == Some(bench.cases)
        {
            break;
        }
        if begun.elapsed() > PATIENCE {
            bail!("the index is not whole after {}", short(PATIENCE));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let whole = begun.elapsed();
    let mut rows = vec![beside];
    let mut row = Row::of(format!("Search index of {} cases made anew", bench.cases));
    let rate = f64::from(u32::try_from(bench.cases).unwrap_or(u32::MAX)) / whole.as_secs_f64();
    row.measured = format!("{rate:.0} cases/s, whole after {}", short(whole));
    row.compared = format!("filling the store itself: {}", short(filled));
    let (resident, most) = machine::memory(running.pid())?;
    row.cost = format!("{resident:.0} MiB resident, {most:.0} MiB at the most");
    rows.push(row);
    for (name, question) in QUESTIONS {
        let mut samples = Vec::new();
        for _ in 0..ASKED {
            let asked = Instant::now();
            ask(&mut connection, &mut number, question)
                .await
                .with_context(|| format!("the question {name}"))?;
            samples.push(asked.elapsed());
        }
        let times = Times::of(samples);
        let mut row = Row::of(format!("Search, {name}, {} cases", bench.cases));
        row.measured = format!("p99 {}", short(times.within(990)));
        row.compared = "goal: p99 20 ms".to_owned();
        row.ratio = ratio(0.02, times.within(990).as_secs_f64());
        row.times = times.text();
        row.note = "50 of them with counts by kind".to_owned();
        rows.push(row);
    }
    let mut samples = Vec::new();
    for n in 0..20_u64 {
        let body = contact(900_000 + n, "");
        let answer = connection
            .post("/api/contacts", &format!("late-{n}"), &body)
            .await?
            .json()
            .context("a late contact")?;
        let no = answer
            .get("no")
            .and_then(serde_json::Value::as_str)
            .context("a case without a number")?
            .to_owned();
        let answered = Instant::now();
        let question = format!(r#"{{"number":"{no}"}}"#);
        loop {
            let page = ask(&mut connection, &mut number, &question).await?;
            if page.get("total").and_then(serde_json::Value::as_u64) == Some(1) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        samples.push(answered.elapsed());
    }
    let times = Times::of(samples);
    let mut row = Row::of("From an answered intake to being found");
    row.measured = format!("slowest {}", short(times.within(1_000)));
    row.compared = "goal: 1 s".to_owned();
    row.ratio = ratio(1.0, times.within(1_000).as_secs_f64());
    row.times = times.text();
    rows.push(row);
    Ok(rows)
}

async fn ask(
    connection: &mut Connection,
    number: &mut u64,
    question: &str,
) -> Result<serde_json::Value> {
    *number += 1;
    let body = format!(r#"{{"question":{question},"limit":50,"facets":true}}"#);
    connection
        .post("/api/search", &format!("ask-{number}"), &body)
        .await?
        .json()
}
