//! Private keys on disk: readable by their owner alone, or not used at all.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{KeyError, OwnKey};

/// Why a key file is not used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the key file {} cannot be used", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others can read it, so it must be taken as known to others.
    #[error(
        "the key file {} has mode {mode:o}; only its owner may read it (chmod 600)",
        path.display()
    )]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key of this name can lie in no file.
    #[error("{key_id:?} is no name of a key made here")]
    Name {
        /// The name.
        key_id: String,
    },
    /// Its content is no key.
    #[error("the key file {} holds no usable key", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyError,
    },
}

/// Reads a private key file (PEM PKCS#8).
///
/// # Errors
/// When group or others have any right to the file, when it cannot be read, or holds no key.
pub fn read_key_file(path: &Path, key_id: Option<&str>) -> Result<OwnKey, KeyFileError> {
    let io = |source| KeyFileError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = fs::File::open(path).map_err(io)?;
    // Asked of the open file, so that nobody can swap it between the question and the reading.
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    let pem = io::read_to_string(&mut file).map_err(io)?;
    OwnKey::from_pem(&pem, key_id).map_err(|source| KeyFileError::Key {
        path: path.to_owned(),
        source,
    })
}

/// Writes a private key to a new file that only its owner can read, and syncs it.
///
/// # Errors
/// When the file exists already, or cannot be written.
pub fn write_key_file(path: &Path, private_pem: &str) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(io)?;
    file.write_all(private_pem.as_bytes()).map_err(io)?;
    file.sync_all().map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::generate_key;

    #[test]
    fn a_key_file_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link.pem");
        let made = generate_key(&[3; 32]).unwrap();
        write_key_file(&path, &made.private_pem).unwrap();
        assert_eq!(read_key_file(&path, None).unwrap().key_id(), made.key_id);
        assert_eq!(read_key_file(&path, Some("k1")).unwrap().key_id(), "k1");
        assert!(matches!(
            write_key_file(&path, &made.private_pem),
            Err(KeyFileError::Io { .. })
        ));
        for mode in [0o640, 0o604, 0o610] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = read_key_file(&path, None).unwrap_err();
            assert!(matches!(error, KeyFileError::TooOpen { mode: found, .. } if found == mode));
        }
    }
}
