//! Migrations: one numbered set of files for both engines, run by refinery.
//!
//! The files are in the portable subset; [`Dialect::words`] has what differs. A migration
//! only adds (expand, later contract), so that the previous program still runs on the new tables.
//! refinery stamps its history table with the machine's time; nothing of the trade reads it.

use refinery_core::{Migration, Runner};
use rusqlite::Connection;

use crate::append::{AUDIT_HEAD, LOG_HEAD, look, write};
use crate::error::{SchemaProblem, StoreError};
use crate::sqlite;
use crate::value::Value;

/// Name and text of each migration, in order. A number that was released is never changed.
const FILES: &[(&str, &str)] = &[
    ("V1__ground", include_str!("../migrations/V1__ground.sql")),
    ("V2__office", include_str!("../migrations/V2__office.sql")),
    (
        "V10__back_office",
        include_str!("../migrations/V10__back_office.sql"),
    ),
    (
        "V30__attachment",
        include_str!("../migrations/V30__attachment.sql"),
    ),
    ("V40__seats", include_str!("../migrations/V40__seats.sql")),
    (
        "V50__saved_search",
        include_str!("../migrations/V50__saved_search.sql"),
    ),
    ("V60__list", include_str!("../migrations/V60__list.sql")),
    ("V70__clocks", include_str!("../migrations/V70__clocks.sql")),
    ("V74__score", include_str!("../migrations/V74__score.sql")),
    (
        "V80__supervision",
        include_str!("../migrations/V80__supervision.sql"),
    ),
    (
        "V84__follow_up",
        include_str!("../migrations/V84__follow_up.sql"),
    ),
    (
        "V85__rating_link",
        include_str!("../migrations/V85__rating_link.sql"),
    ),
    (
        "V86__inspection",
        include_str!("../migrations/V86__inspection.sql"),
    ),
    ("V87__reach", include_str!("../migrations/V87__reach.sql")),
    ("V92__press", include_str!("../migrations/V92__press.sql")),
    (
        "V93__register",
        include_str!("../migrations/V93__register.sql"),
    ),
    ("V97__places", include_str!("../migrations/V97__places.sql")),
    ("V100__voice", include_str!("../migrations/V100__voice.sql")),
    (
        "V105__message",
        include_str!("../migrations/V105__message.sql"),
    ),
    (
        "V110__knowledge",
        include_str!("../migrations/V110__knowledge.sql"),
    ),
    (
        "V115__presence",
        include_str!("../migrations/V115__presence.sql"),
    ),
    (
        "V116__notice_call",
        include_str!("../migrations/V116__notice_call.sql"),
    ),
    (
        "V117__call_snapshot",
        include_str!("../migrations/V117__call_snapshot.sql"),
    ),
    (
        "V119__crossed_before",
        include_str!("../migrations/V119__crossed_before.sql"),
    ),
    (
        "V120__recording_kept",
        include_str!("../migrations/V120__recording_kept.sql"),
    ),
    (
        "V121__link_key",
        include_str!("../migrations/V121__link_key.sql"),
    ),
    (
        "V122__called_up",
        include_str!("../migrations/V122__called_up.sql"),
    ),
    (
        "V123__call_pages",
        include_str!("../migrations/V123__call_pages.sql"),
    ),
    (
        "V125__import_office",
        include_str!("../migrations/V125__import_office.sql"),
    ),
];

/// Which engine's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// What stands for a token: bytes; a number that is the key (SQLite takes only this spelling
    /// for the key of the table's own tree); a table that is kept in the order of its key.
    fn words(self) -> [(&'static str, &'static str); 3] {
        let [bytes, position, keyed] = match self {
            Self::Sqlite => ["BLOB", "INTEGER", "WITHOUT ROWID"],
            Self::Postgres => ["BYTEA", "BIGINT", ""],
        };
        [
            ("{{bytes}}", bytes),
            ("{{position}}", position),
            ("{{keyed}}", keyed),
        ]
    }
}

