//! Supervision (R34, R37, R38, R41, R81 to R83, R119): every rung by rule and by hand with the
//! jumping clock, the daily list, the watch list, what detectors find.

use crate::story::twin_at;
use app::AppError;
use app::view::{CaseView, MeasureBrief, MeasureView, NewMeasure};
use domain::case::Refusal;
use domain::desk::Desk;
use domain::right::Role;
use domain::supervision::{MeasureOrder, NewTask};
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Caller, DAY, HOUR, LINK, Pair, Platform, StoreKind, check_pair, check_platform};

const CITY: &str = "urban-management";

fn chief() -> domain::right::Actor {
    person(Role::Supervisor, "desk-12345")
}

async fn dispatched(hotline: &Platform, n: u64) -> String {
    let order = json!({"command": "dispatch", "lead": CITY});
    let contact = Caller::says(SITE_NOISE).number(n).then(order).contact();
    let view = hotline.take(&operator(Desk::Hotline), contact).await;
    view.unwrap().brief.id
}

async fn board(hotline: &Platform) -> Vec<MeasureBrief> {
    hotline.app.supervision_board(&chief()).await.unwrap().items
}

/// The one measure of that rung.
async fn the(hotline: &Platform, rung: &str) -> MeasureView {
    let all = board(hotline).await;
    let found: Vec<_> = all.iter().filter(|m| m.rung == rung).collect();
    assert_eq!(found.len(), 1, "{rung}: {all:#?}");
    let view = hotline.app.measure_view(&chief(), &found[0].id).await;
    view.unwrap()
}

async fn pass(hotline: &Platform, time: i64) {
    hotline.clock.advance(time);
    hotline.app.sweep().await.unwrap();
    hotline.app.sweep_supervision().await.unwrap();
}

async fn step(
    hotline: &Platform,
    who: &domain::right::Actor,
    id: &str,
    order: &MeasureOrder,
) -> Result<MeasureView, AppError> {
    let key = hotline.key();
    hotline.app.measure_step(who, id, order, None, &key).await
}

fn answer() -> MeasureOrder {
    MeasureOrder::Answer {
        text: "已派员处理，三日内办结".to_owned(),
    }
}

fn decide(accepted: bool) -> MeasureOrder {
    MeasureOrder::Decide {
        accepted,
        reason: "已核对办理材料".to_owned(),
    }
}

fn close() -> MeasureOrder {
    MeasureOrder::Close {
        effect: "问题已解决，予以销号".to_owned(),
    }
}

