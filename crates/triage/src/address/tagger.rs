//! The learnt tagger: a beam over whole parts, weighed by signs of characters and of stretches.
//!
//! Characters alone do not say whether 10 is a building or a room; the part before does, and so
//! does what the whole stretch looks like. So a hypothesis is a row of parts, and a part is
//! weighed once it is closed.

mod learner;

pub(super) use learner::Learner;

use super::names::Names;
use super::part::{CLASSES, LEARNT, Part};
use super::text::{Text, sign};
use learner::Gold;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hypotheses kept at each character.
const BEAM: usize = 12;
/// Of all hypotheses, how many are put in order first.
const FIRST: usize = 40;
/// Weights of a sign: for each class "begins here", then for each class "goes on here".
const WIDTH: usize = 2 * CLASSES;
/// No part yet.
const NONE: usize = CLASSES;
/// What a character of the wrong class costs more while learning, so that right is right by a margin.
const MARGIN: f32 = 0.6;

type Row = [f32; WIDTH];

/// A part of a text that is learnt or found: first character, end, class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) class: usize,
}

/// Signs are hashes already.
#[derive(Debug, Clone, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Index = HashMap<u64, u32, BuildHasherDefault<Ready>>;

/// What each sign weighs for each class.
#[derive(Debug, Clone, Default)]
pub(super) struct Tagger {
    index: Index,
    rows: Vec<Row>,
}

/// A hypothesis: closed parts behind it, one open.
#[derive(Debug, Clone, Copy)]
struct Guess {
    score: f32,
    /// Its last closed part in the arena.
    back: Option<u32>,
    start: usize,
    class: usize,
    last: usize,
    second: usize,
    seen: u32,
}

/// Weights of a sign of a whole stretch, by class.
type Half = [f32; CLASSES];

/// What stretches that end at one character weigh: hypotheses differ in few beginnings, so most ask
/// for what another one has asked.
#[derive(Default)]
struct Ends {
    at: usize,
    alone: Vec<(usize, Half)>,
    after: Vec<((usize, usize, usize), Half)>,
    signs: Vec<u64>,
}

/// Closed parts of all hypotheses.
type Arena = Vec<(Option<u32>, Stretch)>;

/// The signs of a text: of each character, as rows that are known.
struct Signs {
    of: Vec<Vec<u64>>,
}

impl Signs {
    fn of(text: &Text) -> Self {
        let of = (0..text.len()).map(|i| {
            let mut signs = Vec::with_capacity(64);
            text.signs(i, &mut signs);
            signs
        });
        Self { of: of.collect() }
    }
}

fn class_sign(class: usize) -> u32 {
    u32::try_from(class).unwrap_or(0)
}

fn bit(class: usize) -> u32 {
    1_u32.checked_shl(class_sign(class)).unwrap_or(0)
}

/// The signs of passing from two parts to the next.
fn passing(last: usize, second: usize, seen: u32) -> [u64; 5] {
    [
        sign(203, [seen & SEEN & !DIVISIONS]),
        sign(204, [seen & SEEN & !DIVISIONS, class_sign(last)]),
        sign(200, [class_sign(last)]),
        sign(201, [class_sign(last), class_sign(second)]),
        sign(202, [seen & DIVISIONS]),
    ]
}

/// Classes of divisions, country to town: which were said already says much about what a name is.
const DIVISIONS: u32 = 0b1_1111;
/// Those, and whether a road, a landmark, a building were: a second landmark is inside of the first.
const SEEN: u32 = DIVISIONS | 1 << 7 | 1 << 11 | 1 << 13;

impl Tagger {
    fn row(&self, sign: u64) -> Option<&Row> {
        let at = self.index.get(&sign)?;
        self.rows.get(usize::try_from(*at).ok()?)
    }

    fn sum(&self, signs: &[u64]) -> Row {
        let mut all = [0.0; WIDTH];
        for sign in signs {
            if let Some(row) = self.row(*sign) {
                all.iter_mut().zip(row).for_each(|(a, w)| *a += w);
            }
        }
        all
    }

