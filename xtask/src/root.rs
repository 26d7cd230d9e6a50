//! Where things lie in the working tree.

use crate::cargo::cargo;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
///
/// # Errors
/// When this program was started outside it and not through cargo.
pub(crate) fn folder() -> Result<PathBuf> {
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_DIR") {
        let parent = Path::new(&manifest).parent().map(Path::to_path_buf);
        return parent.context("the manifest of xtask has no parent folder");
    }
    let here = std::env::current_dir().context("no current folder")?;
    here.ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").exists())
        .map(Path::to_path_buf)
        .context("not inside the workspace; run `cargo xtask`")
}

/// What `cargo metadata` says of the workspace's own crates.
///
/// # Errors
/// When cargo cannot be asked.
pub(crate) fn metadata() -> Result<Value> {
    let mut command = cargo();
    command
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(folder()?);
    let text = crate::process::output(&mut command)?;
    serde_json::from_str(&text).context("cargo metadata did not print JSON")
}

/// The folder cargo builds into.
///
/// # Errors
/// When cargo cannot be asked.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = metadata()?;
    metadata
        .get("target_directory")
        .and_then(Value::as_str)
        .map(PathBuf::from)
        .context("cargo metadata names no target_directory")
}
