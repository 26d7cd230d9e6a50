//! Calls at the edge: a desk with a seat, a call that was recorded, and who may hear it.

use crate::fixture::{Hotline, Who};
use app::VoiceSetup;
use axum::http::StatusCode;
use domain::right::Role;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use voice::call::*;
use voice::recording::{Keeper, STEP};

struct Silent;

impl Engine for Silent {
    fn carry_out(&self, _: Vec<Order>) {}
}

fn folder(desk: &Hotline) -> PathBuf {
    desk.folder().join("recordings")
}

/// A desk of calls, whose loop runs; the same one each time.
pub(crate) fn open(desk: &Hotline) -> &app::VoiceControl {
    desk.lines.get_or_init(|| {
        let control = desk
            .app
            .open_voice(VoiceSetup {
                plan: Plan::new(DeskKind::Hotline, "12345"),
                skills: Vec::new(),
                seats: HashMap::new(),
                backup: Vec::new(),
                recordings: Keeper::new(folder(desk)),
            })
            .unwrap();
        desk.app.connect_voice(Arc::new(Silent));
        let app = desk.app.clone();
        tokio::spawn(async move { app.run_voice().await });
        control
    })
}

/// A call of the case that was heard and recorded; the same one each time.
pub(crate) async fn sounded(desk: &Hotline, case: &str) -> String {
    let lead = Who::Role(Role::Lead);
    let control = open(desk);
    let uri = format!("/api/cases/{case}/calls");
    let known = desk.get(lead, &uri).await.json();
    if let Some(call) = known[0]["call"].as_str() {
        return call.to_owned();
    }
    let call = control.name_call();
    let leg = LegId::arrived(call);
    let keeper = Keeper::new(folder(desk));
    let mut kept = keeper.begin(leg, Moment(1)).unwrap();
    kept.sound(&[0xaa; STEP], true).unwrap();
    let sealed = Keeper::seal(kept).unwrap();
    control.hear(Input::Arrived(Box::new(Arrival {
        call,
        trunk: "city".into(),
        caller: CallerHeaders {
            from: "<sip:10000000042@carrier.invalid>".to_owned(),
            ..CallerHeaders::default()
        },
        called: "12345".to_owned(),
        correlation: Correlation::default(),
    })));
    control.hear(Input::Leg(leg, Heard::Recorded(sealed)));
    let ended = Heard::Ended {
        by: Ender::Remote,
        cause: Cause::sip(487),
    };
    control.hear(Input::Leg(leg, ended));
    let bound = desk
        .put(lead, &format!("/api/calls/{call}/case"), case)
        .await;
    assert_eq!(bound.status, StatusCode::NO_CONTENT, "{}", bound.text());
    call.to_string()
}

#[tokio::test]
async fn t10_a_changed_recording_is_not_given_out() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let call = sounded(&desk, case["id"].as_str().unwrap()).await;
    let lead = Who::Role(Role::Lead);
    let uri = format!("/api/calls/{call}/sound");
    let heard = desk.get(lead, &uri).await;
    assert_eq!(heard.status, StatusCode::OK, "{}", heard.text());
    assert_eq!(heard.header("content-type"), "audio/wav");
    assert_eq!(&heard.body[..4], b"RIFF");
    // A reason is asked for before anything leaves the house.
    let file = desk
        .get(lead, &format!("/api/calls/{call}/file?reason=x"))
        .await;
    assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY);
    for entry in std::fs::read_dir(folder(&desk)).unwrap() {
        for file in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[100] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    let refused = desk.get(lead, &uri).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["key"], "changed");
}

#[tokio::test]
async fn what_cannot_be_now_is_refused_with_a_stable_key() {
    let desk = Hotline::open().await;
    let operator = Who::Role(Role::Operator);
    let off = desk.get(operator, "/api/calls/desk").await.json();
    assert_eq!(off["on"], false);
    open(&desk);
    let on = desk.ask(operator, r#"{"ask":"ready"}"#).await;
    assert_eq!(on.json()["seat"]["state"], "ready");
    let refused = desk.ask(operator, r#"{"ask":"wrapped_up"}"#).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["key"], "not_now");
    let unknown = desk
        .ask(
            operator,
            r#"{"ask":"hold","call":"0192a000-0000-7000-8000-000000000001"}"#,
        )
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let bad = desk.ask(operator, r#"{"ask":"hold","call":"x"}"#).await;
    assert_eq!(bad.json()["errors"][0]["key"], "malformed");
}
