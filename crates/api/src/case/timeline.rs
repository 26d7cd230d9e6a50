//! GET /api/cases/{id}/timeline

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::view::Timeline;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// From where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// Entries after this place; all from the first when left out.
    #[serde(default)]
    #[param(example = 0)]
    after: i64,
}

/// What happened to a case on both platforms, as one line of time.
#[utoipa::path(
    get,
    path = "/api/cases/{id}/timeline",
    operation_id = "show_timeline",
    tag = "case",
    params(("id" = String, Path, description = "id or printed number"), From),
    responses(
        (status = 200, body = Timeline),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn timeline(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
    Asked(from): Asked<From>,
) -> Result<Json<Timeline>, Problem> {
    let timeline = edge.app().timeline(who.actor(), &case, from.after).await?;
    Ok(Json(timeline))
}
