//! The responsibility list in the back office, on both stores: a draft that two people edit, tried on
//! sentences and on past cases, published from a moment on in every process, and gone back from.

use app::view::{
    ListDraftChanged, ListDraftOrder, ListRunOrder, ListRunView, ListTryOrder, ListVersionOrder,
    ListVersionView,
};
use app::{App, AppError};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use testkit::contact::{GAMBLING, KNIFE, SITE_NOISE};
use testkit::people::{lead, operator, person};
use testkit::{Caller, Platform, StoreKind};

const HOUR: i64 = 3_600_000;
const FIRST: &str = "wanglan-2026.11.1";
const SECOND: &str = "wanglan-2026.11.2";
const LAMP: &str = "路灯坏了三天了，晚上一片漆黑";

fn editor() -> Actor {
    person(Role::Knowledge, "desk-110")
}

async fn change(police: &Platform, order: ListDraftOrder) -> Result<ListDraftChanged, AppError> {
    let key = police.key();
    police.app.change_list_draft(&editor(), &order, &key).await
}

async fn save(police: &Platform, revision: i64, text: &str) -> Result<ListDraftChanged, AppError> {
    let text = text.to_owned();
    change(police, ListDraftOrder::Save { revision, text }).await
}

async fn versions(police: &Platform, order: ListVersionOrder) -> Result<ListVersionView, AppError> {
    let (boss, key) = (lead(Desk::Police), police.key());
    police.app.change_list_versions(&boss, &order, &key).await
}

async fn publish(
    police: &Platform,
    revision: i64,
    valid_at: Option<i64>,
) -> Result<ListVersionView, AppError> {
    let reason = "领导小组会议批准".to_owned();
    let order = ListVersionOrder::Publish {
        revision,
        valid_at,
        reason,
    };
    versions(police, order).await
}

/// What a process suggests for noise of a building site: version and unit.
fn noise(app: &App) -> (String, String) {
    let said = app
        .suggest(&operator(Desk::Police), SITE_NOISE, "", "")
        .unwrap();
    (said.list_version, said.lead_name)
}

/// The list with another unit for noise of building sites.
fn moved(text: &str) -> String {
    let before = "lead = \"urban-management\"\nassist = [\"ecology\"]\nmode = \"push\"\n\
                  limits = \"ordinary\"\nbasis = \"望联动办〔2026〕3号附件二第一类第一项\"";
    assert_eq!(text.matches(before).count(), 1);
    let after = before
        .replace("urban-management", "*")
        .replace("ecology", "urban-management")
        .replace('*', "ecology");
    text.replace(before, &after)
}

/// The list without a row.
fn without(text: &str, code: &str) -> String {
    let head = format!("[[matter]]\ncode = \"{code}\"");
    let (before, rest) = text.split_once(&head).unwrap();
    let (_, after) = rest.split_once("[[matter]]").unwrap();
    format!("{before}[[matter]]{after}")
}

