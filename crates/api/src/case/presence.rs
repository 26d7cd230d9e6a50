//! POST /api/cases/{id}/presence

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use app::view::{Doing, PresenceView};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the asker does.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Present {
    /// Looking, writing or leaving.
    doing: Doing,
}

/// Says that one is on a case, and hears who else is, on whatever process. It changes nothing, is
/// in no log and carries no key; who says nothing for 40 seconds has left.
#[utoipa::path(
    post,
    path = "/api/cases/{id}/presence",
    operation_id = "present",
    tag = "case",
    params(("id" = String, Path, description = "id or printed number")),
    request_body(content = Present, example = json!({"doing": "writing"})),
    responses(
        (status = 200, body = PresenceView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn present(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
    Sent(present): Sent<Present>,
) -> Result<Json<PresenceView>, Problem> {
    let others = edge
        .app()
        .present(who.actor(), &case, present.doing)
        .await?;
    Ok(Json(others))
}
