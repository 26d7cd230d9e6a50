//! Raster tiles from one PMTiles file of the site's own, for a desk without any tile service.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use bytes::Bytes;
use domain::right::{Action, Actor};
use futures_util::FutureExt as _;
use pmtiles::{AsyncBackend, AsyncPmTilesReader, BackendResponse, PmtError, PmtResult};
use pmtiles::{Compression, TileCoord, TileType};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

/// Where the console asks for a tile of the archive.
pub const TEMPLATE: &str = "/api/map/tiles/{z}-{x}-{y}";

/// Why an archive was refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no PMTiles archive, or cannot be read.
    #[error("{0}")]
    Unreadable(#[from] PmtError),
    /// Its tiles are no pictures: vectors need a style of their own.
    #[error("its tiles are {0:?}; pictures are wanted: png, jpeg, webp or avif")]
    NoPictures(TileType),
    /// Its tiles are packed once more, as pictures never are.
    #[error("its tiles are compressed with {0:?}; pictures are not")]
    Compressed(Compression),
}

/// Reads of the file where it lies. A mapped file would take the process with it when it is cut short.
struct Pages(File);

impl AsyncBackend for Pages {
    async fn read(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let from = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
            match self.0.read_at(rest, from).map_err(PmtError::Reading)? {
                0 => break,
                more => filled += more,
            }
        }
        bytes.truncate(filled);
        Ok(BackendResponse::new(Bytes::from(bytes)))
    }
}

/// An archive of tiles, open for reading.
pub struct TileArchive {
    reader: AsyncPmTilesReader<Pages>,
    media: &'static str,
    zoom_most: u8,
}

impl std::fmt::Debug for TileArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TileArchive")
            .field("media", &self.media)
            .field("zoom_most", &self.zoom_most)
            .finish_non_exhaustive()
    }
}

impl TileArchive {
    /// Opens an archive and looks whether its tiles are pictures.
    ///
    /// # Errors
    /// [`ArchiveError`], with what was found.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let pages = Pages(File::open(path).map_err(PmtError::Reading)?);
        let reader = at_once(AsyncPmTilesReader::try_from_source(pages))?;
        let header = reader.get_header();
        let media = match header.tile_type {
            TileType::Png | TileType::Jpeg | TileType::Webp | TileType::Avif => {
                header.tile_type.content_type()
            }
            other => return Err(ArchiveError::NoPictures(other)),
        };
        if !matches!(
            header.tile_compression,
            Compression::None | Compression::Unknown
        ) {
            return Err(ArchiveError::Compressed(header.tile_compression));
        }
        Ok(Self {
            media,
            zoom_most: header.max_zoom,
            reader,
        })
    }

    /// The deepest zoom it has.
    #[must_use]
    pub const fn zoom_most(&self) -> u8 {
        self.zoom_most
    }

    /// A tile; none where the archive has none.
    fn tile(&self, z: u8, x: u32, y: u32) -> PmtResult<Option<Bytes>> {
        let Ok(at) = TileCoord::new(z, x, y) else {
            return Ok(None);
        };
        at_once(self.reader.get_tile(at))
    }
}

/// The reads above are done when they return, so nothing is ever waited for.
fn at_once<T>(work: impl Future<Output = PmtResult<T>>) -> PmtResult<T> {
    let late = || PmtError::Reading(std::io::ErrorKind::WouldBlock.into());
    work.now_or_never().ok_or_else(late)?
}

/// The numbers of `z-x-y`.
fn numbers(name: &str) -> Option<(u8, u32, u32)> {
    let mut parts = name.split('-');
    let found = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    parts.next().is_none().then_some(found)
}

impl App {
    /// A tile of the site's archive by `z-x-y`, and what kind of picture it is.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] without an archive or outside of what it has;
    /// [`AppError::Internal`] where the file cannot be read.
    pub async fn map_tile(
        &self,
        actor: &Actor,
        name: &str,
    ) -> Result<(&'static str, Bytes), AppError> {
        allow(actor, Action::ReadDirectory)?;
        let archive = self.inner.config.map.archive.as_ref();
        let archive = Arc::clone(archive.ok_or(AppError::NotFound)?);
        let (z, x, y) = numbers(name).ok_or(AppError::NotFound)?;
        let media = archive.media;
        // A disk may take its time, and the desk's own threads are for the desk.
        let read = tokio::task::spawn_blocking(move || archive.tile(z, x, y));
        let broken = |error: &dyn std::fmt::Display| AppError::Internal(format!("tile: {error}"));
        let tile = read.await.map_err(|error| broken(&error))?;
        let tile = tile.map_err(|error| broken(&error))?;
        Ok((media, tile.ok_or(AppError::NotFound)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_named_by_three_numbers_and_nothing_else() {
        assert_eq!(numbers("3-4-2"), Some((3, 4, 2)));
        for wrong in ["", "3-4", "3-4-2-1", "3-4-x", "-3-4-2", "300-1-1", "3--4"] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }
}
