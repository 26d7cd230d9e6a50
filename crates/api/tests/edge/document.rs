//! The document: it is the one that is checked in, and what it shows is true.

use crate::fixture::{Hotline, LINK, PASSWORD, UNIT, Who, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use utoipa::IntoParams as _;
use utoipa::openapi::path::ParameterIn;

fn document() -> Value {
    serde_json::from_str(&api::openapi()).unwrap()
}

#[test]
fn the_checked_in_document_is_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let made = api::openapi();
    if kept != made {
        if std::env::var_os("LIANDONG_BLESS").is_some() {
            std::fs::write(path, made).unwrap();
            return;
        }
        panic!(
            "docs/openapi.json is not the document; run the test with LIANDONG_BLESS=1 and look at the difference"
        );
    }
}

/// Every reference leads somewhere.
#[test]
fn the_document_is_whole() {
    fn references(value: &Value, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    match inner {
                        Value::String(target) if name == "$ref" => {
                            out.insert(target.clone());
                        }
                        _ => references(inner, out),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, out)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{target} leads nowhere"
        );
    }
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let line = format!("{method} {path}");
            let said = operation["summary"]
                .as_str()
                .or(operation["description"].as_str());
            assert!(
                said.is_some_and(|text| !text.is_empty()),
                "{line} says nothing"
            );
            assert!(!operation["tags"].as_array().unwrap().is_empty(), "{line}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{line}"
            );
            for (status, answer) in answers {
                if status.starts_with('2') {
                    continue;
                }
                let schema = &answer["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{line} {status}");
            }
        }
    }
}

/// A generated client names its functions by these.
#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = document();
    let names: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| text(operation, "operationId"))
        .collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
}

/// The query names the application reads are those the document knows.
#[test]
fn the_list_is_asked_as_the_document_says() {
    let read: BTreeSet<String> = app::CaseQuery::into_params(|| Some(ParameterIn::Query))
        .into_iter()
        .map(|parameter| parameter.name)
        .collect();
    let known: BTreeSet<String> = document()["paths"]["/api/cases"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| text(parameter, "name").to_owned())
        .collect();
    assert_eq!(known, read);
}

/// What an order about the responsibility list needs: a draft, a run, a version in the right state.
async fn list_ground(desk: &Hotline, example: &mut Value) -> String {
    use crate::list::{a_draft, a_run, a_version, no_draft};
    let run = a_run(desk).await;
    match example["change"].as_str() {
        Some("begin") => no_draft(desk).await,
        Some("save" | "discard" | "publish") => {
            example["revision"] = json!(a_draft(desk).await);
        }
        Some("restore") => {
            a_version(desk, None).await;
        }
        Some("withdraw") => {
            let to_come = desk.app.now() + 86_400_000;
            example["number"] = json!(a_version(desk, Some(to_come)).await);
        }
        _ => {}
    }
    run
}

