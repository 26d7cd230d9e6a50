//! Reading short messages.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{MessagePieceRow, MessageRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) MESSAGES:
    ONE = "message.one",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE id = $1";
    OF_CASE = "message.of_case",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE case_id = $1 ORDER BY at, inbound DESC, id LIMIT 500";
    OF_CALLER = "message.of_caller",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE caller_key = $1 ORDER BY at DESC, id DESC LIMIT $2";
    DUE = "message.due",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE inbound = $1 AND due_at <= $2 \
         ORDER BY due_at, id LIMIT $3";
    UNANSWERED = "message.unanswered",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE inbound = 1 AND state IN ('waiting', 'late') \
         ORDER BY at, id LIMIT $1";
    BY_GATEWAY = "message.by_gateway",
        "SELECT id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, name, state, \
         due_at, done_at, tries, gateway, outcome FROM message WHERE gateway = $1 AND inbound = 0 \
         ORDER BY at DESC, id DESC LIMIT 1";
    PIECES = "message_piece.of_whole",
        "SELECT id, whole, own, number, reference, total, n, text, at, due_at, taken FROM message_piece \
         WHERE whole = $1 ORDER BY n, id";
    PIECES_DUE = "message_piece.due",
        "SELECT id, whole, own, number, reference, total, n, text, at, due_at, taken FROM message_piece \
         WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

impl Store {
    /// A short message.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn message(&self, id: &str) -> Result<Option<MessageRow>, StoreError> {
        self.one(&ONE, vec![text(id)]).await
    }

    /// The messages of a case, the first first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn messages_of_case(&self, case: &str) -> Result<Vec<MessageRow>, StoreError> {
        self.rows(&OF_CASE, vec![text(case)]).await
    }

    /// The last messages with a number, the latest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn messages_of_caller(
        &self,
        caller_key: &str,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        if caller_key.is_empty() {
            return Ok(Vec::new());
        }
        self.rows(&OF_CALLER, vec![text(caller_key), Value::I64(limit)])
            .await
    }

    /// Messages with which something is due: those that came, or those to be sent.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn messages_due(
        &self,
        inbound: bool,
        now: i64,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let values = vec![
            Value::I64(i64::from(inbound)),
            Value::I64(now),
            Value::I64(limit),
        ];
        self.rows(&DUE, values).await
    }

    /// Messages that came and wait for an answer, the longest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn messages_unanswered(&self, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        self.rows(&UNANSWERED, vec![Value::I64(limit)]).await
    }

    /// The last message that was sent under a gateway's number.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn message_by_gateway(
        &self,
        gateway: &str,
    ) -> Result<Option<MessageRow>, StoreError> {
        if gateway.is_empty() {
            return Ok(None);
        }
        self.one(&BY_GATEWAY, vec![text(gateway)]).await
    }

    /// What has come of a long message.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn message_pieces(&self, whole: &str) -> Result<Vec<MessagePieceRow>, StoreError> {
        self.rows(&PIECES, vec![text(whole)]).await
    }

    /// Pieces whose long message has waited long enough.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn message_pieces_due(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<MessagePieceRow>, StoreError> {
        self.rows(&PIECES_DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }
}
