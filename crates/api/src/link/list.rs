//! GET /api/links

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::LinkView;
use axum::Json;
use axum::extract::State;

/// How the links to the peers are.
#[utoipa::path(
    get,
    path = "/api/links",
    operation_id = "list_links",
    tag = "link",
    responses(
        (status = 200, body = Vec<LinkView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<LinkView>>, Problem> {
    Ok(Json(edge.app().links(who.actor()).await?))
}
