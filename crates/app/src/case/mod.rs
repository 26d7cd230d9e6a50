//! Cases: taking contacts, acting on cases, showing and finding them.

mod act;
mod board;
mod find;
mod nuisance;
mod number;
mod onward;
mod order;
mod presence;
mod probe;
mod public;
mod redact;
mod scene;
mod show;
mod suggest;
mod take;
mod timeline;
mod turns;

pub(crate) use act::read_answer;
pub use act::{CommandKey, Done};
pub use find::CaseQuery;
pub(crate) use number::Numbers;
pub(crate) use order::{Order, holds_nul, involved};
pub use presence::{Doing, PresenceView, PresentView};
pub use public::{
    PublicDanger, PublicProof, PublicRating, PublicReceipt, PublicReport, PublicSign, PublicStatus,
    Visitor,
};
pub(crate) use public::{TRIES, WORDS_MOST};
pub(crate) use suggest::mode_word;
pub(crate) use take::{NARRATIVE_MOST, NewCase};
pub(crate) use turns::Turns;

/// The `summary` column: the first words in one line, who is meant masked. Where it is stays: a list
/// masks that by its reader's right.
pub(crate) fn summarise(narrative: &str) -> String {
    let words: String = narrative.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.chars().take(80).collect();
    domain::right::mask_persons(&short)
}

/// The `place_key` column: a place without spaces and signs, so that the same place reads alike.
pub(crate) fn place_key(place: &str) -> String {
    place
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The digits of a number, so that "0990-010010" and "0990010010" are one caller.
pub(crate) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
