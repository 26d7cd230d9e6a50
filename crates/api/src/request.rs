//! Reading a request: JSON that names what is wrong with it, query names, path names, the key of a
//! command, and the address it came from.

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::AccountOf;
use app::CommandKey;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Most bytes of a JSON body.
pub(crate) const JSON_MOST: usize = 64 * 1024;
/// Most characters of a name in a path: an id or a printed number.
const NAME_MOST: usize = 64;
/// The header that names a command, so that a repeat is known (law 3).
const KEY: &str = "idempotency-key";

/// A JSON body without a command key.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Edge> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        must_be_json(request.headers())?;
        Ok(Self(parse(&bytes(request, edge).await?)?))
    }
}

/// A JSON body with the key that names the command.
pub(crate) struct Keyed<T> {
    /// The key and the digest of all that was asked with it.
    pub(crate) key: CommandKey,
    /// What was sent.
    pub(crate) body: T,
}

impl<T: DeserializeOwned> FromRequest<Edge> for Keyed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, edge: &Edge) -> Result<Self, Problem> {
        must_be_json(request.headers())?;
        let id = key(request.headers())?;
        let method = request.method().to_string();
        let path = request.uri().path().to_owned();
        // Put there by the session, which is read before the body; empty for a citizen.
        let account = request
            .extensions()
            .get::<AccountOf>()
            .map(|account| account.0.clone())
            .unwrap_or_default();
        let bytes = bytes(request, edge).await?;
        let body = parse(&bytes)?;
        let digest = digest(&[
            method.as_bytes(),
            path.as_bytes(),
            account.as_bytes(),
            &bytes,
        ]);
        Ok(Self {
            key: CommandKey { id, digest },
            body,
        })
    }
}

fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    media_type(headers, "application/json")
}

/// Refuses another media type; its parameters do not matter.
pub(crate) fn media_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let sent = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    if sent.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "another media type is wanted",
    )
    .detail(format!("send {wanted}")))
}

/// The key that names a command.
pub(crate) fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let wrong = |key, detail| Err(Problem::field("Idempotency-Key", key, detail));
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else {
        return wrong(
            "required",
            "a command needs a key, so that a repeat is known",
        );
    };
    if values.next().is_some() {
        return wrong("repeated", "one key only");
    }
    let bytes = value.as_bytes();
    if !(1..=100).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_graphic) {
        return wrong("malformed", "1 to 100 visible ASCII characters");
    }
    Ok(bytes.iter().copied().map(char::from).collect())
}

/// SHA-256 in hexadecimal over parts, each behind its length, so that no two splits look alike.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// What a machine that is no client of ours posts: a form's fields or JSON; null for what is neither.
pub(crate) fn fields(headers: &HeaderMap, body: &Bytes) -> serde_json::Value {
    let media = headers.get(header::CONTENT_TYPE);
    if media.is_some_and(|media| media.as_bytes().starts_with(b"application/x-www-form")) {
        form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect::<serde_json::Map<String, serde_json::Value>>()
            .into()
    } else {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// The whole body, within the limit of the route.
pub(crate) async fn bytes(request: Request, edge: &Edge) -> Result<Bytes, Problem> {
    Bytes::from_request(request, edge)
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                app::AppError::TooLarge.into()
            } else {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "broken_request",
                    "the request ended before its body did",
                )
            }
        })
}

/// Reads JSON; the problem names the field and the place.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // A struct would also be read from a bare list of its fields, which nobody means to send.
    if matches!(bytes.trim_ascii_start().first(), Some(b'[')) {
        return Err(Problem::field(".", "wrong_type", "an object is wanted"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        refused(&place, error.inner())
    })?;
    reader.end().map_err(|error| refused(".", &error))?;
    Ok(value)
}

/// Reads a value that is JSON already, found below `root` in the request.
pub(crate) fn parse_value<T: DeserializeOwned>(
    value: serde_json::Value,
    root: &str,
) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = error.path().to_string();
        let place = match (root, place.as_str()) {
            ("", _) => place,
            (_, "." | "") => root.to_owned(),
            _ => format!("{root}.{place}"),
        };
        refused(&place, error.inner())
    })
}

fn refused(place: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let (field, key) = diagnose(place, &text, !error.is_data());
    Problem::field(field, key, text)
}

/// Which field, and what is wrong with it, from where the reader stood and what it said.
fn diagnose(place: &str, text: &str, syntax: bool) -> (String, &'static str) {
    if syntax {
        // What the reader took the place for means little when the text is broken.
        return (".".to_owned(), "syntax");
    }
    let named = |start: &str| {
        text.strip_prefix(start)
            .and_then(|rest| rest.split('`').next())
            .map(|name| join(place, name))
    };
    if let Some(field) = named("unknown field `") {
        (field, "unknown_field")
    } else if let Some(field) = named("missing field `") {
        (field, "required")
    } else if let Some(field) = named("duplicate field `") {
        (field, "repeated")
    } else if text.starts_with("unknown variant") {
        (place.to_owned(), "unknown_word")
    } else if text.starts_with("invalid type") {
        (place.to_owned(), "wrong_type")
    } else {
        (place.to_owned(), "malformed")
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() || place == "." || place == "?" {
        return name.to_owned();
    }
    // The reader already stands in the field when it stumbles over its name.
    if place == name || place.ends_with(&format!(".{name}")) {
        return place.to_owned();
    }
    format!("{place}.{name}")
}

/// The query, read into a type that refuses what it does not know (rule 12).
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Edge> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form(query));
        serde_path_to_error::deserialize(reader)
            .map(Self)
            .map_err(|error| {
                let place = error.path().to_string();
                let text = error.inner().to_string();
                let (field, key) = diagnose(&place, &text, false);
                Problem::field(field, key, text)
            })
    }
}

