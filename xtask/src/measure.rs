//! `bench` and `soak` as the lean build knows them: built with what they need, and handed every word.

use crate::cargo::cargo;
use crate::process::run;
use crate::root;
use anyhow::Result;
use clap::Args;

/// What they are told, unread.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

fn forward(task: &str, options: &Options) -> Result<()> {
    // The load generator shares the cores with what it measures.
    run(cargo()
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            "measure",
        ])
        .args(["--config", "profile.dev.package.xtask.opt-level=2", "--"])
        .arg(task)
        .args(&options.words)
        .current_dir(root::folder()?))
}

/// `cargo xtask bench`.
pub(crate) mod bench {
    pub(crate) use super::Options;

    /// Hands it on.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn run_bench(options: &Options) -> anyhow::Result<()> {
        super::forward("bench", options)
    }
}

/// `cargo xtask soak`.
pub(crate) mod soak {
    pub(crate) use super::Options;

    /// Hands it on.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn run_soak(options: &Options) -> anyhow::Result<()> {
        super::forward("soak", options)
    }
}
