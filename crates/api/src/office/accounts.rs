//! GET /api/accounts

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::{AccountPage, AccountQuery};
use axum::Json;
use axum::extract::State;

/// The accounts by login, for the system and the security administrator.
#[utoipa::path(
    get,
    path = "/api/accounts",
    operation_id = "list_accounts",
    tag = "office",
    params(AccountQuery),
    responses(
        (status = 200, body = AccountPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn accounts(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(query): Asked<AccountQuery>,
) -> Result<Json<AccountPage>, Problem> {
    Ok(Json(edge.app().accounts_page(who.actor(), &query).await?))
}
