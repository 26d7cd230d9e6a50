//! Every kind of event has its golden file and a test that names it.

use super::{Fault, Source};
use anyhow::{Result, bail};

/// Where the kinds are declared.
pub(super) const SOURCE: &str = "crates/domain/src/case/event/kind.rs";
/// Where their golden files are.
const GOLDEN: &str = "crates/domain/tests/golden/";

/// Faults of the kinds that the domain declares.
///
/// # Errors
/// When no kind is found there.
pub(super) fn check(sources: &[Source]) -> Result<Vec<Fault>> {
    let kinds: Vec<(String, String)> = sources
        .iter()
        .filter(|source| source.path.starts_with(SOURCE))
        .flat_map(|source| kinds(&source.text))
        .collect();
    if kinds.is_empty() {
        bail!("{SOURCE} declares no kind; has its macro changed?");
    }
    let mut faults = Vec::new();
    for (variant, kind) in kinds {
        let golden = format!("/{kind}.json");
        if !sources
            .iter()
            .any(|source| source.path.starts_with(GOLDEN) && source.path.ends_with(&golden))
        {
            faults.push(Fault::of(
                SOURCE,
                format!("{kind} has no golden file under {GOLDEN}"),
            ));
        }
        let tested = sources
            .iter()
            .filter(|source| source.path.ends_with(".rs"))
            .any(|source| {
                names(source.test_text(), &variant)
                    || source.test_text().contains(&format!("\"{kind}\""))
            });
        if !tested {
            faults.push(Fault::of(
                SOURCE,
                format!("no test names {variant} or \"{kind}\""),
            ));
        }
    }
    Ok(faults)
}

/// The pairs `Variant => "kind"` of the macro call.
fn kinds(events: &str) -> Vec<(String, String)> {
    let Some((_, body)) = events.split_once("\nkinds! {") else {
        return Vec::new();
    };
    let body = body.split('}').next().unwrap_or_default();
    body.split(',')
        .filter_map(|pair| {
            let (variant, kind) = pair.split_once("=>")?;
            Some((
                variant.trim().to_owned(),
                kind.trim().trim_matches('"').to_owned(),
            ))
        })
        .collect()
}

/// The word stands whole in the text, as `Event::Word` or `Word {`.
fn names(text: &str, variant: &str) -> bool {
    text.match_indices(variant).any(|(place, _)| {
        let before = text.get(..place).and_then(|text| text.chars().next_back());
        let after = text
            .get(place.saturating_add(variant.len())..)
            .and_then(|text| text.chars().next());
        let free = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
        free(before) && free(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    const EVENTS: &str = "x\nkinds! {\n    Received => \"received\", Closed => \"closed\",\n    Urged => \"urged\",\n}\n";

    #[test]
    fn a_kind_without_golden_file_or_test_is_a_fault() {
        let sources = [
            source("crates/domain/src/case/event/kind.rs", EVENTS),
            source("crates/domain/tests/golden/v1/received.json", "{}"),
            source("crates/domain/tests/golden/v1/closed.json", "{}"),
            source(
                "crates/domain/src/case/mod.rs",
                "Urged\n#[cfg(test)]\nmod tests { Event::Received }",
            ),
            source(
                "crates/domain/tests/stories.rs",
                "assert!(kinds.contains(\"urged\")); Closedness",
            ),
        ];
        let faults = check(&sources).unwrap();
        let what: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "no test names Closed or \"closed\"",
                "urged has no golden file under crates/domain/tests/golden/",
            ]
        );
    }

    #[test]
    fn a_changed_macro_is_told() {
        let sources = [source("crates/domain/src/case/event.rs", "enum Event {}")];
        assert!(check(&sources).is_err());
    }
}
