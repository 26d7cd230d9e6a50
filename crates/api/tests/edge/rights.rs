//! Who may call what (law 10): every operation of the document, every role, and nobody.

use crate::fixture::{Answer, Hotline, PICTURE, UNIT, Who, contact, text};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::{Action, Grant, Role, grant};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who is let in.
#[derive(Debug, Clone, Copy)]
enum Door {
    /// Everybody, with or without a session.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Whom the table of rights grants it on the platform as a whole.
    Desk(Action),
    /// Whom the table grants one of the two.
    Either(Action, Action),
    /// Whom the table grants both.
    Both(Action, Action),
    /// Whom the table grants it on this case; others do not learn that it exists.
    Case(Action),
    /// Whom the table grants it for the clerk's unit.
    Unit(Action),
    /// Who was told, whose unit it is about, who dispatches or mends; others do not learn that it exists.
    Notice,
    /// Whoever may read any case at all.
    AnyCase,
    /// Whom the table grants it at all: the own unit's part is shown.
    Part(Action),
    /// Whom the table grants it on a measure addressed to the clerk's unit; others do not learn
    /// that it exists.
    Measure(Action),
    /// Nobody by cookie: peers, by signature.
    Peer,
}

/// Every operation. One that is missing here fails the test below.
const TABLE: &[(&str, &str, Door)] = &[
    ("POST", "/api/session", Door::Open),
    ("GET", "/api/session", Door::SignedIn),
    ("DELETE", "/api/session", Door::Open),
    ("POST", "/api/triage", Door::Desk(Action::Triage)),
    (
        "GET",
        "/api/triage/learning",
        Door::Desk(Action::ReadDirectory),
    ),
    ("POST", "/api/triage/model", Door::Desk(Action::Administer)),
    ("POST", "/api/contacts", Door::Desk(Action::Intake)),
    ("GET", "/api/callers", Door::Desk(Action::Intake)),
    (
        "POST",
        "/api/callers/evidence",
        Door::Both(Action::Intake, Action::ExportUnmasked),
    ),
    ("GET", "/api/near", Door::Desk(Action::Intake)),
    ("GET", "/api/cases", Door::Desk(Action::ListCases)),
    ("GET", "/api/cases/{id}", Door::Case(Action::ReadCase)),
    (
        "GET",
        "/api/cases/{id}/timeline",
        Door::Case(Action::ReadCase),
    ),
    (
        "POST",
        "/api/cases/{id}/commands",
        Door::Case(Action::Remark),
    ),
    ("POST", "/api/cases/{id}/unmask", Door::Case(Action::Unmask)),
    (
        "GET",
        "/api/supervision",
        Door::Part(Action::ReadSupervision),
    ),
    (
        "GET",
        "/api/supervision/rules",
        Door::Part(Action::ReadSupervision),
    ),
    (
        "POST",
        "/api/supervision/measures",
        Door::Desk(Action::Supervise),
    ),
    (
        "GET",
        "/api/supervision/measures/{id}",
        Door::Measure(Action::ReadSupervision),
    ),
    (
        "GET",
        "/api/supervision/measures/{id}/document",
        Door::Measure(Action::ReadSupervision),
    ),
    (
        "POST",
        "/api/supervision/measures/{id}/steps",
        Door::Measure(Action::AnswerSupervision),
    ),
    (
        "GET",
        "/api/supervision/daily",
        Door::Desk(Action::ReadSupervision),
    ),
    (
        "POST",
        "/api/supervision/daily/{id}",
        Door::Desk(Action::Supervise),
    ),
    (
        "GET",
        "/api/supervision/watch",
        Door::Desk(Action::ReadSupervision),
    ),
    (
        "GET",
        "/api/supervision/findings",
        Door::Desk(Action::ReadSupervision),
    ),
    (
        "POST",
        "/api/supervision/findings/{id}",
        Door::Desk(Action::Supervise),
    ),
    // Before the lines that give the other clerk another role.
    ("GET", "/api/scores", Door::Desk(Action::ReadScores)),
    ("GET", "/api/scores/sheet", Door::Desk(Action::ReadScores)),
    ("GET", "/api/scores/figures", Door::Desk(Action::ReadScores)),
    ("GET", "/api/scores/cases", Door::Desk(Action::ReadScores)),
    ("GET", "/api/scores/claims", Door::Desk(Action::ReadScores)),
    (
        "POST",
        "/api/scores/claims",
        Door::Case(Action::AskExclusion),
    ),
    (
        "POST",
        "/api/scores/claims/{claim}/decision",
        Door::Desk(Action::DecideExclusion),
    ),
    (
        "POST",
        "/api/scores/publications",
        Door::Desk(Action::PublishScores),
    ),
    (
        "GET",
        "/api/scores/publications/{publication}",
        Door::Desk(Action::ReadScores),
    ),
    (
        "POST",
        "/api/scores/publications/{publication}/recount",
        Door::Desk(Action::ReadScores),
    ),
    ("GET", "/api/scores/rules", Door::Desk(Action::ReadScores)),
    ("POST", "/api/scores/rules", Door::Desk(Action::EditScores)),
    ("POST", "/api/alike", Door::Desk(Action::Intake)),
    ("GET", "/api/map", Door::Desk(Action::ReadDirectory)),
    ("GET", "/api/map/vector", Door::Desk(Action::ReadDirectory)),
    (
        "GET",
        "/api/map/tiles/{tile}",
        Door::Desk(Action::ReadDirectory),
    ),
    ("GET", "/api/map/cases", Door::Desk(Action::ReadDesk)),
    ("GET", "/api/wall", Door::Desk(Action::ReadDesk)),
    (
        "POST",
        "/api/cases/{id}/attachments",
        Door::Case(Action::Remark),
    ),
    (
        "GET",
        "/api/cases/{id}/attachments/{file}",
        Door::Case(Action::ReadCase),
    ),
    ("GET", "/api/cases/{id}/sheet", Door::Case(Action::ReadCase)),
    ("GET", "/api/bulletins", Door::Desk(Action::ReadBulletin)),
    ("POST", "/api/bulletins", Door::Desk(Action::DraftBulletin)),
    (
        "GET",
        "/api/bulletins/{bulletin}",
        Door::Desk(Action::ReadBulletin),
    ),
    (
        "POST",
        "/api/bulletins/{bulletin}",
        Door::Desk(Action::DraftBulletin),
    ),
    (
        "GET",
        "/api/bulletins/{bulletin}/document",
        Door::Desk(Action::ReadBulletin),
    ),
    ("GET", "/api/registers", Door::Desk(Action::ReadRegister)),
    (
        "GET",
        "/api/registers/{register}",
        Door::Desk(Action::ReadRegister),
    ),
    (
        "POST",
        "/api/registers/{register}",
        Door::Desk(Action::KeepRegister),
    ),
    (
        "GET",
        "/api/registers/{register}/export",
        Door::Both(Action::ReadRegister, Action::Export),
    ),
    (
        "GET",
        "/api/registers/{register}/{entry}",
        Door::Desk(Action::ReadRegister),
    ),
    (
        "POST",
        "/api/registers/{register}/{entry}",
        Door::Desk(Action::KeepRegister),
    ),
    (
        "POST",
        "/api/registers/{register}/{entry}/files",
        Door::Desk(Action::KeepRegister),
    ),
    (
        "GET",
        "/api/registers/{register}/{entry}/files/{file}",
        Door::Desk(Action::ReadRegister),
    ),
    (
        "GET",
        "/api/registers/{register}/{entry}/document",
        Door::Desk(Action::ReadRegister),
    ),
    (
        "GET",
        "/api/knowledge",
        Door::Either(Action::WriteKnowledge, Action::ApproveKnowledge),
    ),
    ("POST", "/api/knowledge", Door::Desk(Action::WriteKnowledge)),
    (
        "POST",
        "/api/knowledge/answers",
        Door::Desk(Action::ReadKnowledge),
    ),
    (
        "GET",
        "/api/knowledge/{article}",
        Door::Either(Action::WriteKnowledge, Action::ApproveKnowledge),
    ),
    (
        "POST",
        "/api/knowledge/{article}",
        Door::Desk(Action::WriteKnowledge),
    ),
    (
        "POST",
        "/api/knowledge/{article}/uses",
        Door::Desk(Action::ReadKnowledge),
    ),
    ("POST", "/api/search", Door::Desk(Action::ListCases)),
    ("GET", "/api/searches", Door::Desk(Action::ListCases)),
    ("POST", "/api/searches", Door::Desk(Action::ListCases)),
    (
        "DELETE",
        "/api/searches/{id}",
        Door::Desk(Action::ListCases),
    ),
    ("POST", "/api/exports", Door::Desk(Action::Export)),
    ("GET", "/api/exports/{id}", Door::Desk(Action::Export)),
    ("DELETE", "/api/exports/{id}", Door::Desk(Action::Export)),
    ("GET", "/api/exports/{id}/file", Door::Desk(Action::Export)),
    ("GET", "/api/summary", Door::Desk(Action::ReadDesk)),
    (
        "GET",
        "/api/board",
        Door::Both(Action::ReadDesk, Action::ReadCase),
    ),
    ("GET", "/api/seats", Door::Desk(Action::ReadDesk)),
    ("PUT", "/api/seats/mine", Door::SignedIn),
    ("GET", "/api/units", Door::Desk(Action::ReadDirectory)),
    ("GET", "/api/matters", Door::Desk(Action::ReadDirectory)),
    ("GET", "/api/audit", Door::Desk(Action::ReadAudit)),
    ("GET", "/api/links", Door::Desk(Action::ReadDesk)),
    ("GET", "/api/links/{link}", Door::Desk(Action::MendLink)),
    (
        "GET",
        "/api/links/{link}/dead",
        Door::Desk(Action::MendLink),
    ),
    (
        "POST",
        "/api/links/{link}/resend",
        Door::Desk(Action::MendLink),
    ),
    (
        "POST",
        "/api/links/{link}/test",
        Door::Desk(Action::MendLink),
    ),
    ("GET", "/api/link-keys", Door::Desk(Action::RotateKeys)),
    (
        "POST",
        "/api/link-keys/{link}/own",
        Door::Desk(Action::RotateKeys),
    ),
    (
        "POST",
        "/api/link-keys/{link}/own/{key}",
        Door::Desk(Action::RotateKeys),
    ),
    (
        "POST",
        "/api/link-keys/{link}/read",
        Door::Desk(Action::RotateKeys),
    ),
    (
        "POST",
        "/api/link-keys/{link}/peer",
        Door::Desk(Action::RotateKeys),
    ),
    (
        "POST",
        "/api/link-keys/{link}/peer/{key}",
        Door::Desk(Action::RotateKeys),
    ),
    ("POST", "/api/session/password", Door::SignedIn),
    (
        "GET",
        "/api/accounts",
        Door::Either(Action::Administer, Action::GrantRoles),
    ),
    ("POST", "/api/accounts", Door::Desk(Action::Administer)),
    (
        "POST",
        "/api/accounts/{account}/changes",
        Door::Desk(Action::Administer),
    ),
    (
        "POST",
        "/api/accounts/{account}/roles",
        Door::Desk(Action::GrantRoles),
    ),
    ("GET", "/api/calendar", Door::Desk(Action::ReadDirectory)),
    ("POST", "/api/calendar", Door::Desk(Action::Administer)),
    (
        "POST",
        "/api/calendar/import",
        Door::Desk(Action::Administer),
    ),
    (
        "POST",
        "/api/calendar/recount",
        Door::Desk(Action::Administer),
    ),
    ("GET", "/api/clocks", Door::Desk(Action::ReadDirectory)),
    (
        "POST",
        "/api/clocks/check",
        Door::Desk(Action::ReadDirectory),
    ),
    (
        "POST",
        "/api/clocks/preview",
        Door::Desk(Action::ReadDirectory),
    ),
    (
        "POST",
        "/api/clocks/versions",
        Door::Desk(Action::PublishList),
    ),
    ("GET", "/api/places", Door::Desk(Action::Administer)),
    ("POST", "/api/places", Door::Desk(Action::Administer)),
    ("POST", "/api/places/import", Door::Desk(Action::Administer)),
    ("GET", "/api/imports", Door::Desk(Action::Transfer)),
    ("POST", "/api/imports", Door::Desk(Action::Transfer)),
    ("POST", "/api/imports/look", Door::Desk(Action::Transfer)),
    (
        "POST",
        "/api/imports/{id}/stop",
        Door::Desk(Action::Transfer),
    ),
    (
        "GET",
        "/api/imports/{id}/refused",
        Door::Desk(Action::Transfer),
    ),
    ("POST", "/api/units/{code}", Door::Desk(Action::Administer)),
    ("GET", "/api/system", Door::Desk(Action::Administer)),
    (
        "GET",
        "/api/list",
        Door::Either(Action::EditList, Action::PublishList),
    ),
    (
        "GET",
        "/api/list/draft",
        Door::Either(Action::EditList, Action::PublishList),
    ),
    ("POST", "/api/list/draft", Door::Desk(Action::EditList)),
    (
        "POST",
        "/api/list/try",
        Door::Either(Action::EditList, Action::PublishList),
    ),
    ("POST", "/api/list/runs", Door::Desk(Action::EditList)),
    (
        "GET",
        "/api/list/runs/{run}",
        Door::Either(Action::EditList, Action::PublishList),
    ),
    (
        "POST",
        "/api/list/runs/{run}/cancel",
        Door::Desk(Action::EditList),
    ),
    (
        "POST",
        "/api/list/versions",
        Door::Desk(Action::PublishList),
    ),
    (
        "GET",
        "/api/list/versions/{number}",
        Door::Desk(Action::ReadDirectory),
    ),
    ("POST", "/api/cases/{id}/redact", Door::Desk(Action::Redact)),
    ("GET", "/api/live", Door::AnyCase),
    ("GET", "/api/platform", Door::Open),
    ("POST", "/api/public/reports", Door::Open),
    (
        "POST",
        "/api/cases/{id}/presence",
        Door::Case(Action::ReadCase),
    ),
    ("GET", "/api/public/reports/{no}", Door::Open),
    ("POST", "/api/public/reports/{no}/status", Door::Open),
    ("POST", "/api/public/reports/{no}/rating", Door::Open),
    ("POST", "/api/public/reports/{no}/attachments", Door::Open),
    ("POST", "/api/public/danger", Door::Open),
    ("GET", "/report/promises", Door::Open),
    ("GET", "/report/status", Door::Open),
    ("POST", "/report/status", Door::Open),
    ("GET", "/report/rate", Door::Open),
    ("POST", "/report/rate", Door::Open),
    (
        "GET",
        "/api/follow-up",
        Door::Both(Action::ReadDesk, Action::ReadCase),
    ),
    ("POST", "/api/follow-up/next", Door::Desk(Action::FollowUp)),
    ("GET", "/api/follow-up/rules", Door::Desk(Action::ReadDesk)),
    (
        "POST",
        "/api/follow-up/rules",
        Door::Desk(Action::PlanFollowUp),
    ),
    (
        "GET",
        "/api/follow-up/cases/{no}",
        Door::Desk(Action::FollowUp),
    ),
    (
        "PUT",
        "/api/follow-up/cases/{no}/claim",
        Door::Desk(Action::FollowUp),
    ),
    (
        "DELETE",
        "/api/follow-up/cases/{no}/claim",
        Door::Desk(Action::FollowUp),
    ),
    (
        "POST",
        "/api/follow-up/cases/{no}/link",
        Door::Desk(Action::FollowUp),
    ),
    (
        "GET",
        "/api/inspections",
        Door::Desk(Action::ReadInspections),
    ),
    ("POST", "/api/inspections", Door::Desk(Action::Inspect)),
    ("POST", "/exchange/v1/batches", Door::Peer),
    ("GET", "/healthz", Door::Open),
    ("GET", "/readyz", Door::Open),
    ("GET", "/metrics", Door::Open),
    ("GET", "/api/openapi.json", Door::Open),
    ("GET", "/api/roster", Door::Desk(Action::ReadDirectory)),
    (
        "GET",
        "/api/roster/{unit}",
        Door::Desk(Action::ReadDirectory),
    ),
    ("POST", "/api/roster/{unit}", Door::Unit(Action::KeepDuty)),
    (
        "POST",
        "/api/roster/{unit}/import",
        Door::Unit(Action::KeepDuty),
    ),
    ("GET", "/api/duty-tests", Door::Desk(Action::MendNotice)),
    ("POST", "/api/duty-tests", Door::Desk(Action::MendNotice)),
    ("GET", "/api/notices", Door::SignedIn),
    ("POST", "/api/notices", Door::SignedIn),
    ("GET", "/api/notices/{id}", Door::Notice),
    ("POST", "/api/notices/{id}", Door::Notice),
    (
        "POST",
        "/api/notices/{id}/sheet",
        Door::Case(Action::Dispatch),
    ),
    ("GET", "/api/channels", Door::Desk(Action::Administer)),
    (
        "POST",
        "/api/channels/{channel}/test",
        Door::Desk(Action::Administer),
    ),
    ("GET", "/roster/feed/{unit}/{key}", Door::Open),
    ("POST", "/reach/v1/sms/{token}", Door::Open),
    (
        "GET",
        "/api/calls/desk",
        Door::Either(Action::TakeCalls, Action::SuperviseCalls),
    ),
    ("PUT", "/api/calls/desk", Door::Desk(Action::TakeCalls)),
    (
        "GET",
        "/api/calls/floor",
        Door::Desk(Action::SuperviseCalls),
    ),
    (
        "GET",
        "/api/calls/colleagues",
        Door::Desk(Action::TakeCalls),
    ),
    ("PUT", "/api/calls/phone", Door::Desk(Action::TakeCalls)),
    (
        "DELETE",
        "/api/calls/phone/{page}",
        Door::Desk(Action::TakeCalls),
    ),
    (
        "PUT",
        "/api/calls/{call}/case",
        Door::Desk(Action::TakeCalls),
    ),
    ("GET", "/api/cases/{id}/calls", Door::Case(Action::ReadCase)),
    (
        "GET",
        "/api/calls/{call}/sound",
        Door::Desk(Action::PlayRecording),
    ),
    (
        "GET",
        "/api/calls/{call}/file",
        Door::Desk(Action::ExportRecording),
    ),
    (
        "PUT",
        "/api/calls/{call}/hold",
        Door::Desk(Action::HoldRecording),
    ),
    ("GET", "/confirm/{token}", Door::Open),
    ("POST", "/confirm/{token}", Door::Open),
    ("GET", "/api/messages", Door::Desk(Action::Intake)),
    (
        "GET",
        "/api/cases/{id}/messages",
        Door::Case(Action::ReadCase),
    ),
    (
        "POST",
        "/api/cases/{id}/messages",
        Door::Case(Action::Conclude),
    ),
    (
        "POST",
        "/api/messages/{message}/aside",
        Door::Desk(Action::Conclude),
    ),
    ("POST", "/message/v1/{token}", Door::Open),
];

