//! POST /api/bulletins

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{BulletinView, NewBulletin};
use axum::Json;
use axum::extract::State;

/// Begins a bulletin: its figures are counted and put into words, which people then edit.
#[utoipa::path(
    post,
    path = "/api/bulletins",
    operation_id = "begin_bulletin",
    tag = "press",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewBulletin, example = json!({"kind": "weekly", "day": "2026-11-18"})),
    responses(
        (status = 200, body = BulletinView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin_bulletin(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<NewBulletin>,
) -> Result<Json<BulletinView>, Problem> {
    let view = edge.app().begin_bulletin(who.actor(), &body, &key).await?;
    Ok(Json(view))
}
