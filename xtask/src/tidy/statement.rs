//! Every statement of the store is in a list that the tests prepare on both engines (rules 7, 8).

use super::{Fault, Source};

const STORE: &str = "crates/store/src/";
/// Where the macro that lists statements is.
const MACRO: &str = "crates/store/src/value.rs";
/// Words of a transaction, which no engine prepares.
const TRANSACTION: &[&str] = &["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
const VERBS: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE "];

pub(super) fn check(sources: &[Source]) -> Vec<Fault> {
    let store: Vec<&Source> = sources
        .iter()
        .filter(|source| source.path.starts_with(STORE) && source.path.ends_with(".rs"))
        .collect();
    let mut faults = Vec::new();
    for source in &store {
        let path = source.path.as_str();
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let by_hand = line.contains("Stmt::new(\"")
                && path != MACRO
                && !TRANSACTION
                    .iter()
                    .any(|word| line.contains(&format!("\"{word}")));
            if by_hand {
                faults.push(Fault::at(
                    path,
                    number,
                    "not in a list: declare it with statements!",
                ));
            }
            let built = line.contains("format!(\"") && VERBS.iter().any(|verb| line.contains(verb));
            if built {
                faults.push(Fault::at(path, number, "SQL is never built with format!"));
            }
        }
        for (number, list) in lists(code) {
            let named = store.iter().any(|other| {
                other.text.lines().enumerate().any(|(there, line)| {
                    let itself = other.path == source.path && there == number;
                    !itself && line.contains(list)
                })
            });
            if !named {
                faults.push(Fault::at(
                    path,
                    number,
                    format!("{list} is in no list of lists"),
                ));
            }
        }
    }
    faults
}

/// The lists that `statements! { vis NAME: ...` declares, with their line.
fn lists(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let begins = |line: &str| line.trim_start().starts_with("statements! {");
    let lines: Vec<&str> = code.lines().collect();
    let found: Vec<(usize, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(number, line)| {
            let (place, text) = if begins(line) && line.trim_end().ends_with('{') {
                (number.checked_add(1)?, *lines.get(number.checked_add(1)?)?)
            } else if begins(line) {
                (number, *line)
            } else {
                return None;
            };
            let (before, _) = text
                .split_once(':')
                .filter(|(_, rest)| !rest.starts_with(':'))?;
            before
                .split_whitespace()
                .next_back()
                .map(|name| (place, name))
        })
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    #[test]
    fn a_statement_outside_the_lists_is_a_fault() {
        let sources = [
            source(
                "crates/store/src/read/case.rs",
                "statements! {\n    pub(super) CASES:\n}\nconst A: Stmt = Stmt::new(\"a\", \"SELECT 1\");",
            ),
            source(
                "crates/store/src/read/link.rs",
                "statements! {\n    pub(super) LINKS:\n}\nlet q = format!(\"SELECT {x}\");",
            ),
            source("crates/store/src/read/mod.rs", "[case::CASES]"),
            source(
                "crates/store/src/sqlite/writer.rs",
                "const BEGIN: Stmt = Stmt::new(\"begin\", \"BEGIN IMMEDIATE\");",
            ),
        ];
        let faults = check(&sources);
        let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "crates/store/src/read/case.rs:4",
                "crates/store/src/read/link.rs:4",
                "crates/store/src/read/link.rs:2",
            ]
        );
    }
}
