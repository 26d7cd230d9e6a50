//! GET /api/supervision/daily

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::DailyList;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

/// Which day.
#[derive(Debug, Deserialize)]
pub(crate) struct Day {
    day: Option<String>,
}

/// A day's list of cases handed out many times and still open; what was not ticked last time stands
/// first (R81).
#[utoipa::path(
    get,
    path = "/api/supervision/daily",
    operation_id = "daily_list",
    tag = "supervision",
    params(("day" = Option<String>, Query, description = "a day as `20261128`; today's without", example = "20261128")),
    responses(
        (status = 200, body = DailyList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn daily_list(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(day): Asked<Day>,
) -> Result<Json<DailyList>, Problem> {
    let list = edge
        .app()
        .daily_list(who.actor(), day.day.as_deref())
        .await?;
    Ok(Json(list))
}
