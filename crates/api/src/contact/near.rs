//! GET /api/near

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::CallerCases;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which place.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Where {
    /// Place in words.
    #[param(example = "望江路18号")]
    place: String,
    /// District code.
    #[serde(default)]
    #[param(example = "990001")]
    district: String,
}

/// Open cases at the same place, so that a second call about the same matter can be joined.
#[utoipa::path(
    get,
    path = "/api/near",
    operation_id = "list_near",
    tag = "contact",
    params(Where),
    responses(
        (status = 200, body = CallerCases),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn near(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(at): Asked<Where>,
) -> Result<Json<CallerCases>, Problem> {
    let cases = edge
        .app()
        .near(who.actor(), &at.place, &at.district)
        .await?;
    Ok(Json(cases))
}
