//! GET /api/cases/{id}/calls

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::CallRecordView;
use axum::Json;
use axum::extract::State;

/// The calls of a case: their records, what happened in them with every candidate of every pick, and their recordings.
#[utoipa::path(
    get,
    path = "/api/cases/{id}/calls",
    operation_id = "calls_of_case",
    tag = "call",
    params(("id" = String, Path, description = "id or printed number")),
    responses(
        (status = 200, body = Vec<CallRecordView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn calls_of_case(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<Vec<CallRecordView>>, Problem> {
    Ok(Json(edge.app().calls_of_case(who.actor(), &id).await?))
}
