//! Scores: from cases of a real store to a published sheet, and back from the log to its digits.

use app::AppError;
use app::view::{
    ClaimDecision, ClaimOrder, ClaimView, FigureQuery, FigureView, PublishOrder, RuleOrder,
    SheetView,
};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use serde_json::json;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Caller, DAY, Dice, HOUR, Platform, StoreKind, at};

pub(crate) const UNIT: &str = "urban-management";

fn supervisor() -> Actor {
    person(Role::Supervisor, "desk-12345")
}

fn assessor() -> Actor {
    person(Role::Assessor, "desk-12345")
}

/// A case dispatched to the unit on Monday; what happens to it is said by the number.
async fn case(platform: &Platform, n: u64) -> String {
    let words = "楼旁边工地半夜还在施工，打桩声音太大，吵得睡不着";
    let then = json!({"command": "dispatch", "lead": UNIT});
    let contact = Caller::says(words).number(n).then(then).contact();
    let taken = platform
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    taken.brief.id
}

async fn leg(platform: &Platform, id: &str) -> String {
    let view = platform.app.case(&lead(Desk::Hotline), id).await.unwrap();
    view.legs.last().unwrap().id.clone()
}

/// Signs, tells the caller, gives the result, is called back and closed.
async fn done(platform: &Platform, id: &str, satisfaction: u8) {
    let leg = leg(platform, id).await;
    let unit = clerk(UNIT);
    let chief = lead(Desk::Hotline);
    for command in [
        json!({"command": "sign", "leg": leg}),
        json!({"command": "contact", "leg": leg, "reached": true, "note": "已说明办理安排"}),
        json!({"command": "give_result", "leg": leg, "text": "已责令停工", "public_reply": "夜间施工已停止", "solved": "solved"}),
    ] {
        platform.act(&unit, id, command).await.unwrap();
    }
    for command in [
        json!({"command": "review", "passed": true, "reason": "材料齐全"}),
        json!({"command": "follow_up", "reached": true, "solved": "solved", "satisfaction": satisfaction, "note": "已回访"}),
        json!({"command": "close", "note": ""}),
    ] {
        platform.act(&chief, id, command).await.unwrap();
    }
}

/// Three done, one of them badly received; one that nobody signed; then December comes.
pub(crate) async fn november(platform: &Platform) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 1..=4 {
        ids.push(case(platform, n).await);
        platform.clock.advance(HOUR);
    }
    for (n, id) in ids.iter().take(3).enumerate() {
        done(platform, id, if n == 2 { 2 } else { 5 }).await;
    }
    platform.clock.set(at("2026-12-02T09:00:00+08:00"));
    platform.app.sweep().await.unwrap();
    ids
}

async fn sheet(platform: &Platform) -> SheetView {
    platform
        .app
        .score_sheet(&assessor(), "three_rates", "2026-11")
        .await
        .unwrap()
}

fn figure<'s>(sheet: &'s SheetView, metric: &str) -> &'s FigureView {
    let line = sheet.lines.iter().find(|line| line.unit == UNIT).unwrap();
    line.figures
        .iter()
        .find(|figure| figure.metric == metric)
        .unwrap()
}

fn of(metric: &str, which: &str) -> FigureQuery {
    FigureQuery {
        metric: metric.to_owned(),
        period: "2026-11".to_owned(),
        unit: UNIT.to_owned(),
        which: which.to_owned(),
        ..FigureQuery::default()
    }
}

async fn exclude(platform: &Platform, case: &str) -> ClaimView {
    let order = ClaimOrder::Exclusion {
        case: case.to_owned(),
        ground: "duplicate".to_owned(),
        reason: "与前一件重复".to_owned(),
        evidence: "同一来电人、同一地点".to_owned(),
    };
    let chief = lead(Desk::Hotline);
    platform
        .app
        .ask_score(&chief, &order, &platform.key())
        .await
        .unwrap()
}

async fn uphold(platform: &Platform, claim: &ClaimView) -> Result<ClaimView, AppError> {
    let order = ClaimDecision {
        uphold: true,
        reason: "证据属实".to_owned(),
    };
    platform
        .app
        .decide_claim(&supervisor(), &claim.id, &order, &platform.key())
        .await
}