fn by_hand(rung: &str, cases: &[&str], skipped: &str) -> NewMeasure {
    NewMeasure {
        rung: rung.to_owned(),
        unit: CITY.to_owned(),
        cases: cases.iter().map(|case| (*case).to_owned()).collect(),
        asks: "请书面说明办理情况".to_owned(),
        basis: "联动工作办法第十三条".to_owned(),
        reason: "多次催问仍无结果".to_owned(),
        skipped: skipped.to_owned(),
        answer_within: "2d".to_owned(),
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, AppError>) -> Refusal {
    match result {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn view(hotline: &Platform, case: &str) -> CaseView {
    let view = hotline.app.case(&lead(Desk::Hotline), case).await;
    view.unwrap()
}

/// R82: urge, order, meeting, interview, bulletin, accountability: each by its rule when the one
/// below met silence, each quoting rule and version, each on the case where it is about the case.
#[tokio::test]
async fn r82_silence_climbs_every_rung_and_each_says_why() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut hotline = Platform::open(Desk::Hotline, kind).await;
        let case = dispatched(&hotline, 1).await;
        // Two days without a word: the feedback clock of the row is missed, and urged at once.
        pass(&hotline, 2 * DAY).await;
        let urge = the(&hotline, "urge").await;
        assert_eq!(urge.brief.rule, "C1");
        assert!(urge.source.ends_with("2026-1"), "{}", urge.source);
        assert_eq!(urge.trigger, Some(json!({"missed": "feedback"})));
        assert_eq!(urge.brief.unit, CITY);
        // Four hours of silence: an order. The program was stopped over the time.
        hotline.clock.advance(4 * HOUR);
        hotline.restart().await;
        pass(&hotline, 0).await;
        let order = the(&hotline, "order").await;
        assert_eq!(order.brief.rule, "D5");
        assert_eq!(order.from_no, urge.brief.no);
        assert!(the(&hotline, "urge").await.brief.overdue);
        // Two days more end on a Friday: a meeting when Monday begins.
        pass(&hotline, 2 * DAY).await;
        pass(&hotline, 3 * DAY).await;
        let meeting = the(&hotline, "meeting").await;
        assert_eq!(meeting.brief.rule, "M1");
        let hold = MeasureOrder::Hold {
            present: "住建、城管、工地负责人".to_owned(),
            minutes: "由城管牵头，限期整改".to_owned(),
            tasks: vec![NewTask {
                unit: CITY.into(),
                what: "夜间停工并公示".to_owned(),
                within: "1d".parse().unwrap(),
            }],
        };
        let held = step(&hotline, &chief(), &meeting.brief.id, &hold)
            .await
            .unwrap();
        assert_eq!(held.brief.state, "held");
        assert!(held.tasks[0].unit == CITY && !held.tasks[0].mine);
        pass(&hotline, DAY).await;
        let interview = the(&hotline, "interview").await;
        assert_eq!(
            (interview.brief.rule.as_str(), interview.cases.len()),
            ("I1", 1)
        );
        pass(&hotline, 3 * DAY).await;
        pass(&hotline, DAY).await;
        assert_eq!(the(&hotline, "bulletin").await.brief.rule, "B1");
        pass(&hotline, 5 * DAY).await;
        pass(&hotline, DAY).await;
        let last = the(&hotline, "accountability").await;
        assert_eq!(last.brief.rule, "A1");
        assert!(last.words.contains("提请问责"), "{}", last.words);
        // Answered at last, decided, closed: with its history.
        let id = &last.brief.id;
        step(&hotline, &clerk(CITY), id, &answer()).await.unwrap();
        step(&hotline, &chief(), id, &decide(true)).await.unwrap();
        let done = step(&hotline, &chief(), id, &close()).await.unwrap();
        let steps: Vec<_> = done.history.iter().map(|h| h.kind.as_str()).collect();
        assert_eq!(steps, ["opened", "answered", "accepted", "closed"]);
        assert!(done.allowed.is_empty(), "{:?}", done.allowed);
        // The case knows its three rungs; those about the unit are no facts of it.
        let ladder = view(&hotline, &case).await.supervision;
        let rungs: Vec<_> = ladder.iter().map(|l| (l.rung.as_str(), l.missed)).collect();
        assert_eq!(rungs, [("urge", true), ("order", true), ("meeting", true)]);
        let told = hotline.app.timeline(&chief(), &case, 0).await.unwrap();
        for kind in ["supervised", "supervision_missed", "supervision_answered"] {
            assert!(told.items.iter().any(|item| item.kind == kind), "{kind}");
        }
        check_platform(&hotline).await;
    }
}

/// The result clock missed: an order on the next day, not before, and none where it was met meanwhile.
#[tokio::test]
async fn r82_an_order_comes_the_day_after_the_result_was_due_and_not_if_it_came() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let late = dispatched(&hotline, 1).await;
    let saved = dispatched(&hotline, 2).await;
    let unit = clerk(CITY);
    for case in [&late, &saved] {
        for command in [
            json!({"command": "sign", "leg": "a1"}),
            json!({"command": "report", "leg": "a1", "text": "正在处理"}),
        ] {
            hotline.act(&unit, case, command).await.unwrap();
        }
    }
    // Five working days from Monday end with the next Monday.
    pass(&hotline, 7 * DAY + 14 * HOUR + 59 * testkit::MINUTE).await;
    assert!(board(&hotline).await.is_empty());
    hotline.clock.advance(testkit::MINUTE - 1);
    hotline.app.sweep().await.unwrap();
    let result = json!({"command": "give_result", "leg": "a1", "text": "已处理",
        "public_reply": "已处理", "solved": "solved"});
    hotline.act(&unit, &saved, result).await.unwrap();
    pass(&hotline, 1).await;
    let order = the(&hotline, "order").await;
    assert_eq!(
        (order.brief.rule.as_str(), order.brief.case.as_ref()),
        ("D1", Some(&late))
    );
    assert!(
        !order.skipped.is_empty(),
        "it left the urge out and says why"
    );
    // Again and again: once.
    pass(&hotline, HOUR).await;
    assert_eq!(board(&hotline).await.len(), 1);
    check_platform(&hotline).await;
}

