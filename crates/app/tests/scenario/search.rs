//! Search: the index follows the log, can be made anew at any moment, and finds nothing for those
//! who may not read it (laws 3 and 10).

use app::view::SearchPage;
use app::{AppError, ExportAsk, NewSearch, SearchAsk, SearchRange};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use store::{CaseChange, Change, NewEvent};
use testkit::contact::{GAMBLING, SITE_NOISE};
use testkit::people::{clerk, follow_up, lead, operator, person};
use testkit::{Caller, Ground, MONDAY, Platform, Settings, StoreKind, at};

const CHILD: &str = "LIANDONG_SEARCH_CHILD";

struct Desk110 {
    platform: Platform,
    index: tempfile::TempDir,
}

async fn on(ground: Ground, index: &std::path::Path, seed: u64) -> Platform {
    let settings = Settings {
        search: Some(index.to_owned()),
        ..Settings::of(Desk::Police)
    };
    let clock = Arc::new(app::clock::HandClock::new(at(MONDAY)));
    Platform::open_with(settings, ground, clock, seed).await
}

async fn desk(kind: StoreKind) -> Desk110 {
    let index = tempfile::tempdir().unwrap();
    let platform = on(Ground::new(kind).await, index.path(), 1).await;
    Desk110 { platform, index }
}

fn ask(q: &str) -> SearchAsk {
    SearchAsk {
        q: q.to_owned(),
        ..SearchAsk::default()
    }
}

const ALL: SearchRange = SearchRange {
    skip: 0,
    limit: 200,
    facets: true,
};

async fn find(platform: &Platform, actor: &Actor, ask: &SearchAsk) -> SearchPage {
    platform.app.index_now(|_| {}).await.unwrap();
    platform.app.search(actor, ask, ALL).await.unwrap()
}

fn numbers(page: &SearchPage) -> Vec<String> {
    let mut found: Vec<String> = page.items.iter().map(|hit| hit.brief.no.clone()).collect();
    found.sort();
    found
}

#[tokio::test]
async fn what_was_taken_is_found_by_fragment_number_place_and_letters() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let desk = desk(kind).await;
        let who = operator(Desk::Police);
        let first = Caller::says(SITE_NOISE).number(7).contact();
        let first = desk.platform.take(&who, first).await.unwrap().brief;
        let second = Caller::says(GAMBLING).at("镜湖路18号").contact();
        let second = desk.platform.take(&who, second).await.unwrap().brief;
        let tail = |no: &str| no.chars().skip(no.len() - 6).collect::<String>();
        for (asked, no) in [
            (ask("打桩"), &first.no),
            (ask("賭博"), &second.no),
            (ask("０００００００7"), &first.no),
            (ask(&tail(&second.no)), &second.no),
            (ask("jhl"), &second.no),
            (ask("望江路7号"), &first.no),
            (ask("工地 施工"), &first.no),
        ] {
            let page = find(&desk.platform, &who, &asked).await;
            assert_eq!(numbers(&page), [no.as_str()], "{asked:?} on {kind:?}");
            assert!(!page.loose);
        }
        let by = SearchAsk {
            place: "镜湖".to_owned(),
            desk: vec!["police".to_owned()],
            ..SearchAsk::default()
        };
        assert_eq!(
            numbers(&find(&desk.platform, &who, &by).await),
            [second.no.as_str()]
        );
        let page = find(&desk.platform, &who, &ask("")).await;
        assert_eq!(page.total, 2);
        let facets = page.facets.unwrap();
        assert_eq!(facets.month[0].value, "2026-11");
        assert_eq!(facets.unit.iter().map(|unit| unit.count).sum::<u64>(), 2);
        assert!(facets.unit.iter().all(|unit| !unit.name.is_empty()));
    }
}

#[tokio::test]
async fn hits_are_marked_in_the_words_as_they_were_said() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    let contact = Caller::says("棋牌室里有人聚眾賭博").contact();
    desk.platform.take(&who, contact).await.unwrap();
    let page = find(&desk.platform, &who, &ask("赌博")).await;
    let hits: Vec<&str> = page.items[0]
        .snippet
        .iter()
        .filter(|part| part.hit)
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(hits, ["賭博"]);
}

