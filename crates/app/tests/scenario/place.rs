//! Where a call comes from: like cases near it, the map, the wall, and who may see how much.

use app::AppError;
use app::clock::HandClock;
use app::place::{ArchiveError, Gazetteer, How, SiteMap, TileArchive};
use app::view::{PlaceSource, PointView};
use domain::case::PlaceLevel;
use domain::datum::{Datum, Degrees, from_wgs84};
use domain::desk::Desk;
use domain::right::Role;
use exchange::Inbox as _;
use serde_json::json;
use std::sync::Arc;
use testkit::people::{clerk, lead, operator, person};
use testkit::tile::{TILE, write_archive};
use testkit::{Caller, Ground, MINUTE, Pair, Platform, Settings, StoreKind};

const MAP: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"kind":"road","name":"望江路","houses":200},
     "geometry":{"type":"LineString","coordinates":[[100.50,30.50],[100.52,30.50]]}},
    {"type":"Feature","properties":{"kind":"district","name":"临港镇","code":"990001101"},
     "geometry":{"type":"Polygon","coordinates":
       [[[100.515,30.4],[100.6,30.4],[100.6,30.6],[100.515,30.6],[100.515,30.4]]]}}]}"#;

fn mapped(settings: &mut Settings) {
    settings.map = SiteMap {
        vector: Some(Arc::new(Gazetteer::read(MAP).unwrap())),
        ..SiteMap::default()
    };
}

async fn hotline() -> Platform {
    let mut settings = Settings::of(Desk::Hotline);
    mapped(&mut settings);
    let clock = Arc::new(HandClock::new(testkit::at(testkit::MONDAY)));
    Platform::open_with(settings, Ground::new(StoreKind::Sqlite).await, clock, 1).await
}

fn at(lon: f64, lat: f64) -> Option<PointView> {
    Some(PointView {
        lon,
        lat,
        datum: Datum::Wgs84,
    })
}

const SMOKE: &str = "楼下烧烤店油烟太大，窗户都不敢开";

#[tokio::test]
async fn r109_the_case_keeps_how_surely_its_place_is_known() {
    let hotline = hotline().await;
    let taker = operator(Desk::Hotline);
    for (place, point, level) in [
        ("望江路18号", None, Some(PlaceLevel::House)),
        ("望江路边上", None, Some(PlaceLevel::Road)),
        ("临港镇", None, Some(PlaceLevel::District)),
        ("谁也不知道的地方", at(100.5, 30.5), Some(PlaceLevel::Point)),
        ("谁也不知道的地方", None, None),
        ("望江路一百二十号", None, Some(PlaceLevel::House)),
        ("望江路小学3号楼", None, Some(PlaceLevel::Road)),
    ] {
        let mut contact = Caller::says(SMOKE).at(place).contact();
        contact.point = point;
        let case = hotline.take(&taker, contact).await.unwrap();
        assert_eq!(case.located, level, "{place}");
    }
}

#[tokio::test]
async fn r109_a_place_that_is_only_told_is_found_and_chooses_the_unit() {
    let mut settings = Settings::of(Desk::Police);
    mapped(&mut settings);
    let clock = Arc::new(HandClock::new(testkit::at(testkit::MONDAY)));
    let ground = Ground::new(StoreKind::Sqlite).await;
    let police = Platform::open_with(settings, ground, clock, 1).await;
    let taker = operator(Desk::Police);
    let told = "你好，我刚才路过望江路180号，有人在撬门";
    let said = police.app.suggest(&taker, told, "", "").unwrap();
    assert_eq!(said.district, "临港镇");
    assert_eq!(said.lead.as_deref(), Some("station-port"));
    let place = police.app.alike(&taker, told, "", None).await.unwrap();
    let place = place.place.unwrap();
    assert_eq!(
        (place.how, place.source),
        (How::House, PlaceSource::Narrative)
    );
    let part = |part: &str| place.parts.iter().find(|p| p.part == part);
    assert_eq!(part("road").map(|p| p.words.as_str()), Some("望江路"));
    assert_eq!(part("number").map(|p| p.words.as_str()), Some("180号"));
    let mut contact = Caller::says(told).at("").contact();
    contact.point = None;
    let case = police.take(&taker, contact).await.unwrap();
    assert_eq!(case.located, Some(PlaceLevel::House));
    // A place that was given and is not known is not overruled by one that is mentioned.
    let given = police
        .app
        .alike(&taker, told, "谁也不知道的地方", None)
        .await;
    assert!(given.unwrap().place.is_none());
}

