//! GET /api/imports/{id}/refused

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::view::ImportRefusals;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Behind {
    /// Lines behind this one; left out, from the first.
    #[serde(default)]
    after: i64,
}

/// Lines an import refused, each with its reason; their words stay in the file.
#[utoipa::path(
    get,
    path = "/api/imports/{id}/refused",
    operation_id = "import_refusals",
    tag = "transfer",
    params(("id" = String, Path, description = "what the file is known by"), Behind),
    responses(
        (status = 200, body = ImportRefusals),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import_refusals(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Asked(behind): Asked<Behind>,
) -> Result<Json<ImportRefusals>, Problem> {
    let app = edge.app();
    Ok(Json(
        app.import_refusals(who.actor(), &id, behind.after).await?,
    ))
}
