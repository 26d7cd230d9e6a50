//! The live stream: gap-free, resumable, ended when it has to end.

use crate::fixture::{Hotline, Who, contact, text};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::right::Role;
use serde_json::json;
use std::time::Duration;

const OPERATOR: Who = Who::Role(Role::Operator);
const LEAD: Who = Who::Role(Role::Lead);

async fn urge(desk: &Hotline, case: &str) {
    let urge = json!({"command": "urge", "note": "再次来电"});
    let answer = desk.command(OPERATOR, case, &urge).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn what_happens_is_heard_once_and_in_order() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let id = text(&case, "id");
    let mut line = desk.live(LEAD, "/api/live", &[]).await;
    assert_eq!(line.headers["content-type"], "text/event-stream");
    assert_eq!(line.headers["cache-control"], "no-store");
    assert_eq!(line.headers["x-accel-buffering"], "no");
    let (id_of_hello, hello) = line.next_of("hello").await;
    assert_eq!(
        id_of_hello, None,
        "what came before may still be on its way"
    );
    let mut pos = hello["pos"].as_i64().unwrap();
    assert!(pos > 0);
    for _ in 0..5 {
        urge(&desk, id).await;
        let (event_id, event) = line.next_of("case").await;
        pos += 1;
        assert_eq!((event_id, event["pos"].as_i64()), (Some(pos), Some(pos)));
        assert_eq!(event["kind"], "urged");
        assert_eq!(event["case"], id);
        assert_eq!(event["no"], case["no"]);
    }
}

/// Who has a line open is at a seat, and nobody else.
#[tokio::test]
async fn r45_a_seat_is_an_open_line() {
    let desk = Hotline::open().await;
    let seats = async || {
        let answer = desk.get(LEAD, "/api/seats").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let mut names: Vec<String> = answer.json()["seats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|seat| format!("{} {}", seat["name"].as_str().unwrap(), seat["state"]))
            .collect();
        names.sort();
        names
    };
    assert!(seats().await.is_empty(), "signed in is not yet at a seat");
    let mut line = desk.live(OPERATOR, "/api/live", &[]).await;
    line.next_of("hello").await;
    // The row is written behind the line's opening.
    while seats().await.is_empty() {
        tokio::task::yield_now().await;
    }
    let word = json!({"drafts": 2, "away": false}).to_string();
    let request = desk.request(OPERATOR, Method::PUT, "/api/seats/mine").await;
    let request = request.header("content-type", "application/json");
    let said = desk.send(request.body(Body::from(word)).unwrap()).await;
    assert_eq!(said.status, StatusCode::NO_CONTENT, "{}", said.text());
    assert_eq!(seats().await, ["虚构 x.operator \"busy\""]);
    drop(line);
    while !seats().await.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_line_that_broke_goes_on_where_it_was() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let id = text(&case, "id");
    let mut line = desk.live(LEAD, "/api/live?after=0", &[]).await;
    let (first, _) = line.next_of("case").await;
    assert_eq!(first, Some(1));
    drop(line);
    for _ in 0..3 {
        urge(&desk, id).await;
    }
    // Browsers repeat the address they began with and say where they are: that outranks it.
    let mut line = desk
        .live(LEAD, "/api/live?after=0", &[("last-event-id", "1")])
        .await;
    let (_, hello) = line.next_of("hello").await;
    assert_eq!(hello["pos"], 1);
    let mut heard = Vec::new();
    let newest = desk
        .get(LEAD, &format!("/api/cases/{id}/timeline"))
        .await
        .json();
    let newest = newest["items"].as_array().unwrap().last().unwrap()["pos"]
        .as_i64()
        .unwrap();
    while heard.last() != Some(&newest) {
        heard.push(line.next_of("case").await.0.unwrap());
    }
    assert_eq!(
        heard,
        (2..=newest).collect::<Vec<_>>(),
        "nothing twice, nothing missing"
    );
    // And what happens now follows without a gap.
    urge(&desk, id).await;
    assert_eq!(line.next_of("case").await.0, Some(newest + 1));
}

/// While somebody writes, a listener that joins at any moment misses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joining_in_the_middle_leaves_no_gap() {
    let desk = std::sync::Arc::new(Hotline::open().await);
    let case = desk.dispatched(false).await;
    let id = text(&case, "id").to_owned();
    desk.cookie(LEAD).await;
    let busy = {
        let desk = std::sync::Arc::clone(&desk);
        let id = id.clone();
        tokio::spawn(async move {
            for _ in 0..40 {
                urge(&desk, &id).await;
            }
        })
    };
    let mut after = 0;
    for _ in 0..8 {
        let last = after.to_string();
        let mut line = desk
            .live(LEAD, "/api/live", &[("last-event-id", &last)])
            .await;
        for _ in 0..5 {
            let (pos, _) = line.next_of("case").await;
            after += 1;
            assert_eq!(pos, Some(after));
        }
    }
    busy.await.unwrap();
}

