//! What a clock's own ladder tells, and the link by which a caller rates the answer.

use super::receiver::Http;
use super::{CITY, dispatch, gateway, hotline, on, person, step};
use app::catalogue::{Configured, preset};
use app::view::MeasureBrief;
use domain::desk::Desk;
use domain::right::Role;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::people::{clerk, follow_up, lead, person as somebody};
use testkit::{DAY, Ground, HOUR, Platform, Settings, StoreKind, check_platform};

/// The papers' clocks: two hours for the first word, and a ladder behind it.
async fn by_the_papers(url: &str) -> Platform {
    let mut settings = Settings::of(Desk::Hotline);
    settings.clocks = Configured {
        name: "seed-papers".to_owned(),
        text: preset("seed-papers").unwrap().to_owned(),
    };
    on(
        settings,
        Ground::new(StoreKind::Sqlite).await,
        vec![Arc::new(gateway(url))],
    )
    .await
}

/// The rules by which somebody was told of a case, each once.
async fn told(hotline: &Platform, case: &str) -> Vec<String> {
    let rows = hotline.app.store().notices_of_case(case).await.unwrap();
    let mut rules: Vec<String> = rows.into_iter().map(|row| row.rule).collect();
    rules.sort();
    rules.dedup();
    rules
}

async fn measures(hotline: &Platform) -> Vec<MeasureBrief> {
    let chief = somebody(Role::Supervisor, "desk-12345");
    hotline.app.supervision_board(&chief).await.unwrap().items
}

async fn pass(hotline: &Platform, time: i64) {
    hotline.clock.advance(time);
    hotline.app.sweep().await.unwrap();
    hotline.app.sweep_supervision().await.unwrap();
    step(hotline).await;
}

#[tokio::test]
async fn r82_r123_a_clocks_ladder_tells_whom_it_names_and_opens_the_rung_it_asks_for() {
    let sms = Http::start().await;
    let hotline = by_the_papers(&sms.url).await;
    let chief = json!({"role": "lead", "mobile": "10000000003"});
    person(&hotline, CITY, "江汀", 0, chief).await;
    let case = dispatch(&hotline).await;
    step(&hotline).await;
    let sent = |words: &str| {
        let bodies = sms.bodies().into_iter();
        let said = bodies.filter(|b| b["text"].as_str().is_some_and(|t| t.contains(words)));
        said.map(|b| b["to"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    pass(&hotline, 2 * HOUR).await;
    let rules = told(&hotline, &case).await;
    assert!(
        rules.contains(&"notices-5 escalated_clerk".to_owned()),
        "{rules:?}"
    );
    assert!(
        !rules
            .iter()
            .any(|rule| rule.ends_with(" amber") || rule.ends_with(" missed")),
        "a clock with a ladder of its own is told once: {rules:?}"
    );
    // The short message goes to the unit's lead, once by the red and once by the due.
    assert!(sent("反馈时限").iter().all(|to| to == "10000000003"));
    assert!(!sent("负责人过问（催办）").is_empty(), "{:?}", sms.bodies());
    let urges: Vec<_> = measures(&hotline)
        .await
        .into_iter()
        .filter(|m| m.rung == "urge")
        .collect();
    assert_eq!(
        urges.len(),
        1,
        "one urging for one case, whoever asks for it: {urges:?}"
    );
    assert!(measures(&hotline).await.iter().all(|m| m.rung != "order"));
    // Two hours later the ladder asks for an order, and the supervisor is told of it.
    pass(&hotline, 2 * HOUR).await;
    let rules = told(&hotline, &case).await;
    assert!(
        rules.contains(&"notices-5 escalated_supervisor".to_owned()),
        "{rules:?}"
    );
    let orders: Vec<_> = measures(&hotline)
        .await
        .into_iter()
        .filter(|m| m.rung == "order")
        .collect();
    assert_eq!(orders.len(), 1, "{orders:?}");
    let chief = somebody(Role::Supervisor, "desk-12345");
    let view = hotline
        .app
        .measure_view(&chief, &orders[0].id)
        .await
        .unwrap();
    assert_eq!(view.brief.rule, "E2");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn r86_a_link_to_rate_by_goes_to_the_caller_and_lies_nowhere() {
    let sms = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&sms.url))]).await;
    let case = dispatch(&hotline).await;
    let city = clerk(CITY);
    let chief = lead(Desk::Hotline);
    let result = json!({"command": "give_result", "leg": "a1", "text": "已停工", "public_reply": "已停工", "solved": "solved"});
    for (who, order) in [
        (&city, json!({"command": "sign", "leg": "a1"})),
        (&city, result),
        (
            &chief,
            json!({"command": "review", "passed": true, "reason": "属实"}),
        ),
        (&chief, json!({"command": "close", "note": ""})),
    ] {
        hotline.act(who, &case, order).await.unwrap();
    }
    // Nobody calls for so long that the link is due.
    hotline.clock.advance(8 * DAY);
    hotline.app.ask_for_ratings().await.unwrap();
    step(&hotline).await;
    let words = |body: &Value| body["text"].as_str().unwrap_or_default().to_owned();
    let asked: Vec<String> = sms
        .bodies()
        .iter()
        .map(words)
        .filter(|t| t.contains("请评价"))
        .collect();
    let [said] = asked.as_slice() else {
        panic!("one message: {:?}", sms.bodies());
    };
    let (_, token) = said
        .split_once("https://hotline.wanglan.invalid/report/rate?t=")
        .expect("a link");
    let page = hotline.app.rating_page(token).await.unwrap();
    assert_eq!(page.reply.as_deref(), Some("已停工"));
    for row in hotline.app.store().notices_of_case(&case).await.unwrap() {
        assert!(!row.text.contains(token), "a key lies nowhere");
        for sent in hotline.app.store().deliveries(&row.id).await.unwrap() {
            assert!(!sent.proof.contains(token) && !sent.address.contains(token));
        }
    }
    // One that is printed is in the caller's hand, and not sent besides.
    let before = sms.bodies().len();
    let asker = follow_up(Desk::Hotline);
    hotline.clock.advance(1);
    let printed = hotline
        .app
        .print_rating_link(&asker, &case, &hotline.key())
        .await;
    printed.unwrap();
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), before);
}
