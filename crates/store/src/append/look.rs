//! The statements with which the appender looks before it writes.

use crate::value::{Value, statements};

statements! {
    pub(crate) LOOKS:
    HEADS = "chain_head.all", "SELECT id, pos, hash FROM chain_head ORDER BY id";
    OUTBOX_HEADS = "outbox_head.all", "SELECT link, next_seq FROM outbox_head ORDER BY link";
    VERSION = "case_row.version", "SELECT id, version FROM case_row WHERE id = $1";
    COMMAND = "command.one", "SELECT id, digest, answer FROM command WHERE id = $1";
    INBOX = "inbox.one", "SELECT result FROM inbox WHERE link = $1 AND seq = $2";
    MARK = "writer_mark.one", "SELECT batch FROM writer_mark WHERE token = $1";
    MIGRATIONS = "migrations.all",
        "SELECT CAST(version AS BIGINT), name, checksum FROM refinery_schema_history \
         ORDER BY version";
}

/// Keys as the parameters of a look-up that takes `width`, the last one repeated to fill up.
pub(crate) fn fill_keys(keys: &[impl AsRef<str>], width: usize) -> Vec<Value> {
    let last = keys.last().map(AsRef::as_ref).unwrap_or_default();
    let padding = std::iter::repeat(last);
    keys.iter()
        .map(AsRef::as_ref)
        .chain(padding)
        .take(width)
        .map(|key| Value::Text(key.to_owned()))
        .collect()
}
