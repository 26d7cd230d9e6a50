//! GET /api/calendar

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::CalendarView;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which year.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The year.
    #[param(example = 2027)]
    year: i16,
}

/// The days of a year that differ from the week: holidays, and the weekends worked for them.
#[utoipa::path(
    get,
    path = "/api/calendar",
    operation_id = "show_calendar",
    tag = "office",
    params(Of),
    responses(
        (status = 200, body = CalendarView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn calendar(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(of): Asked<Of>,
) -> Result<Json<CalendarView>, Problem> {
    Ok(Json(edge.app().calendar(who.actor(), of.year).await?))
}
