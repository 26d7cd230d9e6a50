//! POST /message/v1/{token}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named, fields};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use std::time::Instant;

/// Most bytes of a message: 255 pieces would be half of it.
const MOST: usize = 64 * 1024;

/// A gateway hands over a short message or a piece of one: JSON or a form, as the configuration says where what stands. The
/// answer is given once it is durable; the same message again changes nothing. Whatever is not 204 is to be sent again, but
/// for 404 and 422.
#[utoipa::path(
    post,
    path = "/message/v1/{token}",
    operation_id = "message_came",
    tag = "message",
    params(
        ("token" = String, Path, description = "the secret the gateway was given"),
        ("Liandong-Signature" = Option<String>, Header, description = "`t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<seconds>.<body>`, where the site asks for it"),
    ),
    request_body(content = Value, example = json!({"id": "A17", "mobile": "10000000042", "port": "12345", "content": "望江路18号路灯坏了"})),
    responses(
        (status = 204, description = "taken, or taken before"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn message_came(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(token): Named,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    edge.throttles()
        .messages
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    if body.len() > MOST {
        return Err(app::AppError::TooLarge.into());
    }
    let signature = headers
        .get("liandong-signature")
        .and_then(|value| value.to_str().ok());
    let text = String::from_utf8_lossy(&body);
    let said = fields(&headers, &body);
    let app = edge.app();
    app.message_door(&token, signature.unwrap_or_default(), &text, &said)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