async fn publish(platform: &Platform) -> app::view::PublicationHead {
    let order = PublishOrder {
        scheme: "three_rates".to_owned(),
        period: "2026-11".to_owned(),
        reason: "十一月考核通报".to_owned(),
    };
    platform
        .app
        .publish_scores(&supervisor(), &order, &platform.key())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn law_9_each_figure_opens_the_cases_it_was_counted_from() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let ids = november(&platform).await;
        let sheet = sheet(&platform).await;
        let satisfied = figure(&sheet, "satisfied");
        assert_eq!((satisfied.numerator, satisfied.denominator), (2, 3));
        assert_eq!(satisfied.value.as_deref(), Some("66.666667"));
        let page = platform
            .app
            .score_cases(&assessor(), &of("satisfied", "unmet"))
            .await
            .unwrap();
        let cases: Vec<&str> = page.items.iter().map(|item| item.case.as_str()).collect();
        assert_eq!(cases, [ids[2].as_str()]);
        let page = platform
            .app
            .score_cases(&assessor(), &of("satisfied", "counted"))
            .await
            .unwrap();
        assert_eq!(page.items.len(), 3);
        assert_eq!(&page.figure, satisfied);
        // The one that was not signed is not late by its unit's leave: the clock ran from dispatch.
        let page = platform
            .app
            .score_cases(&assessor(), &of("sign_on_time", "unmet"))
            .await
            .unwrap();
        let late: Vec<&str> = page.items.iter().map(|item| item.case.as_str()).collect();
        assert!(late.contains(&ids[3].as_str()), "{late:?}");
        // 10 for three of four reached, 45 solved of all asked, 45 for two of three satisfied.
        let line = sheet.lines.iter().find(|line| line.unit == UNIT).unwrap();
        let points: Vec<Option<&str>> = line.parts.iter().map(|p| p.points.as_deref()).collect();
        assert_eq!(points, [Some("7.500"), Some("45.000"), Some("30.000")]);
        assert_eq!(
            (line.score.as_deref(), line.rank),
            (Some("82.500"), Some(1))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exclusion_needs_two_people_and_evidence_and_an_appeal_reaches_only_its_unit() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let ids = november(&platform).await;
    let claim = exclude(&platform, &ids[2]).await;
    assert_eq!(
        figure(&sheet(&platform).await, "satisfied").by_claim,
        0,
        "asked is not decided"
    );
    let order = ClaimDecision {
        uphold: true,
        reason: "证据属实".to_owned(),
    };
    let own = platform
        .app
        .decide_claim(&lead(Desk::Hotline), &claim.id, &order, &platform.key())
        .await;
    assert!(matches!(own, Err(AppError::Duties("own_claim"))));
    uphold(&platform, &claim).await.unwrap();
    assert!(
        matches!(uphold(&platform, &claim).await, Err(AppError::Invalid(_))),
        "decided once"
    );
    let after = sheet(&platform).await;
    let satisfied = figure(&after, "satisfied");
    assert_eq!(
        (
            satisfied.numerator,
            satisfied.denominator,
            satisfied.by_claim
        ),
        (2, 2, 1)
    );
    let left_out = platform
        .app
        .score_cases(&assessor(), &of("satisfied", "excluded"))
        .await
        .unwrap();
    assert_eq!(left_out.items[0].claim.as_ref(), Some(&claim.id));

    let appeal = |case: &str| ClaimOrder::Appeal {
        case: case.to_owned(),
        metric: "sign_on_time".to_owned(),
        reason: "系统停电未能签收".to_owned(),
        evidence: "停电通知见附件".to_owned(),
    };
    let asked = platform
        .app
        .ask_score(&clerk(UNIT), &appeal(&ids[3]), &platform.key())
        .await
        .unwrap();
    assert_eq!((asked.kind.as_str(), asked.unit.as_str()), ("appeal", UNIT));
    let other = platform
        .app
        .ask_score(&clerk("ecology"), &appeal(&ids[3]), &platform.key())
        .await;
    assert!(
        matches!(other, Err(AppError::NotFound)),
        "nobody's case but one's own"
    );
    let exclusion = ClaimOrder::Exclusion {
        case: ids[3].clone(),
        ground: "duplicate".to_owned(),
        reason: "与前一件重复".to_owned(),
        evidence: "同一来电人".to_owned(),
    };
    let wide = platform
        .app
        .ask_score(&clerk(UNIT), &exclusion, &platform.key())
        .await;
    assert!(
        matches!(wide, Err(AppError::Forbidden)),
        "a clerk appeals, and excludes nothing"
    );
    uphold(&platform, &asked).await.unwrap();
    let excluded = platform
        .app
        .score_cases(&assessor(), &of("sign_on_time", "excluded"))
        .await
        .unwrap();
    assert!(
        excluded
            .items
            .iter()
            .any(|item| item.claim.as_ref() == Some(&asked.id))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn law_9_a_publication_recounts_from_the_log_to_the_same_digits() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let ids = november(&platform).await;
        let before = sheet(&platform).await;
        let head = publish(&platform).await;
        let frozen = platform
            .app
            .score_publication(&assessor(), &head.id)
            .await
            .unwrap();
        assert_eq!(frozen.sheet.lines, before.lines);
        // Afterwards the case is done, another is left out, and the formula is another one.
        done(&platform, &ids[3], 5).await;
        let claim = exclude(&platform, &ids[2]).await;
        uphold(&platform, &claim).await.unwrap();
        let text = "[[metric]]\nid = \"satisfied\"\nversion = 2\nzh = \"满意率\"\nen = \"Satisfied\"\n\
                    shape = \"rate\"\nbetter = \"more\"\ndenominator = \"reached and known(satisfaction)\"\n\
                    numerator = \"satisfaction >= 2\"\n";
        let order = RuleOrder {
            name: "satisfied".to_owned(),
            text: text.to_owned(),
            reason: "基本满意计入".to_owned(),
            only_try: false,
        };
        platform
            .app
            .change_score_rules(&supervisor(), &order, &platform.key())
            .await
            .unwrap();
        let today = sheet(&platform).await;
        assert_ne!(today.lines, before.lines, "today is another day");
        assert_eq!(figure(&today, "satisfied").version, 2);
        let again = platform
            .app
            .recount_publication(&assessor(), &head.id)
            .await
            .unwrap();
        assert!(again.same && again.kept, "{again:?}");
        assert_eq!(again.digest, head.digest);
        assert_eq!(again.cases, 4);
        // The cases beside a frozen figure are those of then.
        let query = FigureQuery {
            publication: head.id.clone(),
            ..of("satisfied", "counted")
        };
        let page = platform.app.score_cases(&assessor(), &query).await.unwrap();
        assert_eq!((page.items.len(), page.figure.denominator), (3, 3));
        assert_eq!(page.figure.version, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_can_be_thrown_away_and_come_back_the_same() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    // A random but lawful desk, folded now and then on the way.
    let mut player = crate::player::Player::new(74);
    let dice = Dice::new(74);
    for n in 0..40_u64 {
        case(&platform, n).await;
        for _ in 0..6 {
            player.plays(&platform).await;
        }
        platform.clock.advance(HOUR);
        platform.app.sweep().await.unwrap();
        if dice.percent(30) {
            platform.app.fold_facts(|_| {}).await.unwrap();
        }
    }
    let pos = platform.app.fold_facts(|_| {}).await.unwrap();
    assert_eq!(
        pos,
        platform.app.fold_facts(|_| {}).await.unwrap(),
        "nothing left to do"
    );
    let store = platform.app.store();
    let kept = store
        .case_facts((i64::MIN, ""), i64::MAX, 0, 1_000)
        .await
        .unwrap();
    let cases = i64::try_from(kept.len()).unwrap();
    assert_eq!(cases, store.case_count().await.unwrap());
    assert_eq!(platform.app.fold_facts_anew(|_| {}).await.unwrap(), pos);
    let anew = store
        .case_facts((i64::MIN, ""), i64::MAX, 0, 1_000)
        .await
        .unwrap();
    assert_eq!(kept, anew, "the facts are a function of the log");
    let sheets = async || {
        let mut sheets = Vec::new();
        for scheme in [
            "three_rates",
            "weighted_columns",
            "red_black",
            "year_figures",
        ] {
            sheets.push(
                platform
                    .app
                    .score_sheet(&assessor(), scheme, "2026-11")
                    .await
                    .unwrap(),
            );
        }
        sheets
    };
    assert_eq!(sheets().await, sheets().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_formula_is_refused_and_the_old_one_stays_in_force() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    november(&platform).await;
    let before = sheet(&platform).await;
    let order = |text: &str| RuleOrder {
        name: "solved_rate".to_owned(),
        text: text.to_owned(),
        reason: "口径调整".to_owned(),
        only_try: false,
    };
    let bad = "[[metric]]\nid = \"solved_rate\"\nversion = 2\nzh = \"解决率\"\nen = \"Solved\"\nshape = \"rate\"\n\
               denominator = \"reched\"\nnumerator = \"reached\"\n";
    let refused = platform
        .app
        .change_score_rules(&supervisor(), &order(bad), &platform.key())
        .await;
    let Err(AppError::Invalid(fields)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (fields[0].field.as_str(), fields[0].key),
        ("text:7:16", "unknown_name")
    );
    assert!(fields[0].detail.contains("reached"), "{}", fields[0].detail);
    assert_eq!(sheet(&platform).await.lines, before.lines);
    let good = bad.replace("reched", "reached");
    let tried = RuleOrder {
        only_try: true,
        ..order(&good)
    };
    let tried = platform
        .app
        .change_score_rules(&supervisor(), &tried, &platform.key())
        .await
        .unwrap();
    assert_eq!(
        (tried.taken, tried.rules),
        (false, vec!["solved_rate v2".to_owned()])
    );
    assert_eq!(
        figure(&sheet(&platform).await, "solved_rate").version,
        1,
        "tried is not taken"
    );
    platform
        .app
        .change_score_rules(&supervisor(), &order(&good), &platform.key())
        .await
        .unwrap();
    assert_eq!(figure(&sheet(&platform).await, "solved_rate").version, 2);
    let mine = platform
        .app
        .change_score_rules(&assessor(), &order(&good), &platform.key())
        .await;
    assert!(
        matches!(mine, Err(AppError::Forbidden)),
        "the assessor changes nothing (R41)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r72_r35_periods_side_by_side_and_recorded_figures() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    november(&platform).await;
    for n in 10..12 {
        case(&platform, n).await;
    }
    platform.clock.advance(40 * DAY);
    let view = platform
        .app
        .score_figures(&assessor(), "2026-12", "2026-11")
        .await
        .unwrap();
    let received = view
        .changes
        .iter()
        .find(|change| change.after.metric == "received")
        .unwrap();
    assert_eq!(
        (
            received.before.value.as_deref(),
            received.after.value.as_deref()
        ),
        (Some("4"), Some("2"))
    );
    assert_eq!(received.percent.as_deref(), Some("-50.000000"));
    let call = view
        .figures
        .iter()
        .find(|figure| figure.metric == "connection_rate")
        .unwrap();
    assert_eq!(call.value, None, "no data rather than zero");
    let record = ClaimOrder::Figure {
        metric: "buildup".to_owned(),
        period: "2026-11".to_owned(),
        unit: UNIT.to_owned(),
        figure: "93.00".to_owned(),
        reason: "十一月建成率".to_owned(),
        evidence: "建设进度表第十一期".to_owned(),
    };
    let claim = platform
        .app
        .ask_score(&lead(Desk::Hotline), &record, &platform.key())
        .await
        .unwrap();
    uphold(&platform, &claim).await.unwrap();
    let sheet = platform
        .app
        .score_sheet(&assessor(), "buildup", "2026-11")
        .await
        .unwrap();
    let line = sheet.lines.iter().find(|line| line.unit == UNIT).unwrap();
    assert_eq!(line.score.as_deref(), Some("-0.350"));
    assert_eq!(
        sheet
            .lines
            .iter()
            .filter(|line| line.rank.is_some())
            .count(),
        1
    );
}

#[tokio::test]
async fn r86_desk_and_unit_are_counted_apart_and_supervision_is_a_fact() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let (app, chief) = (&platform.app, lead(Desk::Hotline));
    let ids = [case(&platform, 1).await, case(&platform, 2).await];
    for id in &ids {
        done(&platform, id, 5).await;
    }
    // A second call, where the caller tells desk and unit apart.
    let apart = json!({"command": "follow_up", "reached": true, "solved": "partly",
        "satisfied_desk": 5, "satisfied_unit": 1, "note": "热线客气，单位敷衍"});
    platform.act(&chief, &ids[0], apart).await.unwrap();
    let order = app::view::NewMeasure {
        rung: "order".to_owned(),
        unit: UNIT.to_owned(),
        cases: vec![case(&platform, 3).await],
        asks: "请在两日内办结".to_owned(),
        basis: "联动工作办法第十三条".to_owned(),
        reason: "多次来电催问".to_owned(),
        skipped: "直接督办".to_owned(),
        answer_within: "2d".to_owned(),
    };
    app.supervise(&supervisor(), &order, &platform.key())
        .await
        .unwrap();
    for (metric, which, cases) in [
        ("asked_desk", "met", 1),
        ("asked_unit", "unmet", 1),
        ("asked_unit", "counted", 1),
        ("supervision_rate", "met", 1),
        ("supervision_rate", "counted", 3),
    ] {
        let found = app.score_cases(&assessor(), &of(metric, which)).await;
        assert_eq!(found.unwrap().items.len(), cases, "{metric} {which}");
    }
}