#[tokio::test]
async fn r109_a_call_finds_the_open_case_it_is_about_and_says_why() {
    let hotline = hotline().await;
    let taker = operator(Desk::Hotline);
    let mut near = Caller::says(SMOKE).number(18).contact();
    near.point = at(100.501, 30.5);
    let near = hotline.take(&taker, near).await.unwrap().brief.id;
    // As near, but about something else.
    let mut other = Caller::says("路灯不亮了，晚上看不见").number(20).contact();
    other.point = at(100.5012, 30.5);
    let other = hotline.take(&taker, other).await.unwrap().brief.id;
    // Far away, and about the same kind of thing in the same words.
    let mut far = Caller::says("烧烤店油烟太大了，窗户不敢开")
        .at("听涛路2号")
        .contact();
    far.point = at(101.5, 31.5);
    let far = hotline.take(&taker, far).await.unwrap().brief.id;
    // Far away and about nothing of it.
    let mut none = Caller::says("老板拖欠工资三个月").at("听涛路9号").contact();
    none.point = at(101.6, 31.5);
    hotline.take(&taker, none).await.unwrap();

    let words = "楼下烧烤店的油烟飘进窗户";
    let found = hotline
        .app
        .alike(&taker, words, "望江路19号", at(100.5005, 30.5))
        .await
        .unwrap();
    let ids: Vec<&str> = found.cases.iter().map(|hit| &*hit.case.id).collect();
    assert_eq!(ids, [&near, &other, &far], "near and alike, near, alike");
    let first = &found.cases[0];
    assert!(
        first.metres.is_some_and(|m| (40.0..60.0).contains(&m)),
        "{first:?}"
    );
    assert!(first.percent >= 30 && !first.same_place, "{first:?}");
    assert!(
        first.words.contains(&"楼下烧烤店".to_owned()),
        "{:?}",
        first.words
    );
    assert_eq!(found.cases[2].metres, None);
    // The same door comes first, without a point and whatever is said.
    let door = hotline
        .app
        .alike(&taker, "", "望江路20号", None)
        .await
        .unwrap();
    assert_eq!(door.cases[0].case.id, other);
    assert!(door.cases[0].same_place);
    // What is closed is not joined.
    let answer = json!({"command": "answer", "text": "已答复"});
    hotline.act(&taker, &near, answer).await.unwrap();
    let found = hotline.app.alike(&taker, words, "", None).await.unwrap();
    assert!(found.cases.iter().all(|hit| hit.case.id != near));
}

#[tokio::test]
async fn the_gazetteer_knows_where_the_words_lie() {
    let hotline = hotline().await;
    let taker = operator(Desk::Hotline);
    let found = hotline
        .app
        .alike(&taker, "", "望江路100号", None)
        .await
        .unwrap();
    let place = found.place.unwrap();
    assert_eq!(place.how, How::House);
    assert!((place.lon - 100.51).abs() < 0.0002 && (place.lat - 30.5).abs() < 1e-9);
    let none = hotline
        .app
        .alike(&taker, "", "不知道哪里", None)
        .await
        .unwrap();
    assert!(none.place.is_none());
    let bad = hotline.app.alike(&taker, "", "", at(200.0, 30.0)).await;
    assert!(matches!(bad, Err(AppError::Invalid(_))));
}

#[tokio::test]
async fn units_are_chosen_by_the_district_the_place_lies_in() {
    let mut settings = Settings::of(Desk::Police);
    mapped(&mut settings);
    let clock = Arc::new(HandClock::new(testkit::at(testkit::MONDAY)));
    let ground = Ground::new(StoreKind::Sqlite).await;
    let police = Platform::open_with(settings, ground, clock, 1).await;
    let taker = operator(Desk::Police);
    let lead = |place: &str, district: &str| {
        let said = police
            .app
            .suggest(&taker, "有人在撬门", place, district)
            .unwrap();
        (said.lead.unwrap(), said.district)
    };
    let port = ("station-port".to_owned(), "临港镇".to_owned());
    assert_eq!(lead("望江路180号", ""), port);
    assert_eq!(lead("", "990001101"), port, "a code is as good as a name");
    assert_eq!(lead("望江路10号", "").0, "station-central");
}

