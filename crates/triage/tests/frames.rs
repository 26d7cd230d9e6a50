//! What takes a danger's word out of the here and now: for which rules a frame holds, what it needs
//! on the other side, and what is settled until something takes it up again.

use domain::desk::Desk;
use triage::{Engine, ListError, Query, SHIPPED_DANGER, SHIPPED_LIST};

/// The shipped rules with one more frame, whose words stand in no other.
fn with_frame(frame: &str) -> Result<Engine, ListError> {
    let text = SHIPPED_DANGER.replacen("[[frame]]", &format!("[[frame]]\n{frame}\n\n[[frame]]"), 1);
    Engine::new(SHIPPED_LIST, &text)
}

fn fired(engine: &Engine, narrative: &str) -> Vec<String> {
    let query = Query {
        narrative,
        place: "",
        district: "",
        received_at: Desk::Police,
    };
    let danger = engine.ruled(&query).danger;
    danger.into_iter().map(|d| d.rule).collect()
}

#[test]
fn a_frame_holds_for_the_rules_and_kinds_it_names() {
    let frame = |of: &str| {
        let words = "words = [\"纸月亮\"]\nside = \"before\"\nreach = 8\nof = ";
        with_frame(&format!("{words}[\"{of}\"]")).unwrap()
    };
    for of in ["D-FIRE-1", "fire"] {
        let engine = frame(of);
        assert!(fired(&engine, "纸月亮剧场着火了").is_empty(), "{of}");
        assert_eq!(fired(&engine, "纸月亮剧场爆炸了"), ["D-BOOM-1"], "{of}");
    }
    let refused =
        with_frame("words = [\"纸月亮\"]\nside = \"before\"\nreach = 8\nof = [\"fires\"]");
    assert!(
        matches!(&refused, Err(ListError::Unknown { name, .. }) if name == "fires"),
        "{refused:?}"
    );
}

#[test]
fn both_halves_are_needed_where_two_are_given() {
    let behind = "words = [\"纸月亮\"]\nside = \"behind\"\nreach = 3\n";
    let engine = with_frame(&format!("{behind}with = [\"银\"]\nwith_reach = 2")).unwrap();
    assert!(fired(&engine, "银着火了纸月亮").is_empty());
    assert!(fired(&engine, "银的着火了纸月亮").is_empty());
    for said in [
        "着火了纸月亮",
        "银",
        "银色的大楼着火了纸月亮",
        "银，着火了纸月亮",
    ] {
        let wanted = usize::from(said.contains("着火"));
        assert_eq!(fired(&engine, said).len(), wanted, "{said}");
    }
    let before = "words = [\"纸月亮\"]\nside = \"before\"\nreach = 3\n";
    let engine = with_frame(&format!("{before}with = [\"银\"]\nwith_reach = 2")).unwrap();
    assert!(fired(&engine, "纸月亮着火了银").is_empty());
    assert_eq!(fired(&engine, "纸月亮着火"), ["D-FIRE-1"]);
    assert_eq!(fired(&engine, "纸月亮着火，银"), ["D-FIRE-1"]);
}

#[test]
fn a_word_that_a_frame_excepts_is_none_of_its_own() {
    let frame =
        "words = [\"纸月亮\"]\nside = \"before\"\nreach = 8\nexcept = [\"纸月亮湾\", \"大纸月亮\"]";
    let engine = with_frame(frame).unwrap();
    assert!(fired(&engine, "纸月亮着火了").is_empty());
    for said in ["纸月亮湾着火了", "大纸月亮着火了"] {
        assert_eq!(fired(&engine, said), ["D-FIRE-1"], "{said}");
    }
    let behind = "words = [\"纸月亮\"]\nside = \"behind\"\nreach = 3\n";
    let with = "with = [\"银\"]\nwith_reach = 2\nexcept = [\"水银\"]";
    let engine = with_frame(&format!("{behind}{with}")).unwrap();
    assert!(fired(&engine, "银着火了纸月亮").is_empty());
    assert_eq!(fired(&engine, "水银着火了纸月亮"), ["D-FIRE-1"]);
}

#[test]
fn what_is_settled_is_so_until_something_takes_it_up_again() {
    let frame = |about: &str| {
        let words = "words = [\"纸月亮\"]\nside = \"behind\"\nreach = 12\nover_comma = true\n";
        with_frame(&format!("{words}about = \"{about}\"")).unwrap()
    };
    let settled = frame("settled");
    assert!(fired(&settled, "厨房着火了，纸月亮").is_empty());
    // What breaks another frame does not break this one: 走丢了，现在找到了.
    assert!(fired(&settled, "厨房着火了，现在纸月亮").is_empty());
    assert_eq!(
        fired(&frame("unreal"), "厨房着火了，现在纸月亮"),
        ["D-FIRE-1"]
    );
    for again in ["又着火了", "但里面还有人", "可是没气了"] {
        let said = format!("厨房着火了，纸月亮，{again}");
        assert!(
            fired(&settled, &said).contains(&"D-FIRE-1".to_owned()),
            "{said}"
        );
    }
    let denied = "厨房着火了，没有纸月亮";
    assert_eq!(fired(&settled, denied), ["D-FIRE-1"]);
}
