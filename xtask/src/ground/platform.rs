//! The real program as a bench or a soak starts it: `liandong serve` with its own folder.

use super::http::Connection;
use super::{county, free_port};
use crate::process::{Kept, output, typed};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PASSWORD: &str = "bench-bench-bench";

/// Where a platform keeps its cases.
#[derive(Debug, Clone)]
pub(crate) enum Ground {
    /// In its own folder.
    Sqlite,
    /// In the database at this address.
    Postgres(String),
}

/// A platform that is configured; it runs only between `start` and the drop of what that gives.
#[derive(Debug)]
pub(crate) struct Platform {
    program: PathBuf,
    folder: PathBuf,
    config: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    desk: &'static str,
    ground: Ground,
    key: Option<Value>,
    node: u8,
}

/// A running platform.
#[derive(Debug)]
pub(crate) struct Running {
    process: Kept,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Platform {
    /// A platform of that desk in its own folder below `base`.
    ///
    /// # Errors
    /// When there is no folder or port.
    pub(crate) fn new(
        program: &Path,
        base: &Path,
        desk: &'static str,
        ground: Ground,
        node: u8,
    ) -> Result<Self> {
        let folder = base.join(format!("{desk}-{node}"));
        std::fs::create_dir_all(&folder).context("no folder for a platform")?;
        Ok(Self {
            program: program.to_path_buf(),
            config: folder.join("liandong.toml"),
            folder,
            address: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            desk,
            ground,
            key: None,
            node,
        })
    }

    /// Adds lines to its configuration, before it is started.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn configure(&self, lines: &str) -> Result<()> {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&self.config)
            .context("the configuration")?;
        file.write_all(lines.as_bytes())
            .context("the configuration")
    }

    const fn number(&self) -> &'static str {
        if self.desk.len() == "police".len() {
            "110"
        } else {
            "12345"
        }
    }

    fn id(&self) -> String {
        format!("bench-{}", self.number())
    }

    /// Makes its signing key.
    ///
    /// # Errors
    /// When the program does not.
    pub(crate) fn make_key(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command
            .args(["--json", "link", "new-key", "--out"])
            .arg(self.folder.join("link.key"));
        let text = output(&mut command)?;
        self.key = Some(serde_json::from_str(&text).context("new-key printed no JSON")?);
        Ok(())
    }

    /// Writes its configuration, brings its tables up and makes the accounts `bench0` and on.
    ///
    /// # Errors
    /// When the program refuses.
    pub(crate) fn settle(&self, peer: Option<&Self>, accounts: usize) -> Result<()> {
        let mut file = std::fs::File::create(&self.config).context("the configuration")?;
        file.write_all(self.text(peer)?.as_bytes())
            .context("the configuration")?;
        // A soak takes the disk away; the configuration is not what it asks about.
        file.sync_all().context("the configuration")?;
        output(&mut self.command(&["migrate"]))?;
        for number in 0..accounts {
            let login = format!("bench{number}");
            let words = [
                "user", "add", &login, "--name", "秤", "--role", "operator", "--role", "lead",
            ];
            // `--config` belongs to `user`, before its own subcommand.
            let mut command = Command::new(&self.program);
            command
                .arg("user")
                .arg("--config")
                .arg(&self.config)
                .args(words.iter().skip(1));
            type_in(&mut command, PASSWORD)?;
        }
        Ok(())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .arg("--config")
            .arg(&self.config)
            .env("LIANDONG_LOG", "warn");
        command
    }

    /// Lets it run by a clock catalogue of one's own; after the configuration was written.
    ///
    /// # Errors
    /// When its folder cannot be written.
    pub(crate) fn with_clocks(&self, catalogue: &str) -> Result<()> {
        let file = self.folder.join("clocks.toml");
        std::fs::write(&file, catalogue).context("the clock catalogue")?;
        let mut text = std::fs::read_to_string(&self.config).context("the configuration")?;
        text += &format!("\n[clocks]\nfile = {file:?}\n");
        std::fs::write(&self.config, text).context("the configuration")
    }

    /// Fills its store with invented cases.
    ///
    /// # Errors
    /// When the program fails.
    pub(crate) fn fill(&self, cases: u64, open: u64) -> Result<Duration> {
        let begun = Instant::now();
        let (cases, open) = (cases.to_string(), open.to_string());
        let mut command = self.command(&["fill", &cases, "--open", &open]);
        crate::process::run(command.stdout(Stdio::null()))?;
        Ok(begun.elapsed())
    }

    /// Carries out one command of the program on its store.
    ///
    /// # Errors
    /// When the program fails.
    pub(crate) fn carry_out(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(arguments);
        crate::process::run(command.stdout(Stdio::null()))
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub(crate) fn start(&self) -> Result<Running> {
        let log = self.folder.join("log");
        let process = Kept::start(&self.id(), &self.command(&["serve"]), "TERM", &log)?;
        let running = Running {
            process,
            address: self.address,
        };
        running.wait_ready()?;
        Ok(running)
    }

    /// Runs `liandong verify` over its store.
    ///
    /// # Errors
    /// When it finds a fault; with what it said.
    pub(crate) fn verify(&self) -> Result<()> {
        output(&mut self.command(&["verify"])).map(drop)
    }

    fn text(&self, peer: Option<&Self>) -> Result<String> {
        let (id, number, desk, node) = (self.id(), self.number(), self.desk, self.node);
        let store = match &self.ground {
            Ground::Sqlite => {
                format!(
                    "kind = \"sqlite\"\npath = {:?}",
                    self.folder.join("store.sqlite3")
                )
            }
            Ground::Postgres(url) => {
                let file = self.folder.join("url");
                std::fs::write(&file, url).context("the address file")?;
                format!("kind = \"postgres\"\nurl_file = {file:?}")
            }
        };
        let mut text = format!(
            "[platform]\nid = \"{id}\"\nname = \"秤{number}\"\ndesk = \"{desk}\"\n\
             unit = \"desk-{number}\"\nnode = {node}\n\n[store]\n{store}\n\n\
             [listen]\naddress = \"{}\"\n",
            self.address
        );
        if let Some(peer) = peer {
            let key = peer.key.as_ref().context("the peer has no key")?;
            let word = |name: &str| {
                key.get(name)
                    .and_then(Value::as_str)
                    .context("a key without it")
            };
            text += &format!(
                "\n[exchange]\nkey_file = {:?}\nkey_id = {:?}\n\n[[exchange.link]]\n\
                 name = \"秤{}\"\ndesk = \"{}\"\narbiter = {}\n[exchange.link.wire]\n\
                 link = \"bench\"\npeer = \"{}\"\nurl = \"http://{}\"\n\
                 keys = [{{ key_id = {:?}, public = {:?}, state = \"active\" }}]\n",
                self.folder.join("link.key"),
                self.key
                    .as_ref()
                    .and_then(|key| key.get("key_id"))
                    .and_then(Value::as_str)
                    .context("no key of our own")?,
                peer.number(),
                peer.desk,
                self.desk == "hotline",
                peer.id(),
                peer.address,
                word("key_id")?,
                word("public")?,
            );
        }
        Ok(text)
    }
}

