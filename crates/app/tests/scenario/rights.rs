//! Who may know of a case, and what of the caller (law 10), below HTTP.

use app::AppError;
use app::view::{AuditQuery, CaseView};
use domain::desk::Desk;
use domain::right::Role;
use futures_util::StreamExt;
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, crew, lead, operator, person};
use testkit::{Caller, Platform, StoreKind, check_platform};

const WORDS: &str = "3栋旁边工地半夜还在施工，吵得睡不着，请回电10000000042";

async fn two_cases(confidential: bool) -> (Platform, CaseView, CaseView) {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let order = |unit: &str| json!({"command": "dispatch", "lead": unit});
    let mut caller = Caller::says(WORDS).then(order("urban-management"));
    if confidential {
        caller = caller.in_confidence();
    }
    let desk = operator(Desk::Hotline);
    let mine = hotline.take(&desk, caller.contact()).await.unwrap();
    let other = Caller::says(SITE_NOISE).number(9).then(order("ecology"));
    let theirs = hotline.take(&desk, other.contact()).await.unwrap();
    (hotline, mine, theirs)
}

/// To a clerk of another unit there is no such case, whichever way they ask.
#[tokio::test]
async fn law_10_a_case_of_another_unit_is_not_there() {
    let (hotline, mine, theirs) = two_cases(false).await;
    let app = &hotline.app;
    let (mine, theirs) = (mine.brief, theirs.brief);
    for stranger in [clerk("urban-management"), crew("urban-management")] {
        let not_found = |what: &str, error: AppError| {
            assert!(matches!(error, AppError::NotFound), "{what}: {error:?}");
        };
        for name in [&theirs.id, &theirs.no] {
            not_found("case", app.case(&stranger, name).await.unwrap_err());
            let line = app.timeline(&stranger, name, 0).await;
            not_found("timeline", line.unwrap_err());
            let shown = app.unmask(&stranger, name, "需要联系来电人").await;
            not_found("unmask", shown.unwrap_err());
            for command in [
                json!({"command": "sign", "leg": "a1"}),
                json!({"command": "add_detail", "text": "补充"}),
                json!({"command": "close"}),
            ] {
                let key = hotline.key();
                let act = app.act(&stranger, name, command, None, &key).await;
                not_found("act", act.unwrap_err());
            }
        }
        let link = json!({"command": "link", "other": theirs.id, "relation": "related"});
        let key = hotline.key();
        let linked = app.act(&stranger, &mine.id, link, None, &key).await;
        not_found("link target", linked.unwrap_err());
        let page = app.cases(&stranger, app::CaseQuery::default()).await;
        let ids: Vec<String> = page.unwrap().items.into_iter().map(|c| c.id).collect();
        assert_eq!(ids, std::slice::from_ref(&mine.id));
        let desk = app::CaseQuery {
            scope: Some("desk".to_owned()),
            ..app::CaseQuery::default()
        };
        let all = app.cases(&stranger, desk).await;
        assert!(matches!(all, Err(AppError::Forbidden)));
        let words = app::CaseQuery {
            q: Some(theirs.no.clone()),
            ..app::CaseQuery::default()
        };
        assert!(app.cases(&stranger, words).await.unwrap().items.is_empty());
    }
    // Their own leg, but not the desk's commands.
    let city = clerk("urban-management");
    let key = hotline.key();
    let close = json!({"command": "close"});
    let forbidden = app.act(&city, &mine.id, close, None, &key).await;
    assert!(matches!(forbidden, Err(AppError::Forbidden)));
    // Neither live update tells a stranger of it.
    let jobs = app::Jobs::start(app, Vec::new());
    let mut live = app.live(&city, Some(0));
    let mut frames = Vec::new();
    let head = *app.store().positions().borrow();
    let mut hello = false;
    let urge = json!({"command": "urge", "note": "请尽快"});
    let chief = lead(Desk::Hotline);
    hotline.act(&chief, &theirs.id, urge.clone()).await.unwrap();
    hotline.act(&chief, &mine.id, urge).await.unwrap();
    while let Some(item) = live.next().await {
        match item {
            app::LiveItem::Hello { .. } => hello = true,
            app::LiveItem::Frame(frame) => {
                frames.push(String::from_utf8(frame.to_vec()).unwrap());
                if frames.last().unwrap().contains("\"urged\"") {
                    break;
                }
            }
            app::LiveItem::Reset { .. } => panic!("{head} is not far behind"),
        }
    }
    jobs.stop().await;
    assert!(hello && frames.len() >= 3);
    assert!(frames.iter().all(|frame| frame.contains(&mine.id)));
    assert!(!frames.iter().any(|frame| frame.contains(&theirs.id)));
    check_platform(&hotline).await;
}

