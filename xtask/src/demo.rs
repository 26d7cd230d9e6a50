//! `cargo xtask demo`: from a clean clone to the first page.

use crate::cargo::cargo;
use crate::process::{run, typed};
use crate::step::Steps;
use crate::{console, ground, root};
use anyhow::{Context as _, Result};
use clap::Args;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

/// What the demonstration is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many seconds of the county pass in one.
    #[arg(long)]
    speed: Option<f64>,
    /// Which invented county; the same number gives the same callers.
    #[arg(long)]
    seed: Option<u64>,
    /// Where to keep the data; a temporary folder otherwise.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Calls a minute that ring over the county's lines.
    #[arg(long)]
    ring: Option<f64>,
    /// Lay no lines: nothing rings.
    #[arg(long, conflicts_with = "ring")]
    no_lines: bool,
    /// Port of the 110.
    #[arg(long = "port-110")]
    police: Option<u16>,
    /// Port of the 12345.
    #[arg(long = "port-12345")]
    hotline: Option<u16>,
}

/// Builds what is stale, then becomes the demonstration.
///
/// # Errors
/// When a tool is missing or a build fails.
pub(crate) fn run_demo(options: &Options) -> Result<()> {
    let mut steps = Steps::new();
    steps.run("node and npm", ground::package::check_node)?;
    let build = || {
        run(cargo()
            .args(["build", "-p", "liandong"])
            .current_dir(root::folder()?))
    };
    if root::target()?.join("debug/liandong").exists() {
        steps.run("console", console::build_if_stale)?;
    } else {
        // The first build takes minutes before it looks at the console. Whatever it found there,
        // the build behind it looks again, and tells what is wrong.
        steps.run("console, and what the program leans on", || {
            std::thread::scope(|scope| {
                let leaned = scope.spawn(build);
                let done = console::build_if_stale();
                drop(leaned.join());
                done
            })
        })?;
    }
    steps.run("program", build)?;
    steps.table();
    println!();
    let mut program = Command::new(root::target()?.join("debug/liandong"));
    program.arg("demo").args(words(options));
    if let Some(data) = &options.data {
        program.arg("--data").arg(data);
    }
    if options.no_lines {
        program.arg("--no-lines");
    }
    // Returns only when it fails.
    let error = program.exec();
    Err(error).with_context(|| format!("`{}` cannot be started", typed(&program)))
}

fn words(options: &Options) -> Vec<String> {
    let given = [
        ("--speed", options.speed.map(|value| value.to_string())),
        ("--seed", options.seed.map(|value| value.to_string())),
        ("--ring", options.ring.map(|value| value.to_string())),
        ("--port-110", options.police.map(|value| value.to_string())),
        (
            "--port-12345",
            options.hotline.map(|value| value.to_string()),
        ),
    ];
    given
        .into_iter()
        .filter_map(|(name, value)| Some([name.to_owned(), value?]))
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_is_passed_on() {
        let options = Options {
            speed: Some(60.0),
            seed: None,
            data: None,
            ring: Some(2.0),
            no_lines: false,
            police: Some(7110),
            hotline: None,
        };
        assert_eq!(
            words(&options),
            ["--speed", "60", "--ring", "2", "--port-110", "7110"]
        );
    }
}
