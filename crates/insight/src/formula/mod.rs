//! Formulas: a small typed language over named values, without floating point.
//!
//! ```text
//! sign_met or sign_late                     a condition over facts
//! reached and satisfaction >= 4             a missing value fulfils no comparison
//! outcome in ['answered', 'informed']
//! 0.2 * closing_rate + 0.3 * satisfied      a number over metrics
//! if(buildup < 100, 0.05 * (100 - buildup), 0)
//! ```
//!
//! A value may be missing. What is calculated with it is missing, too, and is never taken for zero.

mod eval;
mod parse;
mod token;

pub use eval::Value;

use eval::Node;
use std::fmt;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Flag,
    /// An exact decimal.
    Number,
    /// One of a set of words.
    Word,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Number => "number",
            Self::Word => "word",
        }
    }
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// A character that means nothing here.
    Character(char),
    /// Text that begins with a quotation mark and does not end.
    OpenText,
    /// A number that is none.
    Number(String),
    /// Something else was expected.
    Expected {
        /// What.
        what: &'static str,
        /// What stands there instead.
        found: String,
    },
    /// A name that nobody knows.
    Unknown {
        /// The name.
        name: String,
        /// The known name most like it.
        near: Option<String>,
    },
    /// A value of the wrong kind.
    Mismatch {
        /// The kind that is needed.
        wanted: Kind,
        /// The kind it has.
        found: Kind,
    },
    /// A function with the wrong number of arguments.
    Arguments {
        /// The function.
        name: String,
        /// How many it takes.
        takes: &'static str,
    },
    /// More than a person could check.
    TooLong,
    /// Nested too deep.
    TooDeep,
}

impl Wrong {
    /// The stable key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Character(_) => "character",
            Self::OpenText => "open_text",
            Self::Number(_) => "number",
            Self::Expected { .. } => "expected",
            Self::Unknown { .. } => "unknown_name",
            Self::Mismatch { .. } => "mismatch",
            Self::Arguments { .. } => "arguments",
            Self::TooLong => "too_long",
            Self::TooDeep => "too_deep",
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(c) => write!(f, "the character “{c}” means nothing here"),
            Self::OpenText => f.write_str("the text does not end"),
            Self::Number(text) => write!(f, "“{text}” is no number"),
            Self::Expected { what, found } => write!(f, "expected {what}, found {found}"),
            Self::Unknown { name, near: None } => write!(f, "there is no “{name}”"),
            Self::Unknown {
                name,
                near: Some(near),
            } => write!(f, "there is no “{name}”; perhaps “{near}”"),
            Self::Mismatch { wanted, found } => {
                write!(
                    f,
                    "a {} is needed, this is a {}",
                    wanted.as_str(),
                    found.as_str()
                )
            }
            Self::Arguments { name, takes } => write!(f, "{name} takes {takes}"),
            Self::TooLong => f.write_str("a formula has at most 2000 characters"),
            Self::TooDeep => f.write_str("nested more than 40 deep"),
        }
    }
}

/// A formula that is refused, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {at}: {wrong}")]
pub struct Fault {
    /// The character it is at, from 1.
    pub at: usize,
    /// What is wrong.
    pub wrong: Wrong,
}

/// The names a formula may use. A slot is where the value of the name stands.
pub trait Names {
    /// Slot and kind of a name.
    fn find(&self, name: &str) -> Option<(usize, Kind)>;
    /// All names, to find the one that was meant.
    fn all(&self) -> Vec<&str>;
}

impl Names for [(String, Kind)] {
    fn find(&self, name: &str) -> Option<(usize, Kind)> {
        self.iter()
            .position(|(known, _)| known == name)
            .and_then(|at| self.get(at).map(|(_, kind)| (at, *kind)))
    }

