//! The list of cases, in pages by key.
//!
//! The one place where a statement is put together: from constant fragments, with every value
//! bound. Fragments mark a value with `?`; [`Text::add`] numbers them.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::CaseRow;
use crate::value::{Field, Value};

/// How far back words are searched when nothing else bounds the search: 90 days, milliseconds.
const TEXT_REACH: i64 = 90 * 86_400_000;

/// Whose cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everybody's.
    #[default]
    All,
    /// Those in which a unit has a leg or is accountable.
    Unit(String),
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Last changed first.
    #[default]
    Updated,
    /// Nearest limit first; only open cases that have one.
    Due,
    /// Last opened first.
    Opened,
    /// First opened first: what has waited longest.
    Oldest,
}

/// Which cases. All conditions given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Whose.
    pub scope: Scope,
    /// In one of these stages; empty = any.
    pub status: Vec<String>,
    /// Open and with this waiting for the desk lead.
    pub task: Option<String>,
    /// Open and with anything waiting for the desk lead.
    pub any_task: bool,
    /// Not closed.
    pub open_only: bool,
    /// Of this desk.
    pub desk: Option<String>,
    /// Of this matter.
    pub matter: Option<String>,
    /// For which this unit is accountable.
    pub unit: Option<String>,
    /// At least this urgent.
    pub urgency_min: Option<i64>,
    /// With or without danger (law 5).
    pub danger: Option<bool>,
    /// From this caller (blind index).
    pub caller_key: Option<String>,
    /// At this place (normalised).
    pub place_key: Option<String>,
    /// Opened at or after.
    pub opened_from: Option<i64>,
    /// Opened before.
    pub opened_to: Option<i64>,
    /// Open and overdue at this time.
    pub overdue_at: Option<i64>,
    /// Open and due before this time.
    pub due_before: Option<i64>,
    /// Words in the summary, the number or the place; taken literally, large and small alike.
    /// Without `open_only` and `opened_from` only cases are searched that were opened in the 90
    /// days before the newest one: every word of the past would be read otherwise.
    pub text: Option<String>,
    /// The asker may not see places, so words are not looked for in them (law 10).
    pub place_hidden: bool,
    /// Order.
    pub order: Order,
}

/// A page: what comes after a key, at most so many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Key of the last case of the page before, as [`Order::key`] gives it.
    pub after: Option<(i64, String)>,
    /// Rows at most.
    pub limit: i64,
}

impl CaseFilter {
    /// Whether only open cases can be meant: a closed one has no limit and waits for nobody.
    fn open(&self) -> bool {
        let by_limit = self.overdue_at.is_some() || self.due_before.is_some();
        let by_task = self.any_task || self.task.as_ref().is_some_and(|task| !task.is_empty());
        self.open_only || by_limit || by_task || self.order == Order::Due
    }
}

impl Order {
    /// The key after which the next page begins.
    #[must_use]
    pub fn key(self, row: &CaseRow) -> (i64, String) {
        let place = match self {
            Self::Updated => row.updated_at,
            Self::Due => row.next_due_at.unwrap_or(i64::MAX),
            Self::Opened | Self::Oldest => row.opened_at,
        };
        (place, row.id.clone())
    }

    fn tail(self) -> &'static str {
        match self {
            Self::Updated => " ORDER BY c.updated_at DESC, c.id DESC LIMIT ?",
            Self::Due => " ORDER BY c.next_due_at, c.id LIMIT ?",
            Self::Opened => " ORDER BY c.opened_at DESC, c.id DESC LIMIT ?",
            Self::Oldest => " ORDER BY c.opened_at, c.id LIMIT ?",
        }
    }

    /// The same order where the rows have been found in another way and are few: `+ 0` keeps the
    /// planner from walking the whole table in this order to save itself sorting them.
    fn sorted(self) -> &'static str {
        match self {
            Self::Updated => " ORDER BY c.updated_at + 0 DESC, c.id DESC LIMIT ?",
            Self::Due => " ORDER BY c.next_due_at + 0, c.id LIMIT ?",
            Self::Opened => " ORDER BY c.opened_at + 0 DESC, c.id DESC LIMIT ?",
            Self::Oldest => " ORDER BY c.opened_at + 0, c.id LIMIT ?",
        }
    }

    fn sorted_after(self) -> &'static str {
        match self {
            Self::Updated => " AND (c.updated_at + 0, c.id) < (?, ?)",
            Self::Due => " AND (c.next_due_at + 0, c.id) > (?, ?)",
            Self::Opened => " AND (c.opened_at + 0, c.id) < (?, ?)",
            Self::Oldest => " AND (c.opened_at + 0, c.id) > (?, ?)",
        }
    }

    fn after(self) -> &'static str {
        match self {
            Self::Updated => " AND (c.updated_at, c.id) < (?, ?)",
            Self::Due => " AND (c.next_due_at, c.id) > (?, ?)",
            Self::Opened => " AND (c.opened_at, c.id) < (?, ?)",
            Self::Oldest => " AND (c.opened_at, c.id) > (?, ?)",
        }
    }
}

