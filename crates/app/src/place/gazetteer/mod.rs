//! The gazetteer 地名库: a site's own map, and where on it a place in words lies.
//!
//! It is read from the same GeoJSON that the console draws: features with a `name` and a `kind`
//! (`district` with its `code`, `road` and `estate` with their number of `houses`, `landmark`).
//! Other kinds are only drawn. Beside it stand the site's own names ([`Named`]): places that the
//! map lacks, and what people call those it has.

mod ladder;
mod refused;
mod shape;

pub use refused::MapError;

use crate::case::place_key;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use domain::datum::Degrees;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use triage::{Addresses, Part, Piece};
use utoipa::ToSchema;

/// How a place was found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By the number of a house or a building.
    House,
    /// Where two roads cross.
    Crossing,
    /// An estate as a whole.
    Estate,
    /// A named point.
    Landmark,
    /// Somewhere along a road.
    Road,
    /// Somewhere in a district.
    District,
}

/// Where a place in words lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The point.
    pub point: Degrees,
    /// What was recognised in the words.
    pub name: String,
    /// How.
    pub how: How,
    /// Code of the district it lies in; may be empty.
    pub district: String,
    /// Its name; may be empty.
    pub district_name: String,
    /// The parts the words are made of; none before the tagger of addresses has been taught.
    pub parts: Vec<Piece>,
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// 道路
    Road,
    /// 小区
    Estate,
    /// 地标
    Landmark,
}

impl NameKind {
    /// The word in the store, on the wire and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Road => "road",
            Self::Estate => "estate",
            Self::Landmark => "landmark",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Road, Self::Estate, Self::Landmark];
        all.into_iter().find(|kind| kind.as_str() == word)
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Road => Kind::Road,
            Self::Estate => Kind::Estate,
            Self::Landmark => Kind::Landmark,
        }
    }
}

/// A place by its name, beside those of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Of what.
    pub kind: NameKind,
    /// The name.
    pub name: String,
    /// What else people call it.
    pub aliases: Vec<String>,
    /// Where, WGS-84.
    pub point: Degrees,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    District,
    Road,
    Estate,
    Landmark,
    Drawn,
}

#[derive(Debug, Clone)]
struct Feature {
    kind: Kind,
    name: String,
    /// The name as [`place_key`] writes it.
    key: String,
    code: String,
    houses: u32,
    points: Vec<Degrees>,
}

impl Feature {
    /// What an address calls it.
    fn part(&self) -> Option<Part> {
        Some(match self.kind {
            Kind::Road => Part::Road,
            Kind::Estate => Part::Estate,
            Kind::Landmark => Part::Landmark,
            Kind::Drawn => return None,
            Kind::District => match self.name.chars().next_back() {
                Some('市') => Part::City,
                Some('县' | '区') if !self.name.ends_with("社区") => Part::County,
                Some('村' | '区') => Part::Community,
                _ => Part::Town,
            },
        })
    }
}

/// A site's map.
#[derive(Clone)]
pub struct Gazetteer {
    features: Vec<Feature>,
    names: Names,
    /// Takes addresses apart, told the names above: once for each state of the gazetteer.
    addresses: Arc<OnceLock<Addresses>>,
    text: Arc<str>,
    bounds: [f64; 4],
}

impl std::fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gazetteer")
            .field("features", &self.features.len())
            .finish_non_exhaustive()
    }
}

/// All names at once: a county's map has hundreds, a city's list of names tens of thousands.
#[derive(Clone)]
struct Names {
    /// None if there is no name at all.
    automaton: Option<Arc<CharwiseDoubleArrayAhoCorasick<usize>>>,
    /// Whose name it is, by the automaton's value.
    of: Vec<Vec<usize>>,
}

