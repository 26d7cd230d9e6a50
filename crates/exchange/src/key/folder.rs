//! The folder of private keys: they are made in it, read from it, and leave it only by being destroyed.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{GeneratedKey, KeyFileError, OwnKey, read_key_file};

/// Where the private keys of a platform lie, beside the one the configuration names.
#[derive(Debug, Clone)]
pub struct KeyFolder {
    path: PathBuf,
    mode: u32,
}

impl KeyFolder {
    /// The folder for keys made while running: `folder`, or without one where `key_file` lies. New files
    /// get the mode of `key_file`.
    ///
    /// # Errors
    /// When the file cannot be looked at, or others have rights to it.
    pub fn of(key_file: &Path, folder: Option<&Path>) -> Result<Self, KeyFileError> {
        let io = |source| KeyFileError::Io {
            path: key_file.to_owned(),
            source,
        };
        let mode = fs::metadata(key_file).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyFileError::TooOpen {
                path: key_file.to_owned(),
                mode,
            });
        }
        let beside = || match key_file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self {
            path: folder.map_or_else(beside, Path::to_owned),
            mode,
        })
    }

    /// Checks that the folder is there.
    ///
    /// # Errors
    /// When it is not, or is no folder.
    pub fn check(&self) -> Result<(), KeyFileError> {
        let io = |source| KeyFileError::Io {
            path: self.path.clone(),
            source,
        };
        if fs::metadata(&self.path).map_err(io)?.is_dir() {
            Ok(())
        } else {
            Err(io(io::Error::from(io::ErrorKind::NotADirectory)))
        }
    }

    /// The file a key of this name lies in.
    ///
    /// # Errors
    /// When the name could lead out of the folder.
    pub fn file_of(&self, key_id: &str) -> Result<PathBuf, KeyFileError> {
        let plain = !key_id.is_empty()
            && key_id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if plain {
            Ok(self.path.join(format!("link-{key_id}.key")))
        } else {
            Err(KeyFileError::Name {
                key_id: key_id.to_owned(),
            })
        }
    }

    /// Writes a new key: whole and durable under its name, or not at all.
    ///
    /// # Errors
    /// When a file of this name is there, or the folder cannot be written.
    pub fn write(&self, made: &GeneratedKey) -> Result<PathBuf, KeyFileError> {
        let path = self.file_of(&made.key_id)?;
        let half = path.with_extension("new");
        let io = |source| KeyFileError::Io {
            path: path.clone(),
            source,
        };
        if path.exists() {
            return Err(io(io::Error::from(io::ErrorKind::AlreadyExists)));
        }
        let written = (|| {
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&half)?;
            file.write_all(made.private_pem.as_bytes())?;
            file.set_permissions(fs::Permissions::from_mode(self.mode))?;
            file.sync_all()?;
            fs::rename(&half, &path)?;
            // Without this the name itself may be gone after a power cut.
            fs::File::open(&self.path)?.sync_all()
        })();
        if let Err(source) = written {
            // Half a key is nobody's key; that it stays is worth less than the first error.
            let _ = fs::remove_file(&half);
            return Err(io(source));
        }
        Ok(path)
    }

    /// Reads a key that was made here.
    ///
    /// # Errors
    /// As [`read_key_file`]; or the file holds another key than its name says.
    pub fn read(&self, key_id: &str) -> Result<OwnKey, KeyFileError> {
        read_key_file(&self.file_of(key_id)?, Some(key_id))
    }

    /// Destroys a key that is withdrawn for good; one that is gone already is no error.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn destroy(&self, key_id: &str) -> Result<(), KeyFileError> {
        let path = self.file_of(key_id)?;
        let gone = match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Ok(()) => fs::File::open(&self.path).and_then(|folder| folder.sync_all()),
            Err(error) => Err(error),
        };
        gone.map_err(|source| KeyFileError::Io { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{generate_key, write_key_file};

    #[test]
    fn a_key_is_made_beside_the_old_one_with_its_mode_and_destroyed_once() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("link.key");
        write_key_file(&old, &generate_key(&[1; 32]).unwrap().private_pem).unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o400)).unwrap();
        let folder = KeyFolder::of(&old, None).unwrap();
        let made = generate_key(&[2; 32]).unwrap();
        let path = folder.write(&made).unwrap();
        assert_eq!(path.parent(), Some(dir.path()));
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o400);
        let read = folder.read(&made.key_id).unwrap();
        assert_eq!(read.public_base64(), made.public);
        assert_eq!(read.key_id(), made.key_id);
        assert!(folder.write(&made).is_err(), "nothing is written over");
        let names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names.len(), 2, "nothing half is left: {names:?}");
        folder.destroy(&made.key_id).unwrap();
        folder.destroy(&made.key_id).unwrap();
        assert!(folder.read(&made.key_id).is_err());
        assert!(old.exists());
    }

    #[test]
    fn a_name_leads_nowhere_else_and_an_open_key_makes_no_open_ones() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("link.key");
        write_key_file(&old, &generate_key(&[1; 32]).unwrap().private_pem).unwrap();
        let folder = KeyFolder::of(&old, Some(&dir.path().join("keys"))).unwrap();
        for name in ["", "../x", "a/b", "x.y"] {
            assert!(matches!(
                folder.file_of(name),
                Err(KeyFileError::Name { .. })
            ));
        }
        assert!(
            folder.write(&generate_key(&[2; 32]).unwrap()).is_err(),
            "no such folder"
        );
        fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            KeyFolder::of(&old, None),
            Err(KeyFileError::TooOpen { .. })
        ));
    }
}
