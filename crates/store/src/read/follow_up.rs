//! Reading the follow-up's rows.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{
    FollowUpClaimRow, FollowUpResultRow, FollowUpRow, FollowUpRulesRow, InspectionRow,
    RatingLinkRow,
};
use crate::value::{Columns, FromRow, Value, statements};

statements! {
    pub(crate) FOLLOW_UPS:
    TO_CALL = "follow_up.to_call",
        "SELECT case_id, no, matter, matter_name, channel, unit, closed_at, way, rule, reason, state, kind, tries, \
         from_at, booked, due_at, link_at, asked, flagged, not_by, updated_at FROM follow_up \
         WHERE state = 'call' ORDER BY from_at, case_id LIMIT $1";
    FLAGGED = "follow_up.flagged",
        "SELECT case_id, no, matter, matter_name, channel, unit, closed_at, way, rule, reason, state, kind, tries, \
         from_at, booked, due_at, link_at, asked, flagged, not_by, updated_at FROM follow_up \
         WHERE flagged = 1 ORDER BY updated_at, case_id LIMIT $1";
    LINKS_DUE = "follow_up.links_due",
        "SELECT case_id, no, matter, matter_name, channel, unit, closed_at, way, rule, reason, state, kind, tries, \
         from_at, booked, due_at, link_at, asked, flagged, not_by, updated_at FROM follow_up \
         WHERE link_at IS NOT NULL AND link_at <= $1 ORDER BY link_at, case_id LIMIT $2";
    ONE = "follow_up.one",
        "SELECT case_id, no, matter, matter_name, channel, unit, closed_at, way, rule, reason, state, kind, tries, \
         from_at, booked, due_at, link_at, asked, flagged, not_by, updated_at FROM follow_up WHERE case_id = $1";
    CLAIMS = "follow_up_claim.live",
        "SELECT case_id, account_id, until FROM follow_up_claim WHERE until > $1 ORDER BY case_id";
    CLAIM = "follow_up_claim.one",
        "SELECT case_id, account_id, until FROM follow_up_claim WHERE case_id = $1";
    STANDS = "follow_up.stands",
        "SELECT way, state, reason, asked, count(*) FROM follow_up WHERE closed_at >= $1 \
         GROUP BY way, state, reason, asked ORDER BY way, state, reason, asked";
    RESULTS = "follow_up_result.sums",
        "SELECT way, kind, reached, solved, desk_mark, unit_mark, counted, count(*) FROM follow_up_result \
         WHERE at >= $1 GROUP BY way, kind, reached, solved, desk_mark, unit_mark, counted \
         ORDER BY way, kind, reached, solved, desk_mark, unit_mark, counted";
    RESULTS_OF = "follow_up_result.of_case",
        "SELECT case_id, seq, at, way, kind, account_id, unit, reached, solved, desk_mark, unit_mark, cause, counted \
         FROM follow_up_result WHERE case_id = $1 ORDER BY seq";
    RULES = "follow_up_rules.at",
        "SELECT version, label, text, valid_at, made_at, made_by, reason FROM follow_up_rules \
         WHERE valid_at <= $1 ORDER BY version DESC LIMIT 1";
    RULES_ALL = "follow_up_rules.all",
        "SELECT version, label, '' AS text, valid_at, made_at, made_by, reason FROM follow_up_rules ORDER BY version";
    RATING_LINK = "rating_link.one",
        "SELECT digest, case_id, made_at, until, used_at FROM rating_link WHERE digest = $1";
    SEEN = "rating_seen.others",
        "SELECT count(DISTINCT case_id) FROM rating_seen WHERE device = $1 AND at >= $2 AND case_id <> $3";
    INSPECTIONS = "inspection.all",
        "SELECT id, kind, way, unit, subject, planned_at, state, result, finding, case_no, made_at, made_by, done_at, \
         done_by FROM inspection ORDER BY planned_at DESC, id LIMIT $1";
    INSPECTION = "inspection.one",
        "SELECT id, kind, way, unit, subject, planned_at, state, result, finding, case_no, made_at, made_by, done_at, \
         done_by FROM inspection WHERE id = $1";
}

/// How many closed cases stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpCount {
    /// `call`, `link` or `none`.
    pub way: String,
    /// State of the row.
    pub state: String,
    /// Why nobody asks.
    pub reason: String,
    /// Whether the caller was asked.
    pub asked: bool,
    /// How many.
    pub count: i64,
}

