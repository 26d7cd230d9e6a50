//! POST /api/list/versions

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ListVersionOrder, ListVersionView};
use axum::Json;
use axum::extract::State;

/// Publishes the draft from a moment on, withdraws what does not hold yet, or goes back to an earlier
/// version. It holds in every process of the platform at that moment.
#[utoipa::path(
    post,
    path = "/api/list/versions",
    operation_id = "change_list_versions",
    tag = "list",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ListVersionOrder, examples(
        ("publish" = (value = json!({"change": "publish", "revision": 2, "valid_at": null, "reason": "领导小组批准"}))),
        ("restore" = (value = json!({"change": "restore", "number": 1, "reason": "新版归类有误"}))),
        ("withdraw" = (value = json!({"change": "withdraw", "number": 2, "reason": "推迟施行"}))),
    )),
    responses(
        (status = 200, body = ListVersionView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_list_versions(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ListVersionOrder>,
) -> Result<Json<ListVersionView>, Problem> {
    let done = edge
        .app()
        .change_list_versions(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
