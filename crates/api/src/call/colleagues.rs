//! GET /api/calls/colleagues

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::CallColleagueView;
use axum::Json;
use axum::extract::State;

/// The seats that are signed on with a phone, besides the own one, those that are free first: whom a call can be brought to.
#[utoipa::path(
    get,
    path = "/api/calls/colleagues",
    operation_id = "call_colleagues",
    tag = "call",
    responses(
        (status = 200, body = Vec<CallColleagueView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn call_colleagues(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<CallColleagueView>>, Problem> {
    Ok(Json(edge.app().call_colleagues(who.actor()).await?))
}