    fn all(&self) -> Vec<&str> {
        self.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// A checked formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    node: Node,
    kind: Kind,
    slots: Vec<usize>,
}

impl Formula {
    /// Reads and checks a formula that must come to a value of `kind`.
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn read<N: Names + ?Sized>(text: &str, kind: Kind, names: &N) -> Result<Self, Fault> {
        let (node, mut slots) = parse::read(text, kind, names)?;
        slots.sort_unstable();
        slots.dedup();
        Ok(Self {
            text: text.to_owned(),
            node,
            kind,
            slots,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it comes to.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The slots it reads, in order.
    #[must_use]
    pub fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// What it comes to for these values.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn value<'a>(&'a self, values: &[Value<'a>]) -> Result<Value<'a>, crate::number::Miscount> {
        self.node.value(values)
    }

    /// Whether the condition holds; a missing value is no "yes".
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn holds<'a>(&'a self, values: &[Value<'a>]) -> Result<bool, crate::number::Miscount> {
        Ok(matches!(self.node.value(values)?, Value::Flag(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn names() -> Vec<(String, Kind)> {
        [
            ("signed", Kind::Flag),
            ("sign_late", Kind::Flag),
            ("grade", Kind::Number),
            ("rate", Kind::Number),
            ("outcome", Kind::Word),
        ]
        .into_iter()
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect()
    }

    fn of(text: &str, kind: Kind) -> Result<Formula, Fault> {
        Formula::read(text, kind, names().as_slice())
    }

    fn number(text: &str, values: &[Value<'static>]) -> Option<String> {
        let formula = of(text, Kind::Number).unwrap();
        match formula.value(values).unwrap() {
            Value::Number(number) => Some(number.normalize().to_string()),
            _ => None,
        }
    }

    fn holds(text: &str, values: &[Value<'static>]) -> bool {
        of(text, Kind::Flag).unwrap().holds(values).unwrap()
    }

    const NOTHING: [Value<'static>; 5] = [Value::Missing; 5];

    fn some() -> [Value<'static>; 5] {
        [
            Value::Flag(true),
            Value::Flag(false),
            Value::Number(Decimal::from(4)),
            Value::Number(Decimal::new(9995, 2)),
            Value::Word("answered"),
        ]
    }

    #[test]
    fn numbers_are_exact_and_bind_as_at_school() {
        assert_eq!(number("0.1 + 0.2", &NOTHING).unwrap(), "0.3");
        assert_eq!(number("2 + 3 * 4 - 1", &NOTHING).unwrap(), "13");
        assert_eq!(number("-(2 + 3) * 4 / 8", &NOTHING).unwrap(), "-2.5");
        assert_eq!(number("0.05 * (100 - rate)", &some()).unwrap(), "0.0025");
        assert_eq!(number("round(97.445, 1)", &NOTHING).unwrap(), "97.4");
        assert_eq!(number("round(0.25, 1)", &NOTHING).unwrap(), "0.3");
        assert_eq!(
            number("min(3, grade, 7) + max(1, 2)", &some()).unwrap(),
            "5"
        );
        assert_eq!(number("if(signed, 1, 2)", &some()).unwrap(), "1");
    }

    #[test]
    fn law_9_what_is_missing_is_never_taken_for_zero() {
        assert_eq!(number("grade + 1", &NOTHING), None);
        assert_eq!(number("0 * grade", &NOTHING), None);
        assert_eq!(number("1 / 0", &NOTHING), None);
        assert!(!holds("grade < 3", &NOTHING));
        assert!(!holds("grade != 3", &NOTHING));
        assert!(!holds("known(grade)", &NOTHING));
        assert!(holds("known(grade) and grade >= 4", &some()));
        assert_eq!(number("or_else(grade, 100)", &NOTHING).unwrap(), "100");
    }

    #[test]
    fn conditions_read_as_sentences() {
        assert!(holds("signed and not sign_late", &some()));
        assert!(holds(
            "sign_late or outcome in ['informed', \"answered\"]",
            &some()
        ));
        assert!(!holds("outcome not in ['informed', 'answered']", &some()));
        assert!(holds("outcome != 'nuisance'", &some()));
    }

    #[test]
    fn a_bad_formula_is_refused_with_its_place_and_reason() {
        let cases: &[(&str, Kind, usize, &str)] = &[
            ("sigend and sign_late", Kind::Flag, 1, "unknown_name"),
            ("signed and", Kind::Flag, 11, "expected"),
            ("signed and grade", Kind::Flag, 12, "mismatch"),
            ("grade = 'x'", Kind::Flag, 9, "mismatch"),
            ("签收 and signed", Kind::Flag, 1, "character"),
            ("signed or 'x", Kind::Flag, 11, "open_text"),
            ("1.2.3 + 1", Kind::Number, 1, "number"),
            ("(1 + 2", Kind::Number, 7, "expected"),
            ("1 + 2)", Kind::Number, 6, "expected"),
            ("min()", Kind::Number, 1, "arguments"),
            ("round(1)", Kind::Number, 1, "arguments"),
            ("signed", Kind::Number, 1, "mismatch"),
            ("outcome in []", Kind::Flag, 13, "expected"),
            ("outcome in [1]", Kind::Flag, 13, "expected"),
            ("outcome < 'b'", Kind::Flag, 1, "mismatch"),
            ("", Kind::Flag, 1, "expected"),
            ("round(1, grade)", Kind::Number, 10, "expected"),
            (
                "99999999999999999999999999999999",
                Kind::Number,
                1,
                "number",
            ),
        ];
        for (text, kind, at, key) in cases {
            let fault = of(text, *kind).unwrap_err();
            assert_eq!(
                (fault.at, fault.wrong.key()),
                (*at, *key),
                "{text}: {fault}"
            );
        }
        let Wrong::Unknown { near, .. } = of("sigend", Kind::Flag).unwrap_err().wrong else {
            panic!("an unknown name");
        };
        assert_eq!(near.as_deref(), Some("signed"));
        assert_eq!(
            of(&"(".repeat(50), Kind::Flag).unwrap_err().wrong,
            Wrong::TooDeep
        );
        assert_eq!(
            of(&"1".repeat(2001), Kind::Flag).unwrap_err().wrong,
            Wrong::TooLong
        );
    }

    #[test]
    fn what_does_not_fit_28_digits_is_an_error_and_no_other_number() {
        let formula = of("79228162514264337593543950335 * 10", Kind::Number).unwrap();
        assert!(formula.value(&NOTHING).is_err());
    }
}
