//! POST /api/roster/{unit}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{RosterChanged, RosterOrder};
use axum::Json;
use axum::extract::State;

/// Changes a unit's roster: people, patterns, shifts, swaps, ways.
#[utoipa::path(
    post,
    path = "/api/roster/{unit}",
    operation_id = "change_roster",
    tag = "reach",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RosterOrder, example = json!({"change": "person", "name": "方舟", "role": "contact", "mobile": "10000000042"})),
    responses(
        (status = 200, body = RosterChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_roster(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(unit): Named,
    Keyed { key, body }: Keyed<RosterOrder>,
) -> Result<Json<RosterChanged>, Problem> {
    Ok(Json(
        edge.app()
            .change_roster(who.actor(), &unit, &body, &key)
            .await?,
    ))
}
