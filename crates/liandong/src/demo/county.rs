//! Places, names and words of a county that does not exist. Numbers begin with 100, which no
//! network gives out; the coordinates lie in the open sea.

use app::chance::SeededChance;
use app::place::{Gazetteer, How};
use app::view::{NewContact, PointView};
use domain::datum::Datum;
use domain::desk::Channel;
use std::sync::{Arc, Mutex};
use triage::Engine;

/// The county's own map: invented districts, roads, estates and waters. Where a call comes from is
/// looked up on it, so that words and point agree.
pub(crate) const MAP: &str = include_str!("county.geojson");

/// The map, read.
pub(crate) fn map() -> anyhow::Result<Arc<Gazetteer>> {
    Ok(Arc::new(Gazetteer::read(MAP)?))
}

const SURNAMES: [&str; 12] = [
    "陆", "程", "苏", "何", "岳", "罗", "顾", "沈", "方", "江", "乔", "严",
];

/// What the county's people say: the sentences the responsibility list carries as its examples,
/// each at an invented place by an invented caller.
pub(crate) struct Speech {
    sentences: Vec<String>,
    map: Arc<Gazetteer>,
    roads: Vec<String>,
    estates: Vec<String>,
    /// Pairs of roads that cross.
    crossings: Vec<(String, String)>,
    chance: Mutex<u64>,
}

