//! Words that may stand nowhere, or only in one place.

use super::{Fault, Source};

/// A call and where it may stand. Written in two halves, so that this file is not its own fault.
struct Rule {
    word: &'static str,
    places: &'static [&'static str],
    why: &'static str,
}

const CLOCK: &[&str] = &["crates/app/src/clock.rs"];
const SPEAKS: &[&str] = &["crates/liandong/", "xtask/"];

const CALLS: &[Rule] = &[
    Rule {
        word: concat!("SystemTime", "::now"),
        places: CLOCK,
        why: "time is an argument (law 6)",
    },
    Rule {
        word: concat!("Timestamp", "::now"),
        places: CLOCK,
        why: "time is an argument (law 6)",
    },
    Rule {
        word: concat!("Zoned", "::now"),
        places: CLOCK,
        why: "time is an argument (law 6)",
    },
    Rule {
        word: concat!("Uuid", "::now_v7("),
        places: &[],
        why: "ids come from app, so that a run can be repeated",
    },
    Rule {
        word: concat!("Uuid", "::new_v4("),
        places: &[],
        why: "ids come from app, so that a run can be repeated",
    },
    Rule {
        word: concat!("thread", "_rng"),
        places: &[],
        why: "chance is an argument",
    },
    Rule {
        word: concat!("dbg", "!("),
        places: &[],
        why: "left over from debugging",
    },
    Rule {
        word: concat!("#[", "allow("),
        places: &[],
        why: "write #[expect(lint, reason)]",
    },
    Rule {
        word: concat!("#![", "allow("),
        places: &[],
        why: "write #![expect(lint, reason)]",
    },
];
const PRINTS: &[&str] = &[concat!("print", "ln!("), concat!("eprint", "ln!(")];
const LATER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];
/// Folders of somebody's own machine.
const WORKSTATION: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("sha", "red/"),
];

pub(super) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        let path = source.path.as_str();
        let rust = path.ends_with(".rs");
        let code = rust || source.is(&[".ts", ".tsx", ".mjs", ".sql"]);
        let mut in_tests = source.is_test();
        for (number, line) in source.text.lines().enumerate() {
            in_tests |= line.trim_start().starts_with("#[cfg(test)]");
            let comment = line.trim_start().starts_with("//");
            if rust && !comment {
                faults.extend(call(path, number, line));
                if !in_tests && prints(path, line) {
                    faults.push(Fault::at(
                        path,
                        number,
                        "only the program and xtask print; log it",
                    ));
                }
            }
            if code && later(line) {
                faults.push(Fault::at(
                    path,
                    number,
                    "say why and until when in brackets, or do it",
                ));
            }
            if let Some(word) = WORKSTATION.iter().find(|word| stands(line, word)) {
                faults.push(Fault::at(
                    path,
                    number,
                    format!("{word} is a folder of somebody's machine"),
                ));
            }
        }
    }
    faults
}

fn call(path: &str, number: usize, line: &str) -> Option<Fault> {
    let rule = CALLS.iter().find(|rule| {
        line.contains(rule.word) && !rule.places.iter().any(|place| path.starts_with(place))
    })?;
    Some(Fault::at(
        path,
        number,
        format!("{}: {}", rule.word, rule.why),
    ))
}

fn prints(path: &str, line: &str) -> bool {
    let may = SPEAKS.iter().any(|place| path.starts_with(place))
        || path.contains("/examples/")
        || path.ends_with("build.rs");
    !may && PRINTS.iter().any(|word| line.contains(word))
}

/// A word for later without a reason in brackets behind it.
fn later(line: &str) -> bool {
    LATER.iter().any(|word| {
        line.split_once(word).is_some_and(|(before, after)| {
            let within = before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                || after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let reason = after
                .strip_prefix('(')
                .and_then(|rest| rest.split_once(')'))
                .is_some_and(|(reason, _)| !reason.trim().is_empty());
            !within && !reason
        })
    })
}

/// The folder's name begins a path here, it is not part of a longer one.
fn stands(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let before = line.get(..place).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| {
            !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '~' | '@'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    fn faults(path: &str, text: &str) -> usize {
        check(&[source(path, text)]).len()
    }

    #[test]
    fn each_forbidden_call_is_a_fault_outside_its_place() {
        for rule in CALLS {
            let line = format!("    let x = {}x);", rule.word);
            assert_eq!(
                faults("crates/domain/src/lib.rs", &line),
                1,
                "{}",
                rule.word
            );
            let comment = format!("// {} is told off", rule.word);
            assert_eq!(faults("crates/domain/src/lib.rs", &comment), 0);
            assert_eq!(faults("docs/style.md", &line), 0);
        }
        let clock = format!("{}()", CALLS[0].word);
        assert_eq!(faults("crates/app/src/clock.rs", &clock), 0);
    }

    #[test]
    fn only_the_program_prints() {
        for word in PRINTS {
            let line = format!("{word}\"x\");");
            assert_eq!(faults("crates/app/src/lib.rs", &line), 1);
            assert_eq!(faults("crates/liandong/src/main.rs", &line), 0);
            assert_eq!(faults("crates/store/examples/bench.rs", &line), 0);
            let test = format!("#[cfg(test)]\nmod tests {{\n{line}\n}}");
            assert_eq!(faults("crates/app/src/lib.rs", &test), 0);
        }
    }

    #[test]
    fn later_needs_a_reason() {
        for word in LATER {
            assert_eq!(faults("a/src/x.rs", &format!("// {word}: later")), 1);
            assert_eq!(faults("console/src/x.ts", &format!("// {word}() later")), 1);
            assert_eq!(
                faults("a/src/x.rs", &format!("// {word}(waits for R12)")),
                0
            );
            assert_eq!(faults("a/src/x.rs", &format!("const A{word}S: u8 = 1;")), 0);
        }
    }

    #[test]
    fn folders_of_a_machine_are_faults_and_parts_of_paths_are_not() {
        for word in WORKSTATION {
            assert_eq!(faults("docs/a.md", &format!("see `{word}a`")), 1, "{word}");
            assert_eq!(faults("deny.toml", &format!("{word}a")), 1, "{word}");
            assert_eq!(faults("docs/a.md", &format!("see net{word}a")), 0, "{word}");
        }
    }
}
