//! Statements for many rows at once, made from the statements for one.
//!
//! A server needs as long to be asked as to insert a row, so the appender asks it for up to 64
//! rows at a time. The texts are made once, in a few fixed sizes, and are registered like every
//! other statement: the same test prepares them on both engines.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::append::{look, write};
use crate::value::Stmt;

/// Rows of the wide inserts, greatest first. Powers of two, so that what is left over after the
/// greatest needs few statements.
const ROWS: [usize; 6] = [64, 32, 16, 8, 4, 2];

/// Keys of the wide statements by key.
const KEYS: [usize; 2] = [64, 8];

/// Inserts of which a batch may hold many.
const INSERTS: [&Stmt; 9] = [
    &write::LOG_INSERT,
    &write::CASE_INSERT,
    &write::PERSON_INSERT,
    &write::LEG_INSERT,
    &write::DEADLINE_INSERT,
    &write::COMMAND_INSERT,
    &write::OUTBOX_INSERT,
    &write::INBOX_INSERT,
    &write::AUDIT_INSERT,
];

/// Statements for one key that may be needed for many.
const BY_KEY: [&Stmt; 3] = [&look::VERSION, &look::COMMAND, &write::COMMAND_DELETE];

/// One size of a statement.
#[derive(Debug)]
struct Wide {
    /// Name of the statement for one.
    base: &'static str,
    width: usize,
    stmt: Stmt,
}

static WIDE: LazyLock<Vec<Wide>> = LazyLock::new(|| {
    let inserts = INSERTS
        .iter()
        .flat_map(|base| ROWS.map(|width| (*base, width, rows(base.sql, width))));
    let by_key = BY_KEY
        .iter()
        .flat_map(|base| KEYS.map(|width| (*base, width, keys(base.sql, width))));
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    inserts
        .chain(by_key)
        .filter_map(|(base, width, sql)| {
            let name = leaked(format!("{}.{width}", base.name));
            Some(Wide {
                base: base.name,
                width,
                stmt: Stmt::new(name, leaked(sql?)),
            })
        })
        .collect()
});

/// `$first, $first+1, …`, so many.
fn parameters(text: &mut String, first: usize, count: usize) {
    for number in first..first + count {
        let comma = if number == first { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}${number}");
    }
}

/// `INSERT … VALUES ($1, …)` with so many rows of values.
fn rows(insert: &str, width: usize) -> Option<String> {
    let (head, tuple) = insert.split_once(" VALUES (")?;
    let columns = tuple.matches('$').count();
    let mut text = format!("{head} VALUES ");
    for row in 0..width {
        text.push_str(if row == 0 { "(" } else { ", (" });
        parameters(&mut text, row * columns + 1, columns);
        text.push(')');
    }
    Some(text)
}

/// `… WHERE id = $1` with so many keys.
fn keys(one: &str, width: usize) -> Option<String> {
    let head = one.strip_suffix(" = $1")?;
    let mut text = format!("{head} IN (");
    parameters(&mut text, 1, width);
    text.push(')');
    Some(text)
}

/// All wide statements.
pub(crate) fn statements() -> impl Iterator<Item = &'static Stmt> {
    WIDE.iter().map(|wide| &wide.stmt)
}

/// The greatest size of a statement that is not above `most`; `None` leaves the statement for one.
pub(crate) fn at_most(base: &Stmt, most: usize) -> Option<(usize, &'static Stmt)> {
    WIDE.iter()
        .find(|wide| wide.base == base.name && wide.width <= most)
        .map(|wide| (wide.width, &wide.stmt))
}

/// The smallest size that is not below `least`, or the greatest there is.
pub(crate) fn at_least(base: &Stmt, least: usize) -> Option<(usize, &'static Stmt)> {
    let of_base = || WIDE.iter().filter(|wide| wide.base == base.name);
    of_base()
        .rfind(|wide| wide.width >= least)
        .or_else(|| of_base().next())
        .map(|wide| (wide.width, &wide.stmt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_widened() {
        assert_eq!(
            rows("INSERT INTO t (a, b) VALUES ($1, $2)", 2).unwrap(),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)"
        );
        assert_eq!(
            keys("SELECT a FROM t WHERE id = $1", 3).unwrap(),
            "SELECT a FROM t WHERE id IN ($1, $2, $3)"
        );
    }

    #[test]
    fn every_base_has_all_its_sizes() {
        let expected = INSERTS.len() * ROWS.len() + BY_KEY.len() * KEYS.len();
        assert_eq!(statements().count(), expected);
    }

    #[test]
    fn sizes_are_chosen() {
        let insert = |most| at_most(&write::LOG_INSERT, most).map(|found| found.0);
        assert_eq!(
            [1, 2, 7, 63, 64, 200].map(insert),
            [None, Some(2), Some(4), Some(32), Some(64), Some(64)]
        );
        let look = |least| at_least(&look::VERSION, least).map(|found| found.0);
        assert_eq!(
            [1, 8, 9, 64, 65].map(look),
            [Some(8), Some(8), Some(64), Some(64), Some(64)]
        );
    }
}
