//! The back office over HTTP: who may touch whose account, initial passwords, calendars, units, the
//! audit trail by filter, removal of personal data.

use crate::fixture::{
    Answer, CONTACT, Hotline, NAME, NUMBER, PASSWORD, PICTURE, UNIT, Who, contact, text,
};
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const SYSTEM: Who = Who::Role(Role::SystemAdmin);
const SECURITY: Who = Who::Role(Role::SecurityAdmin);
const AUDIT: Who = Who::Role(Role::AuditAdmin);
const LEAD: Who = Who::Role(Role::Lead);

async fn id_of(desk: &Hotline, who: Who) -> String {
    desk.cookie(who).await;
    let login = Hotline::login(who);
    let found = desk.app.store().account_by_login(&login).await.unwrap();
    found.unwrap().id
}

async fn change(desk: &Hotline, id: &str, body: &Value) -> Answer {
    let uri = format!("/api/accounts/{id}/changes");
    desk.post(SYSTEM, &uri, body).await
}

async fn grant(desk: &Hotline, id: &str, roles: &[&str]) -> Answer {
    let uri = format!("/api/accounts/{id}/roles");
    let body = json!({"roles": roles, "reason": "岗位调整"});
    desk.post(SECURITY, &uri, &body).await
}

#[track_caller]
fn refused(answer: &Answer, key: &str) {
    assert_eq!(answer.problem(), key, "{}", answer.text());
}

async fn sign_in(desk: &Hotline, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    desk.post(Who::Nobody, "/api/session", &body).await
}

/// A cookie as its owner would send it.
fn cookie_of(answer: &Answer) -> String {
    let whole = answer.header("set-cookie");
    whole.split(';').next().unwrap().to_owned()
}

async fn with(desk: &Hotline, cookie: &str, method: Method, uri: &str, body: &Value) -> Answer {
    let request = desk
        .request(Who::Nobody, method, uri)
        .await
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json");
    desk.send(request.body(body.to_string().into()).unwrap())
        .await
}

#[tokio::test]
async fn an_account_begins_with_a_password_that_opens_nothing_but_its_own_change() {
    let desk = Hotline::open().await;
    let new = json!({"login": "new.person", "name": "虚构新人", "unit": UNIT});
    let key = desk.key();
    let made = desk.post_keyed(SYSTEM, "/api/accounts", &new, &key).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let made = made.json();
    let initial = text(&made, "initial_password").to_owned();
    let id = text(&made["item"]["account"], "id").to_owned();
    assert_eq!(made["item"]["account"]["roles"], json!([]));
    // A repeat makes nothing twice and shows the password no second time: it is kept nowhere.
    let again = desk
        .post_keyed(SYSTEM, "/api/accounts", &new, &key)
        .await
        .json();
    assert_eq!(again["item"]["account"]["id"], id.as_str());
    assert_eq!(again["initial_password"], Value::Null);
    assert!(grant(&desk, &id, &["operator"]).await.status.is_success());

    let entered = sign_in(&desk, "new.person", &initial).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
    assert_eq!(entered.json()["password_due"], json!(true));
    let cookie = cookie_of(&entered);
    let none = Value::Null;
    let seen = with(&desk, &cookie, Method::GET, "/api/session", &none).await;
    assert_eq!(seen.json()["password_due"], json!(true));
    for uri in ["/api/cases", "/api/units", "/api/live"] {
        let answer = with(&desk, &cookie, Method::GET, uri, &none).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        refused(&answer, "password_due");
    }
    let wrong = |field: &str, key: &str, order: Value| (field.to_owned(), key.to_owned(), order);
    for (field, key, order) in [
        wrong(
            "password",
            "wrong_password",
            json!({"password": "not this one", "new_password": "a longer one"}),
        ),
        wrong(
            "new_password",
            "too_short",
            json!({"password": initial, "new_password": "short"}),
        ),
        wrong(
            "new_password",
            "same_password",
            json!({"password": initial, "new_password": initial}),
        ),
        wrong(
            "new_password",
            "holds_login",
            json!({"password": initial, "new_password": "New.Person.2026"}),
        ),
    ] {
        let answer = with(
            &desk,
            &cookie,
            Method::POST,
            "/api/session/password",
            &order,
        )
        .await;
        refused(&answer, "invalid");
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (text(error, "field"), text(error, "key")),
            (field.as_str(), key.as_str())
        );
    }
    let order = json!({"password": initial, "new_password": "an own invented one"});
    let changed = with(
        &desk,
        &cookie,
        Method::POST,
        "/api/session/password",
        &order,
    )
    .await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    let seen = with(&desk, &cookie, Method::GET, "/api/cases", &none).await;
    assert_eq!(seen.status, StatusCode::OK, "the same session goes on");
    assert_eq!(
        sign_in(&desk, "new.person", &initial).await.status,
        StatusCode::UNAUTHORIZED
    );
    // Nothing in the store knows the initial password.
    let trail = desk.get(AUDIT, "/api/audit?limit=200").await.text();
    assert!(!trail.contains(&initial), "{trail}");
}

