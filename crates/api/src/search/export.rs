//! POST /api/exports

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::ExportAsk;
use app::view::ExportView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// Begins to write what a question finds into a table, CSV or XLSX, with a line that says who took
/// it, when, how much and by which question. It is masked unless the asker has the right and gives
/// a reason, and each is in the audit. It lives a quarter of an hour, in the process that was asked.
#[utoipa::path(
    post,
    path = "/api/exports",
    operation_id = "begin_export",
    tag = "search",
    request_body(
        content = ExportAsk,
        example = json!({"question": {"q": "噪音"}, "format": "xlsx", "language": "zh"})
    ),
    responses(
        (status = 202, body = ExportView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(ask): Sent<ExportAsk>,
) -> Result<(StatusCode, Json<ExportView>), Problem> {
    let view = edge.app().export_search(who.actor(), ask).await?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}
