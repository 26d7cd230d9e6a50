//! The learnt tagger: a beam over whole parts, weighed by signs of characters and of stretches.
//!
//! Characters alone do not say whether 10 is a building or a room; the part before does, and so
//! does what the whole stretch looks like. So a hypothesis is a row of parts, and a part is
//! weighed once it is closed.

mod learner;
mod weights;

pub(super) use learner::Learner;
pub(super) use weights::Weights;

use super::names::Names;
use super::part::{CLASSES, LEARNT, Part};
use super::text::{Span, Text, sign};
use crate::learn::at;
use learner::Gold;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU32;
use weights::Weigh;

/// Hypotheses kept at each character.
const BEAM: usize = 12;
/// Weights of a sign: for each class "begins here", then for each class "goes on here".
const WIDTH: usize = 2 * CLASSES;
/// No part yet.
const NONE: u8 = 20;
const _: () = assert!(CLASSES == 20);
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

/// What each sign weighs for each class, while that is learnt; then it is made [`Weights`].
#[derive(Debug, Clone, Default)]
pub(super) struct Tagger {
    index: Index,
    rows: Vec<Row>,
}

/// A hypothesis: closed parts behind it, one open. Hundreds are made for each character, so it is small.
#[derive(Debug, Clone, Copy)]
struct Guess {
    score: f32,
    /// Its last closed part in the arena.
    back: Option<NonZeroU32>,
    seen: u32,
    start: u16,
    class: u8,
    last: u8,
    second: u8,
}

impl Guess {
    const FIRST: Self = Self {
        score: 0.0,
        back: None,
        seen: 0,
        start: 0,
        class: NONE,
        last: NONE,
        second: NONE,
    };

    fn start(&self) -> usize {
        usize::from(self.start)
    }

    fn class(&self) -> usize {
        usize::from(self.class)
    }

    /// What decides how it goes on, beside its open part.
    fn before(&self) -> (u8, u8, u32) {
        (self.last, self.second, self.seen & SEEN)
    }
}

/// Weights of a sign of a whole stretch, by class.
type Half = [f32; CLASSES];

/// What stretches that end at one character weigh, and what passing from one part to the next does:
/// hypotheses differ in few beginnings, so most ask for what another one has asked.
#[derive(Default)]
struct Asked {
    end: usize,
    alone: Vec<(u16, Span, Half)>,
    after: Vec<((u16, u8, u8), Half)>,
    passing: Vec<((u8, u8, u32), Half)>,
    signs: Vec<u64>,
}

/// Closed parts of all hypotheses, from 1; where none stands before, there is no number.
#[derive(Default)]
struct Arena(Vec<(Option<NonZeroU32>, Stretch)>);

impl Arena {
    fn push(&mut self, back: Option<NonZeroU32>, stretch: Stretch) -> Option<NonZeroU32> {
        self.0.push((back, stretch));
        u32::try_from(self.0.len()).ok().and_then(NonZeroU32::new)
    }

    fn get(&self, number: NonZeroU32) -> Option<&(Option<NonZeroU32>, Stretch)> {
        self.0.get(at(number.get()).checked_sub(1)?)
    }
}

/// The signs of a text: of each character, one behind the other.
struct Signs {
    all: Vec<u64>,
    ends: Vec<usize>,
}