const COLUMNS: &str = "SELECT c.id, c.no, c.version, c.status, c.first_receiver, c.accountable_side, \
         c.accountable_unit, c.desk, c.matter, c.matter_first, c.urgency, c.danger, \
         c.unowned, c.task, c.channel, c.outcome, c.district, c.place, c.summary, \
         c.caller_key, c.place_key, c.twin_link, c.twin_case, c.parent_case, \
         c.opened_at, c.updated_at, c.closed_at, c.next_due_at, c.next_due_kind, \
         c.lon, c.lat, c.archived, c.matter_name, c.held_since, c.twin_no, '' AS state \
         FROM case_row c WHERE ";

/// A statement being put together.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Text {
    /// Appends a constant fragment; each `?` in it becomes the next parameter.
    pub(super) fn add(&mut self, fragment: &'static str, values: impl IntoIterator<Item = Value>) {
        let mut number = self.values.len();
        for letter in fragment.chars() {
            if letter == '?' {
                number += 1;
                self.sql.push('$');
                self.sql.push_str(&number.to_string());
            } else {
                self.sql.push(letter);
            }
        }
        self.values.extend(values);
    }

    pub(super) fn some<T: Field + Clone>(&mut self, fragment: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.add(fragment, [value.clone().into_value()]);
        }
    }

    fn conditions(&mut self, filter: &CaseFilter) {
        if filter.open() {
            self.add(" AND c.closed_at IS NULL", []);
        }
        for (place, status) in filter.status.iter().enumerate() {
            let fragment = if place == 0 {
                " AND c.status IN (?"
            } else {
                ", ?"
            };
            self.add(fragment, [Value::Text(status.clone())]);
        }
        if !filter.status.is_empty() {
            self.add(")", []);
        }
        if let Some(task) = &filter.task {
            self.add(" AND c.task = ?", [Value::Text(task.clone())]);
            if !task.is_empty() {
                // Lets the index of waiting cases be used.
                self.add(" AND c.task <> ''", []);
            }
        }
        if filter.any_task {
            self.add(" AND c.task <> ''", []);
        }
        self.some(" AND c.desk = ?", filter.desk.as_ref());
        self.some(" AND c.matter = ?", filter.matter.as_ref());
        self.some(" AND c.accountable_unit = ?", filter.unit.as_ref());
        self.some(" AND c.urgency >= ?", filter.urgency_min.as_ref());
        self.some(" AND c.danger = ?", filter.danger.as_ref());
        self.some(
            " AND c.caller_key <> '' AND c.caller_key = ?",
            filter.caller_key.as_ref(),
        );
        self.some(
            " AND c.place_key <> '' AND c.place_key = ?",
            filter.place_key.as_ref(),
        );
        self.opened_from(filter);
        self.some(" AND c.opened_at < ?", filter.opened_to.as_ref());
        self.some(" AND c.next_due_at < ?", filter.overdue_at.as_ref());
        self.some(" AND c.next_due_at < ?", filter.due_before.as_ref());
        if let Some(words) = &filter.text {
            let pattern = Value::Text(pattern(words));
            if filter.place_hidden {
                self.add(
                    " AND (lower(c.summary) LIKE ? ESCAPE '\\' OR lower(c.no) LIKE ? ESCAPE '\\')",
                    [pattern.clone(), pattern],
                );
            } else {
                self.add(
                    " AND (lower(c.summary) LIKE ? ESCAPE '\\' OR lower(c.no) LIKE ? ESCAPE '\\' \
                     OR lower(c.place) LIKE ? ESCAPE '\\')",
                    [pattern.clone(), pattern.clone(), pattern],
                );
            }
        }
        if filter.order == Order::Due {
            self.add(" AND c.next_due_at IS NOT NULL", []);
        }
    }

    /// A case is never changed before it is opened, so the bound holds for the change too; that
    /// ends the walk when the list is in the order of changes.
    fn opened_from(&mut self, filter: &CaseFilter) {
        if let Some(from) = filter.opened_from {
            self.add(" AND c.opened_at >= ?", [Value::I64(from)]);
            if filter.order == Order::Updated {
                self.add(" AND c.updated_at >= ?", [Value::I64(from)]);
            }
        } else if filter.text.is_some() && !filter.open() {
            self.add(
                " AND c.opened_at >= (SELECT max(n.opened_at) FROM case_row n) - ?",
                [Value::I64(TEXT_REACH)],
            );
            if filter.order == Order::Updated {
                self.add(
                    " AND c.updated_at >= (SELECT max(n.opened_at) FROM case_row n) - ?",
                    [Value::I64(TEXT_REACH)],
                );
            }
        }
    }
}

