//! `cargo xtask bench`: ratios of one run, with the generator on the same machine.
//!
//! Absolute figures say more about the machine than about us; what a row is compared with was
//! measured minutes before or after it on the same two cores and the same disk.

mod asked;
mod calls;
mod clock;
mod database;
mod figure;
mod handover;
mod intake;
mod list;
mod live;
mod machine;
mod queue;
mod score;
mod search;
mod triage;

pub(crate) use figure::write_between;

use crate::cargo::cargo;
use crate::process::run;
use crate::step::Steps;
use crate::{ground, root};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use figure::Row;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const NAMES: &[&str] = &[
    "intake",
    "intake-pg",
    "list",
    "search",
    "score",
    "handover",
    "drain",
    "live",
    "clock",
    "triage",
    "queue",
    "calls",
];
/// Set once the limit of open files is raised.
const RAISED: &str = "LIANDONG_BENCH_RAISED";
const REPORT: &str = "docs/performance.md";

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only this: intake, intake-pg, list, search, score, handover, drain, live, clock, triage, queue, calls. Prints, writes no file.
    #[arg(long)]
    only: Option<String>,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Cases of the large store.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Where the stores lie; the disk of this folder is what is measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Measure this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// What every measurement is told.
#[derive(Debug)]
pub(crate) struct Bench {
    program: PathBuf,
    base: PathBuf,
    seconds: Duration,
    cases: u64,
}

impl Bench {
    fn folder(&self, name: &str) -> Result<tempfile::TempDir> {
        tempfile::Builder::new()
            .prefix(&format!("liandong-bench-{name}-"))
            .tempdir_in(&self.base)
            .context("no folder for the stores")
    }

    /// How long everything runs before it is measured.
    fn warm(&self) -> Duration {
        self.seconds.min(Duration::from_secs(3))
    }

    /// Open cases of the large store.
    fn open(&self) -> u64 {
        self.cases.min(10_000)
    }

    /// Hand-overs that pile up during the cut.
    fn piled(&self) -> usize {
        usize::try_from(self.cases / 100)
            .unwrap_or(10_000)
            .clamp(100, 10_000)
    }

    /// Whether the machine stayed the same machine.
    fn verdict(&self, before: f64, after: f64) -> String {
        let drift = (before - after).abs() / before.max(after).max(1.0) * 100.0;
        let pressure = machine::pressure()
            .map_or_else(String::new, |share| format!(", CPU pressure {share:.0} %"));
        let void = if drift > 15.0 { "**void**: " } else { "" };
        format!("{void}disk {before:.0} and {after:.0} syncs/s before and after{pressure}")
    }
}

/// Builds the program, measures, writes the table.
///
/// # Errors
/// When something does not start, is refused, or is lost.
pub(crate) fn run_bench(options: &Options) -> Result<()> {
    if let Some(name) = &options.only
        && !NAMES.contains(&name.as_str())
    {
        bail!("there is no `{name}`; there are {}", NAMES.join(", "));
    }
    raise_limit()?;
    let mut steps = Steps::new();
    let done = measure(options, &mut steps);
    steps.table();
    let rows = done?;
    let text = report(&rows, options);
    println!("\n{text}");
    if options.only.is_none() {
        write_between(&root::folder()?.join(REPORT), "bench", &text)?;
        println!("written into {REPORT}");
    }
    Ok(())
}

/// Thousands of consoles are thousands of open files on either side; only a shell can raise the
/// limit for us without unsafe code.
fn raise_limit() -> Result<()> {
    if std::env::var_os(RAISED).is_some() {
        return Ok(());
    }
    let error = Command::new("sh")
        .args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().context("our own path")?)
        .args(std::env::args_os().skip(1))
        .env(RAISED, "1")
        .exec();
    Err(error).context("the limit of open files cannot be raised")
}

fn measure(options: &Options, steps: &mut Steps) -> Result<Vec<Row>> {
    steps.run("packages", ground::package::install_for_bench)?;
    let program = match &options.program {
        Some(program) => program.clone(),
        None => steps.run("release build", || {
            run(cargo()
                .args(["build", "--release", "-p", "liandong"])
                .current_dir(root::folder()?))?;
            Ok(root::target()?.join("release/liandong"))
        })?,
    };
    let bench = Bench {
        program,
        base: options.folder.clone().unwrap_or_else(std::env::temp_dir),
        seconds: Duration::from_secs(options.seconds.max(1)),
        cases: options.cases,
    };
    let mut rows = Vec::new();
    for name in NAMES {
        if options.only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        rows.extend(steps.run(name, || one(name, &bench))?);
    }
    Ok(rows)
}

fn one(name: &str, bench: &Bench) -> Result<Vec<Row>> {
    // One thread: the generator must not take both cores from what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let rows = runtime.block_on(async {
        match name {
            "intake" => intake::sqlite(bench).await,
            "intake-pg" => intake::postgres(bench).await,
            "list" => list::measure(bench).await,
            "search" => search::measure(bench).await,
            "score" => score::measure(bench),
            "handover" => handover::measure(bench).await,
            "drain" => handover::drain(bench).await,
            "live" => live::measure(bench).await,
            "clock" => clock::measure(bench).await,
            "triage" => triage::measure(bench),
            "queue" => queue::measure(),
            "calls" => calls::measure(bench),
            other => bail!("there is no `{other}`"),
        }
    })?;
    print!("{}", figure::table(&rows));
    Ok(rows)
}

fn report(rows: &[Row], options: &Options) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let commit = crate::process::output(Command::new("git").args(["rev-parse", "--short", "HEAD"]))
        .unwrap_or_default();
    format!(
        "Commit {}, {cores} cores, {} s a measurement, generator on the same cores. A row is void \
         when the disk changed by more than 15 % while it was measured. Ratios above 1 are in our \
         favour.\n\n{}\n\
         How to repeat: `cargo xtask bench --seconds {} --cases {}` on a machine that does nothing \
         else; one row alone: `cargo xtask bench --only handover`.\n",
        commit.trim(),
        options.seconds,
        figure::table(rows),
        options.seconds,
        options.cases,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_disk_makes_a_row_void() {
        let bench = Bench {
            program: PathBuf::new(),
            base: PathBuf::new(),
            seconds: Duration::from_secs(1),
            cases: 1_000_000,
        };
        assert!(!bench.verdict(1000.0, 900.0).contains("void"));
        assert!(bench.verdict(1000.0, 800.0).contains("**void**"));
        assert_eq!((bench.open(), bench.piled()), (10_000, 10_000));
    }
}