impl Names {
    fn compile(features: &[Feature]) -> Result<Self, MapError> {
        let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, feature) in features.iter().enumerate() {
            if feature.kind != Kind::Drawn && !feature.key.is_empty() {
                by_key.entry(&feature.key).or_default().push(at);
            }
        }
        if by_key.is_empty() {
            return Ok(Self {
                automaton: None,
                of: Vec::new(),
            });
        }
        let (keys, of): (Vec<&str>, Vec<Vec<usize>>) = by_key.into_iter().unzip();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(
                keys.into_iter()
                    .enumerate()
                    .map(|(value, key)| (key, value)),
            )
            .map_err(|error| MapError::Names(error.to_string()))?;
        Ok(Self {
            automaton: Some(Arc::new(automaton)),
            of,
        })
    }

    /// Every place in the words where a name of a feature stands, by where it begins.
    fn hits<'a>(&self, key: &str, features: &'a [Feature]) -> Vec<Hit<'a>> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for hit in automaton.find_overlapping_iter(key) {
            for at in self.of.get(hit.value()).into_iter().flatten() {
                all.extend(features.get(*at).map(|feature| Hit {
                    start: hit.start(),
                    end: hit.end(),
                    feature,
                }));
            }
        }
        // The longer of two that begin together first; of one name, the map's order stays.
        all.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        all
    }

    fn stand_in(&self, key: &str) -> bool {
        let automaton = self.automaton.as_ref();
        automaton.is_some_and(|a| a.find_iter(key).next().is_some())
    }
}

/// A name of a feature in the words as [`place_key`] writes them: where it begins and ends, in bytes.
#[derive(Debug, Clone, Copy)]
struct Hit<'a> {
    start: usize,
    end: usize,
    feature: &'a Feature,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Raw>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    properties: Properties,
    geometry: Option<Geometry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Properties {
    kind: String,
    name: String,
    code: String,
    houses: u32,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    shape: String,
    #[serde(default)]
    coordinates: serde_json::Value,
}

impl Gazetteer {
    /// Reads a map.
    ///
    /// # Errors
    /// When it is no GeoJSON or holds nothing.
    pub fn read(text: &str) -> Result<Self, MapError> {
        let raw: Collection = serde_json::from_str(text)?;
        let features: Vec<Feature> = raw.features.into_iter().filter_map(feature).collect();
        // The sea may be drawn far out; what people look at is what has a name in the county.
        let named = features.iter().filter(|f| f.kind != Kind::Drawn);
        let mut bounds = shape::bounds(named.flat_map(|f| f.points.iter()));
        if bounds.is_none() {
            bounds = shape::bounds(features.iter().flat_map(|f| f.points.iter()));
        }
        Ok(Self {
            names: Names::compile(&features)?,
            addresses: Arc::default(),
            features,
            text: Arc::from(text),
            bounds: bounds.ok_or(MapError::Empty)?,
        })
    }

    /// The map with the site's own names beside its own. One that the map has already is the
    /// map's, and only its aliases are added: a line and a ring say more than a point.
    ///
    /// # Errors
    /// When the names cannot be compiled.
    pub fn with(map: Option<&Self>, names: &[Named]) -> Result<Self, MapError> {
        let drawn: &[Feature] = map.map_or(&[], |m| &m.features);
        let drawn_as: HashMap<(Kind, &str), &Feature> = drawn
            .iter()
            .map(|f| ((f.kind, f.key.as_str()), f))
            .collect();
        let mut features = drawn.to_vec();
        for named in names {
            let (kind, key) = (named.kind.kind(), place_key(&named.name));
            let known = drawn_as.get(&(kind, key.as_str())).copied().cloned();
            let is_new = known.is_none();
            let feature = known.unwrap_or_else(|| Feature {
                kind,
                name: named.name.clone(),
                key,
                code: String::new(),
                houses: 0,
                points: vec![named.point],
            });
            for alias in &named.aliases {
                features.push(Feature {
                    key: place_key(alias),
                    ..feature.clone()
                });
            }
            if is_new {
                features.push(feature);
            }
        }
        let bounds = map
            .map(|m| m.bounds)
            .or_else(|| shape::bounds(features.iter().flat_map(|f| f.points.iter())));
        Ok(Self {
            names: Names::compile(&features)?,
            addresses: Arc::default(),
            features,
            text: map.map_or_else(|| Arc::from(""), |m| Arc::clone(&m.text)),
            bounds: bounds.ok_or(MapError::Empty)?,
        })
    }

    /// What takes addresses apart, told the names of this gazetteer; none until the shipped one has
    /// been taught.
    #[must_use]
    pub fn addresses(&self) -> Option<&Addresses> {
        if self.addresses.get().is_none() {
            Addresses::shipped_if_taught()?;
        }
        Some(self.addresses.get_or_init(|| {
            let mut names = triage::Names::new();
            for feature in &self.features {
                if let Some(part) = feature.part() {
                    names.add(part, &feature.name);
                    names.add(part, &feature.key);
                }
            }
            Addresses::knowing(names)
        }))
    }

