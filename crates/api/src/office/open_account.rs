//! POST /api/accounts

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ChangedAccount, NewPerson};
use axum::Json;
use axum::extract::State;

/// Makes an account without roles. The initial password is in this answer and nowhere else; it has
/// to be changed at the first signing in.
#[utoipa::path(
    post,
    path = "/api/accounts",
    operation_id = "open_account",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewPerson, example = json!({"login": "invented.person", "name": "虚构甲", "unit": "desk-110"})),
    responses(
        (status = 200, body = ChangedAccount),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open_account(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<NewPerson>,
) -> Result<Json<ChangedAccount>, Problem> {
    let done = edge.app().open_account(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
