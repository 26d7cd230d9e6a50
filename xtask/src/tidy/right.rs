//! Every endpoint of the document stands in the table of who may call it (rule 17).

use super::{Fault, Source};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The document.
pub(super) const DOCUMENT: &str = "docs/openapi.json";
const TESTS_OF: &str = "crates/api/tests/";
/// The file that holds the table.
const TABLE: &str = "/rights.rs";
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Endpoints of the document that the table in crate `api`'s tests does not name with method and path on one line or
/// on two that follow each other.
///
/// # Errors
/// When the document is not one.
pub(super) fn check(document: &str, sources: &[Source]) -> Result<Vec<Fault>> {
    let document: Value =
        serde_json::from_str(document).with_context(|| format!("{DOCUMENT} is no JSON"))?;
    let paths = document
        .get("paths")
        .and_then(Value::as_object)
        .with_context(|| format!("{DOCUMENT} has no paths"))?;
    if paths.is_empty() {
        bail!("{DOCUMENT} has no path");
    }
    let lines: Vec<String> = sources
        .iter()
        .filter(|source| source.path.starts_with(TESTS_OF) && source.path.ends_with(TABLE))
        .flat_map(|source| source.test_text().lines())
        .map(str::to_lowercase)
        .collect();
    let mut faults = Vec::new();
    for (path, item) in paths {
        let methods = item
            .as_object()
            .into_iter()
            .flatten()
            .map(|(method, _)| method);
        for method in methods.filter(|method| METHODS.contains(&method.as_str())) {
            if !stands(&lines, method, path) {
                faults.push(Fault::of(
                    DOCUMENT,
                    format!(
                        "{} {path} is in no table of rights under {TESTS_OF}",
                        method.to_uppercase()
                    ),
                ));
            }
        }
    }
    Ok(faults)
}

fn stands(lines: &[String], method: &str, path: &str) -> bool {
    let quoted = format!("\"{}\"", path.to_lowercase());
    let both = format!("\"{method} {}\"", path.to_lowercase());
    let word = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric())
            .any(|word| word == method)
    };
    lines.iter().enumerate().any(|(number, line)| {
        line.contains(&both)
            || (line.contains(&quoted)
                && (word(line)
                    || number
                        .checked_sub(1)
                        .and_then(|before| lines.get(before))
                        .is_some_and(|before| word(before))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    const DOCUMENT: &str = r#"{"paths": {
        "/api/cases": {"get": {}, "parameters": []},
        "/api/cases/{id}": {"get": {}},
        "/api/session": {"post": {}, "delete": {}}
    }}"#;

    #[test]
    fn an_endpoint_outside_the_table_is_a_fault() {
        let sources = [
            source(
                "crates/api/tests/rights.rs",
                "(\"GET\", \"/api/cases\", ALL),\n    Method::Post,\n    \"/api/session\",",
            ),
            source(
                "crates/api/src/case/show.rs",
                "get \"/api/cases/{id}\"\n#[cfg(test)]\nmod tests {}",
            ),
        ];
        let faults = check(DOCUMENT, &sources).unwrap();
        let what: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "GET /api/cases/{id} is in no table of rights under crates/api/tests/",
                "DELETE /api/session is in no table of rights under crates/api/tests/",
            ]
        );
    }

    #[test]
    fn an_empty_document_is_an_error() {
        assert!(check("{}", &[]).is_err());
        assert!(check(r#"{"paths": {}}"#, &[]).is_err());
    }
}