/// The operations the document knows.
pub(crate) fn operations() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&api::openapi()).unwrap();
    let mut out = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            out.insert((method.to_uppercase(), path.clone()));
        }
    }
    out
}

#[test]
fn law_10_every_operation_has_its_line_in_the_table() {
    let table: BTreeSet<(String, String)> = TABLE
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(table.len(), TABLE.len(), "a line stands twice");
    assert_eq!(operations(), table);
}

/// What the answer has to be.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    In,
    Unauthenticated,
    Forbidden,
    NotFound,
}

/// How far a role is granted something.
fn granted(who: Who, action: Action) -> Grant {
    match who {
        Who::Role(role) => grant(role, action),
        Who::OtherClerk => grant(Role::Clerk, action),
        Who::Nobody | Who::Forged => Grant::No,
    }
}

/// Whether a grant reaches a case of the clerk's unit.
fn reaches(who: Who, action: Action) -> bool {
    let inside = matches!(who, Who::Role(Role::Clerk | Role::Crew));
    match granted(who, action) {
        Grant::All => true,
        Grant::Involved | Grant::OwnLeg => inside,
        Grant::No => false,
    }
}

fn verdict(who: Who, door: Door) -> Verdict {
    let session = !matches!(who, Who::Nobody | Who::Forged);
    let yes_or = |yes: bool, no: Verdict| if yes { Verdict::In } else { no };
    match door {
        Door::Open => Verdict::In,
        Door::Peer => Verdict::Unauthenticated,
        _ if !session => Verdict::Unauthenticated,
        Door::SignedIn => Verdict::In,
        Door::Desk(action) => yes_or(granted(who, action) == Grant::All, Verdict::Forbidden),
        Door::Either(one, other) => yes_or(
            [one, other]
                .iter()
                .any(|action| granted(who, *action) == Grant::All),
            Verdict::Forbidden,
        ),
        Door::Both(one, two) => yes_or(
            granted(who, one) == Grant::All && granted(who, two) == Grant::All,
            Verdict::Forbidden,
        ),
        Door::AnyCase => yes_or(
            granted(who, Action::ReadCase) != Grant::No,
            Verdict::Forbidden,
        ),
        Door::Part(action) => yes_or(granted(who, action) != Grant::No, Verdict::Forbidden),
        Door::Measure(_) if !reaches(who, Action::ReadSupervision) => Verdict::NotFound,
        Door::Measure(action) => yes_or(reaches(who, action), Verdict::Forbidden),
        Door::Unit(action) => yes_or(reaches(who, action), Verdict::Forbidden),
        Door::Notice => {
            let inside = matches!(who, Who::Role(Role::Clerk | Role::Crew));
            let desk = [Action::Dispatch, Action::MendNotice];
            let desk = desk
                .iter()
                .any(|action| granted(who, *action) == Grant::All);
            yes_or(inside || desk, Verdict::NotFound)
        }
        Door::Case(_) if !reaches(who, Action::ReadCase) => Verdict::NotFound,
        Door::Case(action) => yes_or(reaches(who, action), Verdict::Forbidden),
    }
}

