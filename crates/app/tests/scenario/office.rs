//! The back office below HTTP, on both stores: dead letters, a sign of life now, what another process
//! of the same platform learns, and that no unit's rest stops danger (law 5).

use app::view::{CalendarOrder, DayView, UnitOrder};
use app::{App, AppError, CommandKey, Jobs, LinkRun};
use async_trait::async_trait;
use domain::desk::Desk;
use domain::right::Role;
use exchange::{Carrier, CarrierError, SenderSettings, SignedBatch, SignedReceipt};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Change, NewEnvelope};
use testkit::contact::{GAMBLING, KNIFE};
use testkit::people::{lead, operator, person};
use testkit::{Caller, LINK, Pair, Platform, StoreKind};

/// The way to the other platform of the pair, which can be cut.
struct Way {
    to: App,
    cut: AtomicBool,
}

#[async_trait]
impl Carrier for Way {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        if self.cut.load(Ordering::Acquire) {
            return Err(CarrierError::Unreachable("cut".to_owned()));
        }
        let answer = self.to.receive_batch(&batch.encode().unwrap()).await;
        let bytes = answer.map_err(|error| CarrierError::NotNow(error.to_string()))?;
        Ok(serde_json::from_slice(&bytes).unwrap())
    }
}

fn run(platform: &Platform, way: &Arc<Way>) -> Jobs {
    let link = LinkRun {
        link: LINK.to_owned(),
        book: Arc::clone(&platform.book),
        carrier: Arc::<Way>::clone(way),
        ports: platform.ports.clone(),
        settings: SenderSettings {
            // So long that only who asks is answered.
            silence: Duration::from_secs(3_600),
            ..SenderSettings::default()
        },
    };
    Jobs::start(&platform.app, vec![link])
}

fn key(id: &str) -> CommandKey {
    CommandKey {
        id: id.to_owned(),
        digest: id.to_owned(),
    }
}

/// Waits for what the running sender brings about; a test that waits a minute has failed.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let done = tokio::time::timeout(Duration::from_secs(60), async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    done.await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Envelopes the peer refuses for good, about a case of this desk.
async fn refused(police: &Platform, count: i64) -> String {
    let contact = Caller::says(GAMBLING).contact();
    let case = police.take(&operator(Desk::Police), contact).await.unwrap();
    let id = case.brief.id.clone();
    let outbox = (0..count)
        .map(|at| NewEnvelope {
            link: LINK.to_owned(),
            case_id: id.clone(),
            kind: "noted".to_owned(),
            body: "{}".to_owned(),
            at,
        })
        .collect();
    let change = Change {
        outbox,
        ..Change::default()
    };
    police.app.store().append(change).await.unwrap();
    case.brief.no
}

async fn dead_letters_are_sent_again(kind: StoreKind) {
    let pair = Pair::open(kind).await;
    let police = &pair.police;
    let no = refused(police, 3).await;
    let way = Arc::new(Way {
        to: pair.hotline.app.clone(),
        cut: AtomicBool::new(false),
    });
    let jobs = run(police, &way);
    let app = &police.app;
    let boss = lead(Desk::Police);
    let dead = async || app.store().dead_count(LINK).await.unwrap();
    until("three refusals", async || dead().await == 3).await;
    // The morning's comparison goes out, too.
    let issued = async || app.store().outbox_issued(LINK).await.unwrap();
    until("the comparison", async || issued().await == 4).await;
    let page = app.dead_letters(&boss, LINK, 0, Some(2)).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.items[0].no.as_deref(), Some(no.as_str()));
    assert!(!page.items[0].reason.is_empty());
    let rest = app
        .dead_letters(&boss, LINK, page.next.unwrap(), None)
        .await;
    assert_eq!(rest.unwrap().items.len(), 1);

    // While nothing can cross, what is sent again waits.
    way.cut.store(true, Ordering::Release);
    let seq = page.items[0].seq;
    for _ in 0..2 {
        let done = app.resend(&boss, LINK, Some(seq), &key("one")).await;
        assert_eq!(done.unwrap().resent, 1, "a repeat gets its first answer");
    }
    assert_eq!(dead().await, 2);
    assert_eq!(issued().await, 5);
    let again = app.resend(&boss, LINK, Some(seq), &key("two")).await;
    assert!(
        matches!(again, Err(AppError::NotFound)),
        "it is not dead now"
    );
    let (one, other) = (key("three"), key("four"));
    let (all, none) = tokio::join!(
        app.resend(&boss, LINK, None, &one),
        app.resend(&boss, LINK, None, &other)
    );
    assert_eq!(all.unwrap().resent + none.unwrap().resent, 2);
    assert_eq!(dead().await, 0);
    assert_eq!(issued().await, 7);
    let clerk = person(Role::Operator, "desk-110");
    let mine = app.resend(&clerk, LINK, None, &key("five")).await;
    assert!(matches!(mine, Err(AppError::Forbidden)));

    // The peer's mind has not changed: each comes back dead under its new number.
    way.cut.store(false, Ordering::Release);
    assert!(app.test_link(&boss, LINK).await.is_ok());
    until("refused again", async || dead().await == 3).await;
    jobs.stop().await;
}

