//! Platforms of several tiers in one net, each by the same program (R134): what the city sends down
//! goes on to whoever must deal with it, somebody is answerable all the way, and the answer comes back.

use crate::story::{held_by, twin_at};
use app::AppError;
use app::view::CaseView;
use domain::case::Refusal;
use domain::desk::{Desk, Tier};
use serde_json::{Value, json};
use testkit::contact::{GAMBLING, KNIFE, SITE_NOISE};
use testkit::people::{clerk, follow_up, lead, operator};
use testkit::{Caller, Net, Platform, StoreKind, check_net};

/// Places in the net.
const CITY: usize = 0;
const COUNTY: usize = 1;
const POLICE: usize = 2;
const TOWN: usize = 3;
/// The links: city and county, county and its 110, county and town.
const DOWN: &str = "city-county";
const TO_POLICE: &str = "county-110";
const TO_TOWN: &str = "county-town";

async fn net(kind: StoreKind) -> Net {
    let seats = [
        ("linhai-12345", Desk::Hotline, Tier::City),
        ("wanglan-12345", Desk::Hotline, Tier::County),
        ("wanglan-110", Desk::Police, Tier::County),
        ("chengdong-12345", Desk::Hotline, Tier::Town),
    ];
    let links = [
        (DOWN, CITY, COUNTY),
        (TO_POLICE, COUNTY, POLICE),
        (TO_TOWN, COUNTY, TOWN),
    ];
    Net::open(kind, &seats, &links).await
}

fn hand_over(link: &str) -> Value {
    json!({"command": "hand_over", "link": link, "mode": "push"})
}

async fn now(platform: &Platform, case: &CaseView) -> CaseView {
    let chief = lead(platform.desk);
    platform.app.case(&chief, &case.brief.id).await.unwrap()
}

async fn act(platform: &Platform, case: &CaseView, command: Value) -> CaseView {
    let chief = lead(platform.desk);
    platform.act(&chief, &case.brief.id, command).await.unwrap()
}

async fn refused(platform: &Platform, case: &CaseView, command: Value) -> Refusal {
    match platform
        .act(&lead(platform.desk), &case.brief.id, command)
        .await
    {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("{:?}", other.map(|view| view.brief.status)),
    }
}

/// Taken at the city and accepted by the county.
async fn sent_down(net: &mut Net, words: &str) -> (CaseView, CaseView) {
    let contact = Caller::says(words).then(hand_over(DOWN)).contact();
    let city = net.at(CITY).take(&operator(Desk::Hotline), contact).await;
    let city = city.unwrap();
    assert_eq!(held_by(&city), "desk-12345");
    net.settle().await;
    let county = twin_at(net.at(COUNTY), &city).await;
    assert_eq!(held_by(&county), format!("peer {DOWN}"));
    let county = act(net.at(COUNTY), &county, json!({"command": "accept_offer"})).await;
    net.settle().await;
    assert_eq!(
        held_by(&now(net.at(CITY), &city).await),
        format!("peer {DOWN}")
    );
    (city, county)
}

