//! Near-duplicates by MinHash: 128 hashes of runs of two characters, in 32 bands of 4.
//!
//! Used three ways: to find the closed cases a narrative is most like, to find the same words sent
//! twice, and to keep twins on one side when a head is measured.

use super::number::{at, real};
use std::collections::VecDeque;

const HASHES: usize = 128;
const BAND: usize = 4;
const BANDS: usize = HASHES / BAND;
/// Characters of a run.
const SHINGLE: usize = 2;
/// Texts looked at for one question at most, the youngest first.
const LOOKED_AT: usize = 512;
/// Texts looked at in one bucket, the youngest; a boilerplate that everybody sends says nothing.
const BUCKET: usize = 128;

/// What is left of a text for comparing: no word can be read out of it. Of each hash half its bits: of 65,536 that
/// differ one passes for the same, which is less than a hash more or less says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Box<[u16]>);

impl Sketch {
    /// The sketch of normal characters; `None` where there is too little to compare.
    #[must_use]
    pub fn of(chars: &[char]) -> Option<Self> {
        let letters: Vec<char> = chars
            .iter()
            .copied()
            .filter(|c| crate::narrative::is_letter(*c))
            .take(super::feature::MOST)
            .collect();
        if letters.len() < 6 {
            return None;
        }
        let mut least = vec![u32::MAX; HASHES];
        for run in letters.windows(SHINGLE) {
            crate::steps::step();
            let mut hash = 0xcbf2_9ce4_8422_2325_u64;
            for &c in run {
                hash = spread(hash ^ u64::from(u32::from(c)));
            }
            // Two halves of one hash make all the others (Kirsch and Mitzenmacher).
            let (a, b) = (hash, spread(hash) | 1);
            let mut each = a;
            for slot in &mut least {
                each = each.wrapping_add(b);
                let value = u32::try_from(spread(each) >> 32).unwrap_or(u32::MAX);
                *slot = value.min(*slot);
            }
        }
        // The least are small numbers: their lower halves say which.
        let lower = |least: &u32| u16::try_from(least & 0xffff).unwrap_or(0);
        Some(Self(least.iter().map(lower).collect()))
    }

    /// How alike two texts are, 0 to 1: the estimated share of runs both have (Jaccard).
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        real(same) / real(HASHES)
    }

    fn bands(&self) -> impl Iterator<Item = (&[u16], u64)> {
        self.0.chunks(BAND).enumerate().map(|(number, band)| {
            let mut hash = u64::try_from(number).unwrap_or(0);
            for &value in band {
                hash = spread(hash ^ u64::from(value));
            }
            (band, hash)
        })
    }

    fn band(&self, number: usize) -> Option<&[u16]> {
        self.0.get(number * BAND..(number + 1) * BAND)
    }
}

