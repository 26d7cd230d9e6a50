//! The rules that come with the program: accepted, complete, and right about what is easily
//! confused.

use domain::desk::{Desk, Urgency};
use domain::id::UnitId;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use triage::{Direction, Engine, Hours, Mode, Query, Suggestion, Tier};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match Engine::shipped() {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});

fn query(narrative: &str, received_at: Desk) -> Suggestion {
    ENGINE.suggest(&Query {
        narrative,
        place: "",
        district: "",
        received_at,
    })
}

fn row(narrative: &str) -> String {
    let matter = query(narrative, Desk::Hotline).matter;
    matter.map_or_else(String::new, |m| m.into_string())
}

/// R39, R77, R123, R124: 26 member units in two tiers, 8 kinds one way and 19 the other.
#[test]
fn the_list_is_as_large_as_the_county_needs() {
    let list = ENGINE.list();
    let count = |direction| {
        list.groups
            .iter()
            .filter(|g| g.direction == direction)
            .count()
    };
    assert_eq!(count(Direction::ToPolice), 8);
    assert_eq!(count(Direction::ToHotline), 19);
    assert!(list.matters.len() >= 90, "{} rows", list.matters.len());
    for group in &list.groups {
        let rows = list
            .matters
            .iter()
            .filter(|m| m.group == group.code)
            .count();
        assert!(rows >= 2, "{} has {rows} rows", group.name);
    }
    let local =
        |code: &UnitId| code.as_str().starts_with("street-") || code.as_str().starts_with("town-");
    let members = list
        .units
        .iter()
        .filter(|u| u.desk == Desk::Hotline && !local(&u.code));
    assert_eq!(members.count(), 26);
    for code in ["power-supply", "ecology", "health", "gas", "water-supply"] {
        let unit = ENGINE.unit(&UnitId::new(code)).unwrap();
        assert_eq!(
            (unit.tier, unit.hours),
            (Tier::One, Hours::Always),
            "{code}"
        );
        assert!(unit.promise.is_some(), "{code}");
    }
}

/// R16: at any hour somebody answers for every unit.
#[test]
fn who_stands_in_out_of_hours_serves_day_and_night() {
    for unit in &ENGINE.list().units {
        match (&unit.out_of_hours, unit.hours) {
            (None, hours) => assert_eq!(hours, Hours::Always, "{}", unit.name),
            (Some(other), _) => {
                let other = ENGINE.unit(other).unwrap();
                assert_eq!(other.hours, Hours::Always, "{}", unit.name);
                assert_eq!(other.desk, unit.desk, "{}", unit.name);
            }
        }
        assert!(
            !unit.rescue.is_empty() && !unit.daily.is_empty(),
            "{}",
            unit.name
        );
    }
}

#[test]
fn every_row_has_a_basis_a_limit_and_something_to_say() {
    let mut names = BTreeSet::new();
    for row in &ENGINE.list().matters {
        assert!(row.basis.starts_with("望联动办〔2026〕"), "{}", row.code);
        assert!(
            row.limits.sign.is_some() && row.limits.result.is_some(),
            "{}",
            row.code
        );
        assert!(!row.say.is_empty(), "{}", row.code);
        assert!(names.insert(&row.name), "{} is there twice", row.name);
        assert!(ENGINE.matter(&row.code).is_some());
    }
}

