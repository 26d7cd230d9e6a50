//! The scene: a crew's report that needs an instruction, disputes, and the risk that stays (R127, R31).

use super::{CITY, dispatch, hotline, notice, step};
use app::AppError;
use app::view::{BoardView, CaseView};
use domain::case::Refusal;
use domain::desk::Desk;
use domain::right::Role;
use serde_json::json;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Platform, StoreKind, check_platform};

/// How many cases a lane has, and what is said of the first.
fn lane(board: &BoardView, name: &str) -> (i64, String) {
    let lane = board.lanes.iter().find(|lane| lane.lane == name).unwrap();
    let reason = lane.items.first().map(|item| item.reason.clone());
    (lane.count, reason.unwrap_or_default())
}

async fn board(hotline: &Platform) -> BoardView {
    hotline.app.board(&lead(Desk::Hotline)).await.unwrap()
}

async fn view(hotline: &Platform, case: &str) -> CaseView {
    hotline.app.case(&lead(Desk::Hotline), case).await.unwrap()
}

async fn at_work(kind: StoreKind) -> (Platform, String) {
    let hotline = hotline(kind, Vec::new()).await;
    let case = dispatch(&hotline).await;
    let sign = json!({"command": "sign", "leg": "a1"});
    hotline.act(&clerk(CITY), &case, sign).await.unwrap();
    (hotline, case)
}

