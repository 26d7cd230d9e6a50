//! POST /api/imports

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ImportOrder, ImportRunView};
use axum::Json;
use axum::extract::State;

/// Takes each line of a file as a contact, in the background, or refuses the line with its reason.
/// The same file goes on where it was broken off and is taken once; another waits until this ends.
#[utoipa::path(
    post,
    path = "/api/imports",
    operation_id = "begin_import",
    tag = "transfer",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ImportOrder, example = json!({"name": "旧系统.csv", "format": "csv", "mapping": {"narrative": ["内容"], "place": "地点"}, "text": "内容,地点\n路灯不亮,望江路桥头"})),
    responses(
        (status = 200, body = ImportRunView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin_import(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ImportOrder>,
) -> Result<Json<ImportRunView>, Problem> {
    let run = edge.app().begin_import(who.actor(), body, &key).await?;
    Ok(Json(run))
}
