//! GET /api/audit

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::{AuditPage, AuditQuery};
use axum::Json;
use axum::extract::State;

/// The audit rows by person, action, resource and time, the newest first, a page at a time (law 10).
#[utoipa::path(
    get,
    path = "/api/audit",
    operation_id = "list_audit",
    tag = "desk",
    params(AuditQuery),
    responses(
        (status = 200, body = AuditPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    Ok(Json(edge.app().audit(who.actor(), query).await?))
}
