//! POST /api/supervision/measures

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{MeasureView, NewMeasure};
use axum::Json;
use axum::extract::State;

/// Opens a rung of the ladder by hand; one below it is left out only with a written reason (R82).
#[utoipa::path(
    post,
    path = "/api/supervision/measures",
    operation_id = "open_measure",
    tag = "supervision",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewMeasure, example = json!({"rung": "order", "unit": "water", "cases": ["110-20261122-100042"], "asks": "请在两日内办结并书面说明", "basis": "联动工作办法第十三条", "reason": "多次催问仍未办理", "skipped": "", "answer_within": "2d"})),
    responses(
        (status = 200, body = MeasureView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open_measure(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<NewMeasure>,
) -> Result<Json<MeasureView>, Problem> {
    let done = edge.app().supervise(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