#[track_caller]
fn check(answer: &Answer, wanted: &Verdict, line: &str) {
    let status = answer.status;
    let found = match status {
        StatusCode::UNAUTHORIZED => Verdict::Unauthenticated,
        StatusCode::FORBIDDEN => Verdict::Forbidden,
        StatusCode::NOT_FOUND => Verdict::NotFound,
        _ if status.is_success() => Verdict::In,
        _ => panic!("{line}: {status} {}", answer.text()),
    };
    assert_eq!(&found, wanted, "{line}: {}", answer.text());
    if !status.is_success() {
        answer.problem();
    }
}

/// A call about the responsibility list, with what it needs made before for those who are let in.
async fn on_list(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    use crate::list::{a_draft, a_run, no_draft};
    let works = [Action::EditList, Action::PublishList];
    let works = works.iter().any(|a| granted(who, *a) == Grant::All);
    match (method, path) {
        ("GET", "/api/list/draft") if works => {
            a_draft(desk).await;
            desk.get(who, path).await
        }
        ("POST", "/api/list/draft") => {
            if works {
                no_draft(desk).await;
            }
            desk.post(who, path, &json!({"change": "begin"})).await
        }
        ("POST", "/api/list/try") => {
            desk.post(who, path, &json!({"narrative": "路灯坏了"}))
                .await
        }
        ("POST", "/api/list/runs") => {
            if works {
                a_run(desk).await;
            }
            desk.post(who, path, &json!({"days": 1})).await
        }
        (_, runs) if runs.contains("{run}") => {
            let run = if works {
                a_run(desk).await
            } else {
                "none".to_owned()
            };
            let uri = path.replace("{run}", &run);
            if method == "GET" {
                desk.get(who, &uri).await
            } else {
                desk.post(who, &uri, &json!({})).await
            }
        }
        ("POST", "/api/list/versions") => {
            let revision = if works { a_draft(desk).await } else { 1 };
            let order =
                json!({"change": "publish", "revision": revision, "reason": "领导小组批准"});
            desk.post(who, path, &order).await
        }
        _ => desk.get(who, &path.replace("{number}", "1")).await,
    }
}

