//! Steps of work, counted where a test asks: how long something takes is a matter of the machine, how
//! many steps it takes is one of the text.

/// Counts a step; nothing outside of this crate's own tests.
#[cfg(not(test))]
#[inline(always)]
pub(crate) const fn step() {}

#[cfg(test)]
pub(crate) fn step() {
    tests::COUNT.with(|count| count.set(count.get() + 1));
}

#[cfg(test)]
mod tests {
    use crate::{Addresses, Engine, Model, Narrative, Query, Sketch};
    use domain::desk::Desk;
    use std::cell::Cell;
    use std::sync::LazyLock;

    thread_local! {
        pub(super) static COUNT: Cell<u64> = const { Cell::new(0) };
    }

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::shipped().unwrap());
    static MODEL: LazyLock<Model> = LazyLock::new(|| Model::train(&ENGINE.examples()));

    /// Characters of the shorter text; the longer one has four times as many.
    const SHORT: usize = 20_000;

    fn steps(text: &str) -> u64 {
        COUNT.with(|count| count.set(0));
        let query = Query {
            narrative: text,
            place: text,
            district: text,
            received_at: Desk::Police,
        };
        let _ = ENGINE.assess(&query, Some(&MODEL));
        let _ = Sketch::of(Narrative::new(text).chars());
        let _ = Addresses::shipped().parse(text);
        COUNT.with(Cell::get)
    }

    /// Texts nobody says, each as the piece that is said over and over.
    const PIECES: &[&str] = &[
        "着火",
        "没有",
        "a",
        " ",
        "\0",
        "，",
        "🔥",
        "👩‍👩‍👧‍👦",
        "拿着刀，",
        "他说没有人要跳楼",
        "你好请问",
        "又人要跳搂",
        "煤氣洩漏",
        "望江路18号",
        "\u{200b}\u{202e}\u{2066}救\u{200d}命\u{feff}",
        "e\u{301}\u{301}\u{301}",
        "שלום 你好 مرحبا сообщить",
        "\u{e000}\u{f8ff}\u{10ffff}",
        "\u{fdfa}",
        "去年的火灾演习没有发生不是真的",
    ];

    #[test]
    fn four_times_the_text_is_no_more_than_four_times_the_work() {
        // Taught before anything is counted.
        let _ = (&*ENGINE, &*MODEL, steps("着火"));
        for piece in PIECES {
            let text = |chars: usize| -> String { piece.chars().cycle().take(chars).collect() };
            let (short, long) = (steps(&text(SHORT)), steps(&text(4 * SHORT)));
            // What is read of a text once, however long it is, weighs in the short one only.
            assert!(
                long <= short * 4 + short / 10 + 4_000,
                "{piece:?}: {short} steps, then {long}"
            );
            assert!(
                long <= 400 * u64::try_from(4 * SHORT).unwrap(),
                "{piece:?}: {long} steps"
            );
        }
    }

    #[test]
    fn nothing_is_a_few_steps() {
        let _ = steps("着火");
        assert!(steps("") < 10_000, "{}", steps(""));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn any_piece_over_and_over_is_linear(piece in "[\\PC着火没有人跳楼刀，。\u{200b}\u{202e}\u{301}🔥]{1,12}") {
            let _ = steps("着火");
            let text = |times: usize| piece.repeat(times);
            let (short, long) = (steps(&text(400)), steps(&text(1_600)));
            proptest::prop_assert!(long <= short * 4 + short / 10 + 8_000, "{short} {long}");
        }
    }
}