    fn points(&self, signs: &[u64], class: usize) -> f32 {
        let points = signs
            .iter()
            .filter_map(|sign| self.row(*sign)?.get(class).copied());
        points.sum()
    }

    fn half(&self, signs: &[u64]) -> Half {
        let mut all = [0.0; CLASSES];
        for sign in signs {
            if let Some(row) = self.row(*sign) {
                all.iter_mut().zip(row).for_each(|(a, w)| *a += w);
            }
        }
        all
    }

    /// What a hypothesis gains when its open part ends at `end`.
    fn closing(
        &self,
        text: &Text,
        names: &Names,
        guess: &Guess,
        end: usize,
        ends: &mut Ends,
    ) -> f32 {
        if ends.at != end {
            ends.at = end;
            ends.alone.clear();
            ends.after.clear();
        }
        let span = (guess.start, end);
        let key = guess.start;
        let alone = match ends.alone.iter().find(|known| known.0 == key) {
            Some(known) => known.1.get(guess.class).copied(),
            None => {
                ends.signs.clear();
                text.stretch(names, span, &mut ends.signs);
                let all = self.half(&ends.signs);
                ends.alone.push((key, all));
                all.get(guess.class).copied()
            }
        };
        let key = (guess.start, guess.last, guess.second);
        let after = match ends.after.iter().find(|known| known.0 == key) {
            Some(known) => known.1.get(guess.class).copied(),
            None => {
                let before = [class_sign(guess.last), class_sign(guess.second)];
                ends.signs.clear();
                text.stretch_after(names, span, before, &mut ends.signs);
                let all = self.half(&ends.signs);
                ends.after.push((key, all));
                all.get(guess.class).copied()
            }
        };
        alone.unwrap_or(0.0) + after.unwrap_or(0.0)
    }

    /// The parts of a text, which tile it.
    pub(super) fn tag(&self, text: &Text, names: &Names) -> Vec<Stretch> {
        let signs = Signs::of(text);
        let mut arena = Arena::new();
        let mut last = None;
        self.walk(text, names, &signs, None, &mut arena, |_, beam, _| {
            last = beam.first().copied();
            true
        });
        let Some(best) = last else { return Vec::new() };
        rows_of(&arena, &best, text.len())
    }

    /// Walks over the text; `each` is shown the beam after every character, and says whether to go on.
    fn walk(
        &self,
        text: &Text,
        names: &Names,
        signs: &Signs,
        gold: Option<&Gold>,
        arena: &mut Arena,
        mut each: impl FnMut(usize, &[Guess], &Arena) -> bool,
    ) {
        let mut beam: Vec<Guess> = Vec::new();
        let mut next: Vec<Guess> = Vec::new();
        let mut ends = Ends::default();
        for (i, of) in signs.of.iter().enumerate() {
            let here = self.sum(of);
            let (begins, goes_on) = here.split_at(CLASSES);
            let wrong = |class: usize, begins: bool| match gold {
                Some(gold) if !gold.is(i, class, begins) => MARGIN,
                _ => 0.0,
            };
            next.clear();
            if i == 0 {
                let start = Guess {
                    score: 0.0,
                    back: None,
                    start: 0,
                    class: NONE,
                    last: NONE,
                    second: NONE,
                    seen: 0,
                };
                self.begin(start, 0, begins, &wrong, &mut next);
            }
            for guess in &beam {
                crate::steps::step();
                let mut on = *guess;
                on.score +=
                    goes_on.get(guess.class).copied().unwrap_or(0.0) + wrong(guess.class, false);
                next.push(on);
                let closed = self.close(text, names, guess, i, arena, &mut ends);
                self.begin(closed, i, begins, &wrong, &mut next);
            }
            narrow_to_best(&mut next);
            std::mem::swap(&mut beam, &mut next);
            if i + 1 == signs.of.len() {
                for guess in &mut beam {
                    guess.score += self.closing(text, names, guess, i + 1, &mut ends);
                }
                beam.sort_by(|a, b| b.score.total_cmp(&a.score));
            }
            if !each(i, &beam, arena) {
                return;
            }
        }
    }

