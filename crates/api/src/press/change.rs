//! POST /api/bulletins/{bulletin}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{BulletinOrder, BulletinView};
use axum::Json;
use axum::extract::State;

/// Saves, counts anew, approves, publishes, sends or drops a bulletin. Nobody approves what they
/// wrote; what was published never changes.
#[utoipa::path(
    post,
    path = "/api/bulletins/{bulletin}",
    operation_id = "change_bulletin",
    tag = "press",
    params(
        ("bulletin" = String, Path, description = "id of the bulletin"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = BulletinOrder, examples(
        ("save" = (value = json!({"change": "save", "revision": 1, "title": "联动工作周报", "sections": [{"heading": "", "text": "现将有关情况通报如下。"}]}))),
        ("gather" = (value = json!({"change": "gather", "revision": 1}))),
        ("approve" = (value = json!({"change": "approve", "revision": 2}))),
        ("publish" = (value = json!({"change": "publish", "revision": 3}))),
        ("send" = (value = json!({"change": "send", "receivers": ["综合执法局"], "way": "paper"}))),
        ("drop" = (value = json!({"change": "drop", "revision": 1}))),
    )),
    responses(
        (status = 200, body = BulletinView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_bulletin(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<BulletinOrder>,
) -> Result<Json<BulletinView>, Problem> {
    let view = edge
        .app()
        .change_bulletin(who.actor(), &id, &body, &key)
        .await?;
    Ok(Json(view))
}