async fn r127(kind: StoreKind) {
    let (hotline, case) = at_work(kind).await;
    let crew = clerk(CITY);
    let calm = json!({"command": "report", "leg": "a1", "text": "已到现场，情况平稳",
        "scene": {"harm": "none"}});
    hotline.act(&crew, &case, calm).await.unwrap();
    step(&hotline).await;
    assert_eq!(
        lane(&board(&hotline).await, "scene").0,
        0,
        "nothing to decide"
    );
    let grave = json!({"command": "report", "leg": "a1", "text": "墙体坍塌，两人受伤",
        "scene": {"harm": "hurt", "people": 2, "help": ["ambulance", "fire"], "serious": true}});
    hotline.act(&crew, &case, grave).await.unwrap();
    step(&hotline).await;
    assert_eq!(lane(&board(&hotline).await, "scene").0, 1);
    let waits = view(&hotline, &case).await.awaiting.unwrap();
    assert_eq!(
        waits.grounds,
        ["casualties", "serious", "reinforcement", "several_units"]
    );
    let rows = hotline.app.store().notices_of_case(&case).await.unwrap();
    for rule in ["scene", "scene_raised"] {
        let told = rows
            .iter()
            .find(|row| row.rule.ends_with(&format!(" {rule}")));
        let text = &told
            .unwrap_or_else(|| panic!("{rule} is silent: {rows:?}"))
            .text;
        assert!(text.contains("人员伤亡、事态重大"), "{text}");
    }
    // The desk answers; the crew sees it and has to say so.
    let order = json!({"command": "instruct", "leg": "a1", "text": "疏散周边住户，等消防到场"});
    let refused = hotline.act(&crew, &case, order.clone()).await;
    assert!(
        matches!(refused, Err(AppError::Forbidden)),
        "a unit instructs nobody"
    );
    hotline
        .act(&lead(Desk::Hotline), &case, order)
        .await
        .unwrap();
    step(&hotline).await;
    assert_eq!(lane(&board(&hotline).await, "scene").0, 0);
    let told = hotline.app.case(&crew, &case).await.unwrap();
    let said = told.legs[0].instruction.as_ref().unwrap();
    assert_eq!(said.text, "疏散周边住户，等消防到场");
    assert!(told.awaiting.is_none());
    let ask = notice(&hotline, CITY, "instructed").await.notice;
    assert!(ask.asks, "somebody has to answer for it");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn r127_a_report_from_the_scene_is_raised_and_waits_for_an_instruction_sqlite() {
    r127(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r127_a_report_from_the_scene_is_raised_and_waits_for_an_instruction_pg() {
    r127(StoreKind::Postgres).await;
}

#[tokio::test]
async fn r31_a_dispute_about_who_takes_in_or_pays_is_decided_by_the_desk_and_told() {
    let (hotline, case) = at_work(StoreKind::Sqlite).await;
    let crew = clerk(CITY);
    let raised = json!({"command": "dispute", "leg": "a1", "about": "custody",
        "against": "civil-affairs", "text": "疑似精神障碍人员，民政称非本地户籍不予接收，费用无人承担"});
    hotline.act(&crew, &case, raised).await.unwrap();
    let (count, reason) = lane(&board(&hotline).await, "dispute");
    assert_eq!(count, 1);
    assert!(reason.contains("不予接收"), "{reason}");
    let settle = |n: u8| {
        json!({"command": "settle_dispute", "dispute": n, "unit": "civil-affairs",
            "basis": "联动工作办法第九条", "reason": "先行接收，费用由县财政列支"})
    };
    let chief = lead(Desk::Hotline);
    let refused = hotline.act(&crew, &case, settle(1)).await;
    assert!(
        matches!(refused, Err(AppError::Forbidden)),
        "no unit decides"
    );
    let unknown = hotline.act(&chief, &case, settle(2)).await;
    assert!(matches!(
        unknown,
        Err(AppError::Refused(Refusal::NoDispute(2)))
    ));
    hotline.act(&chief, &case, settle(1)).await.unwrap();
    let again = hotline.act(&chief, &case, settle(1)).await;
    assert!(matches!(
        again,
        Err(AppError::Refused(Refusal::NoDispute(1)))
    ));
    step(&hotline).await;
    assert_eq!(lane(&board(&hotline).await, "dispute").0, 0);
    let disputes = view(&hotline, &case).await.disputes;
    assert_eq!(disputes.len(), 1);
    assert_eq!(disputes[0].basis, "联动工作办法第九条");
    assert!(disputes[0].settled_at.is_some() && !disputes[0].bearer_name.is_empty());
    let told = notice(&hotline, CITY, "dispute_settled").await.notice;
    assert!(told.text.contains("已裁定"), "{}", told.text);
    // The bearer has an order that binds, on a clock; who raised it works on.
    let settled = view(&hotline, &case).await;
    let legs = &settled.legs;
    let bearer = &legs[1];
    assert_eq!((legs.len(), legs[0].unit.as_str()), (2, CITY));
    assert_eq!(
        (bearer.unit.as_str(), bearer.role.as_str(), bearer.binding),
        ("civil-affairs", "assist", true)
    );
    assert!(
        settled
            .deadlines
            .iter()
            .any(|due| due.leg.as_ref() == Some(&bearer.id))
    );
    hotline
        .act(
            &clerk("civil-affairs"),
            &case,
            json!({"command": "sign", "leg": bearer.id}),
        )
        .await
        .unwrap();
    // Named once more it has no second order.
    hotline
        .act(
            &crew,
            &case,
            json!({"command": "dispute", "leg": "a1", "about": "fee", "text": "费用仍未落实"}),
        )
        .await
        .unwrap();
    hotline.act(&chief, &case, settle(2)).await.unwrap();
    assert_eq!(view(&hotline, &case).await.legs.len(), 2);
    check_platform(&hotline).await;
}

#[tokio::test]
async fn r31_whoever_stays_at_risk_is_watched_after_the_case_is_closed() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let desk = operator(Desk::Hotline);
    let answer = json!({"command": "answer", "text": "双方已劝开，当事人称要服药自尽，家属在旁"});
    let contact = testkit::Caller::says(testkit::contact::SITE_NOISE).then(answer);
    let case = hotline
        .take(&desk, contact.contact())
        .await
        .unwrap()
        .brief
        .id;
    assert!(view(&hotline, &case).await.brief.closed_at.is_some());
    let chief = person(Role::Supervisor, "desk-12345");
    let flag =
        |flag: &str| json!({"command": "flag", "flag": flag, "reason": "离场后仍有风险，次日回访"});
    let refused = hotline.act(&chief, &case, flag("serious")).await;
    assert!(matches!(refused, Err(AppError::Refused(Refusal::Closed))));
    hotline.act(&chief, &case, flag("at_risk")).await.unwrap();
    let watched = hotline.app.watch_list(&chief).await.unwrap();
    assert_eq!(
        (watched.len(), watched[0].case.id.as_str()),
        (1, case.as_str())
    );
    let done = json!({"command": "unflag", "flag": "at_risk", "reason": "已回访三次，风险解除"});
    hotline.act(&chief, &case, done).await.unwrap();
    assert!(hotline.app.watch_list(&chief).await.unwrap().is_empty());
    check_platform(&hotline).await;
}