/// Every example of a body is one that is taken: none is refused for its shape.
#[tokio::test]
async fn every_example_can_be_sent() {
    let desk = Hotline::open().await;
    let lead = Who::Role(Role::Lead);
    desk.cookie(lead).await;
    let mut sent = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        let Some(content) = item.pointer("/post/requestBody/content/application~1json") else {
            continue;
        };
        let mut examples: Vec<Value> = content.get("example").cloned().into_iter().collect();
        if let Some(named) = content.get("examples").and_then(Value::as_object) {
            examples.extend(named.values().map(|example| example["value"].clone()));
        }
        assert!(!examples.is_empty(), "{path} shows no example");
        for mut example in examples {
            let case = desk.dispatched(false).await;
            // Names that exist here in place of those that exist nowhere.
            for (field, value) in [
                ("link", json!(LINK)),
                ("lead", json!(UNIT)),
                ("unit", json!(UNIT)),
                ("assist", json!(["ecology"])),
                ("into", case["id"].clone()),
                ("other", case["id"].clone()),
                ("case", case["id"].clone()),
                ("login", json!(Hotline::login(lead))),
                ("password", json!(PASSWORD)),
            ] {
                if example.get(field).is_some() {
                    example[field] = value;
                }
            }
            if path == "/api/clocks/versions" {
                example["text"] = json!(app::catalogue::preset("working-day-city").unwrap());
            }
            let run = if path.starts_with("/api/list") {
                list_ground(&desk, &mut example).await
            } else {
                String::new()
            };
            let measure = if path.contains("/measures/{id}") {
                crate::supervision::a_measure(&desk).await
            } else {
                text(&case, "id").to_owned()
            };
            let id = if path.starts_with("/api/notices/{id}") {
                crate::reach::a_notice(&desk).await
            } else {
                text(&case, "id").to_owned()
            };
            let mut uri = path
                .replace("{run}", &run)
                .replace("/measures/{id}", &format!("/measures/{measure}"))
                .replace("{id}", &id)
                .replace("{unit}", UNIT)
                .replace("{channel}", "email")
                .replace("{token}", "0123456789abcdef")
                .replace("{link}", LINK)
                .replace("{code}", UNIT);
            if path.contains("{message}") {
                let (message, _) = crate::message::a_message(&desk).await;
                uri = uri.replace("{message}", &message);
            }
            if path.contains("{claim}") {
                uri = uri.replace("{claim}", &crate::score::a_claim(&desk).await);
            }
            if path.starts_with("/api/bulletins") || path.starts_with("/api/registers") {
                uri = crate::press::ground(&desk, path, &mut example).await;
            }
            if path.starts_with("/api/imports/{id}") {
                uri = path.replace("{id}", &crate::import::a_run(&desk).await);
            }
            if path.starts_with("/api/knowledge/{article}") {
                uri = crate::knowledge::ground(&desk, path, &example).await;
            }
            if path.contains("{no}") {
                let (no, key) = desk.answered_report().await;
                uri = uri.replace("{no}", &no);
                if example.get("proof").is_some() {
                    example["proof"] = json!({"key": key});
                }
            }
            let who = if path == "/api/session" {
                Who::Nobody
            } else {
                lead
            };
            let answer = desk.post(who, &uri, &example).await;
            let shape_is_right = answer.status.is_success()
                || answer.status == StatusCode::CONFLICT
                || answer.status == StatusCode::FORBIDDEN;
            assert!(shape_is_right, "{path} {example}: {}", answer.text());
            sent += 1;
        }
    }
    assert!(sent > 40, "{sent}");
}

