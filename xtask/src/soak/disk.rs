//! A file system of our own whose power can be cut: XFS in a file. Its shutdown call drops
//! everything that was not written through, as a power cut does.

use crate::process::{found, output};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file system; unmounted and deleted when dropped.
#[derive(Debug)]
pub(crate) struct CutDisk {
    image: PathBuf,
    mount: PathBuf,
    _folder: tempfile::TempDir,
}

/// Why no power can be cut here, if it cannot.
pub(crate) fn obstacle() -> Option<String> {
    let root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root {
        return Some("mounting needs root".to_owned());
    }
    if let Some(missing) = ["mkfs.xfs", "xfs_io", "mount"]
        .into_iter()
        .find(|tool| !found(tool))
    {
        return Some(format!("{missing} is missing (package xfsprogs or mount)"));
    }
    // The proof is a mount; a kernel without XFS or loop devices says so itself.
    CutDisk::make().err().map(|error| format!("{error:#}"))
}

impl CutDisk {
    /// Makes and mounts one.
    ///
    /// # Errors
    /// When the kernel or a tool refuses.
    pub(crate) fn make() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("liandong-cut-")
            .tempdir()
            .context("no temporary folder")?;
        let disk = Self {
            image: folder.path().join("image"),
            mount: folder.path().join("disk"),
            _folder: folder,
        };
        std::fs::create_dir(&disk.mount).context("no folder to mount on")?;
        output(Command::new("truncate").args(["-s", "2G"]).arg(&disk.image))?;
        output(Command::new("mkfs.xfs").arg("-q").arg(&disk.image))?;
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        &self.mount
    }

    fn mount(&self) -> Result<()> {
        output(
            Command::new("mount")
                .args(["-o", "loop"])
                .arg(&self.image)
                .arg(&self.mount),
        )
        .map(drop)
    }

    /// Cuts the power: nothing that is not on the disk now will be.
    ///
    /// # Errors
    /// When the kernel refuses, or the file system still answers.
    pub(crate) fn cut(&self) -> Result<()> {
        output(
            Command::new("xfs_io")
                .args(["-x", "-c", "shutdown"])
                .arg(&self.mount),
        )?;
        if std::fs::write(self.mount.join("after"), "x").is_ok() {
            bail!("the file system still writes after its power was cut");
        }
        Ok(())
    }

    /// Gives the power back: the file system recovers from its own log.
    ///
    /// # Errors
    /// When somebody still holds it or it does not recover.
    pub(crate) fn restore(&self) -> Result<()> {
        output(Command::new("umount").arg(&self.mount))?;
        self.mount()
    }
}

impl Drop for CutDisk {
    fn drop(&mut self) {
        // Lazy, so that a program that died with the disk cannot keep it mounted.
        if let Err(error) = output(Command::new("umount").arg("-l").arg(&self.mount)) {
            println!("{error:#}");
        }
    }
}
