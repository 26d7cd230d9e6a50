//! GET /api/registers

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::RegisterKinds;
use axum::Json;
use axum::extract::State;

/// The registers with their fields in both languages.
#[utoipa::path(
    get,
    path = "/api/registers",
    operation_id = "list_registers",
    tag = "register",
    responses(
        (status = 200, body = RegisterKinds),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_registers(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<RegisterKinds>, Problem> {
    Ok(Json(edge.app().registers(who.actor()).await?))
}
