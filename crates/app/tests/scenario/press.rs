//! Bulletins on both stores: begun by the schedule once, their figures by the log, and what happens
//! where there is no font.

use ::press::FontChoice;
use ::press::form::BulletinKind;
use app::AppError;
use app::clock::HandClock;
use app::view::{BulletinOrder, BulletinView, NewBulletin};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use serde_json::json;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Caller, DAY, Ground, HOUR, Platform, Settings, StoreKind, at, check_platform};

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
    let section = |heading: &str| {
        let found = view.sections.iter().find(|each| each.heading == heading);
        found.unwrap_or_else(|| panic!("{heading}"))
    };
    let table = &section("办理情况").tables[0];
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

/// What bulletins say is what the rules of scores say: histograms, lists, the year, before and after.
#[tokio::test(flavor = "multi_thread")]
async fn r22_r44_r71_bulletins_say_what_the_rules_of_scores_say() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    super::score::november(&hotline).await;
    let chief = lead(Desk::Hotline);
    let assessor = person(Role::Assessor, "desk-12345");
    let begun = async |kind: &str, day: &str| {
        let new = NewBulletin {
            kind: kind.to_owned(),
            day: Some(day.to_owned()),
        };
        let key = hotline.key();
        hotline
            .app
            .begin_bulletin(&chief, &new, &key)
            .await
            .unwrap()
    };
    let section = |view: &BulletinView, heading: &str| {
        let found = view.sections.iter().find(|each| each.heading == heading);
        found.unwrap_or_else(|| panic!("{heading}")).clone()
    };
    let name = "望澜县城市管理局";

    let week = begun("weekly", "2026-11-24").await;
    let timed = section(&week, "用时分布");
    let figures = hotline
        .app
        .score_figures(&assessor, "2026-W48", "")
        .await
        .unwrap();
    let figure = |metric: &str| {
        let found = figures.figures.iter().find(|each| each.metric == metric);
        found.unwrap().denominator
    };
    let captions: Vec<&str> = timed.charts.iter().map(|c| c.caption.as_str()).collect();
    // Nobody set out or reported on the way: nothing is drawn of it.
    assert_eq!(captions, ["签收用时"]);
    let bars = &timed.charts[0].bars;
    let labels: Vec<&str> = bars.iter().map(|bar| bar.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "0–30 秒",
            "30–60 秒",
            "60–120 秒",
            "120–180 秒",
            "180 秒以上"
        ]
    );
    // Three were signed, hours after they were dispatched.
    assert_eq!(figure("sign_longer"), 3);
    let counted: Vec<f64> = bars.iter().map(|bar| bar.values[0]).collect();
    assert_eq!(counted, [0.0, 0.0, 0.0, 0.0, 3.0]);
    assert!(timed.text.contains("签收用时为"), "{}", timed.text);
    assert!(timed.text.contains(name) && timed.text.contains("3次"));
    // The one that nobody signed is open, and stands where it is.
    let open = section(&week, "未结案情况");
    let row = |words: &str| {
        let found = open.tables[0].rows.iter().find(|row| row[0] == words);
        found.unwrap()[1].clone()
    };
    assert_eq!((row("待签收").as_str(), row("合计").as_str()), ("1", "1"));

    let sheet = async |scheme: &str, period: &str| {
        let sheet = hotline.app.score_sheet(&assessor, scheme, period).await;
        sheet.unwrap()
    };
    let month = begun("monthly", "2026-11-24").await;
    let list = sheet("red_black", "2026-11").await;
    for (heading, listed) in [
        ("红榜", list.lines.iter().filter(|line| line.red).count()),
        ("黑榜", list.lines.iter().filter(|line| line.black).count()),
    ] {
        let text = section(&month, heading).text;
        let said = text.contains(&format!("单位{listed}个"));
        assert!(
            said || listed == 0 && text.contains("没有单位列入"),
            "{text}"
        );
    }
    let all = section(&month, "各成员单位指标");
    assert!(all.text.contains("月度红黑榜（六项指标）") && all.text.contains("第1版"));
    let ours = list.lines.iter().find(|line| line.name == name).unwrap();
    let printed = all.tables[0]
        .rows
        .iter()
        .find(|row| row[1] == name)
        .unwrap();
    let score = ours.score.as_deref().unwrap().trim_end_matches('0');
    assert_eq!(printed[2], score.trim_end_matches('.'));
    assert!(
        all.tables[0].note.contains("满意率v1"),
        "{}",
        all.tables[0].note
    );

    let year = begun("year", "2026-06-01").await;
    let result = sheet("county_year", "2026").await;
    let ours = result.lines.iter().find(|line| line.name == name).unwrap();
    let ranking = section(&year, "考核排名");
    let printed = ranking.tables[0]
        .rows
        .iter()
        .find(|row| row[1] == name)
        .unwrap();
    assert_eq!(printed.last(), ours.score.as_ref());
    assert_eq!(
        ranking.tables[0].heads,
        [
            "名次",
            "单位",
            "应急联动（中心对成员单位）",
            "热线承办（平台对部门）",
            "缺陷扣分",
            "得分"
        ]
    );

    let benefit = begun("benefit", "2026-11-24").await;
    let rates = &section(&benefit, "成效指标").tables[0];
    let received = rates.rows.iter().find(|row| row[0] == "接报总量").unwrap();
    assert_eq!(received[4], "4");
    let satisfied = rates.rows.iter().find(|row| row[0] == "满意率").unwrap();
    assert_eq!(
        (satisfied[3].as_str(), satisfied[4].as_str()),
        ("2/3", "66.7%")
    );
    // A hotline has no non-police matters of its own: nothing is said of a share of nothing.
    assert!(!rates.rows.iter().any(|row| row[0] == "分流率"));
    check_platform(&hotline).await;
}

/// The share diverted is of non-police matters, on paper as on the screen (R84), and what it saved is
/// said with its declared number (R44).
#[tokio::test(flavor = "multi_thread")]
async fn r84_the_diversion_rate_on_paper_has_the_denominator_of_the_screen() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    let who = testkit::people::operator(Desk::Police);
    for n in 1..=3 {
        let contact = Caller::says("楼旁边工地半夜还在施工，打桩声音太大，吵得睡不着")
            .number(n)
            .contact();
        police.take(&who, contact).await.unwrap();
    }
    let thief = Caller::says("我的手机刚才被人偷了").number(9).contact();
    police.take(&who, thief).await.unwrap();
    let chief = lead(Desk::Police);
    let new = NewBulletin {
        kind: "benefit".to_owned(),
        day: Some("2026-11-20".to_owned()),
    };
    let view = police.app.begin_bulletin(&chief, &new, &police.key()).await;
    let view = view.unwrap();
    let found = view.sections.iter().find(|each| each.heading == "成效指标");
    let table = &found.unwrap().tables[0];
    let row = |name: &str| table.rows.iter().find(|row| row[0] == name).unwrap();
    assert_eq!(row("非警务量")[4], "3");
    assert_eq!(
        row("分流率")[3],
        "0/3",
        "of non-police matters, not of all four"
    );
    assert!(table.note.contains("分流 ÷ 非警务"), "{}", table.note);
}
