//! Arrows between our crates point down only.

use super::Fault;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// Crate, and what of ours it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &[]),
    ("exchange", &[]),
    ("triage", &["domain"]),
    ("search", &[]),
    ("insight", &["domain"]),
    ("press", &[]),
    ("voice", &[]),
    ("sms", &[]),
    (
        "app",
        &[
            "domain", "store", "triage", "exchange", "search", "insight", "press", "voice", "sms",
        ],
    ),
    ("api", &["app", "domain", "exchange"]),
    (
        "liandong",
        &[
            "api", "app", "domain", "exchange", "store", "triage", "press", "voice", "sms",
        ],
    ),
    (
        "testkit",
        &[
            "api", "app", "domain", "exchange", "store", "triage", "liandong",
        ],
    ),
    ("xtask", &[]),
];
/// What the tests of any crate of ours above `domain` may use besides.
const IN_TESTS: &[&str] = &["testkit", "store", "triage", "voice"];

/// Faults of the graph that `cargo metadata --no-deps` shows.
///
/// # Errors
/// When the metadata has not the shape cargo documents.
pub(super) fn check(metadata: &Value) -> Result<Vec<Fault>> {
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("cargo metadata has no packages")?;
    let text = |value: &Value, field: &str| {
        value
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let ours: Vec<String> = packages
        .iter()
        .map(|package| text(package, "name"))
        .collect();
    let mut faults = Vec::new();
    for package in packages {
        let name = text(package, "name");
        let place = format!("crate {name}");
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            faults.push(Fault::of(
                place,
                "has no row in the table of arrows (tidy/graph.rs)",
            ));
            continue;
        };
        let dependencies = package
            .get("dependencies")
            .and_then(Value::as_array)
            .context("a package without dependencies")?;
        for dependency in dependencies {
            let used = text(dependency, "name");
            let in_tests = text(dependency, "kind") == "dev";
            let may = allowed.contains(&used.as_str())
                || (in_tests && !allowed.is_empty() && IN_TESTS.contains(&used.as_str()));
            if ours.contains(&used) && !may {
                faults.push(Fault::of(
                    place.clone(),
                    format!("may not use {used}: arrows point down only"),
                ));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, uses: &[(&str, Value)]) -> Value {
        let dependencies: Vec<Value> = uses
            .iter()
            .map(|(name, kind)| json!({"name": name, "kind": kind}))
            .collect();
        json!({"name": name, "dependencies": dependencies})
    }

    #[test]
    fn an_arrow_up_and_an_unknown_crate_are_faults() {
        let metadata = json!({"packages": [
            package("domain", &[("serde", Value::Null), ("store", Value::Null)]),
            package("store", &[("domain", json!("dev"))]),
            package("triage", &[("domain", Value::Null)]),
            package("app", &[("domain", Value::Null), ("testkit", json!("dev"))]),
            package("testkit", &[("app", Value::Null)]),
            package("models", &[]),
        ]});
        let faults = check(&metadata).unwrap();
        let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places, ["crate domain", "crate store", "crate models"]);
        assert!(faults[0].what.contains("may not use store"));
    }

    #[test]
    fn metadata_of_another_shape_is_an_error() {
        assert!(check(&json!({})).is_err());
    }
}
