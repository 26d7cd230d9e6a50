//! GET /healthz

/// The process lives.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "health",
    tag = "system",
    responses((status = 200, body = String, content_type = "text/plain", description = "`ok`"))
)]
pub(crate) async fn health() -> &'static str {
    "ok"
}
