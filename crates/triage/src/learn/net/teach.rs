//! How a net is taught: the same lessons in the same order give the same net, bit for bit, with
//! threads or without.

use super::{CELL, HIDDEN, Known, Member, Net, REACH, ROW, ZERO, all_of};
use crate::learn::bank::Head;
use crate::learn::feature::Features;
use crate::learn::number::{Shuffle, byte, exp, ln, narrow, wide};

/// Lessons a feature has to stand in.
const LEAST: usize = 4;
/// Nets that are asked together.
const MEMBERS: u64 = 3;
/// Passes over the lessons, and how far the first step goes (Adagrad); it shrinks to a fifth.
const EPOCHS: usize = 5;
const STEP: f32 = 0.1;
/// Share of the features that are not shown in a pass: no answer may hang on one of them.
const HIDE: f32 = 0.4;
/// How far from nothing the numbers of a feature begin.
const BEGIN: f32 = 0.1;

impl Net {
    /// Teaches heads: for each lesson its reading and the class of each head, where it is known.
    pub(crate) fn taught(
        version: String,
        heads: Vec<Vec<String>>,
        readings: &[Features],
        wanted: &[Vec<Option<usize>>],
    ) -> Self {
        let slots = readings.iter().flat_map(|r| &r.counts);
        let mut slots: Vec<u32> = slots.map(|(slot, _)| *slot).collect();
        slots.sort_unstable();
        let mut net = Self::bare(version, heads);
        for lessons in slots.chunk_by(|a, b| a == b) {
            if let Some(slot) = lessons.first().filter(|_| lessons.len() >= LEAST) {
                let rare = (1.0 + wide(readings.len())) / (1.0 + wide(lessons.len()));
                let _ = net.add_row(*slot, narrow(ln(rare) + 1.0));
            }
        }
        let known: Vec<Known> = readings.iter().map(|r| net.known(r)).collect();
        let rows = net.slots.len();
        let taught = beside(&|seed| Pupil::taught(&net.heads, rows, &known, wanted, seed));
        let cells = (0..rows).flat_map(|row| taught.iter().map(move |(_, cells)| cells.get(row)));
        let cells: Vec<[u8; CELL]> = cells.flatten().copied().collect();
        net.cells = cells.into_flattened().into();
        net.members = taught.into_iter().map(|(member, _)| member).collect();
        net
    }
}

/// Teaches every net in a thread of its own; where there is none to be had, one behind the other.
fn beside(teach: &(impl Fn(u64) -> Taught + Sync)) -> Vec<Taught> {
    std::thread::scope(|scope| {
        let begun: Vec<_> = (1..=MEMBERS)
            .map(|seed| {
                let thread = std::thread::Builder::new().name(format!("ear-{seed}"));
                let begun = thread.spawn_scoped(scope, move || teach(seed));
                begun.map_err(|_| seed)
            })
            .collect();
        let done = begun.into_iter().map(|begun| match begun {
            Ok(thread) => thread.join().ok(),
            Err(seed) => Some(teach(seed)),
        });
        done.flatten().collect()
    })
}

/// A net with its cells.
type Taught = (Member, Vec<[u8; CELL]>);

/// Numbers that are learnt, each with how far it has moved (Adagrad).
struct Numbers {
    at: Vec<f32>,
    moved: Vec<f32>,
}

impl Numbers {
    fn new(at: Vec<f32>) -> Self {
        // Not nothing: the first step is divided by it.
        let moved = vec![1e-8; at.len()];
        Self { at, moved }
    }

    /// Moves a stretch against its slopes, each times `x`.
    #[inline]
    fn step(&mut self, from: usize, slopes: &[f32], x: f32, step: f32) {
        let at = self.at.get_mut(from..from + slopes.len());
        let moved = self.moved.get_mut(from..from + slopes.len());
        let Some((at, moved)) = at.zip(moved) else {
            return;
        };
        for ((at, moved), slope) in at.iter_mut().zip(moved).zip(slopes) {
            let slope = slope * x;
            *moved += slope * slope;
            *at -= step * slope / moved.sqrt();
        }
    }
}