/// By hand no rung is left out without a written reason, none is doubled, and only a unit that has
/// to do with the case is called.
#[tokio::test]
async fn r82_by_hand_a_rung_is_skipped_only_in_writing() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = dispatched(&hotline, 1).await;
    let open = |new: NewMeasure| {
        let (app, key) = (hotline.app.clone(), hotline.key());
        async move { app.supervise(&chief(), &new, &key).await }
    };
    let skipped = refused(open(by_hand("order", &[&case], "")).await);
    assert_eq!(skipped, Refusal::RungSkipped("urge"));
    let order = open(by_hand("order", &[&case], "情况紧急，直接督办"))
        .await
        .unwrap();
    assert_eq!(order.skipped, "情况紧急，直接督办");
    assert!(order.brief.no.starts_with("DB-2026-"), "{}", order.brief.no);
    let again = refused(open(by_hand("order", &[&case], "再发一次")).await);
    assert!(matches!(again, Refusal::SupervisedAlready(no) if no == order.brief.no));
    let mut elsewhere = by_hand("urge", &[&case], "");
    elsewhere.unit = "housing".to_owned();
    let outside = open(elsewhere).await;
    assert!(
        matches!(
            &outside,
            Err(AppError::Refused(Refusal::NotInvolved(_)) | AppError::Invalid(_))
        ),
        "{outside:?}"
    );
    // About a unit: the interview needs a meeting before it, or the reason.
    assert_eq!(
        refused(open(by_hand("interview", &[], "")).await),
        Refusal::RungSkipped("meeting")
    );
    let interview = open(by_hand("interview", &[], "连续三个月排名末位"))
        .await
        .unwrap();
    assert!(interview.cases.is_empty());
    // A repeated command gets its first answer (law 3).
    let key = hotline.key();
    let new = by_hand("urge", &[&case], "");
    let first = hotline.app.supervise(&chief(), &new, &key).await.unwrap();
    let second = hotline.app.supervise(&chief(), &new, &key).await.unwrap();
    assert_eq!(first.brief.id, second.brief.id);
    check_platform(&hotline).await;
}

