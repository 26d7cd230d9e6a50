//! POST /api/cases/{id}/attachments

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named, digest, key};
use crate::session::SignedIn;
use app::view::AttachmentView;
use app::{AppError, CommandKey, Upload};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt as _;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// The header with the name of the file, percent-encoded UTF-8.
const NAME: &str = "x-file-name";
/// How long the next piece of a file may take.
const PIECE: Duration = Duration::from_secs(30);

/// What the file belongs to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The assignment it belongs to; left out, the case as a whole.
    leg: Option<String>,
}

/// Adds a file to a case. The body is the file itself; what it is is seen from its bytes, and a
/// program, HTML or SVG is refused. A repeat with the same key and bytes gives the first answer.
#[utoipa::path(
    post,
    path = "/api/cases/{id}/attachments",
    operation_id = "attach",
    tag = "case",
    params(
        ("id" = String, Path, description = "id or printed number"),
        Of,
        ("X-File-Name" = String, Header, description = "name of the file, percent-encoded UTF-8"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and bytes gives the first answer"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = AttachmentView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn attach(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(case): Named,
    Asked(of): Asked<Of>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<AttachmentView>), Problem> {
    let id = key(&headers)?;
    let name = sent_name(&headers)?;
    let leg = of.leg.as_deref();
    let upload = edge
        .app()
        .upload(who.actor(), &case, leg, &name, &id)
        .await?;
    let account = who.signed.account.id.clone();
    let view = receive(upload, body, move |bytes| CommandKey {
        digest: digest(&[
            b"attach",
            case.as_bytes(),
            of.leg.unwrap_or_default().as_bytes(),
            account.as_bytes(),
            name.as_bytes(),
            bytes.as_bytes(),
        ]),
        id,
    })
    .await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Takes the file piece by piece; one that stops coming is given up.
pub(crate) async fn receive(
    mut upload: Upload,
    body: Body,
    key_of: impl FnOnce(&str) -> CommandKey + Send,
) -> Result<AttachmentView, Problem> {
    let mut pieces = body.into_data_stream();
    loop {
        match tokio::time::timeout(PIECE, pieces.next()).await {
            Ok(Some(Ok(bytes))) => upload.feed(&bytes).await?,
            Ok(None) => return Ok(upload.finish(key_of).await?),
            Ok(Some(Err(_))) => {
                return Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    "broken_request",
                    "the request ended before its body did",
                ));
            }
            Err(_) => {
                return Err(AppError::Unavailable("the file stopped coming".to_owned()).into());
            }
        }
    }
}

/// The name of the file, decoded.
pub(crate) fn sent_name(headers: &HeaderMap) -> Result<String, Problem> {
    let wrong = |key, detail| Problem::field("X-File-Name", key, detail);
    let value = headers
        .get(NAME)
        .ok_or_else(|| wrong("required", "the name of the file, percent-encoded"))?;
    if value.len() > 2_000 {
        return Err(wrong("text_length", "at most 2,000 bytes"));
    }
    decode(value.as_bytes())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| wrong("malformed", "percent-encoded UTF-8"))
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        if *byte == b'%' {
            let mut digit = || char::from(*rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else if byte.is_ascii_graphic() || *byte == b' ' {
            out.push(*byte);
        } else {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_percent_encoded() {
        let name = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(NAME, text.parse().unwrap());
            sent_name(&headers).map_err(|problem| problem.errors[0].key.clone())
        };
        assert_eq!(name("%E7%8E%B0%E5%9C%BA.jpg").unwrap(), "现场.jpg");
        assert_eq!(name("a b.txt").unwrap(), "a b.txt");
        assert_eq!(name("%E7%8E").unwrap_err(), "malformed");
        assert_eq!(name("%zz").unwrap_err(), "malformed");
        assert_eq!(name("%4").unwrap_err(), "malformed");
        assert!(sent_name(&HeaderMap::new()).is_err());
    }
}
