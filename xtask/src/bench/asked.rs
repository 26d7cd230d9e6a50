//! Figures that a measuring program prints as JSON.

use crate::cargo::cargo;
use crate::root;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// An example of one of our crates, built optimised: where it lies.
///
/// # Errors
/// When it does not build.
pub(crate) fn example(package: &str, example: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command
        .args(["build", "-q", "--release", "-p", package])
        .args(["--example", example])
        .current_dir(root::folder()?);
    crate::process::run(&mut command)?;
    Ok(root::target()?.join("release/examples").join(example))
}

/// What such a program said.
pub(crate) struct Figures(Value);

impl Figures {
    /// Of a command.
    ///
    /// # Errors
    /// When it does not run, or says something else.
    pub(crate) fn of(command: &mut Command) -> Result<Self> {
        serde_json::from_str(&crate::process::output(command)?)
            .map(Self)
            .context("the figures cannot be read")
    }

    /// Of an example of one of our crates, optimised.
    ///
    /// # Errors
    /// When it does not build, does not run, or says something else.
    pub(crate) fn of_example(
        package: &str,
        example: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Self> {
        let mut command = cargo();
        command
            .args(["run", "-q", "--release", "-p", package])
            .args(["--example", example, "--"])
            .args(arguments)
            .current_dir(root::folder()?);
        Self::of(&mut command)
    }

    /// One of them, of one within another by `OUTER/INNER`; not a number, if it was not said.
    pub(crate) fn get(&self, name: &str) -> f64 {
        let value = self.0.pointer(&format!("/{name}"));
        value.and_then(Value::as_f64).unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_said_is_no_number() {
        let figures =
            Figures::of(Command::new("echo").arg(r#"{"calls": 3, "stored": {"bound": 2}}"#))
                .unwrap();
        assert!((figures.get("calls") - 3.0).abs() < f64::EPSILON);
        assert!((figures.get("stored/bound") - 2.0).abs() < f64::EPSILON);
        assert!(figures.get("other").is_nan());
        assert!(Figures::of(Command::new("echo").arg("no JSON")).is_err());
    }
}