/// One net while it is taught.
struct Pupil<'a> {
    heads: &'a [Head],
    width: usize,
    rows: Numbers,
    bias: Numbers,
    weights: Numbers,
    common: Numbers,
    /// Room that is used again.
    points: Vec<f32>,
    back: Vec<f32>,
}

impl<'a> Pupil<'a> {
    fn taught(
        heads: &'a [Head],
        rows: usize,
        known: &[Known],
        wanted: &[Vec<Option<usize>>],
        seed: u64,
    ) -> Taught {
        let mut chance = Shuffle::new(seed);
        let width: usize = heads.iter().map(|head| head.classes.len()).sum();
        let mut begin = |count: usize, far: f32| -> Numbers {
            Numbers::new((0..count).map(|_| far * chance.around()).collect())
        };
        let spread = 1.0 / narrow(wide(HIDDEN).sqrt());
        let mut out = Self {
            heads,
            width,
            rows: begin(rows * HIDDEN, BEGIN),
            bias: begin(HIDDEN, 0.0),
            weights: begin(HIDDEN * width, spread),
            common: begin(width, 0.0),
            points: vec![0.0; width],
            back: vec![0.0; HIDDEN],
        };
        let mut order: Vec<usize> = (0..known.len()).collect();
        let mut shown = Known::new();
        for epoch in 0..EPOCHS {
            chance.shuffle(&mut order);
            let step = STEP * (1.0 - 0.8 * narrow(wide(epoch) / wide(EPOCHS)));
            for &i in &order {
                let Some((known, wanted)) = known.get(i).zip(wanted.get(i)) else {
                    continue;
                };
                shown.clear();
                let kept = known.iter().filter(|_| chance.share() >= HIDE);
                shown.extend(kept.map(|(row, x)| (row * HIDDEN, x / (1.0 - HIDE))));
                out.learn(&shown, wanted, step);
            }
        }
        out.member()
    }

    /// Learns one lesson; `shown` has where each row begins.
    fn learn(&mut self, shown: &Known, wanted: &[Option<usize>], step: f32) {
        let mut heard = self.bias.at.clone();
        for &(from, x) in shown {
            let row = self.rows.at.get(from..from + HIDDEN).unwrap_or_default();
            for (sum, number) in heard.iter_mut().zip(row) {
                *sum += x * number;
            }
        }
        heard.iter_mut().for_each(|x| *x = x.max(0.0));
        self.points.copy_from_slice(&self.common.at);
        for (&x, weights) in heard.iter().zip(self.weights.at.chunks_exact(self.width)) {
            for (sum, weight) in self.points.iter_mut().zip(weights) {
                *sum += x * weight;
            }
        }
        // From here on how much too high each point is: its share less what was wanted.
        for (head, wanted) in self.heads.iter().zip(wanted) {
            let own = head.from..head.from + head.classes.len();
            let points = self.points.get_mut(own).unwrap_or_default();
            let Some(wanted) = wanted else {
                points.fill(0.0);
                continue;
            };
            let all = all_of(points);
            for (class, point) in points.iter_mut().enumerate() {
                let share = narrow(exp(f64::from(*point - all)));
                *point = if class == *wanted { share - 1.0 } else { share };
            }
        }
        let of_hidden = self.weights.at.chunks_exact(self.width);
        for ((back, weights), &x) in self.back.iter_mut().zip(of_hidden).zip(&heard) {
            let slope = weights.iter().zip(&self.points).map(|(w, p)| w * p);
            *back = if x > 0.0 { slope.sum() } else { 0.0 };
        }
        for (hidden, &x) in heard.iter().enumerate().filter(|(_, x)| **x > 0.0) {
            let from = hidden * self.width;
            self.weights.step(from, &self.points, x, step);
        }
        self.common.step(0, &self.points, 1.0, step);
        self.bias.step(0, &self.back, 1.0, step);
        for &(from, x) in shown {
            self.rows.step(from, &self.back, x, step);
        }
    }

