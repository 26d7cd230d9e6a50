//! POST /api/scores/publications

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{PublicationHead, PublishOrder};
use axum::Json;
use axum::extract::State;

/// Freezes a period that is over, with the rules and decisions that hold, and publishes it.
#[utoipa::path(
    post,
    path = "/api/scores/publications",
    operation_id = "publish_scores",
    tag = "score",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = PublishOrder, examples(
        ("month" = (value = json!({"scheme": "three_rates", "period": "2026-10", "reason": "十月考核通报"}))),
    )),
    responses(
        (status = 200, body = PublicationHead),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_scores(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<PublishOrder>,
) -> Result<Json<PublicationHead>, Problem> {
    let done = edge.app().publish_scores(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
