//! Reaching people (R15, R16, R18, R68, R122–R124): real sockets, a clock that jumps, both stores.

mod escalated;
mod kill;
mod phone;
mod receiver;
mod roster;
mod scene;

use app::reach::Reach;
use app::reach::channel::{
    Channel, Email, EmailSettings, EmailTls, Enclosure, Outgoing, Sms, SmsReports, SmsSettings,
    Webhook, WebhookSettings, signature,
};
use app::reach::{Confirmed, Shown};
use app::view::{NoticeDetail, NoticeOrder, NoticePage, NoticeQuery, RosterOrder};
use app::{AppError, CommandKey};
use domain::desk::Desk;
use receiver::{Http, Smtp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator};
use testkit::{
    Caller, DAY, Ground, HOUR, MINUTE, MONDAY, Platform, Settings, StoreKind, at, check_platform,
};

const CITY: &str = "urban-management";
const SECRET: &str = "an invented secret";

pub(crate) fn provided() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn gateway(url: &str) -> Sms {
    provided();
    Sms::new(SmsSettings {
        url: url.to_owned(),
        form: false,
        body: r#"{"to":"{to}","text":"{text}","key":"{key}"}"#.to_owned(),
        headers: BTreeMap::from([("x-key".to_owned(), "{secret}".to_owned())]),
        secret: SECRET.to_owned(),
        id: "/id".to_owned(),
        success: None,
        reports: None,
    })
    .unwrap()
}

fn mail(port: u16) -> Email {
    Email::new(EmailSettings {
        host: "127.0.0.1".to_owned(),
        port,
        tls: EmailTls::None,
        from: "desk@wanglan.invalid".to_owned(),
        from_name: "望澜12345".to_owned(),
        login: None,
    })
    .unwrap()
}

/// A hotline with these carriers.
async fn hotline(kind: StoreKind, channels: Vec<Arc<dyn Channel>>) -> Platform {
    let settings = Settings::of(Desk::Hotline);
    on(settings, Ground::new(kind).await, channels).await
}

async fn on(mut settings: Settings, ground: Ground, channels: Vec<Arc<dyn Channel>>) -> Platform {
    provided();
    settings.reach = Reach {
        channels,
        public_url: Some("https://hotline.wanglan.invalid".to_owned()),
        sms_reports: Some(SmsReports {
            token: "0123456789abcdef".to_owned(),
            id: "id".to_owned(),
            state: "state".to_owned(),
            arrived: vec!["DELIVRD".to_owned()],
        }),
        ..Reach::plain().unwrap()
    };
    let clock = Arc::new(app::clock::HandClock::new(at(MONDAY)));
    let platform = Platform::open_with(settings, ground, clock, 1).await;
    // What was there before is nobody's news: the mark begins here.
    platform.app.reach_step().await.unwrap();
    platform
}

async fn roster(hotline: &Platform, unit: &str, order: Value) -> String {
    let order: RosterOrder = serde_json::from_value(order).unwrap();
    let chief = lead(Desk::Hotline);
    let done = hotline
        .app
        .change_roster(&chief, unit, &order, &hotline.key())
        .await;
    done.unwrap().id
}

/// Somebody of a unit, on duty day and night with a rank; 0 for no duty.
async fn person(hotline: &Platform, unit: &str, name: &str, rank: u8, fields: Value) -> String {
    let mut order = json!({"change": "person", "name": name, "role": "member"});
    for (key, value) in fields.as_object().unwrap() {
        order[key] = value.clone();
    }
    let id = roster(hotline, unit, order).await;
    if rank > 0 {
        let pattern = json!({"change": "pattern", "rank": rank, "from": "00:00", "to": "00:00",
            "days": "all", "people": [id], "step": 1, "starts": "2026-11-01"});
        roster(hotline, unit, pattern).await;
    }
    id
}

async fn dispatch(hotline: &Platform) -> String {
    let order = json!({"command": "dispatch", "lead": CITY});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let view = hotline.take(&operator(Desk::Hotline), contact).await;
    view.unwrap().brief.id
}

