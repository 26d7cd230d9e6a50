//! Bulletins, registers and cases on paper over HTTP.

use crate::fixture::{Answer, Hotline, OTHER_UNIT, PICTURE, UNIT, Who, text};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const LEAD: Who = Who::Role(Role::Lead);
const SUPERVISOR: Who = Who::Role(Role::Supervisor);
const COMMANDER: Who = Who::Role(Role::Commander);
const CLERK: Who = Who::Role(Role::Clerk);

async fn begun(desk: &Hotline) -> Value {
    let new = json!({"kind": "weekly"});
    let answer = desk.post(LEAD, "/api/bulletins", &new).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn change(desk: &Hotline, who: Who, id: &str, order: Value) -> Answer {
    desk.post(who, &format!("/api/bulletins/{id}"), &order)
        .await
}

async fn published(desk: &Hotline) -> String {
    let page = desk.get(LEAD, "/api/bulletins").await.json();
    let known = page["items"].as_array().unwrap().iter();
    if let Some(one) = known.clone().find(|one| one["state"] == "published") {
        return text(one, "id").to_owned();
    }
    let id = text(&begun(desk).await, "id").to_owned();
    for (who, order) in [
        (SUPERVISOR, json!({"change": "approve", "revision": 1})),
        (LEAD, json!({"change": "publish", "revision": 2})),
    ] {
        let done = change(desk, who, &id, order).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    }
    id
}

fn entry(register: &str, unit: &str) -> Value {
    let values = match register {
        "meeting" => json!({"chair": "岳峥", "present": "程望\n何衡", "agenda": "牵头单位"}),
        _ => {
            json!({"source": "暗访", "problem": "路灯不亮", "person": "方舟", "limit": "2026-12-01"})
        }
    };
    json!({"title": "虚构条目", "unit": unit, "day": "2026-11-20", "values": values,
        "tasks": [{"text": "修好路灯", "unit": unit, "due": "2026-11-30"}]})
}

async fn made(desk: &Hotline, register: &str, unit: &str) -> String {
    let answer = desk
        .post(
            LEAD,
            &format!("/api/registers/{register}"),
            &entry(register, unit),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    text(&answer.json(), "id").to_owned()
}

async fn add_file(desk: &Hotline, who: Who, uri: &str) -> Answer {
    let request = desk
        .request(who, Method::POST, uri)
        .await
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header("x-file-name", "a.png");
    desk.send(request.body(Body::from(PICTURE.to_vec())).unwrap())
        .await
}

/// A call for the table of rights, with what it needs made before.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    // Units see what is about them.
    let unit = if who == Who::OtherClerk {
        OTHER_UNIT
    } else {
        UNIT
    };
    match (method, path) {
        ("POST", "/api/bulletins") => desk.post(who, path, &json!({"kind": "weekly"})).await,
        ("POST", "/api/bulletins/{bulletin}") => {
            let id = text(&begun(desk).await, "id").to_owned();
            change(desk, who, &id, json!({"change": "gather", "revision": 1})).await
        }
        (_, bulletin) if bulletin.contains("{bulletin}") => {
            let uri = path.replace("{bulletin}", &published(desk).await);
            let format = if path.ends_with("document") {
                "?format=pdf"
            } else {
                ""
            };
            desk.get(who, &format!("{uri}{format}")).await
        }
        ("POST", "/api/registers/{register}") => {
            desk.post(who, "/api/registers/checklist", &entry("checklist", unit))
                .await
        }
        ("GET", "/api/registers/{register}/export") => {
            desk.get(who, "/api/registers/checklist/export?format=csv")
                .await
        }
        (_, entry) if entry.contains("{entry}") => {
            let register = if path.ends_with("document") {
                "meeting"
            } else {
                "checklist"
            };
            let id = made(desk, register, unit).await;
            let uri = path.replace("{register}", register).replace("{entry}", &id);
            match (method, path.rsplit('/').next()) {
                ("POST", Some("files")) => add_file(desk, who, &uri).await,
                ("POST", _) => {
                    let done = json!({"change": "done", "version": 1, "task": 0, "evidence": "已修复通电"});
                    desk.post(who, &uri, &done).await
                }
                (_, Some("{file}")) => {
                    let files = uri.trim_end_matches("/{file}");
                    let entry = add_file(desk, LEAD, files).await.json();
                    let file = text(&entry["files"][0], "id").to_owned();
                    desk.get(who, &format!("{files}/{file}")).await
                }
                _ => desk.get(who, &uri).await,
            }
        }
        _ => {
            desk.get(who, &path.replace("{register}", "checklist"))
                .await
        }
    }
}

#[tokio::test]
async fn r22_a_bulletin_is_edited_approved_by_another_published_and_never_changes() {
    let desk = Hotline::open().await;
    let view = begun(&desk).await;
    let id = text(&view, "id").to_owned();
    assert_eq!(
        view["allowed"],
        json!(["save", "gather", "drop"]),
        "not the own one's approval"
    );
    // A unit sees no draft.
    let uri = format!("/api/bulletins/{id}");
    assert_eq!(desk.get(CLERK, &uri).await.status, StatusCode::NOT_FOUND);
    let words: Vec<Value> = view["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| json!({"heading": s["heading"], "text": "本周运行平稳。"}))
        .collect();
    let save = json!({"change": "save", "revision": 1, "title": "周报", "sections": words});
    let saved = change(&desk, LEAD, &id, save.clone()).await;
    assert_eq!(saved.json()["revision"], json!(2));
    // Figures are nobody's to edit: they are still there.
    assert_eq!(
        saved.json()["sections"][2]["tables"],
        view["sections"][2]["tables"]
    );
    let stale = change(&desk, SUPERVISOR, &id, save).await;
    assert_eq!(
        (stale.status, stale.problem().as_str()),
        (StatusCode::CONFLICT, "conflict")
    );
    let own = change(
        &desk,
        LEAD,
        &id,
        json!({"change": "approve", "revision": 2}),
    )
    .await;
    assert_eq!(own.problem(), "duties/own_bulletin");
    let early = change(
        &desk,
        LEAD,
        &id,
        json!({"change": "publish", "revision": 2}),
    )
    .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let approved = change(
        &desk,
        COMMANDER,
        &id,
        json!({"change": "approve", "revision": 2}),
    )
    .await;
    assert_eq!(approved.json()["state"], "approved", "{}", approved.text());
    let out = change(
        &desk,
        LEAD,
        &id,
        json!({"change": "publish", "revision": 3}),
    )
    .await;
    let out = out.json();
    assert_eq!(
        (&out["state"], &out["allowed"]),
        (&json!("published"), &json!(["send"]))
    );
    assert!(text(&out, "number").contains("1号"), "{out}");
    let pdf = desk.get(CLERK, &format!("{uri}/document?format=pdf")).await;
    assert_eq!(pdf.headers[header::CONTENT_TYPE], "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF-"));
    use sha2::Digest as _;
    let digest: String = sha2::Sha256::digest(&pdf.body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(text(&out, "digest"), digest);
    let sheet = desk
        .get(CLERK, &format!("{uri}/document?format=xlsx"))
        .await;
    assert!(sheet.body.starts_with(b"PK"));
    let sent = json!({"change": "send", "receivers": ["综合执法局", "供水公司"], "way": "paper"});
    let sent = change(&desk, LEAD, &id, sent).await.json();
    let receivers = sent["sent"].as_array().unwrap();
    let by = |way: &str| receivers.iter().filter(|one| one["way"] == way).count();
    assert_eq!(by("paper"), 2);
    // Every member unit was told when it was published, and finds it among its notices.
    assert!(by("console") > 10, "{sent}");
    while desk.app.reach_step().await.unwrap() > 0 {}
    let notices = desk.get(CLERK, "/api/notices").await.json();
    let told = notices["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "bulletin");
    assert!(
        text(told.unwrap(), "text").contains("1号《周报》已发布"),
        "{notices}"
    );
    let again = change(&desk, LEAD, &id, json!({"change": "gather", "revision": 4})).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn r36_a_checklist_closes_only_with_evidence_and_without_open_tasks() {
    let desk = Hotline::open().await;
    let id = made(&desk, "checklist", UNIT).await;
    let uri = format!("/api/registers/checklist/{id}");
    let order = async |order: Value| desk.post(LEAD, &uri, &order).await;
    let open = order(json!({"change": "close", "version": 1, "evidence": "已整改"})).await;
    assert_eq!(
        open.json()["errors"][0]["key"],
        "open_tasks",
        "{}",
        open.text()
    );
    let bare = order(json!({"change": "done", "version": 1, "task": 0, "evidence": " "})).await;
    assert_eq!(bare.json()["errors"][0]["key"], "no_evidence");
    let done =
        order(json!({"change": "done", "version": 1, "task": 0, "evidence": "已修复通电"})).await;
    assert_eq!(done.json()["open_tasks"], json!(0), "{}", done.text());
    let bare = order(json!({"change": "close", "version": 2})).await;
    assert_eq!(bare.json()["errors"][0]["key"], "no_evidence");
    // A file is evidence, too.
    let file = add_file(&desk, LEAD, &format!("{uri}/files")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    assert_eq!(
        add_file(&desk, LEAD, &format!("{uri}/files")).await.status,
        StatusCode::OK
    );
    let closed = order(json!({"change": "close", "version": 2})).await.json();
    assert_eq!(
        (&closed["state"], &closed["due_at"]),
        (&json!("closed"), &Value::Null)
    );
    assert_eq!(
        closed["files"].as_array().unwrap().len(),
        1,
        "sent twice it is one file"
    );
    let actions: Vec<&str> = closed["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["close_entry", "add_entry_file", "task_done", "new_entry"]
    );
    let late = order(json!({"change": "close", "version": 2, "evidence": "再次销号"})).await;
    assert_eq!(late.problem(), "conflict");
    let csv = desk
        .get(
            LEAD,
            "/api/registers/checklist/export?format=csv&state=closed",
        )
        .await;
    assert!(csv.text().contains("虚构条目"), "{}", csv.text());
}

#[tokio::test]
async fn r68_a_unit_reads_what_is_about_it_and_nothing_else() {
    let desk = Hotline::open().await;
    let own = made(&desk, "checklist", UNIT).await;
    let other = made(&desk, "checklist", OTHER_UNIT).await;
    let page = desk.get(CLERK, "/api/registers/checklist").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["id"], json!(own));
    let uri = format!("/api/registers/checklist/{other}");
    assert_eq!(desk.get(CLERK, &uri).await.status, StatusCode::NOT_FOUND);
    let asked = format!("/api/registers/checklist?unit={OTHER_UNIT}");
    let page = desk.get(CLERK, &asked).await.json();
    assert_eq!(
        page["items"][0]["id"],
        json!(own),
        "the own unit, whatever is asked"
    );
    let wrong = json!({"title": "", "day": "never", "values": {"colour": "red"}});
    let told = desk.post(LEAD, "/api/registers/checklist", &wrong).await;
    let fields: Vec<String> = told.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| text(e, "field").to_owned())
        .collect();
    assert_eq!(
        fields,
        [
            "title",
            "day",
            "unit",
            "values.colour",
            "values.source",
            "values.problem",
            "values.person",
            "values.limit"
        ]
    );
}

#[tokio::test]
async fn law_10_a_case_on_paper_is_masked_as_on_the_screen_and_stands_in_the_audit() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/sheet", text(&case, "no"));
    let paper = desk.get(CLERK, &uri).await;
    assert_eq!(paper.status, StatusCode::OK, "{}", paper.text());
    assert!(paper.body.starts_with(b"%PDF-"));
    let forbidden = desk.get(CLERK, &format!("{uri}?form=supervision")).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let order = desk
        .get(SUPERVISOR, &format!("{uri}?form=supervision"))
        .await;
    assert!(order.body.starts_with(b"%PDF-"), "{}", order.text());
    let auditor = Who::Role(Role::AuditAdmin);
    let trail = desk
        .get(auditor, "/api/audit?action=print_case")
        .await
        .json();
    assert_eq!(trail["items"][0]["resource"], case["id"]);
}

/// What an example of a body needs made before, and where it is sent.
pub(crate) async fn ground(desk: &Hotline, path: &str, example: &mut Value) -> String {
    if path.contains("{bulletin}") {
        let id = match example["change"].as_str() {
            Some("send") => published(desk).await,
            change => {
                let view = begun(desk).await;
                if change == Some("save") {
                    let word = example["sections"][0].clone();
                    let count = view["sections"].as_array().unwrap().len();
                    example["sections"] = json!(vec![word; count]);
                }
                text(&view, "id").to_owned()
            }
        };
        return path.replace("{bulletin}", &id);
    }
    let register = "meeting";
    let path = path.replace("{register}", register);
    if path.contains("{entry}") {
        path.replace("{entry}", &made(desk, register, UNIT).await)
    } else {
        path
    }
}

/// Something for every field that must say something.
fn filled(kind: &Value) -> Value {
    let mut values = serde_json::Map::new();
    let fields = kind["fields"].as_array().unwrap();
    for field in fields.iter().filter(|field| field["required"] == true) {
        let value = match text(field, "kind") {
            "day" => "2026-12-01",
            "number" => "3",
            "choice" => text(&field["choices"][0], "key"),
            _ => "虚构内容",
        };
        values.insert(text(field, "key").to_owned(), json!(value));
    }
    let unit = if kind["unit"] == true { UNIT } else { "" };
    json!({"title": "虚构条目", "unit": unit, "day": "2026-11-20", "values": values})
}

#[tokio::test]
async fn r20_r93_r116_r120_r121_r130_each_register_takes_its_records_and_gives_them_back() {
    let desk = Hotline::open().await;
    let kinds = desk.get(LEAD, "/api/registers").await.json();
    // Undertakings signed, training given, staff found, rewards and penalties, rules filed; who leads
    // and what is reported to them.
    for key in [
        "undertaking",
        "drill",
        "staff",
        "reward",
        "filing",
        "body",
        "report",
    ] {
        let items = kinds["items"].as_array().unwrap();
        let kind = items.iter().find(|kind| kind["key"] == key).unwrap();
        let uri = format!("/api/registers/{key}");
        let mut lacking = filled(kind);
        lacking["values"] = json!({});
        let refused = desk.post(LEAD, &uri, &lacking).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
        let entry = filled(kind);
        let taken = desk.post(LEAD, &uri, &entry).await;
        assert_eq!(taken.status, StatusCode::OK, "{key}: {}", taken.text());
        let list = desk.get(LEAD, &uri).await.json();
        let id = text(&list["items"][0], "id");
        let back = desk.get(LEAD, &format!("{uri}/{id}")).await.json();
        assert_eq!(back["values"], entry["values"], "{key}: {back}");
        let table = desk.get(LEAD, &format!("{uri}/export?format=csv")).await;
        assert!(table.text().contains("虚构条目"), "{key}: {}", table.text());
    }
}
