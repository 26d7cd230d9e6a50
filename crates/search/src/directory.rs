//! Where an index lies: a directory of its own, readable by its owner alone, since every word of
//! every caller is in it.

use crate::SearchError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A directory that this process alone writes to, until it is dropped.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    /// Held for as long as the index is open; the system takes it back when the process ends.
    _lock: File,
}

impl Directory {
    /// Takes a directory, and makes it if need be.
    pub(crate) fn take(root: &Path) -> Result<Self, SearchError> {
        DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(root.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root: root.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(SearchError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Where the engine's own files are; made if need be.
    pub(crate) fn files(&self) -> Result<PathBuf, SearchError> {
        let files = self.root.join("files");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&files)?;
        Ok(files)
    }

    /// Removes the engine's own files.
    pub(crate) fn empty(&self) -> Result<(), SearchError> {
        let files = self.root.join("files");
        if files.exists() {
            std::fs::remove_dir_all(&files)?;
        }
        Ok(())
    }

    /// Whether somebody left a wish; it is taken away.
    pub(crate) fn wish(&self) -> bool {
        std::fs::remove_file(wish_of(&self.root)).is_ok()
    }
}

fn wish_of(root: &Path) -> PathBuf {
    root.join("rebuild")
}

/// Asks the process that keeps the index in a directory to make it anew.
///
/// # Errors
/// When the wish cannot be left there.
pub fn ask_rebuild(root: &Path) -> Result<(), SearchError> {
    File::create(wish_of(root))?;
    Ok(())
}