async fn step(hotline: &Platform) {
    hotline.app.reach_step().await.unwrap();
}

async fn notices(hotline: &Platform, which: &str) -> NoticePage {
    let query = NoticeQuery {
        which: which.to_owned(),
        ..NoticeQuery::default()
    };
    hotline
        .app
        .notices(&lead(Desk::Hotline), &query)
        .await
        .unwrap()
}

/// The unit's notice of a kind, whole.
async fn notice(hotline: &Platform, unit: &str, kind: &str) -> NoticeDetail {
    let rows = hotline
        .app
        .store()
        .notices_of_unit(unit, "", 100)
        .await
        .unwrap();
    let row = rows
        .into_iter()
        .find(|row| row.kind == kind)
        .expect("such a notice");
    hotline
        .app
        .notice(&lead(Desk::Hotline), &row.id)
        .await
        .unwrap()
}

async fn order(hotline: &Platform, id: &str, order: Value) -> Result<NoticeDetail, AppError> {
    let order: NoticeOrder = serde_json::from_value(order).unwrap();
    let chief = lead(Desk::Hotline);
    hotline
        .app
        .change_notice(&chief, id, &order, &hotline.key())
        .await
}

fn outcomes(detail: &NoticeDetail) -> Vec<(String, String, String)> {
    let told = detail.deliveries.iter();
    told.map(|d| (d.name.clone(), d.channel.clone(), d.outcome.clone()))
        .collect()
}

async fn ladder(kind: StoreKind) {
    let sms = Http::start().await;
    let mut hotline = hotline(kind, vec![Arc::new(gateway(&sms.url))]).await;
    person(&hotline, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    person(&hotline, CITY, "林溯", 2, json!({"mobile": "10000000002"})).await;
    person(
        &hotline,
        CITY,
        "江汀",
        0,
        json!({"role": "lead", "mobile": "10000000003"}),
    )
    .await;
    dispatch(&hotline).await;
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), 1);
    assert_eq!(sms.bodies()[0]["to"], "10000000001");
    let said = sms.bodies()[0]["text"].as_str().unwrap().to_owned();
    assert!(
        said.contains("请签收") && said.contains("/confirm/"),
        "{said}"
    );
    assert!(!said.contains("10000000042"), "no caller's data: {said}");
    assert_eq!(sms.got.lock().unwrap()[0].header("x-key"), SECRET);
    // Ten minutes, and not a moment before; over a restart.
    hotline.clock.advance(10 * MINUTE - 1);
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), 1);
    hotline.restart().await;
    hotline.clock.advance(1);
    step(&hotline).await;
    step(&hotline).await;
    assert_eq!(sms.bodies()[1]["to"], "10000000002");
    // Nobody is named as a contact: that is a fact, and costs no time.
    hotline.clock.advance(10 * MINUTE);
    step(&hotline).await;
    assert_eq!(sms.bodies()[2]["to"], "10000000003");
    let detail = notice(&hotline, CITY, "dispatched").await;
    let none = ("".to_owned(), "none".to_owned(), "no_contact".to_owned());
    assert!(outcomes(&detail).contains(&none), "{:?}", outcomes(&detail));
    let proof = &detail.deliveries.iter().find(|d| d.name == "方舟").unwrap();
    assert_eq!(
        (proof.shown.as_str(), proof.proof["gateway"].as_str()),
        ("100****0001", Some("M1"))
    );
    assert_eq!(proof.attempts.len(), 1);
    // The gateway says that it arrived.
    let report = json!({"id": "M1", "state": "DELIVRD"});
    assert!(
        hotline
            .app
            .sms_report("0123456789abcdef", &report)
            .await
            .unwrap()
    );
    let wrong = hotline.app.sms_report("0123456789abcdeX", &report).await;
    assert!(matches!(wrong, Err(AppError::NotFound)));
    // Somebody answered on the telephone: the ladder ends.
    let done = order(
        &hotline,
        &detail.notice.id,
        json!({"change": "acknowledge_for", "name": "林溯"}),
    );
    let done = done.await.unwrap();
    assert_eq!(
        (done.notice.state.as_str(), done.notice.closed_how.as_str()),
        ("acknowledged", "behalf")
    );
    assert!(outcomes(&done).contains(&("方舟".into(), "sms".into(), "arrived".into())));
    hotline.clock.advance(DAY);
    step(&hotline).await;
    assert_eq!(
        sms.bodies()
            .iter()
            .filter(|b| b["text"].as_str().unwrap().contains("请签收"))
            .count(),
        3
    );
    check_platform(&hotline).await;
}

