//! GET /api/seats

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::SeatsView;
use axum::Json;
use axum::extract::State;

/// Who is at a seat now, that is: signed in with an open live line on any process of the platform;
/// how loaded each is, and what lies with the units.
#[utoipa::path(
    get,
    path = "/api/seats",
    operation_id = "list_seats",
    tag = "live",
    responses(
        (status = 200, body = SeatsView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn seats(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<SeatsView>, Problem> {
    Ok(Json(edge.app().seats(who.actor()).await?))
}
