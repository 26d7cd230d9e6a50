//! New names of places 新地名: what callers keep saying and the gazetteer does not know, offered to
//! a person. A name is proposed for how it ends, or for the part of an address it is, and how often it is said; nobody's words become a
//! place by themselves.

use super::gazetteer::{Gazetteer, How, NameKind};
use crate::case::place_key;
use domain::datum::Degrees;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::SaidPlaceRow;
use triage::{Addresses, Part};

/// Cases that must speak of it before a name is offered.
const SEEN_LEAST: usize = 3;
/// Places that are taken apart for a name without an ending, the newest first: each costs a good part of
/// a millisecond, and somebody waits for the page.
const TAKEN_APART: usize = 2_000;
/// Characters of a name, its ending among them.
const NAME: std::ops::RangeInclusive<usize> = 3..=12;

/// How names end, the longer endings first.
const ENDINGS: &[(&str, NameKind)] = &[
    ("小区", NameKind::Estate),
    ("花园", NameKind::Estate),
    ("公寓", NameKind::Estate),
    ("新村", NameKind::Estate),
    ("家园", NameKind::Estate),
    ("花苑", NameKind::Estate),
    ("名苑", NameKind::Estate),
    ("广场", NameKind::Landmark),
    ("大厦", NameKind::Landmark),
    ("大楼", NameKind::Landmark),
    ("商场", NameKind::Landmark),
    ("市场", NameKind::Landmark),
    ("超市", NameKind::Landmark),
    ("公园", NameKind::Landmark),
    ("学校", NameKind::Landmark),
    ("小学", NameKind::Landmark),
    ("中学", NameKind::Landmark),
    ("幼儿园", NameKind::Landmark),
    ("医院", NameKind::Landmark),
    ("卫生院", NameKind::Landmark),
    ("车站", NameKind::Landmark),
    ("码头", NameKind::Landmark),
    ("大桥", NameKind::Landmark),
    ("工业园", NameKind::Landmark),
    ("产业园", NameKind::Landmark),
    ("酒店", NameKind::Landmark),
    ("宾馆", NameKind::Landmark),
    ("大道", NameKind::Road),
    ("厂", NameKind::Landmark),
    ("村", NameKind::Landmark),
    ("苑", NameKind::Estate),
    ("路", NameKind::Road),
    ("街", NameKind::Road),
    ("巷", NameKind::Road),
];

/// Endings of divisions: what stands before them is not part of the name behind them.
const DIVISIONS: &[&str] = &["街道", "社区", "省", "市", "县", "区", "镇", "乡"];

/// A name that is offered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Proposal {
    pub(crate) name: String,
    pub(crate) kind: NameKind,
    /// How many of the cases read speak of it.
    pub(crate) seen: usize,
    /// The middle of the points those cases have, if one has any.
    pub(crate) point: Option<Degrees>,
    /// The district most of them lie in; may be empty.
    pub(crate) district: String,
}

#[derive(Default)]
struct Seen {
    names: BTreeMap<String, usize>,
    points: Vec<Degrees>,
    districts: BTreeMap<String, usize>,
}

/// What of the places said is a name that the gazetteer lacks, the most said first. `refused`
/// holds the keys that a person has said no to.
pub(crate) fn proposals(
    said: &[SaidPlaceRow],
    map: Option<&Gazetteer>,
    refused: &BTreeSet<String>,
) -> Vec<Proposal> {
    let mut seen: BTreeMap<(NameKey, String), Seen> = BTreeMap::new();
    let mut by_parts = ByParts::new(map.and_then(Gazetteer::addresses));
    for row in said {
        let found = map.and_then(|map| map.locate_by_names(&row.place));
        let known = found
            .as_ref()
            .is_some_and(|found| !matches!(found.how, How::Road | How::District));
        if known {
            continue;
        }
        let Some((kind, name)) = candidate(&row.place).or_else(|| by_parts.name(&row.place)) else {
            continue;
        };
        let key = place_key(&name);
        if refused.contains(&key) || map.is_some_and(|map| map.knows(&name)) {
            continue;
        }
        let entry = seen.entry((NameKey(kind.as_str()), key)).or_default();
        *entry.names.entry(name).or_default() += 1;
        if let (Some(lon), Some(lat)) = (row.lon, row.lat) {
            entry.points.push(Degrees::new(lon, lat));
        }
        let district = found.map(|f| f.district).unwrap_or_default();
        let district = if district.is_empty() {
            row.district.clone()
        } else {
            district
        };
        *entry.districts.entry(district).or_default() += 1;
    }
    let mut found: Vec<Proposal> = seen
        .into_iter()
        .filter_map(|((kind, _), seen)| {
            let times = seen.names.values().sum();
            let proposal = Proposal {
                name: most(seen.names)?,
                kind: NameKind::parse(kind.0)?,
                seen: times,
                point: middle(&seen.points),
                district: most(seen.districts).unwrap_or_default(),
            };
            (times >= SEEN_LEAST).then_some(proposal)
        })
        .collect();
    found.sort_by(|a, b| b.seen.cmp(&a.seen).then_with(|| a.name.cmp(&b.name)));
    found
}

/// Names that no ending shows, found by the part of the address they are.
struct ByParts<'a> {
    addresses: Option<&'a Addresses>,
    /// What was found in each place that was taken apart.
    read: HashMap<String, Option<(NameKind, String)>>,
}

impl<'a> ByParts<'a> {
    fn new(addresses: Option<&'a Addresses>) -> Self {
        Self {
            addresses,
            read: HashMap::new(),
        }
    }

    fn name(&mut self, place: &str) -> Option<(NameKind, String)> {
        let addresses = self.addresses?;
        if let Some(known) = self.read.get(place) {
            return known.clone();
        }
        if self.read.len() >= TAKEN_APART {
            return None;
        }
        let found = named_part(addresses, place);
        self.read.insert(place.to_owned(), found.clone());
        found
    }
}