#[tokio::test]
async fn r15_the_ladder_goes_from_one_to_the_next_until_somebody_answers_sqlite() {
    ladder(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r15_the_ladder_goes_from_one_to_the_next_until_somebody_answers_postgres() {
    ladder(StoreKind::Postgres).await;
}

#[tokio::test]
async fn a_signature_ends_the_ladder_and_a_ladder_without_an_answer_is_on_the_board() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let case = dispatch(&hotline).await;
    let again = dispatch(&hotline).await;
    step(&hotline).await;
    hotline
        .act(&clerk(CITY), &case, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    for _ in 0..40 {
        hotline.clock.advance(5 * MINUTE);
        step(&hotline).await;
    }
    let board = notices(&hotline, "unanswered").await;
    let open: Vec<_> = board
        .items
        .iter()
        .filter(|n| n.kind == "dispatched")
        .collect();
    assert_eq!(open.len(), 1, "{board:?}");
    assert_eq!(open[0].case_id.as_deref(), Some(again.as_str()));
    let rows = hotline.app.store().notices_of_case(&case).await.unwrap();
    let signed = rows.iter().find(|n| n.kind == "dispatched").unwrap();
    assert_eq!(
        (signed.state.as_str(), signed.closed_how.as_str()),
        ("acknowledged", "signed")
    );
    // A late answer counts all the same.
    let late = order(
        &hotline,
        &open[0].id,
        json!({"change": "acknowledge_for", "name": "方舟"}),
    );
    assert_eq!(late.await.unwrap().notice.state, "acknowledged");
}

#[tokio::test]
async fn r18_where_one_channel_fails_the_next_is_tried_and_each_gives_its_proof() {
    let (sms, smtp) = (Http::start().await, Smtp::start().await);
    let channels: Vec<Arc<dyn Channel>> =
        vec![Arc::new(gateway(&sms.url)), Arc::new(mail(smtp.port))];
    let hotline = hotline(StoreKind::Sqlite, channels).await;
    let fields = json!({"mobile": "10000000001", "email": "fang@wanglan.invalid"});
    person(&hotline, CITY, "方舟", 1, fields).await;
    sms.answer(400, "no credit");
    dispatch(&hotline).await;
    step(&hotline).await;
    let detail = notice(&hotline, CITY, "dispatched").await;
    let got = outcomes(&detail);
    assert!(
        got.contains(&("方舟".into(), "sms".into(), "refused".into())),
        "{got:?}"
    );
    assert!(
        got.contains(&("方舟".into(), "email".into(), "accepted".into())),
        "{got:?}"
    );
    let mailed = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "email")
        .unwrap();
    let reply = mailed.proof["reply"].as_str().unwrap();
    assert_eq!(reply, "250 2.0.0 Ok: queued as Q1");
    assert_eq!(mailed.shown, "f***@wanglan.invalid");
    let letter = smtp.letters.lock().unwrap()[0].clone();
    assert!(
        letter.contains(&format!("Message-ID: <{}@wanglan.invalid>", mailed.id)),
        "{letter}"
    );
    let failed = notices(&hotline, "failed").await;
    assert_eq!(
        failed.items[0].delivery.as_ref().unwrap().outcome,
        "refused"
    );
}

#[tokio::test]
async fn a_letter_carries_files_and_a_mailbox_that_is_not_there_is_told() {
    provided();
    let smtp = Smtp::start().await;
    let mail = mail(smtp.port);
    let file = Enclosure {
        name: "order.pdf".to_owned(),
        media: "application/pdf".to_owned(),
        bytes: b"%PDF-1.7 invented".to_vec(),
    };
    let mut message = Outgoing {
        key: "k1".to_owned(),
        to: "unit@wanglan.invalid".to_owned(),
        subject: "工单".to_owned(),
        text: "请签收".to_owned(),
        html: Some("<p>请签收</p>".to_owned()),
        files: vec![file],
        ..Outgoing::default()
    };
    let proof = mail.send(&message).await.unwrap();
    assert_eq!(proof.gateway, "Q1");
    let letter = smtp.letters.lock().unwrap()[0].clone();
    assert!(letter.contains("filename=\"order.pdf\"") && letter.contains("application/pdf"));
    message.to = "nobody@wanglan.invalid".to_owned();
    let refused = mail.send(&message).await.unwrap_err();
    assert!(
        refused.to_string().contains("refused") && refused.to_string().contains("no such mailbox")
    );
}

#[tokio::test]
async fn r18_a_webhook_is_signed_retried_with_patience_and_dead_ones_are_sent_again() {
    let hook = Http::start().await;
    provided();
    let settings = WebhookSettings {
        secret: SECRET.to_owned(),
    };
    let hotline = hotline(
        StoreKind::Sqlite,
        vec![Arc::new(Webhook::new(settings).unwrap())],
    )
    .await;
    let admin = testkit::people::person(domain::right::Role::SystemAdmin, "desk-12345");
    let way = json!({"change": "way", "sheet": "none", "webhook": hook.url});
    let way: RosterOrder = serde_json::from_value(way).unwrap();
    let by_lead = hotline
        .app
        .change_roster(&lead(Desk::Hotline), CITY, &way, &hotline.key())
        .await;
    assert!(
        matches!(by_lead, Err(AppError::Forbidden)),
        "an address for machines is the administrator's"
    );
    hotline
        .app
        .change_roster(&admin, CITY, &way, &hotline.key())
        .await
        .unwrap();
    for _ in 0..6 {
        hook.answer(503, "later");
    }
    dispatch(&hotline).await;
    for _ in 0..6 {
        step(&hotline).await;
        hotline.clock.advance(HOUR);
    }
    assert_eq!(hook.got.lock().unwrap().len(), 6);
    let detail = notice(&hotline, CITY, "dispatched").await;
    let dead = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "webhook")
        .unwrap();
    assert_eq!((dead.state.as_str(), dead.attempts.len()), ("dead", 6));
    let waits: Vec<i64> = dead
        .attempts
        .windows(2)
        .map(|w| w[1].at - w[0].at)
        .collect();
    assert!(
        waits.iter().all(|wait| *wait == HOUR),
        "tried at each pass: {waits:?}"
    );
    order(
        &hotline,
        &detail.notice.id,
        json!({"change": "resend", "delivery": dead.id}),
    )
    .await
    .unwrap();
    step(&hotline).await;
    let detail = notice(&hotline, CITY, "dispatched").await;
    let sent = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "webhook")
        .unwrap();
    assert_eq!(
        (sent.state.as_str(), sent.proof["status"].as_u64()),
        ("delivered", Some(200))
    );
    assert_eq!(sent.proof["body_sha256"].as_str().map(str::len), Some(64));
    let got = hook.got.lock().unwrap().clone();
    let keys: Vec<String> = got.iter().map(|r| r.header("liandong-delivery")).collect();
    assert!(
        keys.iter().all(|key| key == &dead.id),
        "one key for every try"
    );
    let last = got.last().unwrap();
    let signed = last.header("liandong-signature");
    let seconds = signed
        .split(',')
        .next()
        .unwrap()
        .get(2..)
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(signed, signature(SECRET, seconds, &last.body));
}

