//! Why a map is not taken.

/// Why a map was refused.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It is no GeoJSON.
    #[error("it is no GeoJSON feature collection")]
    Unreadable(#[from] serde_json::Error),
    /// It has no point to show.
    #[error("it has no feature with coordinates")]
    Empty,
    /// Its names cannot be searched for together.
    #[error("its names cannot be compiled: {0}")]
    Names(String),
}