    fn close(
        &self,
        text: &Text,
        names: &Names,
        guess: &Guess,
        end: usize,
        arena: &mut Arena,
        ends: &mut Ends,
    ) -> Guess {
        let score = guess.score + self.closing(text, names, guess, end, ends);
        let stretch = Stretch {
            start: guess.start,
            end,
            class: guess.class,
        };
        arena.push((guess.back, stretch));
        Guess {
            score,
            back: u32::try_from(arena.len() - 1).ok(),
            start: end,
            class: NONE,
            last: guess.class,
            second: guess.last,
            seen: guess.seen | bit(guess.class),
        }
    }

    fn begin(
        &self,
        from: Guess,
        at: usize,
        begins: &[f32],
        wrong: &impl Fn(usize, bool) -> f32,
        next: &mut Vec<Guess>,
    ) {
        let pass = self.half(&passing(from.last, from.second, from.seen));
        for (class, (begin, pass)) in begins.iter().zip(&pass).enumerate() {
            next.push(Guess {
                score: from.score + begin + pass + wrong(class, true),
                start: at,
                class,
                ..from
            });
        }
    }
}

/// Keeps the best hypotheses, one of those that will be the same from here on.
fn narrow_to_best(next: &mut Vec<Guess>) {
    let better = |a: &Guess, b: &Guess| {
        b.score
            .total_cmp(&a.score)
            .then(a.class.cmp(&b.class))
            .then(a.start.cmp(&b.start))
            .then(a.last.cmp(&b.last))
            .then(a.back.cmp(&b.back))
    };
    // Hundreds compete and a dozen stay: the rest need no order, unless too many are alike.
    let mut kept = Vec::with_capacity(BEAM);
    if next.len() > FIRST {
        next.select_nth_unstable_by(FIRST, better);
        let (first, _) = next.split_at_mut(FIRST);
        first.sort_unstable_by(better);
        keep_unlike(first, &mut kept);
    }
    if kept.len() < BEAM {
        next.sort_unstable_by(better);
        kept.clear();
        keep_unlike(next, &mut kept);
    }
    *next = kept;
}

fn keep_unlike(sorted: &[Guess], kept: &mut Vec<Guess>) {
    for guess in sorted {
        let same = |k: &Guess| {
            k.class == guess.class
                && k.start == guess.start
                && k.last == guess.last
                && k.second == guess.second
                && k.seen & SEEN == guess.seen & SEEN
        };
        if !kept.iter().any(same) {
            kept.push(*guess);
            if kept.len() == BEAM {
                break;
            }
        }
    }
}

fn rows_of(arena: &Arena, best: &Guess, end: usize) -> Vec<Stretch> {
    let mut out = vec![Stretch {
        start: best.start,
        end,
        class: best.class,
    }];
    let mut back = best.back;
    while let Some((before, stretch)) = back
        .and_then(|at| usize::try_from(at).ok())
        .and_then(|at| arena.get(at))
    {
        out.push(*stretch);
        back = *before;
    }
    out.reverse();
    out
}

/// The parts a row of classes means.
pub(super) fn part_of(class: usize) -> Part {
    LEARNT.get(class).copied().unwrap_or(Part::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_the_parts_before_are_divisions_roads_landmarks_and_buildings() {
        for (class, part) in LEARNT.iter().enumerate() {
            assert_eq!(DIVISIONS & bit(class) != 0, part.is_division(), "{part:?}");
            let kept = matches!(part, Part::Road | Part::Landmark | Part::Building);
            assert_eq!(SEEN & bit(class) != 0, kept || part.is_division());
        }
    }
}
