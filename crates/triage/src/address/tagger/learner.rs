//! How the tagger learns: averaged perceptron with the largest violation inside the beam (Huang
//! 2012). No chance is in it, so the same lessons give the same weights.

use super::{
    Arena, Asked, CLASSES, Guess, NONE, Row, SEEN, Signs, Stretch, Tagger, WIDTH, Walk, Weights,
    bit, passing, rows_of,
};
use crate::address::names::Names;
use crate::address::text::Text;
use crate::learn::Shuffle;

/// The right parts of a lesson, by character.
pub(super) struct Gold {
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

    pub(super) fn is(&self, i: usize, class: usize, begins: bool) -> bool {
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
    last: u8,
    second: u8,
    seen: u32,
    closed: bool,
}

fn small(class: usize) -> u8 {
    u8::try_from(class).unwrap_or(NONE)
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
            last = small(part.class);
            seen |= bit(last);
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
pub(in crate::address) struct Learner<'a> {
    tagger: Tagger,
    sums: Vec<Row>,
    step: f32,
    names: &'a Names,
    lessons: Vec<(Text, Signs, Gold)>,
}

impl<'a> Learner<'a> {
    pub(in crate::address) fn new(
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
    /// adds them up: what one learnt by the chance of its order the others do not have. Signs that weigh
    /// less than `least` for every class are forgotten: most of what few lessons taught.
    pub(in crate::address) fn learn(mut self, rounds: usize, times: u64, least: f32) -> Weights {
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
        all.forget(least);
        Weights::of(&all)
    }

    fn lesson(&mut self, text: &Text, signs: &Signs, gold: &Gold) {
        let mut worst: Option<(f32, usize, Vec<Stretch>)> = None;
        let end = text.len();
        let mut right = 0.0;
        let walk = Walk {
            weigh: &self.tagger,
            text,
            names: self.names,
        };
        walk.over(
            signs,
            Some(gold),
            &mut Arena::default(),
            |i, beam, arena| {
                right += walk.right_step(signs, gold, i);
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
            for sign in signs.of_character(i) {
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
                let before = [u32::from(link.last), u32::from(link.second)];
                let span = text.span(self.names, (part.start, part.end));
                text.stretch(&span, &mut stretch);
                text.stretch_after(&span, before, &mut stretch);
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
    fn forget(&mut self, least: f32) {
        let mut next = 0;
        let mut places: Vec<Option<u32>> = Vec::with_capacity(self.rows.len());
        self.rows.retain(|row| {
            let stays = row.iter().any(|w| w.abs() >= least);
            places.push(stays.then_some(next));
            next += u32::from(stays);
            stays
        });
        self.rows.shrink_to_fit();
        self.index.retain(|_, at| {
            let place = usize::try_from(*at).ok().and_then(|at| places.get(at));
            place.copied().flatten().is_some_and(|place| {
                *at = place;
                true
            })
        });
        self.index.shrink_to_fit();
    }

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
}

impl Walk<'_, Tagger> {
    /// What the right parts gain at the character `i`.
    fn right_step(&self, signs: &Signs, gold: &Gold, i: usize) -> f32 {
        let Some(&(class, begins)) = gold.of.get(i) else {
            return 0.0;
        };
        let shift = if begins { 0 } else { CLASSES };
        let mut out = self.weigh.points(signs.of_character(i), class + shift);
        let at = gold
            .stretches
            .iter()
            .position(|s| s.start <= i && i < s.end);
        let Some(at) = at else { return out };
        let class_of = |back: usize| {
            let part = at.checked_sub(back).and_then(|at| gold.stretches.get(at));
            part.map_or(NONE, |p| small(p.class))
        };
        let seen = |before: usize| {
            let parts = gold.stretches.iter().take(before);
            parts.fold(0, |all, part| all | bit(small(part.class)))
        };
        let mut asked = Asked::default();
        let mut closed = |back: usize, end: usize| {
            let part = at.checked_sub(back).and_then(|at| gold.stretches.get(at));
            part.map_or(0.0, |part| {
                let guess = Guess {
                    start: u16::try_from(part.start).unwrap_or(u16::MAX),
                    class: small(part.class),
                    last: class_of(back + 1),
                    second: class_of(back + 2),
                    ..Guess::FIRST
                };
                self.closing(&guess, end, &mut asked)
            })
        };
        if begins {
            out += closed(1, i);
            out += self
                .weigh
                .points(&passing(class_of(1), class_of(2), seen(at)), class);
        }
        if i + 1 == self.text.len() {
            out += closed(0, i + 1);
        }
        out
    }
}