#[tokio::test]
async fn a_point_of_another_datum_is_kept_in_wgs84() {
    let hotline = hotline().await;
    let taker = operator(Desk::Hotline);
    let truth = Degrees::new(100.51, 30.5);
    for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
        let sent = from_wgs84(truth, datum);
        let mut contact = Caller::says(SMOKE).contact();
        contact.point = Some(PointView {
            lon: sent.lon,
            lat: sent.lat,
            datum,
        });
        hotline.take(&taker, contact).await.unwrap();
    }
    let points = hotline.app.case_points(&taker).await.unwrap();
    assert_eq!(points.points.len(), 3);
    assert!(points.complete);
    for point in points.points {
        assert!((point.lon - truth.lon).abs() < 1e-5, "{point:?}");
        assert!((point.lat - truth.lat).abs() < 1e-5, "{point:?}");
    }
}

#[tokio::test]
async fn law_10_a_map_shows_no_confidential_caller_and_no_door_to_who_sees_no_places() {
    let hotline = hotline().await;
    let taker = operator(Desk::Hotline);
    let mut open = Caller::says(SMOKE).contact();
    open.point = at(100.512_345, 30.512_345);
    hotline.take(&taker, open).await.unwrap();
    let hidden = Caller::says(SMOKE).number(44).in_confidence().contact();
    hotline.take(&taker, hidden).await.unwrap();
    let seen = hotline.app.case_points(&taker).await.unwrap().points;
    assert_eq!(seen.len(), 1);
    assert!((seen[0].lon - 100.512_345).abs() < 1e-9);
    let commander = person(Role::Commander, "desk-12345");
    let coarse = hotline.app.case_points(&commander).await.unwrap().points;
    assert_eq!((coarse[0].lon, coarse[0].lat), (100.51, 30.51));
    let unit = clerk("urban-management");
    assert!(matches!(
        hotline.app.case_points(&unit).await,
        Err(AppError::Forbidden)
    ));
    assert!(matches!(
        hotline.app.wall(&unit).await,
        Err(AppError::Forbidden)
    ));
    assert!(matches!(
        hotline.app.alike(&unit, "", "", None).await,
        Err(AppError::Forbidden)
    ));
}

#[tokio::test]
async fn law_9_the_wall_counts_what_its_figures_say() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let police = operator(Desk::Police);
    let push = json!({"command": "hand_over", "link": testkit::LINK, "mode": "push"});
    pair.police
        .take(&police, Caller::says(SMOKE).then(push).contact())
        .await
        .unwrap();
    pair.police
        .take(&police, Caller::says("想问个事").number(45).contact())
        .await
        .unwrap();
    pair.settle().await;
    let wall = pair.police.app.wall(&police).await.unwrap().figures;
    assert_eq!(
        (
            wall.taken_today,
            wall.handed_over_today,
            wall.accepted_today
        ),
        (2, 1, 0)
    );
    assert_eq!((wall.open, wall.waiting, wall.from_peer_today), (2, 1, 0));
    assert!(wall.waiting_oldest_at.is_some());
    let there = pair
        .hotline
        .app
        .wall(&lead(Desk::Hotline))
        .await
        .unwrap()
        .figures;
    assert_eq!(
        (there.taken_today, there.from_peer_today, there.waiting),
        (0, 1, 1)
    );
    let chief = lead(Desk::Hotline);
    let incoming = pair
        .hotline
        .app
        .cases(&chief, app::CaseQuery::default())
        .await
        .unwrap();
    let id = incoming.items[0].id.clone();
    pair.hotline
        .act(&chief, &id, json!({"command": "accept_offer"}))
        .await
        .unwrap();
    pair.settle().await;
    let view = pair.police.app.wall(&police).await.unwrap();
    let wall = view.figures;
    assert_eq!((wall.handed_over_today, wall.accepted_today), (1, 1));
    // The other desk is on the same wall, by its own count.
    let [peer] = view.peers.as_slice() else {
        panic!("one link, {:?}", view.peers)
    };
    let told = peer.figures.as_ref().expect("told with a batch");
    let own = pair.hotline.app.wall(&chief).await.unwrap();
    let counts = |figures: &app::view::WallFigures| (figures.open, figures.waiting);
    assert_eq!((told.open, told.waiting), counts(&own.figures));
    assert_eq!((told.open, told.taken_today), (1, 0));
    assert_eq!(
        own.peers[0].figures.as_ref().map(|f| f.taken_today),
        Some(2)
    );
}

