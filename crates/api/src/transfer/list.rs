//! GET /api/imports

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ImportRunView;
use axum::Json;
use axum::extract::State;

/// The imports that moved last and how far they are, those of the command line among them.
#[utoipa::path(
    get,
    path = "/api/imports",
    operation_id = "list_imports",
    tag = "transfer",
    responses(
        (status = 200, body = [ImportRunView]),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_imports(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<ImportRunView>>, Problem> {
    Ok(Json(edge.app().imports(who.actor()).await?))
}
