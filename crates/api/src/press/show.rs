//! GET /api/bulletins/{bulletin}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::BulletinView;
use axum::Json;
use axum::extract::State;

/// A bulletin whole, and what the reader may do with it now.
#[utoipa::path(
    get,
    path = "/api/bulletins/{bulletin}",
    operation_id = "show_bulletin",
    tag = "press",
    params(("bulletin" = String, Path, description = "id of the bulletin")),
    responses(
        (status = 200, body = BulletinView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_bulletin(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<BulletinView>, Problem> {
    Ok(Json(edge.app().bulletin(who.actor(), &id).await?))
}
