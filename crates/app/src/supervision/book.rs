//! The book of rules: read whole, tried on its own examples, refused whole (law 11).

use domain::supervision::{RuleBook, RuleFault};
use std::sync::Arc;

const SHIPPED: &str = include_str!("../../data/supervision.toml");

/// Why a book is not used. Nothing of it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BookError {
    /// It is no TOML, or has a field nobody knows; the text says where.
    #[error("the rules of supervision cannot be read: {0}")]
    Unreadable(String),
    /// Rules or examples do not hold.
    #[error("the rules of supervision do not hold: {}", list(.0))]
    Faulty(Vec<RuleFault>),
}

fn list(faults: &[RuleFault]) -> String {
    let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// Reads a book and tries it on its examples.
///
/// # Errors
/// [`BookError`], with the place of everything that is wrong.
pub fn read_book(text: &str) -> Result<Arc<RuleBook>, BookError> {
    let book: RuleBook =
        toml::from_str(text).map_err(|error| BookError::Unreadable(error.to_string()))?;
    let faults = book.faults();
    if faults.is_empty() {
        Ok(Arc::new(book))
    } else {
        Err(BookError::Faulty(faults))
    }
}

/// The book of the fictional county.
///
/// # Errors
/// As [`read_book`]; a test holds the shipped book to it.
pub fn shipped_book() -> Result<Arc<RuleBook>, BookError> {
    read_book(SHIPPED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_11_the_shipped_book_holds_by_its_own_examples() {
        let book = shipped_book().unwrap();
        assert!(book.rules.len() >= 10);
        for rung in domain::supervision::Rung::ALL {
            assert!(book.rules.iter().any(|rule| rule.open == rung), "{rung:?}");
        }
    }

    #[test]
    fn a_book_with_one_fault_is_refused_whole_with_the_place() {
        let broken = SHIPPED.replace("given = { urges = 2 }", "given = { urges = 5 }");
        let error = read_book(&broken).unwrap_err().to_string();
        assert!(error.contains("example 10"), "{error}");
        let unknown = SHIPPED.replacen("words =", "wordz =", 1);
        let error = read_book(&unknown).unwrap_err().to_string();
        assert!(error.contains("wordz"), "{error}");
    }
}
