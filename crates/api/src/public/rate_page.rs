//! GET and POST /report/rate: rating an answer by the link that was given out for it, for browsers without scripts.
//!
//! The sentences are in the two templates beside this file. No session, no key: the token is the proof, once.

use super::page::{escape, html, sections};
use super::visitor;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Asked};
use app::AppError;
use app::view::{LinkRating, RatingPage};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Deserialize;
use std::time::Instant;
use utoipa::IntoParams;

const CHINESE: &str = include_str!("rate.zh.html");
const ENGLISH: &str = include_str!("rate.en.html");

/// Which link.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Token {
    /// The token.
    #[serde(default)]
    t: String,
    /// `zh` or `en`.
    #[serde(default)]
    lang: String,
}

/// The page of a link: rates desk and unit apart. A wrong, a used and an old link look alike.
#[utoipa::path(
    get,
    path = "/report/rate",
    operation_id = "rating_page",
    tag = "public",
    params(Token),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn show_rating(
    State(edge): State<Edge>,
    Address(address): Address,
    Asked(token): Asked<Token>,
) -> Response {
    let template = template(&token.lang);
    if slow(&edge, address) {
        return html(
            StatusCode::TOO_MANY_REQUESTS,
            fill(template, "slow", "", None),
        );
    }
    match edge.app().rating_page(&token.t).await {
        Ok(page) => html(
            StatusCode::OK,
            fill(template, "form", &token.t, Some(&page)),
        ),
        Err(error) => failed(template, error),
    }
}

/// Takes what was filled in, once.
#[utoipa::path(
    post,
    path = "/report/rate",
    operation_id = "rate_by_link",
    tag = "public",
    request_body(content = LinkRating, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn send_rating(
    State(edge): State<Edge>,
    Address(address): Address,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    // What is no form is one with nothing filled in.
    let filled: LinkRating = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    let template = template(&filled.lang);
    if slow(&edge, address.clone()) {
        return html(
            StatusCode::TOO_MANY_REQUESTS,
            fill(template, "slow", "", None),
        );
    }
    match edge
        .app()
        .rate_by_link(&filled, &visitor(address, &headers))
        .await
    {
        Ok(()) => html(StatusCode::OK, fill(template, "thanks", "", None)),
        // Something is left out: the form again, with the sentence that says so.
        Err(AppError::Invalid(_)) => match edge.app().rating_page(&filled.t).await {
            Ok(page) => html(
                StatusCode::UNPROCESSABLE_ENTITY,
                fill(template, "wrong", &filled.t, Some(&page)),
            ),
            Err(error) => failed(template, error),
        },
        Err(error) => failed(template, error),
    }
}

fn template(lang: &str) -> &'static str {
    if lang == "en" { ENGLISH } else { CHINESE }
}

fn slow(edge: &Edge, address: String) -> bool {
    let throttle = &edge.throttles().public_follow;
    throttle.take(address, Instant::now()).is_err()
}

fn failed(template: &str, error: AppError) -> Response {
    match error {
        AppError::NotFound | AppError::Refused(_) => {
            html(StatusCode::NOT_FOUND, fill(template, "missing", "", None))
        }
        error => {
            // Logged where every answer of the kind is made.
            let status = Problem::from(error).into_response().status();
            html(status, fill(template, "away", "", None))
        }
    }
}

fn fill(template: &str, state: &str, token: &str, page: Option<&RatingPage>) -> String {
    let keeps = |name: &str| match name {
        "ask" => page.is_some(),
        "unit" => page.is_some_and(|page| page.with_unit),
        "replied" => page.is_some_and(|page| page.reply.is_some()),
        name => name == state,
    };
    let text = |value: Option<&str>| escape(value.unwrap_or_default());
    sections(template, &keeps)
        .replace("{{t}}", &escape(token))
        .replace("{{no}}", &text(page.map(|page| page.no.as_str())))
        .replace(
            "{{matter}}",
            &text(page.map(|page| page.matter_name.as_str())),
        )
        .replace(
            "{{reply}}",
            &text(page.and_then(|page| page.reply.as_deref())),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_rates_desk_and_unit_apart_and_runs_nothing() {
        for template in [CHINESE, ENGLISH] {
            let page = RatingPage {
                no: "12345-1".to_owned(),
                matter_name: "<b>".to_owned(),
                reply: Some("<script>alert(1)</script>".to_owned()),
                with_unit: true,
            };
            let form = fill(template, "form", "\"><script>", Some(&page));
            assert!(form.contains("name=\"desk\"") && form.contains("name=\"unit\""));
            let alone = RatingPage {
                with_unit: false,
                reply: None,
                ..page
            };
            let desk = fill(template, "form", "t", Some(&alone));
            assert!(desk.contains("name=\"desk\"") && !desk.contains("name=\"unit\""));
            let thanks = fill(template, "thanks", "", None);
            let missing = fill(template, "missing", "", None);
            assert_ne!(thanks, missing);
            for page in [&form, &desk, &thanks, &missing] {
                for mark in ["<!--[", "{{", "<script", "<b>"] {
                    assert!(!page.contains(mark), "{mark}: {page}");
                }
            }
        }
    }
}
