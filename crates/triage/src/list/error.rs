//! Why a rule set was refused.

/// A responsibility list or a set of danger rules that must not be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Not TOML, an unknown key, a missing key or a wrong type.
    #[error("{file}, line {line}: {message}")]
    Syntax {
        /// `list` or `danger`.
        file: &'static str,
        /// From 1; 0 when the reader could not tell.
        line: usize,
        /// What the reader said.
        message: String,
    },
    /// A row names something that is nowhere defined.
    #[error("line {line}: {row} names the unknown {what} {name:?}")]
    Unknown {
        /// Where the row begins, from 1.
        line: usize,
        /// The row's code.
        row: String,
        /// What kind of thing: unit, group, limits, district table, danger kind.
        what: &'static str,
        /// The name as written.
        name: String,
    },
    /// A code is used twice.
    #[error("line {line}: the {what} {code:?} is there already")]
    Duplicate {
        /// Where the second one begins, from 1.
        line: usize,
        /// What kind of thing.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A value is there but cannot be meant.
    #[error("line {line}: {row}: {problem}")]
    Invalid {
        /// Where the row begins, from 1.
        line: usize,
        /// The row's code.
        row: String,
        /// What is wrong, in one sentence.
        problem: String,
    },
    /// A pattern is not a regular expression, or too large a one.
    #[error("line {line}: the pattern of {row} cannot be used")]
    Pattern {
        /// Where the row begins, from 1.
        line: usize,
        /// The row's code.
        row: String,
        /// What the compiler said.
        #[source]
        source: Box<regex::Error>,
    },
    /// More rows or words than one desk's list can honestly hold.
    #[error("{found} {what}, {limit} are allowed")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A row's own example does not come out as the row says.
    #[error("line {line}: the example {example:?} of {row} should give {expected}, gives {got}")]
    Example {
        /// Where the row begins, from 1.
        line: usize,
        /// The row's code.
        row: String,
        /// The sentence.
        example: String,
        /// What the row promises.
        expected: String,
        /// What came out.
        got: String,
    },
    /// The words could not be compiled into one automaton.
    #[error("the words cannot be compiled: {0}")]
    Automaton(String),
}
