//! Reading bulletins, registers, and the figures a bulletin is made of.

use crate::engine::Store;
use crate::error::StoreError;
use crate::read::list::Text;
use crate::row::{BulletinRow, BulletinSentRow, RegisterFileRow, RegisterRow};
use crate::value::{Value, row, statements};

statements! {
    pub(crate) PRESS:
    BULLETIN = "bulletin.one",
        "SELECT id, kind, since, until, title, state, revision, year, number, body, made_at, made_by, \
         changed_at, changed_by, approved_at, approved_by, published_at, published_by, digest, sheet_digest \
         FROM bulletin WHERE id = $1";
    BULLETINS = "bulletin.page",
        "SELECT id, kind, since, until, title, state, revision, year, number, '' AS body, made_at, made_by, \
         changed_at, changed_by, approved_at, approved_by, published_at, published_by, digest, sheet_digest \
         FROM bulletin WHERE state <> 'dropped' AND (made_at < $1 OR (made_at = $1 AND id < $2)) \
         ORDER BY made_at DESC, id DESC LIMIT $3";
    BULLETIN_LAST_NUMBER = "bulletin.last_number",
        "SELECT COALESCE(max(number), 0) FROM bulletin WHERE year = $1";
    BULLETIN_RECEIVERS = "bulletin_sent.of",
        "SELECT id, bulletin, receiver, way, at, sent_by FROM bulletin_sent WHERE bulletin = $1 \
         ORDER BY at, id";
    REGISTER_ENTRY = "register_entry.one",
        "SELECT id, register, title, unit, state, held_at, due_at, version, body, made_at, made_by, \
         changed_at, changed_by, closed_at FROM register_entry WHERE id = $1";
    REGISTER_COUNTS = "register_entry.counts",
        "SELECT register, state, count(*) FROM register_entry GROUP BY register, state \
         ORDER BY register, state";
    REGISTER_FILES = "register_file.of",
        "SELECT id, entry, name, media, size, digest, at, added_by FROM register_file WHERE entry = $1 \
         ORDER BY at, id";
    BY_MATTER = "case_row.by_matter",
        "SELECT matter, matter_name, count(*) FROM case_row WHERE opened_at >= $1 AND opened_at < $2 \
         GROUP BY matter, matter_name ORDER BY count(*) DESC, matter, matter_name";
    BY_LEG = "leg.by_unit",
        "SELECT l.unit, l.state, count(*) FROM case_row c JOIN leg l ON l.case_id = c.id \
         WHERE c.opened_at >= $1 AND c.opened_at < $2 GROUP BY l.unit, l.state ORDER BY l.unit, l.state";
    LEG_CASES = "leg.cases",
        "SELECT count(DISTINCT l.case_id) FROM case_row c JOIN leg l ON l.case_id = c.id \
         WHERE c.opened_at >= $1 AND c.opened_at < $2";
    BY_DEADLINE = "deadline.by_unit",
        "SELECT d.unit, d.state, CAST(CASE WHEN d.state = 'missed' OR EXISTS (SELECT 1 FROM log g \
         WHERE g.case_id = d.case_id AND g.kind = 'deadline_missed' \
         AND g.body LIKE '%\"deadline\":\"' || d.deadline_id || '\"%') THEN 1 ELSE 0 END AS BIGINT), count(*) \
         FROM case_row c JOIN deadline d ON d.case_id = c.id \
         WHERE c.opened_at >= $1 AND c.opened_at < $2 AND d.state IN ('met', 'missed') \
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
}

row! {
    /// Cases of a matter that were received in a span of time.
    MatterCountRow {
        /// Row of the responsibility list; empty for none.
        matter: String,
        /// Its name.
        name: String,
        /// Cases.
        count: i64,
    }
}

row! {
    /// Assignments of a unit in cases received in a span of time.
    LegCountRow {
        /// Unit.
        unit: String,
        /// State of the assignment.
        state: String,
        /// Assignments.
        count: i64,
    }
}

row! {
    /// Limits of a unit that were met or missed, in cases received in a span of time.
    DeadlineCountRow {
        /// Unit.
        unit: String,
        /// `met` or `missed`.
        state: String,
        /// It was missed, whether or not it was met afterwards.
        late: bool,
        /// Limits.
        count: i64,
    }
}

/// Which entries of a register; what is not given is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterFilter {
    /// Which register.
    pub register: String,
    /// About this unit.
    pub unit: Option<String>,
    /// `open` or `closed`.
    pub state: Option<String>,
    /// With these words in the title.
    pub words: Option<String>,
    /// With a limit that has passed before this moment.
    pub overdue_at: Option<i64>,
    /// Behind this key.
    pub after: Option<(i64, String)>,
    /// Rows at most.
    pub limit: i64,
}

