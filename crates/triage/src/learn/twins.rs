//! Near-duplicates by MinHash: 128 hashes of runs of two characters, in 32 bands of 4.
//!
//! Used three ways: to find the closed cases a narrative is most like, to find the same words sent
//! twice, and to keep twins on one side when a head is measured.

use super::number::{at, real};
use std::collections::BTreeMap;

const HASHES: usize = 128;
const BAND: usize = 4;
/// Characters of a run.
const SHINGLE: usize = 2;
/// Texts looked at for one question at most, the youngest first.
const LOOKED_AT: usize = 512;
/// Texts kept in one bucket; a boilerplate that everybody sends says nothing.
const BUCKET: usize = 128;

/// What is left of a text for comparing: no word can be read out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Box<[u32]>);

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
        Some(Self(least.into_boxed_slice()))
    }

    /// How alike two texts are, 0 to 1: the estimated share of runs both have (Jaccard).
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        real(same) / real(HASHES)
    }

    fn bands(&self) -> impl Iterator<Item = u64> {
        self.0.chunks(BAND).enumerate().map(|(number, band)| {
            let mut hash = u64::try_from(number).unwrap_or(0);
            for &value in band {
                hash = spread(hash ^ u64::from(value));
            }
            hash
        })
    }
}

const fn spread(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Sketches that can be asked which of them a text is like. The oldest give way.
#[derive(Debug, Clone, Default)]
pub struct Twins {
    buckets: BTreeMap<u64, Vec<u32>>,
    kept: std::collections::VecDeque<(u32, Sketch)>,
    next: u32,
    most: usize,
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
        for band in sketch.bands() {
            let bucket = self.buckets.entry(band).or_default();
            if bucket.len() >= BUCKET {
                bucket.remove(0);
            }
            bucket.push(number);
        }
        self.kept.push_back((number, sketch));
        while self.kept.len() > self.most {
            let Some((old, gone)) = self.kept.pop_front() else {
                break;
            };
            for band in gone.bands() {
                if let Some(bucket) = self.buckets.get_mut(&band) {
                    bucket.retain(|n| *n != old);
                    if bucket.is_empty() {
                        self.buckets.remove(&band);
                    }
                }
            }
        }
        number
    }

    /// The texts like this one, at least as much as `least`: number and likeness, likest first.
    #[must_use]
    pub fn like(&self, sketch: &Sketch, least: f32) -> Vec<(u32, f32)> {
        let mut numbers: Vec<u32> = Vec::new();
        for band in sketch.bands() {
            numbers.extend(self.buckets.get(&band).into_iter().flatten());
        }
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.dedup();
        let mut out: Vec<(u32, f32)> = numbers
            .into_iter()
            .take(LOOKED_AT)
            .filter_map(|number| Some((number, self.sketch(number)?.likeness(sketch))))
            .filter(|(_, likeness)| *likeness >= least)
            .collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        out
    }

    fn sketch(&self, number: u32) -> Option<&Sketch> {
        let first = self.kept.front()?.0;
        self.kept
            .get(at(number.checked_sub(first)?))
            .map(|(_, sketch)| sketch)
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
        assert!(twins.buckets.values().flatten().all(|n| *n > 0));
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
