//! GET /api/notices

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::{NoticePage, NoticeQuery};
use axum::Json;
use axum::extract::State;

/// Notices: the reader's own, those about the reader's unit, or what is to be mended.
#[utoipa::path(
    get,
    path = "/api/notices",
    operation_id = "notices",
    tag = "reach",
    params(NoticeQuery),
    responses(
        (status = 200, body = NoticePage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notices(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(query): Asked<NoticeQuery>,
) -> Result<Json<NoticePage>, Problem> {
    Ok(Json(edge.app().notices(who.actor(), &query).await?))
}