impl FromRow for FollowUpCount {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            way: columns.take()?,
            state: columns.take()?,
            reason: columns.take()?,
            asked: columns.take()?,
            count: columns.take()?,
        })
    }
}

/// How many results are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpSum {
    /// `call` or `rating`.
    pub way: String,
    /// Which call.
    pub kind: String,
    /// Reached.
    pub reached: bool,
    /// Solved, as the caller says.
    pub solved: String,
    /// Mark of the desk, 0 for none.
    pub desk_mark: i64,
    /// Mark of the unit, 0 for none.
    pub unit_mark: i64,
    /// Whether they count.
    pub counted: bool,
    /// How many.
    pub count: i64,
}

impl FromRow for FollowUpSum {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            way: columns.take()?,
            kind: columns.take()?,
            reached: columns.take()?,
            solved: columns.take()?,
            desk_mark: columns.take()?,
            unit_mark: columns.take()?,
            counted: columns.take()?,
            count: columns.take()?,
        })
    }
}

fn text(value: &str) -> Vec<Value> {
    vec![Value::Text(value.to_owned())]
}

impl Store {
    /// Cases to be called, the longest waiting first; who has them is in [`Store::follow_up_claims`].
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_ups_to_call(&self, limit: i64) -> Result<Vec<FollowUpRow>, StoreError> {
        self.rows(&TO_CALL, vec![Value::I64(limit)]).await
    }

    /// Cases whose rating is doubtful.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_ups_flagged(&self, limit: i64) -> Result<Vec<FollowUpRow>, StoreError> {
        self.rows(&FLAGGED, vec![Value::I64(limit)]).await
    }

    /// Cases whose link is to go out by now.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn rating_links_due(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<FollowUpRow>, StoreError> {
        let values = vec![Value::I64(now), Value::I64(limit)];
        self.rows(&LINKS_DUE, values).await
    }

    /// Where the asking about a case stands.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up(&self, case_id: &str) -> Result<Option<FollowUpRow>, StoreError> {
        self.one(&ONE, text(case_id)).await
    }

    /// The claims that have not lapsed.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_claims(&self, now: i64) -> Result<Vec<FollowUpClaimRow>, StoreError> {
        self.rows(&CLAIMS, vec![Value::I64(now)]).await
    }

    /// The claim on a case, lapsed or not.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_claim(
        &self,
        case_id: &str,
    ) -> Result<Option<FollowUpClaimRow>, StoreError> {
        self.one(&CLAIM, text(case_id)).await
    }

    /// How the asking stands in all cases closed since.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_counts(&self, since: i64) -> Result<Vec<FollowUpCount>, StoreError> {
        self.rows(&STANDS, vec![Value::I64(since)]).await
    }

    /// What was said since.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_sums(&self, since: i64) -> Result<Vec<FollowUpSum>, StoreError> {
        self.rows(&RESULTS, vec![Value::I64(since)]).await
    }

    /// What was said about a case, in order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_results(
        &self,
        case_id: &str,
    ) -> Result<Vec<FollowUpResultRow>, StoreError> {
        self.rows(&RESULTS_OF, text(case_id)).await
    }

    /// The sampling rules that hold at a moment, whole; none before any were made.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_rules(&self, now: i64) -> Result<Option<FollowUpRulesRow>, StoreError> {
        self.one(&RULES, vec![Value::I64(now)]).await
    }

    /// All versions of the sampling rules, without their texts.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn follow_up_rules_all(&self) -> Result<Vec<FollowUpRulesRow>, StoreError> {
        self.rows(&RULES_ALL, Vec::new()).await
    }

    /// A link by the digest of its token.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn rating_link(&self, digest: &str) -> Result<Option<RatingLinkRow>, StoreError> {
        self.one(&RATING_LINK, text(digest)).await
    }

    /// How many other cases a device has rated since.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn rated_from(
        &self,
        device: &str,
        since: i64,
        case_id: &str,
    ) -> Result<i64, StoreError> {
        let values = vec![
            Value::Text(device.to_owned()),
            Value::I64(since),
            Value::Text(case_id.to_owned()),
        ];
        let found = self.one::<(i64,)>(&SEEN, values).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// Inspections, the latest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inspections(&self, limit: i64) -> Result<Vec<InspectionRow>, StoreError> {
        self.rows(&INSPECTIONS, vec![Value::I64(limit)]).await
    }

    /// An inspection by its id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inspection(&self, id: &str) -> Result<Option<InspectionRow>, StoreError> {
        self.one(&INSPECTION, text(id)).await
    }
}
