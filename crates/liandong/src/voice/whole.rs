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
const NOTICE: f64 = 900.0;
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

/// A second desk, whose numbers lead to the network; what a site records is a folder of WAV files.
fn calling(folder: &std::path::Path) -> File {
    let at = |name: &str| format!("{:?}", folder.join(name).display().to_string());
    let prompts = folder.join("prompts");
    std::fs::create_dir(&prompts).unwrap();
    let digits = (0..10).map(|n| format!("digit_{n}"));
    let words = [
        "notice",
        "notice_number",
        "notice_keys",
        "notice_again",
        "notice_noted",
    ];
    for name in words.into_iter().map(str::to_owned).chain(digits) {
        let mut tone = Tone::steady(NOTICE, 6_000);
        let samples: Vec<u8> = (0..10)
            .flat_map(|_| tone.frame())
            .flat_map(i16::to_le_bytes)
            .collect();
        let length = u32::try_from(samples.len()).unwrap();
        // RIFF, one channel of 16 bits at 8 kHz.
        let mut wav = Vec::new();
        wav.extend(b"RIFF");
        wav.extend((36 + length).to_le_bytes());
        wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        wav.extend(8_000_u32.to_le_bytes());
        wav.extend(16_000_u32.to_le_bytes());
        wav.extend(b"\x02\0\x10\0data");
        wav.extend(length.to_le_bytes());
        wav.extend(samples);
        std::fs::write(prompts.join(format!("{name}.wav")), wav).unwrap();
    }
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
        address = "127.0.1.5:0"
        [voice]
        domain = "desk.invalid"
        udp = "127.0.1.5:5060"
        sound_address = "127.0.1.5"
        sound_ports = [30000, 30199]
        short_number = "12345"
        recordings = {recordings}
        prompts = {prompts}
        outward = {{ trunk = "network" }}
        [[voice.trunk]]
        name = "network"
        host = "127.0.1.6"
        number = "12345"
        "#,
        store = at("desk.sqlite3"),
        recordings = at("sound"),
        prompts = at("prompts"),
    );
    parse(&text).unwrap()
}

async fn far(last: u8, says: f64, account: Option<Account>, manner: Manner) -> Far {
    far_of("127.0.1.1", last, says, account, manner).await
}

async fn far_of(desk: &str, last: u8, says: f64, account: Option<Account>, manner: Manner) -> Far {
    let own = format!("127.0.1.{last}:5060").parse().unwrap();
    let trunk = Trunk {
        name: "platform".into(),
        host: desk.to_owned(),
        port: 5060,
        transport: Transport::Udp,
        sources: vec![desk.parse().unwrap()],
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
        md5: false,
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

#[tokio::test(flavor = "multi_thread")]
async fn r15_an_urgent_order_rings_who_is_on_duty_and_key_1_signs_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = calling(folder.path());
    store::Store::migrate(&file.store().unwrap()).await.unwrap();
    let app = open_with(
        &file,
        Arc::new(SystemClock::default()),
        Arc::new(SystemChance),
    )
    .await
    .unwrap();
    let chief = Actor {
        account: AccountId::new("chief"),
        name: "虚构班长".to_owned(),
        roles: vec![Role::Lead],
        unit: UnitId::new("desk-12345"),
    };
    let taker = Actor {
        account: AccountId::new("taker"),
        name: "虚构接线员".to_owned(),
        roles: vec![Role::Operator],
        unit: UnitId::new("desk-12345"),
    };
    let mut keys = 0;
    let mut key = || {
        keys += 1;
        app::CommandKey {
            id: format!("whole-{keys}"),
            digest: format!("whole-{keys}"),
        }
    };
    let network = far_of("127.0.1.5", 6, CALLER, None, Manner::Answer(200)).await;
    let running = Running::start(&file, app.clone()).await.unwrap();
    // Somebody is on duty, all day and every day.
    let body = serde_json::json!({"change": "person", "name": "方舟", "role": "member", "mobile": "10000000001"});
    let body = serde_json::from_value(body).unwrap();
    let unit = "urban-management";
    let person = app
        .change_roster(&chief, unit, &body, &key())
        .await
        .unwrap();
    let body = serde_json::json!({"change": "pattern", "rank": 1, "from": "00:00", "to": "00:00",
        "days": "all", "people": [person.id], "step": 1, "starts": "2026-01-01"});
    let body = serde_json::from_value(body).unwrap();
    app.change_roster(&chief, unit, &body, &key())
        .await
        .unwrap();
    // The urgent order.
    let contact = serde_json::json!({"narrative": "楼旁边工地半夜施工，打桩吵得睡不着", "channel": "phone",
        "caller_number": "10000000042", "place": "望江路18号"});
    let contact = serde_json::from_value(contact).unwrap();
    let brief = app.take(&taker, contact, &key()).await.unwrap().brief;
    for order in [
        serde_json::json!({"command": "classify", "reason": "可能伤人", "to": {"desk": "hotline", "matter": brief.matter,
            "matter_name": "", "urgency": "urgent"}}),
        serde_json::json!({"command": "dispatch", "lead": unit}),
    ] {
        app.act(&chief, &brief.id, order, None, &key())
            .await
            .unwrap();
    }
    // It rings there; what a person does then: listen to the sentences, and press 1.
    let up = |far: &Far| far.seen().iter().any(|seen| seen.stage == Stage::Up);
    assert!(network.wait(PATIENCE, up).await, "{:?}", network.seen());
    let call = network.seen()[0].clone();
    let called = call.incoming.map(|incoming| incoming.called);
    assert_eq!(called.as_deref(), Some("10000000001"));
    let heard = network.wait(PATIENCE, |far| far.hears(call.no, NOTICE) > 200.0);
    assert!(heard.await, "the sentences are heard");
    network.press(call.no, "1");
    let closed = async {
        loop {
            let rows = app.store().notices_of_case(&brief.id).await.unwrap();
            if let Some(row) = rows.into_iter().find(|row| row.closed_how == "phone") {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let closed = tokio::time::timeout(PATIENCE, closed).await;
    let closed = closed.expect("the notice is answered by the call");
    assert_eq!(
        (closed.state.as_str(), closed.closed_by.as_str()),
        ("acknowledged", "方舟")
    );
    let row = app.store().case(&brief.id).await.unwrap().unwrap();
    let state: serde_json::Value = serde_json::from_str(&row.state).unwrap();
    assert_eq!(state["legs"][0]["state"], "signed", "{state}");
    // The thanks are heard to their end, and then the line is free.
    let over = |far: &Far| far.look(call.no).is_some_and(|seen| seen.over.is_some());
    assert!(
        network.wait(PATIENCE, over).await,
        "the call ends by itself"
    );
    running.stop().await.unwrap();
}