#[tokio::test]
async fn an_early_retry_waits_for_its_time() {
    let hook = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&hook.url))]).await;
    person(&hotline, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    hook.answer(500, "");
    hook.answer(500, "");
    dispatch(&hotline).await;
    step(&hotline).await;
    for (wait, tries) in [(29_999, 1), (1, 2), (59_999, 2), (1, 3)] {
        hotline.clock.advance(wait);
        step(&hotline).await;
        assert_eq!(hook.got.lock().unwrap().len(), tries, "after {wait}");
    }
}

async fn behind(hotline: &Platform, link: &str) -> Shown {
    hotline.app.confirm_shown(link).await.unwrap()
}

#[tokio::test]
async fn r18_a_unit_without_any_system_signs_by_the_link_on_its_sheet() {
    let smtp = Smtp::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(mail(smtp.port))]).await;
    let way = json!({"change": "way", "sheet": "email", "email": "office@wanglan.invalid"});
    roster(&hotline, CITY, way).await;
    let case = dispatch(&hotline).await;
    step(&hotline).await;
    let id = notice(&hotline, CITY, "dispatched").await.notice.id;
    let key = CommandKey {
        id: "print".to_owned(),
        digest: "print".to_owned(),
    };
    let chief = lead(Desk::Hotline);
    let page = hotline.app.printed_sheet(&chief, &id, &key).await.unwrap();
    assert!(
        page.contains("10000000042"),
        "the desk prints what it may see"
    );
    let (token, code) = link_on(&page);
    let letter = smtp.letters.lock().unwrap()[0].replace("=\n", "");
    assert!(letter.contains(&token), "the same link is in the letter");
    assert!(!letter.contains("10000000042"), "mail is masked");
    assert!(
        letter.contains("application/pdf"),
        "the order goes on paper too"
    );
    assert!(behind(&hotline, &token).await.signs);
    let nowhere = hotline.app.confirm_shown(&token.replace('a', "b")).await;
    assert!(matches!(nowhere, Err(AppError::NotFound)));
    let app = &hotline.app;
    let other = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(
        app.confirm(&token, other, "方舟").await.unwrap(),
        Confirmed::WrongCode
    );
    assert!(matches!(
        app.confirm(&token, &code, "x").await,
        Err(AppError::Invalid(_))
    ));
    let done = app.confirm(&token, &code, "方舟").await.unwrap();
    assert_eq!(done, Confirmed::Done { signed: true });
    let again = app.confirm(&token, &code, "方舟").await.unwrap();
    assert_eq!(
        again,
        Confirmed::Done { signed: false },
        "a second time signs nothing"
    );
    let view = app.case(&chief, &case).await.unwrap();
    assert_eq!(view.legs[0].state, "signed");
    step(&hotline).await;
    let timeline = app.timeline(&chief, &case, 0).await.unwrap();
    let signed = timeline
        .items
        .iter()
        .find(|item| item.kind == "signed")
        .unwrap();
    assert_eq!(signed.actor_name, "方舟（经链接确认）");
    let sheet = notice(&hotline, CITY, "dispatched").await;
    let proof = sheet
        .deliveries
        .iter()
        .find(|d| d.channel == "email")
        .unwrap();
    assert_eq!(
        (proof.state.as_str(), proof.proof["confirmed_by"].as_str()),
        ("delivered", Some("方舟"))
    );
    check_platform(&hotline).await;
}

