//! What the test of rights needs made before it can call supervision.

use crate::fixture::{Answer, Hotline, UNIT, Who, text};
use domain::right::Role;
use serde_json::{Value, json};
use store::{Change, Record, SupervisionFindingRow, SupervisionRecord, SupervisionTickRow};

const CHIEF: Who = Who::Role(Role::Supervisor);

/// An order as it is opened by hand about a case of the clerk's unit.
fn order(case: &str) -> Value {
    json!({
        "rung": "urge", "unit": UNIT, "cases": [case], "asks": "请说明办理情况",
        "basis": "联动工作办法", "reason": "多次催问仍无结果", "answer_within": "4h"
    })
}

/// A measure about a case of its own.
pub(crate) async fn a_measure(desk: &Hotline) -> String {
    let case = desk.dispatched(false).await;
    let body = order(text(&case, "id"));
    let answer = desk.post(CHIEF, "/api/supervision/measures", &body).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    text(&answer.json(), "id").to_owned()
}

/// A case on today's list, as the night's sweep puts one there.
async fn a_line(desk: &Hotline) -> String {
    let listed = desk.get(CHIEF, "/api/supervision/daily").await.json();
    if let Some(line) = listed["lines"].as_array().and_then(|lines| lines.first()) {
        return text(&line["case"], "id").to_owned();
    }
    let case = desk.dispatched(false).await;
    let id = text(&case, "id").to_owned();
    let row = SupervisionTickRow {
        day: text(&listed, "day").to_owned(),
        case_id: id.clone(),
        times: 2,
        ..SupervisionTickRow::default()
    };
    let record = Record::Supervision(SupervisionRecord::Listed(row));
    let change = Change {
        records: vec![record],
        ..Change::default()
    };
    desk.app.store().append(change).await.unwrap();
    id
}

/// Something a detector found.
async fn a_finding(desk: &Hotline) -> String {
    let row = SupervisionFindingRow {
        id: "backflow.desk.one".to_owned(),
        detector: "backflow".to_owned(),
        unit: UNIT.to_owned(),
        state: "open".to_owned(),
        evidence: json!({"detector": "backflow", "unit": UNIT, "proofs": [], "count": 1, "of": 1})
            .to_string(),
        ..SupervisionFindingRow::default()
    };
    let record = Record::Supervision(SupervisionRecord::Finding(row.clone()));
    let change = Change {
        records: vec![record],
        ..Change::default()
    };
    desk.app.store().append(change).await.unwrap();
    row.id
}

/// A call of supervision, with what it needs made before.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    match (method, path) {
        ("POST", "/api/supervision/measures") => {
            let case = desk.dispatched(false).await;
            desk.post(who, path, &order(text(&case, "id"))).await
        }
        (_, measure) if measure.contains("/measures/{id}") => {
            let uri = path.replace("{id}", &a_measure(desk).await);
            if method == "GET" {
                return desk.get(who, &uri).await;
            }
            desk.post(who, &uri, &json!({"step": "answer", "text": "已处理"}))
                .await
        }
        ("POST", "/api/supervision/daily/{id}") => {
            let uri = path.replace("{id}", &a_line(desk).await);
            desk.post(who, &uri, &json!({"sentence": "已电话核实"}))
                .await
        }
        ("POST", "/api/supervision/findings/{id}") => {
            let uri = path.replace("{id}", &a_finding(desk).await);
            let body = json!({"confirmed": true, "reason": "与台账核对属实"});
            desk.post(who, &uri, &body).await
        }
        _ => desk.get(who, path).await,
    }
}

/// What a document says, without what spaces and lines do to it.
fn said(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).unwrap();
    let out = std::process::Command::new("pdftotext")
        .args([path.as_os_str(), std::ffi::OsStr::new("-")])
        .output()
        .unwrap_or_else(|error| panic!("pdftotext: {error}; apt-get install poppler-utils"));
    let text = String::from_utf8(out.stdout).unwrap();
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// R82: each rung has its paper, with the measure's own number, demand and date; a case's supervision
/// order is the one that was opened, however much later it is printed.
#[tokio::test]
async fn r82_every_rung_is_a_paper_that_says_the_same_later() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    for (rung, title) in [
        ("urge", "催办单"),
        ("order", "督办单"),
        ("meeting", "会议通知"),
        ("interview", "约谈通知书"),
        ("bulletin", "通报"),
        ("accountability", "问责建议书"),
    ] {
        let body = json!({
            "rung": rung, "unit": UNIT, "cases": [text(&case, "id")], "asks": "请说明办理情况并限期整改",
            "basis": "联动工作办法", "reason": "多次催问仍无结果", "skipped": "经研究直接采取本级措施",
            "answer_within": "2d"
        });
        let made = desk.post(CHIEF, "/api/supervision/measures", &body).await;
        assert!(made.status.is_success(), "{rung}: {}", made.text());
        let made = made.json();
        let uri = format!("/api/supervision/measures/{}/document", text(&made, "id"));
        let paper = desk.get(Who::Role(Role::Clerk), &uri).await;
        assert!(paper.status.is_success(), "{rung}: {}", paper.text());
        let words = said(&paper.body);
        for part in [
            title,
            text(&made, "no"),
            text(&case, "no"),
            "联动工作办法",
            "请说明办理情况并限期整改",
            "前书面答复本办",
        ] {
            assert!(words.contains(part), "{rung}: {part}\n{words}");
        }
        if rung != "urge" {
            assert!(words.contains("经研究直接采取本级措施"), "{rung}: {words}");
        }
        // Units it is not about do not learn of it.
        let other = desk.get(Who::OtherClerk, &uri).await;
        assert_eq!(other.status.as_u16(), 404, "{rung}");
        if rung != "order" {
            continue;
        }
        let until = words.find("前书面答复本办").map(|at| {
            let before: Vec<char> = words[..at].chars().collect();
            before[before.len() - 16..].iter().collect::<String>()
        });
        let until = until.unwrap();
        // Within a session: later is later.
        desk.clock.advance(600_000);
        let later = said(&desk.get(CHIEF, &uri).await.body);
        assert!(later.contains(&format!("{until}前书面答复本办")), "{later}");
        let sheet = format!("/api/cases/{}/sheet?form=supervision", text(&case, "no"));
        let of_case = said(&desk.get(CHIEF, &sheet).await.body);
        assert_eq!(of_case, later, "the order that was opened, and no other");
    }
}