#[tokio::test]
async fn r134_a_matter_goes_from_city_to_county_to_town_and_the_answer_comes_back() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut net = net(kind).await;
        let (city, county) = sent_down(&mut net, SITE_NOISE).await;

        // The county's case has its twin at the city: to the town it goes on as its child.
        let county = act(net.at(COUNTY), &county, hand_over(TO_TOWN)).await;
        let [child] = county.open_children.as_slice() else {
            panic!("one child, not {:?}", county.open_children);
        };
        let child = net.at(COUNTY).app.case(&lead(Desk::Hotline), child).await;
        let child = child.unwrap();
        assert_eq!(child.person.narrative, SITE_NOISE);
        assert_eq!(child.person.caller_number, "10000000042");
        assert_eq!(child.brief.status, "offered");
        assert_eq!(
            held_by(&child),
            "desk-12345",
            "answerable until the town takes it"
        );
        assert_eq!(held_by(&county), "desk-12345");
        net.settle().await;

        let town = twin_at(net.at(TOWN), &child).await;
        assert_eq!(town.person.caller_number, "10000000042", "law 7");
        let town = act(net.at(TOWN), &town, json!({"command": "accept_offer"})).await;
        let order = json!({"command": "dispatch", "lead": "urban-management"});
        let town = act(net.at(TOWN), &town, order).await;
        let leg = town.legs[0].id.clone();
        let people = clerk("urban-management");
        for command in [
            json!({"command": "sign", "leg": leg}),
            json!({"command": "contact", "leg": leg, "reached": true, "note": "已告知"}),
            json!({"command": "give_result", "leg": leg, "text": "责令停工",
                "public_reply": "夜间施工已停止", "solved": "solved"}),
        ] {
            let done = net
                .at(TOWN)
                .act(&people, &town.brief.id, command.clone())
                .await;
            done.unwrap_or_else(|error| panic!("{command}: {error:?}"));
        }
        let review = json!({"command": "review", "passed": true, "reason": "照片齐全"});
        act(net.at(TOWN), &town, review).await;
        net.settle().await;
        let child = now(net.at(COUNTY), &child).await;
        assert_eq!(held_by(&child), format!("peer {TO_TOWN}"));
        let told = child.peer_result.as_ref().expect("the town's result");
        assert_eq!(told.public_reply, "夜间施工已停止");

        // The county may not finish its own while the town's part is open.
        let answer = json!({"command": "answer", "text": "夜间施工已停止"});
        let close = json!({"command": "close"});
        let open = Refusal::ChildOpen(domain::id::CaseId::new(child.brief.id.clone()));
        assert_eq!(refused(net.at(COUNTY), &county, answer.clone()).await, open);
        assert_ne!(now(net.at(CITY), &city).await.brief.status, "closed");

        // The town closes, then the county its part and its own, then the city.
        let call = json!({"command": "follow_up", "reached": true, "solved": "solved",
            "satisfaction": 5, "note": "安静了"});
        let caller = follow_up(Desk::Hotline);
        net.at(TOWN)
            .act(&caller, &town.brief.id, call)
            .await
            .unwrap();
        act(net.at(TOWN), &town, close.clone()).await;
        net.settle().await;
        act(net.at(COUNTY), &child, close.clone()).await;
        act(net.at(COUNTY), &county, answer).await;
        net.settle().await;
        let city = now(net.at(CITY), &city).await;
        assert!(city.twin.as_ref().is_some_and(|twin| twin.closed));
        let told = city.peer_result.as_ref().expect("the county's answer");
        assert_eq!(told.public_reply, "夜间施工已停止");
        act(net.at(CITY), &city, close).await;
        net.settle().await;
        for platform in net.platforms() {
            let chief = lead(platform.desk);
            let page = platform.app.cases(&chief, app::CaseQuery::default());
            for brief in page.await.unwrap().items {
                assert_eq!(brief.status, "closed", "{}", brief.no);
            }
        }
        check_net(&net).await;
    }
}

#[tokio::test]
async fn r134_the_county_passes_a_matter_of_the_city_on_to_its_own_110() {
    let mut net = net(StoreKind::Sqlite).await;
    let (_, county) = sent_down(&mut net, GAMBLING).await;
    let allowed = &now(net.at(COUNTY), &county).await.allowed;
    assert!(
        allowed.iter().any(|name| name == "hand_over"),
        "{allowed:?}"
    );
    let county = act(net.at(COUNTY), &county, hand_over(TO_POLICE)).await;
    net.settle().await;
    let child = net
        .at(COUNTY)
        .app
        .case(&lead(Desk::Hotline), &county.open_children[0])
        .await
        .unwrap();
    let police = twin_at(net.at(POLICE), &child).await;
    act(net.at(POLICE), &police, json!({"command": "accept_offer"})).await;
    net.settle().await;
    assert_eq!(
        held_by(&now(net.at(COUNTY), &child).await),
        format!("peer {TO_POLICE}")
    );
    check_net(&net).await;
}