/// A call about scores, with what it needs made before for those who are let in.
async fn on_score(desk: &Hotline, who: Who, method: &str, path: &str, case: &str) -> Answer {
    use crate::score::{OCTOBER, a_claim, a_publication, a_rule, claim_on};
    match (method, path) {
        ("GET", "/api/scores/sheet") => {
            let uri = format!("{path}?scheme=three_rates&period=2026-11");
            desk.get(who, &uri).await
        }
        ("GET", "/api/scores/figures") => desk.get(who, &format!("{path}?period=2026-11")).await,
        ("GET", "/api/scores/cases") => {
            let unit = if matches!(who, Who::OtherClerk) {
                crate::fixture::OTHER_UNIT
            } else {
                UNIT
            };
            let uri = format!("{path}?metric=matters&period=2026-11&unit={unit}");
            desk.get(who, &uri).await
        }
        ("POST", "/api/scores/claims") => desk.post(who, path, &claim_on(case, who)).await,
        (_, claim) if claim.contains("{claim}") => {
            let uri = path.replace("{claim}", &a_claim(desk).await);
            let order = json!({"uphold": true, "reason": "证据属实"});
            desk.post(who, &uri, &order).await
        }
        ("POST", "/api/scores/publications") => {
            let order: Value = serde_json::from_str(OCTOBER).unwrap();
            desk.post(who, path, &order).await
        }
        (_, one) if one.contains("{publication}") => {
            let uri = path.replace("{publication}", &a_publication(desk).await);
            if method == "GET" {
                desk.get(who, &uri).await
            } else {
                desk.post(who, &uri, &json!({})).await
            }
        }
        ("POST", "/api/scores/rules") => desk.post(who, path, &a_rule("closed", true)).await,
        _ => desk.get(who, path).await,
    }
}

