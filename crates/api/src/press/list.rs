//! GET /api/bulletins

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::BulletinPage;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// The `next` of the page before.
    #[serde(default)]
    after: String,
}

/// Bulletins, the newest first. Units see what was published.
#[utoipa::path(
    get,
    path = "/api/bulletins",
    operation_id = "list_bulletins",
    tag = "press",
    params(From),
    responses(
        (status = 200, body = BulletinPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_bulletins(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(from): Asked<From>,
) -> Result<Json<BulletinPage>, Problem> {
    Ok(Json(edge.app().bulletins(who.actor(), &from.after).await?))
}
