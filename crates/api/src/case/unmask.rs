//! POST /api/cases/{id}/unmask

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use app::view::PersonView;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why the mask is lifted.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// The reason, kept with the reader's name.
    reason: String,
}

/// The caller's data in full. Every answer is a row in the audit (law 10), so a repeat is a
/// second reading and carries no key.
#[utoipa::path(
    post,
    path = "/api/cases/{id}/unmask",
    operation_id = "unmask",
    tag = "case",
    params(("id" = String, Path, description = "id or printed number")),
    request_body(content = Because, example = json!({"reason": "回拨核实地址"})),
    responses(
        (status = 200, body = PersonView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unmask(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
    Sent(because): Sent<Because>,
) -> Result<Json<PersonView>, Problem> {
    let person = edge
        .app()
        .unmask(who.actor(), &case, &because.reason)
        .await?;
    Ok(Json(person))
}