/// Two platforms that know each other.
///
/// # Errors
/// When the program refuses.
pub(crate) fn pair(program: &Path, base: &Path) -> Result<(Platform, Platform)> {
    let mut police = Platform::new(program, base, "police", Ground::Sqlite, 1)?;
    let mut hotline = Platform::new(program, base, "hotline", Ground::Sqlite, 1)?;
    police.make_key()?;
    hotline.make_key()?;
    police.settle(Some(&hotline), 1)?;
    hotline.settle(Some(&police), 1)?;
    Ok((police, hotline))
}

/// Runs a program that reads one line.
fn type_in(command: &mut Command, line: &str) -> Result<()> {
    let name = typed(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` cannot be started"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(line.as_bytes())
            .with_context(|| format!("`{name}` reads nothing"))?;
    }
    let out = child
        .wait_with_output()
        .context("a child cannot be waited for")?;
    if !out.status.success() {
        bail!(
            "`{name}` failed: {}",
            String::from_utf8_lossy(&out.stderr).trim()
        );
    }
    Ok(())
}

impl Running {
    /// Its process.
    pub(crate) const fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Signs an account in and gives its cookie.
    ///
    /// # Errors
    /// When it is refused.
    pub(crate) async fn sign_in(&self, number: usize) -> Result<String> {
        // Each seat has its own address: the platform counts sign-ins by address.
        let seat = u8::try_from(number.saturating_add(1)).context("too many accounts")?;
        let own = Ipv4Addr::new(127, 0, 1, seat);
        let mut connection = Connection::open_from(own, self.address, None).await?;
        let body = format!(r#"{{"login":"bench{number}","password":"{PASSWORD}"}}"#);
        let answer = connection.post("/api/session", "bench", &body).await?;
        answer.json().context("signing in")?;
        answer.cookie.context("no cookie was set")
    }

    /// Waits until it says that it is ready, as it does by itself when its store comes back.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn wait_ready(&self) -> Result<()> {
        let port = self.address.port();
        self.process.wait_ready(Duration::from_secs(120), || {
            county::status(port, "/readyz") == Some(200)
        })
    }

    /// Stops it in the middle of what it does, as a cut line looks from the other side.
    pub(crate) fn freeze(&self) {
        crate::process::send("STOP", &self.pid().to_string());
    }

    /// Ends it as a crash does, and waits until it is gone.
    ///
    /// # Errors
    /// When it is still there after a while.
    pub(crate) fn kill(&self) -> Result<()> {
        crate::process::send("KILL", &self.pid().to_string());
        let asked = Instant::now();
        while self.process.alive() {
            if asked.elapsed() > Duration::from_secs(20) {
                bail!("a killed platform does not go");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        crate::process::send("CONT", &self.pid().to_string());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A frozen process would not hear that it is to end.
        self.thaw();
    }
}
