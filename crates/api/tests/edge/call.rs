//! Calls at the edge: a desk with a seat, a call that was recorded, and who may hear it.

use crate::fixture::{Answer, Hotline, Who};
use app::VoiceSetup;
use axum::http::{Method, StatusCode};
use domain::right::Role;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use voice::browser::{Answering, Phones, Refused};
use voice::call::*;
use voice::recording::{Keeper, STEP};

struct Silent;

impl Engine for Silent {
    fn carry_out(&self, _: Vec<Order>) {}
}

/// Answers what begins as an offer does, and keeps who was opened and closed.
#[derive(Default)]
struct Page {
    open: Mutex<Vec<String>>,
}

impl Phones for Page {
    fn open(&self, seat: SeatName, offer: String) -> Answering {
        let offer: serde_json::Value = serde_json::from_str(&offer).unwrap();
        assert_eq!(offer["type"], "offer");
        let good = offer["sdp"].as_str().unwrap().starts_with("v=0");
        if good {
            self.open.lock().unwrap().push(seat.to_string());
        }
        Box::pin(async move {
            if good {
                Ok(r#"{"type":"answer","sdp":"v=0 answered"}"#.to_owned())
            } else {
                Err(Refused::Offer("no session".to_owned()))
            }
        })
    }

    fn close(&self, seat: SeatName) {
        self.open
            .lock()
            .unwrap()
            .retain(|open| *open != seat.as_str());
    }
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
                recordings_kept: None,
                recordings: Keeper::new(folder(desk)),
                home: "127.0.0.1:5060".to_owned(),
                sentences: std::collections::HashSet::new(),
            })
            .unwrap();
        desk.app.connect_voice(Arc::new(Silent));
        let app = desk.app.clone();
        tokio::spawn(async move { app.run_voice().await });
        control
    })
}

/// The page of somebody as their phone, as the table of rights asks it.
pub(crate) async fn phone(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    open(desk);
    desk.app.connect_phones(Arc::new(Page::default()));
    if method == "PUT" {
        return desk
            .send_json(who, Method::PUT, path, r#"{"sdp":"v=0"}"#)
            .await;
    }
    desk.delete(who, &path.replace("{page}", "none")).await
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

#[tokio::test]
async fn of_two_pages_the_last_one_has_the_phone_until_it_goes() {
    let desk = Hotline::open().await;
    let operator = Who::Role(Role::Operator);
    let put = async |body: &str| {
        desk.send_json(operator, Method::PUT, "/api/calls/phone", body)
            .await
    };
    let none = put(r#"{"sdp":"v=0"}"#).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "no desk of calls");
    open(&desk);
    let hard = put(r#"{"sdp":"v=0"}"#).await;
    assert_eq!(hard.status, StatusCode::NOT_FOUND, "hard phones only");
    let page = Arc::new(Page::default());
    desk.app.connect_phones(page.clone());
    let seen = desk.get(operator, "/api/calls/desk").await.json();
    assert_eq!(seen["browser_phone"], true);
    assert_eq!(seen["phone"], false, "nobody has opened it");

    let bad = put(r#"{"sdp":"hello"}"#).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.json()["errors"][0]["key"], "malformed_offer");
    let first = put(r#"{"sdp":"v=0"}"#).await.json();
    assert_eq!(first["sdp"], "v=0 answered");
    let first = first["page"].as_str().unwrap().to_owned();
    // Loaded again it asks by its name, and has another one from then on.
    let again = put(&format!(r#"{{"sdp":"v=0","former":"{first}"}}"#))
        .await
        .json();
    let again = again["page"].as_str().unwrap().to_owned();
    // Another page takes it over; the former one is told so instead of taking it back.
    let other = put(r#"{"sdp":"v=0"}"#).await.json();
    let other = other["page"].as_str().unwrap().to_owned();
    let refused = put(&format!(r#"{{"sdp":"v=0","former":"{again}"}}"#)).await;
    assert_eq!(refused.json()["errors"][0]["key"], "phone_elsewhere");
    let close = async |name: &str| {
        let uri = format!("/api/calls/phone/{name}");
        desk.delete(operator, &uri).await.status
    };
    assert_eq!(close(&again).await, StatusCode::NO_CONTENT);
    assert!(
        !page.open.lock().unwrap().is_empty(),
        "it was not its to close"
    );
    assert_eq!(close(&other).await, StatusCode::NO_CONTENT);
    assert!(page.open.lock().unwrap().is_empty());
}

/// Nobody is on record as listening who was told that it cannot be (law 10).
#[tokio::test]
async fn law_10_only_listening_that_was_agreed_to_is_on_record() {
    let desk = Hotline::open().await;
    open(&desk);
    let lead = Who::Role(Role::Lead);
    let name = "0192a000-0000-7000-8000-000000000001";
    let none = desk
        .ask(lead, &format!(r#"{{"ask":"listen","call":"{name}"}}"#))
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let auditor = Who::Role(Role::AuditAdmin);
    let trail = desk
        .get(auditor, "/api/audit?action=supervise_call")
        .await
        .json();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(0), "{trail}");
}
