//! POST /api/imports/look

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{ImportLook, ImportSample};
use axum::Json;
use axum::extract::State;

/// Columns, first lines and a guess at the mapping, by the beginning of a file. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/imports/look",
    operation_id = "look_at_import",
    tag = "transfer",
    request_body(content = ImportSample, example = json!({"format": "csv", "text": "内容,地点\n路灯不亮,望江路桥头"})),
    responses(
        (status = 200, body = ImportLook),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn look_at_import(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(body): Sent<ImportSample>,
) -> Result<Json<ImportLook>, Problem> {
    Ok(Json(edge.app().look_at_import(who.actor(), body)?))
}
