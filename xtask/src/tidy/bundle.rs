//! The built console: nothing from outside the server, and light enough for an old seat.

use super::Fault;
use crate::process::typed;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most the first script may weigh, gzipped.
const ENTRY_BYTES: usize = 350 * 1024;
/// Addresses that are names or text and that no browser fetches.
const NAMES: &[&str] = &[
    "http://www.w3.org/",
    "https://www.w3.org/",
    "http://localhost",
    "http://127.0.0.1",
    // React names the page that explains an error in the error's text.
    "https://react.dev/errors/",
    // MapLibre's licence, the text of two of its errors, and the link of a logo that is not shown.
    "https://github.com/maplibre/maplibre-gl-js/blob/",
    "https://github.com/mapbox/mapbox-gl-js/issues/",
    "https://wiki.openstreetmap.org/wiki/This_map_requires_WebGL",
    "https://maplibre.org/",
    // The base it reads relative addresses against.
    "https://maplibre.invalid/",
];

/// Faults of the built files.
///
/// # Errors
/// When one cannot be read, or gzip is not there.
pub(super) fn check(dist: &Path, files: &[PathBuf]) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for path in files {
        let bytes =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let place = super::relative(dist, path);
        for address in outside(&String::from_utf8_lossy(&bytes)) {
            let what = format!("names {address}; no resource is loaded from outside the server");
            faults.push(Fault::of(format!("console/dist/{place}"), what));
        }
    }
    let page = std::fs::read_to_string(dist.join("index.html")).context("no index.html")?;
    let entries = entries(&page);
    if entries.is_empty() {
        faults.push(Fault::of(
            "console/dist/index.html",
            "names no module script",
        ));
    }
    for entry in entries {
        let size = zipped(&dist.join(entry.trim_start_matches('/')))?;
        println!("{entry}: {} KiB gzipped", size / 1024);
        if size > ENTRY_BYTES {
            let what = format!("weighs {size} bytes gzipped, {ENTRY_BYTES} is the most");
            faults.push(Fault::of(format!("console/dist{entry}"), what));
        }
    }
    Ok(faults)
}

/// Addresses in the text that are not mere names.
fn outside(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://"] {
        for (place, _) in text.match_indices(scheme) {
            let rest = text.get(place..).unwrap_or_default();
            let address: String = rest
                .chars()
                .take_while(|c| {
                    !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | ')' | '<' | '\\')
                })
                .collect();
            // `"https://" + host` builds an address of our own server.
            if address != scheme && !NAMES.iter().any(|name| address.starts_with(name)) {
                found.push(address);
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The module scripts of the page.
fn entries(page: &str) -> Vec<String> {
    page.split("<script")
        .skip(1)
        .filter_map(|part| part.split_once('>'))
        .map(|(tag, _)| tag)
        .filter(|tag| tag.contains("type=\"module\""))
        .filter_map(|tag| tag.split_once("src=\"")?.1.split_once('"'))
        .map(|(path, _)| path.to_owned())
        .collect()
}

fn zipped(path: &Path) -> Result<usize> {
    let mut command = Command::new("gzip");
    command.args(["-9", "-c"]).arg(path).stdin(Stdio::null());
    let out = command
        .output()
        .with_context(|| format!("`{}` cannot be started", typed(&command)))?;
    if !out.status.success() {
        bail!("`{}` failed: {}", typed(&command), out.status);
    }
    Ok(out.stdout.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that do not shrink, from a fixed start.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            u8::try_from(state & 0x7f).unwrap().max(b'A') & b'~'
        })
        .take(length)
        .collect()
    }

    fn dist(script: &[u8], page: &str) -> Vec<Fault> {
        let folder = tempfile::tempdir().unwrap();
        let (entry, index) = (
            folder.path().join("entry.js"),
            folder.path().join("index.html"),
        );
        std::fs::write(&entry, script).unwrap();
        std::fs::write(&index, page).unwrap();
        check(folder.path(), &[entry, index]).unwrap()
    }

    const PAGE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg"></svg>
        <script type="module" crossorigin src="/entry.js"></script>"#;

    #[test]
    fn an_address_outside_is_a_fault() {
        assert_eq!(dist(b"fetch('https://' + host)", PAGE), []);
        let faults = dist(b"import('https://cdn.example/x.js')", PAGE);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].what.contains("https://cdn.example/x.js"));
    }

    #[test]
    fn a_heavy_entry_and_a_page_without_one_are_faults() {
        let faults = dist(&noise(ENTRY_BYTES * 2), PAGE);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].what.contains("gzipped"));
        let faults = dist(b"", "<p>nothing</p>");
        assert!(faults[0].what.contains("no module script"));
    }
}