impl Signs {
    fn of(text: &Text) -> Self {
        let mut out = Self {
            all: Vec::with_capacity(text.len() * 48),
            ends: Vec::with_capacity(text.len()),
        };
        for i in 0..text.len() {
            text.signs(i, &mut out.all);
            out.ends.push(out.all.len());
        }
        out
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn of_character(&self, i: usize) -> &[u64] {
        let from = i.checked_sub(1).and_then(|before| self.ends.get(before));
        let span = from.copied().unwrap_or(0)..self.ends.get(i).copied().unwrap_or(0);
        self.all.get(span).unwrap_or_default()
    }
}

fn bit(class: u8) -> u32 {
    1_u32.checked_shl(u32::from(class)).unwrap_or(0)
}

/// The signs of passing from two parts to the next.
fn passing(last: u8, second: u8, seen: u32) -> [u64; 5] {
    let (last, second) = (u32::from(last), u32::from(second));
    [
        sign(203, [seen & SEEN & !DIVISIONS]),
        sign(204, [seen & SEEN & !DIVISIONS, last]),
        sign(200, [last]),
        sign(201, [last, second]),
        sign(202, [seen & DIVISIONS]),
    ]
}

/// Classes of divisions, country to town: which were said already says much about what a name is.
const DIVISIONS: u32 = 0b1_1111;
/// Those, and whether a road, a landmark, a building were: a second landmark is inside of the first.
const SEEN: u32 = DIVISIONS | 1 << 7 | 1 << 11 | 1 << 13;

impl Tagger {
    fn row(&self, sign: u64) -> Option<&Row> {
        self.rows.get(at(*self.index.get(&sign)?))
    }

    fn points(&self, signs: &[u64], class: usize) -> f32 {
        let points = signs
            .iter()
            .filter_map(|sign| self.row(*sign)?.get(class).copied());
        points.sum()
    }
}

fn half(weigh: &impl Weigh, signs: &[u64]) -> Half {
    let mut all = Half::default();
    for sign in signs {
        weigh.add_half(*sign, &mut all);
    }
    all
}

/// A walk over a text by what somebody knows of signs.
struct Walk<'a, W> {
    weigh: &'a W,
    text: &'a Text,
    names: &'a Names,
}

impl Weights {
    /// The parts of a text, which tile it.
    pub(super) fn tag(&self, text: &Text, names: &Names) -> Vec<Stretch> {
        let walk = Walk {
            weigh: self,
            text,
            names,
        };
        let (mut arena, mut last) = (Arena::default(), None);
        walk.over(&Signs::of(text), None, &mut arena, |_, beam, _| {
            last = beam.first().copied();
            true
        });
        let Some(best) = last else { return Vec::new() };
        rows_of(&arena, &best, text.len())
    }
}

