//! Addresses 地址: words in, the parts they are made of out, each with where it stands.
//!
//! Learnt parts first, then what follows from words alone: an ending makes a landmark an estate,
//! a crossing makes two roads one place. The parts tile the words, so nothing a caller says is lost.

mod invented;
mod measure;
mod names;
mod part;
mod tagger;
mod text;

pub use invented::Lesson;
pub use measure::{Scored, score};
pub use names::Names;
pub use part::Part;

use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use tagger::{Learner, Stretch, Weights, part_of};
use text::{MOST, Text};

/// Times a tagger goes over its lessons.
const ROUNDS: usize = 5;
/// How many are added up: one alone differs by a fifth of a point from order to order.
const TIMES: u64 = 3;
/// Times the shipped one does: invented addresses repeat themselves.
const SHIPPED_ROUNDS: usize = 1;

/// The shipped one learns every so manieth address without knowing a name: a site may know none.
const BLIND: usize = 2;

/// What a sign of the shipped one must weigh to be kept; one mistake in the first lesson weighs one.
const LEAST: f32 = 0.35;

/// Endings of a place where people live.
const HOMES: &[&str] = &[
    "小区",
    "花园",
    "公寓",
    "新村",
    "家园",
    "花苑",
    "名苑",
    "雅苑",
    "佳苑",
    "嘉园",
    "景园",
    "华庭",
    "豪庭",
    "庭院",
    "山庄",
    "别墅",
    "宿舍",
    "家属院",
    "大院",
    "安置房",
    "公馆",
    "苑",
    "府",
    "庭",
];
/// Words that make two roads one place.
const CROSSINGS: &[&str] = &[
    "路口",
    "交叉口",
    "交汇处",
    "交界处",
    "交叉路口",
    "十字路口",
    "丁字路口",
    "三岔路口",
    "相交处",
    "口",
];

/// A stretch of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is.
    pub part: Part,
    /// The words, as they were written.
    pub words: String,
    /// Where they begin: characters of the address, from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
}

/// Takes addresses apart.
#[derive(Debug, Clone)]
pub struct Addresses {
    weights: Arc<Weights>,
    names: Names,
}

static SHIPPED: OnceLock<Addresses> = OnceLock::new();

fn taught_by_invented_ones() -> Addresses {
    let lessons = invented::lessons();
    let known = invented::known(&lessons);
    let weights = learner(&lessons, &known, Some(BLIND)).learn(SHIPPED_ROUNDS, 1, LEAST);
    Addresses {
        weights: Arc::new(weights),
        names: Names::new(),
    }
}

/// `blind`: every such lesson is learnt without the names.
fn learner<'a>(lessons: &[Lesson], names: &'a Names, blind: Option<usize>) -> Learner<'a> {
    let none = Names::new();
    let read = lessons.iter().enumerate().map(|(k, lesson)| {
        let known = match blind {
            Some(every) if k % every == 0 => &none,
            _ => names,
        };
        let words: String = lesson.parts.iter().map(|p| p.1.as_str()).collect();
        let mut start = 0;
        let stretches = lesson.parts.iter().map(|(part, words)| {
            let from = start;
            start += words.chars().count();
            Stretch {
                start: from,
                end: start,
                class: part.class(),
            }
        });
        let stretches: Vec<Stretch> = stretches.filter(|s| s.end > s.start).collect();
        (Text::new(&words, known), stretches)
    });
    Learner::new(read.filter(|(text, _)| text.len() < MOST), names)
}

impl Addresses {
    /// What comes with the program: taught at the first call by invented addresses alone.
    pub fn shipped() -> &'static Self {
        SHIPPED.get_or_init(taught_by_invented_ones)
    }

    /// What comes with the program, if it has been taught already. Teaching takes seconds, and whoever
    /// answers a call waits for nothing.
    #[must_use]
    pub fn shipped_if_taught() -> Option<&'static Self> {
        SHIPPED.get()
    }

    /// What comes with the program, told the names a site knows.
    #[must_use]
    pub fn knowing(names: Names) -> Self {
        Self {
            weights: Arc::clone(&Self::shipped().weights),
            names,
        }
    }

    /// One that a site teaches with addresses of its own and the names it knows.
    #[must_use]
    pub fn taught(lessons: &[Lesson], names: Names) -> Self {
        Self {
            weights: Arc::new(learner(lessons, &names, None).learn(ROUNDS, TIMES, 0.0)),
            names,
        }
    }

    /// The parts of an address, which tile it. Total: any words are taken apart, in time linear in
    /// their length; what stands behind four hundred characters is left in one piece.
    #[must_use]
    pub fn parse(&self, words: &str) -> Vec<Piece> {
        let text = Text::new(words, &self.names);
        let mut stretches = self.weights.tag(&text, &self.names);
        let all = words.chars().count();
        if all > text.len() {
            stretches.push(Stretch {
                start: text.len(),
                end: all,
                class: Part::Other.class(),
            });
        }
        let mut rest = words.chars();
        let pieces = stretches.into_iter().map(|stretch| {
            let long = stretch.end - stretch.start;
            Piece {
                part: part_of(stretch.class),
                words: rest.by_ref().take(long).collect(),
                start: stretch.start,
                end: stretch.end,
            }
        });
        by_words(pieces.collect())
    }

    /// The names of the roads that cross where the address is, if it says so.
    #[must_use]
    pub fn crossing(pieces: &[Piece]) -> Option<(&str, &str)> {
        pieces.iter().find(|piece| piece.part == Part::Crossing)?;
        let mut roads = pieces
            .iter()
            .filter(|piece| matches!(piece.part, Part::Road | Part::Lane));
        Some((&roads.next()?.words, &roads.next()?.words))
    }
}