/// The secret part of the link on a printed sheet, and the code beside it.
fn link_on(page: &str) -> (String, String) {
    let after = |mark: &str, length: usize| {
        let rest = page.split(mark).nth(1).unwrap();
        rest.get(..length).unwrap().to_owned()
    };
    (after("/confirm/", 48), after("<b>", 6))
}

#[tokio::test]
async fn whoever_signed_by_a_link_is_named_even_where_the_log_is_followed_first() {
    for _ in 0..10 {
        let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
        roster(&hotline, CITY, json!({"change": "way", "sheet": "print"})).await;
        dispatch(&hotline).await;
        step(&hotline).await;
        let id = notice(&hotline, CITY, "dispatched").await.notice.id;
        let chief = lead(Desk::Hotline);
        let key = hotline.key();
        let page = hotline.app.printed_sheet(&chief, &id, &key).await;
        let (token, code) = link_on(&page.unwrap());
        let follow = async {
            for _ in 0..20 {
                step(&hotline).await;
            }
        };
        let (done, ()) = tokio::join!(hotline.app.confirm(&token, &code, "方舟"), follow);
        assert_eq!(done.unwrap(), Confirmed::Done { signed: true });
        let ended = notice(&hotline, CITY, "dispatched").await.notice;
        assert_eq!((&*ended.closed_by, &*ended.closed_how), ("方舟", "link"));
    }
}