impl Speech {
    pub(crate) fn new(chance: &SeededChance, map: &Arc<Gazetteer>) -> Self {
        let roads: Vec<String> = map.roads().map(str::to_owned).collect();
        let crosses = |one: &str, other: &str| {
            map.locate(&format!("{one}与{other}路口"))
                .is_some_and(|found| found.how == How::Crossing)
        };
        let crossings = roads
            .iter()
            .flat_map(|one| roads.iter().map(move |other| (one, other)))
            .filter(|(one, other)| one != other && crosses(one, other))
            .map(|(one, other)| (one.clone(), other.clone()))
            .collect();
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
            estates: map.estates().map(str::to_owned).collect(),
            map: Arc::clone(map),
            roads,
            crossings,
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
        let road = pick(&chance, &self.roads).cloned().unwrap_or_default();
        let estate = pick(&chance, &self.estates).cloned().unwrap_or_default();
        let crossing = pick(&chance, &self.crossings).cloned();
        let words = match (chance.next() % 3, crossing) {
            (0, _) | (_, None) => format!("{road}{}号", chance.next() % 240 + 1),
            (1, _) => format!("{estate}{}栋", chance.next() % 30 + 1),
            (_, Some((one, other))) => format!("{one}与{other}路口"),
        };
        let (place, district, point) = match self.map.locate(&words) {
            Some(found) => (
                format!("{}{words}", found.district_name),
                found.district,
                Some(PointView {
                    lon: found.point.lon,
                    lat: found.point.lat,
                    datum: Datum::Wgs84,
                }),
            ),
            None => (words, String::new(), None),
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
            district,
            point,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A place as people say it, and the plain words for the same place.
    struct Said {
        place: String,
        narrative: String,
        plain: String,
    }

    fn digits(n: u64) -> String {
        const SIGNS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let digit = |c: char| {
            c.to_digit(10)
                .and_then(|d| SIGNS.get(usize::try_from(d).ok()?))
        };
        n.to_string().chars().filter_map(digit).copied().collect()
    }

    /// The county's places in the ways callers and call-takers put them.
    fn said(speech: &Speech) -> Vec<Said> {
        let mut all = Vec::new();
        let mut add = |place: String, narrative: String, plain: &str| {
            all.push(Said {
                place,
                narrative,
                plain: plain.to_owned(),
            });
        };
        let told = |words: String| format!("你好，{words}，麻烦快点派人过来看看");
        let none = String::new;
        for (k, road) in speech.roads.iter().enumerate() {
            let other = &speech.roads[(k + 3) % speech.roads.len()];
            for n in [3, 18, 57, 111, 176, 208] {
                let plain = format!("{road}{n}号");
                let district = speech.map.locate(&plain).unwrap().district_name;
                add(format!("{district}{plain}"), none(), &plain);
                add(format!("{road}{}号", digits(n)), none(), &plain);
                add(format!("{other}对面的{plain}"), none(), &plain);
                add(format!("{road}北侧{n}号门面房二楼"), none(), &plain);
                add(format!("{road}（靠近{other}）{n}号"), none(), &plain);
                add(
                    none(),
                    told(format!("我在{plain}门口，两个人打起来了")),
                    &plain,
                );
                add(
                    none(),
                    told(format!("刚从{other}过来，{plain}冒烟了")),
                    &plain,
                );
            }
        }
        for (one, other) in &speech.crossings {
            let plain = format!("{one}与{other}路口");
            add(format!("望澜县{one}和{other}交叉口"), none(), &plain);
            add(none(), told(format!("{one}{other}路口红绿灯坏了")), &plain);
        }
        for estate in &speech.estates {
            for n in [2, 9, 21] {
                let plain = format!("{estate}{n}栋");
                add(format!("{estate}{n}栋2单元501室"), none(), &plain);
                add(format!("望澜县{estate}{n}号楼"), none(), &plain);
                add(
                    none(),
                    told(format!("{estate}南门进来{n}栋楼下漏水")),
                    &plain,
                );
            }
        }
        all
    }

    /// R109: of the places of the invented county, said in ten ways, as many as this lie in the
    /// district they are said to lie in. Prints the shares; the goal is 0.96.
    #[test]
    fn r109_places_are_found_in_the_right_district() {
        triage::Addresses::shipped();
        let map = map().unwrap();
        let speech = Speech::new(&SeededChance::new(11), &map);
        let all = said(&speech);
        let (mut right, mut exact, mut by_names) = (0.0, 0.0, 0.0);
        for each in &all {
            let truth = map.locate(&each.plain).unwrap();
            let found = if each.place.is_empty() {
                map.locate_said(&each.narrative).map(|(found, _)| found)
            } else {
                map.locate(&each.place)
            };
            let words = format!("{}{}", each.place, each.narrative);
            let before = map.locate_by_names(&words);
            let good = found.as_ref().is_some_and(|f| f.district == truth.district);
            if !good {
                println!("{words}: {:?}", found.as_ref().map(|f| (&f.name, f.how)));
            }
            right += f64::from(u8::from(good));
            let same = |f: &app::place::Found| (f.how, f.point) == (truth.how, truth.point);
            exact += f64::from(u8::from(found.as_ref().is_some_and(same)));
            let named = before.is_some_and(|f| f.district == truth.district);
            by_names += f64::from(u8::from(named));
        }
        let count = f64::from(u32::try_from(all.len()).unwrap());
        let [right, exact, by_names] = [right, exact, by_names].map(|n| n / count);
        println!(
            "{count} places: district right {right:.4}, point {exact:.4}; names alone {by_names:.4}"
        );
        assert!(right >= 0.96, "{right}");
        assert!(exact >= 0.9, "{exact}");
        assert!(right > by_names, "{right} {by_names}");
    }

    #[test]
    fn the_same_seed_invents_the_same_county() {
        let map = map().unwrap();
        let one = Speech::new(&SeededChance::new(7), &map);
        let two = Speech::new(&SeededChance::new(7), &map);
        for n in 0..50 {
            let (a, b) = (one.contact(n), two.contact(n));
            assert_eq!(a.narrative, b.narrative);
            assert!(a.caller_number.starts_with("100"));
        }
    }

    /// Every place the county speaks of lies on its map, in the district it names.
    #[test]
    fn words_and_points_agree() {
        let map = map().unwrap();
        let speech = Speech::new(&SeededChance::new(3), &map);
        assert!(speech.crossings.len() > 10, "{:?}", speech.crossings);
        let mut districts = std::collections::BTreeSet::new();
        for n in 0..300 {
            let contact = speech.contact(n);
            let point = contact.point.unwrap_or_else(|| panic!("{}", contact.place));
            let found = map.locate(&contact.place).unwrap();
            assert_eq!((found.point.lon, found.point.lat), (point.lon, point.lat));
            assert!(contact.place.starts_with(&found.district_name));
            assert!(!contact.district.is_empty(), "{}", contact.place);
            assert_eq!(found.district, contact.district);
            districts.insert(contact.district);
        }
        assert_eq!(districts.len(), 4, "{districts:?}");
    }
}
