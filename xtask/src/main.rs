//! cargo xtask demo, test, bench, openapi, tidy, soak.

#![expect(
    clippy::print_stdout,
    reason = "a task runner talks to the person who started it"
)]
#![cfg_attr(
    not(feature = "measure"),
    expect(dead_code, reason = "some of the ground is for what measures only")
)]

#[cfg(feature = "measure")]
mod bench;
mod cargo;
mod console;
mod demo;
mod ground;
#[cfg(not(feature = "measure"))]
mod measure;
mod openapi;
mod process;
mod root;
#[cfg(feature = "measure")]
mod soak;
mod step;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
#[cfg(not(feature = "measure"))]
use measure::{bench, soak};
use std::process::ExitCode;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build what is stale and start the fictional county.
    Demo(demo::Options),
    /// Install what the tests need, start what they talk to, run all of them, stop what was started.
    Test(test::Options),
    /// Check what the compiler cannot: crate graph, lengths, words, coverage, the built console.
    Tidy,
    /// Measure the real program against what one would take instead.
    #[cfg_attr(not(feature = "measure"), command(disable_help_flag = true))]
    Bench(bench::Options),
    /// Cut the power and kill the program many times, and run the long fault tests.
    #[cfg_attr(not(feature = "measure"), command(disable_help_flag = true))]
    Soak(soak::Options),
    /// Write docs/openapi.json and the console's types from the router.
    Openapi,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = process::watch_signals().and_then(|()| match arguments.task {
        Task::Demo(options) => demo::run_demo(&options),
        Task::Test(options) => test::run_tests(&options),
        Task::Tidy => tidy::run_tidy(),
        Task::Bench(options) => bench::run_bench(&options),
        Task::Soak(options) => soak::run_soak(&options),
        Task::Openapi => openapi::run_openapi(),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFAILED: {error:#}");
            ExitCode::FAILURE
        }
    }
}