#[tokio::test]
async fn codes_cannot_be_tried_for_ever() {
    let mut hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    roster(&hotline, CITY, json!({"change": "way", "sheet": "print"})).await;
    dispatch(&hotline).await;
    step(&hotline).await;
    let id = notice(&hotline, CITY, "dispatched").await.notice.id;
    assert_eq!(
        notices(&hotline, "print").await.items.len(),
        1,
        "it waits for a printer"
    );
    let key = hotline.key();
    let page = hotline
        .app
        .printed_sheet(&lead(Desk::Hotline), &id, &key)
        .await
        .unwrap();
    let (token, code) = link_on(&page);
    for n in 0..10 {
        let guess = if code == format!("{n:06}") {
            "999999".to_owned()
        } else {
            format!("{n:06}")
        };
        let wrong = hotline.app.confirm(&token, &guess, "方舟").await.unwrap();
        assert_eq!(wrong, Confirmed::WrongCode);
    }
    hotline.restart().await;
    let right = hotline.app.confirm(&token, &code, "方舟").await.unwrap();
    assert_eq!(right, Confirmed::Locked, "also over a restart");
}

#[tokio::test]
async fn r16_out_of_hours_with_nobody_on_duty_it_is_held_until_opening_and_the_desk_sees_it() {
    let sms = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&sms.url))]).await;
    hotline.clock.set(at("2026-11-23T23:00:00+08:00"));
    let case = dispatch(&hotline).await;
    step(&hotline).await;
    let view = hotline.app.case(&lead(Desk::Hotline), &case).await.unwrap();
    assert_eq!(
        view.legs[0].unit, CITY,
        "law 6: the order stands and its clocks run"
    );
    let held = notice(&hotline, CITY, "dispatched").await;
    assert_eq!(held.notice.state, "held");
    assert_eq!(held.notice.next_at, Some(at("2026-11-24T08:00:00+08:00")));
    assert_eq!(notices(&hotline, "held").await.items.len(), 1);
    let told = notice(&hotline, "desk-12345", "held").await;
    assert!(
        told.notice.text.contains("11-24 08:00"),
        "{}",
        told.notice.text
    );
    hotline.clock.set(at("2026-11-24T07:59:59+08:00"));
    step(&hotline).await;
    assert_eq!(
        notice(&hotline, CITY, "dispatched").await.notice.state,
        "held"
    );
    person(&hotline, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    hotline.clock.set(at("2026-11-24T08:00:00+08:00"));
    step(&hotline).await;
    assert_eq!(
        notice(&hotline, CITY, "dispatched").await.notice.state,
        "running"
    );
    assert_eq!(sms.bodies().len(), 1);
}

#[tokio::test]
async fn r16_who_is_on_duty_out_of_hours_is_told_at_once_and_a_held_one_can_be_released() {
    let sms = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&sms.url))]).await;
    hotline.clock.set(at("2026-11-23T23:00:00+08:00"));
    dispatch(&hotline).await;
    step(&hotline).await;
    let held = notices(&hotline, "held").await.items.remove(0);
    person(&hotline, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    order(&hotline, &held.id, json!({"change": "release"}))
        .await
        .unwrap();
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), 1);
    dispatch(&hotline).await;
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), 2, "somebody is on duty now");
    assert!(notices(&hotline, "held").await.items.is_empty());
}

