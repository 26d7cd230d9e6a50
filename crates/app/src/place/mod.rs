//! Places: the site's map, where a place in words lies, open cases near it and alike in words,
//! and the hall's wall.

mod alike;
mod archive;
mod gazetteer;
mod names;
mod near;
mod proposal;
mod tally;
mod wall;

pub use archive::{ArchiveError, TEMPLATE as ARCHIVE_TEMPLATE, TileArchive};
pub use gazetteer::{Found, Gazetteer, How, MapError, NameKind, Named};
pub(crate) use names::read_gazetteer;
pub(crate) use tally::Tally;

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{MapView, PlacePart, PlaceSource, PlaceView, PointView, TilesView};
use domain::case::PlaceLevel;
use domain::datum::{Datum, Degrees, to_wgs84};
use domain::right::{Action, Actor};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

impl From<How> for PlaceLevel {
    fn from(how: How) -> Self {
        match how {
            How::House => Self::House,
            How::Crossing => Self::Crossing,
            How::Estate => Self::Estate,
            How::Landmark => Self::Landmark,
            How::Road => Self::Road,
            How::District => Self::District,
        }
    }
}

/// The map of a site; all of it may be missing.
#[derive(Debug, Clone, Default)]
pub struct SiteMap {
    /// A tile service.
    pub tiles: Option<Tiles>,
    /// Tiles that lie in a file here; [`SiteMap::tiles`] points to them then.
    pub archive: Option<Arc<TileArchive>>,
    /// The site's own map in vectors, which is also its gazetteer.
    pub vector: Option<Arc<Gazetteer>>,
    /// What is shown first where there is no vector map: WGS-84 degrees and zoom.
    pub middle: Option<(Degrees, f64)>,
}

/// How a tile service cuts the earth into tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grid {
    /// In squares of the Web Mercator projection: XYZ, and WMTS sets of EPSG:3857.
    #[default]
    Mercator,
    /// In squares of degrees: WMTS sets of EPSG:4490 (CGCS2000) and EPSG:4326, whose level z has 2ᶻ
    /// columns and half as many rows. The console bends them.
    Geographic,
}

/// A tile service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiles {
    /// Address with `{z}`, `{x}` and `{y}`.
    pub template: String,
    /// The degrees it is drawn in.
    pub datum: Datum,
    /// How it is cut into tiles.
    pub grid: Grid,
    /// Who made it; shown on the map.
    pub attribution: String,
    /// Edge of a tile in pixels.
    pub size: u16,
    /// Deepest zoom it has.
    pub zoom_most: u8,
}

impl Tiles {
    /// Scheme, host and port, if it is another server than the platform's own.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        let (scheme, rest) = self.template.split_once("://")?;
        let host = rest.split(['/', '?']).next().unwrap_or(rest);
        self.template.get(..scheme.len() + 3 + host.len())
    }
}

fn view(found: Found, source: PlaceSource) -> PlaceView {
    PlaceView {
        lon: found.point.lon,
        lat: found.point.lat,
        name: found.name,
        how: found.how,
        district: found.district,
        district_name: found.district_name,
        source,
        parts: found
            .parts
            .into_iter()
            .map(|piece| PlacePart {
                part: piece.part.as_str().to_owned(),
                words: piece.words,
            })
            .collect(),
    }
}

/// The degrees of a point as they came in, in WGS-84.
pub(crate) fn stored(point: PointView) -> Degrees {
    to_wgs84(Degrees::new(point.lon, point.lat), point.datum)
}

/// A stored point as the edge shows it.
pub(crate) fn shown(point: Degrees) -> PointView {
    PointView {
        lon: point.lon,
        lat: point.lat,
        datum: Datum::Wgs84,
    }
}

impl App {
    /// What the console needs to draw the site's map.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn map(&self, actor: &Actor) -> Result<MapView, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let map = &self.inner.config.map;
        Ok(MapView {
            tiles: map.tiles.as_ref().map(|tiles| TilesView {
                template: tiles.template.clone(),
                datum: tiles.datum,
                grid: tiles.grid,
                attribution: tiles.attribution.clone(),
                size: tiles.size,
                zoom_most: tiles.zoom_most,
            }),
            vector: map.vector.is_some(),
            bounds: map.vector.as_ref().map(|vector| vector.bounds()),
            middle: map.middle.map(|(at, _)| shown(at)),
            zoom: map.middle.map(|(_, zoom)| zoom),
        })
    }

    /// The site's vector map, GeoJSON.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] without one.
    pub fn vector_map(&self, actor: &Actor) -> Result<Arc<str>, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let vector = self.inner.config.map.vector.as_ref();
        Ok(vector.ok_or(AppError::NotFound)?.text())
    }

    /// Where a place in words lies, and how surely; none if no name of a place is in them.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn find_place(&self, actor: &Actor, words: &str) -> Result<Option<PlaceView>, AppError> {
        allow(actor, Action::ReadDirectory)?;
        Ok(self.locate(words))
    }

    /// Where a place in words lies, by the site's gazetteer.
    pub(crate) fn locate(&self, place: &str) -> Option<PlaceView> {
        let found = self.inner.gazetteer.load().as_ref()?.locate(place)?;
        Some(view(found, PlaceSource::Place))
    }

    /// Where a contact lies: by what stands as its place, else by what was told.
    pub(crate) fn locate_contact(&self, place: &str, narrative: &str) -> Option<PlaceView> {
        if let Some(found) = self.locate(place) {
            return Some(found);
        }
        // A place that is said and not known is not to be overruled by one that is mentioned.
        if !place.trim().is_empty() {
            return None;
        }
        let gazetteer = self.inner.gazetteer.load();
        let (found, _) = gazetteer.as_ref()?.locate_said(narrative)?;
        Some(view(found, PlaceSource::Narrative))
    }

    /// The name of a district, from its code or else from the place in words or what was told: units
    /// are chosen by names, contacts carry codes.
    pub(crate) fn district_name(&self, district: &str, place: &str, narrative: &str) -> String {
        let found = district
            .is_empty()
            .then(|| self.locate_contact(place, narrative));
        self.district_of(district, found.flatten().as_ref())
    }

    /// Likewise, where the place was looked up already.
    pub(crate) fn district_of(&self, district: &str, found: Option<&PlaceView>) -> String {
        if district.is_empty() {
            return found.map(|f| f.district_name.clone()).unwrap_or_default();
        }
        let map = self.inner.gazetteer.load_full();
        let name = map.as_ref().and_then(|map| map.district(district));
        name.unwrap_or(district).to_owned()
    }

    /// A point moved to the middle of its kilometre, for those who do not see places.
    fn coarse(point: Degrees) -> Degrees {
        let round = |x: f64| (x * 100.0).round() / 100.0;
        Degrees::new(round(point.lon), round(point.lat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_server_has_an_origin() {
        let origin = |template: &str| {
            let tiles = Tiles {
                template: template.to_owned(),
                datum: Datum::Wgs84,
                grid: Grid::Mercator,
                attribution: String::new(),
                size: 256,
                zoom_most: 18,
            };
            tiles.origin().map(str::to_owned)
        };
        let other = "https://map.example.invalid:8443/wmts?x={x}&y={y}&z={z}";
        assert_eq!(
            origin(other).as_deref(),
            Some("https://map.example.invalid:8443")
        );
        assert_eq!(origin("/tiles/{z}/{x}/{y}.png"), None);
    }
}
