//! GET /api/places

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::PlaceNames;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// Words in the name or in another name of the place.
    #[serde(default)]
    #[param(example = "船厂")]
    q: String,
}

/// The site's own names of places, and new ones that callers use.
#[utoipa::path(
    get,
    path = "/api/places",
    operation_id = "place_names",
    tag = "office",
    params(Of),
    responses(
        (status = 200, body = PlaceNames),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn names(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(of): Asked<Of>,
) -> Result<Json<PlaceNames>, Problem> {
    Ok(Json(edge.app().place_names(who.actor(), &of.q).await?))
}
