//! GET /api/cases/{id}/messages

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::MessageView;
use axum::Json;
use axum::extract::State;

/// The short messages of a case, the first first: what came, what was written, and what became of it.
#[utoipa::path(
    get,
    path = "/api/cases/{id}/messages",
    operation_id = "messages_of_case",
    tag = "message",
    params(("id" = String, Path, description = "id or printed number")),
    responses(
        (status = 200, body = Vec<MessageView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn messages_of_case(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<Vec<MessageView>>, Problem> {
    Ok(Json(edge.app().messages_of_case(who.actor(), &id).await?))
}
