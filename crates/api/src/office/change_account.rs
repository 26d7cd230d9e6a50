//! POST /api/accounts/{account}/changes

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{AccountChange, ChangedAccount};
use axum::Json;
use axum::extract::State;

/// Closes, opens, unlocks, resets or moves somebody else's account. Closing and resetting end its
/// sessions.
#[utoipa::path(
    post,
    path = "/api/accounts/{account}/changes",
    operation_id = "change_account",
    tag = "office",
    params(
        ("account" = String, Path, description = "id of the account"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = AccountChange, example = json!({"change": "close", "reason": "调离本单位"})),
    responses(
        (status = 200, body = ChangedAccount),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_account(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(account): Named,
    Keyed { key, body }: Keyed<AccountChange>,
) -> Result<Json<ChangedAccount>, Problem> {
    let done = edge
        .app()
        .change_account(who.actor(), &account, &body, &key)
        .await?;
    Ok(Json(done))
}
