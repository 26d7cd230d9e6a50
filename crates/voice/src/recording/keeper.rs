//! Where recordings lie: a folder of folders, a file a leg.

use super::left::{Found, Left, look};
use super::reader::{Fault, Reader};
use super::writer::Writer;
use crate::call::{LegId, Moment, Sealed};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Steps of 20 ms that a recording is filled with at the most where a lost process recorded nothing: ten minutes.
const MOST_MISSED: u64 = 10 * 60 * 50;

/// A folder of recordings.
#[derive(Debug, Clone)]
pub struct Keeper {
    folder: PathBuf,
}

/// A recording being written into a keeper's folder.
pub type Kept = Writer<File>;

impl Keeper {
    /// A folder; it is made when the first recording is.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Keeper {
        Keeper {
            folder: folder.into(),
        }
    }

    /// Begins a recording. Its name is that of the leg; if the leg was recorded before, a number follows.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn begin(&self, leg: LegId, now: Moment) -> io::Result<Kept> {
        for nth in 0..u16::MAX {
            let name = name(leg, nth);
            let path = self.path(&name).ok_or(io::ErrorKind::InvalidInput)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Writer::begin(file, &name, leg, now),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Goes on with the recording of the leg that a killed process left without its end: its chain is continued, and the time since
    /// then stands in it as not recorded (at most ten minutes of it). `None` if there is none.
    ///
    /// # Errors
    /// What is wrong with what is there; then it is left as it is.
    pub fn resume(&self, leg: LegId, now: Moment) -> Result<Option<Kept>, Fault> {
        let Some((name, path)) = self.last(leg) else {
            return Ok(None);
        };
        let (file, Found::Open(left)) = found(&path)? else {
            return Ok(None);
        };
        let mut kept = go_on(file, &name, &left)?;
        let missed = (now.since(left.began) / 20).saturating_sub(left.steps);
        for _ in 0..missed.min(MOST_MISSED) {
            kept.gap()?;
        }
        Ok(Some(kept))
    }

    /// Seals what a killed process left of the last recording of the leg, or looks what it had sealed. `None` if there is none.
    ///
    /// # Errors
    /// What is wrong with what is there; then it is left as it is.
    pub fn salvage(&self, leg: LegId) -> Result<Option<Sealed>, Fault> {
        let Some((name, path)) = self.last(leg) else {
            return Ok(None);
        };
        Ok(Some(match found(&path)? {
            (file, Found::Open(left)) => Keeper::seal(go_on(file, &name, &left)?)?,
            (_, Found::Sealed(whole)) => Sealed {
                recording: name,
                seconds: whole.seconds,
                gaps: whole.gaps,
                head: whole.head,
            },
        }))
    }

    /// The last recording of the leg that there is.
    fn last(&self, leg: LegId) -> Option<(String, PathBuf)> {
        (0..u16::MAX)
            .map_while(|nth| {
                let name = name(leg, nth);
                let path = self.path(&name)?;
                path.exists().then_some((name, path))
            })
            .last()
    }

    /// Seals a recording and makes sure that it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn seal(recording: Kept) -> io::Result<Sealed> {
        let (sealed, file) = recording.seal()?;
        file.sync_all()?;
        Ok(sealed)
    }

    /// Opens a recording by its name.
    ///
    /// # Errors
    /// [`Fault::Unknown`] for a name that is none, [`Fault::Io`], or what is wrong with its header.
    pub fn open(&self, name: &str) -> Result<Reader<BufReader<File>>, Fault> {
        let path = self.path(name).ok_or(Fault::Unknown)?;
        Reader::open(BufReader::new(File::open(path)?))
    }

    /// Removes a recording whose time is over. One that is gone already is no fault.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.path(name).ok_or(io::ErrorKind::InvalidInput)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a recording lies: with those of the same five hours, as its name begins with the time. `None` for what is no name
    /// of ours, so that no name leads elsewhere.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let ours = name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let group = name.get(..6)?;
        (ours && name.len() <= 64).then(|| self.folder.join(group).join(format!("{name}.ldv")))
    }
}

fn name(leg: LegId, nth: u16) -> String {
    match nth {
        0 => format!("{}-{}", leg.call, leg.no),
        n => format!("{}-{}-{n}", leg.call, leg.no),
    }
}

/// Opens a recording and looks how far it is whole.
fn found(path: &Path) -> Result<(File, Found), Fault> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let found = look(BufReader::new(&file), length)?;
    Ok((file, found))
}

/// Writes on behind the last whole block.
fn go_on(mut file: File, name: &str, left: &Left) -> io::Result<Kept> {
    file.set_len(left.end)?;
    file.seek(SeekFrom::Start(left.end))?;
    Ok(Writer::again(file, name, left))
}
