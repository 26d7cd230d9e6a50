//! The console's own tools: npm in `console/`.

use crate::process::run;
use crate::root;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Its folder.
///
/// # Errors
/// When the workspace is not found.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(root::folder()?.join("console"))
}

/// Runs npm there.
///
/// # Errors
/// Those of the run.
pub(crate) fn npm(words: &[&str]) -> Result<()> {
    run(Command::new("npm").args(words).current_dir(folder()?))
}

/// Installs the packages its lock names, unless they are there already.
///
/// # Errors
/// When npm fails.
pub(crate) fn install() -> Result<()> {
    let folder = folder()?;
    // npm writes this file last; it is older than the lock when the lock has changed since.
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    let wanted = changed(&folder.join("package-lock.json"))
        .context("console/package-lock.json is missing")?;
    if installed.is_some_and(|installed| installed >= wanted) {
        println!("the packages are those of the lock");
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

/// Builds it when `dist` is missing or older than a source.
///
/// # Errors
/// When npm fails.
pub(crate) fn build_if_stale() -> Result<()> {
    if !is_stale(&folder()?)? {
        println!("the built console is newer than its sources");
        return Ok(());
    }
    install()?;
    npm(&["run", "build"])
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

fn is_stale(folder: &Path) -> Result<bool> {
    let Some(built) = changed(&folder.join("dist/index.html")) else {
        return Ok(true);
    };
    let mut waiting = vec![
        folder.join("src"),
        folder.join("public"),
        folder.join("index.html"),
        folder.join("package-lock.json"),
        folder.join("vite.config.ts"),
        folder.join("tsconfig.json"),
    ];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            for entry in entries {
                waiting.push(entry?.path());
            }
        } else if changed(&path).is_some_and(|time| time > built) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fails when an npm script is missing from package.json.
///
/// # Errors
/// Then.
pub(crate) fn check_script(name: &str) -> Result<()> {
    let path = folder()?.join("package.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let package: serde_json::Value =
        serde_json::from_str(&text).context("console/package.json is no JSON")?;
    if package.pointer(&format!("/scripts/{name}")).is_none() {
        bail!("console/package.json has no script `{name}`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_source_newer_than_the_build_makes_it_stale() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert!(is_stale(folder).unwrap(), "nothing is built");
        for name in ["src/case", "public", "dist"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        let source = folder.join("src/case/page.tsx");
        std::fs::write(&source, "x").unwrap();
        std::fs::write(folder.join("dist/index.html"), "x").unwrap();
        let built = changed(&folder.join("dist/index.html")).unwrap();
        let touch = |time| {
            std::fs::File::options()
                .write(true)
                .open(&source)
                .unwrap()
                .set_modified(time)
                .unwrap();
        };
        touch(built - Duration::from_secs(1));
        assert!(!is_stale(folder).unwrap());
        touch(built + Duration::from_secs(1));
        assert!(is_stale(folder).unwrap());
    }
}