#[tokio::test]
async fn dead_letters_are_sent_again_each_once_sqlite() {
    dead_letters_are_sent_again(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn dead_letters_are_sent_again_each_once_postgres() {
    dead_letters_are_sent_again(StoreKind::Postgres).await;
}

#[tokio::test]
async fn a_sign_of_life_is_asked_for_now_and_its_answer_told() {
    let pair = Pair::open(StoreKind::Sqlite).await;
    let police = &pair.police;
    let way = Arc::new(Way {
        to: pair.hotline.app.clone(),
        cut: AtomicBool::new(false),
    });
    let jobs = run(police, &way);
    let boss = lead(Desk::Police);
    let app = &police.app;
    until("the first sign of life", async || {
        app.links(&boss).await.unwrap()[0].connected
    })
    .await;
    let alive = app.test_link(&boss, LINK).await.unwrap();
    assert!(alive.answered && alive.rtt_ms.is_some(), "{alive:?}");
    let detail = app.link(&boss, LINK).await.unwrap();
    assert_eq!(detail.own_key.unwrap().key_id, "k1");
    assert_eq!(detail.peer_keys.len(), 1);
    way.cut.store(true, Ordering::Release);
    let silent = app.test_link(&boss, LINK).await.unwrap();
    assert!(!silent.answered);
    let why = silent.error.unwrap();
    assert!(why.contains("cut"), "{why}");
    way.cut.store(false, Ordering::Release);
    assert!(app.test_link(&boss, LINK).await.unwrap().answered);
    jobs.stop().await;
}

#[tokio::test]
async fn law_5_a_unit_that_takes_no_new_work_is_still_sent_for_danger() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    let system = person(Role::SystemAdmin, "desk-110");
    let order = UnitOrder {
        hours: "24h".to_owned(),
        disabled: true,
        reason: "搬迁期间停止受理".to_owned(),
    };
    let done = police
        .app
        .change_unit(&system, "station-central", &order, &police.key())
        .await;
    assert!(done.unwrap().disabled);
    let contact = Caller::says(KNIFE).contact();
    let case = police.take(&operator(Desk::Police), contact).await.unwrap();
    assert_eq!(case.legs[0].unit, "station-central");
}

/// What the site set about a unit and its calendar counts at once, and after a restart.
async fn what_was_set_holds(kind: StoreKind) {
    let mut police = Platform::open(Desk::Police, kind).await;
    let system = person(Role::SystemAdmin, "desk-110");
    let reader = lead(Desk::Police);
    let units = |app: &App| {
        let units = app.units(&reader).unwrap();
        units.into_iter().find(|u| u.code == "station-central")
    };
    let order = UnitOrder {
        hours: "08:30-17:30 working days".to_owned(),
        disabled: false,
        reason: "作息调整".to_owned(),
    };
    let first = police.app.clone();
    first
        .change_unit(&system, "station-central", &order, &police.key())
        .await
        .unwrap();
    let monday = CalendarOrder {
        put: vec![DayView {
            day: "2026-11-23".to_owned(),
            off: true,
            note: String::new(),
        }],
        remove: Vec::new(),
    };
    assert!(units(&first).unwrap().serves_now, "a Monday morning");
    first
        .change_calendar(&system, &monday, &police.key())
        .await
        .unwrap();
    assert!(!units(&first).unwrap().serves_now, "counted at once");
    first.refresh().await.unwrap();
    assert!(!units(&first).unwrap().serves_now);
    police.restart().await;
    let unit = units(&police.app).unwrap();
    assert_eq!(unit.hours, "08:30-17:30 working days");
    assert!(!unit.serves_now);
    let trail = person(Role::AuditAdmin, "desk-110");
    let query = app::view::AuditQuery {
        action: "change_calendar".to_owned(),
        ..app::view::AuditQuery::default()
    };
    let page = police.app.audit(&trail, query).await.unwrap();
    assert!(page.items[0].detail.contains("2026-11-23"));
    assert!(app::verify(&police.app, |_| {}).await.unwrap().clean);
}

#[tokio::test]
async fn what_was_set_holds_after_a_restart_sqlite() {
    what_was_set_holds(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn what_was_set_holds_after_a_restart_postgres() {
    what_was_set_holds(StoreKind::Postgres).await;
}