    /// Whether a road, an estate or a landmark of this name is known.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let key = place_key(name);
        self.features
            .iter()
            .any(|f| f.kind != Kind::Drawn && f.key == key)
    }

    /// The map as it was read.
    #[must_use]
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// West, south, east, north.
    #[must_use]
    pub const fn bounds(&self) -> [f64; 4] {
        self.bounds
    }

    /// Names of the roads, in the map's order.
    pub fn roads(&self) -> impl Iterator<Item = &str> {
        self.named(Kind::Road)
    }

    /// Names of the estates, in the map's order.
    pub fn estates(&self) -> impl Iterator<Item = &str> {
        self.named(Kind::Estate)
    }

    /// The name of the district with this code.
    #[must_use]
    pub fn district(&self, code: &str) -> Option<&str> {
        let district = self
            .features
            .iter()
            .find(|f| f.kind == Kind::District && f.code == code)?;
        Some(&district.name)
    }

    fn named(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = move |f: &&Feature| f.kind == kind;
        self.features.iter().filter(of_kind).map(|f| &*f.name)
    }
}

fn feature(raw: Raw) -> Option<Feature> {
    let Geometry { shape, coordinates } = raw.geometry?;
    let points = match shape.as_str() {
        "Point" => vec![degrees(&coordinates)?],
        "LineString" => line(&coordinates)?,
        // The outer ring; holes are only drawn.
        "Polygon" => line(coordinates.get(0)?)?,
        // Drawn by the console; of several parts no one is "the" place.
        _ => return None,
    };
    let Properties {
        kind,
        name,
        code,
        houses,
    } = raw.properties;
    Some(Feature {
        kind: match kind.as_str() {
            "district" => Kind::District,
            "road" => Kind::Road,
            "estate" => Kind::Estate,
            "landmark" => Kind::Landmark,
            _ => Kind::Drawn,
        },
        key: place_key(&name),
        name,
        code,
        houses,
        points,
    })
}

fn degrees(value: &serde_json::Value) -> Option<Degrees> {
    Some(Degrees::new(
        value.get(0)?.as_f64()?,
        value.get(1)?.as_f64()?,
    ))
}

