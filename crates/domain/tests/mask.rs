//! Masks hold for any text (law 10).

use domain::right::{mask_persons, mask_text};
use proptest::prelude::*;

/// Sentences with numbers, names and plates strewn in.
fn said() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("请打".to_owned()),
        Just("，".to_owned()),
        Just(" ".to_owned()),
        Just("-".to_owned()),
        Just("我叫王小明".to_owned()),
        Just("贵A·12C45".to_owned()),
        Just("502室".to_owned()),
        Just("2026-11-29 10:20".to_owned()),
        Just("🔥\u{200b}\u{202e}".to_owned()),
        "[0-9]{1,20}",
        "[一二三四五六七八九零幺]{1,12}",
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn law_10_no_long_number_stays_whole(text in said()) {
        let masked: Vec<char> = mask_text(&text).chars().collect();
        let mut run = 0;
        for c in masked {
            run = if c.is_ascii_digit() { run + 1 } else { 0 };
            prop_assert!(run < 7, "{text:?}");
        }
    }

    #[test]
    fn a_character_is_kept_or_becomes_one_star(text in said()) {
        let masked = mask_text(&text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        for (a, b) in text.chars().zip(masked.chars()) {
            prop_assert!(a == b || b == '*');
        }
    }

    #[test]
    fn law_10_what_is_kept_and_then_masked_shows_no_more_than_what_is_masked_at_once(text in said()) {
        let kept = mask_text(&mask_persons(&text));
        for (a, b) in kept.chars().zip(mask_text(&text).chars()) {
            prop_assert!(a == b || a == '*' || b == '*', "{text:?}");
        }
        let digits = |text: &str| {
            let runs = text.split(|c: char| !c.is_ascii_digit());
            runs.map(str::len).max().unwrap_or(0)
        };
        prop_assert!(digits(&mask_persons(&text)) < 7, "{text:?}");
        prop_assert!(digits(&kept) < 7, "{text:?}");
    }

    #[test]
    fn masking_twice_is_masking_once(text in said()) {
        let once = mask_text(&text);
        prop_assert_eq!(mask_text(&once), once);
    }
}
