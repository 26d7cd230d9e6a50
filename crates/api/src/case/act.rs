//! POST /api/cases/{id}/commands

use super::Order;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Brief, Keyed, Named};
use crate::session::SignedIn;
use app::view::CaseView;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

/// Asks something of a case: one of the commands, with the version it was decided on. The answer
/// is the case after it; a repeat with the same key gives the case again and changes nothing
/// (law 3).
#[utoipa::path(
    post,
    path = "/api/cases/{id}/commands",
    operation_id = "act",
    tag = "case",
    params(
        ("id" = String, Path, description = "id or printed number"),
        ("Prefer" = Option<String>, Header, description = "`return=minimal`: the answer is id, number and version alone"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = Order),
    responses(
        (status = 200, body = CaseView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn act(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
    Brief(brief): Brief,
    Keyed { key, body }: Keyed<serde_json::Value>,
) -> Result<Response, Problem> {
    let (command, version) = Order::split(body)?;
    let app = edge.app();
    if brief {
        let done = app
            .act_briefly(who.actor(), &case, command, version, &key)
            .await?;
        return Ok(Json(done).into_response());
    }
    let view = app.act(who.actor(), &case, command, version, &key).await?;
    Ok(Json(view).into_response())
}
