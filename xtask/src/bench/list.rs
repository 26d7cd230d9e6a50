//! A small store and a large one: lists, memory, the time to the first call.

use super::figure::{Row, Times, ratio, short};
use super::{Bench, machine};
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Ground, Platform, Running};
use anyhow::{Context as _, Result};
use std::time::Instant;

/// A name for people, and the query behind it.
const LISTS: &[(&str, &str)] = &[
    ("all open", "scope=desk&open=true&limit=50"),
    ("closed too", "scope=desk&limit=50"),
    ("by limit", "scope=desk&open=true&order=due&limit=50"),
    ("overdue", "scope=desk&overdue=true&limit=50"),
    ("unowned", "scope=desk&task=unowned&open=true&limit=50"),
    ("in danger", "scope=desk&danger=true&open=true&limit=50"),
];
/// So often each, so that clock ticks of 10 ms tell what one costs.
const ASKED: u32 = 1_000;
/// Cases of the small store.
const FEW: u64 = 1_000;

/// Times of each list, and what one costs the server: CPU in milliseconds.
async fn lists(running: &Running, cookie: &str) -> Result<Vec<(Times, f64)>> {
    let mut connection = Connection::open(running.address, Some(cookie)).await?;
    let mut found = Vec::new();
    for (name, query) in LISTS {
        let mut samples = Vec::new();
        let before = machine::cpu(running.pid())?;
        for _ in 0..ASKED {
            let asked = Instant::now();
            let answer = connection.get(&format!("/api/cases?{query}")).await?;
            samples.push(asked.elapsed());
            answer.json().with_context(|| format!("the list {name}"))?;
        }
        let spent = machine::cpu(running.pid())? - before;
        found.push((Times::of(samples), spent * 1e3 / f64::from(ASKED)));
    }
    Ok(found)
}

/// Lists of 50, memory and start over 1,000 cases and over many.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("list")?;
    let few_base = base.path().join("few");
    let few = Platform::new(&bench.program, &few_base, "police", Ground::Sqlite, 1)?;
    few.settle(None, 1)?;
    let idle = {
        let running = few.start()?;
        machine::memory(running.pid())?.0
    };
    few.fill(FEW, FEW)?;
    let small = {
        let running = few.start()?;
        let cookie = running.sign_in(0).await?;
        machine::at_rest(running.pid()).await?;
        lists(&running, &cookie).await?
    };

    let many = Platform::new(
        &bench.program,
        &base.path().join("many"),
        "police",
        Ground::Sqlite,
        1,
    )?;
    many.settle(None, 1)?;
    let filled = many.fill(bench.cases, bench.open())?;
    println!("{} cases filled in {}", bench.cases, short(filled));
    let cookie = {
        let running = many.start()?;
        running.sign_in(0).await?
    };

    // From nothing to the first contact on the disk, with a session from before.
    let begun = Instant::now();
    let running = many.start()?;
    let ready = begun.elapsed();
    let mut connection = Connection::open(running.address, Some(&cookie)).await?;
    connection
        .post("/api/contacts", "first", &contact(1, ""))
        .await?
        .json()
        .context("the first contact")?;
    let first = begun.elapsed();
    // Index, facts and learning first read all that is behind: that is not what a list costs.
    let following = lists(&running, &cookie).await?;
    let rest = machine::at_rest(running.pid()).await?;
    let large = lists(&running, &cookie).await?;
    let (resident, most) = machine::memory(running.pid())?;

    let mut rows = Vec::new();
    let sizes = small.iter().zip(&large).zip(&following);
    for ((name, _), (((small, _), (large, cpu)), (busy, _))) in LISTS.iter().zip(sizes) {
        let mut row = Row::of(format!(
            "List of 50, {name}, {} cases with {} open",
            bench.cases,
            bench.open()
        ));
        row.measured = format!("p99 {}", short(large.within(990)));
        row.compared = format!(
            "the same over {FEW} cases: p99 {}",
            short(small.within(990))
        );
        row.ratio = ratio(
            small.within(990).as_secs_f64(),
            large.within(990).as_secs_f64(),
        );
        row.times = large.text();
        row.cost = format!("server {cpu:.2} ms CPU each");
        row.note = format!("p99 {} while it still followed", short(busy.within(990)));
        rows.push(row);
    }
    let mut start = Row::of(format!(
        "Start to the first accepted contact, {} cases",
        bench.cases
    ));
    start.measured = short(first);
    start.compared = format!("ready after {}", short(ready));
    start.note = format!("at rest {} later", short(rest));
    rows.push(start);
    let mut memory = Row::of(format!("Memory with {} cases after the lists", bench.cases));
    memory.measured = format!("{resident:.0} MiB resident, {most:.0} MiB at the most");
    memory.compared = format!("an empty platform: {idle:.0} MiB");
    memory.ratio = ratio(idle, resident);
    rows.push(memory);
    Ok(rows)
}
