//! What a number's past says at pick-up (R29): shown with what it rests on, and deciding nothing.

use app::AppError;
use app::view::{AuditQuery, NuisanceView};
use domain::desk::Desk;
use domain::nuisance::{Kind, Level};
use domain::right::Role;
use serde_json::json;
use testkit::people::{lead, operator, person};
use testkit::{Caller, DAY, MINUTE, Platform, StoreKind, check_platform};

const NUMBER: &str = "10000000042";

async fn taken(platform: &Platform, words: &str, then: serde_json::Value) -> String {
    let desk = operator(Desk::Police);
    let contact = Caller::says(words).then(then).contact();
    platform.take(&desk, contact).await.unwrap().brief.id
}

async fn past(platform: &Platform) -> NuisanceView {
    let desk = operator(Desk::Police);
    let known = platform.app.callers(&desk, NUMBER).await.unwrap();
    known.nuisance.unwrap()
}

#[tokio::test]
async fn r29_a_past_of_nuisance_is_listed_with_its_points_and_fades() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    assert_eq!(past(&police).await.score, 0);
    let mark = json!({"command": "mark_nuisance", "reason": "反复拨打后不说话"});
    let first = taken(&police, "喂喂喂听得见吗", mark.clone()).await;
    police.clock.advance(30 * DAY);
    taken(&police, "哈哈哈逗你玩的", mark).await;
    police.clock.advance(MINUTE);
    let cancel = json!({"command": "cancel", "reason": "来电人说不用了"});
    taken(&police, "路灯坏了，算了不报了", cancel).await;
    police.clock.advance(MINUTE);
    let told = json!({"command": "inform", "text": "已告知办理地点"});
    taken(&police, "身份证在哪里办", told).await;
    let seen = past(&police).await;
    // 40 + 40·60/90 + 10 − 10.
    assert_eq!((seen.score, seen.level), (66, Level::Conspicuous));
    assert_eq!(seen.rule, "nuisance-1");
    let points: Vec<(Kind, i64)> = seen.items.iter().map(|i| (i.kind, i.points)).collect();
    assert_eq!(
        points,
        [
            (Kind::Genuine, -10),
            (Kind::Abandoned, 10),
            (Kind::Marked, 40),
            (Kind::Marked, 26),
        ]
    );
    assert_eq!(seen.items.last().unwrap().id, first);
    assert_eq!(points.iter().map(|(_, p)| p).sum::<i64>(), seen.score);
    // Somebody who reads all but takes no calls is not told of a number.
    let assessor = person(Role::Assessor, "desk-110");
    let refused = police.app.callers(&assessor, NUMBER).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    police.clock.advance(61 * DAY);
    assert_eq!(past(&police).await.items.len(), 3, "the first is too old");
    check_platform(&police).await;
}

#[tokio::test]
async fn law_5_no_past_keeps_police_from_a_danger() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    let mark = json!({"command": "mark_nuisance", "reason": "反复拨打后不说话"});
    for _ in 0..4 {
        taken(&police, "哈哈哈逗你玩的", mark.clone()).await;
    }
    assert_eq!(past(&police).await.level, Level::Repeated);
    let desk = operator(Desk::Police);
    let said = police
        .app
        .suggest(&desk, "邻居吵架，他拿着刀", "", "")
        .unwrap();
    assert!(said.danger.iter().any(|d| d.kind == "weapon"));
    assert_eq!(
        (said.desk, said.mode.as_str()),
        (Some(Desk::Police), "dispatch")
    );
    // A danger can be marked as nuisance by nobody, whatever the number's past.
    let contact = Caller::says("邻居吵架，他拿着刀").then(mark).contact();
    let refused = police.take(&desk, contact).await.unwrap_err();
    assert_eq!(refused.key(), "refused/danger_stands");
    let contact = Caller::says("邻居吵架，他拿着刀").contact();
    let case = police.take(&desk, contact).await.unwrap();
    assert!(case.brief.danger && case.brief.closed_at.is_none());
    assert_ne!(case.brief.outcome.as_deref(), Some("nuisance"));
    // It is open: what it was nobody knows yet, and it counts neither way.
    assert_eq!(past(&police).await.counted, 4);
    check_platform(&police).await;
}

#[tokio::test]
async fn law_10_an_evidence_pack_needs_the_right_and_a_reason_and_leaves_a_row() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    let mark = json!({"command": "mark_nuisance", "reason": "反复拨打后不说话"});
    taken(&police, "哈哈哈逗你玩的", mark).await;
    let app = &police.app;
    let why = "移送治安部门处理";
    let taker = operator(Desk::Police);
    let refused = app.caller_evidence(&taker, NUMBER, why).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let chief = lead(Desk::Police);
    for (number, reason) in [(NUMBER, "。"), ("1", why)] {
        let refused = app.caller_evidence(&chief, number, reason).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{number}");
    }
    let nobody = app.caller_evidence(&chief, "10000000099", why).await;
    assert!(matches!(nobody, Err(AppError::NotFound)));
    let pack = app.caller_evidence(&chief, NUMBER, why).await.unwrap();
    assert_eq!((pack.cases.len(), pack.nuisance.score), (1, 40));
    let case = &pack.cases[0];
    assert_eq!(case.narrative, "哈哈哈逗你玩的");
    let marked = case.steps.iter().find(|s| s.kind == "nuisance_marked");
    assert_eq!(marked.unwrap().reason, "反复拨打后不说话");
    let auditor = person(Role::AuditAdmin, "desk-110");
    let trail = app.audit(&auditor, AuditQuery::default()).await.unwrap();
    let rows: Vec<_> = trail
        .items
        .iter()
        .filter(|row| row.action == "caller_evidence")
        .collect();
    assert_eq!(rows.len(), 1, "what was refused is no reading");
    assert_eq!(rows[0].reason, why);
    assert!(!format!("{:?}", rows[0]).contains(NUMBER));
}
