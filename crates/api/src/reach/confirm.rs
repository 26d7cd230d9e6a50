//! GET and POST /confirm/{token}: people without an account answer for an order, with their code.
//!
//! The sentences are in the template beside this file. The page runs no script and shows no caller's data.

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named};
use app::AppError;
use app::reach::{Confirmed, Shown};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Deserialize;
use std::time::Instant;
use utoipa::ToSchema;

const PAGE: &str = include_str!("confirm.html");

/// What is filled in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The six figures.
    #[serde(default)]
    code: String,
    /// Who answers.
    #[serde(default)]
    name: String,
}

/// The page behind a confirmation link.
#[utoipa::path(
    get,
    path = "/confirm/{token}",
    operation_id = "confirm_page",
    tag = "public",
    params(("token" = String, Path, description = "the link's secret part")),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn show(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(token): Named,
) -> Response {
    if slow(&edge, address, &token) {
        return page(StatusCode::TOO_MANY_REQUESTS, &["slow"], None);
    }
    match edge.app().confirm_shown(&token).await {
        Ok(shown) => {
            let states = state_of(&shown);
            page(StatusCode::OK, &states, Some(&shown))
        }
        Err(error) => failed(error),
    }
}

/// Answers for what stands behind a link; an order that waits for it is signed for.
#[utoipa::path(
    post,
    path = "/confirm/{token}",
    operation_id = "confirm",
    tag = "public",
    params(("token" = String, Path, description = "the link's secret part")),
    request_body(content = Answer, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn answer(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(token): Named,
    form: Bytes,
) -> Response {
    if slow(&edge, address, &token) {
        return page(StatusCode::TOO_MANY_REQUESTS, &["slow"], None);
    }
    let filled: Answer = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    let app = edge.app();
    let done = app.confirm(&token, &filled.code, &filled.name).await;
    let shown = match app.confirm_shown(&token).await {
        Ok(shown) => shown,
        Err(error) => return failed(error),
    };
    let (status, state) = match done {
        Ok(Confirmed::Done { signed: true }) => (StatusCode::OK, "signed"),
        Ok(Confirmed::Done { signed: false }) => (StatusCode::OK, "answered"),
        Ok(Confirmed::WrongCode) if !shown.locked => (StatusCode::UNPROCESSABLE_ENTITY, "wrong"),
        Ok(Confirmed::WrongCode | Confirmed::Locked) => (StatusCode::TOO_MANY_REQUESTS, "locked"),
        Err(AppError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "name"),
        Err(error) => return failed(error),
    };
    let states = match state {
        "wrong" | "name" => vec![state, "open", "form"],
        other => vec![other],
    };
    page(status, &states, Some(&shown))
}

fn state_of(shown: &Shown) -> Vec<&'static str> {
    if shown.closed_at.is_some() {
        vec!["closed"]
    } else if shown.locked {
        vec!["locked"]
    } else {
        vec!["open", "form"]
    }
}

/// Slows down whoever tries out links or codes: by address, and by link whatever the address.
fn slow(edge: &Edge, address: String, token: &str) -> bool {
    let now = Instant::now();
    let throttles = edge.throttles();
    let link: String = token.chars().take(64).collect();
    throttles.public_follow.take(address, now).is_err()
        || throttles.confirm.take(link, now).is_err()
}

fn failed(error: AppError) -> Response {
    if matches!(error, AppError::NotFound) {
        return page(StatusCode::NOT_FOUND, &["missing"], None);
    }
    // Logged where every answer of the kind is made.
    let status = Problem::from(error).into_response().status();
    page(status, &["away"], None)
}

/// Keeps the sections `<!--[name]-->…<!--[/name]-->` that apply and puts values in.
fn page(status: StatusCode, states: &[&str], shown: Option<&Shown>) -> Response {
    let mut out = String::with_capacity(PAGE.len());
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("<!--[") {
        out.push_str(before);
        let Some((name, body)) = after.split_once("]-->") else {
            break;
        };
        let end = format!("<!--[/{name}]-->");
        let (section, behind) = body.split_once(end.as_str()).unwrap_or((body, ""));
        let known = name == "shown" && shown.is_some();
        let signs = name == "signs" && shown.is_some_and(|shown| shown.signs);
        if known || signs || states.contains(&name) {
            out.push_str(section);
        }
        rest = behind;
    }
    out.push_str(rest);
    let value = |read: fn(&Shown) -> &String| escape(shown.map_or("", |shown| read(shown)));
    let text = out
        .replace("{{unit}}", &value(|shown| &shown.unit_name))
        .replace("{{by}}", &value(|shown| &shown.closed_by))
        .replace("{{text}}", &value(|shown| &shown.text));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
        // A value is no place for another.
        .replace("{{", "{ {")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn text(states: &[&str], shown: Option<&Shown>) -> String {
        let response = page(StatusCode::OK, states, shown);
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_page_says_what_applies_and_runs_nothing() {
        let shown = Shown {
            text: "<script>alert(1)</script>{{by}}".to_owned(),
            no: "1".to_owned(),
            unit_name: "甲".to_owned(),
            signs: true,
            closed_at: None,
            closed_by: "乙".to_owned(),
            locked: false,
        };
        let open = text(&["open", "form"], Some(&shown)).await;
        assert!(open.contains("&lt;script&gt;") && !open.contains("<script"));
        assert!(open.contains("name=\"code\"") && open.contains("{ {by}}"));
        for state in ["signed", "answered", "closed", "locked"] {
            let page = text(&[state], Some(&shown)).await;
            assert!(!page.contains("name=\"code\""), "{state}");
            assert!(!page.contains("<!--["), "{state}");
        }
        let missing = text(&["missing"], None).await;
        assert!(!missing.contains("{{") && !missing.contains("name=\"code\""));
    }
}
