//! Learning: what became of cases is in the next suggestion, the same log is the same model, and
//! one step goes back.

use app::view::{ConfidenceView, LearningView};
use app::{AppError, Jobs};
use domain::desk::Desk;
use domain::right::Role;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::people::{operator, person};
use testkit::{Caller, Platform, StoreKind};

/// Words no row and no example knows.
const ODD: &str = "那块牌子上的字和昨天的不一样";

fn confidence(platform: &Platform, words: &str) -> ConfidenceView {
    let taker = operator(Desk::Hotline);
    let said = platform.app.suggest(&taker, words, "", "").unwrap();
    said.confidence
}

/// Waits until the learnt layer is as wanted; says how long it took.
async fn until(platform: &Platform, wanted: impl Fn(&LearningView) -> bool) -> Duration {
    let admin = person(Role::SystemAdmin, "centre");
    let begun = Instant::now();
    loop {
        let now = platform.app.learning(&admin).unwrap();
        if wanted(&now) {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{now:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn corrected(platform: &Platform, words: &str, row: &str) -> String {
    let taker = operator(Desk::Hotline);
    let case = platform.take(&taker, Caller::says(words).contact()).await;
    let id = case.unwrap().brief.id;
    let to = json!({"desk": "hotline", "matter": row, "matter_name": "", "urgency": "normal"});
    let command = json!({"command": "classify", "to": to, "reason": "查看现场后更正"});
    platform.act(&taker, &id, command).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_served_within_a_second_and_blocks_nobody() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    // Before the learnt layer is there the rules answer alone.
    assert_eq!(confidence(&platform, ODD).zone, "");
    let jobs = Jobs::start(&platform.app, Vec::new());
    until(&platform, |l| !l.served.is_empty()).await;
    let cold = confidence(&platform, "老板拖欠三个月工资不发");
    assert_eq!(
        cold.zone, "prefill",
        "the list's own examples suffice: {cold:?}"
    );
    assert_eq!(cold.rows.first().unwrap().matter, "H10-1");

    let id = corrected(&platform, ODD, "H2-3").await;
    let took = until(&platform, |l| l.lessons == 1).await;
    // It was asked before it learnt, and had not known better.
    let admin = person(Role::SystemAdmin, "centre");
    let view = platform.app.learning(&admin).unwrap();
    let model = view.models.first().unwrap();
    assert_eq!((model.asked, model.agreement), (1, Some(0.0)), "{model:?}");
    assert!(model.calibration_error.is_some() && model.set_coverage.is_some());
    assert_eq!((view.shadow, view.rule.first), (None, 200));
    assert!(took < Duration::from_secs(1), "{took:?}");
    let now = confidence(&platform, ODD);
    assert_eq!(now.rows.first().unwrap().matter, "H2-3", "{now:?}");
    assert_ne!(now.zone, "prefill", "one case makes nobody sure");
    let before = now.before.first().unwrap();
    assert_eq!((&before.id, before.percent), (&id, 100));
    assert!(!now.fragments.is_empty());

    // Danger is read first and nothing learnt touches it.
    let taker = operator(Desk::Hotline);
    let said = platform
        .app
        .suggest(&taker, &format!("{ODD}，他拿着刀"), "", "")
        .unwrap();
    assert!(said.danger.iter().any(|d| d.kind == "weapon"));
    assert_eq!(said.desk, Some(Desk::Police));
    jobs.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_log_is_the_same_model() {
    let mut platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let jobs = Jobs::start(&platform.app, Vec::new());
    for (words, row) in [
        (ODD, "H8-1"),
        ("小区门口的狗没有拴绳", "H1-2"),
        (ODD, "H1-4"),
    ] {
        corrected(&platform, words, row).await;
    }
    until(&platform, |l| l.lessons == 3).await;
    let first = confidence(&platform, ODD);
    jobs.stop().await;
    platform.restart().await;
    let jobs = Jobs::start(&platform.app, Vec::new());
    until(&platform, |l| l.lessons == 3).await;
    let again = confidence(&platform, ODD);
    let both = [first, again].map(|c| serde_json::to_string(&c).unwrap());
    assert_eq!(both[0], both[1]);
    jobs.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_step_goes_back_and_stays_back() {
    let mut platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let jobs = Jobs::start(&platform.app, Vec::new());
    corrected(&platform, ODD, "H8-1").await;
    until(&platform, |l| l.lessons == 1).await;
    let admin = person(Role::SystemAdmin, "centre");
    let first = platform
        .app
        .learning(&admin)
        .unwrap()
        .models
        .remove(0)
        .version;
    let refused = |r: Result<LearningView, AppError>| r.unwrap_err();
    let app = &platform.app;
    let taker = operator(Desk::Hotline);
    assert!(matches!(
        refused(app.choose_model(&taker, Some(&first), "x").await),
        AppError::Forbidden
    ));
    for (version, reason) in [(Some("nonsense"), "x"), (Some(first.as_str()), " ")] {
        let error = refused(app.choose_model(&admin, version, reason).await);
        assert!(matches!(error, AppError::Invalid(_)), "{error:?}");
    }
    let newest = confidence(&platform, ODD).model;
    assert_eq!(newest, format!("{first}+1"));
    let view = app
        .choose_model(&admin, Some(&first), "改派增多")
        .await
        .unwrap();
    assert_eq!(
        (view.served.as_str(), view.pinned.as_deref()),
        (first.as_str(), Some(first.as_str()))
    );
    assert_eq!(confidence(&platform, ODD).model, first);
    let auditor = person(Role::AuditAdmin, "centre");
    let trail = app
        .audit(&auditor, app::view::AuditQuery::default())
        .await
        .unwrap();
    let line = trail
        .items
        .iter()
        .find(|a| a.action == "choose_model")
        .unwrap();
    assert_eq!(
        (line.resource.as_str(), line.reason.as_str()),
        (first.as_str(), "改派增多")
    );
    jobs.stop().await;
    platform.restart().await;
    let jobs = Jobs::start(&platform.app, Vec::new());
    until(&platform, |l| l.lessons == 1 && l.served == first).await;
    let view = platform
        .app
        .choose_model(&admin, None, "已查明")
        .await
        .unwrap();
    assert_eq!((view.served, view.pinned), (newest, None));
    jobs.stop().await;
}
