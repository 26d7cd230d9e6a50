//! Any text at all: neither panic nor slowness, in every layer.

use domain::desk::Desk;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use triage::{Engine, Model, Query, Sketch};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match Engine::shipped() {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::train(&ENGINE.examples()));

/// Every layer, as a call passes them.
fn all_layers(text: &str) {
    let query = Query {
        narrative: text,
        place: text,
        district: text,
        received_at: Desk::Police,
    };
    let assessed = ENGINE.assess(&query, Some(&MODEL));
    let opinion = assessed.opinion;
    for danger in &assessed.said.danger {
        assert!(danger.start <= danger.end && danger.end <= text.chars().count());
    }
    let length = text.chars().count();
    for fragment in &opinion.heads.fragments {
        assert!(fragment.start < fragment.end && fragment.end <= length);
        let own: String = text
            .chars()
            .skip(fragment.start)
            .take(fragment.end - fragment.start)
            .collect();
        assert_eq!(own, fragment.words, "evidence is the caller's own words");
    }
    let shares: f64 = opinion.rows.iter().map(|r| r.share).sum();
    assert!((0.0..=1.0 + 1e-6).contains(&shares), "{shares}");
    let _ = Sketch::of(&text.chars().collect::<Vec<_>>());
}

#[test]
fn what_no_caller_says_is_read_in_time() {
    let binary: String = (0..400_000_u32)
        .map(|i| char::from(u8::try_from(i * 7 % 256).unwrap()))
        .collect();
    let texts = [
        String::new(),
        "\0".to_owned(),
        "着火".repeat(170_000),
        "a".repeat(1 << 20),
        "🔥👩‍👩‍👧‍👦".repeat(30_000),
        "\u{200b}\u{202e}\u{2066}救\u{200d}命\u{feff}".repeat(40_000),
        "e\u{301}\u{301}\u{301}".repeat(100_000),
        "没有".repeat(170_000),
        "拿着刀，".repeat(90_000),
        "שלום 你好 مرحبا сообщить".repeat(20_000),
        "\u{e000}\u{f8ff}\u{10ffff}".repeat(50_000),
        binary,
    ];
    for text in texts {
        let begun = Instant::now();
        all_layers(&text);
        // A bound of the machine's, not of the text's: a quadratic step would take minutes.
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?} bytes took {:?}",
            text.len(),
            begun.elapsed()
        );
    }
}

/// Danger is found through whatever is put between its characters.
#[test]
fn nothing_unseen_hides_danger() {
    for said in [
        "他\u{200b}拿\u{200d}着\u{feff}刀",
        "\u{202e}他拿着刀\u{202c}",
        "他　拿 着 刀",
        "他拿着𠮷刀拿着刀",
        "🔥🔥他拿着刀🔥",
    ] {
        let got = ENGINE.suggest(&Query {
            narrative: said,
            place: "",
            district: "",
            received_at: Desk::Hotline,
        });
        assert!(got.danger.iter().any(|d| d.kind == "weapon"), "{said:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}") {
        all_layers(&text);
    }

    #[test]
    fn any_mixture_is_read(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("没有".to_owned()),
                Just("着火".to_owned()),
                Just("，".to_owned()),
                Just("上次".to_owned()),
                Just("\u{200b}\u{202e}".to_owned()),
                Just("🔥".to_owned()),
                Just("煤氣洩漏".to_owned()),
                Just("又人要跳搂".to_owned()),
                "[\\x00-\\x1f]{0,3}",
                "[一-龥]{0,8}",
                "[a-zA-Z0-9]{0,8}",
            ],
            0..24,
        )
    ) {
        all_layers(&pieces.concat());
    }

    #[test]
    fn any_bytes_are_a_model_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }
}
