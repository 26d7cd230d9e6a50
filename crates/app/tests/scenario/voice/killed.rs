//! The program is killed with calls up: what the store has of them is gone on with.

use super::{Desk12345, Script, plan, setup};
use app::VoiceLeft;
use domain::desk::Desk;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{CallSnapshotRow, Change, Record, VoiceRecord};
use testkit::StoreKind;
use testkit::people::operator;
use voice::call::*;

const HOME: &str = "127.0.0.1:5060";

impl Desk12345 {
    /// The program is killed: nothing is ended, nothing is said, and the next one finds what is in the store.
    async fn kill(&mut self) -> VoiceLeft {
        self.platform.restart().await;
        let app = &self.platform.app;
        self.control = app.open_voice(setup(self.folder.path())).unwrap();
        self.script = Arc::new(Script::default());
        app.connect_voice(self.script.clone());
        app.voice_left().await.unwrap()
    }

    async fn resume(&self, left: VoiceLeft, lines: &[LegId]) -> usize {
        let lines: BTreeSet<LegId> = lines.iter().copied().collect();
        self.platform.app.resume_voice(left, &lines).await.unwrap()
    }

    async fn kept(&self) -> Vec<(String, String)> {
        let store = self.platform.app.store();
        let rows = store.call_snapshots(HOME).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.id)).collect()
    }
}

async fn who_talks_goes_on_and_who_waits_is_called_back(kind: StoreKind) {
    let mut desk = Desk12345::open(kind).await;
    let who = operator(Desk::Hotline);
    desk.sit(&who).await;
    let talks = desk.call("10000000042").await;
    let (caller, seat) = (LegId::arrived(talks), desk.placed(talks).leg);
    desk.control
        .keep(Keep::Leg(seat), Some("how to take leave".to_owned()));
    desk.leg(seat, Heard::Ringing).await;
    desk.control
        .keep(Keep::Leg(seat), Some("the engine's own".to_owned()));
    desk.leg(seat, Heard::Answered).await;
    desk.control
        .keep(Keep::Leg(caller), Some("of the caller".to_owned()));
    desk.leg(caller, Heard::Answered).await;
    let phone = SeatName::new(who.account.as_str());
    desk.control
        .keep(Keep::Phone(phone.clone()), Some("where it is".to_owned()));
    let waits = desk.call("10000000043").await;
    desk.platform.clock.advance(60_000);

    let left = desk.kill().await;
    assert_eq!(left.calls(), 2);
    let texts: BTreeSet<(Keep, String, u64)> = left
        .remembered()
        .into_iter()
        .map(|kept| (kept.what, kept.text, kept.age_ms))
        .collect();
    let of = |what, text: &str| (what, text.to_owned(), 60_000);
    assert_eq!(
        texts,
        BTreeSet::from([
            of(Keep::Leg(caller), "of the caller"),
            of(Keep::Leg(seat), "the engine's own"),
            of(Keep::Phone(phone), "where it is"),
        ])
    );
    assert_eq!(desk.resume(left, &[caller, seat]).await, 1, "one goes on");
    for (from, to) in [(caller, seat), (seat, caller)] {
        let hear = Order::Hear {
            from,
            to,
            gain: Gain::FULL,
        };
        assert!(desk.ordered(|order| *order == hear), "{from} to {to}");
    }
    let seen = desk.platform.app.call_desk(&who).await.unwrap();
    assert_eq!(seen.call.map(|call| call.doing), Some("talking".to_owned()));
    let backs: Vec<String> = seen
        .call_backs
        .into_iter()
        .map(|back| back.number)
        .collect();
    assert_eq!(backs, ["10000000043"]);
    let store = desk.platform.app.store();
    let row = store.call(&waits.to_string()).await.unwrap().unwrap();
    assert_eq!(
        (row.outcome.as_str(), row.ended_by.as_str()),
        ("call_back", "network")
    );
    assert!(row.ended.is_some());
    // Of the call that is over nothing is kept; of its call-back it is, until it is made.
    let kinds: Vec<String> = desk
        .kept()
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, ["call", "call_back", "leg", "leg", "phone", "seat"]);

    // Killed again before anything happened: the same is there.
    let left = desk.kill().await;
    assert_eq!(desk.resume(left, &[caller, seat]).await, 1);
    let by = Ender::Remote;
    let cause = Cause::sip(200);
    desk.control.keep(Keep::Leg(caller), None);
    desk.leg(
        caller,
        Heard::Ended {
            by,
            cause: cause.clone(),
        },
    )
    .await;
    desk.control.keep(Keep::Leg(seat), None);
    let by = Ender::Local;
    desk.leg(seat, Heard::Ended { by, cause }).await;
    // No recorder says that the recordings are sealed.
    desk.wait(plan().settle_ms).await;
    let store = desk.platform.app.store();
    let row = store.call(&talks.to_string()).await.unwrap().unwrap();
    assert_eq!(row.outcome, "answered");
    let steps = store.call_steps(&talks.to_string()).await.unwrap();
    let resumed = steps.iter().filter(|step| step.kind == "resumed").count();
    assert_eq!(resumed, 2);
    let numbers: Vec<i64> = steps.iter().map(|step| step.n).collect();
    let all: Vec<i64> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, all, "the steps of before and after are one row");
    let kinds: Vec<String> = desk
        .kept()
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, ["call_back", "phone", "seat"]);
}

#[tokio::test]
async fn law_1_who_talks_goes_on_and_who_waits_is_called_back_sqlite() {
    who_talks_goes_on_and_who_waits_is_called_back(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn law_1_who_talks_goes_on_and_who_waits_is_called_back_postgres() {
    who_talks_goes_on_and_who_waits_is_called_back(StoreKind::Postgres).await;
}

#[tokio::test]
async fn a_call_kept_by_another_version_ends_with_what_its_record_says() {
    let mut desk = Desk12345::open(StoreKind::Sqlite).await;
    let call = desk.call("10000000042").await;
    let unread = CallSnapshotRow {
        home: HOME.to_owned(),
        kind: "call".to_owned(),
        id: call.to_string(),
        call_id: call.to_string(),
        at: 0,
        state: "{\"of\":\"a later version\"}".to_owned(),
    };
    let change = Change {
        records: vec![Record::Voice(VoiceRecord::Kept(Box::new(unread)))],
        ..Change::default()
    };
    desk.platform.app.store().append(change).await.unwrap();
    let left = desk.kill().await;
    assert_eq!(desk.resume(left, &[]).await, 0);
    let store = desk.platform.app.store();
    let row = store.call(&call.to_string()).await.unwrap().unwrap();
    assert_eq!(
        (row.outcome.as_str(), row.ended.is_some()),
        ("call_back", true)
    );
    let kinds: Vec<String> = desk
        .kept()
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, ["call_back"]);
}
