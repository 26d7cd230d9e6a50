//! GET /api/supervision/measures/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::MeasureView;
use axum::Json;
use axum::extract::State;

/// A measure whole, with its history and what the asker may do with it now.
#[utoipa::path(
    get,
    path = "/api/supervision/measures/{id}",
    operation_id = "measure",
    tag = "supervision",
    params(("id" = String, Path, description = "id of the measure")),
    responses(
        (status = 200, body = MeasureView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn measure(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<MeasureView>, Problem> {
    Ok(Json(edge.app().measure_view(who.actor(), &id).await?))
}
