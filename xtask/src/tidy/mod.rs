//! `cargo xtask tidy`: what holds the house together and no compiler checks.

mod bundle;
mod event;
mod graph;
mod length;
mod right;
mod statement;
mod trace;
mod word;

use crate::root;
use crate::step::Steps;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where: a path, with a line where there is one.
    pub(crate) place: String,
    /// What is wrong, and what to do.
    pub(crate) what: String,
}

impl Fault {
    fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            place: format!("{path}:{}", line.saturating_add(1)),
            what: what.into(),
        }
    }

    fn of(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }
}

/// A text file of the working tree.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

impl Source {
    fn is(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// A test by its place.
    fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.contains("/e2e/")
            || self.is(&[".test.ts", ".test.tsx", ".test.mjs", "/tests.rs"])
    }

    /// What of it only tests see.
    fn test_text(&self) -> &str {
        if self.is_test() {
            return &self.text;
        }
        self.text
            .split_once("#[cfg(test)]")
            .map_or("", |(_, tests)| tests)
    }
}

/// Folders that hold nothing of ours.
const NOT_OURS: &[&str] = &[
    "target",
    "node_modules",
    "dist",
    ".git",
    "data",
    "test-results",
    "corpus",
];
/// Endings of the texts that are read.
const TEXTS: &[&str] = &[
    ".rs", ".ts", ".tsx", ".mjs", ".js", ".css", ".html", ".md", ".toml", ".sql", ".sh", ".yml",
    ".json", ".tsv", ".csv", ".txt", "/run",
];

/// Every text of the working tree.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                // `crates/triage/data` is ours; a `data` at the root is a running platform's.
                let ours = !NOT_OURS.contains(&name.as_ref())
                    || (name == "data" && path.parent() != Some(root));
                if ours {
                    folders.push(path);
                }
                continue;
            }
            let place = relative(root, &path);
            if TEXTS.iter().any(|ending| place.ends_with(ending)) {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("{place} cannot be read as UTF-8"))?;
                sources.push(Source { path: place, text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn relative(root: &Path, path: &Path) -> String {
    let parts: Vec<_> = path
        .strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn read(root: &Path, path: &str) -> Result<String> {
    std::fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

/// Everything that can be checked without a built console.
///
/// # Errors
/// When there is a fault; all faults are printed.
pub(crate) fn check_sources() -> Result<()> {
    let root = root::folder()?;
    let sources = sources(&root)?;
    let mut faults = graph::check(&root::metadata()?)?;
    faults.extend(length::check(&sources));
    faults.extend(word::check(&sources));
    faults.extend(statement::check(&sources));
    faults.extend(event::check(&sources)?);
    match read(&root, right::DOCUMENT) {
        Ok(document) => faults.extend(right::check(&document, &sources)?),
        Err(_) => faults.push(Fault::of(
            right::DOCUMENT,
            "missing; run `cargo xtask openapi`",
        )),
    }
    match read(&root, trace::TABLE) {
        Ok(table) => faults.extend(trace::check(&table, &sources, |path| {
            root.join(path).exists()
        })),
        Err(_) => faults.push(Fault::of(trace::TABLE, "missing")),
    }
    report(&faults, &format!("{} texts", sources.len()))
}

/// What the built console weighs and names.
///
/// # Errors
/// When there is a fault or nothing is built.
pub(crate) fn check_console() -> Result<()> {
    let root = root::folder()?;
    let dist = root.join("console/dist");
    if !dist.join("index.html").exists() {
        bail!("console/dist is not built; run `npm run build` in console/");
    }
    let files = built(&dist)?;
    report(
        &bundle::check(&dist, &files)?,
        &format!("{} built files", files.len()),
    )
}

fn built(dist: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![dist.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).context("console/dist cannot be read")? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn report(faults: &[Fault], seen: &str) -> Result<()> {
    for Fault { place, what } in faults {
        println!("{place}: {what}");
    }
    if !faults.is_empty() {
        bail!("{} faults in {seen}", faults.len());
    }
    println!("no fault in {seen}");
    Ok(())
}

/// `cargo xtask tidy`.
///
/// # Errors
/// When there is a fault.
pub(crate) fn run_tidy() -> Result<()> {
    let mut steps = Steps::new();
    let sources = steps.run("sources", check_sources);
    let console = if root::folder()?.join("console/dist/index.html").exists() {
        steps.run("built console", check_console)
    } else {
        println!("the console is not built, its weight is not checked");
        Ok(())
    };
    steps.table();
    sources.and(console)
}

/// A source for the tests of the checks.
#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.into(),
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_read_without_what_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "crates/a/src/lib.rs",
            "crates/a/data/list.toml",
            "target/debug/x.rs",
            "data/police/x.json",
            "console/node_modules/x/index.js",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "text").unwrap();
        }
        let found: Vec<String> = sources(folder.path())
            .unwrap()
            .into_iter()
            .map(|source| source.path)
            .collect();
        assert_eq!(found, ["crates/a/data/list.toml", "crates/a/src/lib.rs"]);
    }

    #[test]
    fn a_fault_fails_the_report() {
        assert!(report(&[], "1 text").is_ok());
        assert!(report(&[Fault::at("a.rs", 0, "x")], "1 text").is_err());
    }
}
