//! POST /api/notices/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{NoticeDetail, NoticeOrder};
use axum::Json;
use axum::extract::State;

/// Sees a notice, answers for it, sends it again or releases it.
#[utoipa::path(
    post,
    path = "/api/notices/{id}",
    operation_id = "change_notice",
    tag = "reach",
    params(
        ("id" = String, Path, description = "id of the notice"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NoticeOrder, example = json!({"change": "acknowledge"})),
    responses(
        (status = 200, body = NoticeDetail),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_notice(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<NoticeOrder>,
) -> Result<Json<NoticeDetail>, Problem> {
    Ok(Json(
        edge.app()
            .change_notice(who.actor(), &id, &body, &key)
            .await?,
    ))
}
