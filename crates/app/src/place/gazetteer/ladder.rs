//! Down the ladder 逐级匹配: from the words of a place to a point, the surest rung first. Two roads
//! that cross, a building of an estate or a number on a road, an estate, a landmark, a road, a
//! division; the rung reached is kept with the case (R109).
//!
//! Names say what is meant, the parts of the address say what they are there: in 望江路小学 the road
//! is part of a school's name, in 望江路3栋 the 3 is no number on the road, and in 望江路(文昌路对面)18号
//! nothing crosses. Before the tagger of addresses has been taught, names alone decide.

use super::shape::{along, covers, crossing, inside, middle, share};
use super::{Feature, Found, Gazetteer, Hit, How, Kind};
use crate::case::place_key;
use domain::datum::Degrees;
use triage::{Addresses, Part, Piece};

/// Characters of a clause of a narrative that are read, from its first name on: what takes addresses
/// apart was taught addresses, and 我刚才路过望江路 is none before its fifth character.
const CLAUSE: usize = 80;
/// Clauses of a narrative that are taken apart; more are no description of a place.
const CLAUSES: usize = 6;

/// Marks that end a clause. A caller who lists roads puts no more than 、 between them.
const MARKS: &[char] = &[
    '，', '。', '；', '！', '？', '：', ',', ';', '!', '?', '\n', '…',
];

/// A part of the address and where it stands in the key.
struct Rung {
    part: Part,
    start: usize,
    end: usize,
}

impl Gazetteer {
    /// Where the place lies; none if no name of the map is in the words.
    #[must_use]
    pub fn locate(&self, place: &str) -> Option<Found> {
        let addresses = self.addresses();
        // 望江路(靠近文昌路)18号: what stands in brackets explains, and the number goes on behind it.
        let outside = addresses.and_then(|_| without_brackets(place));
        let plain = outside.and_then(|words| self.down(&words, addresses));
        plain
            .filter(|found| found.how == How::House)
            .or_else(|| self.down(place, addresses))
    }

    /// The same by names alone: for thousands of places at once, where a rung does not matter.
    #[must_use]
    pub fn locate_by_names(&self, place: &str) -> Option<Found> {
        self.down(place, None)
    }

    fn down(&self, place: &str, addresses: Option<&Addresses>) -> Option<Found> {
        let key = place_key(place);
        let hits = self.meant(&key);
        if hits.is_empty() {
            return None;
        }
        let pieces = addresses.map(|addresses| addresses.parse(place));
        let rungs = pieces.as_deref().map(rungs);
        let ladder = Ladder {
            key: &key,
            hits,
            rungs: rungs.as_deref(),
        };
        let crossing_said = pieces.as_deref().and_then(Addresses::crossing).is_some();
        let (point, name, how) = ladder.climb(crossing_said)?;
        Some(self.found(point, name, how, pieces.unwrap_or_default()))
    }

    /// Where what a caller tells lies, by the clause that says it most surely; with that clause. None
    /// if no name of the map is in it.
    #[must_use]
    pub fn locate_said(&self, narrative: &str) -> Option<(Found, String)> {
        let clauses = narrative.split(MARKS).filter_map(|clause| {
            let key = place_key(clause);
            self.names.stand_in(&key).then(|| self.window(clause))
        });
        let found = clauses
            .take(CLAUSES)
            .filter_map(|clause| Some((self.locate(&clause)?, clause)));
        // Of two that are as sure the first is meant: a caller says first where it is.
        found.reduce(
            |best, next| {
                if next.0.how < best.0.how { next } else { best }
            },
        )
    }

    /// The part of a clause from its first name on.
    fn window(&self, clause: &str) -> String {
        let key = place_key(clause);
        let first = self.names.hits(&key, &self.features);
        let before = first.first().and_then(|hit| key.get(..hit.start));
        let kept = before.map_or(0, |before| before.chars().count());
        // The key leaves signs out: count them back in.
        let mut seen = 0;
        let from = clause.chars().take_while(|c| {
            seen += usize::from(c.is_alphanumeric());
            seen <= kept
        });
        clause.chars().skip(from.count()).take(CLAUSE).collect()
    }

