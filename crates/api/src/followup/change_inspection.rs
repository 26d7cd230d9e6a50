//! POST /api/inspections

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{InspectionOrder, InspectionView};
use axum::Json;
use axum::extract::State;

/// Plans an inspection or test call, says what came of it, or drops it.
#[utoipa::path(
    post,
    path = "/api/inspections",
    operation_id = "change_inspection",
    tag = "follow-up",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = InspectionOrder, examples(
        ("plan" = (value = json!({"change": "plan", "kind": "covert", "way": "call", "unit": "urban-management", "subject": "夜间值班电话是否接听", "planned_at": 1_795_140_000_000_i64}))),
        ("end" = (value = json!({"change": "end", "id": "01890000-0000-7000-8000-000000000001", "result": "faults", "finding": "三次拨打，一次无人接听", "case_no": ""}))),
        ("drop" = (value = json!({"change": "drop", "id": "01890000-0000-7000-8000-000000000001", "reason": "与督查重复"}))),
    )),
    responses(
        (status = 200, body = InspectionView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_inspection(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<InspectionOrder>,
) -> Result<Json<InspectionView>, Problem> {
    let done = edge
        .app()
        .change_inspection(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