fn register_page(filter: &RegisterFilter) -> Text {
    let mut text = Text::default();
    text.add(
        "SELECT id, register, title, unit, state, held_at, due_at, version, body, made_at, made_by, \
         changed_at, changed_by, closed_at FROM register_entry WHERE register = ?",
        [Value::Text(filter.register.clone())],
    );
    text.some(" AND unit = ?", filter.unit.as_ref());
    text.some(" AND state = ?", filter.state.as_ref());
    text.some(
        " AND state = 'open' AND due_at IS NOT NULL AND due_at < ?",
        filter.overdue_at.as_ref(),
    );
    if let Some(words) = &filter.words {
        let literal: String = words
            .chars()
            .flat_map(|c| {
                let escape = matches!(c, '%' | '_' | '\\').then_some('\\');
                escape.into_iter().chain(std::iter::once(c))
            })
            .collect();
        text.add(
            " AND title LIKE ? ESCAPE '\\'",
            [Value::Text(format!("%{literal}%"))],
        );
    }
    if let Some((at, id)) = &filter.after {
        text.add(
            " AND (held_at < ? OR (held_at = ? AND id < ?))",
            [Value::I64(*at), Value::I64(*at), Value::Text(id.clone())],
        );
    }
    text.add(
        " ORDER BY held_at DESC, id DESC LIMIT ?",
        [Value::I64(filter.limit)],
    );
    text
}

impl Store {
    /// A bulletin.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn bulletin(&self, id: &str) -> Result<Option<BulletinRow>, StoreError> {
        self.one(&BULLETIN, vec![Value::Text(id.to_owned())]).await
    }

    /// Bulletins without their bodies, the newest first, behind a moment and an id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn bulletins(
        &self,
        after: &(i64, String),
        limit: i64,
    ) -> Result<Vec<BulletinRow>, StoreError> {
        let (at, id) = after;
        let values = vec![Value::I64(*at), Value::Text(id.clone()), Value::I64(limit)];
        self.rows(&BULLETINS, values).await
    }

    /// The last number given in a year, 0 for none.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn bulletin_number(&self, year: i64) -> Result<i64, StoreError> {
        let found = self
            .one::<(i64,)>(&BULLETIN_LAST_NUMBER, vec![Value::I64(year)])
            .await?;
        Ok(found.map_or(0, |(number,)| number))
    }

    /// Who got a bulletin, in order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn bulletin_sent(&self, bulletin: &str) -> Result<Vec<BulletinSentRow>, StoreError> {
        let values = vec![Value::Text(bulletin.to_owned())];
        self.rows(&BULLETIN_RECEIVERS, values).await
    }

    /// An entry of a register.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn register_entry(&self, id: &str) -> Result<Option<RegisterRow>, StoreError> {
        self.one(&REGISTER_ENTRY, vec![Value::Text(id.to_owned())])
            .await
    }

    /// A page of a register, the latest day first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn register_entries(
        &self,
        filter: &RegisterFilter,
    ) -> Result<Vec<RegisterRow>, StoreError> {
        let text = register_page(filter);
        self.built("register_entry.page", &text.sql, text.values)
            .await
    }

    /// How many entries each register has, by state.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn register_counts(&self) -> Result<Vec<(String, String, i64)>, StoreError> {
        self.rows(&REGISTER_COUNTS, Vec::new()).await
    }

    /// The files of an entry, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn register_files(&self, entry: &str) -> Result<Vec<RegisterFileRow>, StoreError> {
        self.rows(&REGISTER_FILES, vec![Value::Text(entry.to_owned())])
            .await
    }

    /// Cases received in `since..until` by matter, the most first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn cases_by_matter(
        &self,
        since: i64,
        until: i64,
    ) -> Result<Vec<MatterCountRow>, StoreError> {
        let values = vec![Value::I64(since), Value::I64(until)];
        self.rows(&BY_MATTER, values).await
    }

    /// Assignments in cases received in `since..until` by unit and state.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn legs_by_unit(
        &self,
        since: i64,
        until: i64,
    ) -> Result<Vec<LegCountRow>, StoreError> {
        let values = vec![Value::I64(since), Value::I64(until)];
        self.rows(&BY_LEG, values).await
    }

    /// Cases received in `since..until` that were assigned to at least one unit.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn assigned_cases(&self, since: i64, until: i64) -> Result<i64, StoreError> {
        let values = vec![Value::I64(since), Value::I64(until)];
        let found = self.one::<(i64,)>(&LEG_CASES, values).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// Limits that were met or missed in cases received in `since..until`, by unit; one met late
    /// was missed before, as the log says.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deadlines_by_unit(
        &self,
        since: i64,
        until: i64,
    ) -> Result<Vec<DeadlineCountRow>, StoreError> {
        let values = vec![Value::I64(since), Value::I64(until)];
        self.rows(&BY_DEADLINE, values).await
    }
}
