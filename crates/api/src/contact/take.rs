//! POST /api/contacts

use crate::case::Order;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Brief;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{CaseView, NewContact};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// Takes a contact and opens its case; with `then`, decides on it in the same transaction, or
/// saves nothing. A repeat with the same key gives the same case (law 3).
#[utoipa::path(
    post,
    path = "/api/contacts",
    operation_id = "take",
    tag = "contact",
    params(
        ("Prefer" = Option<String>, Header, description = "`return=minimal`: the answer is id, number and version alone"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(
        content = NewContact,
        description = "`then` is a CaseCommand",
        example = json!({
            "channel": "phone",
            "narrative": "楼上装修半夜还在施工，吵得睡不着",
            "place": "望江路18号3栋502室",
            "district": "990001",
            "point": {"lon": 118.5, "lat": 31.5},
            "caller_number": "10000000042",
            "contact_number": "10000000042",
            "caller_name": "甲某",
            "confidential": false,
            "then": {"command": "inform", "text": "已告知可向物业反映"}
        })
    ),
    responses(
        (status = 201, body = CaseView, headers(("Location" = String, description = "the case"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(
    State(edge): State<Edge>,
    who: SignedIn,
    Brief(brief): Brief,
    Keyed { key, body: contact }: Keyed<NewContact>,
) -> Result<Response, Problem> {
    if let Some(then) = &contact.then {
        Order::check(then, "then")?;
    }
    let (id, body) = if brief {
        let done = edge.app().take_briefly(who.actor(), contact, &key).await?;
        (done.id.clone(), Json(done).into_response())
    } else {
        let case = edge.app().take(who.actor(), contact, &key).await?;
        (case.brief.id.clone(), Json(case).into_response())
    };
    let location =
        HeaderValue::from_str(&format!("/api/cases/{id}")).map_err(|_| Problem::internal())?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}
