//! Where on a line, in a ring or between two lines a place lies.

use domain::datum::{Degrees, METRES_A_DEGREE};

/// Two roads that come no nearer than this do not cross: metres.
const CROSSING: f64 = 60.0;

pub(super) fn bounds<'a>(points: impl Iterator<Item = &'a Degrees>) -> Option<[f64; 4]> {
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

/// How far along its road a house stands.
pub(super) fn share(number: u32, houses: u32) -> f64 {
    (f64::from(number) - 0.5) / f64::from(houses.max(1))
}

pub(super) fn along(points: &[Degrees], share: f64) -> Option<Degrees> {
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
pub(super) fn inside(points: &[Degrees], number: u32, houses: u32) -> Option<Degrees> {
    let [west, south, east, north] = bounds(points.iter())?;
    let rows = houses.div_ceil(5).max(1);
    let (row, column) = ((number - 1) / 5, (number - 1) % 5);
    let at = |from: f64, to: f64, share: f64| from + (to - from) * (0.15 + 0.7 * share);
    Some(Degrees::new(
        at(west, east, f64::from(column) / 4.0),
        at(north, south, f64::from(row) / f64::from(rows)),
    ))
}

pub(super) fn middle(points: &[Degrees]) -> Option<Degrees> {
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
pub(super) fn covers(ring: &[Degrees], point: Degrees) -> bool {
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
pub(super) fn crossing(one: &[Degrees], other: &[Degrees]) -> Option<Degrees> {
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
