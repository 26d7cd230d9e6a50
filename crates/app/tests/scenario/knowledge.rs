//! The knowledge base, on both stores: a second revision takes the place of the first, an answer
//! holds from its first day to its last, and is found after a restart.

use app::AppError;
use app::view::{KnowledgeArticle, KnowledgeOrder, KnowledgeText, KnowledgeUse};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use testkit::people::{clerk, lead, operator, person};
use testkit::{Platform, StoreKind};

const DAY: i64 = 86_400_000;

fn editor() -> Actor {
    person(Role::Knowledge, "desk-12345")
}

fn text(body: &str) -> KnowledgeText {
    KnowledgeText {
        title: "停水多久恢复".to_owned(),
        body: body.to_owned(),
        keywords: vec!["没水".to_owned()],
        sources: "供水服务承诺第三条".to_owned(),
        ..KnowledgeText::default()
    }
}

async fn change(
    desk: &Platform,
    who: &Actor,
    article: &str,
    order: KnowledgeOrder,
) -> Result<KnowledgeArticle, AppError> {
    let key = desk.key();
    desk.app.change_knowledge(who, article, &order, &key).await
}

async fn answers(app: &app::App, words: &str) -> Vec<(String, i64)> {
    let found = app
        .find_knowledge(&operator(Desk::Hotline), words, true)
        .await;
    let items = found.unwrap().items.into_iter();
    items.map(|hit| (hit.body, hit.revision)).collect()
}

/// Draft, approved, published.
async fn publish(desk: &Platform, article: &str, revision: i64) {
    for (who, order) in [
        (
            lead(Desk::Hotline),
            KnowledgeOrder::Approve {
                revision,
                version: 1,
            },
        ),
        (
            editor(),
            KnowledgeOrder::Publish {
                revision,
                version: 2,
            },
        ),
    ] {
        change(desk, &who, article, order).await.unwrap();
    }
}

async fn an_answer_holds_as_long_as_it_says(kind: StoreKind) {
    let mut desk = Platform::open(Desk::Hotline, kind).await;
    let today = desk.app.now();
    let key = desk.key();
    let first = desk
        .app
        .new_knowledge(&editor(), &text("八小时内恢复。"), &key)
        .await
        .unwrap();
    // The same key again is the same article.
    let again = desk
        .app
        .new_knowledge(&editor(), &text("八小时内恢复。"), &key)
        .await
        .unwrap();
    assert_eq!(first.article, again.article);
    let article = first.article;
    assert!(answers(&desk.app, "我家没水了").await.is_empty());
    publish(&desk, &article, 1).await;
    assert_eq!(
        answers(&desk.app, "我家没水了").await,
        [("八小时内恢复。".to_owned(), 1)]
    );

    // While the next revision is written the published one stands.
    let next = KnowledgeText {
        until: "2026-11-24".to_owned(),
        ..text("六小时内恢复。")
    };
    let (revision, version) = (1, 3);
    let write = KnowledgeOrder::Write {
        revision,
        version,
        text: next,
    };
    let whole = change(&desk, &editor(), &article, write).await.unwrap();
    assert_eq!(
        (
            whole.revisions[0].revision,
            whole.revisions[0].state.as_str()
        ),
        (2, "draft")
    );
    assert_eq!(answers(&desk.app, "我家没水了").await[0].1, 1);
    publish(&desk, &article, 2).await;
    assert_eq!(
        answers(&desk.app, "我家没水了").await,
        [("六小时内恢复。".to_owned(), 2)]
    );
    let whole = desk
        .app
        .knowledge_article(&editor(), &article)
        .await
        .unwrap();
    let states: Vec<&str> = whole.revisions.iter().map(|r| r.state.as_str()).collect();
    assert_eq!(states, ["published", "replaced"]);

    // Found after a restart, and by who does not keep it; not by who has no right.
    desk.restart().await;
    assert_eq!(answers(&desk.app, "我家没水了").await.len(), 1);
    let taker = operator(Desk::Hotline);
    let used = KnowledgeUse {
        revision: 2,
        kind: "used".to_owned(),
        case: String::new(),
        note: String::new(),
    };
    let counted = desk
        .app
        .use_knowledge(&taker, &article, &used, &desk.key())
        .await
        .unwrap();
    assert_eq!((counted.used, counted.wrong), (1, 0));
    let audit = person(Role::AuditAdmin, "desk-12345");
    let refused = desk.app.find_knowledge(&audit, "没水", false).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let refused = desk
        .app
        .knowledge_article(&clerk("ecology"), &article)
        .await;
    assert!(matches!(refused, Err(AppError::Forbidden)));

    // The last day is Tuesday; on Wednesday nobody is told it any more.
    assert_eq!(desk.app.now(), today, "Monday");
    desk.clock.advance(DAY);
    assert_eq!(answers(&desk.app, "我家没水了").await.len(), 1);
    desk.clock.advance(DAY);
    assert!(answers(&desk.app, "我家没水了").await.is_empty());
    let page = desk
        .app
        .knowledge(&editor(), &app::KnowledgeQuery::default())
        .await
        .unwrap();
    assert_eq!(
        (page.items[0].state.as_str(), page.items[0].used),
        ("expired", 1)
    );
    assert!(app::verify(&desk.app, |_| {}).await.unwrap().clean);
}

#[tokio::test]
async fn r92_an_answer_holds_as_long_as_it_says_sqlite() {
    an_answer_holds_as_long_as_it_says(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r92_an_answer_holds_as_long_as_it_says_postgres() {
    an_answer_holds_as_long_as_it_says(StoreKind::Postgres).await;
}
