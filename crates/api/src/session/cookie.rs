//! The cookie: HttpOnly, SameSite=Strict, for the whole origin, `__Host-` and Secure over TLS.

use crate::edge::Edge;
use axum::http::{HeaderMap, HeaderValue, header};

/// Longest token worth asking the store about.
const TOKEN_MOST: usize = 256;

/// The token a request carries, if it carries one.
pub(crate) fn token(headers: &HeaderMap, edge: &Edge) -> Option<String> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim() == edge.cookie())
        .map(|(_, value)| value.trim());
    let token = found.next()?;
    // Two cookies of the name: one was planted from another path or host, and which is unknown.
    if found.next().is_some() || !is_token(token) {
        return None;
    }
    Some(token.to_owned())
}

fn is_token(text: &str) -> bool {
    (1..=TOKEN_MOST).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
}

/// Hands a token out; none if it cannot stand in a cookie.
pub(super) fn give(edge: &Edge, token: &str) -> Option<HeaderValue> {
    if !is_token(token) {
        return None;
    }
    HeaderValue::from_str(&format!("{}={token}{}", edge.cookie(), terms(edge))).ok()
}

/// Takes the token back.
pub(super) fn take_back(edge: &Edge) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}={}; Max-Age=0", edge.cookie(), terms(edge))).ok()
}

fn terms(edge: &Edge) -> &'static str {
    if edge.options().tls {
        "; Path=/; HttpOnly; SameSite=Strict; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Strict"
    }
}
