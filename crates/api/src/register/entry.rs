//! GET /api/registers/{register}/{entry}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Names;
use crate::session::SignedIn;
use app::view::RegisterEntry;
use axum::Json;
use axum::extract::State;

/// An entry whole, with its files and what was done to it.
#[utoipa::path(
    get,
    path = "/api/registers/{register}/{entry}",
    operation_id = "show_entry",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("entry" = String, Path, description = "id of the entry"),
    ),
    responses(
        (status = 200, body = RegisterEntry),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_entry(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
) -> Result<Json<RegisterEntry>, Problem> {
    let Names([register, entry]) = names;
    let entry = edge
        .app()
        .register_entry(who.actor(), &register, &entry)
        .await?;
    Ok(Json(entry))
}
