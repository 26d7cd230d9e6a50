//! POST /api/accounts/{account}/roles

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{ChangedAccount, NewRoles};
use axum::Json;
use axum::extract::State;

/// Gives somebody else's account the roles it is to have from now on.
#[utoipa::path(
    post,
    path = "/api/accounts/{account}/roles",
    operation_id = "grant_roles",
    tag = "office",
    params(
        ("account" = String, Path, description = "id of the account"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewRoles, example = json!({"roles": ["operator"], "reason": "转岗到接警台"})),
    responses(
        (status = 200, body = ChangedAccount),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn grant_roles(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(account): Named,
    Keyed { key, body }: Keyed<NewRoles>,
) -> Result<Json<ChangedAccount>, Problem> {
    let done = edge
        .app()
        .grant_roles(who.actor(), &account, &body, &key)
        .await?;
    Ok(Json(done))
}
