//! GET /api/link-keys

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::LinkKeys;
use axum::Json;
use axum::extract::State;

/// The keys of every link, of both sides: public parts only.
#[utoipa::path(
    get,
    path = "/api/link-keys",
    operation_id = "list_link_keys",
    tag = "link",
    responses(
        (status = 200, body = Vec<LinkKeys>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_keys(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<LinkKeys>>, Problem> {
    Ok(Json(edge.app().link_keys(who.actor()).await?))
}
