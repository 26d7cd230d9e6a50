//! One word, several denominators: the papers' own shares come out of one set of contacts only when the figure says
//! what it divides by.
#![cfg(test)]

use insight::{Book, CaseFacts, Exclusions, Period, PeriodKind, Reckoner};
use rust_decimal::Decimal;

/// What the police desk took, in kinds: how many, the outcome, the desk at first and the desk now.
type Kind = (u32, &'static str, &'static str, &'static str);

fn reckoned<'a>(book: &'a Book, kinds: &[Kind]) -> Reckoner<'a> {
    let period = Period {
        name: "2026".to_owned(),
        kind: PeriodKind::Year,
        from: 0,
        to: 1_000,
    };
    let mut reckoner = Reckoner::new(book.metrics(), period, Exclusions::default());
    for (n, (many, outcome, first, now)) in kinds.iter().enumerate() {
        for m in 0..*many {
            let contact = CaseFacts {
                id: format!("{n}-{m}"),
                opened_at: 500,
                desk: "police".to_owned(),
                outcome: (*outcome).to_owned(),
                first_desk: (*first).to_owned(),
                class_desk: (*now).to_owned(),
                channel: "phone".to_owned(),
                ..CaseFacts::default()
            };
            reckoner.add(&contact).unwrap();
        }
    }
    reckoner
}

fn percent(reckoner: &Reckoner<'_>, metric: &str) -> Decimal {
    let tally = reckoner.tally(metric, None).unwrap();
    (Decimal::from(tally.met) * Decimal::ONE_HUNDRED / Decimal::from(tally.counted)).round_dp(1)
}

fn count(reckoner: &Reckoner<'_>, metric: &str) -> u64 {
    reckoner.tally(metric, None).unwrap().counted
}

#[test]
fn r5_the_non_police_share_of_all_and_of_effective_contacts_are_two_figures() {
    // 33 million contacts a year, 22.7 million of them effective, 5.158 million no police matter; in ten thousands.
    let book = Book::shipped().unwrap();
    let year = reckoned(
        &book,
        &[
            (1_030, "nuisance", "police", "police"),
            (516, "handed_over", "hotline", "hotline"),
            (1_754, "dispatched", "police", "police"),
        ],
    );
    assert_eq!(
        (
            count(&year, "received"),
            count(&year, "effective"),
            count(&year, "non_police")
        ),
        (3_300, 2_270, 516)
    );
    assert_eq!(percent(&year, "invalid_share"), Decimal::new(312, 1));
    assert_eq!(percent(&year, "non_police_share"), Decimal::new(156, 1));
    assert_eq!(
        percent(&year, "non_police_share_effective"),
        Decimal::new(227, 1)
    );
}

#[test]
fn r30_the_share_by_what_the_caller_said_and_by_what_it_proved_to_be_are_two_figures() {
    // 748 contacts: at first four in five were taken for no police matter, 61 of them proved to be none.
    let book = Book::shipped().unwrap();
    let month = reckoned(
        &book,
        &[
            (61, "handed_over", "hotline", "hotline"),
            (537, "dispatched", "hotline", "police"),
            (150, "dispatched", "police", "police"),
        ],
    );
    assert_eq!(
        percent(&month, "non_police_share_first"),
        Decimal::new(799, 1)
    );
    assert_eq!(percent(&month, "non_police_share"), Decimal::new(82, 1));
    // A contact that nobody ever classified is in no denominator of the first classification.
    let unknown = reckoned(
        &book,
        &[
            (1, "handed_over", "hotline", "hotline"),
            (9, "answered", "", ""),
        ],
    );
    assert_eq!(
        percent(&unknown, "non_police_share_first"),
        Decimal::ONE_HUNDRED
    );
    assert_eq!(percent(&unknown, "non_police_share"), Decimal::TEN);
}

#[test]
fn r88_who_was_only_told_to_dial_is_a_share_of_those_who_called_in_earnest() {
    // The paper's desk told everybody to dial for themselves; the one that came after handed over.
    let book = Book::shipped().unwrap();
    let share = |told, handed| {
        let contacts = [
            (told, "told_to_dial", "hotline", "hotline"),
            (handed, "handed_over", "hotline", "hotline"),
            (5, "nuisance", "police", "police"),
            (3, "cancelled", "police", "police"),
        ];
        percent(&reckoned(&book, &contacts), "told_to_dial_share")
    };
    assert_eq!(share(40, 0), Decimal::ONE_HUNDRED);
    assert_eq!(share(1, 39), Decimal::new(25, 1));
    // Told to dial is no answer on the spot.
    let before = reckoned(&book, &[(40, "told_to_dial", "hotline", "hotline")]);
    assert_eq!(percent(&before, "direct_answer_rate"), Decimal::ZERO);
}
