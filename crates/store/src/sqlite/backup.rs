//! Copying the file while writers work.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::StoreError;
use crate::sqlite::connection::{failure, read_connection};

/// Pages copied before the disk is left to others for a moment.
const PAGES: i32 = 1024;
/// That moment.
const PAUSE: Duration = Duration::from_millis(2);

/// Copies to a temporary name, makes it durable, then gives it its name: a backup that has its
/// name is whole. An open read transaction holds one state of the database, so the copy need not
/// begin again when somebody commits.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = std::path::PathBuf::from(partial);
    if partial.exists() {
        std::fs::remove_file(&partial).map_err(|error| io(&error))?;
    }
    let source = read_connection(from, 4)?;
    fill(&source, &partial).map_err(|error| failure(&error))?;
    let file = std::fs::File::open(&partial).map_err(|error| io(&error))?;
    file.sync_all().map_err(|error| io(&error))?;
    std::fs::rename(&partial, to).map_err(|error| io(&error))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::File::open(folder.unwrap_or(Path::new("."))).map_err(|e| io(&e))?;
    folder.sync_all().map_err(|error| io(&error))
}

fn fill(source: &Connection, partial: &Path) -> rusqlite::Result<()> {
    source.execute_batch("BEGIN")?;
    let _: i64 = source.query_row("SELECT count(*) FROM chain_head", [], |row| row.get(0))?;
    let mut target = Connection::open(partial)?;
    let backup = Backup::new(source, &mut target)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => break,
            // Yields the disk to the writer; the copy's state is fixed, so nothing is raced.
            _ => std::thread::sleep(PAUSE),
        }
    }
    drop(backup);
    target.close().map_err(|(_, error)| error)?;
    source.execute_batch("COMMIT")
}

fn io(error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::Io(error.to_string())
}