#[tokio::test]
async fn an_older_word_of_a_peer_does_not_replace_a_newer_one() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let pair = Pair::open(kind).await;
        let link = exchange::LinkId::new(testkit::LINK);
        let told = |at, waiting| exchange::Figures {
            at,
            waiting,
            waiting_since: None,
            open: 9,
            unowned: 0,
            danger: 0,
            overdue: 0,
            taken_today: 1,
        };
        let police = operator(Desk::Police);
        let before = pair.police.app.wall(&police).await.unwrap();
        assert!(before.peers[0].figures.is_none(), "nothing was told yet");
        for figures in [told(2_000, 5), told(1_000, 7)] {
            pair.police
                .ports
                .peer_figures(&link, figures)
                .await
                .unwrap();
        }
        let view = pair.police.app.wall(&police).await.unwrap();
        let kept = view.peers[0].figures.as_ref().unwrap();
        assert_eq!((kept.counted_at, kept.waiting), (2_000, 5));
        assert_eq!(
            kept.at,
            pair.police.app.now(),
            "its age is told by our own clock"
        );
        // The peer's clock is set back: after a while its word counts again.
        pair.clock.advance(2 * MINUTE);
        pair.police
            .ports
            .peer_figures(&link, told(1_500, 9))
            .await
            .unwrap();
        let view = pair.police.app.wall(&police).await.unwrap();
        assert_eq!(view.peers[0].figures.as_ref().unwrap().waiting, 9);
    }
}

/// What is kept by position is what a plain count of the rows says, through takes, deeds, another
/// process's commands, a passing of limits and a new day.
#[tokio::test]
async fn law_9_the_walls_counts_kept_by_position_are_the_plain_ones() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let desk = operator(Desk::Hotline);
        let mut cases = Vec::new();
        for step in 0_u64..40 {
            match step % 5 {
                0 | 1 => {
                    let order = json!({"command": "dispatch", "lead": "urban-management"});
                    let caller = Caller::says("工地半夜还在施工").number(step);
                    let caller = if step % 2 == 0 {
                        caller.then(order)
                    } else {
                        caller
                    };
                    cases.push(
                        platform
                            .take(&desk, caller.contact())
                            .await
                            .unwrap()
                            .brief
                            .id,
                    );
                }
                2 => {
                    let told = json!({"command": "inform", "text": "已告知"});
                    let contact = Caller::says("想问个事").number(step).then(told).contact();
                    platform.take(&desk, contact).await.unwrap();
                }
                3 => {
                    let detail = json!({"command": "add_detail", "text": "还在吵，他拿着刀"});
                    let case = &cases[usize::try_from(step).unwrap() % cases.len()];
                    let _ = platform.act(&desk, case, detail).await;
                }
                _ => platform.clock.advance(37 * testkit::MINUTE),
            }
            same_as_plain(&platform, &desk).await;
        }
        platform.clock.advance(26 * 60 * testkit::MINUTE);
        same_as_plain(&platform, &desk).await;
    }
}

