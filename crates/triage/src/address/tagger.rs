//! The learnt tagger: a beam over whole parts, weighed by signs of characters and of stretches.
//!
//! Characters alone do not say whether 10 is a building or a room; the part before does, and so
//! does what the whole stretch looks like. So a hypothesis is a row of parts, and a part is
//! weighed once it is closed. Learnt by averaged perceptron with the largest violation inside the
//! beam (Huang 2012); no chance is in it, so the same lessons give the same weights.

use super::names::Names;
use super::part::{CLASSES, LEARNT, Part};
use super::text::{Text, sign};
use crate::learn::Shuffle;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hypotheses kept at each character.
const BEAM: usize = 12;
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
    /// Adds another's weights. Weights are sums of what was learnt, so twice as much is twice as
    /// sure and chooses the same.
    fn add(&mut self, other: Self) {
        if self.rows.is_empty() {
            *self = other;
            return;
        }
        // In the order of rows: that of a map is its own.
        let mut signs: Vec<(u32, u64)> = other.index.iter().map(|(s, at)| (*at, *s)).collect();
        signs.sort_unstable();
        for ((_, sign), row) in signs.into_iter().zip(other.rows) {
            let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            let at = *self.index.entry(sign).or_insert(next);
            if at == next {
                self.rows.push(row);
            } else if let Some(own) = usize::try_from(at)
                .ok()
                .and_then(|at| self.rows.get_mut(at))
            {
                own.iter_mut().zip(row).for_each(|(w, more)| *w += more);
            }
        }
    }

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
        let pass = self.sum(&passing(from.last, from.second, from.seen));
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
    next.sort_unstable_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.class.cmp(&b.class))
            .then(a.start.cmp(&b.start))
            .then(a.last.cmp(&b.last))
            .then(a.back.cmp(&b.back))
    });
    let mut kept: Vec<Guess> = Vec::with_capacity(BEAM);
    for guess in next.iter() {
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
    *next = kept;
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

/// The right parts of a lesson, by character.
struct Gold {
    stretches: Vec<Stretch>,
    of: Vec<(usize, bool)>,
}

impl Gold {
    fn new(stretches: Vec<Stretch>) -> Self {
        let of = stretches
            .iter()
            .flat_map(|s| (s.start..s.end).map(|i| (s.class, i == s.start)))
            .collect();
        Self { stretches, of }
    }

    fn is(&self, i: usize, class: usize, begins: bool) -> bool {
        self.of.get(i) == Some(&(class, begins))
    }

    /// The parts as they are known after the character at `i`.
    fn until(&self, i: usize) -> Vec<Stretch> {
        let mut out: Vec<Stretch> = self
            .stretches
            .iter()
            .filter(|s| s.start <= i)
            .copied()
            .collect();
        if let Some(last) = out.last_mut() {
            last.end = last.end.min(i + 1);
        }
        out
    }
}

/// A part with what it is weighed after.
#[derive(PartialEq, Eq)]
struct Link {
    part: Stretch,
    last: usize,
    second: usize,
    seen: u32,
    closed: bool,
}

/// A row of parts as the weights see it.
struct Told {
    links: Vec<Link>,
    /// Of each character its class, and whether a part begins there.
    of: Vec<(usize, bool)>,
}

impl Told {
    /// The last part is weighed only where the text ends with it.
    fn of(parts: &[Stretch], whole: bool) -> Self {
        let (mut last, mut second, mut seen) = (NONE, NONE, 0);
        let links = parts.iter().enumerate().map(|(k, part)| {
            let link = Link {
                part: *part,
                last,
                second,
                seen: seen & SEEN,
                closed: whole || k + 1 < parts.len(),
            };
            second = last;
            last = part.class;
            seen |= bit(part.class);
            link
        });
        let of = parts
            .iter()
            .flat_map(|s| (s.start..s.end).map(|i| (s.class, i == s.start)));
        Self {
            links: links.collect(),
            of: of.collect(),
        }
    }
}

/// A tagger while it learns.
pub(super) struct Learner<'a> {
    tagger: Tagger,
    sums: Vec<Row>,
    step: f32,
    names: &'a Names,
    lessons: Vec<(Text, Signs, Gold)>,
}

impl<'a> Learner<'a> {
    pub(super) fn new(
        lessons: impl IntoIterator<Item = (Text, Vec<Stretch>)>,
        names: &'a Names,
    ) -> Self {
        let lessons = lessons.into_iter().filter(|(text, _)| text.len() > 0);
        Self {
            tagger: Tagger::default(),
            sums: Vec::new(),
            step: 1.0,
            names,
            lessons: lessons
                .map(|(text, parts)| {
                    let signs = Signs::of(&text);
                    (text, signs, Gold::new(parts))
                })
                .collect(),
        }
    }

    /// Learns `times` taggers, each of `rounds` rounds over all lessons in orders of its own, and
    /// adds them up: what one learnt by the chance of its order the others do not have.
    pub(super) fn learn(mut self, rounds: usize, times: u64) -> Tagger {
        let lessons = std::mem::take(&mut self.lessons);
        let mut all = Tagger::default();
        for seed in 0..times {
            let mut order: Vec<usize> = (0..lessons.len()).collect();
            let mut next = Shuffle::new(seed + 17);
            self.step = 1.0;
            for _ in 0..rounds {
                next.shuffle(&mut order);
                for at in &order {
                    if let Some((text, signs, gold)) = lessons.get(*at) {
                        self.lesson(text, signs, gold);
                        self.step += 1.0;
                    }
                }
            }
            let step = self.step;
            let mut one = std::mem::take(&mut self.tagger);
            for (row, sum) in one.rows.iter_mut().zip(std::mem::take(&mut self.sums)) {
                row.iter_mut().zip(sum).for_each(|(w, s)| *w -= s / step);
            }
            all.add(one);
        }
        all
    }

