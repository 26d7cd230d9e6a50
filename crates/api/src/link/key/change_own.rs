//! POST /api/link-keys/{link}/own/{key}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Names};
use crate::session::SignedIn;
use app::view::{KeyDone, OwnKeyOrder};
use axum::Json;
use axum::extract::State;

/// Tries a key of this platform, uses it from now on, or withdraws it. To try and to use ask the peer and
/// wait up to 15 s; that it does not accept the key is the answer, and then nothing changed.
#[utoipa::path(
    post,
    path = "/api/link-keys/{link}/own/{key}",
    operation_id = "change_own_link_key",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
        ("key" = String, Path, description = "name of the key"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = OwnKeyOrder, example = json!({"order": "use", "reason": "对端已登记"})),
    responses(
        (status = 200, body = KeyDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_own_key(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
    Keyed { key, body }: Keyed<OwnKeyOrder>,
) -> Result<Json<KeyDone>, Problem> {
    let Names([link, named]) = names;
    let done = edge
        .app()
        .change_own_key(who.actor(), &link, &named, &body, &key)
        .await?;
    Ok(Json(done))
}
