//! `[map]`: what the console draws a map from.

use anyhow::Context as _;
use app::place::{ARCHIVE_TEMPLATE, Gazetteer, Grid, SiteMap, TileArchive, Tiles};
use domain::datum::{Datum, Degrees};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MapSection {
    /// The site's own map in vectors, GeoJSON; also its gazetteer.
    pub(crate) vector: Option<PathBuf>,
    /// A tile service.
    pub(crate) tiles: Option<TilesSection>,
    /// Raster tiles in a PMTiles file, instead of a service.
    pub(crate) archive: Option<ArchiveSection>,
    /// What is shown first where there is no vector map: longitude, latitude, zoom.
    pub(crate) middle: Option<[f64; 3]>,
    /// The map that a demonstration carries with it.
    #[serde(skip)]
    pub(crate) own: Option<Arc<Gazetteer>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TilesSection {
    /// Address with `{z}`, `{x}` and `{y}`: XYZ, or WMTS as a template of its GetTile.
    pub(crate) template: String,
    /// `wgs84` (also written `cgcs2000`), `gcj02` or `bd09`.
    #[serde(default)]
    pub(crate) datum: Datum,
    /// `mercator`, or `geographic` for sets of EPSG:4490 and EPSG:4326.
    #[serde(default)]
    pub(crate) grid: Grid,
    /// Who made it.
    #[serde(default)]
    pub(crate) attribution: String,
    #[serde(default = "tile_size")]
    pub(crate) size: u16,
    #[serde(default = "zoom_most")]
    pub(crate) zoom_most: u8,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchiveSection {
    /// The file.
    pub(crate) file: PathBuf,
    /// `wgs84` (also written `cgcs2000`), `gcj02` or `bd09`.
    #[serde(default)]
    pub(crate) datum: Datum,
    /// Who made it.
    #[serde(default)]
    pub(crate) attribution: String,
    #[serde(default = "tile_size")]
    pub(crate) size: u16,
}

const fn tile_size() -> u16 {
    256
}

const fn zoom_most() -> u8 {
    18
}

impl TilesSection {
    /// The address becomes part of what a page may load, so it is looked at closely.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let template = &self.template;
        for hole in ["{z}", "{x}", "{y}"] {
            anyhow::ensure!(template.contains(hole), "map.tiles.template lacks {hole}");
        }
        let scheme = ["https://", "http://", "/"];
        anyhow::ensure!(
            scheme.iter().any(|begin| template.starts_with(begin)) && !template.starts_with("//"),
            "map.tiles.template begins with https://, http:// or /"
        );
        anyhow::ensure!(
            template
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | ';' | ',')),
            "map.tiles.template holds a character that does not belong into an address"
        );
        anyhow::ensure!(
            !template
                .split('/')
                .nth(2)
                .unwrap_or_default()
                .contains(['{', '*']),
            "the server in map.tiles.template is one server"
        );
        Ok(())
    }
}

impl MapSection {
    pub(super) fn site(&self) -> anyhow::Result<SiteMap> {
        let vector = match (&self.vector, &self.own) {
            (None, own) => own.clone(),
            (Some(path), _) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("the map {} cannot be read", path.display()))?;
                let map = Gazetteer::read(&text)
                    .with_context(|| format!("the map {} is refused", path.display()))?;
                Some(Arc::new(map))
            }
        };
        let service = self.tiles.as_ref().map(|tiles| Tiles {
            template: tiles.template.clone(),
            datum: tiles.datum,
            grid: tiles.grid,
            attribution: tiles.attribution.clone(),
            size: tiles.size,
            zoom_most: tiles.zoom_most,
        });
        let (tiles, archive) = match &self.archive {
            None => (service, None),
            Some(_) if service.is_some() => {
                anyhow::bail!("map.tiles and map.archive are two answers to one question")
            }
            Some(section) => {
                let path = section.file.display();
                let archive = TileArchive::open(&section.file)
                    .with_context(|| format!("the tiles {path} are refused"))?;
                let tiles = Tiles {
                    template: ARCHIVE_TEMPLATE.to_owned(),
                    datum: section.datum,
                    grid: Grid::Mercator,
                    attribution: section.attribution.clone(),
                    size: section.size,
                    zoom_most: archive.zoom_most(),
                };
                (Some(tiles), Some(Arc::new(archive)))
            }
        };
        Ok(SiteMap {
            tiles,
            archive,
            vector,
            middle: self
                .middle
                .map(|[lon, lat, zoom]| (Degrees::new(lon, lat), zoom)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;
    use crate::config::tests::LEAST;

    fn with_map(section: &str) -> anyhow::Result<SiteMap> {
        parse(&format!("{LEAST}\n{section}"))?.map.site()
    }

    #[test]
    fn a_site_has_its_own_tiles_or_none() {
        let none = with_map("").unwrap();
        assert!(none.tiles.is_none() && none.vector.is_none());
        let wmts = r#"
            [map]
            middle = [125.5, 27.5, 11.0]
            [map.tiles]
            template = "https://map.example.invalid/wmts?layer=vec&tilematrix={z}&tilerow={y}&tilecol={x}"
            datum = "cgcs2000"
        "#;
        let map = with_map(wmts).unwrap();
        let tiles = map.tiles.unwrap();
        assert_eq!(tiles.origin(), Some("https://map.example.invalid"));
        assert_eq!(
            (tiles.datum, tiles.grid, tiles.size, tiles.zoom_most),
            (Datum::Wgs84, Grid::Mercator, 256, 18)
        );
        let degrees = wmts.replace("\"cgcs2000\"", "\"cgcs2000\"\ngrid = \"geographic\"");
        let tiles = with_map(&degrees).unwrap().tiles.unwrap();
        assert_eq!(tiles.grid, Grid::Geographic);
        for (wrong, why) in [
            ("https://map.example.invalid/{z}/{x}.png", "{y}"),
            ("//map.example.invalid/{z}/{x}/{y}.png", "begins with"),
            (
                "https://map.example.invalid; script-src *//{z}/{x}/{y}",
                "character",
            ),
            ("https://*.example.invalid/{z}/{x}/{y}", "one server"),
        ] {
            let error = with_map(&format!("[map.tiles]\ntemplate = \"{wrong}\"")).unwrap_err();
            assert!(error.to_string().contains(why), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_vector_map_is_read_at_the_start_or_refused_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("county.geojson");
        std::fs::write(&path, crate::demo::county::MAP).unwrap();
        let section = format!("[map]\nvector = {:?}", path.display().to_string());
        assert!(with_map(&section).unwrap().vector.is_some());
        std::fs::write(&path, "{}").unwrap();
        let error = with_map(&section).unwrap_err();
        assert!(error.to_string().contains("county.geojson"), "{error:#}");
    }
}