fn form(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// The names in a query, as they are after decoding.
pub(crate) fn query_names(query: &str) -> impl Iterator<Item = String> + '_ {
    form(query).map(|(name, _)| name.into_owned())
}

/// A name in the path. One that cannot be a name is a thing that is not there.
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<Edge> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, edge)
            .await
            .map_err(|_| Problem::not_found())?;
        if name.is_empty()
            || name.chars().count() > NAME_MOST
            || name.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err(Problem::not_found());
        }
        Ok(Self(name))
    }
}

/// Several names in the path, in its order.
pub(crate) struct Names<const N: usize>(pub(crate) [String; N]);

impl<const N: usize> FromRequestParts<Edge> for Names<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Path(names) = Path::<Vec<(String, String)>>::from_request_parts(parts, edge)
            .await
            .map_err(|_| Problem::not_found())?;
        let wrong = |name: &String| {
            name.is_empty()
                || name.chars().count() > NAME_MOST
                || name.chars().any(|c| c.is_control() || c.is_whitespace())
        };
        let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
        if names.iter().any(wrong) {
            return Err(Problem::not_found());
        }
        names.try_into().map(Self).map_err(|_| Problem::not_found())
    }
}

/// Whether the client asks for the least answer (`Prefer: return=minimal`, RFC 7240).
pub(crate) struct Brief(pub(crate) bool);

impl FromRequestParts<Edge> for Brief {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _edge: &Edge,
    ) -> Result<Self, std::convert::Infallible> {
        let asked = parts.headers.get_all("prefer").iter().any(|value| {
            value.to_str().is_ok_and(|text| {
                text.split(',')
                    .any(|one| one.trim().eq_ignore_ascii_case("return=minimal"))
            })
        });
        Ok(Self(asked))
    }
}

/// The address a request came from, as far as it counts for rates.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<Edge> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        edge: &Edge,
    ) -> Result<Self, std::convert::Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let client = match peer {
            // Only a proxy we were told of may speak for somebody else.
            Some(ip) if edge.options().trusted_proxies.contains(&ip) => {
                forwarded(&parts.headers).or(Some(ip))
            }
            other => other,
        };
        Ok(Self(client.map_or_else(|| "unknown".to_owned(), network)))
    }
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// An address, or for IPv6 the network of one subscriber.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// As RFC 8187 wants a name in a header.
pub(crate) fn header_name(name: &str) -> String {
    name.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is tested")]
    struct Outer {
        name: String,
        #[serde(default)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is tested")]
    struct Inner {
        count: i64,
    }

    #[track_caller]
    fn check(body: &str, field: &str, key: &str) {
        let problem = parse::<Outer>(body.as_bytes()).unwrap_err();
        let [error] = problem.errors.as_slice() else {
            panic!("{problem:?}");
        };
        assert_eq!(
            (error.field.as_str(), error.key.as_str()),
            (field, key),
            "{body}"
        );
        assert_eq!(problem.status, 422);
    }

    #[test]
    fn a_wrong_body_is_told_where() {
        check("{", ".", "syntax");
        check("", ".", "syntax");
        check(r#"{"name":"a"} x"#, ".", "syntax");
        check("[]", ".", "wrong_type");
        check("3", ".", "wrong_type");
        check("{}", "name", "required");
        check(r#"{"name":3}"#, "name", "wrong_type");
        check(r#"{"name":"a","nam":1}"#, "nam", "unknown_field");
        check(r#"{"name":"a","name":"b"}"#, "name", "repeated");
        check(
            r#"{"name":"a","inner":[{"count":1},{"count":"x"}]}"#,
            "inner[1].count",
            "wrong_type",
        );
        check(
            r#"{"name":"a","inner":[{"count":1,"more":2}]}"#,
            "inner[0].more",
            "unknown_field",
        );
        check(r#"{"name":"a","inner":[{}]}"#, "inner[0].count", "required");
    }

    #[test]
    fn digests_tell_splits_apart() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_eq!(digest(&[b"a"]), digest(&[b"a"]));
        assert_eq!(digest(&[]).len(), 64);
    }

    #[test]
    fn keys_are_visible_and_short() {
        let with = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(KEY, header::HeaderValue::from_bytes(value).unwrap());
            key(&headers)
        };
        assert_eq!(with(b"018f-a").unwrap(), "018f-a");
        assert!(with(b"").is_err());
        assert!(with(b"a b").is_err());
        assert!(with("号".as_bytes()).is_err());
        assert!(with(&[b'a'; 100]).is_ok());
        assert!(with(&[b'a'; 101]).is_err());
        assert!(key(&HeaderMap::new()).is_err());
    }

    #[test]
    fn an_ipv6_subscriber_is_one_asker() {
        let a: IpAddr = "2001:db8:1:2::5".parse().unwrap();
        let b: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        assert_eq!(network(a), network(b));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(network(mapped), "192.0.2.1");
    }
}
