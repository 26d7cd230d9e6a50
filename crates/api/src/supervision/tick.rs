//! POST /api/supervision/daily/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{TickDone, TickOrder};
use axum::Json;
use axum::extract::State;

/// Ticks a line of today's list with a sentence about what was found (R81).
#[utoipa::path(
    post,
    path = "/api/supervision/daily/{id}",
    operation_id = "tick_daily",
    tag = "supervision",
    params(
        ("id" = String, Path, description = "id of the case"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = TickOrder, example = json!({"sentence": "已电话核实，单位承诺明日办结"})),
    responses(
        (status = 200, body = TickDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tick_daily(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<TickOrder>,
) -> Result<Json<TickDone>, Problem> {
    let done = edge
        .app()
        .tick(who.actor(), &id, &body.sentence, &key)
        .await?;
    Ok(Json(done))
}
