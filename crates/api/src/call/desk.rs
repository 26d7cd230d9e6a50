//! GET /api/calls/desk

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::CallDeskView;
use axum::Json;
use axum::extract::State;

/// The own seat, the call that rings or talks there, where keys lead, and the call-backs that are open. `on` is false where no
/// trunk is configured: consoles then show nothing of calls. Ask again whenever the live stream says `voice`.
#[utoipa::path(
    get,
    path = "/api/calls/desk",
    operation_id = "call_desk",
    tag = "call",
    responses(
        (status = 200, body = CallDeskView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn call_desk(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<CallDeskView>, Problem> {
    Ok(Json(edge.app().call_desk(who.actor()).await?))
}
