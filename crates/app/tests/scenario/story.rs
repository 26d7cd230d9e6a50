//! The whole way of one call, from the first word to the last follow-up (R88, R100; laws 2, 6, 7).

use app::view::{CaseView, HolderView};
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::{GAMBLING, KNIFE, SITE_NOISE};
use testkit::people::{clerk, follow_up, lead, operator};
use testkit::{Caller, HOUR, LINK, MINUTE, Pair, Platform, StoreKind, check_pair, check_platform};

pub(crate) fn held_by(view: &CaseView) -> String {
    match &view.brief.holder {
        HolderView::Own { unit, .. } => unit.clone(),
        HolderView::Peer { link, .. } => format!("peer {link}"),
    }
}

/// The case there that is the twin of this one.
pub(crate) async fn twin_at(there: &Platform, of: &CaseView) -> CaseView {
    let page = there
        .app
        .cases(&lead(there.desk), app::CaseQuery::default())
        .await
        .unwrap();
    for brief in page.items {
        let view = there.app.case(&lead(there.desk), &brief.id).await.unwrap();
        let of_it = |t: &app::view::TwinView| t.case.as_deref() == Some(of.brief.id.as_str());
        if view.twin.as_ref().is_some_and(of_it) {
            return view;
        }
    }
    panic!("{} has no twin there", of.brief.no);
}

pub(crate) fn push() -> serde_json::Value {
    json!({"command": "hand_over", "link": LINK, "mode": "push"})
}

/// A call about a building site, taken at 110, handed over, accepted by the hotline.
async fn crossed(pair: &mut Pair) -> (CaseView, CaseView) {
    let suggestion = pair
        .police
        .app
        .suggest(&operator(Desk::Police), SITE_NOISE, "", "城东街道")
        .unwrap();
    assert_eq!(suggestion.desk, Some(Desk::Hotline));
    assert_eq!(suggestion.matter.as_deref(), Some("H1-1"));
    assert_eq!(suggestion.lead.as_deref(), Some("urban-management"));
    assert_eq!(suggestion.mode, "push");

    let contact = Caller::says(SITE_NOISE).then(push()).contact();
    let own = pair
        .police
        .take(&operator(Desk::Police), contact)
        .await
        .unwrap();
    assert_eq!(own.brief.status, "offered");
    // While a hand-over is in the air the sender answers for it.
    assert_eq!(held_by(&own), "desk-110");
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await;
    assert_eq!(twin.brief.task.as_deref(), Some("incoming"));
    assert_eq!(held_by(&twin), format!("peer {LINK}"));
    // Law 7: the caller's own number travels.
    assert_eq!(twin.person.caller_number, "10000000042");
    assert_eq!(twin.person.narrative, SITE_NOISE);
    assert_eq!(twin.person.address, own.person.address);

    let accept = json!({"command": "accept_offer"});
    let twin = pair
        .hotline
        .act(&lead(Desk::Hotline), &twin.brief.id, accept)
        .await
        .unwrap();
    assert_eq!(held_by(&twin), "desk-12345");
    pair.settle().await;
    let own = pair
        .police
        .app
        .case(&lead(Desk::Police), &own.brief.id)
        .await
        .unwrap();
    assert_eq!(own.brief.status, "elsewhere");
    assert_eq!(held_by(&own), format!("peer {LINK}"));
    assert_eq!(own.brief.outcome.as_deref(), Some("handed_over_push"));
    assert_eq!(own.brief.twin_no.as_deref(), Some(twin.brief.no.as_str()));
    (own, twin)
}

async fn dispatched(pair: &Pair, twin: &CaseView) -> CaseView {
    let order = json!({
        "command": "dispatch", "lead": "urban-management", "assist": ["ecology"],
    });
    let twin = pair
        .hotline
        .act(&lead(Desk::Hotline), &twin.brief.id, order)
        .await
        .unwrap();
    assert_eq!(twin.brief.status, "dispatched");
    // Offering moves nothing: the desk answers until the lead signs.
    assert_eq!(held_by(&twin), "desk-12345");
    let sign = twin
        .deadlines
        .iter()
        .find(|d| d.stage == "sign")
        .expect("a clock on the signature");
    // Law 6: from dispatch; law 11: the row and its version are quoted.
    assert_eq!(sign.due - sign.from, 120 * MINUTE);
    assert!(sign.rule.contains("H1-1") && sign.rule.contains("wanglan-2026.11.1"));
    twin
}

