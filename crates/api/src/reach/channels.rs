//! GET /api/channels

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ChannelsView;
use axum::Json;
use axum::extract::State;

/// The channels that are set up, and what came of each in the last day.
#[utoipa::path(
    get,
    path = "/api/channels",
    operation_id = "channels",
    tag = "reach",
    responses(
        (status = 200, body = ChannelsView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn channels(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<ChannelsView>, Problem> {
    Ok(Json(edge.app().channels(who.actor()).await?))
}
