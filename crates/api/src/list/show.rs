//! GET /api/list

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ListOffice;
use axum::Json;
use axum::extract::State;

/// The list as it is worked on: its versions, the draft, the last run.
#[utoipa::path(
    get,
    path = "/api/list",
    operation_id = "list_office",
    tag = "list",
    responses(
        (status = 200, body = ListOffice),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_office(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<ListOffice>, Problem> {
    Ok(Json(edge.app().list_office(who.actor()).await?))
}
