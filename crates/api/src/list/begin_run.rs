//! POST /api/list/runs

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ListRunOrder, ListRunView};
use axum::Json;
use axum::extract::State;

/// Tries the draft over past cases, in the background: which would go elsewhere, which have no row,
/// which rows fire together.
#[utoipa::path(
    post,
    path = "/api/list/runs",
    operation_id = "begin_list_run",
    tag = "list",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ListRunOrder, example = json!({"days": 90})),
    responses(
        (status = 200, body = ListRunView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin_list_run(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ListRunOrder>,
) -> Result<Json<ListRunView>, Problem> {
    let run = edge.app().begin_list_run(who.actor(), &body, &key).await?;
    Ok(Json(run))
}
