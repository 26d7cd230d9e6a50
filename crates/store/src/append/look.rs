//! The statements with which the appender looks before it writes.

use crate::value::{Value, statements};

statements! {
    pub(crate) LOOKS:
    HEADS = "chain_head.all", "SELECT id, pos, hash FROM chain_head ORDER BY id";
    OUTBOX_HEADS = "outbox_head.all", "SELECT link, next_seq FROM outbox_head ORDER BY link";
    VERSION = "case_row.version", "SELECT id, version FROM case_row WHERE id = $1";
    COMMAND = "command.one", "SELECT id, digest, answer FROM command WHERE id = $1";
    INBOX = "inbox.one", "SELECT result FROM inbox WHERE link = $1 AND seq = $2";
    // Sixteen keys at a time, the last one repeated to fill up: a fixed text for any batch.
    VERSIONS = "case_row.versions",
        "SELECT id, version FROM case_row WHERE id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    COMMANDS = "command.some",
        "SELECT id, digest, answer FROM command WHERE id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    MARK = "writer_mark.one", "SELECT batch FROM writer_mark WHERE token = $1";
    MIGRATIONS = "migrations.all",
        "SELECT CAST(version AS BIGINT), name, checksum FROM refinery_schema_history \
         ORDER BY version";
}

/// Keys in [`VERSIONS`] and [`COMMANDS`].
pub(crate) const KEYS: usize = 16;

/// At most [`KEYS`] keys as parameters of [`VERSIONS`] and its like.
pub(crate) fn fill_keys(keys: &[String]) -> Vec<Value> {
    let last = keys.last().map(String::as_str).unwrap_or_default();
    let padding = std::iter::repeat(last);
    keys.iter()
        .map(String::as_str)
        .chain(padding)
        .take(KEYS)
        .map(|key| Value::Text(key.to_owned()))
        .collect()
}
