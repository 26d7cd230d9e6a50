//! GET /api/callers

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::CallerCases;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which caller.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The whole number; parts of one find nothing.
    #[param(example = "10000000042")]
    number: String,
}

/// The cases of the same number: open ones, and those closed within 90 days.
#[utoipa::path(
    get,
    path = "/api/callers",
    operation_id = "list_of_caller",
    tag = "contact",
    params(Which),
    responses(
        (status = 200, body = CallerCases),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn callers(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(which): Asked<Which>,
) -> Result<Json<CallerCases>, Problem> {
    Ok(Json(edge.app().callers(who.actor(), &which.number).await?))
}