/// A unit answers for itself; an answer twice sent back brings a meeting; three orders an interview.
#[tokio::test]
async fn r82_answers_that_are_none_and_orders_that_gather_climb_too() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let mut cases = Vec::new();
    for n in 1..=3 {
        let case = dispatched(&hotline, n).await;
        let flag = json!({"command": "flag", "flag": "serious", "reason": "涉及多户居民"});
        hotline.act(&chief(), &case, flag).await.unwrap();
        cases.push(case);
    }
    pass(&hotline, 0).await;
    let orders = board(&hotline).await;
    assert_eq!(orders.len(), 3, "rule D4: {orders:#?}");
    let id = &orders[0].id;
    assert!(matches!(
        step(&hotline, &clerk("housing"), id, &answer()).await,
        Err(AppError::NotFound)
    ));
    assert!(matches!(
        step(&hotline, &clerk(CITY), id, &decide(true)).await,
        Err(AppError::Forbidden)
    ));
    for _ in 0..2 {
        step(&hotline, &clerk(CITY), id, &answer()).await.unwrap();
        let back = step(&hotline, &chief(), id, &decide(false)).await.unwrap();
        assert_eq!(back.brief.state, "issued");
    }
    pass(&hotline, 0).await;
    let meeting = the(&hotline, "meeting").await;
    assert_eq!(meeting.brief.rule, "M2");
    // The three orders are an interview on the next day.
    pass(&hotline, 15 * HOUR).await;
    let interview = the(&hotline, "interview").await;
    assert_eq!(interview.brief.rule, "I2");
    assert_eq!(interview.cases.len(), 3, "the grounds");
    // A meeting whose tasks are all done waits for the decision.
    let hold = MeasureOrder::Hold {
        present: "各单位".to_owned(),
        minutes: "明确分工".to_owned(),
        tasks: vec![NewTask {
            unit: CITY.into(),
            what: "整改".to_owned(),
            within: "2d".parse().unwrap(),
        }],
    };
    let id = &meeting.brief.id;
    step(&hotline, &chief(), id, &hold).await.unwrap();
    let finish = MeasureOrder::FinishTask {
        task: 1,
        note: "已整改".to_owned(),
    };
    let done = step(&hotline, &clerk(CITY), id, &finish).await.unwrap();
    assert_eq!(done.brief.state, "answered");
    // The unit sees what is addressed to it, and nothing else.
    let own = hotline.app.supervision_board(&clerk(CITY)).await.unwrap();
    assert!(!own.every && own.items.iter().all(|m| m.mine));
    let none = hotline
        .app
        .supervision_board(&clerk("housing"))
        .await
        .unwrap();
    assert!(none.items.is_empty());
    check_platform(&hotline).await;
}

/// What one interview was about is no ground for the next: it takes three orders more.
#[tokio::test]
async fn r82_orders_count_anew_after_the_interview_they_brought() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    for n in 1..=3 {
        ordered(&hotline, n).await;
    }
    pass(&hotline, 15 * HOUR).await;
    let first = the(&hotline, "interview").await;
    for measure in board(&hotline).await {
        step(&hotline, &clerk(CITY), &measure.id, &answer())
            .await
            .unwrap();
        for order in [decide(true), close()] {
            step(&hotline, &chief(), &measure.id, &order).await.unwrap();
        }
    }
    pass(&hotline, HOUR).await;
    ordered(&hotline, 4).await;
    pass(&hotline, 24 * HOUR).await;
    assert_eq!(interviews(&hotline).await.len(), 0);
    for n in 5..=6 {
        ordered(&hotline, n).await;
    }
    pass(&hotline, 24 * HOUR).await;
    let [second] = interviews(&hotline).await.try_into().unwrap();
    let second = hotline.app.measure_view(&chief(), &second).await.unwrap();
    let grounds = |of: &MeasureView| of.cases.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
    let (before, now) = (grounds(&first), grounds(&second));
    assert!(now.iter().all(|id| !before.contains(id)), "{second:#?}");
    assert_eq!(now.len(), 3);
}

/// Those that are not over.
async fn interviews(hotline: &Platform) -> Vec<String> {
    let all = board(hotline).await.into_iter();
    let open = all.filter(|m| m.rung == "interview" && m.ended_at.is_none());
    open.map(|m| m.id).collect()
}

/// A case on which the unit is at work, watched as serious: rule D4 orders it.
async fn ordered(hotline: &Platform, n: u64) {
    let case = dispatched(hotline, n).await;
    for work in [
        json!({"command": "sign", "leg": "a1"}),
        json!({"command": "report", "leg": "a1", "text": "已到场"}),
    ] {
        hotline.act(&clerk(CITY), &case, work).await.unwrap();
    }
    let flag = json!({"command": "flag", "flag": "serious", "reason": "涉及多户居民"});
    hotline.act(&chief(), &case, flag).await.unwrap();
    pass(hotline, 0).await;
}