/// The words as a pattern that matches them literally.
pub(super) fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    // Only ASCII is folded: that is all SQLite's lower() does.
    for letter in words.chars().map(|letter| letter.to_ascii_lowercase()) {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn build(filter: &CaseFilter, page: &Page) -> Text {
    let key = page
        .after
        .as_ref()
        .map(|(place, id)| [Value::I64(*place), Value::Text(id.clone())]);
    let limit = [Value::I64(page.limit)];
    let mut text = Text::default();
    text.add(COLUMNS, []);
    match &filter.scope {
        // Two index ranges, each ended at the page's size: the unit's own cases and its legs.
        Scope::Unit(unit) if filter.order == Order::Updated => {
            text.add(
                "c.id IN (SELECT id FROM (SELECT c.id FROM case_row c WHERE c.accountable_unit = ?",
                [Value::Text(unit.clone())],
            );
            text.conditions(filter);
            if let Some(key) = key.clone() {
                text.add(filter.order.after(), key);
            }
            text.add(filter.order.tail(), limit.clone());
            text.add(
                ") AS own UNION SELECT id FROM (SELECT DISTINCT l.case_id AS id, l.touched_at \
                 FROM leg l CROSS JOIN case_row c WHERE c.id = l.case_id AND l.unit = ?",
                [Value::Text(unit.clone())],
            );
            if filter.open() {
                text.add(" AND l.case_open = 1", []);
            }
            text.conditions(filter);
            if let Some(key) = key {
                text.add(" AND (l.touched_at, l.case_id) < (?, ?)", key);
            }
            text.add(
                " ORDER BY l.touched_at DESC, l.case_id DESC LIMIT ?) AS legs)",
                limit.clone(),
            );
        }
        Scope::Unit(unit) => {
            let unit = Value::Text(unit.clone());
            text.add(
                "c.id IN (SELECT u.id FROM case_row u WHERE u.accountable_unit = ?",
                [unit.clone()],
            );
            if filter.open() {
                text.add(" AND u.closed_at IS NULL", []);
            }
            text.add(
                " UNION SELECT l.case_id FROM leg l WHERE l.unit = ?",
                [unit],
            );
            if filter.open() {
                text.add(" AND l.case_open = 1", []);
            }
            text.add(")", []);
            text.conditions(filter);
            if let Some(key) = key {
                text.add(filter.order.sorted_after(), key);
            }
            text.add(filter.order.sorted(), limit);
            return text;
        }
        // Among the open cases, not among all that were opened since.
        Scope::All if filter.open() && matches!(filter.order, Order::Opened | Order::Oldest) => {
            text.add("c.id IN (SELECT c.id FROM case_row c WHERE 1 = 1", []);
            text.conditions(filter);
            if let Some(key) = key {
                text.add(filter.order.sorted_after(), key);
            }
            text.add(filter.order.sorted(), limit.clone());
            text.add(")", []);
            text.add(filter.order.sorted(), limit);
            return text;
        }
        Scope::All => {
            text.add("1 = 1", []);
            text.conditions(filter);
            if let Some(key) = key {
                text.add(filter.order.after(), key);
            }
        }
    }
    text.add(filter.order.tail(), limit);
    text
}

impl Store {
    /// Cases without their states, one page in the filter's order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list(&self, filter: &CaseFilter, page: &Page) -> Result<Vec<CaseRow>, StoreError> {
        let text = build(filter, page);
        self.built("case_row.list", &text.sql, text.values).await
    }
}