#[test]
fn pairs_that_are_easily_confused_come_apart() {
    let pairs = [
        ("邻居半夜唱歌太吵", "H1-2", "工地半夜打桩太吵", "H1-1"),
        ("老板拖欠工资两个月", "H10-1", "工友扬言杀人", "P7-1"),
        ("小孩在商场走丢了", "P6-1", "手机在商场丢了", "P6-5"),
        ("手机落在出租车上了", "H13-3", "手机被小偷偷了", "P3-2"),
        ("河水发黑发臭", "H11-1", "下水道堵了污水横流", "H5-3"),
        ("停车场收费太贵", "H14-2", "有人乱停车堵住车库", "H14-1"),
        ("物业费太高", "H4-1", "电费太高", "H6-2"),
        ("医院乱收费", "H15-1", "医保怎么报销", "H15-2"),
        ("公交车甩客", "H13-1", "两车追尾", "P4-1"),
        ("楼下饭店油烟呛人", "H2-4", "楼下商铺冒烟", "P6-3"),
        ("电梯坏了没人修", "H4-3", "电瓶车上楼充电", "H4-5"),
        ("刷单被骗三万", "P3-1", "商家卖假货不给退", "H9-1"),
        ("酒驾举报", "P4-2", "邻居发酒疯", "P6-4"),
        ("健身房跑路了", "H9-2", "开发商逾期交房", "H19-1"),
        ("房东不退押金", "H19-2", "公司不签劳动合同", "H10-2"),
    ];
    let mut wrong = Vec::new();
    for (one, a, other, b) in pairs {
        for (said, wanted) in [(one, a), (other, b)] {
            let got = row(said);
            if got != wanted {
                wrong.push(format!("{said}: {wanted} expected, {got} found"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// R23, R96: the row's desk against the receiving desk gives the way.
#[test]
fn the_way_of_a_matter_depends_on_who_received_it() {
    let here = query("路灯不亮", Desk::Hotline);
    assert_eq!(
        (here.desk, here.mode),
        (Some(Desk::Hotline), Mode::Dispatch)
    );
    let there = query("路灯不亮", Desk::Police);
    assert_eq!((there.desk, there.mode), (Some(Desk::Hotline), Mode::Push));
    let water = query("家里停水一天了", Desk::Police);
    assert_eq!(water.mode, Mode::Direct);
    assert_eq!(water.urgency, Urgency::Urgent);
    let crash = query("两车追尾，没人受伤", Desk::Hotline);
    assert_eq!((crash.desk, crash.mode), (Some(Desk::Police), Mode::Direct));
    assert_eq!(crash.lead.unwrap().as_str(), "traffic-police");
}

/// The unit comes from the table matter × district.
#[test]
fn the_unit_is_looked_up_by_district() {
    let lead = |district| {
        let got = ENGINE.suggest(&Query {
            narrative: "我的电动车被偷了",
            place: "",
            district,
            received_at: Desk::Police,
        });
        got.lead.unwrap().into_string()
    };
    assert_eq!(lead("城东街道"), "station-central");
    assert_eq!(lead("望澜县临港镇"), "station-port");
    assert_eq!(lead("青岩镇"), "station-hills");
    assert_eq!(lead("某地"), "station-central");
    assert_eq!(lead(""), "station-central");
}

/// A word of the place helps a narrative that leaves it out, and never speaks alone.
#[test]
fn the_place_helps() {
    let row = |narrative, place| {
        let got = ENGINE.suggest(&Query {
            narrative,
            place,
            district: "",
            received_at: Desk::Police,
        });
        got.matter.map(|m| m.into_string())
    };
    assert_eq!(
        row("半夜吵得睡不着", "滨河路某工地").as_deref(),
        Some("H1-1")
    );
    assert_eq!(row("半夜吵得睡不着", "滨河路").as_deref(), Some("H1-2"));
    assert_eq!(row("你好", "滨河路某工地"), None);
}

/// Two desks with nearly the same claim talk it over with the caller.
#[test]
fn a_matter_of_both_desks_is_consulted_on() {
    let got = query("邻里纠纷，因为违建", Desk::Hotline);
    assert_eq!(got.mode, Mode::Consult);
    let desks: BTreeSet<Desk> = got.alternatives.iter().map(|a| a.desk).collect();
    assert!(desks.contains(&got.desk.unwrap().other()), "{got:?}");
    // R54, R90: and the caller is told so, not that one desk has it.
    assert!(got.say.contains("三方"), "{}", got.say);
    assert_ne!(query("路灯不亮", Desk::Police).say, got.say);
}

/// R108: what nobody's row covers is said to be nobody's, so that a rule can be made.
#[test]
fn what_nobody_owns_is_found() {
    for said in ["ATM少吐了三百块", "", "🔥🔥", "asdf qwer", "那个那个"] {
        let got = query(said, Desk::Police);
        assert!(
            got.unowned && got.desk.is_none() && got.matter.is_none(),
            "{said}: {got:?}"
        );
        assert_eq!(got.mode, Mode::Consult);
    }
    assert!(!query("路灯不亮", Desk::Police).unowned);
}

/// Law 11: rule, version and the caller's words stand beside every suggestion.
#[test]
fn a_suggestion_quotes_what_it_rests_on() {
    let got = query("您好，我們這邊路燈不亮，黑燈瞎火的", Desk::Police);
    assert_eq!(got.matter.unwrap().as_str(), "H12-2");
    assert_eq!(got.list_version, ENGINE.list().header.version);
    assert_eq!(got.danger_version, ENGINE.dangers().version);
    assert!(
        got.evidence
            .iter()
            .all(|e| e.rule == "H12-2" && e.version == got.list_version)
    );
    let words: Vec<&str> = got.evidence.iter().map(|e| e.words.as_str()).collect();
    assert!(
        words.contains(&"路燈") && words.contains(&"黑燈瞎火"),
        "{words:?}"
    );
    assert!(got.basis.contains('〔'));
}

#[test]
fn a_call_that_needs_no_order_is_answered_where_it_is() {
    for received_at in [Desk::Police, Desk::Hotline] {
        let got = query("打错了不好意思", received_at);
        assert_eq!((got.mode, got.desk), (Mode::Answer, Some(received_at)));
        assert!(got.lead.is_none() && !got.unowned && !got.say.is_empty());
        let scope = ENGINE.scope(&got.matter.unwrap()).unwrap();
        assert_eq!(scope.outcome, triage::Outcome::Invalid);
    }
}

#[test]
fn a_suggestion_survives_the_wire() {
    for words in [
        "楼道里煤气味很重，物业不管",
        "楼下广场舞太吵",
        "有人在楼道里喷漆",
        "门口的井盖不见了",
        "邻居说要砍我",
    ] {
        let got = query(words, Desk::Police);
        let wire = serde_json::to_string(&got).unwrap();
        assert_eq!(serde_json::from_str::<Suggestion>(&wire).unwrap(), got);
    }
}

#[test]
fn narratives_written_apart_from_the_list_find_their_row() {
    let mut wrong = Vec::new();
    for line in include_str!("routing.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let (code, said) = line.split_once('\t').unwrap();
        let got = query(said, Desk::Hotline);
        let desk = if code.starts_with('P') {
            Desk::Police
        } else {
            Desk::Hotline
        };
        let matter = got.matter.as_ref().map_or("no row", |m| m.as_str());
        if matter != code || got.desk != Some(desk) {
            wrong.push(format!(
                "{said}: {code} expected, {matter} at {:?} found",
                got.desk
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A new site has something on its first day: what the list and the narratives that come with the
/// program teach is enough to fill a clear matter in, and a list of other rows takes none of ours.
#[test]
fn on_the_first_day_a_clear_matter_is_filled_in_and_other_lists_keep_to_their_own_rows() {
    let lessons = ENGINE.lessons();
    assert!(lessons.len() > ENGINE.examples().len() + 700);
    let model = triage::Model::train(&lessons);
    let said = "工地半夜打桩吵得睡不着";
    let opinion = model.opinion(said, &query(said, Desk::Hotline));
    assert_eq!(opinion.rows.first().unwrap().class, "H1-1");
    assert_ne!(opinion.zone, triage::Zone::Ask, "{opinion:?}");
    let said = "暖气不热，屋里才十四度";
    let opinion = model.opinion(said, &query(said, Desk::Hotline));
    assert_eq!(opinion.rows.first().unwrap().class, "H8-1");
    assert_eq!(opinion.zone, triage::Zone::Prefill, "{opinion:?}");

    let renamed = triage::SHIPPED_LIST.replace("name = \"建筑施工噪声\"", "name = \"别的事项\"");
    let other = Engine::new(&renamed, triage::SHIPPED_DANGER).unwrap();
    let own = other.examples().len();
    let rest = other.lessons();
    assert!(
        rest.iter()
            .skip(own)
            .all(|e| e.row.as_deref() != Some("H1-1"))
    );
    assert!(
        rest.iter()
            .skip(own)
            .any(|e| e.row.as_deref() == Some("H1-2"))
    );
}