async fn ended(police: &Platform, id: &str) -> ListRunView {
    let ended = async {
        loop {
            let run = police.app.list_run(&editor(), id).await.unwrap();
            if run.state != "running" {
                return run;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), ended)
        .await
        .expect("the run never ended")
}

async fn a_list_is_edited_tried_published_and_gone_back_from(kind: StoreKind) {
    let mut police = Platform::open(Desk::Police, kind).await;
    let other = police.beside().await;
    let (who, boss) = (editor(), lead(Desk::Police));
    for words in [SITE_NOISE, LAMP, GAMBLING, KNIFE] {
        let contact = Caller::says(words).contact();
        police.take(&operator(Desk::Police), contact).await.unwrap();
    }

    // The file of the configuration is version one.
    let office = police.app.list_office(&who).await.unwrap();
    assert_eq!((office.running, office.running_label.as_str()), (1, FIRST));
    assert_eq!(office.versions.len(), 1);
    assert!(office.versions[0].published_at.is_none() && !office.may_publish);
    let (label, unit) = noise(&police.app);
    assert_eq!((label.as_str(), unit.as_str()), (FIRST, "望澜县城市管理局"));

    // A draft begins as what holds, under the next name; there is one.
    let begin = || ListDraftOrder::Begin { from: None };
    let begun = change(&police, begin()).await.unwrap();
    assert_eq!(begun.head.unwrap().label, SECOND);
    assert!(begun.faults.is_empty());
    let twice = change(&police, begin()).await;
    assert!(matches!(twice, Err(AppError::Conflict { actual: 1 })));
    let draft = police.app.list_draft(&who).await.unwrap();

    // What is wrong is told with its line, and kept all the same; it cannot be published.
    let broken = draft.text.replacen("group = \"H1\"", "group = \"H0\"", 1);
    let line = broken.lines().position(|l| l == "group = \"H0\"").unwrap();
    let saved = save(&police, 1, &broken).await.unwrap();
    let fault = &saved.faults[0];
    assert_eq!(
        (fault.key.as_str(), fault.row.as_str()),
        ("unknown", "H1-1")
    );
    let line = i64::try_from(line).unwrap() + 1;
    assert!((line - 8..=line).contains(&fault.line), "{fault:?} {line}");
    assert!(fault.problem.contains("H0"));
    let words = draft
        .text
        .replacen("\"夜间施工噪音\"", "\"邻居半夜唱歌太吵\"", 1);
    let saved = save(&police, 2, &words).await.unwrap();
    let fault = saved
        .faults
        .iter()
        .find(|fault| fault.key == "example")
        .unwrap();
    assert_eq!(fault.row, "H1-1");
    assert_eq!(fault.example.as_deref(), Some("邻居半夜唱歌太吵"));
    assert!(matches!(
        publish(&police, 3, None).await,
        Err(AppError::Invalid(_))
    ));

    // Two people with one revision: the second is told, and nothing is overwritten.
    let good = moved(&draft.text);
    let saved = save(&police, 3, &good).await.unwrap();
    assert!(saved.faults.is_empty(), "{:?}", saved.faults);
    let late = save(&police, 3, &draft.text).await;
    assert!(matches!(late, Err(AppError::Conflict { actual: 4 })));
    assert_eq!(police.app.list_draft(&who).await.unwrap().text, good);

    // A sentence by both lists.
    let sentence = ListTryOrder {
        narrative: SITE_NOISE.to_owned(),
        place: String::new(),
    };
    let tried = police.app.try_list(&who, &sentence).await.unwrap();
    assert_eq!(tried.running.lead_name, "望澜县城市管理局");
    let said = tried.draft.unwrap();
    assert_eq!(
        (said.label.as_str(), said.matter.as_deref()),
        (SECOND, Some("H1-1"))
    );
    assert_eq!(said.lead_name, "望澜县生态环境局");

    // Over past cases: one goes to another unit, one is left without a row.
    let lamp = police
        .app
        .suggest(&who, LAMP, "", "")
        .unwrap()
        .matter
        .unwrap();
    save(&police, 4, &without(&good, &lamp)).await.unwrap();
    let order = ListRunOrder { days: Some(30) };
    let key = police.key();
    let run = police.app.begin_list_run(&who, &order, &key).await.unwrap();
    assert_eq!(run.total, 4);
    let again = police.app.begin_list_run(&who, &order, &key).await.unwrap();
    assert_eq!(again.id, run.id, "a repeat begins nothing");
    let run = ended(&police, &run.id).await;
    assert_eq!((run.state.as_str(), run.done), ("done", 4));
    let found = run.result.unwrap();
    assert_eq!((found.cases, found.changed), (4, 2), "{found:?}");
    assert_eq!((found.no_row_new, found.matter, found.lead), (1, 1, 2));
    // All were opened at one moment, so either comes first.
    let to = |unit: &str| found.moved.iter().find(|case| case.to.lead_name == unit);
    assert_eq!(to("望澜县生态环境局").unwrap().from.matter, "H1-1");
    let rowless = to("").unwrap();
    assert_eq!(rowless.from.matter, lamp);
    assert_eq!(found.rowless, std::slice::from_ref(&rowless.no));
    let cancelled = police
        .app
        .cancel_list_run(&who, &run.id, &police.key())
        .await
        .unwrap();
    assert_eq!(cancelled.state, "done", "what has ended stays");
    save(&police, 5, &good).await.unwrap();

    // Published from a moment on: it holds at that moment, here and in the other process.
    let order = ListVersionOrder::Restore {
        number: 1,
        reason: "不该由编辑".to_owned(),
    };
    let key = police.key();
    let refused = police.app.change_list_versions(&who, &order, &key).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let from = police.app.now() + HOUR;
    let past = publish(&police, 6, Some(from - 2 * HOUR)).await;
    assert!(matches!(past, Err(AppError::Invalid(_))));
    let version = publish(&police, 6, Some(from)).await.unwrap();
    assert_eq!((version.number, version.state.as_str()), (2, "scheduled"));
    assert!(matches!(
        police.app.list_draft(&who).await,
        Err(AppError::NotFound)
    ));
    other.turn_list().await.unwrap();
    police.clock.advance(HOUR - 1);
    for app in [&police.app, &other] {
        app.turn_list().await.unwrap();
        assert_eq!(noise(app).0, FIRST);
    }
    police.clock.advance(1);
    for app in [&police.app, &other] {
        app.turn_list().await.unwrap();
        assert_eq!(
            noise(app),
            (SECOND.to_owned(), "望澜县生态环境局".to_owned())
        );
    }
    let contact = Caller::says(SITE_NOISE).number(9).contact();
    let case = police.take(&operator(Desk::Police), contact).await.unwrap();
    let line = police.app.timeline(&boss, &case.brief.id, 0).await.unwrap();
    let triaged = line
        .items
        .iter()
        .find(|item| item.kind == "triaged")
        .unwrap();
    assert_eq!(triaged.body["list_version"], SECOND, "law 11");

    // The name of a published list is taken.
    change(&police, begin()).await.unwrap();
    let text = police.app.list_draft(&who).await.unwrap().text;
    let saved = save(&police, 1, &text.replacen("2026.11.3", "2026.11.1", 1))
        .await
        .unwrap();
    assert_eq!(saved.faults[0].key, "label_taken");
    change(&police, ListDraftOrder::Discard { revision: 2 })
        .await
        .unwrap();

    // What is to come can be withdrawn, and what held can be brought back in one step.
    change(&police, begin()).await.unwrap();
    let third = publish(&police, 1, Some(from + HOUR)).await.unwrap();
    let withdraw = ListVersionOrder::Withdraw {
        number: third.number,
        reason: "推迟施行".to_owned(),
    };
    assert_eq!(
        versions(&police, withdraw).await.unwrap().state,
        "withdrawn"
    );
    let restore = ListVersionOrder::Restore {
        number: 1,
        reason: "新版归类有误".to_owned(),
    };
    let back = versions(&police, restore).await.unwrap();
    assert_eq!((back.repeats, back.label.as_str()), (Some(1), FIRST));
    other.turn_list().await.unwrap();
    police.clock.advance(2 * HOUR);
    police.app.turn_list().await.unwrap();
    for app in [&police.app, &other] {
        assert_eq!(noise(app).0, FIRST);
    }
    other.store().clone().close().await;
    police.restart().await;
    assert_eq!(noise(&police.app).0, FIRST, "after a restart, too");
    let office = police.app.list_office(&boss).await.unwrap();
    let states: Vec<_> = office
        .versions
        .iter()
        .map(|v| (v.number, v.state.as_str()))
        .collect();
    assert_eq!(
        states,
        [(4, "running"), (3, "withdrawn"), (2, "past"), (1, "past")]
    );
    assert_eq!(office.versions[2].reason, "领导小组会议批准");
    assert!(!office.versions[2].published_by.is_empty());
    let whole = police.app.list_whole(&who, 2).await.unwrap();
    assert_eq!((whole.to_police.len(), whole.to_hotline.len()), (8, 19));
    assert_eq!(whole.to_hotline[0].rows[0].lead_name, "望澜县生态环境局");
    assert!(app::verify(&police.app, |_| {}).await.unwrap().clean);
}

#[tokio::test]
async fn a_list_is_edited_tried_published_and_gone_back_from_sqlite() {
    a_list_is_edited_tried_published_and_gone_back_from(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn a_list_is_edited_tried_published_and_gone_back_from_postgres() {
    a_list_is_edited_tried_published_and_gone_back_from(StoreKind::Postgres).await;
}
