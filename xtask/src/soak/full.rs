//! The file system of the store fills up under load: refused with a name, readable all the while,
//! and taking again when there is room.

use super::disk::CutDisk;
use super::round::{AT_ONCE, Outcome, count, take};
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Ground, Platform, Running};
use crate::process::output;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// What is left of the file system when the load begins, bytes.
const ROOM: u64 = 24 << 20;
/// How long the program may take to see that there is room again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fills it so many times.
///
/// # Errors
/// When anything is lost or doubled, the refusal has another name, or the desk cannot be read.
pub(super) fn fill(program: &Path, wanted: u32) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let mut sum = Outcome::default();
    for number in 0..wanted {
        let disk = CutDisk::make()?;
        let outcome = runtime
            .block_on(once(program, &disk, number))
            .with_context(|| format!("round {number}"))?;
        println!(
            "round {number}: {} acknowledged, then full, then again",
            outcome.acknowledged
        );
        sum = sum.and(outcome);
    }
    sum.check()
}

async fn once(program: &Path, disk: &CutDisk, number: u32) -> Result<Outcome> {
    let platform = Platform::new(program, disk.path(), "police", Ground::Sqlite, 1)?;
    platform.settle(None, 1)?;
    let running = platform.start()?;
    let cookie = running.sign_in(0).await?;
    let ballast = disk.path().join("ballast");
    let free = free_bytes(disk.path())?;
    output(
        Command::new("fallocate")
            .args(["-l", &free.saturating_sub(ROOM).to_string()])
            .arg(&ballast),
    )?;
    let taking: Vec<_> = (0..AT_ONCE)
        .map(|worker| {
            let never = Arc::new(AtomicBool::new(false));
            tokio::spawn(take(running.address, cookie.clone(), number, worker, never))
        })
        .collect();
    let mut acknowledged = Vec::new();
    for worker in taking {
        acknowledged.extend(worker.await.context("a worker fell")?);
    }

    let mut connection = Connection::open(running.address, Some(&cookie)).await?;
    // A single contact may still fit where a batch of many did not.
    let mut singles = 0_u64;
    let refused = loop {
        let place = AT_ONCE.saturating_mul(1_000_000).saturating_add(singles);
        let key = format!("full-{number}-{singles}");
        let answer = connection
            .post("/api/contacts", &key, &contact(place, ""))
            .await?;
        if answer.status != 201 {
            break answer;
        }
        singles = singles.saturating_add(1);
        if singles > 10_000 {
            bail!("it does not become full");
        }
    };
    let problem: Value = serde_json::from_slice(&refused.body).context("the refusal")?;
    if refused.status != 507 || problem.get("type").and_then(Value::as_str) != Some("store_full") {
        bail!(
            "a full disk was answered with {}: {problem}",
            refused.status
        );
    }
    let known = acknowledged.last().context("nothing was acknowledged")?;
    for path in [
        format!("/api/cases/{}", known.case),
        "/api/cases".to_owned(),
    ] {
        connection.get(&path).await?.json().context("reading")?;
    }

    std::fs::remove_file(&ballast).context("the ballast")?;
    again(&running, &cookie, number).await?;
    let outcome = count(&running, &cookie, number, &acknowledged).await?;
    drop(running);
    platform.verify()?;
    Ok(outcome)
}

/// It takes contacts again, by itself.
async fn again(running: &Running, cookie: &str, number: u32) -> Result<()> {
    let mut connection = Connection::open(running.address, Some(cookie)).await?;
    let begun = Instant::now();
    loop {
        let key = format!("full-{number}");
        let answer = connection
            .post("/api/contacts", &key, &contact(1, ""))
            .await?;
        if answer.status == 201 {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("there is room again, and it answers {}", answer.status);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn free_bytes(path: &Path) -> Result<u64> {
    let text = output(Command::new("df").args(["--output=avail", "-B1"]).arg(path))?;
    let line = text.lines().nth(1).context("df printed no line")?;
    line.trim().parse().context("df printed no number")
}