#[tokio::test]
async fn law_10_a_unit_sees_the_place_and_a_masked_caller_until_it_gives_a_reason() {
    let (hotline, mine, _) = two_cases(false).await;
    let app = &hotline.app;
    let city = clerk("urban-management");
    let seen = app.case(&city, &mine.brief.id).await.unwrap().person;
    assert!(seen.masked && seen.may_unmask);
    assert_eq!(seen.caller_number, "100****0042");
    assert_eq!(seen.caller_name, "试**");
    assert_eq!(seen.address, "镜湖路18号3栋502室", "where to go");
    assert!(
        !seen.narrative.contains("10000000042"),
        "{}",
        seen.narrative
    );
    // Who sees the place reads it where the caller names it, too.
    assert!(seen.narrative.contains("3栋"), "{}", seen.narrative);
    let brief = app.cases(&city, app::CaseQuery::default()).await.unwrap();
    assert!(!brief.items[0].summary.contains("10000000042"));

    assert_eq!(brief.items[0].place, "镜湖路18号3栋502室");

    let wordless = app.unmask(&city, &mine.brief.id, " 。 ").await;
    assert!(matches!(wordless, Err(AppError::Invalid(_))));
    let reason = "联系来电人确认地点";
    let shown = app.unmask(&city, &mine.brief.id, reason).await.unwrap();
    assert_eq!(shown.caller_number, "10000000042");
    let auditor = person(Role::AuditAdmin, "desk-12345");
    let page = app.audit(&auditor, AuditQuery::default()).await.unwrap();
    let lines: Vec<_> = page.items.iter().filter(|l| l.action == "unmask").collect();
    assert_eq!(lines.len(), 1, "the refused one is no reading");
    assert_eq!(lines[0].actor, "clerk-urban-management");
    assert_eq!(lines[0].resource, mine.brief.id);
    assert_eq!(lines[0].reason, reason);
    // Reading a trail is a right of its own.
    let chief = lead(Desk::Hotline);
    assert!(matches!(
        app.audit(&chief, AuditQuery::default()).await,
        Err(AppError::Forbidden)
    ));
    // The assessor reads all and lifts nothing.
    let assessor = person(Role::Assessor, "desk-12345");
    let seen = app.case(&assessor, &mine.brief.id).await.unwrap().person;
    assert!(seen.masked && !seen.may_unmask);
    assert_eq!(seen.address, "镜湖路**号*栋***室");
    assert!(seen.narrative.contains("*栋"), "{}", seen.narrative);
    let lifted = app.unmask(&assessor, &mine.brief.id, reason).await;
    assert!(matches!(lifted, Err(AppError::Forbidden)));
    check_platform(&hotline).await;
}

#[tokio::test]
async fn sfbm_a_caller_in_confidence_stays_unknown_to_the_units() {
    let (hotline, mine, _) = two_cases(true).await;
    let app = &hotline.app;
    let city = clerk("urban-management");
    let seen = app.case(&city, &mine.brief.id).await.unwrap().person;
    assert!(seen.masked && !seen.may_unmask);
    assert_eq!(seen.address, "镜湖路**号*栋***室");
    assert!(seen.narrative.contains("*栋"), "{}", seen.narrative);
    let lifted = app.unmask(&city, &mine.brief.id, "需要联系来电人").await;
    assert!(matches!(lifted, Err(AppError::Forbidden)));
    let desk = operator(Desk::Hotline);
    let seen = app.case(&desk, &mine.brief.id).await.unwrap().person;
    assert_eq!(seen.caller_number, "10000000042", "the desk sees it");
    check_platform(&hotline).await;
}

