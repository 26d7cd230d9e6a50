//! What is wrong with a draft, as fields that a screen can put into words.

use crate::view::ListFault;
use triage::ListError;

/// A refusal of the list as a fault at its line.
pub(super) fn fault(error: &ListError) -> ListFault {
    let at = |key: &str, line: usize, row: &str, problem: String| ListFault {
        key: key.to_owned(),
        line: i64::try_from(line).unwrap_or(0),
        row: row.to_owned(),
        problem,
        example: None,
        got: None,
    };
    match error {
        ListError::Syntax { line, message, .. } => at("syntax", *line, "", message.clone()),
        ListError::Unknown {
            line,
            row,
            what,
            name,
        } => at("unknown", *line, row, format!("{what}: {name}")),
        ListError::Duplicate { line, what, code } => {
            at("duplicate", *line, code, (*what).to_owned())
        }
        ListError::Invalid { line, row, problem } => at("invalid", *line, row, problem.clone()),
        ListError::Pattern { line, row, source } => at("pattern", *line, row, source.to_string()),
        ListError::TooMany { what, found, limit } => {
            at("too_many", 0, "", format!("{what}: {found} > {limit}"))
        }
        ListError::Example {
            line,
            row,
            example,
            expected,
            got,
        } => ListFault {
            example: Some(example.clone()),
            got: Some(got.clone()),
            ..at("example", *line, row, expected.clone())
        },
        ListError::Automaton(message) => at("invalid", 0, "", message.clone()),
    }
}

/// A draft that calls itself like a version that was published with another text.
pub(super) fn label_taken(line: usize, label: &str) -> ListFault {
    ListFault {
        key: "label_taken".to_owned(),
        line: i64::try_from(line).unwrap_or(0),
        row: String::new(),
        problem: label.to_owned(),
        example: None,
        got: None,
    }
}
