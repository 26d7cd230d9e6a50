//! Linear heads that are taught once and from then on only asked (AROW, as in [`super::bank`]).
//!
//! A site's heads go on learning; those that come with the program do not. So these keep no doubt
//! about their weights, no weight that is nothing, and nothing of what was heard once or twice:
//! that made two rows of three and told nothing. Each head is taught by itself, beside the others,
//! and the same lessons in the same order give the same heads, bit for bit.

use super::bank::{CALM, EPOCHS, Head, MARGIN};
use super::feature::{BITS, Features, always, length};
use super::number::{Shuffle, at, ln, narrow, real, wide};

/// Lessons a feature has to stand in.
const LEAST: u32 = 3;
/// No row.
const NONE: u32 = u32::MAX;

/// What a feature says of a class, for one class and one head.
#[derive(Debug, Clone, Copy)]
struct Word {
    class: u16,
    head: u16,
    weight: f32,
}

/// Heads over one table.
pub(crate) struct Taught {
    pub(crate) heads: Vec<Head>,
    width: usize,
    /// Row of each slot.
    index: Vec<u32>,
    /// Where the words of each row begin; one more than there are rows.
    starts: Vec<u32>,
    words: Vec<Word>,
    /// For each row, for each head: how rare the feature is.
    scales: Vec<f32>,
    /// How common each class is.
    common: Vec<f32>,
}

/// One head while it is taught.
#[derive(Default)]
struct Pupil {
    /// For each row: how rare.
    scales: Vec<f32>,
    /// For each row and what is always there, for each class.
    weights: Vec<f32>,
}

impl Taught {
    /// Teaches heads: for each example its reading and the class of each head, where it is known.
    pub(crate) fn by(
        heads: Vec<Vec<String>>,
        readings: &[Features],
        wanted: &[Vec<Option<usize>>],
    ) -> Self {
        let mut often = vec![0_u32; at(1 << BITS)];
        for &(slot, _) in readings.iter().flat_map(|r| &r.counts) {
            if let Some(n) = often.get_mut(at(slot)) {
                *n += 1;
            }
        }
        let mut rows = 0_u32;
        let number = |n: u32| {
            let row = if n < LEAST { NONE } else { rows };
            rows += u32::from(n >= LEAST);
            row
        };
        let index: Vec<u32> = often.into_iter().map(number).collect();
        let known = |reading: &Features| -> Vec<(u32, f32)> {
            let row = |&(slot, n): &(u32, f32)| Some((*index.get(at(slot))?, n));
            let rows = reading.counts.iter().filter_map(row);
            rows.filter(|(row, _)| *row != NONE).collect()
        };
        let known: Vec<Vec<(u32, f32)>> = readings.iter().map(known).collect();
        let rows = at(rows);
        let teach = |head: usize, classes: usize| {
            let of = |wanted: &Vec<Option<usize>>| wanted.get(head).copied().flatten();
            let wanted: Vec<Option<usize>> = wanted.iter().map(of).collect();
            Pupil::taught(classes, rows, &known, &wanted)
        };
        let sizes: Vec<usize> = heads.iter().map(Vec::len).collect();
        let pupils = beside(&sizes, &teach);
        Self::of(heads, index, rows, &pupils)
    }

    fn of(classes: Vec<Vec<String>>, index: Vec<u32>, rows: usize, pupils: &[Pupil]) -> Self {
        let mut width = 0;
        let mut heads = Vec::new();
        for classes in classes {
            let from = width;
            width += classes.len();
            heads.push(Head { classes, from });
        }
        let mut out = Self {
            index,
            starts: vec![0],
            words: Vec::new(),
            scales: Vec::new(),
            common: Vec::new(),
            width,
            heads,
        };
        for row in 0..=rows {
            for ((number, head), pupil) in (0_u16..).zip(&out.heads).zip(pupils) {
                let many = head.classes.len();
                let weights = pupil.weights.get(row * many..(row + 1) * many);
                let weights = weights.unwrap_or_default();
                if row == rows {
                    out.common.extend_from_slice(weights);
                    continue;
                }
                let scale = pupil.scales.get(row).copied().unwrap_or(0.0);
                out.scales.push(scale);
                for (class, &weight) in (head.from..).zip(weights).filter(|(_, w)| **w != 0.0) {
                    out.words.push(Word {
                        class: u16::try_from(class).unwrap_or(u16::MAX),
                        head: number,
                        weight,
                    });
                }
            }
            if row < rows {
                out.starts
                    .push(u32::try_from(out.words.len()).unwrap_or(NONE));
            }
        }
        out.words.shrink_to_fit();
        out
    }

