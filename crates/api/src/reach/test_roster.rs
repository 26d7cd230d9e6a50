//! POST /api/duty-tests

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{DutyTestOrder, DutyTestView};
use axum::Json;
use axum::extract::State;

/// Calls the roster on trial: whoever is on duty now is told and has to answer.
#[utoipa::path(
    post,
    path = "/api/duty-tests",
    operation_id = "test_roster",
    tag = "reach",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = DutyTestOrder, example = json!({"minutes": 10})),
    responses(
        (status = 200, body = DutyTestView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test_roster(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<DutyTestOrder>,
) -> Result<Json<DutyTestView>, Problem> {
    Ok(Json(
        edge.app().test_roster(who.actor(), &body, &key).await?,
    ))
}