/// R34: a case that units gave back twice is ordered to whoever has it now.
#[tokio::test]
async fn r34_two_returns_are_an_order_and_a_finding() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = dispatched(&hotline, 1).await;
    for n in [1, 2] {
        let ask =
            json!({"command": "ask_return", "leg": format!("a{n}"), "reason": "不属本单位职责"});
        hotline.act(&clerk(CITY), &case, ask).await.unwrap();
        let accept = json!({"command": "decide_return", "leg": format!("a{n}"), "accepted": true, "reason": "改派"});
        hotline
            .act(&lead(Desk::Hotline), &case, accept)
            .await
            .unwrap();
        let again = json!({"command": "dispatch", "lead": CITY});
        hotline
            .act(&lead(Desk::Hotline), &case, again)
            .await
            .unwrap();
    }
    pass(&hotline, 0).await;
    let order = the(&hotline, "order").await;
    assert_eq!(order.brief.rule, "D3");
    assert_eq!(order.trigger, Some(json!({"returns": 2})));
    assert_eq!(hotline.app.detect().await.unwrap(), 1);
    assert_eq!(
        hotline.app.detect().await.unwrap(),
        0,
        "the same finding is one"
    );
    let found = hotline.app.findings(&chief(), None).await.unwrap();
    let hit = &found.items[0];
    assert_eq!(
        (hit.detector.as_str(), hit.unit.as_str()),
        ("passing_the_buck", CITY)
    );
    assert_eq!((hit.count, hit.of, hit.proofs.len()), (2, 3, 2));
    for proof in &hit.proofs {
        assert_eq!(proof.words, "不属本单位职责", "in the unit's own words");
        assert!(proof.at.is_some() && !proof.unit_name.is_empty());
    }
    // Dismissed with a reason: it stays dismissed, and counts as a false alarm.
    let key = hotline.key();
    let judged = hotline
        .app
        .judge_finding(&chief(), &hit.id, false, "清单归属确有争议", &key)
        .await
        .unwrap();
    assert_eq!(judged.state, "dismissed");
    hotline.app.detect().await.unwrap();
    let found = hotline.app.findings(&chief(), None).await.unwrap();
    assert!(found.items.is_empty());
    let rate = found
        .rates
        .iter()
        .find(|r| r.detector == "passing_the_buck");
    assert_eq!(rate.map(|r| (r.confirmed, r.dismissed)), Some((0, 1)));
    check_platform(&hotline).await;
}

/// R83: the same words to many people, and results without a call.
#[tokio::test]
async fn r83_copied_replies_and_silent_results_are_found_with_their_words() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let unit = clerk(CITY);
    for n in 1..=5 {
        let case = dispatched(&hotline, n).await;
        let mut commands = vec![json!({"command": "sign", "leg": "a1"})];
        if n > 1 {
            commands.push(
                json!({"command": "contact", "leg": "a1", "reached": true, "note": "已联系"}),
            );
        }
        let reply =
            format!("您反映的问题我单位高度重视，第{n}次已安排专人核实处理，感谢您的支持。");
        commands.push(
            json!({"command": "give_result", "leg": "a1", "text": "已处理",
            "public_reply": reply, "solved": "solved"}),
        );
        for command in commands {
            hotline.act(&unit, &case, command).await.unwrap();
        }
    }
    hotline.app.detect().await.unwrap();
    let found = hotline.app.findings(&chief(), None).await.unwrap();
    let of = |name: &str| {
        found
            .items
            .iter()
            .filter(|f| f.detector == name)
            .collect::<Vec<_>>()
    };
    let silent = of("no_contact");
    assert_eq!(silent.len(), 1);
    assert!(
        silent[0].proofs[0].words.contains("第1次已安排专人"),
        "what it answered"
    );
    assert_eq!(silent[0].proofs[0].at, Some(hotline.app.now()));
    let copied = of("copy_paste");
    assert_eq!((copied.len(), copied[0].count, copied[0].of), (1, 5, 5));
    assert!(copied[0].proofs[0].words.contains("高度重视"));
}