async fn same_as_plain(platform: &Platform, reader: &domain::right::Actor) {
    let (app, store) = (&platform.app, platform.app.store());
    let kept = app.wall(reader).await.unwrap().figures;
    let head = app.summary(reader).await.unwrap();
    let now = app.now();
    let counts = store.counts().await.unwrap();
    let calendar = domain::clock::Calendar::plain();
    let today = calendar.start_of_day(now);
    let arrived = store.arrived(today, now + 1).await.unwrap();
    let overdue = store.overdue_count(now + 1).await.unwrap();
    let plain = (counts.open, counts.unowned, counts.danger, overdue);
    assert_eq!((kept.open, kept.unowned, kept.danger, kept.overdue), plain);
    assert_eq!((head.open, head.overdue), (counts.open, overdue));
    let today_kept = (
        kept.taken_today,
        kept.handed_over_today,
        kept.accepted_today,
        kept.from_peer_today,
    );
    let today_plain = (
        arrived.taken,
        arrived.handed_over,
        arrived.accepted,
        arrived.from_peer,
    );
    assert_eq!(today_kept, today_plain);
    assert_eq!(kept.waiting_oldest_at, store.waiting_since().await.unwrap());
    let within = store.overdue_count(now + 3_600_001).await.unwrap();
    assert_eq!(head.due_soon, within - overdue);
    let by_status: Vec<(String, i64)> = head.by_status.into_iter().collect();
    let mut plain_status = counts.by_status;
    plain_status.sort();
    assert_eq!(by_status, plain_status);
    let outcomes = store.outcome_counts(today, now + 1).await.unwrap();
    let by_outcome: Vec<(String, i64)> = head.by_outcome_today.into_iter().collect();
    let known: Vec<_> = outcomes
        .into_iter()
        .filter(|(o, _)| !o.is_empty())
        .collect();
    assert_eq!(by_outcome, known);
}

fn named(name: &str, aliases: &[&str], (lon, lat): (f64, f64)) -> app::view::PlaceNameView {
    app::view::PlaceNameView {
        name: name.to_owned(),
        kind: app::place::NameKind::Landmark,
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        district: String::new(),
        point: PointView {
            lon,
            lat,
            datum: Datum::Wgs84,
        },
        houses: 0,
    }
}

fn once(id: &str) -> app::CommandKey {
    app::CommandKey {
        id: id.to_owned(),
        digest: id.to_owned(),
    }
}

#[tokio::test]
async fn names_of_a_file_are_found_at_once_and_after_a_restart() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut settings = Settings::of(Desk::Hotline);
        mapped(&mut settings);
        let clock = Arc::new(HandClock::new(testkit::at(testkit::MONDAY)));
        let ground = Ground::new(kind).await;
        let mut hotline = Platform::open_with(settings, ground, clock, 1).await;
        let admin = person(Role::SystemAdmin, "desk-hotline");
        async fn place(app: &app::App) -> Option<(String, How)> {
            let taker = operator(Desk::Hotline);
            let found = app.alike(&taker, "", "老船厂门口", None).await;
            found.unwrap().place.map(|place| (place.name, place.how))
        }
        assert_eq!(place(&hotline.app).await, None);
        let file = app::view::PlacesFile {
            text: "name,kind,lon,lat,aliases,datum\n旧船厂,landmark,100.51,30.51,老船厂,wgs84\n"
                .to_owned(),
            name: "places.csv".to_owned(),
        };
        let taken = hotline.app.import_places(&admin, &file, &once("p1")).await;
        assert_eq!(taken.unwrap().put.len(), 1);
        let shipyard = Some(("旧船厂".to_owned(), How::Landmark));
        assert_eq!(place(&hotline.app).await, shipyard);
        // Given once more, the same answer and no second row (law 3).
        let again = hotline.app.import_places(&admin, &file, &once("p1")).await;
        assert_eq!(again.unwrap().put.len(), 1);
        hotline.restart().await;
        assert_eq!(place(&hotline.app).await, shipyard);
    }
}

#[tokio::test]
async fn a_bad_file_of_names_is_refused_whole_and_the_old_names_stay() {
    let hotline = hotline().await;
    let admin = person(Role::SystemAdmin, "desk-hotline");
    let order = app::view::PlaceNameOrder {
        put: vec![named("旧船厂", &[], (100.51, 30.51))],
        remove: Vec::new(),
        refuse: Vec::new(),
    };
    hotline
        .app
        .change_place_names(&admin, &order, &once("n1"))
        .await
        .unwrap();
    let file = app::view::PlacesFile {
        text: "name,kind,lon,lat\n新船厂,landmark,100.51,30.51\n厂,landmark,1,1\n新船厂,landmark,1,1\n远方,landmark,200,1\n".to_owned(),
        name: "places.csv".to_owned(),
    };
    let refused = hotline.app.import_places(&admin, &file, &once("n2")).await;
    let Err(AppError::Invalid(fields)) = refused else {
        panic!("{refused:?}");
    };
    let said: Vec<(&str, &str)> = fields.iter().map(|f| (f.field.as_str(), f.key)).collect();
    let expected = [
        ("line 3", "unreadable_name"),
        ("line 4", "repeated"),
        ("line 5", "out_of_range"),
    ];
    assert_eq!(said, expected);
    let kept = hotline.app.place_names(&admin, "").await.unwrap();
    let kept: Vec<&str> = kept.names.iter().map(|name| name.name.as_str()).collect();
    assert_eq!(kept, ["旧船厂"]);
    let operator = operator(Desk::Hotline);
    let denied = hotline.app.place_names(&operator, "").await;
    assert!(matches!(denied, Err(AppError::Forbidden)), "{denied:?}");
}

