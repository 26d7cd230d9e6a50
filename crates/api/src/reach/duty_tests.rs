//! GET /api/duty-tests

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::DutyTestView;
use axum::Json;
use axum::extract::State;

/// The last test calls of the roster with their results, the latest first.
#[utoipa::path(
    get,
    path = "/api/duty-tests",
    operation_id = "duty_tests",
    tag = "reach",
    responses(
        (status = 200, body = Vec<DutyTestView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn duty_tests(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<DutyTestView>>, Problem> {
    Ok(Json(edge.app().duty_tests(who.actor()).await?))
}
