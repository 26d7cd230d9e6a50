//! POST /api/links/{link}/resend

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::Resent;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which dead letter.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    /// Its number on the link; all of them without.
    #[serde(default)]
    seq: Option<i64>,
}

/// Sends a dead letter again, or all of them.
#[utoipa::path(
    post,
    path = "/api/links/{link}/resend",
    operation_id = "resend_dead_letters",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = Letter, example = json!({})),
    responses(
        (status = 200, body = Resent),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resend(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Keyed { key, body }: Keyed<Letter>,
) -> Result<Json<Resent>, Problem> {
    let done = edge
        .app()
        .resend(who.actor(), &link, body.seq, &key)
        .await?;
    Ok(Json(done))
}
