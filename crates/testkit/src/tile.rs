//! A map archive of one tile.

use pmtiles::{PmTilesWriter, TileCoord, TileType};
use std::fs::File;
use std::path::Path;

/// What the one tile holds: a picture, as far as any test looks.
pub const TILE: &[u8] = b"a picture, as far as anybody looks";

/// Writes an archive whose one tile is 3-4-2; of pictures, or of vectors.
///
/// # Panics
/// When the file cannot be written.
pub fn write_archive(path: &Path, pictures: bool) {
    let kind = if pictures {
        TileType::Png
    } else {
        TileType::Mvt
    };
    let writer = PmTilesWriter::new(kind).min_zoom(3).max_zoom(3);
    let mut writer = writer.create(File::create(path).unwrap()).unwrap();
    writer
        .add_tile(TileCoord::new(3, 4, 2).unwrap(), TILE)
        .unwrap();
    writer.finalize().unwrap();
}
