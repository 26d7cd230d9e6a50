//! POST /api/calendar

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{CalendarChanged, CalendarOrder};
use axum::Json;
use axum::extract::State;

/// Sets days and takes days away, all or none. New limits count with it at once; those that run
/// keep their date and say so (`recounted`).
#[utoipa::path(
    post,
    path = "/api/calendar",
    operation_id = "change_calendar",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = CalendarOrder, example = json!({"put": [{"day": "2027-02-06", "off": true, "note": "春节"}], "remove": []})),
    responses(
        (status = 200, body = CalendarChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_calendar(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<CalendarOrder>,
) -> Result<Json<CalendarChanged>, Problem> {
    let done = edge.app().change_calendar(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
