//! POST /api/units/{code}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{UnitOrder, UnitView};
use axum::Json;
use axum::extract::State;

/// Sets when a unit of this platform serves and whether it takes new work; it counts at once.
#[utoipa::path(
    post,
    path = "/api/units/{code}",
    operation_id = "change_unit",
    tag = "office",
    params(
        ("code" = String, Path, description = "code of the unit"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = UnitOrder, example = json!({"hours": "08:30-17:30 working days", "disabled": false, "reason": "作息调整"})),
    responses(
        (status = 200, body = UnitView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_unit(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(code): Named,
    Keyed { key, body }: Keyed<UnitOrder>,
) -> Result<Json<UnitView>, Problem> {
    let done = edge
        .app()
        .change_unit(who.actor(), &code, &body, &key)
        .await?;
    Ok(Json(done))
}
