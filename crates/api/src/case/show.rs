//! GET /api/cases/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::CaseView;
use axum::Json;
use axum::extract::State;

/// A case whole, masked as far as the asker's rights demand (law 10).
#[utoipa::path(
    get,
    path = "/api/cases/{id}",
    operation_id = "show_case",
    tag = "case",
    params(("id" = String, Path, description = "id or printed number")),
    responses(
        (status = 200, body = CaseView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
) -> Result<Json<CaseView>, Problem> {
    Ok(Json(edge.app().case(who.actor(), &case).await?))
}
