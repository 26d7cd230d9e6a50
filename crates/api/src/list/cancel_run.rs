//! POST /api/list/runs/{run}/cancel

use crate::edge::Edge;
use crate::link::test::Nothing;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::ListRunView;
use axum::Json;
use axum::extract::State;

/// Stops a run; one that has ended stays as it is.
#[utoipa::path(
    post,
    path = "/api/list/runs/{run}/cancel",
    operation_id = "cancel_list_run",
    tag = "list",
    params(
        ("run" = String, Path, description = "id of the run"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, body = ListRunView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel_list_run(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(run): Named,
    Keyed {
        key,
        body: Nothing {},
    }: Keyed<Nothing>,
) -> Result<Json<ListRunView>, Problem> {
    let run = edge.app().cancel_list_run(who.actor(), &run, &key).await?;
    Ok(Json(run))
}