#[tokio::test]
async fn the_index_follows_what_happens_and_what_is_still_to_come_is_not_missed() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    let view = Caller::says(SITE_NOISE).contact();
    let case = desk.platform.take(&who, view).await.unwrap().brief.id;
    let state = |state: &str| SearchAsk {
        state: vec![state.to_owned()],
        ..SearchAsk::default()
    };
    assert_eq!(find(&desk.platform, &who, &state("taken")).await.total, 1);
    let more = json!({"command": "add_detail", "text": "又开来一台挖掘机"});
    desk.platform.act(&who, &case, more).await.unwrap();
    assert_eq!(find(&desk.platform, &who, &ask("挖掘机")).await.total, 1);
    let answer = json!({"command": "answer", "text": "已答复"});
    desk.platform.act(&who, &case, answer).await.unwrap();
    assert_eq!(find(&desk.platform, &who, &state("taken")).await.total, 0);
    assert_eq!(find(&desk.platform, &who, &state("closed")).await.total, 1);
}

#[tokio::test]
async fn law_10_nobody_finds_by_what_a_mask_hides() {
    let desk = desk(StoreKind::Sqlite).await;
    let chief = lead(Desk::Police);
    let said = format!("{GAMBLING}，回电10000000099，微信10000000098");
    let contact = Caller::says(&said).at("镜湖路18号3栋502室").contact();
    desk.platform.take(&chief, contact).await.unwrap();
    let supervisor = person(Role::Supervisor, "desk-110");
    for secret in [
        "10000000042",
        "0042",
        "0099",
        "10000000098",
        "试验甲",
        "syj",
        "502",
        "18号",
    ] {
        let page = find(&desk.platform, &supervisor, &ask(secret)).await;
        assert_eq!(page.total, 0, "a supervisor found by {secret}");
        let page = find(&desk.platform, &chief, &ask(secret)).await;
        assert_eq!(page.total, 1, "the desk did not find by {secret}");
    }
    // What both may read, both may search.
    for open in ["聚众赌博", "镜湖路", "jhl"] {
        assert_eq!(
            find(&desk.platform, &supervisor, &ask(open)).await.total,
            1,
            "{open}"
        );
    }
    let phone = SearchAsk {
        phone: "0042".to_owned(),
        ..SearchAsk::default()
    };
    let refused = desk.platform.app.search(&supervisor, &phone, ALL).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    assert_eq!(find(&desk.platform, &chief, &phone).await.total, 1);
    let place = SearchAsk {
        place: "502室".to_owned(),
        ..SearchAsk::default()
    };
    assert_eq!(find(&desk.platform, &supervisor, &place).await.total, 0);
    assert_eq!(find(&desk.platform, &chief, &place).await.total, 1);
    // And what is shown is masked as anywhere else.
    let page = find(&desk.platform, &supervisor, &ask("赌博")).await;
    let text = serde_json::to_string(&page).unwrap();
    for secret in ["10000000099", "10000000042", "502室", "试验甲"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn law_10_a_unit_finds_its_own_cases_and_no_others() {
    let desk = desk(StoreKind::Sqlite).await;
    let chief = lead(Desk::Police);
    let own = Caller::says(GAMBLING)
        .then(json!({"command": "dispatch", "lead": "station-port"}))
        .contact();
    let own = desk.platform.take(&chief, own).await.unwrap().brief;
    let other = Caller::says(GAMBLING).number(9).contact();
    desk.platform.take(&chief, other).await.unwrap();
    assert_eq!(find(&desk.platform, &chief, &ask("赌博")).await.total, 2);
    let page = find(&desk.platform, &clerk("station-port"), &ask("赌博")).await;
    assert_eq!(numbers(&page), [own.no]);
    assert_eq!(page.total, 1);
    let counted: u64 = page
        .facets
        .unwrap()
        .state
        .iter()
        .map(|state| state.count)
        .sum();
    assert_eq!(counted, 1, "counts tell of cases one may not know of");
    let everything = SearchAsk {
        scope: "desk".to_owned(),
        ..SearchAsk::default()
    };
    let refused = desk
        .platform
        .app
        .search(&clerk("station-port"), &everything, ALL)
        .await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let nobody = person(Role::SystemAdmin, "desk-110");
    let refused = desk.platform.app.search(&nobody, &ask(""), ALL).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
}

#[tokio::test]
async fn what_is_emptied_is_found_no_more() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    let view = desk
        .platform
        .take(&who, Caller::says(GAMBLING).contact())
        .await
        .unwrap();
    assert_eq!(find(&desk.platform, &who, &ask("打麻将")).await.total, 1);
    // As the use case that removes personal data will write it.
    let store = desk.platform.app.store();
    let mut row = store.case(&view.brief.id).await.unwrap().unwrap();
    let mut gone = store.person(&row.id).await.unwrap().unwrap();
    for text in [
        &mut gone.caller_name,
        &mut gone.caller_number,
        &mut gone.contact_number,
        &mut gone.address,
        &mut gone.narrative,
        &mut row.summary,
        &mut row.place,
    ] {
        text.clear();
    }
    let version = row.version;
    row.version += 1;
    let case = CaseChange {
        id: row.id.clone(),
        expected_version: version,
        events: vec![NewEvent::new(
            row.id.clone(),
            "redacted",
            1,
            row.updated_at,
            String::new(),
            String::new(),
            "redaction".to_owned(),
            r#"{"kind":"redacted"}"#.to_owned(),
        )],
        row,
        stands_only: false,
        person: Some(gone),
        legs: Vec::new(),
        deadlines: Vec::new(),
    };
    let change = Change {
        cases: vec![case],
        ..Change::default()
    };
    store.append(change).await.unwrap();
    for word in ["打麻将", "10000000042", "镜湖路", "试验甲"] {
        assert_eq!(
            find(&desk.platform, &who, &ask(word)).await.total,
            0,
            "{word}"
        );
    }
    assert_eq!(
        find(&desk.platform, &who, &ask(&view.brief.no)).await.total,
        1
    );
}

#[tokio::test]
async fn an_index_of_another_log_is_made_anew() {
    let index = tempfile::tempdir().unwrap();
    let who = operator(Desk::Police);
    let first = on(Ground::new(StoreKind::Sqlite).await, index.path(), 1).await;
    first
        .take(&who, Caller::says(GAMBLING).contact())
        .await
        .unwrap();
    assert_eq!(find(&first, &who, &ask("赌博")).await.total, 1);
    first.app.close_index();
    // A store set back to an older state, or another one: the same place, another history.
    let second = on(Ground::new(StoreKind::Sqlite).await, index.path(), 2).await;
    for n in 0..3 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        second.take(&who, contact).await.unwrap();
    }
    assert_eq!(find(&second, &who, &ask("赌博")).await.total, 0);
    assert_eq!(find(&second, &who, &ask("打桩")).await.total, 3);
}

