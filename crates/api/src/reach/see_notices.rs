//! POST /api/notices

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::NoticesSeen;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeeNotices {}

/// Marks the reader's own notices as seen.
#[utoipa::path(
    post,
    path = "/api/notices",
    operation_id = "see_notices",
    tag = "reach",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = SeeNotices, example = json!({})),
    responses(
        (status = 200, body = NoticesSeen),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn see_notices(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body: _ }: Keyed<SeeNotices>,
) -> Result<Json<NoticesSeen>, Problem> {
    Ok(Json(edge.app().see_notices(who.actor(), &key).await?))
}
