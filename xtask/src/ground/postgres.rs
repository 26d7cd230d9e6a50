//! One PostgreSQL cluster of our own in a temporary folder, for as long as the handle lives.

use crate::process::{Kept, output, send, typed};
use anyhow::{Context as _, Result, bail};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Postgres {
    // Fields drop in this order: the server ends before its folder goes.
    server: Kept,
    command: Command,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    /// Its address, database `postgres`.
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

/// The folder of the server's programs: the newest version installed.
///
/// # Errors
/// When PostgreSQL is not installed.
pub(crate) fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let debian = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .max_by_key(|folder| {
            let version = folder.parent().and_then(Path::file_name);
            version.and_then(|name| name.to_string_lossy().parse::<u32>().ok())
        });
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .or_else(|| {
            std::env::split_paths(&path)
                .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        })
        .context("PostgreSQL is not installed: apt-get install -y postgresql")
}

/// Whom the server runs as: it refuses root, so root lends it the user `postgres`.
fn owner() -> Result<Option<(u32, u32)>> {
    let id = |words: &[&str]| -> Result<u32> {
        let text = output(Command::new("id").args(words))?;
        text.trim().parse().context("id printed no number")
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}

impl Postgres {
    /// Makes a cluster and starts it on a free port, with fsync as in earnest. `settings` are
    /// further `name=value` words.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start; with what it said.
    pub(crate) fn start(settings: &[&str]) -> Result<Self> {
        let folder = own_folder(&std::env::temp_dir())?;
        let data = folder.path().join("data");
        Self::make(folder, &data, settings)
    }

    /// The same with its data in a new folder of `disk`. What is not data lies elsewhere: that disk
    /// may be taken away.
    ///
    /// # Errors
    /// Those of [`Postgres::start`].
    pub(crate) fn start_on(disk: &Path, settings: &[&str]) -> Result<Self> {
        let data = own_folder(disk)?.keep();
        Self::make(own_folder(&std::env::temp_dir())?, &data, settings)
    }

    fn make(folder: tempfile::TempDir, data: &Path, settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args([
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-D",
            ])
            .arg(data)
            .current_dir(folder.path())
            .stdin(Stdio::null());
        let owner = owner()?;
        if let Some((user, group)) = owner {
            initdb.uid(user).gid(group);
        }
        output(&mut initdb)?;

        let port = super::free_port()?;
        let mut words = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            "fsync=on".to_owned(),
            "max_connections=300".to_owned(),
        ];
        words.extend(settings.iter().map(|word| (*word).to_owned()));
        let mut command = Command::new(programs.join("postgres"));
        command.arg("-D").arg(data).current_dir(folder.path());
        for word in &words {
            command.arg("-c").arg(word);
        }
        if let Some((user, group)) = owner {
            // The keeper runs as the owner as well: only it may signal the server.
            command = as_user(&command, user, group);
        }
        let log = folder.path().join("log");
        let server = serve(&command, &log, port)?;
        Ok(Self {
            server,
            command,
            data: data.to_path_buf(),
            log,
            port,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            _folder: folder,
        })
    }

    /// Kills every process of it at once, as the end of its machine does.
    ///
    /// # Errors
    /// When one of them stays.
    pub(crate) fn crash(&self) -> Result<()> {
        let asked = Instant::now();
        loop {
            let left = self.processes()?;
            if left.is_empty() && !self.server.alive() {
                return Ok(());
            }
            if asked.elapsed() > Duration::from_secs(20) {
                bail!("a killed server does not go: {left:?}");
            }
            for pid in left {
                send("KILL", &pid);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Its processes: each of them works in the folder of the data.
    fn processes(&self) -> Result<Vec<String>> {
        let all = std::fs::read_dir("/proc").context("/proc")?;
        Ok(all
            .filter_map(|each| Some(each.ok()?.path()))
            .filter(|each| std::fs::read_link(each.join("cwd")).is_ok_and(|cwd| cwd == self.data))
            .filter_map(|each| Some(each.file_name()?.to_str()?.to_owned()))
            .collect())
    }

    /// Starts a crashed one again, over what its disk holds.
    ///
    /// # Errors
    /// When it does not recover; with what it said.
    pub(crate) fn restart(&mut self) -> Result<()> {
        self.server = serve(&self.command, &self.log, self.port)?;
        Ok(())
    }

    /// The process id of the server's first process.
    pub(crate) fn pid(&self) -> u32 {
        self.server.pid
    }
}

/// A new folder that the server's user may write to.
fn own_folder(base: &Path) -> Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("liandong-pg-")
        .tempdir_in(base)
        .context("no temporary folder")?;
    if let Some((user, group)) = owner()? {
        chown(folder.path(), Some(user), Some(group)).context("chown postgres")?;
    }
    Ok(folder)
}

fn serve(command: &Command, log: &Path, port: u16) -> Result<Kept> {
    let server = Kept::start("PostgreSQL", command, "INT", log)?;
    let ready = programs()?.join("pg_isready");
    let port = port.to_string();
    server.wait_ready(Duration::from_secs(60), || {
        Command::new(&ready)
            .args(["-q", "-h", "127.0.0.1", "-U", "postgres", "-p", &port])
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })?;
    Ok(server)
}

/// The same command, run by another user without another process in between.
fn as_user(command: &Command, user: u32, group: u32) -> Command {
    let mut other = Command::new("setpriv");
    other
        .args([
            format!("--reuid={user}"),
            format!("--regid={group}"),
            "--clear-groups".to_owned(),
        ])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        other.current_dir(folder);
    }
    other
}

/// Makes an empty database and gives its address.
///
/// # Errors
/// When psql fails.
pub(crate) fn new_database(cluster: &Postgres, name: &str) -> Result<String> {
    sql(&cluster.url, &format!("CREATE DATABASE {name}"))?;
    let (server, _) = cluster
        .url
        .rsplit_once('/')
        .context("an address without database")?;
    Ok(format!("{server}/{name}"))
}

/// Runs statements and gives what they print, unaligned.
///
/// # Errors
/// When psql fails.
pub(crate) fn sql(url: &str, statements: &str) -> Result<String> {
    let psql = programs()?.join("psql");
    let mut command = Command::new(psql);
    command.args([
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        url,
        "-c",
        statements,
    ]);
    let text = output(&mut command)?;
    if text.contains("ERROR") {
        bail!("`{}` said {text}", typed(&command));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_starts_answers_and_goes_without_a_trace() {
        let cluster = Postgres::start(&[]).unwrap();
        assert_eq!(sql(&cluster.url, "SHOW fsync").unwrap(), "on");
        let url = new_database(&cluster, "other").unwrap();
        assert_eq!(sql(&url, "SELECT current_database()").unwrap(), "other");
        assert!(sql(&url, "SELECT nonsense").is_err());
        let (pid, folder) = (cluster.pid(), cluster._folder.path().to_path_buf());
        drop(cluster);
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
        assert!(!folder.exists());
    }
}
