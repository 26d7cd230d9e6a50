//! GET /api/system

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::SystemView;
use axum::Json;
use axum::extract::State;

/// How the platform is doing, for whoever looks after it: store, queue, links, copies and checks,
/// listeners, memory.
#[utoipa::path(
    get,
    path = "/api/system",
    operation_id = "show_system",
    tag = "office",
    responses(
        (status = 200, body = SystemView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn system(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<SystemView>, Problem> {
    let seats = edge.seats().count();
    Ok(Json(edge.app().system(who.actor(), seats).await?))
}