/// What follows from the words alone.
fn by_words(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let roads = pieces.iter().filter(|p| p.part == Part::Road).count();
    for piece in &mut pieces {
        let words: String = piece.words.chars().map(text::plain).collect();
        let words = words.trim();
        if piece.part == Part::Landmark && HOMES.iter().any(|end| words.ends_with(end)) {
            piece.part = Part::Estate;
        }
        if piece.part == Part::Direction
            && CROSSINGS.contains(&words)
            && (roads > 1 || words != "口")
        {
            piece.part = Part::Crossing;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(words: &str) -> Vec<(Part, String)> {
        let pieces = Addresses::shipped().parse(words);
        pieces.into_iter().map(|p| (p.part, p.words)).collect()
    }

    fn of(parts: &[(Part, &str)]) -> Vec<(Part, String)> {
        parts.iter().map(|(p, w)| (*p, (*w).to_owned())).collect()
    }

    #[test]
    fn an_address_of_the_county_comes_apart_whole() {
        assert_eq!(
            parts("望澜县临港镇听海花园3栋2单元501室"),
            of(&[
                (Part::County, "望澜县"),
                (Part::Town, "临港镇"),
                (Part::Estate, "听海花园"),
                (Part::Building, "3栋"),
                (Part::Unit, "2单元"),
                (Part::Room, "501室"),
            ])
        );
        assert_eq!(
            parts("望澜县望江路18号"),
            of(&[
                (Part::County, "望澜县"),
                (Part::Road, "望江路"),
                (Part::Number, "18号"),
            ])
        );
    }

    #[test]
    fn two_roads_and_the_word_for_it_are_a_crossing() {
        let pieces = Addresses::shipped().parse("滨海大道与文昌路交叉口");
        assert_eq!(Addresses::crossing(&pieces), Some(("滨海大道", "文昌路")));
        let pieces = Addresses::shipped().parse("文昌路18号");
        assert_eq!(Addresses::crossing(&pieces), None);
    }

    #[test]
    fn a_site_teaches_its_own_ways() {
        let lesson = |parts: &[(Part, &str)]| Lesson { parts: of(parts) };
        let lessons: Vec<Lesson> = (1..40)
            .map(|n| {
                let slip = format!("{n}泊位");
                lesson(&[(Part::Landmark, "听海码头"), (Part::Building, &slip)])
            })
            .collect();
        let mut names = Names::new();
        names.add(Part::Landmark, "听海码头");
        let taught = Addresses::taught(&lessons, names);
        let pieces = taught.parse("听海码头77泊位");
        assert_eq!(pieces[1].part, Part::Building);
        assert_eq!(pieces[1].words, "77泊位");
    }

    #[test]
    fn a_name_the_site_knows_settles_what_the_words_leave_open() {
        let mut names = Names::new();
        names.add(Part::City, "澜望市");
        names.add(Part::County, "望澜市");
        let knowing = Addresses::knowing(names);
        let first = |words: &str| knowing.parse(words)[0].part;
        assert_eq!(first("澜望市望江路18号"), Part::City);
        assert_eq!(first("望澜市望江路18号"), Part::County);
    }

    #[test]
    fn the_same_lessons_give_the_same_parts() {
        let lessons: Vec<Lesson> = invented::lessons().into_iter().step_by(61).collect();
        let one = Addresses::taught(&lessons, Names::new());
        let two = Addresses::taught(&lessons, Names::new());
        for lesson in invented::lessons().iter().step_by(31) {
            let words: String = lesson.parts.iter().map(|p| p.1.as_str()).collect();
            assert_eq!(one.parse(&words), two.parse(&words));
        }
    }
}
