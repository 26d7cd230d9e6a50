//! POST /api/link-keys/{link}/own

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{KeyDone, KeyReason};
use axum::Json;
use axum::extract::State;

/// Makes a key of this platform for a link. Its private part lies on the server and leaves it never; it
/// signs nothing until it is used.
#[utoipa::path(
    post,
    path = "/api/link-keys/{link}/own",
    operation_id = "make_link_key",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = KeyReason, example = json!({"reason": "例行轮换"})),
    responses(
        (status = 200, body = KeyDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make_key(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Keyed { key, body }: Keyed<KeyReason>,
) -> Result<Json<KeyDone>, Problem> {
    let done = edge.app().make_key(who.actor(), &link, &body, &key).await?;
    Ok(Json(done))
}