/// R81: handed out twice and open: on the list of each day until ticked with a sentence; what was
/// not ticked yesterday stands first.
#[tokio::test]
async fn r81_the_daily_list_carries_over_what_nobody_ticked() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let hotline = Platform::open(Desk::Hotline, kind).await;
        let mut cases = Vec::new();
        for n in 1..=2 {
            let case = dispatched(&hotline, n).await;
            let withdraw = json!({"command": "withdraw", "leg": "a1", "reason": "派错单位"});
            hotline
                .act(&lead(Desk::Hotline), &case, withdraw)
                .await
                .unwrap();
            let again = json!({"command": "dispatch", "lead": CITY});
            hotline
                .act(&lead(Desk::Hotline), &case, again)
                .await
                .unwrap();
            cases.push(case);
        }
        dispatched(&hotline, 3).await;
        pass(&hotline, DAY).await;
        let today = hotline.app.daily_list(&chief(), None).await.unwrap();
        assert_eq!(today.lines.len(), 2, "handed out once is not many times");
        assert!(today.lines.iter().all(|l| l.times == 2 && l.carried == 0));
        let key = hotline.key();
        let sentence = "已电话核实，明日办结";
        hotline
            .app
            .tick(&chief(), &cases[0], sentence, &key)
            .await
            .unwrap();
        let today = hotline.app.daily_list(&chief(), None).await.unwrap();
        let ticked = today.lines.iter().find(|l| l.case.id == cases[0]).unwrap();
        assert!(ticked.ticked_at.is_some() && !ticked.ticked_by.is_empty());
        pass(&hotline, DAY).await;
        let next = hotline.app.daily_list(&chief(), None).await.unwrap();
        let order: Vec<_> = next
            .lines
            .iter()
            .map(|l| (l.case.id.as_str(), l.carried))
            .collect();
        assert_eq!(order, [(cases[1].as_str(), 1), (cases[0].as_str(), 0)]);
        let yesterday = hotline
            .app
            .daily_list(&chief(), Some(&today.day))
            .await
            .unwrap();
        assert!(!yesterday.today);
        assert_eq!(
            yesterday
                .lines
                .iter()
                .filter(|l| l.sentence == sentence)
                .count(),
            1
        );
    }
}

/// R119: flagged cases are watched until their end, or until the flag is taken away.
#[tokio::test]
async fn r119_flags_put_a_case_on_the_watch_list() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = dispatched(&hotline, 1).await;
    let lead = lead(Desk::Hotline);
    for flag in ["complicated", "difficult"] {
        let command = json!({"command": "flag", "flag": flag, "reason": "涉及多个单位"});
        hotline.act(&lead, &case, command).await.unwrap();
    }
    let list = hotline.app.watch_list(&chief()).await.unwrap();
    assert_eq!((list.len(), list[0].flags.len()), (1, 2));
    let twice = json!({"command": "flag", "flag": "difficult", "reason": "再次"});
    assert_eq!(
        refused(hotline.act(&lead, &case, twice).await),
        Refusal::FlagState
    );
    let off = json!({"command": "unflag", "flag": "difficult", "reason": "已理清"});
    hotline.act(&lead, &case, off).await.unwrap();
    let list = hotline.app.watch_list(&chief()).await.unwrap();
    assert_eq!(list[0].flags.len(), 1);
    assert_eq!(view(&hotline, &case).await.flags, ["complicated"]);
}

/// R41: the independent assessor reads all of it and changes nothing.
#[tokio::test]
async fn r41_the_assessor_reads_supervision_and_changes_nothing() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = dispatched(&hotline, 1).await;
    let key = hotline.key();
    let new = by_hand("urge", &[&case], "");
    let urge = hotline.app.supervise(&chief(), &new, &key).await.unwrap();
    let judge = person(Role::Assessor, "desk-12345");
    let app = &hotline.app;
    assert_eq!(app.supervision_board(&judge).await.unwrap().items.len(), 1);
    let seen = app.measure_view(&judge, &urge.brief.id).await.unwrap();
    assert!(seen.allowed.is_empty());
    app.daily_list(&judge, None).await.unwrap();
    app.watch_list(&judge).await.unwrap();
    app.findings(&judge, None).await.unwrap();
    app.supervision_rules(&judge).unwrap();
    let before = *app.store().positions().borrow();
    let forbidden =
        |result: Result<(), AppError>| assert!(matches!(result, Err(AppError::Forbidden)));
    forbidden(app.supervise(&judge, &new, &hotline.key()).await.map(drop));
    for order in [
        answer(),
        decide(true),
        close(),
        MeasureOrder::Withdraw {
            reason: "撤销".to_owned(),
        },
    ] {
        forbidden(
            step(&hotline, &judge, &urge.brief.id, &order)
                .await
                .map(drop),
        );
    }
    forbidden(
        app.tick(&judge, &case, "已核实", &hotline.key())
            .await
            .map(drop),
    );
    forbidden(
        app.judge_finding(&judge, "x", true, "属实无误", &hotline.key())
            .await
            .map(drop),
    );
    let flag = json!({"command": "flag", "flag": "special", "reason": "特殊"});
    forbidden(hotline.act(&judge, &case, flag).await.map(drop));
    assert_eq!(
        *app.store().positions().borrow(),
        before,
        "nothing happened"
    );
    let again = app.measure_view(&judge, &urge.brief.id).await.unwrap();
    assert_eq!(again.brief.version, 1);
}