async fn call(desk: &Hotline, who: Who, method: &str, path: &str, case: &str) -> Answer {
    let uri = path
        .replace("{id}", case)
        .replace("{tile}", "3-4-2")
        .replace("{link}", crate::fixture::LINK)
        .replace("{code}", UNIT);
    match (method, path) {
        ("POST", "/api/session") => {
            desk.cookie(Who::Role(Role::Operator)).await;
            let login = Hotline::login(Who::Role(Role::Operator));
            let body = json!({"login": login, "password": crate::fixture::PASSWORD});
            // Without the cookie: a new sign-in would end the session the other lines use.
            desk.post(Who::Nobody, &uri, &body).await
        }
        ("DELETE", "/api/session") => {
            // With a session of its own, for the same reason.
            let request = desk.request(Who::Forged, Method::DELETE, &uri).await;
            desk.send(request.body(Body::empty()).unwrap()).await
        }
        ("POST", "/api/triage") => {
            desk.post(who, &uri, &json!({"narrative": "路灯坏了三天"}))
                .await
        }
        ("POST", "/api/triage/model") => desk.post(who, &uri, &json!({"reason": "试一试"})).await,
        ("POST", "/api/alike") => {
            desk.post(
                who,
                &uri,
                &json!({"narrative": "路灯坏了三天", "place": "望江路18号"}),
            )
            .await
        }
        ("POST", "/api/contacts") => desk.post(who, &uri, &contact()).await,
        ("POST", "/api/callers/evidence") => {
            let order = json!({"number": "10000000042", "reason": "移送治安部门处理"});
            desk.post(who, &uri, &order).await
        }
        ("GET", "/api/callers") => desk.get(who, "/api/callers?number=10000000042").await,
        ("GET", "/api/near") => {
            desk.get(
                who,
                "/api/near?place=%E6%9C%9B%E6%B1%9F%E8%B7%AF18%E5%8F%B7",
            )
            .await
        }
        ("POST", "/api/cases/{id}/commands") => {
            desk.post(who, &uri, &json!({"command": "urge", "note": "再次来电"}))
                .await
        }
        ("POST", "/api/cases/{id}/unmask") => {
            desk.post(who, &uri, &json!({"reason": "回拨核实地址"}))
                .await
        }
        ("POST", "/api/links/{link}/resend" | "/api/links/{link}/test") => {
            desk.post(who, &uri, &json!({})).await
        }
        (_, reach)
            if [
                "/api/roster",
                "/api/duty-tests",
                "/api/notices",
                "/api/channels",
                "/roster",
                "/reach",
                "/confirm",
            ]
            .iter()
            .any(|begin| reach.starts_with(begin)) =>
        {
            crate::reach::call(desk, who, method, path).await
        }
        (_, press)
            if press.starts_with("/api/bulletins") || press.starts_with("/api/registers") =>
        {
            crate::press::call(desk, who, method, path).await
        }
        (_, knowledge) if knowledge.starts_with("/api/knowledge") => {
            crate::knowledge::call(desk, who, method, path).await
        }
        ("POST", keys) if keys.starts_with("/api/link-keys") => {
            crate::key::call(desk, who, path).await
        }
        (_, list) if list.starts_with("/api/list") => on_list(desk, who, method, path).await,
        (_, ask)
            if ask.contains("follow-up")
                || ask.contains("inspections")
                || ask == "/report/rate" =>
        {
            crate::follow_up::call(desk, who, method, path).await
        }
        (_, ladder) if ladder.starts_with("/api/supervision") => {
            crate::supervision::call(desk, who, method, path).await
        }
        (_, score) if score.starts_with("/api/scores") => {
            on_score(desk, who, method, path, case).await
        }
        ("POST", "/api/session/password") => password(desk, who, &uri).await,
        ("POST", "/api/accounts") => {
            let body = json!({"login": desk.key(), "name": "虚构甲", "unit": UNIT});
            desk.post(who, &uri, &body).await
        }
        ("POST", "/api/accounts/{account}/changes" | "/api/accounts/{account}/roles") => {
            let uri = uri.replace("{account}", &account(desk).await);
            let body = if path.ends_with("roles") {
                json!({"roles": ["crew"], "reason": "转到现场"})
            } else {
                json!({"change": "unlock"})
            };
            desk.post(who, &uri, &body).await
        }
        ("GET", "/api/calendar") => desk.get(who, "/api/calendar?year=2027").await,
        ("POST", "/api/calendar") => {
            let day = json!({"day": "2027-02-06", "off": true, "note": "春节"});
            desk.post(who, &uri, &json!({"put": [day]})).await
        }
        ("POST", "/api/calendar/import") => {
            desk.post(who, &uri, &json!({"text": "2027-02-06,off,春节"}))
                .await
        }
        ("POST", "/api/calendar/recount") => {
            desk.post(who, &uri, &json!({"reason": "国庆放假通知公布"}))
                .await
        }
        ("POST", "/api/clocks/check") => desk.post(who, &uri, &json!({"text": ""})).await,
        ("POST", "/api/clocks/preview") => {
            let body = json!({"matter": "H1-1", "tier": 2, "at": "2026-02-13 16:50"});
            desk.post(who, &uri, &body).await
        }
        ("POST", "/api/clocks/versions") => {
            let text = app::catalogue::preset("working-day-city").unwrap();
            let body = json!({"text": text, "over": 0, "reason": "领导小组会议批准"});
            desk.post(who, &uri, &body).await
        }
        ("POST", "/api/places") => {
            let body = json!({"refuse": ["不是地名"]});
            desk.post(who, &uri, &body).await
        }
        (_, imports) if imports.starts_with("/api/imports") => {
            crate::import::ask(desk, who, method, path).await
        }
        ("POST", "/api/places/import") => {
            let text = "name,kind,lon,lat\n旧船厂,landmark,125.6,27.5";
            desk.post(who, &uri, &json!({"text": text, "name": "places.csv"}))
                .await
        }
        ("POST", "/api/units/{code}") => {
            let body = json!({"hours": "24h", "disabled": false, "reason": "全天值守"});
            desk.post(who, &uri, &body).await
        }
        ("POST", "/api/cases/{id}/redact") => {
            let uri = path.replace("{id}", &closed(desk).await);
            desk.post(who, &uri, &json!({"reason": "来电人依法申请删除"}))
                .await
        }
        ("PUT", "/api/seats/mine") => {
            let request = desk.request(who, Method::PUT, &uri).await;
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let body = json!({"drafts": 1, "away": false}).to_string();
            desk.send(request.body(Body::from(body)).unwrap()).await
        }
        (_, message) if message.contains("message") => {
            crate::message::call(desk, who, method, &uri).await
        }
        ("PUT", "/api/calls/desk") => {
            crate::call::open(desk);
            desk.ask(who, r#"{"ask":"ready"}"#).await
        }
        (_, "/api/calls/phone" | "/api/calls/phone/{page}") => {
            crate::call::phone(desk, who, method, path).await
        }
        ("PUT", "/api/calls/{call}/hold") => {
            let name = crate::call::sounded(desk, case).await;
            let uri = path.replace("{call}", &name);
            let body = r#"{"held":true,"reason":"法院调取证据"}"#;
            desk.send_json(who, Method::PUT, &uri, body).await
        }
        (_, "/api/calls/{call}/case" | "/api/calls/{call}/sound" | "/api/calls/{call}/file") => {
            let name = crate::call::sounded(desk, case).await;
            let uri = path.replace("{call}", &name);
            if method == "PUT" {
                return desk.put(who, &uri, case).await;
            }
            let why = if path.ends_with("file") {
                "?reason=court+order"
            } else {
                ""
            };
            desk.get(who, &format!("{uri}{why}")).await
        }
        ("POST", "/api/cases/{id}/attachments") => desk.attach(who, case, PICTURE, "a.png").await,
        ("GET", "/api/cases/{id}/attachments/{file}") => {
            let lead = Who::Role(Role::Lead);
            let file = desk.attach(lead, case, PICTURE, "b.png").await.json();
            desk.get(who, &uri.replace("{file}", text(&file, "id")))
                .await
        }
        ("POST", "/api/search") => {
            desk.post(who, &uri, &json!({"question": {"q": "占道"}}))
                .await
        }
        ("POST", "/api/searches") => desk.post(who, &uri, &saved()).await,
        ("DELETE", "/api/searches/{id}") => {
            let own = desk.post(who, "/api/searches", &saved()).await;
            let id = own.status.is_success().then(|| own.json());
            let id = id.as_ref().map_or("none", |own| text(own, "id"));
            desk.delete(who, &path.replace("{id}", id)).await
        }
        ("POST", "/api/exports") => {
            let answer = desk.post(who, &uri, &export()).await;
            if answer.status.is_success() {
                desk.export_done(who, text(&answer.json(), "id")).await;
            }
            answer
        }
        (_, "/api/exports/{id}" | "/api/exports/{id}/file") => {
            let begun = desk.post(who, "/api/exports", &export()).await;
            let id = begun.status.is_success().then(|| begun.json());
            let id = id.as_ref().map_or("none", |begun| text(begun, "id"));
            let uri = path.replace("{id}", id);
            if method == "DELETE" {
                return desk.delete(who, &uri).await;
            }
            if begun.status.is_success() {
                desk.export_ended(who, id).await;
            }
            let answer = desk.get(who, &uri).await;
            desk.delete(who, &format!("/api/exports/{id}")).await;
            answer
        }
        ("GET", "/api/live") => {
            // A live stream does not end by itself; here it ends at once.
            desk.get(who, &uri).await
        }
        ("POST", "/api/public/reports") => {
            let body = json!({"narrative": "路灯坏了三天", "number": "10000000043"});
            desk.post(who, &uri, &body).await
        }
        ("GET", "/api/public/reports/{no}") => {
            let body = json!({"narrative": "路灯坏了三天", "number": "10000000043"});
            let receipt = desk
                .post(Who::Nobody, "/api/public/reports", &body)
                .await
                .json();
            let uri = uri.replace("{no}", text(&receipt, "no"));
            desk.get(who, &format!("{uri}?key={}", text(&receipt, "key")))
                .await
        }
        ("POST", "/api/cases/{id}/presence") => {
            desk.post(who, &uri, &json!({"doing": "looking"})).await
        }
        ("POST", "/api/public/danger") => {
            desk.post(who, &uri, &json!({"narrative": "路灯坏了三天"}))
                .await
        }
        ("POST", "/api/public/reports/{no}/status") => {
            let (no, key) = desk.report().await;
            let uri = uri.replace("{no}", &no);
            desk.post(who, &uri, &json!({"key": key})).await
        }
        ("POST", "/api/public/reports/{no}/rating") => {
            let (no, key) = desk.answered_report().await;
            let uri = uri.replace("{no}", &no);
            let rating = json!({"proof": {"key": key}, "reached": true, "solved": "solved",
                "desk_mark": 5, "unit_mark": 4});
            desk.post(who, &uri, &rating).await
        }
        ("POST", "/api/public/reports/{no}/attachments") => {
            let (no, key) = desk.report().await;
            let uri = uri.replace("{no}", &no);
            desk.send_file(who, &uri, PICTURE, &key).await
        }
        ("POST", "/report/status") => {
            let request = desk.request(who, Method::POST, &uri).await;
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            desk.send(request.body(Body::empty()).unwrap()).await
        }
        ("POST", "/exchange/v1/batches") => {
            let mut request = desk.request(who, Method::POST, &uri).await;
            request = request.header(header::CONTENT_TYPE, exchange_media_type());
            desk.send(request.body(Body::from(unsigned_batch())).unwrap())
                .await
        }
        ("GET", _) => desk.get(who, &uri).await,
        other => panic!("the test does not know how to call {other:?}"),
    }
}

/// Everybody changes their own password, and back, so that the other lines can sign in.
async fn password(desk: &Hotline, who: Who, uri: &str) -> Answer {
    let (old, new) = (crate::fixture::PASSWORD, "another invented one");
    let there = json!({"password": old, "new_password": new});
    let answer = desk.post(who, uri, &there).await;
    if answer.status.is_success() {
        let back = json!({"password": new, "new_password": old});
        let back = desk.post(who, uri, &back).await;
        assert!(back.status.is_success(), "{}", back.text());
    }
    answer
}

/// The account of somebody who administers nothing.
async fn account(desk: &Hotline) -> String {
    desk.cookie(Who::OtherClerk).await;
    let login = Hotline::login(Who::OtherClerk);
    let found = desk.app.store().account_by_login(&login).await.unwrap();
    found.unwrap().id
}

/// A case that is closed.
pub(crate) async fn closed(desk: &Hotline) -> String {
    let mut contact = contact();
    contact["then"] = json!({"command": "inform", "text": "已告知"});
    text(&desk.take(&contact).await, "id").to_owned()
}

fn saved() -> Value {
    json!({"name": "占道经营", "question": {"q": "占道"}})
}

fn export() -> Value {
    json!({"question": {"q": "占道"}, "format": "csv"})
}

fn exchange_media_type() -> &'static str {
    exchange::carrier::MEDIA_TYPE
}