    /// The names that are meant: 望江小区 is not 望江, and of two places of one name it is the one in
    /// the division that is said.
    fn meant(&self, key: &str) -> Vec<Hit<'_>> {
        let mut hits = self.names.hits(key, &self.features);
        let spans: Vec<(usize, usize)> = hits.iter().map(|hit| (hit.start, hit.end)).collect();
        hits.retain(|hit| {
            !spans.iter().any(|(start, end)| {
                *start <= hit.start && *end >= hit.end && end - start > hit.end - hit.start
            })
        });
        let said: Vec<&Feature> = hits
            .iter()
            .map(|hit| hit.feature)
            .filter(|feature| feature.kind == Kind::District)
            .collect();
        let lies_in = |feature: &Feature| {
            let mut points = feature.points.iter();
            points.any(|point| said.iter().any(|d| covers(&d.points, *point)))
        };
        let there: Vec<Hit<'_>> = hits
            .iter()
            .filter(|hit| hit.feature.kind != Kind::District && lies_in(hit.feature))
            .copied()
            .collect();
        hits.retain(|hit| {
            let same = |other: &Hit<'_>| {
                (other.start, other.end, other.feature.kind)
                    == (hit.start, hit.end, hit.feature.kind)
            };
            hit.feature.kind == Kind::District || lies_in(hit.feature) || !there.iter().any(same)
        });
        hits
    }

    fn found(&self, point: Degrees, name: String, how: How, parts: Vec<Piece>) -> Found {
        let district = self
            .features
            .iter()
            .find(|f| f.kind == Kind::District && covers(&f.points, point));
        Found {
            point,
            name,
            how,
            district: district.map(|f| f.code.clone()).unwrap_or_default(),
            district_name: district.map(|f| f.name.clone()).unwrap_or_default(),
            parts,
        }
    }
}

/// The parts with where they stand in the key of the whole: the key is what its parts' keys are
/// one behind the other.
fn rungs(pieces: &[Piece]) -> Vec<Rung> {
    let mut at = 0;
    let rungs = pieces.iter().map(|piece| {
        let start = at;
        at += place_key(&piece.words).len();
        Rung {
            part: piece.part,
            start,
            end: at,
        }
    });
    rungs.filter(|rung| rung.end > rung.start).collect()
}

/// The words without what stands in brackets, if anything does.
fn without_brackets(words: &str) -> Option<String> {
    let mut deep = 0_usize;
    let outside: String = words
        .chars()
        .filter(|c| {
            deep += usize::from(matches!(c, '(' | '（' | '【' | '['));
            let is_outside = deep == 0;
            if matches!(c, ')' | '）' | '】' | ']') {
                deep = deep.saturating_sub(1);
            }
            is_outside
        })
        .collect();
    (outside.len() < words.len()).then_some(outside)
}

type Climbed = (Degrees, String, How);

struct Ladder<'a> {
    key: &'a str,
    hits: Vec<Hit<'a>>,
    /// None before there is a tagger.
    rungs: Option<&'a [Rung]>,
}

impl<'a> Ladder<'a> {
    fn climb(&self, crossing_said: bool) -> Option<Climbed> {
        // Where parts are known, two roads are a crossing if that is said, or if nothing surer is.
        let house_first = self.rungs.is_some() && !crossing_said;
        let surest = if house_first {
            self.house().or_else(|| self.crossing())
        } else {
            self.crossing().or_else(|| self.house())
        };
        surest.or_else(|| self.whole())
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Hit<'a>> {
        self.hits.iter().filter(move |hit| hit.feature.kind == kind)
    }

    /// Where two roads that are named meet.
    fn crossing(&self) -> Option<Climbed> {
        let mut roads: Vec<&Hit<'_>> = Vec::new();
        for hit in self.of(Kind::Road).filter(|hit| !self.is_of_a_name(hit)) {
            if roads.iter().all(|r| r.feature.name != hit.feature.name) {
                roads.push(hit);
            }
        }
        let [one, other, ..] = roads.as_slice() else {
            return None;
        };
        let point = crossing(&one.feature.points, &other.feature.points)?;
        let name = format!("{} · {}", one.feature.name, other.feature.name);
        Some((point, name, How::Crossing))
    }

    /// By the building of an estate or the number on a road.
    fn house(&self) -> Option<Climbed> {
        [Kind::Estate, Kind::Road].into_iter().find_map(|kind| {
            self.of(kind).find_map(|hit| {
                let feature = hit.feature;
                let number = self.number(hit, kind)?;
                let point = match kind {
                    Kind::Road => along(&feature.points, share(number, feature.houses)),
                    _ => inside(&feature.points, number, feature.houses),
                };
                Some((point?, feature.name.clone(), How::House))
            })
        })
    }