#[tokio::test]
async fn a_name_that_three_callers_use_is_proposed_until_somebody_decides() {
    let hotline = hotline().await;
    let admin = person(Role::SystemAdmin, "desk-hotline");
    let taker = operator(Desk::Hotline);
    for (number, place) in [
        (31, "临港镇听海花园3栋"),
        (32, "听海花园南门"),
        (33, "听海花园"),
        (34, "望江路18号"),
    ] {
        let mut contact = Caller::says(SMOKE).number(number).at(place).contact();
        contact.point = at(100.53, 30.5);
        hotline.take(&taker, contact).await.unwrap();
    }
    let proposed = async || {
        let names = hotline.app.place_names(&admin, "").await.unwrap();
        let proposed = names.proposed.into_iter();
        proposed
            .map(|p| (p.name, p.seen, p.point.is_some()))
            .collect::<Vec<_>>()
    };
    assert_eq!(proposed().await, [("听海花园".to_owned(), 3, true)]);
    let refuse = app::view::PlaceNameOrder {
        put: Vec::new(),
        remove: Vec::new(),
        refuse: vec!["听海花园".to_owned()],
    };
    hotline
        .app
        .change_place_names(&admin, &refuse, &once("r1"))
        .await
        .unwrap();
    assert_eq!(proposed().await, []);
    // Taken up after all: it is a name like any other, and taken away again it is forgotten.
    let mut put = refuse.clone();
    put.refuse = Vec::new();
    put.put = vec![named("听海花园", &["听海"], (100.53, 30.5))];
    hotline
        .app
        .change_place_names(&admin, &put, &once("r2"))
        .await
        .unwrap();
    assert_eq!(
        hotline
            .app
            .place_names(&admin, "听海")
            .await
            .unwrap()
            .matching,
        1
    );
    assert_eq!(proposed().await, []);
}

#[tokio::test]
async fn tiles_come_out_of_one_file_and_a_file_that_is_cut_short_ends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("county.pmtiles");
    write_archive(&path, true);
    let mut settings = Settings::of(Desk::Hotline);
    settings.map = SiteMap {
        archive: Some(Arc::new(TileArchive::open(&path).unwrap())),
        ..SiteMap::default()
    };
    let clock = Arc::new(HandClock::new(testkit::at(testkit::MONDAY)));
    let ground = Ground::new(StoreKind::Sqlite).await;
    let hotline = Platform::open_with(settings, ground, clock, 1).await;
    let taker = operator(Desk::Hotline);
    let (media, bytes) = hotline.app.map_tile(&taker, "3-4-2").await.unwrap();
    assert_eq!((media, bytes.as_ref()), ("image/png", TILE));
    for nowhere in ["3-4-3", "4-4-2", "3-9-9", "31-1-1", "x"] {
        let answer = hotline.app.map_tile(&taker, nowhere).await;
        assert!(matches!(answer, Err(AppError::NotFound)), "{nowhere}");
    }
    // Somebody copies a new map over the old one.
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(200)
        .unwrap();
    let answer = hotline.app.map_tile(&taker, "3-4-2").await;
    assert!(matches!(answer, Err(AppError::Internal(_))), "{answer:?}");
    std::fs::write(&path, "PMTiles").unwrap();
    assert!(TileArchive::open(&path).is_err());
    write_archive(&path, false);
    assert!(matches!(
        TileArchive::open(&path),
        Err(ArchiveError::NoPictures(_))
    ));
    std::fs::write(&path, "no archive").unwrap();
    assert!(matches!(
        TileArchive::open(&path),
        Err(ArchiveError::Unreadable(_))
    ));
}