/// Not a batch of anybody who is known here.
fn unsigned_batch() -> String {
    json!({"batch": {}, "envelopes": [], "sig": {}}).to_string()
}

#[tokio::test]
async fn law_10_everybody_gets_what_the_table_says_and_nobody_more() {
    let desk = Hotline::with(|_| {}).await;
    // Live streams end at once.
    desk.shutdown.send(true).unwrap();
    let case = desk.dispatched(false).await;
    desk.indexed().await;
    let case = text(&case, "id");
    for (method, path, door) in TABLE {
        if matches!(door, Door::Peer) {
            continue;
        }
        for who in Who::all() {
            let answer = call(&desk, who, method, path, case).await;
            let line = format!("{method} {path} by {who:?}");
            check(&answer, &verdict(who, *door), &line);
        }
    }
}

#[tokio::test]
async fn a_peer_is_known_by_its_signature_and_by_nothing_else() {
    let desk = Hotline::open().await;
    for who in Who::all() {
        let answer = call(&desk, who, "POST", exchange_path(), "").await;
        assert!(
            answer.status.is_client_error(),
            "{who:?}: {}",
            answer.text()
        );
        assert!(
            answer.problem().starts_with("exchange."),
            "{}",
            answer.text()
        );
    }
}

fn exchange_path() -> &'static str {
    let known = format!("/{}", exchange::carrier::PATH);
    let (_, path, _) = TABLE.iter().find(|(_, path, _)| *path == known).unwrap();
    path
}

