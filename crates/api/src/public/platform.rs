//! GET /api/platform

use crate::edge::Edge;
use app::view::PlatformView;
use axum::Json;
use axum::extract::State;

/// Which platform this is: what the sign-in page says before anybody has signed in.
#[utoipa::path(
    get,
    path = "/api/platform",
    operation_id = "platform",
    tag = "public",
    responses((status = 200, body = PlatformView))
)]
pub(crate) async fn platform(State(edge): State<Edge>) -> Json<PlatformView> {
    Json(edge.app().platform_view())
}
