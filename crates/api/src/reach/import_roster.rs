//! POST /api/roster/{unit}/import

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{RosterFile, RosterImported};
use axum::Json;
use axum::extract::State;

/// Takes a CSV of shifts, `day,from,to,rank,name,mobile,email`. It is refused whole, with line and reason.
#[utoipa::path(
    post,
    path = "/api/roster/{unit}/import",
    operation_id = "import_roster",
    tag = "reach",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RosterFile, example = json!({"text": "2026-11-23,08:00,20:00,1,方舟,10000000042,"})),
    responses(
        (status = 200, body = RosterImported),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import_roster(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(unit): Named,
    Keyed { key, body }: Keyed<RosterFile>,
) -> Result<Json<RosterImported>, Problem> {
    Ok(Json(
        edge.app()
            .import_roster(who.actor(), &unit, &body, &key)
            .await?,
    ))
}