/// The road, estate or landmark of an address; of several the last that is more than a road.
fn named_part(addresses: &Addresses, place: &str) -> Option<(NameKind, String)> {
    let pieces = addresses.parse(place);
    let names = pieces.into_iter().filter_map(|piece| {
        let kind = match piece.part {
            Part::Road => NameKind::Road,
            Part::Estate => NameKind::Estate,
            Part::Landmark => NameKind::Landmark,
            _ => return None,
        };
        let name: String = piece.words.chars().filter(|c| !c.is_whitespace()).collect();
        let is_name = NAME.contains(&name.chars().count()) && name.chars().all(char::is_alphabetic);
        is_name.then_some((kind, name))
    });
    names.max_by_key(|(kind, _)| *kind != NameKind::Road)
}

/// Sorts by the word of the kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct NameKey(&'static str);

fn most(counts: BTreeMap<String, usize>) -> Option<String> {
    let best = counts
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
    Some(best.0)
}

/// Half of the points lie on either side: one that was set by mistake moves nothing.
fn middle(points: &[Degrees]) -> Option<Degrees> {
    let half = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    let lon = half(points.iter().map(|p| p.lon).collect())?;
    let lat = half(points.iter().map(|p| p.lat).collect())?;
    Some(Degrees::new(lon, lat))
}

/// The name in a place as it was said: what stands between the last division or number and the
/// ending that makes it a name.
pub(crate) fn candidate(place: &str) -> Option<(NameKind, String)> {
    let words: Vec<char> = place.chars().filter(|c| !c.is_whitespace()).collect();
    let ends_at = |at: usize, ending: &str| {
        let ending: Vec<char> = ending.chars().collect();
        words
            .get(at..at + ending.len())
            .is_some_and(|w| w == ending)
    };
    let mut from = 0;
    let mut at = 0;
    let mut best: Option<(u8, NameKind, String)> = None;
    while at < words.len() {
        let letter = *words.get(at)?;
        if !letter.is_alphabetic() || matches!(letter, '号' | '栋' | '幢' | '与' | '和' | '的')
        {
            from = at + 1;
            at += 1;
            continue;
        }
        if at > from
            && let Some(division) = DIVISIONS.iter().find(|d| ends_at(at, d))
            // 望江小区 ends in a division's letter and is an estate.
            && !(at > 0 && ENDINGS.iter().any(|(e, _)| e.chars().count() == 2 && ends_at(at - 1, e)))
        {
            at += division.chars().count();
            from = at;
            continue;
        }
        let ending = ENDINGS.iter().find(|(ending, _)| ends_at(at, ending));
        if let Some((ending, kind)) = ending {
            let end = at + ending.chars().count();
            let name: String = words.get(from..end).unwrap_or_default().iter().collect();
            if NAME.contains(&(end - from)) && at > from {
                // An estate or a landmark says more than the road before it.
                let rank = u8::from(*kind != NameKind::Road);
                if best.as_ref().is_none_or(|(r, ..)| rank >= *r) {
                    best = Some((rank, *kind, name));
                }
                from = end;
            }
            at = end;
            continue;
        }
        at += 1;
    }
    best.map(|(_, kind, name)| (kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_between_what_is_known_and_its_ending() {
        let name = |place: &str| candidate(place).map(|(_, name)| name);
        assert_eq!(name("临港镇听海花园3栋2单元").as_deref(), Some("听海花园"));
        assert_eq!(name("望江路18号旧船厂门口").as_deref(), Some("旧船厂"));
        assert_eq!(name("城东街道望江小区").as_deref(), Some("望江小区"));
        assert_eq!(name("滨海大道与文昌路路口").as_deref(), Some("文昌路"));
        assert_eq!(name("三楼"), None);
        assert_eq!(name("小区"), None, "an ending alone is no name");
        assert_eq!(name(""), None);
    }

    #[test]
    fn what_is_said_three_times_is_offered_once_with_the_middle_of_its_points() {
        let row = |place: &str, at: Option<(f64, f64)>| SaidPlaceRow {
            place: place.to_owned(),
            district: "990001101".to_owned(),
            lon: at.map(|p| p.0),
            lat: at.map(|p| p.1),
        };
        let said = [
            row("临港镇听海花园3栋", Some((1.0, 1.0))),
            row("听海花园", Some((1.2, 1.1))),
            row("听海 花园后门", Some((9.0, 9.0))),
            row("旧船厂", None),
            row("旧船厂门口", None),
        ];
        let found = proposals(&said, None, &BTreeSet::new());
        let expected = Proposal {
            name: "听海花园".to_owned(),
            kind: NameKind::Estate,
            seen: 3,
            point: Some(Degrees::new(1.2, 1.1)),
            district: "990001101".to_owned(),
        };
        assert_eq!(found, [expected]);
        let no: BTreeSet<String> = ["听海花园".to_owned()].into();
        assert_eq!(proposals(&said, None, &no), []);
    }

    #[test]
    fn a_name_without_an_ending_is_found_by_the_part_it_is() {
        let shipped = Addresses::shipped();
        let mut by_parts = ByParts::new(Some(shipped));
        let (kind, name) = by_parts.name("望澜县临港镇金色港湾3栋2单元").unwrap();
        assert_eq!((kind, name.as_str()), (NameKind::Landmark, "金色港湾"));
        assert_eq!(by_parts.name("三楼"), None);
        assert_eq!(by_parts.read.len(), 2);
        assert_eq!(ByParts::new(None).name("金色港湾3栋"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_read(place in "\\PC{0,40}") {
            let _ = candidate(&place);
        }
    }
}
