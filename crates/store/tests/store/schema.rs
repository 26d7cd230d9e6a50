//! Statements and migrations fit both engines, and each other.

use std::collections::HashSet;

use store::{SchemaProblem, Store, StoreConfig, StoreError};

use crate::ground::{Ground, connect, on_both};

#[test]
fn statements_have_names_of_their_own_and_stay_portable() {
    let mut names = HashSet::new();
    for stmt in store::statements() {
        assert!(names.insert(stmt.name), "{} twice", stmt.name);
        let upper = stmt.sql.to_uppercase();
        for word in [
            "ON CONFLICT",
            "RETURNING",
            "NOW()",
            "->>",
            "FOR UPDATE",
            "ILIKE",
            "AUTOINCREMENT",
        ] {
            assert!(!upper.contains(word), "{} uses {word}", stmt.name);
        }
    }
    assert!(names.len() > 80, "the lists are registered");
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_sqlite() {
    let ground = Ground::sqlite().await;
    let connection = rusqlite::Connection::open(ground.path()).unwrap();
    for stmt in store::statements() {
        connection
            .prepare(&stmt.sql.replace('$', "?"))
            .unwrap_or_else(|error| panic!("{}: {error}", stmt.name));
    }
}

/// The steps of SQLite's plan for a statement; every value is a text.
fn plan(connection: &rusqlite::Connection, name: &str) -> Vec<String> {
    let stmt = store::statements().find(|stmt| stmt.name == name).unwrap();
    let sql = format!("EXPLAIN QUERY PLAN {}", stmt.sql.replace('$', "?"));
    let mut plan = connection.prepare(&sql).unwrap();
    let values = vec!["a"; plan.parameter_count()];
    plan.query_map(rusqlite::params_from_iter(values), |row| row.get(3))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// At every intake it is asked whether the matter crossed before: of a place that thousands came
/// from, too, only those that crossed are read. And every second which calls are under way: of a
/// million that were told only those on the telephone.
#[tokio::test]
async fn what_is_asked_without_end_is_looked_for_among_the_few() {
    let ground = Ground::sqlite().await;
    let connection = rusqlite::Connection::open(ground.path()).unwrap();
    for (name, indexes) in [
        (
            "case_row.crossed_before",
            &["case_crossed_caller", "case_crossed_place"][..],
        ),
        ("notice_delivery.called_up", &["notice_delivery_called"]),
        ("notice_delivery.due", &["notice_delivery_due"]),
        ("notice.due", &["notice_due"]),
        ("deadline.due", &["deadline_next"]),
        ("message.due", &["message_due"]),
    ] {
        let steps = plan(&connection, name);
        for index in indexes {
            let uses = format!("USING INDEX {index} ");
            assert!(
                steps.iter().any(|step| step.contains(&uses)),
                "{name}: {steps:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_postgres() {
    let ground = Ground::postgres().await;
    let StoreConfig::Postgres { url, .. } = &ground.config else {
        panic!()
    };
    let client = connect(url).await;
    let sqlite = Ground::sqlite().await;
    let connection = rusqlite::Connection::open(sqlite.path()).unwrap();
    for stmt in store::statements() {
        let there = client
            .prepare(stmt.sql)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", stmt.name));
        let here = connection.prepare(&stmt.sql.replace('$', "?")).unwrap();
        assert_eq!(there.columns().len(), here.column_count(), "{}", stmt.name);
        assert_eq!(
            there.params().len(),
            here.parameter_count(),
            "{}",
            stmt.name
        );
    }
}

#[tokio::test]
async fn migrating_twice_does_nothing() {
    on_both(async |ground| {
        assert!(Store::migrate(&ground.config).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    on_both(async |ground| {
        ground.tamper("UPDATE refinery_schema_history SET checksum = '1' WHERE version = 2").await;
        let expected = SchemaProblem::Changed("V2__office".into());
        assert!(
            matches!(Store::open(&ground.config).await, Err(StoreError::Schema(p)) if p == expected)
        );
        assert!(
            matches!(Store::migrate(&ground.config).await, Err(StoreError::Schema(p)) if p == expected)
        );
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    on_both(async |ground| {
        ground
            .tamper(
                "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) \
                 VALUES (99, 'later', '2026-01-01T00:00:00Z', '1')",
            )
            .await;
        let expected = SchemaProblem::Newer("V99__later".into());
        assert!(
            matches!(Store::open(&ground.config).await, Err(StoreError::Schema(p)) if p == expected)
        );
        assert!(
            matches!(Store::migrate(&ground.config).await, Err(StoreError::Schema(p)) if p == expected)
        );
    })
    .await;
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_refused() {
    on_both(async |ground| {
        ground.tamper("DELETE FROM refinery_schema_history WHERE version = 2").await;
        let refused = Store::open(&ground.config).await;
        assert!(
            matches!(&refused, Err(StoreError::Schema(SchemaProblem::Missing(name))) if name.contains("office")),
            "{refused:?}"
        );
    })
    .await;
    let nowhere = StoreConfig::Sqlite {
        path: "/nonexistent/store.db".into(),
        readers: 1,
    };
    assert!(matches!(
        Store::open(&nowhere).await,
        Err(StoreError::Schema(SchemaProblem::Missing(_)))
    ));
}
