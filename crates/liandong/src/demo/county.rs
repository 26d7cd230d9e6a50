//! Places, names and words of a county that does not exist. Numbers begin with 100, which no
//! network gives out; the coordinates lie in the open sea.

use app::chance::SeededChance;
use app::view::{NewContact, PointView};
use domain::desk::Channel;
use std::sync::Mutex;
use triage::Engine;

/// District code and name, with the middle of it.
const DISTRICTS: [(&str, &str, f64, f64); 4] = [
    ("990001001", "城东街道", 125.532, 27.514),
    ("990001002", "城西街道", 125.488, 27.509),
    ("990001101", "临港镇", 125.601, 27.471),
    ("990001102", "青岩镇", 125.419, 27.566),
];

const ROADS: [&str; 14] = [
    "望江路",
    "澜沧里",
    "栖霞街",
    "听涛路",
    "稻香路",
    "石桥巷",
    "云麓大道",
    "港湾路",
    "青岩街",
    "朝阳北路",
    "文昌路",
    "柳堤路",
    "银杏街",
    "工农路",
];

const ESTATES: [&str; 12] = [
    "锦澜花园",
    "望江小区",
    "栖霞苑",
    "云麓新城",
    "稻香人家",
    "港湾公寓",
    "青岩新村",
    "文昌里",
    "柳堤佳苑",
    "银杏雅居",
    "朝阳小区",
    "听涛阁",
];

const SURNAMES: [&str; 12] = [
    "陆", "程", "苏", "何", "岳", "罗", "顾", "沈", "方", "江", "乔", "严",
];

/// What the county's people say: the sentences the responsibility list carries as its examples,
/// each at an invented place by an invented caller.
pub(crate) struct Speech {
    sentences: Vec<String>,
    chance: Mutex<u64>,
}

impl Speech {
    pub(crate) fn new(chance: &SeededChance) -> Self {
        // The shipped list is compiled in and tested; without it there is nothing to say.
        let sentences = Engine::shipped()
            .map(|engine| {
                engine
                    .list()
                    .matters
                    .iter()
                    .flat_map(|row| row.examples.iter().cloned())
                    .collect()
            })
            .unwrap_or_else(|_| vec!["楼下商铺半夜施工，吵得睡不着".to_owned()]);
        Self {
            sentences,
            chance: Mutex::new(chance.next()),
        }
    }

    /// The n-th contact; the same n gives the same one.
    pub(crate) fn contact(&self, n: u64) -> NewContact {
        let seed = *self
            .chance
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let chance = SeededChance::new(seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (code, district, lon, lat) = pick(&chance, &DISTRICTS)
            .copied()
            .unwrap_or(("", "", 0.0, 0.0));
        let estate = pick(&chance, &ESTATES).copied().unwrap_or_default();
        let road = pick(&chance, &ROADS).copied().unwrap_or_default();
        let house = chance.next() % 240 + 1;
        let place = match chance.next() % 3 {
            0 => format!("{district}{road}{house}号"),
            1 => format!("{district}{estate}{}栋", chance.next() % 30 + 1),
            _ => format!(
                "{district}{road}与{}路口",
                pick(&chance, &ROADS).copied().unwrap_or_default()
            ),
        };
        let number = format!("100{:08}", chance.next() % 100_000_000);
        let surname = pick(&chance, &SURNAMES).copied().unwrap_or_default();
        let title = if chance.one_in(2) { "先生" } else { "女士" };
        let narrative = pick(&chance, &self.sentences).cloned().unwrap_or_default();
        NewContact {
            channel: match chance.next() % 10 {
                0 => Channel::Messenger,
                1 => Channel::Web,
                _ => Channel::Phone,
            },
            narrative: format!("{place}，{narrative}"),
            place,
            district: code.to_owned(),
            point: Some(PointView {
                lon: near(&chance, lon),
                lat: near(&chance, lat),
            }),
            caller_number: number.clone(),
            contact_number: number,
            caller_name: format!("{surname}{title}"),
            confidential: chance.one_in(12),
            happened_at: None,
            dismissed: Vec::new(),
            then: None,
            source: String::new(),
        }
    }
}

/// One of them.
pub(crate) fn pick<'a, T>(chance: &SeededChance, from: &'a [T]) -> Option<&'a T> {
    let count = u64::try_from(from.len()).ok().filter(|n| *n > 0)?;
    from.get(usize::try_from(chance.next() % count).ok()?)
}

/// Within two kilometres or so.
fn near(chance: &SeededChance, middle: f64) -> f64 {
    let step = i32::try_from(chance.next() % 4_001).unwrap_or(0) - 2_000;
    middle + f64::from(step) / 100_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_invents_the_same_county() {
        let one = Speech::new(&SeededChance::new(7));
        let two = Speech::new(&SeededChance::new(7));
        for n in 0..50 {
            let (a, b) = (one.contact(n), two.contact(n));
            assert_eq!(a.narrative, b.narrative);
            assert!(a.caller_number.starts_with("100"));
        }
    }
}