    fn row(&self, slot: u32) -> Option<usize> {
        let row = *self.index.get(at(slot))?;
        (row != NONE).then_some(at(row))
    }

    fn words(&self, row: usize) -> &[Word] {
        let from = self.starts.get(row).copied().map_or(0, at);
        let to = self.starts.get(row + 1).copied().map_or(from, at);
        self.words.get(from..to).unwrap_or_default()
    }

    /// Points of every class of every head, one behind the other.
    pub(crate) fn scores(&self, features: &Features) -> Vec<f32> {
        let count = self.heads.len();
        let mut out = vec![0.0_f32; self.width];
        let mut squares = vec![0.0_f32; count];
        let mut values = vec![0.0_f32; count];
        for &(slot, n) in &features.counts {
            let Some(row) = self.row(slot) else { continue };
            let scales = self.scales.get(row * count..(row + 1) * count);
            let scales = scales.unwrap_or_default();
            for ((value, scale), square) in values.iter_mut().zip(scales).zip(&mut squares) {
                *value = n * scale;
                *square += *value * *value;
            }
            for word in self.words(row) {
                let value = values.get(usize::from(word.head)).copied().unwrap_or(0.0);
                if let Some(sum) = out.get_mut(usize::from(word.class)) {
                    *sum += value * word.weight;
                }
            }
        }
        let (_, x) = always();
        for (head, square) in self.heads.iter().zip(&squares) {
            let norm = length(*square);
            let own = head.from..head.from + head.classes.len();
            let common = self.common.get(own.clone()).unwrap_or_default();
            let sums = out.get_mut(own).unwrap_or_default();
            for (sum, common) in sums.iter_mut().zip(common) {
                *sum = *sum / norm + x * common;
            }
        }
        out
    }

    /// The points of one head out of what [`Taught::scores`] gave.
    pub(crate) fn of_head<'a>(&self, scores: &'a [f32], head: usize) -> &'a [f32] {
        let head = self.heads.get(head);
        head.and_then(|h| scores.get(h.from..h.from + h.classes.len()))
            .unwrap_or(&[])
    }

    /// How much the feature in a slot speaks for a class of a head, before the text's length.
    pub(crate) fn speaks(&self, slot: u32, head: usize, class: usize) -> f32 {
        let Some((row, h)) = self.row(slot).zip(self.heads.get(head)) else {
            return 0.0;
        };
        let scale = self.scales.get(row * self.heads.len() + head);
        let (mut own, mut all) = (0.0, 0.0);
        for word in self.words(row) {
            if usize::from(word.head) == head {
                all += word.weight;
                if usize::from(word.class) == h.from + class {
                    own = word.weight;
                }
            }
        }
        scale.copied().unwrap_or(0.0) * (own - all / real(h.classes.len().max(1)))
    }
}

/// Teaches every head in a thread of its own; where there is none to be had, one behind the other.
fn beside(sizes: &[usize], teach: &(impl Fn(usize, usize) -> Pupil + Sync)) -> Vec<Pupil> {
    std::thread::scope(|scope| {
        let begun: Vec<_> = sizes
            .iter()
            .enumerate()
            .map(|(head, &classes)| {
                let thread = std::thread::Builder::new().name(format!("ear-{head}"));
                let begun = thread.spawn_scoped(scope, move || teach(head, classes));
                begun.map_err(|_| (head, classes))
            })
            .collect();
        let done = begun.into_iter().map(|begun| match begun {
            Ok(thread) => thread.join().unwrap_or_default(),
            Err((head, classes)) => teach(head, classes),
        });
        done.collect()
    })
}

impl Pupil {
    fn taught(
        classes: usize,
        rows: usize,
        known: &[Vec<(u32, f32)>],
        wanted: &[Option<usize>],
    ) -> Self {
        let scales = rarity(rows, known, wanted);
        // Each example's vector once and not at every pass: unit length, and what is always there.
        let (_, always) = always();
        let mut examples: Vec<(Vec<(usize, f32)>, usize)> = Vec::new();
        for (reading, class) in known.iter().zip(wanted) {
            let Some(class) = class.filter(|class| *class < classes) else {
                continue;
            };
            let mut squares = 0.0_f32;
            let mut x: Vec<(usize, f32)> = Vec::with_capacity(reading.len() + 1);
            for &(row, n) in reading {
                let value = n * scales.get(at(row)).copied().unwrap_or(0.0);
                squares += value * value;
                x.push((at(row) * classes, value));
            }
            let norm = length(squares);
            x.iter_mut().for_each(|(_, value)| *value /= norm);
            x.push((rows * classes, always));
            examples.push((x, class));
        }
        let mut out = Self {
            scales,
            weights: vec![0.0; (rows + 1) * classes],
        };
        let mut unsure = vec![1.0_f32; out.weights.len()];
        let mut points = vec![0.0_f32; classes];
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut chance = Shuffle::new(1);
        for _ in 0..EPOCHS {
            chance.shuffle(&mut order);
            for (x, class) in order.iter().filter_map(|i| examples.get(*i)) {
                out.learn(x, *class, &mut points, &mut unsure);
            }
        }
        out
    }

