//! Which earth a pair of degrees is measured on, and how one becomes another.
//!
//! Everything inside is WGS-84; what comes in otherwise is converted at the edge. CGCS2000, in
//! which official maps are published, differs from WGS-84 by centimetres and is taken as the same.
//! GCJ-02 and BD-09 are the shifted degrees of the country's commercial maps.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// A datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Datum {
    /// What satellite receivers say, and what is stored.
    #[default]
    #[serde(rename = "wgs84", alias = "cgcs2000")]
    Wgs84,
    /// 国测局坐标
    #[serde(rename = "gcj02")]
    Gcj02,
    /// 百度坐标
    #[serde(rename = "bd09")]
    Bd09,
}

/// Degrees of longitude and latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degrees {
    /// East.
    pub lon: f64,
    /// North.
    pub lat: f64,
}

impl Degrees {
    /// These degrees.
    #[must_use]
    pub const fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// Metres to another point; good to a percent within a city.
    #[must_use]
    pub fn metres_to(self, other: Self) -> f64 {
        let north = (other.lat - self.lat) * METRES_A_DEGREE;
        let east = (other.lon - self.lon) * METRES_A_DEGREE * self.lat.to_radians().cos();
        north.hypot(east)
    }
}

/// Length of a degree of latitude.
pub const METRES_A_DEGREE: f64 = 111_195.0;

/// Half axis and eccentricity of the ellipsoid the shift is computed on.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
/// The wave of BD-09.
const WAVE: f64 = PI * 3_000.0 / 180.0;

/// To WGS-84, within a tenth of a metre.
#[must_use]
pub fn to_wgs84(point: Degrees, from: Datum) -> Degrees {
    match from {
        Datum::Wgs84 => point,
        Datum::Gcj02 => unshifted(point),
        Datum::Bd09 => unshifted(unwaved(point)),
    }
}

/// From WGS-84.
#[must_use]
pub fn from_wgs84(point: Degrees, to: Datum) -> Degrees {
    match to {
        Datum::Wgs84 => point,
        Datum::Gcj02 => shifted(point),
        Datum::Bd09 => waved(shifted(point)),
    }
}

/// The shift is only there within the country, by its published rectangle.
fn shifts(point: Degrees) -> bool {
    (72.004..=137.834_7).contains(&point.lon) && (0.829_3..=55.827_1).contains(&point.lat)
}

fn shifted(point: Degrees) -> Degrees {
    if !shifts(point) {
        return point;
    }
    let (x, y) = (point.lon - 105.0, point.lat - 35.0);
    let wave = |of: f64, much: f64| much * (of * PI).sin();
    let common = (wave(6.0 * x, 20.0) + wave(2.0 * x, 20.0)) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + (wave(y, 20.0) + wave(y / 3.0, 40.0)) * 2.0 / 3.0
        + (wave(y / 12.0, 160.0) + wave(y / 30.0, 320.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + (wave(x, 20.0) + wave(x / 3.0, 40.0)) * 2.0 / 3.0
        + (wave(x / 12.0, 150.0) + wave(x / 30.0, 300.0)) * 2.0 / 3.0;
    let latitude = point.lat.to_radians();
    let flat = 1.0 - ECCENTRICITY * latitude.sin() * latitude.sin();
    let root = flat.sqrt();
    Degrees::new(
        point.lon + (east * 180.0) / (AXIS / root * latitude.cos() * PI),
        point.lat + (north * 180.0) / ((AXIS * (1.0 - ECCENTRICITY)) / (flat * root) * PI),
    )
}

/// There is no formula back; each step leaves a thousandth of the error.
fn unshifted(point: Degrees) -> Degrees {
    let mut guess = point;
    for _ in 0..6 {
        let there = shifted(guess);
        guess.lon -= there.lon - point.lon;
        guess.lat -= there.lat - point.lat;
    }
    guess
}

fn waved(point: Degrees) -> Degrees {
    let length = point.lon.hypot(point.lat) + 0.000_02 * (point.lat * WAVE).sin();
    let angle = point.lat.atan2(point.lon) + 0.000_003 * (point.lon * WAVE).cos();
    Degrees::new(length * angle.cos() + 0.006_5, length * angle.sin() + 0.006)
}

fn unwaved(point: Degrees) -> Degrees {
    let (x, y) = (point.lon - 0.006_5, point.lat - 0.006);
    let length = x.hypot(y) - 0.000_02 * (y * WAVE).sin();
    let angle = y.atan2(x) - 0.000_003 * (x * WAVE).cos();
    Degrees::new(length * angle.cos(), length * angle.sin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: Degrees, lon: f64, lat: f64) {
        let off = (a.lon - lon).abs().max((a.lat - lat).abs());
        assert!(off < 1e-5, "{a:?} is {off} degrees from {lon}, {lat}");
    }

    /// Check values published with the open implementations of the three datums.
    const WGS_GCJ: [[f64; 4]; 4] = [
        [
            121.527_210_6,
            31.177_427_6,
            121.531_541_859_215,
            31.175_303_983_645_97,
        ],
        [
            113.912_316,
            22.543_847,
            113.917_176_480_836_3,
            22.540_796_131_694_766,
        ],
        [
            116.377_817,
            39.911_954,
            116.384_047_224_556_57,
            39.913_345_455_360_69,
        ],
        [
            116.404,
            39.915,
            116.410_244_499_169_38,
            39.916_404_281_501_64,
        ],
    ];

    #[test]
    fn wgs84_and_gcj02_agree_with_published_values() {
        for [lon, lat, there_lon, there_lat] in WGS_GCJ {
            let there = from_wgs84(Degrees::new(lon, lat), Datum::Gcj02);
            same(there, there_lon, there_lat);
            same(
                to_wgs84(Degrees::new(there_lon, there_lat), Datum::Gcj02),
                lon,
                lat,
            );
        }
    }

    #[test]
    fn gcj02_and_bd09_agree_with_published_values() {
        let point = Degrees::new(116.404, 39.915);
        same(waved(point), 116.410_369_493_710_29, 39.921_336_993_510_21);
        same(
            unwaved(point),
            116.397_627_291_193_15,
            39.908_656_739_576_31,
        );
    }

    #[test]
    fn there_and_back_is_where_one_began() {
        for step in 0..200_i32 {
            let point = Degrees::new(74.0 + f64::from(step) * 0.3, 18.0 + f64::from(step % 35));
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let back = to_wgs84(from_wgs84(point, datum), datum);
                same(back, point.lon, point.lat);
            }
        }
    }

    #[test]
    fn outside_of_the_country_nothing_is_shifted() {
        let point = Degrees::new(2.35, 48.85);
        assert_eq!(from_wgs84(point, Datum::Gcj02), point);
    }

    #[test]
    fn official_maps_are_taken_as_they_are() {
        let datum: Datum = serde_json::from_str("\"cgcs2000\"").unwrap();
        assert_eq!(datum, Datum::Wgs84);
    }

    #[test]
    fn metres_are_metres() {
        let here = Degrees::new(125.5, 27.5);
        let metres = here.metres_to(Degrees::new(125.5, 27.509));
        assert!((metres - 1_000.0).abs() < 5.0, "{metres}");
    }
}