    /// By a name as a whole.
    fn whole(&self) -> Option<Climbed> {
        let rest = [
            (Kind::Estate, How::Estate),
            (Kind::Landmark, How::Landmark),
            (Kind::Road, How::Road),
        ];
        let named = rest.into_iter().find_map(|(kind, how)| {
            // A road inside of another name is where that is, unless a road is said beside it.
            let own = self.of(kind).find(|hit| !self.is_of_a_name(hit));
            let feature = own.or_else(|| self.of(kind).next())?.feature;
            let point = match kind {
                Kind::Road => along(&feature.points, 0.5),
                _ => middle(&feature.points),
            };
            Some((point?, feature.name.clone(), how))
        });
        named.or_else(|| {
            // The smallest division: a code is as long as it is deep.
            let deepest = self.of(Kind::District).reduce(|best, next| {
                if next.feature.code.len() > best.feature.code.len() {
                    next
                } else {
                    best
                }
            })?;
            let point = middle(&deepest.feature.points)?;
            Some((point, deepest.feature.name.clone(), How::District))
        })
    }

    /// Whether a road's name is only the beginning or the middle of another place's.
    fn is_of_a_name(&self, hit: &Hit<'_>) -> bool {
        hit.feature.kind == Kind::Road
            && self.rungs.unwrap_or_default().iter().any(|rung| {
                let names = matches!(rung.part, Part::Landmark | Part::Estate | Part::Inside);
                names && rung.start <= hit.start && rung.end > hit.end
            })
    }

    /// The number of the house that is meant behind a name.
    fn number(&self, hit: &Hit<'_>, kind: Kind) -> Option<u32> {
        let houses = hit.feature.houses;
        let Some(rungs) = self.rungs else {
            let behind = self.key.get(hit.end..).unwrap_or_default();
            return leading(behind)
                .map(|(number, _)| number)
                .filter(|n| *n <= houses);
        };
        if self.is_of_a_name(hit) {
            return None;
        }
        // The rest of the part that the name stands in, then the parts behind it.
        let here = rungs.iter().find(|r| r.start < hit.end && r.end > hit.end);
        let rest = here.map(|r| (r.part, hit.end, r.end));
        let behind = rungs.iter().filter(|r| r.start >= hit.end);
        for (part, start, end) in rest
            .into_iter()
            .chain(behind.map(|r| (r.part, r.start, r.end)))
        {
            let words = self.key.get(start..end).unwrap_or_default();
            let is_number = match kind {
                Kind::Road => matches!(part, Part::Number | Part::LaneNumber),
                _ => matches!(part, Part::Building | Part::Number | Part::LaneNumber),
            };
            if let Some((number, unit)) = leading(words) {
                let fits = match kind {
                    Kind::Road => matches!(unit, None | Some('号')),
                    _ => matches!(unit, None | Some('号' | '栋' | '幢' | '座')),
                };
                if fits && (is_number || unit.is_some()) {
                    return Some(number).filter(|n| *n <= houses);
                }
            }
            let passes = matches!(
                part,
                Part::Direction | Part::Other | Part::Lane | Part::Inside
            );
            // Another name begins: what follows it is its own.
            let names = self.hits.iter().any(|other| other.start == start);
            if names || !(passes || start == hit.end && here.is_some()) {
                return None;
            }
        }
        None
    }
}

/// The number the words begin with and the sign behind it. Digits may be half-width or full-width;
/// 十八 counts only before 号, 栋, 幢 or 座, since 一段 is no number.
fn leading(words: &str) -> Option<(u32, Option<char>)> {
    let unit = |rest: &str| rest.chars().next();
    let digits = words
        .char_indices()
        .take_while(|(_, c)| digit(*c).is_some())
        .map(|(at, c)| at + c.len_utf8())
        .last();
    if let Some(end) = digits {
        let (number, rest) = words.split_at_checked(end)?;
        let number = number
            .chars()
            .try_fold(0_u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)?))?;
        return (number > 0).then(|| (number, unit(rest)));
    }
    let end = words.find(|c| counted(c).is_none())?;
    let (number, rest) = words.split_at_checked(end)?;
    let unit = unit(rest).filter(|c| matches!(c, '号' | '栋' | '幢' | '座'))?;
    let number = count(number)?;
    (number > 0).then_some((number, Some(unit)))
}

fn digit(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| {
        let wide = u32::from(c).checked_sub(u32::from('０'))?;
        (wide < 10).then_some(wide)
    })
}

/// What a character of a written number means: a digit, or ten, a hundred, a thousand.
fn counted(c: char) -> Option<(u32, bool)> {
    Some(match c {
        '〇' | '零' => (0, false),
        '一' => (1, false),
        '二' | '两' => (2, false),
        '三' => (3, false),
        '四' => (4, false),
        '五' => (5, false),
        '六' => (6, false),
        '七' => (7, false),
        '八' => (8, false),
        '九' => (9, false),
        '十' => (10, true),
        '百' => (100, true),
        '千' => (1_000, true),
        _ => return None,
    })
}

