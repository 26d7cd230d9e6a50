//! Open cases by where they are.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{CaseRow, PlaceNameRow};
use crate::value::{Value, row, statements};

statements! {
    pub(crate) PLACES:
    OPEN_WITHIN = "case_row.open_within",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, '' AS state \
         FROM case_row WHERE closed_at IS NULL AND lon >= $1 AND lon <= $2 \
         AND lat >= $3 AND lat <= $4 ORDER BY updated_at DESC, id DESC LIMIT $5";
    OPEN_POINTS = "case_row.open_points",
        "SELECT c.id, c.no, c.lon, c.lat, c.status, c.danger, c.urgency, c.next_due_at \
         FROM case_row c JOIN person p ON p.case_id = c.id \
         WHERE c.closed_at IS NULL AND c.danger >= $1 AND c.lon IS NOT NULL \
         AND c.lat IS NOT NULL AND p.confidential = 0 \
         ORDER BY c.updated_at DESC, c.id DESC LIMIT $2";
    PLACE_NAMES = "place_name.all",
        "SELECT id, kind, name, aliases, district, lon, lat, houses, refused, source, at \
         FROM place_name ORDER BY id";
    SAID_PLACES = "case_row.said_places",
        "SELECT place, district, lon, lat FROM case_row \
         WHERE place <> '' ORDER BY opened_at DESC, id DESC LIMIT $1";
}

row! {
    /// A place as somebody said it.
    SaidPlaceRow {
        /// In words.
        place: String,
        /// District code; may be empty.
        district: String,
        /// Longitude, WGS-84 degrees.
        lon: Option<f64>,
        /// Latitude, WGS-84 degrees.
        lat: Option<f64>,
    }
}

row! {
    /// An open case as a point.
    PointRow {
        /// Case id.
        id: String,
        /// Number shown to people.
        no: String,
        /// Longitude, WGS-84 degrees.
        lon: f64,
        /// Latitude, WGS-84 degrees.
        lat: f64,
        /// Stage.
        status: String,
        /// A danger stands.
        danger: bool,
        /// Urgency.
        urgency: i64,
        /// Nearest open deadline.
        next_due_at: Option<i64>,
    }
}

impl Store {
    /// Open cases whose point lies in `west..=east`, `south..=north`, last changed first, without
    /// their states.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn open_within(
        &self,
        [west, east, south, north]: [f64; 4],
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let values = [west, east, south, north].map(Value::F64);
        let values = values.into_iter().chain([Value::I64(limit)]).collect();
        self.rows(&OPEN_WITHIN, values).await
    }

    /// Open cases that have a point, last changed first; those of confidential callers are not
    /// among them, nor those whose personal data was removed.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn open_points(
        &self,
        danger_only: bool,
        limit: i64,
    ) -> Result<Vec<PointRow>, StoreError> {
        let values = vec![Value::I64(i64::from(danger_only)), Value::I64(limit)];
        self.rows(&OPEN_POINTS, values).await
    }

    /// The site's own names of places, refused proposals among them.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn place_names(&self) -> Result<Vec<PlaceNameRow>, StoreError> {
        self.rows(&PLACE_NAMES, Vec::new()).await
    }

    /// The places of the newest cases, as they were said.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn said_places(&self, limit: i64) -> Result<Vec<SaidPlaceRow>, StoreError> {
        self.rows(&SAID_PLACES, vec![Value::I64(limit)]).await
    }
}