/// Two processes of one platform look at once: one measure, one number.
#[tokio::test]
async fn two_processes_open_one_measure() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Postgres).await;
    dispatched(&hotline, 1).await;
    let beside = hotline.beside().await;
    hotline.clock.advance(2 * DAY);
    hotline.app.sweep().await.unwrap();
    let (one, two) = tokio::join!(hotline.app.sweep_supervision(), beside.sweep_supervision());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(board(&hotline).await.len(), 1);
    check_platform(&hotline).await;
}

/// The peer that handed the case over reads on its own timeline that it is supervised here.
#[tokio::test]
async fn the_twin_hears_of_every_step() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let order = json!({"command": "hand_over", "link": LINK, "mode": "push"});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let own = pair
        .police
        .take(&operator(Desk::Police), contact)
        .await
        .unwrap();
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await.brief.id;
    for command in [
        json!({"command": "accept_offer"}),
        json!({"command": "dispatch", "lead": CITY}),
    ] {
        pair.hotline
            .act(&lead(Desk::Hotline), &twin, command)
            .await
            .unwrap();
    }
    let new = by_hand("order", &[&twin], "对端多次催问");
    let key = pair.hotline.key();
    let order = pair
        .hotline
        .app
        .supervise(&chief(), &new, &key)
        .await
        .unwrap();
    step(&pair.hotline, &clerk(CITY), &order.brief.id, &answer())
        .await
        .unwrap();
    pair.settle().await;
    let told = pair
        .police
        .app
        .timeline(&lead(Desk::Police), &own.brief.id, 0)
        .await;
    let kinds: Vec<String> = told.unwrap().items.into_iter().map(|i| i.kind).collect();
    for kind in ["supervised", "supervision_answered"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}: {kinds:?}");
    }
    check_pair(&pair).await;
}

/// R38: a matter that was handed over and came back is one finding, on the later case, and the ratio
/// names both numbers.
#[tokio::test]
async fn r38_what_came_back_is_one_finding_and_a_ratio() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let push = json!({"command": "hand_over", "link": LINK, "mode": "push"});
    let caller = || Caller::says(SITE_NOISE);
    let desk = operator(Desk::Police);
    let own = pair
        .police
        .take(&desk, caller().then(push).contact())
        .await
        .unwrap();
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await.brief.id;
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&lead(Desk::Hotline), &twin, accept)
        .await
        .unwrap();
    pair.settle().await;
    pair.clock.advance(DAY);
    let again = pair.police.take(&desk, caller().contact()).await.unwrap();
    pair.police.app.detect().await.unwrap();
    let chief = person(Role::Supervisor, "desk-110");
    let found = pair.police.app.findings(&chief, None).await.unwrap();
    let back: Vec<_> = found
        .items
        .iter()
        .filter(|f| f.detector == "backflow")
        .collect();
    assert_eq!(back.len(), 1, "{back:#?}");
    assert_eq!(back[0].case.as_ref(), Some(&again.brief.id));
    assert_eq!(back[0].proofs[0].no, own.brief.no);
    assert_eq!((found.came_back, found.handed_over), (1, 1));
}
