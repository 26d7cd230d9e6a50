//! A whole call through the program as it is served: trunk, queue, a seat's own phone, record and recording. Each end has a
//! loopback address that no other test uses.

use super::unguessable;
use crate::config::{File, parse};
use crate::serve::{Running, open_with};
use app::NewAccount;
use app::chance::SystemChance;
use app::clock::SystemClock;
use app::view::SeatAsk;
use domain::id::{AccountId, UnitId};
use domain::right::{Actor, Role};
use std::sync::Arc;
use std::time::Duration;
use voice::lab::{Far, Manner, Settings, Stage};
use voice::media::line::Sound;
use voice::media::tone::Tone;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Account, Transport, Trunk};

const CALLER: f64 = 500.0;
const SEAT: f64 = 700.0;
const PATIENCE: Duration = Duration::from_secs(15);

fn file(folder: &std::path::Path) -> File {
    let at = |name: &str| format!("{:?}", folder.join(name).display().to_string());
    std::fs::write(folder.join("phone.secret"), "an invented secret").unwrap();
    let text = format!(
        r#"
        [platform]
        id = "wanglan-12345"
        name = "望澜12345"
        desk = "hotline"
        unit = "desk-12345"
        [store]
        kind = "sqlite"
        path = {store}
        [listen]
        address = "127.0.1.1:0"
        [voice]
        domain = "desk.invalid"
        udp = "127.0.1.1:5060"
        sound_address = "127.0.1.1"
        sound_ports = [30000, 30199]
        short_number = "12345"
        recordings = {recordings}
        skills = ["hotline"]
        seats = {{ taker = ["hotline"] }}
        phone_nets = ["127.0.1.4"]
        [[voice.trunk]]
        name = "network"
        host = "127.0.1.2"
        number = "12345"
        [[voice.phone]]
        seat = "taker"
        user = "taker"
        password_file = {secret}
        "#,
        store = at("desk.sqlite3"),
        recordings = at("sound"),
        secret = at("phone.secret"),
    );
    parse(&text).unwrap()
}

async fn far(last: u8, says: f64, account: Option<Account>, manner: Manner) -> Far {
    let own = format!("127.0.1.{last}:5060").parse().unwrap();
    let trunk = Trunk {
        name: "platform".into(),
        host: "127.0.1.1".to_owned(),
        port: 5060,
        transport: Transport::Udp,
        sources: vec!["127.0.1.1".parse().unwrap()],
        rate: 5_000,
        number: None,
        registers: account.is_some(),
        account,
        policy: Policy::default(),
        probed: false,
    };
    let settings = Settings {
        sip: voice::sip::Settings {
            udp: Some(own),
            tcp: None,
            tls: None,
            external: None,
            domain: "lab.invalid".to_owned(),
            trunks: vec![trunk],
            phones: Vec::new(),
            phone_nets: Vec::new(),
            phone_rate: 1,
            most_calls: 100,
            session_seconds: 1_800,
        },
        address: own.ip(),
        ports: 30_000..=30_099,
        says: Sound::Tone(Tone::steady(says, 6_000)),
        manner,
        chance: unguessable(Arc::new(SystemChance)),
    };
    Far::start(settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r89_a_call_is_queued_answered_on_a_phone_recorded_and_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path());
    store::Store::migrate(&file.store().unwrap()).await.unwrap();
    let app = open_with(
        &file,
        Arc::new(SystemClock::default()),
        Arc::new(SystemChance),
    )
    .await
    .unwrap();
    let taker = NewAccount {
        login: "taker".to_owned(),
        name: "虚构接线员".to_owned(),
        password: "an invented password".to_owned(),
        roles: vec![Role::Operator],
        unit: "desk-12345".to_owned(),
    };
    app.make_account(&taker).await.unwrap();
    let account = app
        .store()
        .account_by_login("taker")
        .await
        .unwrap()
        .unwrap();
    let actor = Actor {
        account: AccountId::new(account.id),
        name: account.name,
        roles: vec![Role::Operator],
        unit: UnitId::new("desk-12345"),
    };
    let running = Running::start(&file, app.clone()).await.unwrap();
    let secret = Account {
        user: "taker".to_owned(),
        password: "an invented secret".to_owned(),
    };
    let phone = far(4, SEAT, Some(secret), Manner::Ring).await;
    let network = far(2, CALLER, None, Manner::Answer(0)).await;
    let registered = phone
        .wait(PATIENCE, |far| far.works(&"platform".into()) == Some(true))
        .await;
    assert!(registered, "the phone is known");
    app.ask_seat(&actor, &SeatAsk::Ready).await.unwrap();
    let from = From {
        display: None,
        uri: "sip:10000000042@network.invalid;user=phone".to_owned(),
    };
    let headers = vec![("P-Asserted-Identity", "<tel:10000000042>".to_owned())];
    let call = network
        .call(&"platform".into(), "12345", from, headers)
        .unwrap();
    let rings = phone.wait(PATIENCE, |far| !far.seen().is_empty()).await;
    assert!(
        rings,
        "the seat's phone rings: {:?}",
        network.look(call).map(|seen| seen.stage)
    );
    // Number and call are on the screen while it rings.
    let desk = app.call_desk(&actor).await.unwrap();
    let ringing = desk.call.expect("a call at the seat");
    assert_eq!(ringing.number, "10000000042");
    let leg = phone.seen()[0].no;
    phone.answer(leg);
    let up = |far: &Far, no| far.look(no).is_some_and(|seen| seen.stage == Stage::Up);
    assert!(
        network.wait(PATIENCE, |far| up(far, call)).await,
        "the caller is answered"
    );
    let heard = network.wait(PATIENCE, |far| far.hears(call, SEAT) > 200.0);
    assert!(heard.await, "the caller hears the seat");
    assert!(
        phone
            .wait(PATIENCE, |far| far.hears(leg, CALLER) > 200.0)
            .await,
        "the seat hears the caller"
    );
    network.end(call);
    let over = |far: &Far, no| far.look(no).is_some_and(|seen| seen.over.is_some());
    assert!(
        phone.wait(PATIENCE, |far| over(far, leg)).await,
        "the phone is free again"
    );
    // The record is written before the recording is sealed, and both are there soon.
    let over = async {
        loop {
            let row = app.store().call(&ringing.call).await.unwrap();
            if let Some(row) = row.filter(|row| row.ended.is_some()) {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let row = tokio::time::timeout(PATIENCE, over)
        .await
        .expect("the call is over in the store");
    assert_eq!(
        (row.number.as_str(), row.seat.as_str()),
        ("10000000042", actor.account.as_str())
    );
    assert_eq!(row.outcome, "answered", "{row:?}");
    let sealed = async {
        loop {
            let rows = app.store().call_recordings(&ringing.call).await.unwrap();
            if rows.len() >= 2 {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let rows = tokio::time::timeout(PATIENCE, sealed)
        .await
        .expect("both legs are recorded");
    assert!(rows.iter().all(|row| row.head.len() == 64), "{rows:?}");
    running.stop().await.unwrap();
}
