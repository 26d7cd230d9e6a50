//! Checking that the log has not been rewritten (law 10).

use std::path::Path;

use crate::append::{AUDIT_HEAD, Digest, Head, LOG_HEAD, audit_digest, digest_of_event, look};
use crate::engine::Store;
use crate::error::{FirstBad, StoreError, VerifyError};
use crate::row::{AuditLine, AuditRow, LogRow};
use crate::sqlite;

/// Rows read at a time.
const PART: i64 = 2000;

/// What a verification went over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Events in the log; they have the positions 1 to this.
    pub events: i64,
    /// Cases that have a row.
    pub cases: i64,
    /// Lines in the audit trail.
    pub audits: i64,
    /// Hash of the last event in hexadecimal: what a peer keeps as witness.
    pub head: String,
}

/// Structure of an SQLite file.
pub(crate) fn pages(path: &Path) -> Result<(), StoreError> {
    let connection = sqlite::read_connection(path, 4)?;
    let said: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| sqlite::failure(&error))?;
    if said != "ok" {
        return Err(StoreError::Broken(said));
    }
    crate::migrate::check_connection(&connection)
}

/// Both chains, from the first position to the head that the tables claim when it began.
pub(crate) async fn chains(
    store: &Store,
    mut on_progress: impl FnMut(i64),
) -> Result<Verified, VerifyError> {
    // The head is read first: what is appended meanwhile lies behind it and is not looked at.
    let heads = store
        .rows::<(i64, i64, Vec<u8>)>(&look::HEADS, Vec::new())
        .await?;
    let claimed = |id: i64| heads.iter().find(|(known, ..)| *known == id);

    let mut log = Chain::new("log");
    let end = claimed(LOG_HEAD).map_or(0, |(_, pos, _)| *pos);
    while log.head.pos < end {
        let rows = store
            .feed(log.head.pos, PART.min(end - log.head.pos))
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            log.follow(row.pos, &event_of(row), &row.digest, &row.hash)?;
        }
        on_progress(log.head.pos);
    }
    log.ends(claimed(LOG_HEAD))?;

    let mut audit = Chain::new("audit");
    let end = claimed(AUDIT_HEAD).map_or(0, |(_, pos, _)| *pos);
    while audit.head.pos < end {
        let rows = store
            .audit_after(audit.head.pos, PART.min(end - audit.head.pos))
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            audit.follow(row.pos, &line_of(row), &row.digest, &row.hash)?;
        }
    }
    audit.ends(claimed(AUDIT_HEAD))?;

    Ok(Verified {
        events: log.head.pos,
        cases: store.case_count().await?,
        audits: audit.head.pos,
        head: hex(&log.head.hash),
    })
}

/// A chain being recomputed.
struct Chain {
    name: &'static str,
    head: Head,
}

impl Chain {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            head: Head::default(),
        }
    }

    fn bad(&self, pos: i64, why: &str) -> FirstBad {
        FirstBad {
            chain: self.name,
            pos,
            why: why.to_owned(),
        }
    }

    fn follow(
        &mut self,
        pos: i64,
        computed: &Digest,
        digest: &[u8],
        hash: &[u8],
    ) -> Result<(), FirstBad> {
        let expected = self.head.pos + 1;
        if pos != expected {
            return Err(self.bad(expected, "the position is missing"));
        }
        if digest != computed {
            return Err(self.bad(pos, "the row does not fit its digest"));
        }
        let (_, linked) = self.head.push(computed);
        if hash != linked {
            return Err(self.bad(pos, "the hash does not follow from the one before"));
        }
        Ok(())
    }

    fn ends(&self, claimed: Option<&(i64, i64, Vec<u8>)>) -> Result<(), FirstBad> {
        let Some((_, pos, hash)) = claimed else {
            return Err(self.bad(0, "the chain has no head"));
        };
        if self.head.pos != *pos {
            return Err(self.bad(self.head.pos + 1, "the log ends before its head"));
        }
        if self.head.hash != hash.as_slice() {
            return Err(self.bad(*pos, "the head has another hash"));
        }
        Ok(())
    }
}

fn event_of(row: &LogRow) -> Digest {
    digest_of_event(
        [
            &row.case_id,
            &row.kind,
            &row.actor,
            &row.unit,
            &row.cause,
            &row.body,
        ],
        [row.case_seq, row.v, row.at],
    )
}

fn line_of(row: &AuditLine) -> Digest {
    audit_digest(&AuditRow {
        at: row.at,
        actor: row.actor.clone(),
        action: row.action.clone(),
        resource: row.resource.clone(),
        reason: row.reason.clone(),
        detail: row.detail.clone(),
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
