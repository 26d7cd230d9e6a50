//! The gazetteer 地名库: a site's own map, and where on it a place in words lies.
//!
//! It is read from the same GeoJSON that the console draws: features with a `name` and a `kind`
//! (`district` with its `code`, `road` and `estate` with their number of `houses`, `landmark`).
//! Other kinds are only drawn.

use crate::case::place_key;
use domain::datum::{Degrees, METRES_A_DEGREE};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Two roads that come no nearer than this do not cross: metres.
const CROSSING: f64 = 60.0;

/// Why a map was refused.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It is no GeoJSON.
    #[error("it is no GeoJSON feature collection")]
    Unreadable(#[from] serde_json::Error),
    /// It has no point to show.
    #[error("it has no feature with coordinates")]
    Empty,
}

/// How a place was found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// A site's map.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    features: Vec<Feature>,
    text: Arc<str>,
    bounds: [f64; 4],
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
        let mut bounds = bounds(named.flat_map(|f| f.points.iter()));
        if bounds.is_none() {
            bounds = self::bounds(features.iter().flat_map(|f| f.points.iter()));
        }
        Ok(Self {
            features,
            text: Arc::from(text),
            bounds: bounds.ok_or(MapError::Empty)?,
        })
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

    /// Where the place lies; none if no name of the map is in the words.
    #[must_use]
    pub fn locate(&self, place: &str) -> Option<Found> {
        let key = place_key(place);
        let mut hits: Vec<(usize, &Feature)> = self
            .features
            .iter()
            .filter(|f| f.kind != Kind::Drawn && !f.key.is_empty())
            .filter_map(|f| key.find(&f.key).map(|at| (at, f)))
            .collect();
        // 望江小区 is not 望江: a name inside of a longer one that was found is not meant.
        let spans: Vec<(usize, usize)> =
            hits.iter().map(|(at, f)| (*at, at + f.key.len())).collect();
        hits.retain(|(at, f)| {
            let end = at + f.key.len();
            !spans
                .iter()
                .any(|(a, z)| a <= at && *z >= end && z - a > f.key.len())
        });
        let of = |kind: Kind| hits.iter().filter(move |(_, f)| f.kind == kind);
        let mut roads = of(Kind::Road);
        if let (Some((_, one)), Some((_, other))) = (roads.next(), roads.next())
            && let Some(point) = crossing(&one.points, &other.points)
        {
            let name = format!("{} · {}", one.name, other.name);
            return Some(self.found(point, name, How::Crossing));
        }
        for kind in [Kind::Estate, Kind::Road] {
            for (at, feature) in of(kind) {
                let behind = key.get(at + feature.key.len()..).unwrap_or_default();
                if let Some(number) = leading_number(behind).filter(|n| *n <= feature.houses) {
                    let point = match kind {
                        Kind::Road => along(&feature.points, share(number, feature.houses)),
                        _ => inside(&feature.points, number, feature.houses),
                    };
                    return Some(self.found(point?, feature.name.clone(), How::House));
                }
            }
        }
        let rest = [
            (Kind::Estate, How::Estate),
            (Kind::Landmark, How::Landmark),
            (Kind::Road, How::Road),
            (Kind::District, How::District),
        ];
        rest.into_iter().find_map(|(kind, how)| {
            let (_, feature) = of(kind).next()?;
            let point = match kind {
                Kind::Road => along(&feature.points, 0.5),
                _ => middle(&feature.points),
            };
            Some(self.found(point?, feature.name.clone(), how))
        })
    }

    fn found(&self, point: Degrees, name: String, how: How) -> Found {
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
        }
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

fn bounds<'a>(points: impl Iterator<Item = &'a Degrees>) -> Option<[f64; 4]> {
    points.fold(None, |bounds, p| {
        let [west, south, east, north] = bounds.unwrap_or([p.lon, p.lat, p.lon, p.lat]);
        Some([
            west.min(p.lon),
            south.min(p.lat),
            east.max(p.lon),
            north.max(p.lat),
        ])
    })
}

/// The number the words begin with, in half-width or full-width digits.
fn leading_number(words: &str) -> Option<u32> {
    let mut number = None;
    for letter in words.chars() {
        let Some(digit) = letter.to_digit(10).or_else(|| {
            let wide = u32::from(letter).checked_sub(u32::from('０'))?;
            (wide < 10).then_some(wide)
        }) else {
            break;
        };
        number = Some(
            number
                .unwrap_or(0_u32)
                .checked_mul(10)?
                .checked_add(digit)?,
        );
    }
    number.filter(|n| *n > 0)
}

/// How far along its road a house stands.
fn share(number: u32, houses: u32) -> f64 {
    (f64::from(number) - 0.5) / f64::from(houses.max(1))
}

