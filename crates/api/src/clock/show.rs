//! GET /api/clocks

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ClockOffice;
use axum::Json;
use axum::extract::State;

/// The clock catalogue in force, the grounds on which work may be suspended, what was published
/// and what is shipped.
#[utoipa::path(
    get,
    path = "/api/clocks",
    operation_id = "show_clocks",
    tag = "office",
    responses(
        (status = 200, body = ClockOffice),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn clocks(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<ClockOffice>, Problem> {
    Ok(Json(edge.app().clock_office(who.actor()).await?))
}
