//! PUT /api/calls/desk

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{CallDeskView, SeatAsk};
use axum::Json;
use axum::extract::State;

/// Asks for something at the own seat: takes calls, answers, holds, transfers with one key, consults, joins, decides, listens.
/// What cannot be now is refused with 422 and a stable key in `errors`, and nothing was changed. Said twice it is refused the
/// second time, or does nothing: no key is needed.
#[utoipa::path(
    put,
    path = "/api/calls/desk",
    operation_id = "ask_seat",
    tag = "call",
    request_body(content = SeatAsk, examples(
        ("ready" = (value = json!({"ask": "ready"}))),
        ("break" = (value = json!({"ask": "break", "reason": "meal"}))),
        ("answer" = (value = json!({"ask": "answer", "call": "0192a000-0000-7000-8000-000000000001"}))),
        ("transfer" = (value = json!({"ask": "transfer", "call": "0192a000-0000-7000-8000-000000000001", "to": {"to": "partner", "name": "police"}}))),
        ("decide" = (value = json!({"ask": "decide", "call": "0192a000-0000-7000-8000-000000000001", "agreed": "hotline"}))),
        ("dial" = (value = json!({"ask": "dial", "to": {"to": "number", "name": "10000000042"}, "call_back": "0192a000-0000-7000-8000-000000000001"}))),
    )),
    responses(
        (status = 200, body = CallDeskView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "no such call, or no desk of calls here"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ask_seat(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(ask): Sent<SeatAsk>,
) -> Result<Json<CallDeskView>, Problem> {
    Ok(Json(edge.app().ask_seat(who.actor(), &ask).await?))
}
