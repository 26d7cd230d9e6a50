//! POST /api/list/draft

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ListDraftChanged, ListDraftOrder};
use axum::Json;
use axum::extract::State;

/// Begins the draft, saves it over the revision it was made from, or throws it away. What is wrong
/// with it is told and does not keep it from being saved.
#[utoipa::path(
    post,
    path = "/api/list/draft",
    operation_id = "change_list_draft",
    tag = "list",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ListDraftOrder, examples(
        ("begin" = (value = json!({"change": "begin", "from": null}))),
        ("save" = (value = json!({"change": "save", "revision": 1, "text": "[list]\nname = \"权责清单\"\n"}))),
        ("discard" = (value = json!({"change": "discard", "revision": 2}))),
    )),
    responses(
        (status = 200, body = ListDraftChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_list_draft(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ListDraftOrder>,
) -> Result<Json<ListDraftChanged>, Problem> {
    let done = edge
        .app()
        .change_list_draft(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