#[tokio::test]
async fn an_index_that_is_whole_says_nothing_of_being_made() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    let app = &desk.platform.app;
    assert!(matches!(
        app.search(&who, &ask(""), ALL).await,
        Err(AppError::NoIndex)
    ));
    let empty = find(&desk.platform, &who, &ask("")).await;
    assert_eq!((empty.total, empty.filled, empty.of), (0, None, None));
    desk.platform
        .take(&who, Caller::says(GAMBLING).contact())
        .await
        .unwrap();
    let mut told = Vec::new();
    app.index_anew(|filling| told.push(filling)).await.unwrap();
    assert!(told.iter().any(|filling| filling.of == 1), "{told:?}");
    let page = find(&desk.platform, &who, &ask("")).await;
    assert_eq!((page.total, page.filled), (1, None));
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused_by_name() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    desk.platform.app.index_now(|_| {}).await.unwrap();
    let app = &desk.platform.app;
    let wrong = |change: fn(&mut SearchAsk)| {
        let mut ask = SearchAsk::default();
        change(&mut ask);
        ask
    };
    for (field, ask) in [
        ("q", wrong(|a| a.q = "问".repeat(501))),
        ("q", wrong(|a| a.q = "a\0b".to_owned())),
        ("number", wrong(|a| a.number = "12".to_owned())),
        ("phone", wrong(|a| a.phone = "abc".to_owned())),
        ("order", wrong(|a| a.order = "best".to_owned())),
        ("scope", wrong(|a| a.scope = "all".to_owned())),
        ("urgency", wrong(|a| a.urgency = "very".to_owned())),
        ("state", wrong(|a| a.state = vec![String::new(); 51])),
    ] {
        let Err(AppError::Invalid(fields)) = app.search(&who, &ask, ALL).await else {
            panic!("{field} was taken");
        };
        assert_eq!(fields[0].field, field);
    }
    for (skip, limit) in [(0, 0), (0, 201), (9_900, 101), (usize::MAX, 50)] {
        let range = SearchRange {
            skip,
            limit,
            facets: false,
        };
        assert!(
            app.search(&who, &ask(""), range).await.is_err(),
            "{skip} {limit}"
        );
    }
}

