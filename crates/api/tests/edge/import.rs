//! Contacts from another system's file over HTTP: looked at, begun, watched, stopped, gone on with.

use crate::fixture::{Answer, Hotline, Who, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::{Value, json};
use std::fmt::Write as _;

const LEAD: Who = Who::Role(Role::Lead);
/// More than any other body may have.
const MANY: usize = 4_000;

/// A run, ended, so that another may begin.
pub(crate) async fn a_run(desk: &Hotline) -> String {
    quiet(desk).await;
    let run = begin(desk, "权.csv", "内容\n路灯不亮").await;
    quiet(desk).await;
    text(&run, "id").to_owned()
}

/// The call of the table of rights, with what it needs made before for those who are let in.
pub(crate) async fn ask(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    quiet(desk).await;
    match (method, path) {
        ("POST", "/api/imports/look") => {
            desk.post(who, path, &json!({"format": "csv", "text": "内容\n路灯"}))
                .await
        }
        ("POST", "/api/imports") => {
            let order = order("权.csv", "内容\n井盖松动");
            desk.post(who, path, &order).await
        }
        (_, one) if one.contains("{id}") => {
            let uri = path.replace("{id}", &a_run(desk).await);
            if method == "GET" {
                desk.get(who, &uri).await
            } else {
                desk.post(who, &uri, &json!({})).await
            }
        }
        _ => desk.get(who, path).await,
    }
}

/// Waits until no import goes on.
async fn quiet(desk: &Hotline) {
    loop {
        let all = desk.get(LEAD, "/api/imports").await.json();
        let all = all.as_array().unwrap();
        if all.iter().all(|run| run["state"] != "running") {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn order(name: &str, file: &str) -> Value {
    json!({"name": name, "format": "csv", "mapping": {"narrative": ["内容"]}, "text": file})
}

async fn begin(desk: &Hotline, name: &str, file: &str) -> Value {
    let begun = desk.post(LEAD, "/api/imports", &order(name, file)).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text());
    begun.json()
}

async fn one(desk: &Hotline, id: &str) -> Value {
    let all = desk.get(LEAD, "/api/imports").await.json();
    let found = all.as_array().unwrap().iter().find(|run| run["id"] == id);
    found.unwrap().clone()
}

async fn ended(desk: &Hotline, id: &str) -> Value {
    quiet(desk).await;
    one(desk, id).await
}

fn many(stamp: &str) -> String {
    let mut file = "编号,内容\n".to_owned();
    for line in 1..=MANY {
        writeln!(file, "{stamp}{line},望江路第{line}盏路灯不亮").unwrap();
    }
    file
}

#[tokio::test]
async fn columns_are_shown_and_guessed_before_anything_is_taken() {
    let desk = Hotline::open().await;
    let look = |format: &str, file: &str| json!({"format": format, "text": file});
    let file = "来电时间,诉求内容,地址\n2026-11-02 08:30,路灯不亮,桥头\n坏,\n";
    let seen = desk
        .post(LEAD, "/api/imports/look", &look("csv", file))
        .await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let seen = seen.json();
    assert_eq!(seen["columns"], json!(["来电时间", "诉求内容", "地址"]));
    // The line with too few columns is none to choose by.
    assert_eq!(
        seen["rows"],
        json!([["2026-11-02 08:30", "路灯不亮", "桥头"]])
    );
    assert_eq!(seen["mapping"]["narrative"], json!(["诉求内容"]));
    assert_eq!(seen["mapping"]["time_format"], "%Y-%m-%d %H:%M");
    for (format, file, key) in [
        ("jsonl", "{", "unreadable"),
        ("xml", "<a/>", "unknown_word"),
    ] {
        let refused = desk
            .post(LEAD, "/api/imports/look", &look(format, file))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["key"], key);
    }
    assert_eq!(desk.get(LEAD, "/api/imports").await.json(), json!([]));
}

#[tokio::test]
async fn each_line_is_taken_once_or_refused_with_its_reason() {
    let desk = Hotline::open().await;
    let file =
        "内容,时间\n路灯不亮,2026-11-02 08:30\n,2026-11-02 08:30\n井盖松动,昨天\n多,了,一列\n";
    let mut order = order("旧系统.csv", file);
    order["mapping"] = json!({
        "narrative": ["内容"], "happened_at": "时间", "time_format": "%Y-%m-%d %H:%M",
    });
    let begun = desk.post(LEAD, "/api/imports", &order).await.json();
    let run = ended(&desk, text(&begun, "id")).await;
    assert_eq!(
        [
            &run["state"],
            &run["lines"],
            &run["done"],
            &run["taken"],
            &run["refused"]
        ],
        [&json!("done"), &json!(4), &json!(4), &json!(1), &json!(3)]
    );
    let uri = format!("/api/imports/{}/refused", text(&begun, "id"));
    let refused = desk.get(LEAD, &uri).await.json();
    let why: Vec<_> = refused["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (&line["line"], text(line, "field"), text(line, "key")))
        .collect();
    assert_eq!(
        why,
        [
            (&json!(2), "narrative", "required"),
            (&json!(3), "happened_at", "unreadable_time"),
            (&json!(4), "", "columns"),
        ]
    );
    assert_eq!(refused["next"], Value::Null);
    let behind = desk.get(LEAD, &format!("{uri}?after=3")).await.json();
    assert_eq!(behind["lines"].as_array().unwrap().len(), 1);
    // The same file again, under another key: nothing is taken twice, and it says that it is done.
    let again = desk.post(LEAD, "/api/imports", &order).await.json();
    assert_eq!(again, run);
    // What cannot be begun says why, and leaves nothing.
    let mut wrong = order.clone();
    wrong["mapping"]["place"] = json!("地址");
    wrong["text"] = json!("内容,时间\n井盖松动,2026-11-02 08:30\n");
    for (change, field, key) in [
        (json!({}), "mapping.place", "no_column"),
        (
            json!({"mapping": {"narrative": []}}),
            "mapping.narrative",
            "required",
        ),
        (
            json!({"mapping": {"narrative": ["内容"]}, "text": "内容\n"}),
            "file",
            "no_lines",
        ),
        (json!({"name": ""}), "name", "text_length"),
    ] {
        let mut order = wrong.clone();
        for (name, value) in change.as_object().unwrap() {
            order[name] = value.clone();
        }
        let refused = desk.post(LEAD, "/api/imports", &order).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let error = &refused.json()["errors"][0];
        assert_eq!([&error["field"], &error["key"]], [field, key]);
    }
    let all = desk.get(LEAD, "/api/imports").await.json();
    assert_eq!(all.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_is_stopped_and_goes_on_with_the_same_file() {
    let desk = Hotline::open().await;
    let file = many("甲");
    let begun = begin(&desk, "甲.csv", &file).await;
    assert_eq!(begun["state"], "running");
    assert_eq!(begun["lines"], json!(MANY));
    let id = text(&begun, "id");
    // Another waits until this one ends.
    let other = desk
        .post(LEAD, "/api/imports", &order("乙.csv", "内容\n井盖"))
        .await;
    assert_eq!(other.json()["errors"][0]["key"], "import_goes_on");
    let stopped = desk
        .post(LEAD, &format!("/api/imports/{id}/stop"), &json!({}))
        .await;
    assert_eq!(stopped.json()["state"], "stopped", "{}", stopped.text());
    let run = one(&desk, id).await;
    assert_eq!(run["state"], "stopped");
    // At once, while the part in hand may still be worked on: each line counts once all the same.
    let on = begin(&desk, "甲.csv", &file).await;
    assert_eq!(on["state"], "running");
    let run = ended(&desk, id).await;
    assert_eq!(
        [&run["state"], &run["done"], &run["taken"], &run["refused"]],
        [&json!("done"), &json!(MANY), &json!(MANY), &json!(0)]
    );
    let mut cases = 0;
    let count = |_: &store::CaseRow| {
        cases += 1;
        std::ops::ControlFlow::Continue(())
    };
    desk.app.store().scan_cases(count).await.unwrap();
    assert_eq!(cases, MANY);
    // One that has ended stays as it is.
    let late = desk
        .post(LEAD, &format!("/api/imports/{id}/stop"), &json!({}))
        .await;
    assert_eq!(late.json()["state"], "done");
}

#[tokio::test]
async fn files_may_be_larger_than_other_bodies() {
    let desk = Hotline::open().await;
    let admin = Who::Role(Role::SystemAdmin);
    let mut names = "name,kind,lon,lat\n".to_owned();
    for place in 0..3_000 {
        writeln!(names, "虚构小区{place}号院,estate,125.6,27.5").unwrap();
    }
    let taken = desk
        .post(
            admin,
            "/api/places/import",
            &json!({"text": names, "name": "地名.csv"}),
        )
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert_eq!(taken.json()["put"].as_array().unwrap().len(), 3_000);
    let mut days = String::new();
    let note = "虚构的节日".repeat(10);
    for day in 1..=28 {
        for year in 2030..2060 {
            writeln!(days, "{year}-02-{day:02},off,{note}").unwrap();
        }
    }
    assert!(days.len() > 64 * 1024);
    let taken = desk
        .post(admin, "/api/calendar/import", &json!({"text": days}))
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
}
