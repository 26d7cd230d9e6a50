//! GET /api/links/{link}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::LinkDetail;
use axum::Json;
use axum::extract::State;

/// A link whole: how it is, how far it is, and which keys are in use, their public part.
#[utoipa::path(
    get,
    path = "/api/links/{link}",
    operation_id = "show_link",
    tag = "link",
    params(("link" = String, Path, description = "name of the link")),
    responses(
        (status = 200, body = LinkDetail),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
) -> Result<Json<LinkDetail>, Problem> {
    Ok(Json(edge.app().link(who.actor(), &link).await?))
}
