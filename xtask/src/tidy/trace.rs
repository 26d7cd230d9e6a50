//! The table from requirements to tests names files and tests that exist.

use super::{Fault, Source};

/// The table.
pub(super) const TABLE: &str = "docs/trace.md";

/// In each row of a table: a word in backticks with a slash is a path, what follows `::` after a
/// path is a name in that file, and a word with two underscores or more is a test.
pub(super) fn check(table: &str, sources: &[Source], exists: impl Fn(&str) -> bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in table.lines().enumerate() {
        if !line.trim_start().starts_with('|') {
            continue;
        }
        for word in line.split('`').skip(1).step_by(2) {
            if let Some(what) = fault(word, sources, &exists) {
                faults.push(Fault::at(TABLE, number, what));
            }
        }
    }
    faults
}

fn fault(word: &str, sources: &[Source], exists: &impl Fn(&str) -> bool) -> Option<String> {
    let (path, name) = match word.split_once("::") {
        Some((path, name)) => (path, name.rsplit("::").next()),
        None => (word, None),
    };
    let is_path = path.contains('/') && !path.starts_with('/') && !path.contains(' ');
    if is_path {
        if !exists(path) {
            return Some(format!("{path} does not exist"));
        }
        let name = name?;
        let there = sources
            .iter()
            .any(|source| source.path.starts_with(path) && source.text.contains(name));
        return (!there).then(|| format!("{path} has no {name}"));
    }
    let test = word.rsplit("::").next().unwrap_or(word);
    let is_test = test.matches('_').count() >= 2
        && test
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let declared = format!("fn {test}(");
    (is_test && !sources.iter().any(|source| source.text.contains(&declared)))
        .then(|| format!("there is no test {test}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    #[test]
    fn a_row_that_names_what_is_not_there_is_a_fault() {
        let sources = [source(
            "crates/a/tests/law.rs",
            "fn nothing_falls_through() {}",
        )];
        let table = "Text with `no/such/file.rs`.\n\
            | R1 | `crates/a/tests/law.rs` `crates/a/tests/law.rs::nothing_falls_through` |\n\
            | R2 | `crates/a/tests/lost.rs` |\n\
            | R3 | `crates/a/tests/law.rs::gone` `nothing_falls_through` |\n\
            | R4 | `somebody_is_answerable` `/api/cases` `case` |\n";
        let faults = check(table, &sources, |path| path == "crates/a/tests/law.rs");
        let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(
            places,
            ["docs/trace.md:3", "docs/trace.md:4", "docs/trace.md:5"]
        );
        assert!(faults[2].what.contains("somebody_is_answerable"));
    }
}
