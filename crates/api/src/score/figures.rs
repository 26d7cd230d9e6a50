//! GET /api/scores/figures

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::FiguresView;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The period.
    #[param(example = "2026-11")]
    period: String,
    /// The period it is compared with.
    #[serde(default)]
    #[param(example = "2026-10")]
    before: String,
}

/// All figures of the platform in a period, and the change from another (before and after).
#[utoipa::path(
    get,
    path = "/api/scores/figures",
    operation_id = "score_figures",
    tag = "score",
    params(Of),
    responses(
        (status = 200, body = FiguresView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_figures(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(asked): Asked<Of>,
) -> Result<Json<FiguresView>, Problem> {
    let done = edge
        .app()
        .score_figures(who.actor(), &asked.period, &asked.before)
        .await?;
    Ok(Json(done))
}