fn along(points: &[Degrees], share: f64) -> Option<Degrees> {
    let steps: Vec<(Degrees, Degrees, f64)> =
        pairs(points).map(|(a, b)| (a, b, a.metres_to(b))).collect();
    let mut left = steps.iter().map(|(_, _, metres)| metres).sum::<f64>() * share;
    for (a, b, metres) in steps {
        if left <= metres && metres > 0.0 {
            return Some(between(a, b, left / metres));
        }
        left -= metres;
    }
    points.last().copied()
}

fn between(a: Degrees, b: Degrees, share: f64) -> Degrees {
    Degrees::new(
        a.lon + (b.lon - a.lon) * share,
        a.lat + (b.lat - a.lat) * share,
    )
}

fn pairs(points: &[Degrees]) -> impl Iterator<Item = (Degrees, Degrees)> {
    points.iter().copied().zip(points.iter().copied().skip(1))
}

/// A building's place: they stand in rows of five.
fn inside(points: &[Degrees], number: u32, houses: u32) -> Option<Degrees> {
    let [west, south, east, north] = bounds(points.iter())?;
    let rows = houses.div_ceil(5).max(1);
    let (row, column) = ((number - 1) / 5, (number - 1) % 5);
    let at = |from: f64, to: f64, share: f64| from + (to - from) * (0.15 + 0.7 * share);
    Some(Degrees::new(
        at(west, east, f64::from(column) / 4.0),
        at(north, south, f64::from(row) / f64::from(rows)),
    ))
}

fn middle(points: &[Degrees]) -> Option<Degrees> {
    // A ring ends where it began.
    let ring = match points {
        [first, .., last] if first == last => points.split_last()?.1,
        _ => points,
    };
    let count = f64::from(u32::try_from(ring.len()).ok()?);
    let lon = ring.iter().map(|p| p.lon).sum::<f64>();
    let lat = ring.iter().map(|p| p.lat).sum::<f64>();
    Some(Degrees::new(lon / count, lat / count))
}

/// Whether a ring goes around a point.
fn covers(ring: &[Degrees], point: Degrees) -> bool {
    pairs(ring).fold(false, |inside, (a, b)| {
        let spans = (a.lat > point.lat) != (b.lat > point.lat);
        let east = (b.lon - a.lon) * (point.lat - a.lat) / (b.lat - a.lat) + a.lon;
        if spans && point.lon < east {
            !inside
        } else {
            inside
        }
    })
}

/// Where two roads meet: the two nearest points of theirs, if those are near enough.
fn crossing(one: &[Degrees], other: &[Degrees]) -> Option<Degrees> {
    let near = |points: &[Degrees], line: &[Degrees]| {
        points
            .iter()
            .flat_map(|p| pairs(line).map(|(a, b)| (*p, nearest(*p, a, b))))
            .map(|(p, q)| (p.metres_to(q), q))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let cut = pairs(one).find_map(|(a, b)| pairs(other).find_map(|(c, d)| cut(a, b, c, d)));
    cut.or_else(|| {
        [near(one, other), near(other, one)]
            .into_iter()
            .flatten()
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(metres, _)| *metres <= CROSSING)
            .map(|(_, point)| point)
    })
}

/// The point of the stretch from `a` to `b` that is nearest to `p`.
fn nearest(p: Degrees, a: Degrees, b: Degrees) -> Degrees {
    let squeeze = a.lat.to_radians().cos();
    let (dx, dy) = ((b.lon - a.lon) * squeeze, b.lat - a.lat);
    let length = dx * dx + dy * dy;
    if length <= f64::EPSILON / METRES_A_DEGREE {
        return a;
    }
    let share = ((p.lon - a.lon) * squeeze * dx + (p.lat - a.lat) * dy) / length;
    between(a, b, share.clamp(0.0, 1.0))
}

/// Where two stretches cut each other.
fn cut(a: Degrees, b: Degrees, c: Degrees, d: Degrees) -> Option<Degrees> {
    let (rx, ry) = (b.lon - a.lon, b.lat - a.lat);
    let (sx, sy) = (d.lon - c.lon, d.lat - c.lat);
    let cross = rx * sy - ry * sx;
    if cross == 0.0 {
        return None;
    }
    let (qx, qy) = (c.lon - a.lon, c.lat - a.lat);
    let t = (qx * sy - qy * sx) / cross;
    let u = (qx * ry - qy * rx) / cross;
    let both = (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u);
    both.then(|| between(a, b, t))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"{"type":"FeatureCollection","features":[
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
    fn what_is_no_map_is_refused() {
        assert!(matches!(
            Gazetteer::read("no"),
            Err(MapError::Unreadable(_))
        ));
        let none = r#"{"features":[]}"#;
        assert!(matches!(Gazetteer::read(none), Err(MapError::Empty)));
    }
}