#[tokio::test]
async fn r16_what_is_urgent_goes_to_who_stands_in() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    hotline.clock.set(at("2026-11-23T23:00:00+08:00"));
    let order = json!({"command": "dispatch", "lead": CITY});
    let contact = Caller::says("路上一块大广告牌快掉下来砸到人了，很危险")
        .then(order)
        .contact();
    let view = hotline
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    if view.brief.urgency == "normal" && !view.brief.danger {
        let urgent = json!({"command": "classify", "desk": "hotline", "matter": view.brief.matter, "urgency": "urgent", "reason": "可能伤人"});
        hotline
            .act(&lead(Desk::Hotline), &view.brief.id, urgent)
            .await
            .unwrap();
    }
    step(&hotline).await;
    let stands_in = notice(&hotline, "duty-office", "standing_in").await;
    assert!(
        stands_in.notice.text.contains("城市管理局"),
        "{}",
        stands_in.notice.text
    );
    let desk = notice(&hotline, "desk-12345", "out_of_hours").await;
    assert!(desk.notice.text.contains("已改告"), "{}", desk.notice.text);
    assert_ne!(
        notice(&hotline, CITY, "dispatched").await.notice.state,
        "held"
    );
}

#[tokio::test]
async fn a_caller_is_told_of_the_answer_and_one_whose_number_was_removed_is_not() {
    let sms = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&sms.url))]).await;
    let case = dispatch(&hotline).await;
    let city = clerk(CITY);
    hotline
        .act(&city, &case, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    let result = json!({"command": "give_result", "leg": "a1", "text": "已停工", "public_reply": "已停工", "solved": "solved"});
    hotline.act(&city, &case, result).await.unwrap();
    let chief = lead(Desk::Hotline);
    hotline
        .act(
            &chief,
            &case,
            json!({"command": "review", "passed": true, "reason": "属实"}),
        )
        .await
        .unwrap();
    step(&hotline).await;
    let told: Vec<Value> = sms
        .bodies()
        .into_iter()
        .filter(|b| b["to"] == "10000000042")
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0]["text"].as_str().unwrap().contains("已有答复"));
    let row = hotline.app.store().notices_of_case(&case).await.unwrap();
    let row = row.iter().find(|row| row.kind == "review_passed").unwrap();
    let kept = hotline.app.store().deliveries(&row.id).await.unwrap();
    assert!(
        kept.iter().all(|d| !d.address.contains("10000000042")),
        "the number is not kept"
    );
}

#[tokio::test]
async fn what_was_there_before_is_nobodys_news_and_two_processes_tell_once() {
    let mut settings = Settings::of(Desk::Hotline);
    settings.reach = Reach::plain().unwrap();
    let clock = Arc::new(app::clock::HandClock::new(at(MONDAY)));
    let ground = Ground::new(StoreKind::Postgres).await;
    let hotline = Platform::open_with(settings, ground, clock, 1).await;
    let before = dispatch(&hotline).await;
    step(&hotline).await;
    assert!(
        hotline
            .app
            .store()
            .notices_of_case(&before)
            .await
            .unwrap()
            .is_empty()
    );
    let other = hotline.beside().await;
    let mut cases = Vec::new();
    for _ in 0..6 {
        cases.push(dispatch(&hotline).await);
        let (one, two) = tokio::join!(hotline.app.reach_step(), other.reach_step());
        one.unwrap();
        two.unwrap();
    }
    for case in cases {
        let rows = hotline.app.store().notices_of_case(&case).await.unwrap();
        let orders = rows.iter().filter(|row| row.kind == "dispatched").count();
        assert_eq!(orders, 1, "{rows:?}");
    }
}
