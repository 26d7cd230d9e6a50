//! PUT /api/seats/mine

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a console is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"drafts": 1, "away": false}))]
pub(crate) struct SeatWord {
    /// Contacts begun and not sent.
    #[schema(maximum = 1000)]
    drafts: u16,
    /// Nobody has touched the console for a while.
    away: bool,
}

/// Says how the own console is; it holds for as long as a live line is open and is kept nowhere else.
#[utoipa::path(
    put,
    path = "/api/seats/mine",
    operation_id = "say_seat",
    tag = "live",
    request_body = SeatWord,
    responses(
        (status = 204, description = "heard"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn say(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(word): Sent<SeatWord>,
) -> Result<StatusCode, Problem> {
    edge.app()
        .say_seat(who.actor(), i64::from(word.drafts), word.away)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
