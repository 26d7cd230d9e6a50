//! `cargo xtask soak`: what `test` does briefly, for long; and the power cut.

mod disk;
mod full;
mod round;

use crate::bench::write_between;
use crate::cargo::cargo;
use crate::ground::package;
use crate::ground::platform::{Ground, Platform};
use crate::ground::postgres::{Postgres, new_database};
use crate::process::{found, run, run_told};
use crate::root;
use crate::step::Steps;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use disk::CutDisk;
use round::{Cut, Outcome};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

const REPORT: &str = "docs/reliability.md";
/// Crates with fault tests that read `LIANDONG_SOAK`.
const FAULTS: &[&str] = &["store", "exchange", "app", "testkit"];

/// How long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds of `kill -9` on each store; a quarter as many of each other fault, which take longer.
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// Cut off this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Leave out the fault tests of the crates; prints, writes no file.
    #[arg(long)]
    cuts_only: bool,
    /// Only the faults with this word in their name; prints, writes no file.
    #[arg(long)]
    only: Option<String>,
}

/// Runs all of it and writes the last result.
///
/// # Errors
/// When anything is lost or doubled, or a test fails.
pub(crate) fn run_soak(options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    let done = soak(options, &mut steps);
    steps.table();
    let text = done?;
    println!("\n{text}");
    if !options.cuts_only && options.only.is_none() {
        write_between(&root::folder()?.join(REPORT), "soak", &text)?;
        println!("written into {REPORT}");
    }
    Ok(())
}

fn soak(options: &Options, steps: &mut Steps) -> Result<String> {
    let root = root::folder()?;
    let mut lines = vec![
        "| Fault | Rounds | Acknowledged | Lost | Doubled |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    let program = match &options.program {
        Some(program) => program.clone(),
        None => steps.run("release build", || {
            run(cargo()
                .args(["build", "--release", "-p", "liandong"])
                .current_dir(&root))?;
            Ok(root::target()?.join("release/liandong"))
        })?,
    };
    let chosen = |name: &str| {
        let only = options.only.as_ref();
        only.is_none_or(|word| name.contains(word.as_str()))
    };
    for fault in Fault::ALL.into_iter().filter(|each| chosen(each.step())) {
        let wanted = fault.rounds(options.rounds);
        let made = steps.run(fault.step(), || fault.make(&program, wanted))?;
        lines.push(match made {
            Ok(outcome) => line(fault.words(), outcome),
            Err(obstacle) => format!("| {} | not run: {obstacle} | – | – | – |", fault.words()),
        });
    }
    let mut text = lines.join("\n");
    if !options.cuts_only && chosen("fault tests") {
        let tests = steps.run("fault tests", || faults(&root))?;
        text += &format!("\n\nFault tests with `LIANDONG_SOAK=1`: {tests}.");
    }
    text += &format!(
        "\n\nHow to repeat: `cargo xtask soak --rounds {}` as root on Debian. After each cut \
         `liandong verify` must find nothing, every acknowledged contact is asked for, and its \
         command is sent again and must name the same case.\n",
        options.rounds
    );
    Ok(text)
}

fn line(what: &str, outcome: Outcome) -> String {
    format!(
        "| {what} | {} | {} | **{}** | **{}** |",
        outcome.rounds, outcome.acknowledged, outcome.lost, outcome.doubled
    )
}