    fn member(self) -> Taught {
        let cells = self.rows.at.as_chunks().0.iter().map(cell).collect();
        let member = Member {
            bias: self.bias.at,
            weights: self.weights.at,
            common: self.common.at,
        };
        (member, cells)
    }
}

/// What a feature adds to the hidden numbers, in half a byte each.
fn cell(row: &[f32; HIDDEN]) -> [u8; CELL] {
    let most = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let [_, _, low, high] = (most / f32::from(REACH)).to_le_bytes();
    // Cut off, a unit is a little short: the largest number still lies within the reach.
    let unit = f32::from_le_bytes([0, 0, low, high]).max(f32::MIN_POSITIVE);
    let half = |x: f32| {
        let reach = f32::from(REACH);
        ZERO.saturating_add_signed(byte((x / unit).clamp(-reach, reach)))
    };
    let mut cell = [0; CELL];
    let [to_low, to_high, halves @ ..] = &mut cell;
    (*to_low, *to_high) = (low, high);
    let (lower, upper) = row.split_at(ROW);
    for ((to, lower), upper) in halves.iter_mut().zip(lower).zip(upper) {
        *to = half(*lower) | half(*upper) << 4;
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Features {
        Features::wide(&text.chars().collect::<Vec<_>>())
    }

    fn taught() -> Net {
        let texts = [
            "电钻太吵",
            "电钻声响",
            "夜里电钻",
            "拖欠工资",
            "工资没发",
            "要工资",
        ];
        // Each often enough to be heard, and 夜里 with its lesson fewer times than that.
        let often = |i: usize| if i == 2 { LEAST - 1 } else { LEAST + 2 };
        let lessons: Vec<usize> = (0..texts.len())
            .flat_map(|i| std::iter::repeat_n(i, often(i)))
            .collect();
        let readings: Vec<Features> = lessons.iter().map(|i| read(texts[*i])).collect();
        let wanted: Vec<_> = lessons.iter().map(|i| vec![Some(i / 3), None]).collect();
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let heads = vec![names(["noise", "wages"]), names(["one", "other"])];
        Net::taught("1".to_owned(), heads, &readings, &wanted)
    }

    #[test]
    fn it_knows_what_was_heard_often_and_nothing_of_what_was_heard_seldom() {
        let net = taught();
        let of = |text: &str| net.shares(&net.hear(&read(text)), 0);
        let (noise, wages) = (of("楼上电钻"), of("三个月工资"));
        assert!(noise[0] > noise[1] + 0.5, "{noise:?}");
        assert!(wages[1] > wages[0] + 0.5, "{wages:?}");
        let sum: f32 = noise.iter().map(|x| x.exp()).sum();
        assert!(sum <= 1.0 + 1e-4, "shares: {noise:?}");
        assert_eq!(of("夜里"), of(""), "夜里 stood there too seldom");
    }

    #[test]
    fn it_tells_what_spoke_for_a_class() {
        let net = taught();
        let text = net.hear(&read("楼上电钻和工资"));
        let slot = |word: [char; 2]| {
            let mut slot = 0;
            crate::learn::feature::grams(&word, |gram| {
                if gram.length == 2 {
                    slot = gram.wide;
                }
            });
            slot
        };
        let (drill, pay) = (slot(['电', '钻']), slot(['工', '资']));
        let noise = net.leaning(&text, 0, 0);
        assert!(net.speaks(drill, &noise) > 0.0 && net.speaks(pay, &noise) < 0.0);
        assert_eq!(net.speaks(slot(['没', '听']), &noise), 0.0);
    }

    #[test]
    fn the_same_lessons_give_the_same_net() {
        assert_eq!(taught(), taught());
    }

    #[test]
    fn a_net_comes_back_from_its_bytes_and_nothing_else_does() {
        let net = taught();
        let bytes: &'static [u8] = net.to_bytes().leak();
        assert_eq!(Net::from_bytes(bytes), Some(net));
        for length in 0..bytes.len() {
            assert_eq!(Net::from_bytes(&bytes[..length]), None, "{length}");
        }
        let longer: &'static [u8] = [bytes, &[0]].concat().leak();
        assert_eq!(Net::from_bytes(longer), None);
    }
}
