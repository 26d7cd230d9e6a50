//! GET /api/openapi.json

use axum::http::{HeaderName, header};
use std::sync::OnceLock;

/// This document.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "document",
    tag = "system",
    responses((status = 200, body = Object))
)]
pub(crate) async fn document() -> ([(HeaderName, &'static str); 1], &'static str) {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(crate::openapi);
    ([(header::CONTENT_TYPE, "application/json")], text)
}