#[tokio::test]
async fn the_three_administrators_keep_to_their_own_duty() {
    let desk = Hotline::open().await;
    let (system, security, audit) = (
        id_of(&desk, SYSTEM).await,
        id_of(&desk, SECURITY).await,
        id_of(&desk, AUDIT).await,
    );
    let clerk = id_of(&desk, Who::Role(Role::Clerk)).await;
    let close = json!({"change": "close", "reason": "调离本单位"});
    // Nobody touches the own account.
    refused(&change(&desk, &system, &close).await, "duties/own_account");
    refused(
        &grant(&desk, &security, &["operator"]).await,
        "duties/own_account",
    );
    // The last of a kind stays.
    for last in [&security, &audit] {
        refused(
            &change(&desk, last, &close).await,
            "duties/last_administrator",
        );
    }
    refused(
        &grant(&desk, &system, &[]).await,
        "duties/last_administrator",
    );
    refused(
        &grant(&desk, &audit, &["operator"]).await,
        "duties/last_administrator",
    );
    // Who could give another kind of administrator a password could act as one.
    let reset = json!({"change": "reset_password", "reason": "忘记口令"});
    for other in [&security, &audit] {
        refused(
            &change(&desk, other, &reset).await,
            "duties/other_administrator",
        );
    }
    // An administrator is nothing else beside it.
    refused(
        &grant(&desk, &clerk, &["clerk", "system_admin"]).await,
        "duties/exclusive_role",
    );
    refused(
        &grant(&desk, &clerk, &["audit_admin", "security_admin"]).await,
        "duties/exclusive_role",
    );
    let answer = grant(&desk, &clerk, &["nobody"]).await;
    assert_eq!(answer.json()["errors"][0]["key"], "unknown_word");
    // A second one may take over, and then the first may go.
    assert!(
        grant(&desk, &clerk, &["audit_admin"])
            .await
            .status
            .is_success()
    );
    assert!(change(&desk, &audit, &close).await.status.is_success());
    refused(
        &change(&desk, &clerk, &close).await,
        "duties/last_administrator",
    );
    let missing = change(&desk, "nobody", &close).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let wordless = json!({"change": "close", "reason": " 。 "});
    let answer = change(&desk, &id_of(&desk, LEAD).await, &wordless).await;
    assert_eq!(answer.json()["errors"][0]["key"], "text_length");
}

