//! Both engines for every test. PostgreSQL is the server of `LIANDONG_TEST_PG`, or a cluster of our
//! own that ends with the test process. A missing PostgreSQL fails the test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use store::{Store, StoreConfig};

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// A file in a directory that goes with the test.
    Sqlite,
    /// A database of its own on the test server.
    Postgres,
}

/// An empty, migrated database.
#[derive(Debug)]
pub struct Ground {
    /// How to open it.
    pub config: StoreConfig,
    _dir: Option<tempfile::TempDir>,
}

impl Ground {
    /// Makes one.
    pub async fn new(kind: StoreKind) -> Self {
        let (config, dir) = match kind {
            StoreKind::Sqlite => {
                let dir = tempfile::tempdir().unwrap();
                let path = dir.path().join("store.db");
                (StoreConfig::Sqlite { path, readers: 2 }, Some(dir))
            }
            StoreKind::Postgres => {
                let url = tokio::task::spawn_blocking(server).await.unwrap();
                let url = new_database(&url).await;
                (StoreConfig::Postgres { url, readers: 2 }, None)
            }
        };
        Store::migrate(&config).await.unwrap();
        Self { config, _dir: dir }
    }

    /// The database's address in one word, for a program of its own: a path or a URL.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.config {
            StoreConfig::Sqlite { path, .. } => path.display().to_string(),
            StoreConfig::Postgres { url, .. } => url.clone(),
        }
    }

    /// Runs statements beside the store, as somebody with access to the server would.
    ///
    /// # Panics
    /// On SQLite: this crate speaks to the server only.
    pub async fn tamper(&self, sql: &str) {
        match &self.config {
            StoreConfig::Postgres { url, .. } => {
                connect(url).await.batch_execute(sql).await.unwrap();
            }
            StoreConfig::Sqlite { .. } => panic!("only a server can be asked beside the store"),
        }
    }

    /// The database at such an address, migrated before by whoever made it.
    #[must_use]
    pub fn at(address: &str) -> Self {
        let config = if ["postgres:", "postgresql:"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
        {
            StoreConfig::Postgres {
                url: address.to_owned(),
                readers: 2,
            }
        } else {
            StoreConfig::Sqlite {
                path: address.into(),
                readers: 2,
            }
        };
        Self { config, _dir: None }
    }
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

async fn new_database(url: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("liandong_scenario_{}_{number}", std::process::id());
    let client = connect(url).await;
    let drop = format!("DROP DATABASE IF EXISTS {name}");
    client.batch_execute(&drop).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    client.batch_execute(&create).await.unwrap();
    let (server, _) = url
        .rsplit_once('/')
        .expect("LIANDONG_TEST_PG ends with /database");
    format!("{server}/{name}")
}

/// A cluster of our own and the process that ends it when we are gone.
struct Cluster {
    url: String,
    data: PathBuf,
    bin: PathBuf,
    port: u16,
    /// Ends the cluster when its standard input closes, that is when this process ends.
    _keeper: Child,
}

fn server() -> String {
    static SERVER: OnceLock<String> = OnceLock::new();
    static CLUSTER: Mutex<Option<Cluster>> = Mutex::new(None);
    SERVER
        .get_or_init(|| match std::env::var("LIANDONG_TEST_PG") {
            Ok(url) => url,
            Err(_) => {
                let cluster = Cluster::start();
                let url = cluster.url.clone();
                *CLUSTER.lock().unwrap() = Some(cluster);
                url
            }
        })
        .clone()
}

impl Cluster {
    fn start() -> Self {
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .filter(|bin| bin.join("initdb").exists())
            .max()
            .expect("PostgreSQL is not installed: apt-get install postgresql");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let base = std::env::temp_dir().join(format!("liandong-pg-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&base).unwrap();
        let data = base.join("data");
        let owner = as_owner("chown");
        if owner.is_some() {
            assert!(
                Command::new("chown")
                    .args(["postgres"])
                    .arg(&base)
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let made = run_as_owner(&bin.join("initdb"))
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
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        let keeper = Command::new("sh")
            .arg("-c")
            .arg("cat >/dev/null; \"$0\" \"$@\"; rm -rf \"${KEPT}\"")
            .args(stop_words(&bin, &data))
            .env("KEPT", &base)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
        let cluster = Self {
            url,
            data,
            bin,
            port,
            _keeper: keeper,
        };
        cluster.up();
        cluster
    }

    /// Starts the server and waits until it answers.
    fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=on \
             -c max_connections=200",
            self.port,
            self.data.display()
        );
        let log = self.data.with_file_name("log");
        let status = run_as_owner(&self.bin.join("pg_ctl"))
            .args(["-w", "-t", "60", "-o", &options, "-D"])
            .arg(&self.data)
            .arg("-l")
            .arg(&log)
            .arg("start")
            .stdout(Stdio::null())
            .status()
            .unwrap();
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        assert!(status.success(), "PostgreSQL did not start: {said}");
    }
}

/// PostgreSQL refuses to run as root.
fn as_owner(program: &str) -> Option<Command> {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    root.then(|| {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    })
}

fn run_as_owner(program: &Path) -> Command {
    as_owner(program.to_str().unwrap()).unwrap_or_else(|| Command::new(program))
}

fn stop_words(bin: &Path, data: &Path) -> Vec<String> {
    let program = bin.join("pg_ctl").display().to_string();
    let mut words = Vec::new();
    if as_owner("true").is_some() {
        words.extend(["runuser", "-u", "postgres", "--"].map(String::from));
    }
    words.push(program);
    words.extend(["-w", "-m", "immediate", "-D"].map(String::from));
    words.push(data.display().to_string());
    words.push("stop".into());
    words
}
