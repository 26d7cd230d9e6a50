//! POST /api/imports/{id}/stop

use crate::edge::Edge;
use crate::link::test::Nothing;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::ImportRunView;
use axum::Json;
use axum::extract::State;

/// Stops an import behind the lines under way; what was taken stays, and the same file goes on
/// behind it. One that has ended stays as it is.
#[utoipa::path(
    post,
    path = "/api/imports/{id}/stop",
    operation_id = "stop_import",
    tag = "transfer",
    params(
        ("id" = String, Path, description = "what the file is known by"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, body = ImportRunView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stop_import(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed {
        key,
        body: Nothing {},
    }: Keyed<Nothing>,
) -> Result<Json<ImportRunView>, Problem> {
    let run = edge.app().stop_import(who.actor(), &id, &key).await?;
    Ok(Json(run))
}
