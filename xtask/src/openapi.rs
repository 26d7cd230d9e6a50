//! `cargo xtask openapi`: the document and the types that follow from the router.

use crate::cargo::cargo;
use crate::process::run;
use crate::step::Steps;
use crate::{console, ground, root};
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

const DOCUMENT: &str = "docs/openapi.json";
const TYPES: &str = "console/src/api/schema.ts";

/// Writes both.
///
/// # Errors
/// When the crate does not compile or npm is missing.
pub(crate) fn run_openapi() -> Result<()> {
    let mut steps = Steps::new();
    let root = root::folder()?;
    steps.run("document", || {
        run(cargo()
            .args([
                "test",
                "--workspace",
                "--test",
                "edge",
                "checked_in_document",
            ])
            .env("LIANDONG_BLESS", "1")
            .current_dir(&root))?;
        if !root.join(DOCUMENT).exists() {
            bail!("the test of the document wrote no {DOCUMENT}");
        }
        Ok(())
    })?;
    steps.run("types", || {
        ground::package::check_node()?;
        console::install()?;
        generate(&root, &root.join(TYPES))
    })?;
    steps.table();
    Ok(())
}

/// Fails when the console's types are not those of the document. (That the document is that of the
/// router is a test of crate `api`.)
///
/// # Errors
/// Then.
pub(crate) fn check_types() -> Result<()> {
    let root = root::folder()?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let fresh = folder.path().join("schema.ts");
    generate(&root, &fresh)?;
    compare(&fresh, &root.join(TYPES))
}

fn compare(fresh: &Path, kept: &Path) -> Result<()> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| {
            format!(
                "{} cannot be read; run `cargo xtask openapi`",
                path.display()
            )
        })
    };
    if read(fresh)? != read(kept)? {
        bail!("{} is stale; run `cargo xtask openapi`", kept.display());
    }
    Ok(())
}

fn generate(root: &Path, to: &Path) -> Result<()> {
    run(Command::new("node_modules/.bin/openapi-typescript")
        .arg(root.join(DOCUMENT))
        .arg("-o")
        .arg(to)
        .current_dir(console::folder()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_or_missing_types_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let (fresh, kept) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&fresh, "type A = 1;").unwrap();
        let error = compare(&fresh, &kept).unwrap_err();
        assert!(error.to_string().contains("cargo xtask openapi"));
        std::fs::write(&kept, "type A = 2;").unwrap();
        assert!(
            compare(&fresh, &kept)
                .unwrap_err()
                .to_string()
                .contains("stale")
        );
        std::fs::write(&kept, "type A = 1;").unwrap();
        compare(&fresh, &kept).unwrap();
    }
}