#[tokio::test]
async fn a_position_that_is_too_old_begins_anew() {
    let desk = Hotline::open().await;
    desk.cookie(OPERATOR).await;
    // Many cases, so that nobody waits for the same one.
    let mut ids = Vec::new();
    for _ in 0..32 {
        ids.push(text(&desk.dispatched(false).await, "id").to_owned());
    }
    // More than the application keeps to go back to.
    let mut head = 0;
    while head <= 5_100 {
        futures_util::future::join_all(ids.iter().map(|id| urge(&desk, id))).await;
        let mut line = desk.live(LEAD, "/api/live", &[]).await;
        head = line.next_of("hello").await.1["pos"].as_i64().unwrap();
    }
    let mut line = desk.live(LEAD, "/api/live?after=1", &[]).await;
    let (id_of_reset, reset) = line.next_of("reset").await;
    let pos = reset["pos"].as_i64().unwrap();
    assert!(pos > 5_000);
    // With an id, or a browser would ask for the lost position again and again.
    assert_eq!(id_of_reset, Some(pos));
    urge(&desk, &ids[0]).await;
    assert_eq!(line.next_of("case").await.0, Some(pos + 1));
}

#[tokio::test]
async fn a_unit_hears_of_its_own_cases_only() {
    let desk = Hotline::open().await;
    let mut line = desk.live(Who::OtherClerk, "/api/live?after=0", &[]).await;
    line.next_of("hello").await;
    let mut own = desk
        .live(Who::Role(Role::Clerk), "/api/live?after=0", &[])
        .await;
    let foreign = desk.dispatched(false).await;
    assert_eq!(own.next_of("case").await.1["case"], foreign["id"]);
    let mut contact = contact();
    contact["narrative"] = json!("河边有人倾倒垃圾");
    contact["then"] = json!({"command": "dispatch", "lead": crate::fixture::OTHER_UNIT});
    let theirs = desk.take(&contact).await;
    // The first thing heard is the own case, though the foreign one came before it.
    let (_, event) = line.next_of("case").await;
    assert_eq!(event["case"], theirs["id"]);
    assert_ne!(text(&foreign, "id"), text(&theirs, "id"));
}

#[tokio::test]
async fn a_line_ends_when_the_server_stops() {
    let desk = Hotline::open().await;
    let mut line = desk.live(LEAD, "/api/live", &[]).await;
    line.next_of("hello").await;
    desk.shutdown.send(true).unwrap();
    assert_eq!(line.next().await, "");
}

/// Lets time pass for timers, and for nothing else: the store answers in real time again at once.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Somebody who signs out, or whose account is closed, hears nothing more.
#[tokio::test]
async fn a_line_ends_with_its_session() {
    let desk = Hotline::open().await;
    let mut line = desk.live(LEAD, "/api/live", &[]).await;
    line.next_of("hello").await;
    let request = desk.request(LEAD, Method::DELETE, "/api/session").await;
    let answer = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    pass(Duration::from_secs(61)).await;
    assert_eq!(line.next().await, "");
}

#[tokio::test]
async fn a_session_that_stands_keeps_its_line() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let mut line = desk.live(LEAD, "/api/live", &[]).await;
    line.next_of("hello").await;
    for _ in 0..3 {
        pass(Duration::from_secs(61)).await;
        assert_eq!(line.next().await, ": \n\n");
        urge(&desk, text(&case, "id")).await;
        line.next_of("case").await;
    }
}

#[tokio::test]
async fn a_silent_line_shows_life_every_fifteen_seconds() {
    let desk = Hotline::open().await;
    let mut line = desk.live(LEAD, "/api/live", &[]).await;
    line.next_of("hello").await;
    for _ in 0..3 {
        pass(Duration::from_secs(14)).await;
        let early = tokio::time::timeout(Duration::from_millis(200), line.patient()).await;
        assert!(early.is_err(), "{early:?}");
        pass(Duration::from_secs(1)).await;
        assert_eq!(line.next().await, ": \n\n");
    }
}

#[tokio::test]
async fn one_account_cannot_take_all_lines() {
    let desk = Hotline::with(|options| options.live_per_account = 2).await;
    let one = desk.live(LEAD, "/api/live", &[]).await;
    let _two = desk.live(LEAD, "/api/live", &[]).await;
    let answer = desk.get(LEAD, "/api/live").await;
    assert_eq!(answer.problem(), "rate_limited");
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let _other = desk.live(OPERATOR, "/api/live", &[]).await;
    drop(one);
    let _three = desk.live(LEAD, "/api/live", &[]).await;
}

#[tokio::test]
async fn a_position_has_to_be_one() {
    let desk = Hotline::open().await;
    for (uri, header) in [
        ("/api/live?after=x", None),
        ("/api/live?after=-1", None),
        ("/api/live", Some("x")),
        ("/api/live", Some("-5")),
    ] {
        let mut request = desk.request(LEAD, Method::GET, uri).await;
        if let Some(value) = header {
            request = request.header("last-event-id", value);
        }
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(), "invalid", "{uri} {header:?}");
    }
}
