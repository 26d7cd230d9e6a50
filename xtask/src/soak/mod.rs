//! `cargo xtask soak`: what `test` does briefly, for long; and the power cut.

mod disk;
mod round;

use crate::bench::write_between;
use crate::ground::package;
use crate::ground::platform::{Ground, Platform};
use crate::ground::postgres::Postgres;
use crate::process::{found, run, run_told};
use crate::root;
use crate::step::Steps;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use disk::CutDisk;
use round::{Cut, Outcome};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const REPORT: &str = "docs/reliability.md";
/// Crates with fault tests that read `LIANDONG_SOAK`.
const FAULTS: &[&str] = &["store", "exchange", "app", "testkit"];

/// How long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rounds of each cut.
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// Cut off this program instead of building one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Leave out the fault tests of the crates; prints, writes no file.
    #[arg(long)]
    cuts_only: bool,
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
    if !options.cuts_only {
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
            run(Command::new("cargo")
                .args(["build", "--release", "-p", "liandong"])
                .current_dir(&root))?;
            Ok(root::target()?.join("release/liandong"))
        })?,
    };
    let killed = steps.run("kill -9", || {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        rounds(&program, folder.path(), options.rounds, Cut::Kill)
    })?;
    lines.push(line("`kill -9` of the program under load, SQLite", killed));

    let power = steps.run("power cut", || power(&program, options.rounds))?;
    match power {
        Ok(outcome) => lines.push(line(
            "power cut of the disk under load (XFS shutdown without flush), SQLite",
            outcome,
        )),
        Err(obstacle) => lines.push(format!(
            "| power cut of the disk | not run: {obstacle} | – | – | – |"
        )),
    }
    let mut text = lines.join("\n");
    if !options.cuts_only {
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

/// The power cut, or why it cannot be made here.
fn power(program: &Path, rounds_wanted: u32) -> Result<std::result::Result<Outcome, String>> {
    if !found("mkfs.xfs")
        && let Err(error) = package::install(&["xfsprogs"])
    {
        return Ok(Err(format!("{error:#}")));
    }
    if let Some(obstacle) = disk::obstacle() {
        return Ok(Err(obstacle));
    }
    let disk = CutDisk::make()?;
    let path = disk.path().to_path_buf();
    rounds(program, &path, rounds_wanted, Cut::Power(&disk)).map(Ok)
}

fn rounds(program: &Path, base: &Path, wanted: u32, cut: Cut<'_>) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let platform = Platform::new(program, base, "police", Ground::Sqlite, 1)?;
    platform.settle(None, 1)?;
    let mut sum = Outcome::default();
    for number in 0..wanted {
        // Another moment each time, the same moments each run.
        let life = Duration::from_millis(200 + u64::from(number).wrapping_mul(7_919) % 1_800);
        let outcome = runtime
            .block_on(round::run(&platform, number, life, cut))
            .with_context(|| format!("round {number}"))?;
        sum = sum.and(outcome);
        println!(
            "round {number}: {} acknowledged in {life:?}, {} lost, {} doubled",
            outcome.acknowledged, outcome.lost, outcome.doubled
        );
    }
    if sum.acknowledged == 0 {
        bail!("nothing was acknowledged in {wanted} rounds: this proves nothing");
    }
    if sum.lost > 0 || sum.doubled > 0 {
        bail!("{sum:?}");
    }
    Ok(sum)
}

/// The crates' own fault tests; gives how many passed.
fn faults(root: &Path) -> Result<String> {
    let postgres = Postgres::start(&[])?;
    let mut command = Command::new("cargo");
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
