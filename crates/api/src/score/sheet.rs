//! GET /api/scores/sheet

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::SheetView;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which sheet.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The scheme.
    #[param(example = "three_rates")]
    scheme: String,
    /// The period: 2026-11, 2026-W48, 2026-Q4, 2026, or 2026-09-01..2026-11-30.
    #[param(example = "2026-11")]
    period: String,
}

/// The units of a period, scored and ranked as they stand now; a publication keeps such a sheet.
/// Numbers are decimals as text.
#[utoipa::path(
    get,
    path = "/api/scores/sheet",
    operation_id = "score_sheet",
    tag = "score",
    params(Of),
    responses(
        (status = 200, body = SheetView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_sheet(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(asked): Asked<Of>,
) -> Result<Json<SheetView>, Problem> {
    let done = edge
        .app()
        .score_sheet(who.actor(), &asked.scheme, &asked.period)
        .await?;
    Ok(Json(done))
}