    /// Learns one example: the right class gains on its strongest rival, where it did not lead by
    /// the margin.
    fn learn(&mut self, x: &[(usize, f32)], class: usize, points: &mut [f32], unsure: &mut [f32]) {
        points.fill(0.0);
        for &(start, value) in x {
            let weights = self.weights.get(start..start + points.len());
            for (sum, weight) in points.iter_mut().zip(weights.unwrap_or_default()) {
                *sum += value * weight;
            }
        }
        let own = points.get(class).copied().unwrap_or(0.0);
        let others = points.iter().enumerate().filter(|(c, _)| *c != class);
        let rival = others.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((rival, lead)) = rival.map(|(c, best)| (c, own - best)) else {
            return;
        };
        if lead >= MARGIN {
            return;
        }
        let mut doubt = 0.0_f32;
        for &(start, value) in x {
            let of = |c: usize| unsure.get(start + c).copied().unwrap_or(0.0);
            doubt += value * value * (of(class) + of(rival));
        }
        let beta = 1.0 / (doubt + CALM);
        let alpha = (MARGIN - lead) * beta;
        for &(start, value) in x {
            for (c, sign) in [(class, 1.0), (rival, -1.0)] {
                let weight = self.weights.get_mut(start + c);
                if let Some((weight, unsure)) = weight.zip(unsure.get_mut(start + c)) {
                    let step = *unsure * value;
                    *weight += sign * alpha * step;
                    *unsure -= beta * step * step;
                }
            }
        }
    }
}

/// How rare each feature is among the examples a head has an answer for. How unevenly its classes
/// use it is not asked, as a site's heads do: with 10,000 lessons that costs half a point.
fn rarity(rows: usize, known: &[Vec<(u32, f32)>], wanted: &[Option<usize>]) -> Vec<f32> {
    let mut seen = vec![0_usize; rows];
    let mut all = 0;
    for (reading, _) in known.iter().zip(wanted).filter(|(_, w)| w.is_some()) {
        all += 1;
        for &(row, _) in reading {
            if let Some(n) = seen.get_mut(at(row)) {
                *n += 1;
            }
        }
    }
    let rare = |n: usize| narrow(ln((1.0 + wide(all)) / (1.0 + wide(n))) + 1.0);
    seen.into_iter().map(rare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Features {
        Features::of_chars(&text.chars().collect::<Vec<_>>(), &mut Vec::new())
    }

    fn taught() -> Taught {
        let texts = [
            "电钻太吵",
            "电钻声响",
            "夜里电钻",
            "拖欠工资",
            "工资没发",
            "要工资",
        ];
        let readings: Vec<Features> = texts.map(read).to_vec();
        let wanted: Vec<_> = [0, 0, 0, 1, 1, 1].map(|c| vec![Some(c), None]).to_vec();
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let heads = vec![names(["noise", "wages"]), names(["one", "other"])];
        Taught::by(heads, &readings, &wanted)
    }

    #[test]
    fn it_knows_what_was_heard_often_and_nothing_of_what_was_heard_once() {
        let taught = taught();
        let of = |text: &str| taught.scores(&read(text));
        let (noise, wages, new) = (of("楼上电钻"), of("三个月工资"), of("夜里"));
        assert!(noise[0] > noise[1] + 0.5, "{noise:?}");
        assert!(wages[1] > wages[0] + 0.5, "{wages:?}");
        assert!((new[0] - of("")[0]).abs() < 1e-6, "夜里 stood there once");
        assert_eq!(noise[2..], [0.0, 0.0], "nobody said anything to this head");
        let mut slot = 0;
        super::super::feature::grams(&['电', '钻'], |gram| {
            if gram.length == 2 {
                slot = gram.slot;
            }
        });
        assert!(taught.speaks(slot, 0, 0) > 0.0);
        assert!(taught.speaks(slot, 0, 1) < 0.0);
    }

    #[test]
    fn the_same_lessons_give_the_same_heads_with_and_without_threads() {
        let (a, b) = (taught(), taught());
        let text = read("电钻和工资");
        assert_eq!(a.scores(&text), b.scores(&text));
    }
}