/// What is answered has the fields the document promises, and no others.
#[tokio::test]
async fn answers_look_as_the_document_says() {
    let desk = Hotline::open().await;
    let lead = Who::Role(Role::Lead);
    let case = desk.dispatched(false).await;
    let id = text(&case, "id");
    let document = document();
    let words = json!({"narrative": "路灯坏了三天"});
    let answers = [
        ("/api/session", "get", desk.get(lead, "/api/session").await),
        (
            "/api/triage",
            "post",
            desk.post(lead, "/api/triage", &words).await,
        ),
        ("/api/cases", "get", desk.get(lead, "/api/cases").await),
        (
            "/api/cases/{id}",
            "get",
            desk.get(lead, &format!("/api/cases/{id}")).await,
        ),
        (
            "/api/cases/{id}/timeline",
            "get",
            desk.get(lead, &format!("/api/cases/{id}/timeline")).await,
        ),
        (
            "/api/callers",
            "get",
            desk.get(lead, "/api/callers?number=10000000042").await,
        ),
        (
            "/api/alike",
            "post",
            desk.post(
                lead,
                "/api/alike",
                &json!({"narrative": "路灯坏了三天", "place": "望江路18号"}),
            )
            .await,
        ),
        ("/api/map", "get", desk.get(lead, "/api/map").await),
        (
            "/api/map/cases",
            "get",
            desk.get(lead, "/api/map/cases").await,
        ),
        ("/api/wall", "get", desk.get(lead, "/api/wall").await),
        ("/api/summary", "get", desk.get(lead, "/api/summary").await),
        ("/api/units", "get", desk.get(lead, "/api/units").await),
        ("/api/matters", "get", desk.get(lead, "/api/matters").await),
        ("/api/links", "get", desk.get(lead, "/api/links").await),
        (
            "/api/audit",
            "get",
            desk.get(Who::Role(Role::AuditAdmin), "/api/audit").await,
        ),
        (
            "/api/links/{link}",
            "get",
            desk.get(lead, &format!("/api/links/{LINK}")).await,
        ),
        (
            "/api/links/{link}/dead",
            "get",
            desk.get(lead, &format!("/api/links/{LINK}/dead")).await,
        ),
        (
            "/api/calendar",
            "get",
            desk.get(lead, "/api/calendar?year=2027").await,
        ),
        (
            "/api/accounts",
            "get",
            desk.get(Who::Role(Role::SystemAdmin), "/api/accounts")
                .await,
        ),
        (
            "/api/system",
            "get",
            desk.get(Who::Role(Role::SystemAdmin), "/api/system").await,
        ),
    ];
    for (path, method, answer) in answers {
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let schema = document["paths"][path][method]
            .pointer("/responses/200/content/application~1json/schema")
            .unwrap_or_else(|| panic!("{path} promises nothing"));
        fits(&answer.json(), schema, &document, path);
    }
}

/// Whether a value has the shape of a schema: fields, required fields, kinds.
#[track_caller]
fn fits(value: &Value, schema: &Value, document: &Value, at: &str) {
    if let Some(target) = schema["$ref"].as_str() {
        let schema = document.pointer(target.trim_start_matches('#')).unwrap();
        return fits(value, schema, document, at);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut merged = json!({"type": "object", "properties": {}, "required": []});
        for part in parts {
            let part = match part["$ref"].as_str() {
                Some(target) => document.pointer(target.trim_start_matches('#')).unwrap(),
                None => part,
            };
            for (name, inner) in part["properties"].as_object().unwrap() {
                merged["properties"][name] = inner.clone();
            }
            let required = part["required"].as_array().cloned().unwrap_or_default();
            merged["required"].as_array_mut().unwrap().extend(required);
        }
        return fits(value, &merged, document, at);
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        if value.is_null() {
            assert!(
                choices.iter().any(|choice| choice["type"] == "null"),
                "{at} is null"
            );
            return;
        }
        let choice = choices.iter().find(|choice| {
            choice["type"] != "null"
                && choice["properties"].as_object().is_none_or(|properties| {
                    properties.iter().all(|(name, inner)| {
                        inner["enum"]
                            .as_array()
                            .is_none_or(|words| words.contains(&value[name]))
                    })
                })
        });
        return fits(
            value,
            choice.unwrap_or_else(|| panic!("{at}: {value}")),
            document,
            at,
        );
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        // A schema without a type takes anything.
        _ => return,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(kinds.contains(&kind), "{at} is {kind}, not {kinds:?}");
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                fits(item, &schema["items"], document, &format!("{at}[{n}]"));
            }
        }
        Value::Object(fields) => {
            let Some(properties) = schema["properties"].as_object() else {
                return;
            };
            for (name, inner) in fields {
                let known = properties.get(name);
                let known = known.unwrap_or_else(|| panic!("{at}.{name} is not in the document"));
                fits(inner, known, document, &format!("{at}.{name}"));
            }
            for name in schema["required"].as_array().into_iter().flatten() {
                let name = name.as_str().unwrap();
                assert!(
                    fields.contains_key(name),
                    "{at}.{name} is promised and missing"
                );
            }
        }
        _ => {}
    }
}
