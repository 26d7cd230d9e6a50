//! GET /api/notices/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::NoticeDetail;
use axum::Json;
use axum::extract::State;

/// A notice with everybody who was told, every try and its proof.
#[utoipa::path(
    get,
    path = "/api/notices/{id}",
    operation_id = "notice",
    tag = "reach",
    params(("id" = String, Path, description = "id of the notice")),
    responses(
        (status = 200, body = NoticeDetail),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notice(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<NoticeDetail>, Problem> {
    Ok(Json(edge.app().notice(who.actor(), &id).await?))
}
