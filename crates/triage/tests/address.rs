//! Any words as an address: the parts tile them, nothing panics, and the time is that of the words.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use triage::{Addresses, Part, Piece};

fn tiles(words: &str) -> Vec<Piece> {
    let pieces = Addresses::shipped().parse(words);
    let joined: String = pieces.iter().map(|p| p.words.as_str()).collect();
    assert_eq!(joined, words);
    let mut at = 0;
    for piece in &pieces {
        assert_eq!(piece.start, at, "{pieces:?}");
        assert_eq!(piece.end, at + piece.words.chars().count());
        assert!(piece.end > piece.start, "no part is empty: {pieces:?}");
        at = piece.end;
    }
    assert_eq!(at, words.chars().count());
    pieces
}

#[test]
fn what_is_no_address_is_read_in_time() {
    assert!(tiles("").is_empty());
    let _ = Addresses::shipped().parse("望澜县");
    for words in [
        "路".repeat(400_000),
        "1".repeat(1 << 20),
        "望澜县望澜县".repeat(60_000),
        "\u{200b}\u{202e}🔥".repeat(100_000),
        "3-4-".repeat(200_000),
        "\0\u{ffff}".repeat(10_000),
    ] {
        let begun = Instant::now();
        let pieces = tiles(&words);
        // A bound of the machine's: what is behind the first four hundred characters is one piece.
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
        assert!(pieces.len() <= 401);
    }
}

#[test]
fn the_way_of_writing_changes_nothing() {
    let parts = |words: &str| -> Vec<Part> { tiles(words).iter().map(|p| p.part).collect() };
    let plain = parts("望澜县望江路18号听海花园3栋501室");
    assert_eq!(parts("望瀾縣望江路１８號聽海花園３棟５０１室"), plain);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_words_are_tiled(words in "\\PC{0,60}") {
        tiles(&words);
    }

    #[test]
    fn any_mixture_is_tiled(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("望澜县".to_owned()),
                Just("路".to_owned()),
                Just("与".to_owned()),
                Just("交叉口".to_owned()),
                Just("\u{200b}".to_owned()),
                "[0-9]{0,5}",
                "[号栋室楼单元-]{0,3}",
                "[一-龥]{0,6}",
                "[a-zA-Z]{0,3}",
            ],
            0..16,
        )
    ) {
        tiles(&pieces.concat());
    }
}
