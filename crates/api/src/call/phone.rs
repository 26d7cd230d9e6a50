//! PUT /api/calls/phone and DELETE /api/calls/phone/{page}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use app::view::{PhoneAnswer, PhoneOffer};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// Opens this page as the phone of the own seat: a session description is offered, one comes back, and sound goes over the
/// platform's one port for browsers. Sent again with the name the page was given, after it was loaded anew or its connection
/// broke, a call that is up goes on in it. If another page has taken the phone over since, that is refused with 422 and
/// `phone_elsewhere`; without a name the phone is taken over from wherever it is. 404 where seats have hard phones only.
#[utoipa::path(
    put,
    path = "/api/calls/phone",
    operation_id = "open_phone",
    tag = "call",
    request_body(content = PhoneOffer, example = json!({"sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n…", "former": "0192a000-0000-7000-8000-000000000001"})),
    responses(
        (status = 200, body = PhoneAnswer),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "no desk of calls here, or no port for browsers"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open_phone(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(offer): Sent<PhoneOffer>,
) -> Result<Json<PhoneAnswer>, Problem> {
    Ok(Json(edge.app().open_phone(who.actor(), &offer).await?))
}

/// The page goes: the seat has no phone any more, and its part in a call ends. Nothing happens if another page has the phone.
#[utoipa::path(
    delete,
    path = "/api/calls/phone/{page}",
    operation_id = "close_phone",
    tag = "call",
    params(("page" = String, Path, description = "name of the page's phone")),
    responses(
        (status = 204, description = "closed, or not this page's any more"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "no desk of calls here, or no port for browsers"),
    )
)]
pub(crate) async fn close_phone(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(page): Named,
) -> Result<StatusCode, Problem> {
    edge.app().close_phone(who.actor(), &page)?;
    Ok(StatusCode::NO_CONTENT)
}