/// The lead and its assistant do their work, up to the review at the desk.
async fn worked(pair: &Pair, twin: &CaseView) -> CaseView {
    let (hotline, case) = (&pair.hotline, twin.brief.id.as_str());
    let city = clerk("urban-management");
    let view = hotline
        .act(&city, case, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    assert_eq!(held_by(&view), "urban-management");
    let steps = [
        json!({"command": "contact", "leg": "a1", "reached": true, "note": "已联系，约今晚到场"}),
        json!({"command": "depart", "leg": "a1"}),
        json!({"command": "arrive", "leg": "a1"}),
        json!({"command": "report", "leg": "a1", "text": "工地已停工，正在核对夜间施工许可"}),
    ];
    for step in steps {
        pair.clock.advance(10 * MINUTE);
        hotline.act(&city, case, step).await.unwrap();
    }
    let green = clerk("ecology");
    for step in [
        json!({"command": "sign", "leg": "a2"}),
        json!({
            "command": "give_result", "leg": "a2", "text": "监测值超标三分贝",
            "public_reply": "现场已监测", "solved": "solved",
        }),
    ] {
        hotline.act(&green, case, step).await.unwrap();
    }
    // Signing by an assistant does not move it.
    let result = json!({
        "command": "give_result", "leg": "a1", "text": "责令停工，立案处理",
        "public_reply": "夜间施工已停止，已立案处理", "solved": "solved",
    });
    let view = hotline.act(&city, case, result).await.unwrap();
    assert_eq!(held_by(&view), "urban-management");
    assert_eq!(view.brief.task.as_deref(), Some("review"));
    view
}

async fn closed(pair: &mut Pair, own: &CaseView, twin: &CaseView) {
    let case = twin.brief.id.as_str();
    let review = json!({"command": "review", "passed": true, "reason": "现场照片齐全"});
    let chief = lead(Desk::Hotline);
    pair.hotline.act(&chief, case, review).await.unwrap();
    pair.settle().await;
    let police = lead(Desk::Police);
    let seen = pair.police.app.case(&police, &own.brief.id).await.unwrap();
    let told = seen.peer_result.expect("110 sees the result");
    assert_eq!(told.public_reply, "夜间施工已停止，已立案处理");
    assert_eq!(told.unit, "望澜县城市管理局");

    let call = json!({
        "command": "follow_up", "reached": true, "solved": "solved", "satisfaction": 5,
        "note": "安静了，很满意",
    });
    let caller = follow_up(Desk::Hotline);
    pair.hotline.act(&caller, case, call).await.unwrap();
    let close = json!({"command": "close", "note": "回访满意"});
    pair.hotline.act(&chief, case, close).await.unwrap();
    pair.settle().await;
    let seen = pair.police.app.case(&police, &own.brief.id).await.unwrap();
    assert!(seen.twin.expect("a twin").closed);
    let close = json!({"command": "close"});
    let seen = pair
        .police
        .act(&police, &own.brief.id, close)
        .await
        .unwrap();
    assert_eq!(seen.brief.status, "closed");
    pair.settle().await;
    let both = pair.hotline.app.case(&chief, case).await.unwrap();
    assert_eq!(both.brief.status, "closed");
    assert!(both.twin.expect("a twin").closed);
}

/// Both timelines tell the same story: each side's own entries are the other's peer entries.
async fn timelines_agree(pair: &Pair, own: &CaseView, twin: &CaseView) {
    let here = pair
        .police
        .app
        .timeline(&lead(Desk::Police), &own.brief.id, 0)
        .await
        .unwrap();
    let there = pair
        .hotline
        .app
        .timeline(&lead(Desk::Hotline), &twin.brief.id, 0)
        .await
        .unwrap();
    let kinds = |items: &[app::view::TimelineItem], side: &str| -> Vec<String> {
        items
            .iter()
            .filter(|item| item.side == side)
            .map(|item| item.kind.clone())
            .collect()
    };
    let shared = [
        "dispatched",
        "signed",
        "caller_contacted",
        "departed",
        "arrived",
        "reported",
        "result_given",
        "review_passed",
        "followed_up",
        "closed",
    ];
    let only = |kinds: Vec<String>| -> Vec<String> {
        kinds
            .into_iter()
            .filter(|kind| shared.contains(&kind.as_str()))
            .collect()
    };
    let done = only(kinds(&there.items, "own"));
    assert_eq!(done, only(kinds(&here.items, "peer")));
    assert_eq!(done.len(), 12, "{done:?}");
    // What had happened at 110 before is on the hotline's timeline (R71).
    assert!(kinds(&there.items, "peer").contains(&"received".to_owned()));
}

async fn the_whole_way(kind: StoreKind) {
    let mut pair = Pair::open(kind).await;
    let (own, twin) = crossed(&mut pair).await;
    dispatched(&pair, &twin).await;
    worked(&pair, &twin).await;
    closed(&mut pair, &own, &twin).await;
    timelines_agree(&pair, &own, &twin).await;
    check_pair(&pair).await;
}

#[tokio::test]
async fn a_call_to_110_goes_its_whole_way_and_the_answer_comes_back_sqlite() {
    the_whole_way(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn a_call_to_110_goes_its_whole_way_and_the_answer_comes_back_postgres() {
    the_whole_way(StoreKind::Postgres).await;
}

/// Halfway the caller rings 110 again: "he has a knife". Police at once, as a case of their own;
/// the department's order runs on; the hotline sees the danger (law 5).
async fn a_knife_halfway(kind: StoreKind) {
    let mut pair = Pair::open(kind).await;
    let (own, twin) = crossed(&mut pair).await;
    dispatched(&pair, &twin).await;
    pair.settle().await;

    let more = json!({"command": "add_detail", "text": KNIFE});
    let own = pair
        .police
        .act(&operator(Desk::Police), &own.brief.id, more)
        .await
        .unwrap();
    let police_case = own.police_case.clone().expect("a police case is made");
    assert_eq!(
        held_by(&own),
        format!("peer {LINK}"),
        "the order stays where it is"
    );
    let part = pair
        .police
        .app
        .case(&lead(Desk::Police), &police_case)
        .await
        .unwrap();
    assert_eq!(part.brief.status, "dispatched");
    assert_eq!(part.legs.len(), 1);
    assert_eq!(part.legs[0].unit, "station-central");
    assert_eq!(part.legs[0].dispatched_at, pair.police.app.now(), "at once");
    assert!(part.person.narrative.contains(KNIFE));
    assert!(part.brief.danger);

    pair.settle().await;
    let chief = lead(Desk::Hotline);
    let seen = pair.hotline.app.case(&chief, &twin.brief.id).await.unwrap();
    assert!(seen.brief.danger, "the hotline sees the danger");
    assert!(
        seen.person.narrative.contains(KNIFE),
        "and the words: {}",
        seen.person.narrative
    );
    assert_eq!(seen.legs[0].state, "dispatched", "the order runs on");

    worked(&pair, &twin).await;
    closed(&mut pair, &own, &twin).await;
    let crew = testkit::people::crew("station-central");
    for step in [
        json!({"command": "sign", "leg": "a1"}),
        json!({
            "command": "give_result", "leg": "a1", "text": "已控制，刀具扣押",
            "public_reply": "民警已到场处置", "solved": "solved",
        }),
    ] {
        pair.police.act(&crew, &police_case, step).await.unwrap();
    }
    pair.settle().await;
    check_pair(&pair).await;
}

#[tokio::test]
async fn law_5_a_knife_halfway_sends_police_and_the_order_runs_on_sqlite() {
    a_knife_halfway(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn law_5_a_knife_halfway_sends_police_and_the_order_runs_on_postgres() {
    a_knife_halfway(StoreKind::Postgres).await;
}

/// 全天候、全方位、全程式: at any hour any matter is taken and answered for at once, also one that no list knows, and what
/// becomes of it is kept step by step until it is closed.
#[tokio::test]
async fn r115_round_the_clock_any_matter_is_taken_and_followed_to_its_end() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let desk = operator(Desk::Hotline);
    let known_to_nobody = "菜地里落了一群从没见过的白鸟，不知道该找谁";
    let said = [SITE_NOISE, GAMBLING, known_to_nobody];
    for (hour, words) in (0..24).zip(said.into_iter().cycle()) {
        let taken = hotline
            .take(&desk, Caller::says(words).number(hour).contact())
            .await
            .unwrap();
        assert_eq!(held_by(&taken), "desk-12345", "hour {hour}");
        assert_eq!(
            taken.brief.matter.is_none(),
            words == known_to_nobody,
            "{:?}",
            taken.brief.matter
        );
        let id = taken.brief.id;
        hotline.clock.advance(MINUTE);
        let answer = json!({"command": "answer", "text": "已告知办理途径"});
        hotline.act(&desk, &id, answer).await.unwrap();
        let kept = hotline.app.timeline(&lead(Desk::Hotline), &id, 0).await;
        let kept = kept.unwrap().items;
        let kinds: Vec<&str> = kept.iter().map(|item| item.kind.as_str()).collect();
        assert_eq!(kinds.first(), Some(&"received"), "{kinds:?}");
        assert!(
            kinds.contains(&"triaged") && kinds.contains(&"closed"),
            "{kinds:?}"
        );
        assert!(kept.is_sorted_by_key(|item| item.at));
        hotline.clock.advance(HOUR - MINUTE);
    }
    check_platform(&hotline).await;
}