#[tokio::test]
async fn saved_questions_are_ones_own_or_the_desks() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let desk = desk(kind).await;
        let app = &desk.platform.app;
        let (chief, who, unit) = (
            lead(Desk::Police),
            operator(Desk::Police),
            clerk("station-port"),
        );
        let new = |name: &str, shared| NewSearch {
            name: name.to_owned(),
            question: ask("噪音"),
            shared,
        };
        let own = app.save_search(&who, new("夜间噪音", false)).await.unwrap();
        app.save_search(&chief, new("班长看的", true))
            .await
            .unwrap();
        let refused = app.save_search(&who, new("大家看的", true)).await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        let names = async |actor: &Actor| {
            let all = app.saved_searches(actor).await.unwrap().items;
            all.into_iter().map(|s| s.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&who).await.len(), 2);
        assert_eq!(names(&chief).await, ["班长看的"]);
        assert!(names(&unit).await.is_empty(), "the desk's are the desk's");
        // The same name again is the same question, changed.
        let again = NewSearch {
            question: ask("打桩"),
            ..new("夜间噪音", false)
        };
        assert_eq!(app.save_search(&who, again).await.unwrap().id, own.id);
        assert_eq!(names(&who).await.len(), 2);
        let other = app.forget_search(&follow_up(Desk::Police), &own.id).await;
        assert!(matches!(other, Err(AppError::NotFound)));
        app.forget_search(&who, &own.id).await.unwrap();
        assert_eq!(names(&who).await, ["班长看的"]);
        let number = NewSearch {
            question: ask("10000000042"),
            ..new("某人", false)
        };
        assert!(matches!(
            app.save_search(&who, number).await,
            Err(AppError::Invalid(_))
        ));
    }
}

async fn export(platform: &Platform, actor: &Actor, ask: ExportAsk) -> String {
    platform.app.index_now(|_| {}).await.unwrap();
    let id = platform.app.export_search(actor, ask).await.unwrap().id;
    // It says itself when it has ended; until then other tasks have their turn.
    while platform.app.export_state(actor, &id).unwrap().state == "running" {
        tokio::task::yield_now().await;
    }
    let file = platform.app.export_file(actor, &id).unwrap();
    let mut bytes = Vec::new();
    loop {
        let part = file
            .part(u64::try_from(bytes.len()).unwrap())
            .await
            .unwrap();
        if part.is_empty() {
            break;
        }
        bytes.extend(part);
    }
    assert_eq!(bytes.len(), usize::try_from(file.size).unwrap());
    platform.app.drop_export(actor, &id).unwrap();
    assert!(platform.app.export_file(actor, &id).is_err());
    String::from_utf8(bytes).unwrap()
}

fn csv(unmasked: bool, reason: &str) -> ExportAsk {
    ExportAsk {
        question: ask(""),
        format: "csv".to_owned(),
        language: String::new(),
        unmasked,
        reason: reason.to_owned(),
    }
}