/// 一百二十 is 120, 二〇八 is 208.
fn count(words: &str) -> Option<u32> {
    let signs: Option<Vec<(u32, bool)>> = words.chars().map(counted).collect();
    let signs = signs.filter(|signs| !signs.is_empty())?;
    if signs.iter().all(|(_, ten)| !ten) {
        return signs
            .iter()
            .try_fold(0_u32, |sum, (n, _)| sum.checked_mul(10)?.checked_add(*n));
    }
    let (mut sum, mut last) = (0_u32, None);
    for (n, ten) in signs {
        if ten {
            sum = sum.checked_add(last.take().unwrap_or(1_u32).checked_mul(n)?)?;
        } else {
            last = Some(n);
        }
    }
    sum.checked_add(last.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::super::tests::MAP;
    use super::*;

    fn find(place: &str) -> Option<(String, How)> {
        Addresses::shipped();
        let found = Gazetteer::read(MAP).unwrap().locate(place)?;
        Some((found.name, found.how))
    }

    fn is(name: &str, how: How) -> Option<(String, How)> {
        Some((name.to_owned(), how))
    }

    #[test]
    fn a_number_is_found_where_people_put_it() {
        let house = is("望江路", How::House);
        for place in [
            "望江路50号",
            "城东街道望江路50号",
            "望江路五十号",
            "望江路，50号",
            "望江路50号3栋2单元501室",
            "望江路50号望江小学对面",
            "望江路（靠近文昌路）50号",
        ] {
            assert_eq!(find(place), house, "{place}");
        }
        assert_eq!(find("望江小区7栋2单元501室"), is("望江小区", How::House));
        assert_eq!(find("望江小区七栋"), is("望江小区", How::House));
    }

    #[test]
    fn what_only_looks_like_a_number_on_the_road_is_none() {
        let road = is("望江路", How::Road);
        for place in [
            "望江路小学3号楼",
            "望江路3栋",
            "望江路往东100米",
            "望江路一段",
        ] {
            assert_eq!(find(place), road, "{place}");
        }
    }

    #[test]
    fn two_roads_cross_where_that_is_said() {
        let crossing = is("望江路 · 文昌路", How::Crossing);
        assert_eq!(find("望江路与文昌路交叉口"), crossing);
        assert_eq!(find("望江路文昌路口"), crossing);
        assert_eq!(find("文昌路对面望江路50号"), is("望江路", How::House));
    }

    #[test]
    fn of_two_places_of_one_name_the_one_in_the_division_said_is_meant() {
        let map = MAP
            .replace("听涛路", "望江路")
            .replace("望江小区", "听海小区");
        let map = Gazetteer::read(&map).unwrap();
        let found = map.locate("城东街道望江路50号").unwrap();
        assert_eq!(found.district, "990001001");
        assert!(map.locate("望江路50号").is_some());
    }

    #[test]
    fn what_a_caller_tells_is_found_by_its_surest_clause() {
        Addresses::shipped();
        let map = Gazetteer::read(MAP).unwrap();
        let told = "我在文昌路上班，刚走到望江路50号门口，看到有人打架，快来";
        let (found, clause) = map.locate_said(told).unwrap();
        assert_eq!((found.name.as_str(), found.how), ("望江路", How::House));
        assert!(clause.contains("望江路50号"), "{clause}");
        assert!(found.parts.iter().any(|p| p.part == Part::Number));
        assert!(map.locate_said("有人打架，快来").is_none());
        let long = format!(
            "{}望江小区7栋着火了{}",
            "就是".repeat(300),
            "快来".repeat(300)
        );
        let (found, clause) = map.locate_said(&long).unwrap();
        assert_eq!(found.name, "望江小区");
        assert!(clause.chars().count() <= CLAUSE, "{clause}");
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(leading("18号"), Some((18, Some('号'))));
        assert_eq!(leading("１８"), Some((18, None)));
        assert_eq!(leading("一百二十号"), Some((120, Some('号'))));
        assert_eq!(leading("二〇八号"), Some((208, Some('号'))));
        assert_eq!(leading("十栋"), Some((10, Some('栋'))));
        assert_eq!(leading("一段"), None);
        assert_eq!(leading("0号"), None);
        assert_eq!(leading("99999999999号"), None);
        assert_eq!(leading(""), None);
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_located_or_not(words in "[望江路小区文昌与口1８十号栋城东街道，\\PC]{0,60}") {
            Addresses::shipped();
            let map = Gazetteer::read(MAP).unwrap();
            let _ = map.locate(&words);
            let _ = map.locate_said(&words);
        }
    }
}
