//! `cargo xtask test`: everything a change must pass, on a clean machine or a warm one.

use crate::ground::county::County;
use crate::ground::package;
use crate::ground::postgres::Postgres;
use crate::process::run;
use crate::step::Steps;
use crate::{console, openapi, root, tidy};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::process::Command;

/// What measures is checked and tried with everything else.
const MEASURED: [&str; 2] = ["--features", "xtask/measure"];

/// The county the browser tests meet.
const SEED: u64 = 20_261_122;

/// How much to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leave out the documentation and the browser.
    #[arg(long)]
    quick: bool,
    /// Run only the steps whose name has this word in it: tidy, console, clippy, tests, encoder, browser.
    #[arg(long)]
    only: Option<String>,
}

/// Runs all of it and prints what took how long.
///
/// # Errors
/// The first step that fails; what was started is stopped all the same.
pub(crate) fn run_tests(options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    let done = all(options, &mut Chosen::of(options, &mut steps));
    steps.table();
    done
}

fn cargo(words: &[&str]) -> Result<Command> {
    let mut command = crate::cargo::cargo();
    command.args(words).current_dir(root::folder()?);
    Ok(command)
}

/// The steps that were asked for.
struct Chosen<'a> {
    only: Option<&'a str>,
    run: u32,
    steps: &'a mut Steps,
}

impl<'a> Chosen<'a> {
    fn of(options: &'a Options, steps: &'a mut Steps) -> Self {
        Self {
            only: options.only.as_deref(),
            run: 0,
            steps,
        }
    }

    fn run(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.only.is_some_and(|word| !name.contains(word)) {
            return Ok(());
        }
        self.run = self.run.saturating_add(1);
        self.steps.run(name, step)
    }
}

fn all(options: &Options, steps: &mut Chosen<'_>) -> Result<()> {
    steps.run("packages", package::install_for_tests)?;
    steps.run("node and npm", package::check_node)?;
    steps.run("format", || run(&mut cargo(&["fmt", "--all", "--check"])?))?;
    steps.run("tidy", tidy::check_sources)?;

    // The program carries the console, so the console comes first.
    steps.run("console packages", console::install)?;
    steps.run("console types", openapi::check_types)?;
    steps.run("console typecheck", || console::npm(&["run", "typecheck"]))?;
    steps.run("console tests", || console::npm(&["test"]))?;
    steps.run("console build", || console::npm(&["run", "build"]))?;
    steps.run("tidy, built console", tidy::check_console)?;

    steps.run("clippy", || {
        let words = [
            "clippy",
            "--workspace",
            "--all-targets",
            MEASURED[0],
            MEASURED[1],
            "--",
            "-D",
            "warnings",
        ];
        run(&mut cargo(&words)?)
    })?;
    if !options.quick {
        steps.run("rustdoc", || {
            let words = ["doc", "--workspace", "--no-deps", MEASURED[0], MEASURED[1]];
            run(cargo(&words)?.env("RUSTDOCFLAGS", "-D warnings"))
        })?;
    }
    // The same features as the tests, so that the program the browser meets is not built twice.
    steps.run("build", build)?;
    steps.run("tests", || {
        let postgres = Postgres::start(&[])?;
        // All of them, so that one log names every test that fails.
        let words = [
            "test",
            "--workspace",
            MEASURED[0],
            MEASURED[1],
            "--no-fail-fast",
        ];
        run(cargo(&words)?.env("LIANDONG_TEST_PG", &postgres.url))
    })?;
    // Off in the program that is shipped and measured, so a step of its own, for one crate's tests.
    steps.run("encoder", || {
        let words = |first| {
            let mut words = vec![first, "--workspace"];
            words.extend(MEASURED);
            words.extend(["--features", "triage/encoder", "--test", "encoder"]);
            words
        };
        let mut lint = words("clippy");
        lint.extend(["--", "-D", "warnings"]);
        run(&mut cargo(&lint)?)?;
        run(&mut cargo(&words("test"))?)
    })?;
    if !options.quick && console::folder()?.join("e2e").exists() {
        steps.run("browser tests", browser)?;
    }
    if steps.run == 0 {
        bail!("no step has that word in its name");
    }
    Ok(())
}

fn build() -> Result<()> {
    let words = [
        "build",
        "--workspace",
        "--all-targets",
        MEASURED[0],
        MEASURED[1],
    ];
    run(&mut cargo(&words)?)
}

/// The browser tests against a county of their own.
fn browser() -> Result<()> {
    console::check_script("e2e")?;
    // Run alone, this step would else meet whatever program was built last.
    console::build_if_stale()?;
    build()?;
    let chromium = package::chromium().context("chromium is not installed")?;
    let program = root::target()?.join("debug/liandong");
    let county = County::start(&program, SEED)?;
    // The pictures in the documents are made by hand; a test does not change the working tree.
    let screens = root::target()?.join("screens");
    let faults = screens.join("faults.txt");
    // What an earlier run found is not this one's.
    if faults.exists() {
        std::fs::remove_file(&faults)
            .with_context(|| format!("{} cannot be removed", faults.display()))?;
    }
    run(Command::new("npm")
        .args(["run", "e2e"])
        .env("SCREENS", screens)
        .current_dir(console::folder()?)
        .env("BASE_URL_110", &county.police)
        .env("BASE_URL_12345", &county.hotline)
        .env("LINE_110", &county.lines.0)
        .env("LINE_12345", &county.lines.1)
        .env("LIANDONG", program)
        .env("CHROMIUM", chromium))
    // Without a file the stories did not even begin, and npm's own words stand above.
    .map_err(|failed| match std::fs::read_to_string(&faults) {
        Ok(found) => failed.context(format!("the browser found:\n{found}")),
        Err(_) => failed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_chosen_steps_run() {
        let options = Options {
            quick: false,
            only: Some("console".to_owned()),
        };
        let mut steps = Steps::new();
        let mut chosen = Chosen::of(&options, &mut steps);
        chosen.run("clippy", || bail!("was not asked for")).unwrap();
        assert_eq!(chosen.run, 0);
        assert!(chosen.run("console build", || bail!("it runs")).is_err());
        assert_eq!(chosen.run, 1);
    }
}
