//! Bulletins on both stores: begun by the schedule once, their figures by the log, and what happens
//! where there is no font.

use ::press::FontChoice;
use ::press::form::BulletinKind;
use app::AppError;
use app::clock::HandClock;
use app::view::{BulletinOrder, BulletinView};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use serde_json::json;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Caller, DAY, Ground, HOUR, Platform, Settings, StoreKind, at};

async fn dispatched(hotline: &Platform, number: u64) -> String {
    let order = json!({"command": "dispatch", "lead": "urban-management"});
    let contact = Caller::says(SITE_NOISE)
        .number(number)
        .then(order)
        .contact();
    let view = hotline.take(&operator(Desk::Hotline), contact).await;
    view.unwrap().brief.id
}

async fn signed(hotline: &Platform, case: &str) {
    let sign = json!({"command": "sign", "leg": "a1"});
    hotline
        .act(&clerk("urban-management"), case, sign)
        .await
        .unwrap();
}

async fn change(
    hotline: &Platform,
    actor: &Actor,
    id: &str,
    order: BulletinOrder,
) -> Result<BulletinView, AppError> {
    let key = hotline.key();
    hotline.app.change_bulletin(actor, id, &order, &key).await
}

async fn a_week_is_counted_and_not_published_without_a_font(kind: StoreKind) {
    let nowhere = tempfile::tempdir().unwrap();
    let mut settings = Settings::of(Desk::Hotline);
    settings.press.schedule = vec![BulletinKind::Weekly];
    settings.press.fonts = FontChoice {
        folder: Some(nowhere.path().to_owned()),
        ..FontChoice::default()
    };
    // Wednesday of a week that is over when the test looks back at it.
    let clock = Arc::new(HandClock::new(at("2026-11-25T08:00:00+08:00")));
    let hotline = Platform::open_with(settings, Ground::new(kind).await, clock, 1).await;
    let other = hotline.beside().await;

    // One is signed in time, one behind its limit: met late is missed (law 9).
    let (early, late) = (dispatched(&hotline, 1).await, dispatched(&hotline, 2).await);
    hotline.clock.advance(HOUR);
    signed(&hotline, &early).await;
    hotline.clock.advance(3 * HOUR);
    while hotline.app.sweep().await.unwrap() > 0 {}
    signed(&hotline, &late).await;
    hotline.clock.advance(8 * DAY);

    // Two processes, twice each: one bulletin.
    let begun = [
        hotline.app.schedule_bulletins().await.unwrap(),
        hotline.app.schedule_bulletins().await.unwrap(),
        other.schedule_bulletins().await.unwrap(),
    ];
    assert_eq!(begun, [1, 0, 0]);
    let chief = lead(Desk::Hotline);
    let page = hotline.app.bulletins(&chief, "").await.unwrap();
    assert_eq!(page.items.len(), 1);
    let brief = &page.items[0];
    assert_eq!(
        (brief.kind.as_str(), brief.made_by.as_str()),
        ("weekly", "")
    );
    let id = brief.id.clone();
    let view = hotline.app.bulletin(&chief, &id).await.unwrap();
    let table = &view.sections[2].tables[0];
    let city = table.rows.iter().find(|row| row[1] == "2").unwrap();
    assert_eq!(city[0], "望澜县城市管理局");
    assert_eq!((city[3].as_str(), city[4].as_str()), ("2", "1"), "{city:?}");
    assert_eq!(city[5], "50.0%");
    assert!(
        table.note.contains("按时率＝"),
        "a rate names its denominator"
    );
    let total = table.rows.last().unwrap();
    assert_eq!((total[1].as_str(), total[5].as_str()), ("2", "50.0%"));
    // Printed pages ask for a font; tables do not.
    let sheet = hotline.app.bulletin_paper(&chief, &id, "xlsx").await;
    assert!(sheet.unwrap().bytes.starts_with(b"PK"));
    let paper = hotline.app.bulletin_paper(&chief, &id, "pdf").await;
    assert!(matches!(paper, Err(AppError::NoFont(_))), "{paper:?}");

    // Nothing of a publication that failed is left.
    let boss = person(Role::Commander, "desk-12345");
    let approve = BulletinOrder::Approve { revision: 1 };
    change(&hotline, &boss, &id, approve).await.unwrap();
    let publish = || BulletinOrder::Publish { revision: 2 };
    let failed = change(&hotline, &chief, &id, publish()).await;
    assert!(matches!(failed, Err(AppError::NoFont(_))), "{failed:?}");
    let view = hotline.app.bulletin(&chief, &id).await.unwrap();
    assert_eq!(
        (view.brief.state.as_str(), view.brief.revision),
        ("approved", 2)
    );
    assert!(view.brief.number.is_none() && view.brief.digest.is_empty());
    assert!(view.allowed.contains(&"publish".to_owned()));
}

#[tokio::test]
async fn r22_a_week_is_counted_and_not_published_without_a_font_sqlite() {
    a_week_is_counted_and_not_published_without_a_font(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r22_a_week_is_counted_and_not_published_without_a_font_postgres() {
    a_week_is_counted_and_not_published_without_a_font(StoreKind::Postgres).await;
}