/// A case another unit works on is not there for a clerk: neither by id, nor by number, nor as a
/// thing to link or to merge into.
#[tokio::test]
async fn law_10_what_one_may_not_know_of_cannot_be_referred_to() {
    let desk = Hotline::open().await;
    let own = desk.dispatched(false).await;
    let mut other = contact();
    other["narrative"] = json!("河边有人倾倒垃圾");
    other["then"] = json!({"command": "dispatch", "lead": crate::fixture::OTHER_UNIT});
    let other = desk.take(&other).await;
    let clerk = Who::Role(Role::Clerk);
    for name in [text(&other, "id"), text(&other, "no")] {
        let answer = desk.get(clerk, &format!("/api/cases/{name}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text());
        let link = json!({"command": "link", "other": name, "relation": "related"});
        let answer = desk.command(clerk, text(&own, "id"), &link).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text());
    }
    // The desk may, so the refusal was about the reader.
    let link = json!({"command": "link", "other": text(&other, "id"), "relation": "related"});
    let answer = desk
        .command(Who::Role(Role::Lead), text(&own, "id"), &link)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    // And now the clerk's own case names the other, without its number; the desk sees it.
    let uri = format!("/api/cases/{}", text(&own, "id"));
    let seen = desk.get(clerk, &uri).await.json();
    assert_eq!(seen["links"][0]["no"], "");
    let seen = desk.get(Who::Role(Role::Lead), &uri).await.json();
    assert_eq!(seen["links"][0]["no"], other["no"]);
}

/// A case named by its number is kept by its id, so that the link leads somewhere.
#[tokio::test]
async fn a_link_by_number_is_kept_by_id() {
    let desk = Hotline::open().await;
    let lead = Who::Role(Role::Lead);
    let own = desk.dispatched(false).await;
    let mut other = contact();
    other["narrative"] = json!("河边有人倾倒垃圾");
    other["place"] = json!("河滨里3号");
    other["caller_number"] = json!("10000000099");
    let other = desk.take(&other).await;
    let link = json!({"command": "link", "other": other["no"], "relation": "related"});
    let answer = desk.command(lead, text(&own, "id"), &link).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let seen = answer.json();
    assert_eq!(seen["links"][0]["case"], other["id"]);
    assert_eq!(seen["links"][0]["no"], other["no"]);
    let itself = json!({"command": "link", "other": own["no"], "relation": "related"});
    let answer = desk.command(lead, text(&own, "id"), &itself).await;
    assert_eq!(answer.problem(), "refused/itself");
}