/// The list shows a unit where to go; in confidence it shows no more than the case does.
#[tokio::test]
async fn sfbm_the_list_shows_no_more_than_the_case() {
    let (hotline, mine, _) = two_cases(true).await;
    let city = clerk("urban-management");
    let page = hotline.app.cases(&city, app::CaseQuery::default()).await;
    let page = page.unwrap();
    let seen = hotline.app.case(&city, &mine.brief.id).await.unwrap();
    assert_eq!(page.items[0].place, seen.person.address);
}

/// Roles without a desk take no contacts, list nothing, decide nothing.
#[tokio::test]
async fn who_is_not_at_the_desk_does_not_do_the_desks_work() {
    let (hotline, mine, _) = two_cases(false).await;
    for role in [
        Role::Clerk,
        Role::Crew,
        Role::Assessor,
        Role::Knowledge,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
        Role::FollowUp,
        Role::Supervisor,
        Role::Commander,
    ] {
        let somebody = person(role, "desk-12345");
        let taken = hotline
            .take(&somebody, Caller::says(SITE_NOISE).contact())
            .await;
        assert!(matches!(taken, Err(AppError::Forbidden)), "{role:?}");
        let close = json!({"command": "close"});
        let closed = hotline.act(&somebody, &mine.brief.id, close).await;
        assert!(
            matches!(closed, Err(AppError::Forbidden | AppError::NotFound)),
            "{role:?}"
        );
    }
}

/// Callers name their house in their words; a list shows it to whoever may see the place, and to
/// nobody else, neither read nor guessed at by looking for it.
#[tokio::test]
async fn law_10_a_list_shows_the_house_in_the_callers_words_by_the_readers_right() {
    for confidential in [false, true] {
        let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
        let words = "桂花苑3栋502室楼上漏水，请回电10000000042";
        let mut caller =
            Caller::says(words).then(json!({"command": "dispatch", "lead": "urban-management"}));
        if confidential {
            caller = caller.in_confidence();
        }
        let desk = operator(Desk::Hotline);
        hotline.take(&desk, caller.contact()).await.unwrap();
        let (whole, hidden) = (
            "桂花苑3栋502室楼上漏水，请回电100****0042",
            "桂花苑*栋***室楼上漏水，请回电100****0042",
        );
        let at_work = if confidential { hidden } else { whole };
        for (reader, seen) in [
            (operator(Desk::Hotline), whole),
            (lead(Desk::Hotline), whole),
            (person(Role::Assessor, "desk-12345"), hidden),
            (person(Role::FollowUp, "desk-12345"), hidden),
            (clerk("urban-management"), at_work),
        ] {
            let asked = |q: &str| app::CaseQuery {
                q: Some(q.to_owned()).filter(|q| !q.is_empty()),
                ..app::CaseQuery::default()
            };
            let page = hotline.app.cases(&reader, asked("")).await.unwrap();
            assert_eq!(page.items[0].summary, seen, "{:?}", reader.roles);
            let case = hotline.app.case(&reader, &page.items[0].id).await.unwrap();
            assert_eq!(case.brief.summary, seen, "{:?}", reader.roles);
            let found = hotline.app.cases(&reader, asked("漏水")).await.unwrap();
            assert_eq!(found.items.len(), 1);
            let guessed = hotline.app.cases(&reader, asked("502室")).await.unwrap();
            let desk = reader
                .roles
                .iter()
                .any(|role| domain::right::sees_person(*role));
            assert_eq!(guessed.items.len(), usize::from(desk), "{:?}", reader.roles);
            assert!(guessed.next.is_none());
        }
        check_platform(&hotline).await;
    }
}