impl<W: Weigh> Walk<'_, W> {
    /// What a hypothesis gains when its open part ends at `end`.
    fn closing(&self, guess: &Guess, end: usize, asked: &mut Asked) -> f32 {
        if asked.end != end {
            asked.end = end;
            asked.alone.clear();
            asked.after.clear();
        }
        let known = asked.alone.iter().find(|known| known.0 == guess.start);
        let (span, alone) = match known {
            Some((_, span, all)) => (*span, all.get(guess.class()).copied()),
            None => {
                let span = self.text.span(self.names, (guess.start(), end));
                asked.signs.clear();
                self.text.stretch(&span, &mut asked.signs);
                let all = half(self.weigh, &asked.signs);
                asked.alone.push((guess.start, span, all));
                (span, all.get(guess.class()).copied())
            }
        };
        let key = (guess.start, guess.last, guess.second);
        let after = match asked.after.iter().find(|known| known.0 == key) {
            Some(known) => known.1.get(guess.class()).copied(),
            None => {
                let before = [u32::from(guess.last), u32::from(guess.second)];
                asked.signs.clear();
                self.text.stretch_after(&span, before, &mut asked.signs);
                let all = half(self.weigh, &asked.signs);
                asked.after.push((key, all));
                all.get(guess.class()).copied()
            }
        };
        alone.unwrap_or(0.0) + after.unwrap_or(0.0)
    }

    /// Walks over the text; `each` is shown the beam after every character, and says whether to go on.
    fn over(
        &self,
        signs: &Signs,
        gold: Option<&Gold>,
        arena: &mut Arena,
        mut each: impl FnMut(usize, &[Guess], &Arena) -> bool,
    ) {
        let mut beam: Vec<Guess> = Vec::with_capacity(BEAM);
        let mut next: Vec<Guess> = Vec::with_capacity((BEAM + 1) * (CLASSES + 1));
        let mut closed: Vec<Guess> = Vec::with_capacity(BEAM);
        let mut asked = Asked::default();
        for i in 0..signs.len() {
            let mut here = [0.0; WIDTH];
            for sign in signs.of_character(i) {
                self.weigh.add_row(*sign, &mut here);
            }
            let (begins, goes_on) = here.split_at(CLASSES);
            let wrong = |class: usize, begins: bool| match gold {
                Some(gold) if !gold.is(i, class, begins) => MARGIN,
                _ => 0.0,
            };
            next.clear();
            closed.clear();
            if i == 0 {
                closed.push(Guess::FIRST);
            }
            for guess in &beam {
                crate::steps::step();
                let mut on = *guess;
                on.score += goes_on.get(guess.class()).copied().unwrap_or(0.0)
                    + wrong(guess.class(), false);
                next.push(on);
                let end = self.close(guess, i, arena, &mut asked);
                // Of two that are the same from here on the better one leads whatever begins now.
                match closed
                    .iter_mut()
                    .find(|known| known.before() == end.before())
                {
                    Some(known) if known.score < end.score => *known = end,
                    Some(_) => {}
                    None => closed.push(end),
                }
            }
            for guess in &closed {
                self.begin(*guess, i, begins, &wrong, &mut asked, &mut next);
            }
            narrow_to_best(&mut next);
            std::mem::swap(&mut beam, &mut next);
            if i + 1 == signs.len() {
                for guess in &mut beam {
                    guess.score += self.closing(guess, i + 1, &mut asked);
                }
                beam.sort_by(|a, b| b.score.total_cmp(&a.score));
            }
            if !each(i, &beam, arena) {
                return;
            }
        }
    }

    fn close(&self, guess: &Guess, end: usize, arena: &mut Arena, asked: &mut Asked) -> Guess {
        let score = guess.score + self.closing(guess, end, asked);
        let stretch = Stretch {
            start: guess.start(),
            end,
            class: guess.class(),
        };
        Guess {
            score,
            back: arena.push(guess.back, stretch),
            start: guess.start,
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
        asked: &mut Asked,
        next: &mut Vec<Guess>,
    ) {
        let key = from.before();
        let pass = match asked.passing.iter().find(|known| known.0 == key) {
            Some(known) => known.1,
            None => {
                let pass = half(self.weigh, &passing(from.last, from.second, from.seen));
                asked.passing.push((key, pass));
                pass
            }
        };
        let start = u16::try_from(at).unwrap_or(u16::MAX);
        for (class, (begin, pass)) in (0_u8..).zip(begins.iter().zip(&pass)) {
            next.push(Guess {
                score: from.score + begin + pass + wrong(usize::from(class), true),
                start,
                class,
                ..from
            });
        }
    }
}

/// Keeps the best hypotheses, best first. No two are the same from here on: those that go on were
/// not before, and of those that begin the same only one was begun.
fn narrow_to_best(next: &mut Vec<Guess>) {
    let better = |a: &Guess, b: &Guess| {
        b.score
            .total_cmp(&a.score)
            .then(a.class.cmp(&b.class))
            .then(a.start.cmp(&b.start))
            .then(a.last.cmp(&b.last))
            .then(a.back.cmp(&b.back))
    };
    // Hundreds compete and a dozen stay: the rest need no order.
    if next.len() > BEAM {
        next.select_nth_unstable_by(BEAM, better);
        next.truncate(BEAM);
    }
    next.sort_unstable_by(better);
}

fn rows_of(arena: &Arena, best: &Guess, end: usize) -> Vec<Stretch> {
    let mut out = vec![Stretch {
        start: best.start(),
        end,
        class: best.class(),
    }];
    let mut back = best.back;
    while let Some((before, stretch)) = back.and_then(|number| arena.get(number)) {
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
        for (class, part) in (0_u8..).zip(LEARNT) {
            assert_eq!(DIVISIONS & bit(class) != 0, part.is_division(), "{part:?}");
            let kept = matches!(part, Part::Road | Part::Landmark | Part::Building);
            assert_eq!(SEEN & bit(class) != 0, kept || part.is_division());
        }
    }
}
