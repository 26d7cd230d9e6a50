//! POST /api/session/password

use super::Entering;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use app::view::OwnPassword;
use axum::extract::State;
use axum::http::StatusCode;

/// Changes one's own password; the account's other sessions end. It needs the password so far, so a
/// repeat is refused by itself and carries no key.
#[utoipa::path(
    post,
    path = "/api/session/password",
    operation_id = "change_password",
    tag = "session",
    request_body(
        content = OwnPassword,
        example = json!({"password": "an invented password", "new_password": "another invented one"})
    ),
    responses(
        (status = 204, description = "the new password counts"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn password(
    State(edge): State<Edge>,
    Entering(who): Entering,
    Sent(order): Sent<OwnPassword>,
) -> Result<StatusCode, Problem> {
    edge.app()
        .change_password(who.actor(), &who.token, &order)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
