//! POST /api/list/try

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{ListTry, ListTryOrder};
use axum::Json;
use axum::extract::State;

/// What the list in force and the draft say of one sentence. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/list/try",
    operation_id = "try_list",
    tag = "list",
    request_body(content = ListTryOrder, example = json!({"narrative": "楼下工地半夜还在打桩", "place": ""})),
    responses(
        (status = 200, body = ListTry),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn try_list(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(body): Sent<ListTryOrder>,
) -> Result<Json<ListTry>, Problem> {
    Ok(Json(edge.app().try_list(who.actor(), &body).await?))
}
