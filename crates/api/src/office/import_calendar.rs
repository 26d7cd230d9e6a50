//! POST /api/calendar/import

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{CalendarChanged, CalendarFile};
use axum::Json;
use axum::extract::State;

/// Takes a CSV of days, `day,off,note`: the years it names have these days from now on and no
/// others. It is refused whole, with line and reason.
#[utoipa::path(
    post,
    path = "/api/calendar/import",
    operation_id = "import_calendar",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = CalendarFile, example = json!({"text": "2027-02-06,off,春节"})),
    responses(
        (status = 200, body = CalendarChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import_calendar(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<CalendarFile>,
) -> Result<Json<CalendarChanged>, Problem> {
    let done = edge.app().import_calendar(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
