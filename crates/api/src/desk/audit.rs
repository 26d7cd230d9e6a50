//! GET /api/audit

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::AuditView;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// From where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// Rows after this one; all from the first when left out.
    #[serde(default)]
    #[param(example = 0)]
    after: i64,
}

/// The audit rows, oldest first, a page at a time (law 10).
#[utoipa::path(
    get,
    path = "/api/audit",
    operation_id = "list_audit",
    tag = "desk",
    params(From),
    responses(
        (status = 200, body = Vec<AuditView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(from): Asked<From>,
) -> Result<Json<Vec<AuditView>>, Problem> {
    Ok(Json(edge.app().audit(who.actor(), from.after).await?))
}