/// What is done to the program or to what it stands on.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Kill,
    KillOnPostgres,
    Power,
    Database,
    DatabasePower,
    FullDisk,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::Kill,
        Self::KillOnPostgres,
        Self::Power,
        Self::Database,
        Self::DatabasePower,
        Self::FullDisk,
    ];

    const fn rounds(self, of_kills: u32) -> u32 {
        match self {
            Self::Kill | Self::KillOnPostgres => of_kills,
            _ => of_kills.div_ceil(4),
        }
    }

    const fn step(self) -> &'static str {
        match self {
            Self::Kill => "kill -9",
            Self::KillOnPostgres => "kill -9, PostgreSQL store",
            Self::Power => "power cut",
            Self::Database => "kill -9 of PostgreSQL",
            Self::DatabasePower => "power cut of PostgreSQL",
            Self::FullDisk => "full disk",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Kill => "`kill -9` of the program under load, SQLite",
            Self::KillOnPostgres => "`kill -9` of the program under load, PostgreSQL",
            Self::Power => "power cut of the disk under load (XFS shutdown without flush), SQLite",
            Self::Database => {
                "`kill -9` of every process of PostgreSQL under load; the program lives on"
            }
            Self::DatabasePower => {
                "power cut of PostgreSQL's disk under load; the program lives on"
            }
            Self::FullDisk => "file system full under load, then room again, SQLite",
        }
    }

    /// Makes it so many times, or says why it cannot be made here.
    fn make(self, program: &Path, wanted: u32) -> Result<std::result::Result<Outcome, String>> {
        let needs_disk = matches!(self, Self::Power | Self::DatabasePower | Self::FullDisk);
        if needs_disk && let Some(obstacle) = no_disk() {
            return Ok(Err(obstacle));
        }
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let here = folder.path();
        match self {
            Self::Kill => rounds(wanted, here, program, None, Cut::Kill),
            Self::KillOnPostgres => {
                let server = RefCell::new(Postgres::start(&[])?);
                rounds(wanted, here, program, Some(&server), Cut::Kill)
            }
            Self::Power => {
                let disk = CutDisk::make()?;
                let path = disk.path().to_path_buf();
                rounds(wanted, &path, program, None, Cut::Power(&disk))
            }
            Self::Database => {
                let server = RefCell::new(Postgres::start(&[])?);
                let cut = Cut::Database(&server);
                rounds(wanted, here, program, Some(&server), cut)
            }
            Self::DatabasePower => {
                let disk = CutDisk::make()?;
                let server = RefCell::new(Postgres::start_on(disk.path(), &[])?);
                let cut = Cut::DatabasePower(&disk, &server);
                let sum = rounds(wanted, here, program, Some(&server), cut);
                // The server ends before its disk goes.
                drop(server);
                sum
            }
            Self::FullDisk => full::fill(program, wanted),
        }
        .map(Ok)
    }
}

/// Why there is no disk whose power can be cut, if there is none.
fn no_disk() -> Option<String> {
    if !found("mkfs.xfs")
        && let Err(error) = package::install(&["xfsprogs"])
    {
        return Some(format!("{error:#}"));
    }
    disk::obstacle()
}

/// Rounds on one store; `verify` reads all of it, so it is not let grow without end.
const STORE_ROUNDS: u32 = 10;

fn rounds(
    wanted: u32,
    base: &Path,
    program: &Path,
    server: Option<&RefCell<Postgres>>,
    cut: Cut<'_>,
) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let mut sum = Outcome::default();
    let mut platform = None;
    for number in 0..wanted {
        if number % STORE_ROUNDS == 0 {
            let folder = base.join(format!("store-{number}"));
            let ground = match server {
                None => Ground::Sqlite,
                Some(server) => {
                    Ground::Postgres(new_database(&server.borrow(), &format!("soak_{number}"))?)
                }
            };
            let made = Platform::new(program, &folder, "police", ground, 1)?;
            made.settle(None, 1)?;
            platform = Some(made);
        }
        let platform = platform.as_ref().context("no platform")?;
        // Another moment each time, the same moments each run.
        let life = Duration::from_millis(200 + u64::from(number).wrapping_mul(7_919) % 1_800);
        let outcome = runtime
            .block_on(round::run(platform, number, life, cut))
            .with_context(|| format!("round {number}"))?;
        sum = sum.and(outcome);
        println!(
            "round {number}: {} acknowledged in {life:?}, {} lost, {} doubled",
            outcome.acknowledged, outcome.lost, outcome.doubled
        );
    }
    sum.check()
}

/// The crates' own fault tests; gives how many passed.
fn faults(root: &Path) -> Result<String> {
    let postgres = Postgres::start(&[])?;
    let mut command = cargo();
    command.arg("test").current_dir(root);
    for name in FAULTS {
        command.args(["-p", name]);
    }
    command
        .arg("--tests")
        .env("LIANDONG_SOAK", "1")
        .env("LIANDONG_TEST_PG", &postgres.url);
    passed(&run_told(&mut command)?)
}

fn passed(text: &str) -> Result<String> {
    let counts = text
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .filter_map(|line| line.split(' ').next()?.parse::<u32>().ok());
    let sum: u32 = counts.sum();
    if sum == 0 {
        bail!("no test ran");
    }
    Ok(format!("{sum} passed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted_and_none_is_an_error() {
        let text = "test result: ok. 12 passed; 0 failed\nx\ntest result: ok. 3 passed; 0 failed\n";
        assert_eq!(passed(text).unwrap(), "15 passed");
        assert!(passed("test result: ok. 0 passed; 0 failed").is_err());
    }
}
