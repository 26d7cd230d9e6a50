//! A file is read in one sitting: 600 lines at the most, its tests not counted.

use super::{Fault, Source};

const MOST: usize = 600;
/// Written by a program.
const GENERATED: &[&str] = &["console/src/api/schema.ts"];

pub(super) fn check(sources: &[Source]) -> Vec<Fault> {
    sources
        .iter()
        .filter(|source| source.is(&[".rs", ".ts", ".tsx"]))
        .filter(|source| !source.is_test() && !GENERATED.contains(&source.path.as_str()))
        .filter_map(|source| {
            let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().count();
            (lines > MOST).then(|| {
                let what = format!("{lines} lines; split it by concept, {MOST} is the most");
                Fault::of(source.path.clone(), what)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    #[test]
    fn a_long_source_is_a_fault_a_long_test_is_not() {
        let long = "x\n".repeat(MOST + 1);
        let sources = [
            source("crates/a/src/long.rs", &long),
            source("console/src/long.tsx", &long),
            source("crates/a/src/right.rs", &"x\n".repeat(MOST)),
            source("crates/a/tests/long.rs", &long),
            source("console/src/api/schema.ts", &long),
            source("docs/long.md", &long),
            source(
                "crates/a/src/tested.rs",
                &format!("x\n#[cfg(test)]\n{long}"),
            ),
        ];
        let places: Vec<String> = check(&sources)
            .into_iter()
            .map(|fault| fault.place)
            .collect();
        assert_eq!(places, ["crates/a/src/long.rs", "console/src/long.tsx"]);
    }
}
