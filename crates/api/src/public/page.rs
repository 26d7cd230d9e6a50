//! GET and POST /report/status: what became of a report, for browsers without scripts.
//!
//! The sentences are in the two templates beside this file.

use super::slow;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Asked};
use app::AppError;
use app::view::{PublicProof, PublicStatus};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

const CHINESE: &str = include_str!("status.zh.html");
const ENGLISH: &str = include_str!("status.en.html");

/// Which report, in an address that can be kept.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Kept {
    /// The number of the report.
    #[serde(default)]
    no: String,
    /// The key that was given with it.
    #[serde(default)]
    key: String,
    /// `zh` or `en`.
    #[serde(default)]
    lang: String,
}

/// Which report, by the number it was made with: that has no place in an address.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filled {
    /// The number of the report.
    #[serde(default)]
    no: String,
    /// The key that was given with it, or nothing.
    #[serde(default)]
    key: String,
    /// The telephone number, or nothing.
    #[serde(default)]
    number: String,
    /// `zh` or `en`.
    #[serde(default)]
    lang: String,
}

/// A page that says how a report stands; without a number, the form that asks for it.
#[utoipa::path(
    get,
    path = "/report/status",
    operation_id = "status_page",
    tag = "public",
    params(Kept),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn show(
    State(edge): State<Edge>,
    Address(address): Address,
    Asked(kept): Asked<Kept>,
) -> Response {
    let proof = PublicProof {
        key: kept.key,
        number: String::new(),
    };
    page(&edge, address, &kept.no, &proof, &kept.lang).await
}

/// The same, asked with a form.
#[utoipa::path(
    post,
    path = "/report/status",
    operation_id = "ask_status_page",
    tag = "public",
    request_body(content = Filled, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn ask(
    State(edge): State<Edge>,
    Address(address): Address,
    form: Bytes,
) -> Response {
    // What is no form is one with nothing filled in.
    let filled: Filled = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    let proof = PublicProof {
        key: filled.key,
        number: filled.number,
    };
    page(&edge, address, &filled.no, &proof, &filled.lang).await
}

async fn page(edge: &Edge, address: String, no: &str, proof: &PublicProof, lang: &str) -> Response {
    let template = if lang == "en" { ENGLISH } else { CHINESE };
    if no.trim().is_empty() {
        return html(StatusCode::OK, fill(template, "form", no, None));
    }
    if slow(edge, address, no, proof).is_err() {
        let text = fill(template, "slow", no, None);
        return html(StatusCode::TOO_MANY_REQUESTS, text);
    }
    match edge.app().public_follow(no, proof).await {
        Ok(status) => html(StatusCode::OK, fill(template, "found", no, Some(&status))),
        Err(AppError::NotFound) => html(StatusCode::NOT_FOUND, fill(template, "missing", no, None)),
        Err(error) => {
            // Logged where every answer of the kind is made.
            let status = Problem::from(error).into_response().status();
            html(status, fill(template, "away", no, None))
        }
    }
}

pub(super) fn html(status: StatusCode, text: String) -> Response {
    (
        status,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}

/// Keeps of a template the sections `<!--[name]-->…<!--[/name]-->` that apply and puts values in.
fn fill(template: &str, state: &str, no: &str, status: Option<&PublicStatus>) -> String {
    let word = status.map_or("", |status| status.status.as_str());
    let replied = status.is_some_and(|status| status.reply.is_some());
    let rate = status.is_some_and(|status| status.may_rate);
    let keeps = |name: &str| match name {
        "replied" => replied,
        "waiting" => status.is_some() && !replied,
        "rate" => rate,
        "rated" => status.is_some_and(|status| status.rating.is_some()),
        name => name == state || name == word || (name == "again" && state != "found"),
    };
    let out = sections(template, &keeps);
    let time = |at: Option<i64>| at.map(china_time).unwrap_or_default();
    out.replace("{{no}}", &escape(status.map_or(no, |status| &status.no)))
        .replace("{{since}}", &time(status.map(|status| status.since)))
        .replace(
            "{{replied_at}}",
            &time(status.and_then(|status| status.replied_at)),
        )
        .replace(
            "{{reply}}",
            &escape(status.and_then(|s| s.reply.as_deref()).unwrap_or_default()),
        )
}

/// The text without the marks, and without the sections that do not apply.
pub(super) fn sections(template: &str, keeps: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("<!--[") {
        out.push_str(before);
        let Some((name, body)) = after.split_once("]-->") else {
            break;
        };
        let end = format!("<!--[/{name}]-->");
        let (section, behind) = body.split_once(end.as_str()).unwrap_or((body, ""));
        if keeps(name) {
            out.push_str(&sections(section, keeps));
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Milliseconds UTC as people in the one zone of the country read them.
fn china_time(at: i64) -> String {
    let minutes = at.div_euclid(60_000) + 8 * 60;
    let (days, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    // Days since 1970 as a date: the civil calendar counted from 0000-03-01.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        minute / 60,
        minute % 60
    )
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(reply: Option<&str>) -> PublicStatus {
        PublicStatus {
            no: "110-1".to_owned(),
            status: "handling".to_owned(),
            since: 1_795_395_600_000,
            reply: reply.map(str::to_owned),
            replied_at: reply.map(|_| 1_795_395_600_000),
            may_rate: reply.is_some(),
            rating: None,
            attachments: 0,
        }
    }

    #[test]
    fn times_are_those_of_the_country() {
        assert_eq!(china_time(1_795_395_600_000), "2026-11-23 09:00");
        assert_eq!(china_time(0), "1970-01-01 08:00");
        assert_eq!(china_time(951_753_600_000), "2000-02-29 00:00");
        assert_eq!(china_time(1_772_294_340_000), "2026-02-28 23:59");
    }

    #[test]
    fn a_page_says_what_applies_and_runs_nothing() {
        for template in [CHINESE, ENGLISH] {
            let waiting = fill(template, "found", "x", Some(&status(None)));
            let said = status(Some("<script>alert(1)</script>"));
            let replied = fill(template, "found", "x", Some(&said));
            let missing = fill(template, "missing", "\"><script>", None);
            assert!(replied.contains("&lt;script&gt;alert(1)"));
            for page in [&waiting, &replied, &missing] {
                assert!(!page.contains("<!--["), "{page}");
                assert!(!page.contains("{{"), "{page}");
                assert!(!page.contains("<script>"), "{page}");
            }
            assert!(waiting.contains("110-1") && waiting.contains("2026-11-23 09:00"));
            assert_ne!(waiting, replied);
        }
    }
}