    fn lesson(&mut self, text: &Text, signs: &Signs, gold: &Gold) {
        let mut worst: Option<(f32, usize, Vec<Stretch>)> = None;
        let end = text.len();
        let mut right = 0.0;
        let mut arena = Arena::new();
        let tagger = &self.tagger;
        let names = self.names;
        tagger.walk(
            text,
            names,
            signs,
            Some(gold),
            &mut arena,
            |i, beam, arena| {
                right += tagger.right_step(text, names, signs, gold, i);
                let Some(best) = beam.first() else {
                    return false;
                };
                let over = best.score - right;
                if over > 0.0 && worst.as_ref().is_none_or(|w| over >= w.0) {
                    let parts = rows_of(arena, best, i + 1);
                    if parts != gold.until(i) || i + 1 == end {
                        worst = Some((over, i, parts));
                    }
                }
                true
            },
        );
        let Some((_, i, parts)) = worst else { return };
        let right = gold.until(i);
        if parts == right {
            return;
        }
        let whole = i + 1 == end;
        let (right, wrong) = (Told::of(&right, whole), Told::of(&parts, whole));
        self.move_by(text, signs, &right, &wrong, 1.0);
        self.move_by(text, signs, &wrong, &right, -1.0);
    }

    /// Moves the weights of all signs of what is told, but for what the other one tells, too: there
    /// the two moves would cancel out, and only leave rows of nothing behind.
    fn move_by(&mut self, text: &Text, signs: &Signs, told: &Told, other: &Told, by: f32) {
        for (i, here) in told.of.iter().enumerate() {
            if other.of.get(i) == Some(here) {
                continue;
            }
            let shift = if here.1 { 0 } else { CLASSES };
            for sign in signs.of.get(i).into_iter().flatten() {
                self.change(*sign, here.0 + shift, by);
            }
        }
        let mut stretch = Vec::new();
        for link in &told.links {
            if other.links.contains(link) {
                continue;
            }
            let part = link.part;
            for sign in passing(link.last, link.second, link.seen) {
                self.change(sign, part.class, by);
            }
            if link.closed {
                stretch.clear();
                let before = [class_sign(link.last), class_sign(link.second)];
                let span = (part.start, part.end);
                text.stretch(self.names, span, &mut stretch);
                text.stretch_after(self.names, span, before, &mut stretch);
                for sign in &stretch {
                    self.change(*sign, part.class, by);
                }
            }
        }
    }

    fn change(&mut self, sign: u64, class: usize, by: f32) {
        let next = u32::try_from(self.tagger.rows.len()).unwrap_or(u32::MAX);
        let at = *self.tagger.index.entry(sign).or_insert(next);
        if at == next {
            self.tagger.rows.push([0.0; WIDTH]);
            self.sums.push([0.0; WIDTH]);
        }
        let Ok(at) = usize::try_from(at) else { return };
        let weight = self.tagger.rows.get_mut(at).and_then(|r| r.get_mut(class));
        let sum = self.sums.get_mut(at).and_then(|r| r.get_mut(class));
        if let (Some(weight), Some(sum)) = (weight, sum) {
            *weight += by;
            *sum += by * self.step;
        }
    }
}

impl Tagger {
    /// What the right parts gain at the character `i`.
    fn right_step(&self, text: &Text, names: &Names, signs: &Signs, gold: &Gold, i: usize) -> f32 {
        let Some(&(class, begins)) = gold.of.get(i) else {
            return 0.0;
        };
        let of = signs.of.get(i).map(Vec::as_slice).unwrap_or_default();
        let shift = if begins { 0 } else { CLASSES };
        let mut out = self.points(of, class + shift);
        let at = gold
            .stretches
            .iter()
            .position(|s| s.start <= i && i < s.end);
        let Some(at) = at else { return out };
        let class_of = |back: usize| {
            let part = at.checked_sub(back).and_then(|at| gold.stretches.get(at));
            part.map_or(NONE, |p| p.class)
        };
        let seen = |before: usize| {
            let classes = gold.stretches.iter().take(before).map(|s| bit(s.class));
            classes.fold(0, |all, bit| all | bit)
        };
        let mut ends = Ends::default();
        let mut closed = |back: usize, end: usize| {
            let part = at.checked_sub(back).and_then(|at| gold.stretches.get(at));
            part.map_or(0.0, |part| {
                let guess = Guess {
                    score: 0.0,
                    back: None,
                    start: part.start,
                    class: part.class,
                    last: class_of(back + 1),
                    second: class_of(back + 2),
                    seen: 0,
                };
                self.closing(text, names, &guess, end, &mut ends)
            })
        };
        if begins {
            out += closed(1, i);
            out += self.points(&passing(class_of(1), class_of(2), seen(at)), class);
        }
        if i + 1 == text.len() {
            out += closed(0, i + 1);
        }
        out
    }
}

/// The parts a row of classes means.
pub(super) fn part_of(class: usize) -> Part {
    LEARNT.get(class).copied().unwrap_or(Part::Other)
}