/// The migrations as this engine gets them.
pub(crate) fn migrations(dialect: Dialect) -> Result<Vec<Migration>, StoreError> {
    let mut all = Vec::new();
    for (name, text) in FILES {
        let text = dialect
            .words()
            .iter()
            .fold((*text).to_owned(), |text, (token, word)| {
                text.replace(token, word)
            });
        all.push(Migration::unapplied(name, &text).map_err(|error| runner_failure(&error))?);
    }
    Ok(all)
}

/// Compares what was applied (number, name, checksum) with what is known.
pub(crate) fn compare(
    applied: &[(i64, String, String)],
    known: &[Migration],
) -> Result<Vec<String>, SchemaProblem> {
    for (number, name, checksum) in applied {
        let label = format!("V{number}__{name}");
        let same = known
            .iter()
            .find(|known| i64::from(known.version()) == *number);
        match same {
            None => return Err(SchemaProblem::Newer(label)),
            Some(same) if same.name() != name || same.checksum().to_string() != *checksum => {
                return Err(SchemaProblem::Changed(label));
            }
            Some(_) => {}
        }
    }
    Ok(known
        .iter()
        .filter(|known| {
            !applied
                .iter()
                .any(|(number, ..)| *number == i64::from(known.version()))
        })
        .map(ToString::to_string)
        .collect())
}

/// Refuses tables that are not exactly those of this program.
pub(crate) fn require(
    applied: &[(i64, String, String)],
    dialect: Dialect,
) -> Result<(), StoreError> {
    let missing = compare(applied, &migrations(dialect)?).map_err(StoreError::Schema)?;
    match missing.into_iter().next() {
        Some(name) => Err(StoreError::Schema(SchemaProblem::Missing(name))),
        None => Ok(()),
    }
}

fn applied(connection: &Connection) -> Result<Vec<(i64, String, String)>, StoreError> {
    let made = connection
        .table_exists(None, "refinery_schema_history")
        .map_err(|error| sqlite::failure(&error))?;
    if made {
        sqlite::read(connection, &look::MIGRATIONS, &[])
    } else {
        Ok(Vec::new())
    }
}

/// Refuses a file whose tables are not those of this program.
pub(crate) fn check_connection(connection: &Connection) -> Result<(), StoreError> {
    require(&applied(connection)?, Dialect::Sqlite)
}

/// Brings a file up to date; the names that were applied.
pub(crate) fn sqlite(path: &std::path::Path) -> Result<Vec<String>, StoreError> {
    let mut connection = sqlite::migrate_connection(path)?;
    let known = migrations(Dialect::Sqlite)?;
    compare(&applied(&connection)?, &known).map_err(StoreError::Schema)?;
    let report = Runner::new(&known)
        .run(&mut connection)
        .map_err(|error| runner_failure(&error))?;
    let names = report
        .applied_migrations()
        .iter()
        .map(ToString::to_string)
        .collect();
    for values in first_heads() {
        let Some(Value::I64(id)) = values.first() else {
            continue;
        };
        let there: i64 = connection
            .query_row(
                "SELECT count(*) FROM chain_head WHERE id = ?1",
                [id],
                |row| row.get(0),
            )
            .map_err(|error| sqlite::failure(&error))?;
        if there == 0 {
            connection
                .execute(
                    sqlite::native(&write::HEAD_INSERT),
                    rusqlite::params_from_iter(&values),
                )
                .map_err(|error| sqlite::failure(&error))?;
        }
    }
    Ok(names)
}

/// The chains' beginnings: position 0, a hash of zeros.
pub(crate) fn first_heads() -> [Vec<Value>; 2] {
    [LOG_HEAD, AUDIT_HEAD].map(|id| vec![Value::I64(id), Value::I64(0), Value::Bytes(vec![0; 32])])
}

/// What the runner's failures mean here.
pub(crate) fn runner_failure(error: &refinery_core::Error) -> StoreError {
    StoreError::Broken(format!("migration: {error}"))
}
