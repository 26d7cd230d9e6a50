//! POST /api/supervision/measures/{id}/steps

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{MeasureStepOrder, MeasureView};
use axum::Json;
use axum::extract::State;

/// Takes a step of a measure: the addressee answers or finishes a task, the supervisor holds the
/// meeting, takes or sends back the answer, closes it or takes it back.
#[utoipa::path(
    post,
    path = "/api/supervision/measures/{id}/steps",
    operation_id = "measure_step",
    tag = "supervision",
    params(
        ("id" = String, Path, description = "id of the measure"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = MeasureStepOrder, example = json!({"step": "answer", "text": "已派员处理，明日办结"})),
    responses(
        (status = 200, body = MeasureView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn measure_step(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<MeasureStepOrder>,
) -> Result<Json<MeasureView>, Problem> {
    let order = body.order()?;
    let done = edge
        .app()
        .measure_step(who.actor(), &id, &order, body.version, &key)
        .await?;
    Ok(Json(done))
}