#[tokio::test]
async fn law_10_an_export_is_masked_marked_and_kept_in_the_audit() {
    let desk = desk(StoreKind::Sqlite).await;
    let platform = &desk.platform;
    let chief = lead(Desk::Police);
    let said = "=HYPERLINK(\"http://a.invalid\") 有人赌博，回电10000000099";
    platform
        .take(&chief, Caller::says(said).contact())
        .await
        .unwrap();
    let text = export(platform, &chief, csv(false, "")).await;
    let mut lines = text.lines();
    let mark = lines.next().unwrap();
    assert!(
        mark.starts_with('\u{feff}') && mark.contains("试验lead"),
        "{mark}"
    );
    assert!(
        mark.contains("已脱敏") && mark.contains("共 1 件"),
        "{mark}"
    );
    assert!(lines.next().unwrap().starts_with("编号,状态,"), "{text}");
    assert!(text.contains("'=HYPERLINK"), "{text}");
    for secret in ["10000000042", "10000000099", "502室", "试验甲"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let refused = platform.app.export_search(&chief, csv(true, "看")).await;
    assert!(matches!(refused, Err(AppError::Invalid(_))));
    let text = export(platform, &chief, csv(true, "上级督查调阅")).await;
    assert!(
        text.contains("10000000042") && text.contains("未脱敏"),
        "{text}"
    );
    let rows = platform.app.store().audit_after(0, 100).await.unwrap();
    let told: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row.action.as_str(), row.reason.as_str()))
        .filter(|(action, _)| action.starts_with("export"))
        .collect();
    assert_eq!(told, [("export", ""), ("export_unmasked", "上级督查调阅")]);
    assert!(rows.iter().all(|row| !row.detail.contains("10000000042")));
    // Who may not: an operator takes nothing out, others nothing without masks.
    let who = operator(Desk::Police);
    let refused = platform.app.export_search(&who, csv(false, "")).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let supervisor = person(Role::Supervisor, "desk-110");
    let refused = platform
        .app
        .export_search(&supervisor, csv(true, "上级督查调阅"))
        .await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let id = platform
        .app
        .export_search(&supervisor, csv(false, ""))
        .await
        .unwrap()
        .id;
    assert!(
        platform.app.export_state(&chief, &id).is_err(),
        "somebody else's"
    );
    for _ in 0..2 {
        platform
            .app
            .export_search(&supervisor, csv(false, ""))
            .await
            .unwrap();
    }
    let many = platform
        .app
        .export_search(&supervisor, csv(false, ""))
        .await;
    assert!(matches!(many, Err(AppError::RateLimited)));
}

/// The program that is killed while it fills its index.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test that kills it"]
async fn child_that_indexes_until_it_is_killed() {
    let words = std::env::var(CHILD).unwrap();
    let (address, index) = words.split_once(' ').unwrap();
    let platform = on(Ground::at(address), index.as_ref(), 99).await;
    println!("BEGUN");
    std::io::stdout().flush().unwrap();
    loop {
        platform.app.index_anew(|_| {}).await.unwrap();
    }
}

/// Whenever the program is killed, what it left is taken up or made anew, and is then the same as
/// an index that was made in one go (law 3: nothing of it is the record).
#[tokio::test]
async fn an_index_cut_short_comes_out_the_same() {
    let desk = desk(StoreKind::Sqlite).await;
    let who = operator(Desk::Police);
    for n in 0..60 {
        let words = if n % 3 == 0 { GAMBLING } else { SITE_NOISE };
        let contact = Caller::says(words).number(n).contact();
        desk.platform.take(&who, contact).await.unwrap();
    }
    let whole = numbers(&find(&desk.platform, &who, &ask("赌博")).await);
    assert_eq!(whole.len(), 20);
    let address = desk.platform.ground().address();
    for wait in [0, 15, 40, 90] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "search::child_that_indexes_until_it_is_killed"])
            .args(["--ignored", "--nocapture"])
            .env(CHILD, format!("{address} {}", dir.path().display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(
            lines
                .map_while(Result::ok)
                .any(|line| line.contains("BEGUN"))
        );
        // Not to wait for anything: the moment of the kill is what differs.
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = on(Ground::at(&address), dir.path(), 2).await;
        assert_eq!(numbers(&find(&after, &who, &ask("赌博")).await), whole);
        assert_eq!(find(&after, &who, &ask("")).await.total, 60);
    }
    let anew = desk.platform.app.index_anew(|_| {}).await.unwrap();
    assert_eq!(anew, *desk.platform.app.store().positions().borrow());
    assert_eq!(
        numbers(&find(&desk.platform, &who, &ask("赌博")).await),
        whole
    );
    // And gone altogether: begun again by itself at the next start.
    let Desk110 {
        mut platform,
        index,
    } = desk;
    std::fs::remove_dir_all(index.path().join("files")).unwrap();
    platform.restart().await;
    assert_eq!(numbers(&find(&platform, &who, &ask("赌博")).await), whole);
}