#[tokio::test]
async fn closing_ends_the_sessions_at_once_and_a_lock_can_be_taken_away() {
    let desk = Hotline::open().await;
    let id = id_of(&desk, LEAD).await;
    assert_eq!(desk.get(LEAD, "/api/cases").await.status, StatusCode::OK);
    let close = json!({"change": "close", "reason": "长期休假"});
    let key = desk.key();
    let uri = format!("/api/accounts/{id}/changes");
    for _ in 0..2 {
        let done = desk.post_keyed(SYSTEM, &uri, &close, &key).await;
        assert_eq!(done.json()["item"]["closed"], json!(true));
    }
    assert_eq!(
        desk.get(LEAD, "/api/cases").await.status,
        StatusCode::UNAUTHORIZED
    );
    let login = Hotline::login(LEAD);
    assert_eq!(
        sign_in(&desk, &login, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    // A try to sign in does not open what an administrator closed.
    let closed = desk.app.store().account_by_login(&login).await.unwrap();
    assert!(closed.unwrap().disabled);
    let open = json!({"change": "open", "reason": "返岗上班"});
    assert!(change(&desk, &id, &open).await.status.is_success());
    for _ in 0..5 {
        sign_in(&desk, &login, "not this one").await;
    }
    refused(&sign_in(&desk, &login, PASSWORD).await, "locked");
    let page = desk.get(SYSTEM, "/api/accounts?q=x.lead").await.json();
    assert!(page["items"][0]["locked_until"].is_i64(), "{page}");
    assert!(
        change(&desk, &id, &json!({"change": "unlock"}))
            .await
            .status
            .is_success()
    );
    assert_eq!(
        sign_in(&desk, &login, PASSWORD).await.status,
        StatusCode::OK
    );
    let place = json!({"change": "place", "name": "虚构改名", "unit": "nowhere"});
    let answer = change(&desk, &id, &place).await;
    assert_eq!(answer.json()["errors"][0]["key"], "unknown_unit");
    let place = json!({"change": "place", "name": "虚构改名", "unit": UNIT});
    let moved = change(&desk, &id, &place).await.json();
    assert_eq!(moved["item"]["account"]["unit"], UNIT);
}

#[tokio::test]
async fn accounts_are_found_by_words_and_paged_by_login() {
    let desk = Hotline::open().await;
    for who in Who::all() {
        if matches!(who, Who::Role(_)) {
            desk.cookie(who).await;
        }
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let uri = format!("/api/accounts?limit=5&after={after}");
        let page = desk.get(SECURITY, &uri).await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 5);
        seen.extend(
            items
                .iter()
                .map(|item| text(&item["account"], "login").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), Role::ALL.len());
    assert!(seen.is_sorted());
    for (query, count) in [
        ("q=follow_up", 1),
        ("q=%25", 0),
        ("q=%E8%99%9A%E6%9E%84", Role::ALL.len()),
        (&format!("unit={UNIT}"), 2),
        ("q=nobody", 0),
    ] {
        let page = desk.get(SYSTEM, &format!("/api/accounts?{query}")).await;
        let found = page.json()["items"].as_array().unwrap().len();
        assert_eq!(found, count, "{query}");
    }
}

#[tokio::test]
async fn a_holiday_counts_at_once_and_moves_no_limit_that_runs() {
    let desk = Hotline::open().await;
    let words = json!({"narrative": "小区门口有人占道经营"});
    let limit = |suggestion: &Value| suggestion["due"]["result"].as_i64().unwrap();
    let before = desk.post(LEAD, "/api/triage", &words).await.json();
    let mut contact = contact();
    contact["then"] = json!({"command": "dispatch", "lead": UNIT,
        "limits": {"result": {"span": "2wd", "amber": 75}}});
    let case = desk.take(&contact).await;
    let of = |case: &Value| {
        let all = case["deadlines"].as_array().unwrap();
        all.iter().find(|d| d["stage"] == "result").unwrap().clone()
    };
    let due = of(&case)["due"].as_i64().unwrap();
    assert_eq!(of(&case).get("recounted"), None);
    // A Friday: the Monday behind it becomes a holiday.
    desk.clock.advance(1_000);
    let order = json!({"put": [{"day": "2026-11-23", "off": true, "note": "虚构节"}]});
    let changed = desk.post(SYSTEM, "/api/calendar", &order).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let uri = format!("/api/cases/{}", text(&case, "id"));
    let seen = of(&desk.get(LEAD, &uri).await.json());
    assert_eq!(seen["due"], json!(due), "it keeps its date");
    assert_eq!(seen["recounted"], json!(due + 86_400_000));
    let second = of(&desk.take(&contact).await);
    assert_eq!(
        second["due"],
        json!(due + 86_400_000),
        "counted anew at once"
    );
    assert_eq!(second.get("recounted"), None);
    let after = desk.post(LEAD, "/api/triage", &words).await.json();
    assert!(limit(&after) >= limit(&before));
    // Taken back, nothing differs any more.
    desk.clock.advance(1_000);
    let order = json!({"remove": ["2026-11-23"]});
    let back = desk.post(SYSTEM, "/api/calendar", &order).await.json();
    assert_eq!(back["before"][0]["note"], "虚构节");
    let seen = of(&desk.get(LEAD, &uri).await.json());
    assert_eq!(seen.get("recounted"), None);
    let year = desk.get(LEAD, "/api/calendar?year=2026").await.json();
    assert_eq!(year["days"], json!([]));
    assert!(year["changed_at"].is_i64());
}

#[tokio::test]
async fn a_years_file_is_taken_whole_or_refused_with_its_lines() {
    let desk = Hotline::open().await;
    let import = async |text: &str| {
        desk.post(SYSTEM, "/api/calendar/import", &json!({"text": text}))
            .await
    };
    let good = "day,off,note\n2027-02-06,off,春节\n2027-02-14,work,调休\n";
    let taken = import(good).await.json();
    assert_eq!(taken["years"], json!([2027]));
    let bad = import("2027-02-07,off,\n2027-02-xx,off,\n").await;
    refused(&bad, "invalid");
    assert_eq!(bad.json()["errors"][0]["field"], "line 2");
    let year = async || desk.get(LEAD, "/api/calendar?year=2027").await.json();
    assert_eq!(
        year().await["days"].as_array().unwrap().len(),
        2,
        "refused whole"
    );
    // A second file of the year replaces the first, and says what was there.
    let other = import("2027-05-01,off,劳动节\n").await.json();
    assert_eq!(other["before"].as_array().unwrap().len(), 2);
    assert_eq!(year().await["days"][0]["day"], "2027-05-01");
    assert_eq!(year().await["years"], json!([2027]));
}

#[tokio::test]
async fn a_unit_that_takes_no_new_work_gets_none() {
    let desk = Hotline::open().await;
    let uri = format!("/api/units/{UNIT}");
    let order = json!({"hours": "09:00-12:00", "disabled": true, "reason": "机构合并停止受理"});
    let done = desk.post(SYSTEM, &uri, &order).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let units = desk.get(LEAD, "/api/units").await.json();
    let unit = units
        .as_array()
        .unwrap()
        .iter()
        .find(|u| u["code"] == UNIT)
        .unwrap();
    assert_eq!(
        (&unit["disabled"], &unit["serves_now"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(unit["hours"], "09:00-12:00");
    let mut contact = contact();
    contact["then"] = json!({"command": "dispatch", "lead": UNIT});
    let answer = desk.post(LEAD, "/api/contacts", &contact).await;
    assert_eq!(answer.json()["errors"][0]["key"], "unit_disabled");
    let words = json!({"narrative": "小区门口有人占道经营"});
    let said = desk.post(LEAD, "/api/triage", &words).await.json();
    assert_ne!(said["lead"], json!(UNIT), "{said}");
    let bad = json!({"hours": "all day", "disabled": false, "reason": "作息调整"});
    let answer = desk.post(SYSTEM, &uri, &bad).await;
    assert_eq!(answer.json()["errors"][0]["key"], "unreadable");
    let police = json!({"hours": "24h", "disabled": true, "reason": "不归本台"});
    let answer = desk
        .post(SYSTEM, "/api/units/station-central", &police)
        .await;
    assert_eq!(answer.json()["errors"][0]["key"], "other_desk");
    let nowhere = desk.post(SYSTEM, "/api/units/nowhere", &order).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let open = json!({"hours": "24h", "disabled": false, "reason": "恢复受理"});
    assert!(desk.post(SYSTEM, &uri, &open).await.status.is_success());
    let answer = desk.post(LEAD, "/api/contacts", &contact).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

#[tokio::test]
async fn law_10_the_trail_is_read_by_person_deed_thing_and_time() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let clerk = Who::Role(Role::Clerk);
    let uri = format!("/api/cases/{}/unmask", text(&case, "id"));
    for n in 0..3 {
        desk.clock.advance(60_000);
        let because = json!({"reason": format!("第{n}次回拨核实")});
        assert!(desk.post(clerk, &uri, &because).await.status.is_success());
    }
    let ask = async |query: &str| desk.get(AUDIT, &format!("/api/audit?{query}")).await.json();
    let count = |page: &Value| page["items"].as_array().unwrap().len();
    let login = Hotline::login(clerk);
    for query in [
        format!("resource={}", text(&case, "no")),
        format!("resource={}", text(&case, "id")),
        format!("actor={login}&action=unmask"),
        "action=unmask".to_owned(),
    ] {
        let page = ask(&query).await;
        assert_eq!(count(&page), 3, "{query}: {page}");
        let row = &page["items"][0];
        assert_eq!(row["resource_no"], case["no"]);
        assert_eq!(text(row, "actor_login"), login);
        assert_eq!(text(row, "reason"), "第2次回拨核实", "the newest first");
    }
    let page = ask("action=unmask&limit=2").await;
    assert_eq!(count(&page), 2);
    let rest = ask(&format!("action=unmask&limit=2&after={}", page["next"])).await;
    assert_eq!((count(&rest), &rest["next"]), (1, &Value::Null));
    let last = page["items"][0]["at"].as_i64().unwrap();
    assert_eq!(count(&ask(&format!("action=unmask&from={last}")).await), 1);
    assert_eq!(count(&ask(&format!("action=unmask&to={last}")).await), 2);
    assert_eq!(count(&ask("actor=nobody.at.all").await), 0);
    assert_eq!(count(&ask("resource=nothing").await), 0);
    // Part of a name is enough.
    let page = ask("actor=%E8%99%9A%E6%9E%84%20x.clerk&action=unmask").await;
    assert_eq!(count(&page), 3);
}

#[tokio::test]
async fn law_10_what_is_removed_is_gone_and_the_record_stays_whole() {
    let desk = Hotline::open().await;
    let open = desk.dispatched(false).await;
    let because = json!({"reason": "来电人依法申请删除"});
    let redact = async |case: &Value| {
        let uri = format!("/api/cases/{}/redact", text(case, "no"));
        desk.post(SECURITY, &uri, &because).await
    };
    refused(&redact(&open).await, "refused/case_not_closed");
    let mut contact = contact();
    contact["then"] = json!({"command": "inform", "text": "已告知"});
    let case = desk.take(&contact).await;
    let file = desk
        .attach(LEAD, text(&case, "id"), PICTURE, "%E9%97%A8%E7%89%8C.png")
        .await;
    assert_eq!(file.status, StatusCode::CREATED, "{}", file.text());
    let file = file.json();
    let done = redact(&case).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    for secret in [NUMBER, CONTACT, NAME] {
        assert!(!done.text().contains(secret));
    }
    let id = text(&case, "id");
    let seen = desk.get(LEAD, &format!("/api/cases/{id}")).await.text();
    let line = desk.get(LEAD, &format!("/api/cases/{id}/timeline")).await;
    for secret in [NUMBER, CONTACT, NAME, "望江路", "小区门口", "门牌"] {
        assert!(!seen.contains(secret), "{secret} is still there: {seen}");
        assert!(!line.text().contains(secret), "{secret}: {}", line.text());
    }
    assert!(line.text().contains("redacted"));
    assert!(seen.contains(text(&file, "digest")), "that it was stays");
    let uri = format!("/api/cases/{id}/attachments/{}", text(&file, "id"));
    assert_eq!(desk.get(LEAD, &uri).await.status, StatusCode::NOT_FOUND);
    let part = desk.app.store().attachment_part(text(&file, "id"), 0).await;
    assert!(part.unwrap().is_none(), "its bytes are gone");
    let person = desk.app.store().person(id).await.unwrap().unwrap();
    assert_eq!(person.salt, "");
    let callers = desk
        .get(LEAD, &format!("/api/callers?number={NUMBER}"))
        .await
        .text();
    assert!(
        !callers.contains(id),
        "the blind index does not find it either"
    );
    let report = app::verify(&desk.app, |_| {}).await.unwrap();
    assert!(report.clean, "{report:?}");
    let trail = desk.get(AUDIT, "/api/audit?action=redact").await.json();
    assert_eq!(trail["items"][0]["reason"], because["reason"]);
}

#[tokio::test]
async fn the_state_of_the_system_is_known_without_the_machine() {
    let desk = Hotline::open().await;
    desk.dispatched(false).await;
    desk.app
        .note_upkeep(app::UpkeepKind::Verify, true, 12, 3)
        .await
        .unwrap();
    let line = desk.live(LEAD, "/api/live", &[]).await;
    let seen = desk.get(SYSTEM, "/api/system").await.json();
    assert_eq!(seen["store"], "sqlite");
    assert!(seen["log"].as_i64().unwrap() > 0 && seen["audit"].as_i64().unwrap() > 0);
    assert!(seen["bytes"].as_i64().unwrap() > 0);
    assert_eq!(
        (&seen["listeners"], &seen["listening_accounts"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(seen["last_backup"], Value::Null);
    assert_eq!(seen["last_verify"]["events"], json!(12));
    assert!(seen["memory"].as_u64().unwrap() > 1_000_000);
    drop(line);
}

#[tokio::test]
async fn a_link_that_does_not_run_says_so() {
    let desk = Hotline::open().await;
    let uri = format!("/api/links/{}/test", crate::fixture::LINK);
    let answer = desk.post(LEAD, &uri, &json!({})).await.json();
    assert_eq!(
        (&answer["answered"], text(&answer, "error")),
        (&json!(false), "not_running")
    );
    for uri in ["/api/links/nowhere", "/api/links/nowhere/dead"] {
        assert_eq!(desk.get(LEAD, uri).await.status, StatusCode::NOT_FOUND);
    }
}