#[tokio::test]
async fn r134_danger_in_what_the_city_sends_reaches_the_county_s_110_at_once() {
    let mut net = net(StoreKind::Sqlite).await;
    let contact = Caller::says(KNIFE).then(hand_over(DOWN)).contact();
    let city = net
        .at(CITY)
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    net.settle().await;
    // Nobody has accepted anything yet; the 110 of the county is on its way.
    let county = twin_at(net.at(COUNTY), &city).await;
    let own = county.police_case.clone().expect("a case for the police");
    let own = net
        .at(COUNTY)
        .app
        .case(&lead(Desk::Hotline), &own)
        .await
        .unwrap();
    let police = twin_at(net.at(POLICE), &own).await;
    assert_eq!(police.brief.status, "dispatched");

    // And once, though the county then passes the matter on to the town.
    let county = act(net.at(COUNTY), &county, json!({"command": "accept_offer"})).await;
    act(net.at(COUNTY), &county, hand_over(TO_TOWN)).await;
    net.settle().await;
    let page = net
        .at(POLICE)
        .app
        .cases(&lead(Desk::Police), app::CaseQuery::default())
        .await;
    assert_eq!(page.unwrap().items.len(), 1);
    check_net(&net).await;
}

#[tokio::test]
async fn r134_the_upper_of_two_desks_of_one_kind_decides_and_binds() {
    let mut net = net(StoreKind::Sqlite).await;
    let consult = json!({"command": "hand_over", "link": DOWN, "mode": "consult"});
    let contact = Caller::says(SITE_NOISE).then(consult).contact();
    match net.at(CITY).take(&operator(Desk::Hotline), contact).await {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal, Refusal::SameDesk),
        other => panic!("{:?}", other.map(|view| view.brief.status)),
    }

    let contact = Caller::says(SITE_NOISE).then(hand_over(DOWN)).contact();
    let city = net
        .at(CITY)
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    net.settle().await;
    let county = twin_at(net.at(COUNTY), &city).await;
    let no = json!({"command": "refuse_offer", "reason": "不在本县"});
    act(net.at(COUNTY), &county, no).await;
    net.settle().await;
    let ask = json!({"command": "ask_arbitration", "reason": "地点在望澜县"});
    act(net.at(CITY), &city, ask).await;
    net.settle().await;
    let rule = |to: &str| json!({"command": "arbitrate", "to": to, "basis": "属地管理", "reason": "地点在望澜县"});
    assert_eq!(
        refused(net.at(COUNTY), &county, rule("arbiter")).await,
        Refusal::NotArbiter
    );
    assert_eq!(
        refused(net.at(CITY), &city, rule("hotline")).await,
        Refusal::NamesNobody
    );
    let allowed = now(net.at(CITY), &city).await.allowed;
    assert!(
        allowed.iter().any(|name| name == "arbitrate"),
        "{allowed:?}"
    );
    act(net.at(CITY), &city, rule("other")).await;
    assert_eq!(
        held_by(&now(net.at(CITY), &city).await),
        "desk-12345",
        "until it is taken there"
    );
    net.settle().await;
    assert_eq!(
        held_by(&now(net.at(CITY), &city).await),
        format!("peer {DOWN}")
    );
    let bound = now(net.at(COUNTY), &county).await;
    assert_eq!(held_by(&bound), "desk-12345");
    assert_eq!(
        refused(net.at(COUNTY), &bound, hand_over(DOWN)).await,
        Refusal::Bound,
        "what was decided cannot go back"
    );
    // But it may go on to whoever must deal with it.
    act(net.at(COUNTY), &bound, hand_over(TO_TOWN)).await;
    net.settle().await;
    check_net(&net).await;
}
