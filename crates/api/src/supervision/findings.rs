//! GET /api/supervision/findings

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::Findings;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

/// Which findings.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    state: Option<String>,
}

/// What detectors found, with each one's rate of false alarms (R34, R38, R83).
#[utoipa::path(
    get,
    path = "/api/supervision/findings",
    operation_id = "findings",
    tag = "supervision",
    params(("state" = Option<String>, Query, description = "`open`, `confirmed` or `dismissed`; open without", example = "open")),
    responses(
        (status = 200, body = Findings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn findings(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(which): Asked<Which>,
) -> Result<Json<Findings>, Problem> {
    let found = edge
        .app()
        .findings(who.actor(), which.state.as_deref())
        .await?;
    Ok(Json(found))
}