const fn spread(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// No text.
const NONE: u32 = u32::MAX;
/// A band of a text as one number: the text's times this, and the band's.
const LINK: u32 = 32;
const _: () = assert!(BANDS == 32);

/// Sketches that can be asked which of them a text is like. The oldest give way.
///
/// Texts that have a band in common form a chain, from the youngest back: tens of bytes for a text
/// instead of the hundreds that a map of buckets takes.
#[derive(Debug, Clone, Default)]
pub struct Twins {
    kept: VecDeque<Kept>,
    /// The youngest link of the chain a band's hash belongs to: a power of two of them, as many as
    /// there are bands at least. Different bands may have one chain.
    youngest: Vec<u32>,
    next: u32,
    most: usize,
}

#[derive(Debug, Clone)]
struct Kept {
    sketch: Sketch,
    /// For each band the link before it in its chain.
    before: Box<[u32; BANDS]>,
}

impl Twins {
    /// Keeps the youngest `most` texts.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Adds a text; gives its number, counted from 0 in the order of adding.
    pub fn add(&mut self, sketch: Sketch) -> u32 {
        let number = self.next;
        self.next += 1;
        self.kept.push_back(Kept {
            sketch,
            before: Box::new([NONE; BANDS]),
        });
        if self.kept.len() > self.most {
            self.kept.pop_front();
        }
        if self.kept.len() * BANDS > self.youngest.len() {
            let room = (self.kept.len() * BANDS).next_power_of_two();
            self.youngest = vec![NONE; room];
            (0..self.kept.len()).for_each(|place| self.chain(place));
        } else {
            self.chain(self.kept.len().saturating_sub(1));
        }
        number
    }

    /// Number of the oldest.
    fn first(&self) -> u32 {
        self.next - u32::try_from(self.kept.len()).unwrap_or(self.next)
    }

    fn slot(&self, hash: u64) -> usize {
        at(u32::try_from(hash >> 32).unwrap_or(0)) & self.youngest.len().wrapping_sub(1)
    }

    /// Puts a text before all others of its chains.
    fn chain(&mut self, place: usize) {
        let number = self.first() + u32::try_from(place).unwrap_or(0);
        let Some(kept) = self.kept.get(place) else {
            return;
        };
        let mut before = kept.before.clone();
        let slots: Vec<usize> = kept
            .sketch
            .bands()
            .map(|(_, hash)| self.slot(hash))
            .collect();
        let links = (number.saturating_mul(LINK)..)
            .zip(slots)
            .zip(before.iter_mut());
        for ((link, slot), before) in links {
            if let Some(youngest) = self.youngest.get_mut(slot) {
                *before = std::mem::replace(youngest, link);
            }
        }
        if let Some(kept) = self.kept.get_mut(place) {
            kept.before = before;
        }
    }

    /// The texts like this one, at least as much as `least`: number and likeness, likest first.
    #[must_use]
    pub fn like(&self, sketch: &Sketch, least: f32) -> Vec<(u32, f32)> {
        let mut numbers: Vec<u32> = Vec::new();
        for (band, (values, hash)) in (0..LINK).zip(sketch.bands()) {
            let mut link = self.youngest.get(self.slot(hash)).copied().unwrap_or(NONE);
            let mut found = 0;
            // Whoever is older than a text that has given way has given way, too.
            while let Some(kept) = self.kept(link / LINK).filter(|_| found < BUCKET) {
                let own = link % LINK;
                if own == band && kept.sketch.band(at(own)) == Some(values) {
                    numbers.push(link / LINK);
                    found += 1;
                }
                link = kept.before.get(at(own)).copied().unwrap_or(NONE);
            }
        }
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.dedup();
        let mut out: Vec<(u32, f32)> = numbers
            .into_iter()
            .take(LOOKED_AT)
            .filter_map(|number| Some((number, self.kept(number)?.sketch.likeness(sketch))))
            .filter(|(_, likeness)| *likeness >= least)
            .collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        out
    }

    fn kept(&self, number: u32) -> Option<&Kept> {
        self.kept.get(at(number.checked_sub(self.first())?))
    }
}

/// Which texts belong together: the number of the first one of each family.
pub(crate) fn families(sketches: &[Option<Sketch>], least: f32) -> Vec<usize> {
    let mut head: Vec<usize> = (0..sketches.len()).collect();
    let mut twins = Twins::new(usize::MAX);
    let mut texts: Vec<usize> = Vec::new();
    for (text, sketch) in sketches.iter().enumerate() {
        let Some(sketch) = sketch else { continue };
        for (number, _) in twins.like(sketch, least) {
            if let Some(&other) = texts.get(at(number)) {
                let (a, b) = (root(&head, other), root(&head, text));
                if let Some(slot) = head.get_mut(a.max(b)) {
                    *slot = a.min(b);
                }
            }
        }
        twins.add(sketch.clone());
        texts.push(text);
    }
    (0..head.len()).map(|text| root(&head, text)).collect()
}

fn root(head: &[usize], mut text: usize) -> usize {
    while let Some(&up) = head.get(text) {
        if up == text {
            break;
        }
        text = up;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(&text.chars().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn the_same_words_sent_again_are_found_and_others_are_not() {
        let mut twins = Twins::new(10);
        twins.add(sketch(
            "望江路十八号楼下烧烤店油烟太大，天天呛得睡不着觉，请尽快处理",
        ));
        twins.add(sketch("老板拖欠三个月工资一直不发，打电话也不接，请帮忙"));
        let again = sketch("望江路十八号楼下烧烤店油烟太大，天天呛得睡不着，请处理");
        let found = twins.like(&again, 0.5);
        assert_eq!(found.first().map(|f| f.0), Some(0));
        assert_eq!(found.len(), 1);
        assert!(Sketch::of(&['漏', '水']).is_none());
    }

    #[test]
    fn the_oldest_give_way() {
        let mut twins = Twins::new(2);
        let first = sketch("第一个完全不同的句子在这里");
        twins.add(first.clone());
        twins.add(sketch("小区门口垃圾没有人清运"));
        twins.add(sketch("路灯坏了三天晚上看不见"));
        assert!(twins.like(&first, 0.5).is_empty());
        assert_eq!((twins.kept.len(), twins.first()), (2, 1));
    }

    #[test]
    fn chains_find_whom_a_look_at_all_of_them_finds() {
        let text = |n: usize| {
            let words = ["路灯", "垃圾", "停水", "噪音", "工资", "油烟", "违停"];
            let word = |k: usize| words[(n / words.len().pow(k.try_into().unwrap())) % words.len()];
            format!(
                "{}的{}又来了，{}没人管，{}请处理",
                word(0),
                word(1),
                word(2),
                word(0)
            )
        };
        let mut twins = Twins::new(300);
        let sketches: Vec<Sketch> = (0..500).map(|n| sketch(&text(n))).collect();
        sketches.iter().for_each(|sketch| {
            twins.add(sketch.clone());
        });
        for asked in sketches.iter().step_by(23) {
            let share = |other: &Sketch| {
                asked
                    .0
                    .chunks(BAND)
                    .zip(other.0.chunks(BAND))
                    .any(|(a, b)| a == b)
            };
            let mut all: Vec<(u32, f32)> = (200..500)
                .map(|n| (n, &sketches[at(n)]))
                .filter(|(_, other)| share(other))
                .map(|(n, other)| (n, asked.likeness(other)))
                .filter(|(_, likeness)| *likeness >= 0.2)
                .collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
            let found = twins.like(asked, 0.2);
            // A bucket shows its youngest only, so what is found is among all, and most of it is.
            assert!(found.iter().all(|one| all.contains(one)));
            assert!(
                all.len() > BUCKET || found == all,
                "{} of {}",
                found.len(),
                all.len()
            );
        }
    }

    #[test]
    fn families_hold_together_over_a_middle_one() {
        let texts = [
            "工地夜里打桩太吵睡不着觉",
            "工地夜里打桩太吵睡不着",
            "家里停水两天了没有通知",
        ];
        let sketches: Vec<_> = texts.iter().map(|t| Some(sketch(t))).collect();
        assert_eq!(families(&sketches, 0.5), [0, 0, 2]);
    }
}