fn line(value: &serde_json::Value) -> Option<Vec<Degrees>> {
    let points: Option<Vec<Degrees>> = value.as_array()?.iter().map(degrees).collect();
    points.filter(|points| !points.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const MAP: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"kind":"district","name":"城东街道","code":"990001001"},
         "geometry":{"type":"Polygon","coordinates":[[[0,0],[0.1,0],[0.1,0.1],[0,0.1],[0,0]]]}},
        {"type":"Feature","properties":{"kind":"road","name":"望江路","houses":100},
         "geometry":{"type":"LineString","coordinates":[[0,0.05],[0.1,0.05]]}},
        {"type":"Feature","properties":{"kind":"road","name":"文昌路","houses":100},
         "geometry":{"type":"LineString","coordinates":[[0.03,0],[0.03,0.1]]}},
        {"type":"Feature","properties":{"kind":"road","name":"听涛路","houses":100},
         "geometry":{"type":"LineString","coordinates":[[0.2,0],[0.2,0.1]]}},
        {"type":"Feature","properties":{"kind":"landmark","name":"望江"},
         "geometry":{"type":"Point","coordinates":[0.09,0.09,12]}},
        {"type":"Feature","properties":{"kind":"estate","name":"望江小区","houses":30},
         "geometry":{"type":"Polygon","coordinates":[[[0.04,0.06],[0.06,0.06],[0.06,0.08],[0.04,0.08],[0.04,0.06]]]}},
        {"type":"Feature","properties":{"kind":"water","name":"澜海"},
         "geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}}
    ]}"#;

    fn find(place: &str) -> Option<(How, f64, f64)> {
        let found = Gazetteer::read(MAP).unwrap().locate(place)?;
        let round = |x: f64| (x * 1_000.0).round() / 1_000.0;
        Some((found.how, round(found.point.lon), round(found.point.lat)))
    }

    #[test]
    fn a_house_stands_along_its_road() {
        assert_eq!(find("城东街道望江路50号"), Some((How::House, 0.05, 0.05)));
        assert_eq!(find("望江路 １号 3栋"), Some((How::House, 0.001, 0.05)));
        // There is no such house: it is somewhere on the road.
        assert_eq!(find("望江路999号"), Some((How::Road, 0.05, 0.05)));
    }

    #[test]
    fn roads_cross_where_they_meet_and_nowhere_else() {
        assert_eq!(
            find("望江路与文昌路路口"),
            Some((How::Crossing, 0.03, 0.05))
        );
        assert_eq!(find("望江路与听涛路路口"), Some((How::Road, 0.05, 0.05)));
    }

    #[test]
    fn the_longer_name_is_meant_and_the_surest_part_counts() {
        assert_eq!(find("望江小区"), Some((How::Estate, 0.05, 0.07)));
        assert_eq!(find("望江小区7栋").unwrap().0, How::House);
        assert_eq!(find("望江"), Some((How::Landmark, 0.09, 0.09)));
        assert_eq!(find("城东街道某处").unwrap().0, How::District);
        assert_eq!(find("澜海边"), None, "what is only drawn is no place");
        assert_eq!(find("不知道在哪"), None);
    }

    #[test]
    fn the_district_is_the_one_around_the_point() {
        let map = Gazetteer::read(MAP).unwrap();
        let found = map.locate("文昌路20号").unwrap();
        assert_eq!(found.district, "990001001");
        assert_eq!(map.locate("听涛路20号").unwrap().district, "");
        assert_eq!(map.district("990001001"), Some("城东街道"));
        assert_eq!(map.district(""), None);
        assert_eq!(map.bounds(), [0.0, 0.0, 0.2, 0.1], "without the sea");
    }

    #[test]
    fn own_names_and_nicknames_are_found_and_the_map_wins() {
        let map = Gazetteer::read(MAP).unwrap();
        let at = |lon, lat| Degrees::new(lon, lat);
        let named = |kind, name: &str, aliases: &[&str], point| Named {
            kind,
            name: name.to_owned(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            point,
        };
        let names = [
            named(NameKind::Landmark, "旧船厂", &["老船厂"], at(0.01, 0.02)),
            named(NameKind::Estate, "望江小区", &["望江新村"], at(9.0, 9.0)),
        ];
        let with = Gazetteer::with(Some(&map), &names).unwrap();
        let find = |words: &str| with.locate(words).map(|f| (f.name, f.how));
        let shipyard = Some(("旧船厂".to_owned(), How::Landmark));
        assert_eq!(find("旧船厂门口"), shipyard);
        assert_eq!(find("老船厂门口"), shipyard);
        assert_eq!(
            find("望江新村7栋"),
            Some(("望江小区".to_owned(), How::House)),
            "a nickname leads to the estate the map has drawn"
        );
        assert_eq!(with.locate("望江新村").unwrap().point, at(0.05, 0.07));
        assert!(with.knows("旧船厂") && !map.knows("旧船厂"));
        let alone = Gazetteer::with(None, &names).unwrap();
        assert_eq!(alone.locate("旧船厂").unwrap().point, at(0.01, 0.02));
        assert!(matches!(Gazetteer::with(None, &[]), Err(MapError::Empty)));
    }

    proptest::proptest! {
        #[test]
        fn names_are_found_together_as_one_by_one(words in "[望江路小区文昌1号城东]{0,12}") {
            let map = Gazetteer::read(MAP).unwrap();
            let key = place_key(&words);
            let together: Vec<(usize, &str)> = map.names.hits(&key, &map.features)
                .into_iter().map(|hit| (hit.start, hit.feature.key.as_str())).collect();
            let mut one_by_one: Vec<(usize, &str)> = map.features.iter()
                .filter(|f| f.kind != Kind::Drawn)
                .flat_map(|f| key.match_indices(&f.key).map(|(at, _)| (at, f.key.as_str())))
                .collect();
            one_by_one.sort_by_key(|(at, name)| (*at, std::cmp::Reverse(name.len())));
            proptest::prop_assert_eq!(together, one_by_one);
        }
    }

    #[test]
    fn what_is_no_map_is_refused() {
        assert!(matches!(
            Gazetteer::read("no"),
            Err(MapError::Unreadable(_))
        ));
        let none = r#"{"features":[]}"#;
        assert!(matches!(Gazetteer::read(none), Err(MapError::Empty)));
    }
}
