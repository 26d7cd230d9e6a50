//! GET /report/promises: what the units promise, for everybody to read and to hold them to (R133).
//!
//! The sentences are in the two templates beside this file.

use super::page::{escape, html, sections};
use crate::edge::Edge;
use crate::request::Asked;
use app::view::PublicPromise;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::clock::Hours;
use serde::Deserialize;
use utoipa::IntoParams;

const CHINESE: &str = include_str!("promise.zh.html");
const ENGLISH: &str = include_str!("promise.en.html");
const ROW: (&str, &str) = ("<!--[row]-->", "<!--[/row]-->");

/// In which language.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Language {
    /// `zh` or `en`.
    #[serde(default)]
    lang: String,
}

/// The units with their service hours and the time within which they promise to be there.
#[utoipa::path(
    get,
    path = "/report/promises",
    operation_id = "promises_page",
    tag = "public",
    params(Language),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn promises_page(
    State(edge): State<Edge>,
    Asked(language): Asked<Language>,
) -> Response {
    let template = if language.lang == "en" {
        ENGLISH
    } else {
        CHINESE
    };
    html(
        StatusCode::OK,
        fill(template, &edge.app().public_promises()),
    )
}

/// The template's row once for each unit.
fn fill(template: &str, promises: &[PublicPromise]) -> String {
    let Some((before, rest)) = template.split_once(ROW.0) else {
        return template.to_owned();
    };
    let (row, after) = rest.split_once(ROW.1).unwrap_or((rest, ""));
    let rows: String = promises.iter().map(|promise| one(row, promise)).collect();
    [before, &rows, after].concat()
}

fn one(row: &str, promise: &PublicPromise) -> String {
    let (times, working_days) = match promise.hours {
        Hours::Always => (String::new(), false),
        hours @ Hours::Between { working_days, .. } => {
            let said = hours.to_string();
            let times = said.split(' ').next().unwrap_or_default().to_owned();
            (times, working_days)
        }
    };
    let keeps = |name: &str| match name {
        "always" => promise.hours == Hours::Always,
        "hours" => promise.hours != Hours::Always,
        "working" => working_days,
        "daily" => !working_days,
        "instead" => promise.instead.is_some(),
        "arrival" => promise.arrival.is_some(),
        "none" => promise.arrival.is_none(),
        _ => false,
    };
    sections(row, &keeps)
        .replace("{{name}}", &escape(&promise.name))
        .replace("{{times}}", &times)
        .replace(
            "{{instead}}",
            &escape(promise.instead.as_deref().unwrap_or_default()),
        )
        .replace(
            "{{arrival}}",
            &promise.arrival.unwrap_or_default().to_string(),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_a_row_that_says_what_applies() {
        let promise = |name: &str, hours: &str, arrival, instead: Option<&str>| PublicPromise {
            name: name.to_owned(),
            hours: hours.parse().unwrap(),
            arrival,
            instead: instead.map(str::to_owned),
        };
        let promises = [
            promise("供水公司", "24h", Some(60), None),
            promise(
                "<b>市场监管局</b>",
                "08:30-17:30 working days",
                None,
                Some("值班室"),
            ),
            promise("客运公司", "06:00-22:00", Some(30), None),
        ];
        for template in [CHINESE, ENGLISH] {
            let page = fill(template, &promises);
            assert_eq!(page.matches("<tr>").count(), 4, "a head and three: {page}");
            assert!(!page.contains("<!--[") && !page.contains("{{"), "{page}");
            assert!(page.contains("&lt;b&gt;市场监管局") && page.contains("08:30-17:30"));
            assert!(page.contains("60") && page.contains("值班室"));
        }
    }
}
