//! The whole program as a desk that calls are set up at: `desk PROGRAM FOLDER OWN NETWORK PHONES SEATS CASES`.
//!
//! `liandong serve` with its store in SQLite, a trunk, a queue, hard phones (all at one address, known as after a restart),
//! recordings and an access list. Says `ready` and the program's process. Told `with` or `without`, calls that come from then on
//! are bound to a case of their own while they talk, as an operator does on the screen, or not. Told `end`, it ends the
//! program and says as JSON what the store holds of the calls. For `calls relay` of crate `voice`, and so for `cargo xtask bench`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring program: what fails here fails the measurement"
)]

use app::clock::{Clock as _, SystemClock};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{AccountRow, CallSnapshotRow, Change, Record, Store, StoreConfig, VoiceRecord};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use voice::call::{Moment, SeatName};
use voice::queue::{Seat, SeatState, Skills};

const PASSWORD: &str = "an invented password";
/// So long an operator types before the case is sent.
const TYPES: Duration = Duration::from_secs(1);
/// Operators who send at once.
const SCREENS: usize = 8;

struct Desk {
    program: PathBuf,
    folder: PathBuf,
    own: String,
    network: String,
    phones: String,
    seats: usize,
    cases: usize,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let desk = Desk {
        program: PathBuf::from(&words[0]),
        folder: PathBuf::from(&words[1]),
        own: words[2].clone(),
        network: words[3].clone(),
        phones: words[4].clone(),
        seats: words[5].parse().unwrap(),
        cases: words[6].parse().unwrap(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(&desk));
}

async fn run(desk: &Desk) {
    desk.configure();
    desk.carry_out(&["migrate"], "");
    let add = ["user", "add", "taker", "--name", "秤", "--role", "operator"];
    desk.carry_out(&add, PASSWORD);
    if desk.cases > 0 {
        let cases = desk.cases.to_string();
        desk.carry_out(&["fill", &cases, "--open", &cases], "");
    }
    let cases = desk.seat_everybody().await;
    let mut served = desk
        .command(&["serve"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut page = loop {
        match Page::open(desk.page()).await {
            Some(page) => break page,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let words = format!(r#"{{"login":"taker","password":"{PASSWORD}"}}"#);
    let signed = page.ask("POST", "/api/session", &words).await;
    let cookie = signed.1.expect("signed in");
    let screens = Screens::start(desk, &cookie, cases).await;
    println!("ready {}", served.id());
    let (told, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines.for_each(|line| told.send(line).unwrap());
    });
    while let Some(line) = lines.recv().await {
        match line.as_str() {
            "with" => screens.bind.store(true, Ordering::Relaxed),
            "without" => screens.bind.store(false, Ordering::Relaxed),
            "end" => {
                end(&mut served);
                let refused = screens.refused.load(Ordering::Relaxed);
                println!("{}", desk.counts(refused).await);
            }
            other => panic!("{other:?}"),
        }
    }
    end(&mut served);
}

fn end(served: &mut Child) {
    let pid = served.id().to_string();
    let _ = Command::new("kill").arg(pid).status();
    served.wait().unwrap();
}

impl Desk {
    fn configure(&self) {
        let at = |name: &str| format!("{:?}", self.folder.join(name).display().to_string());
        std::fs::write(self.folder.join("phone.secret"), "an invented secret").unwrap();
        let mut text = format!(
            r#"
            [platform]
            id = "wanglan-12345"
            name = "望澜12345"
            desk = "hotline"
            unit = "desk-12345"
            [store]
            kind = "sqlite"
            path = {store}
            [listen]
            address = "{page}"
            [voice]
            domain = "desk.invalid"
            udp = "{own}:5060"
            sound_address = "{own}"
            sound_ports = [20000, 29999]
            short_number = "12345"
            recordings = {sound}
            wrap_up_seconds = 1
            most_calls = 5000
            phone_nets = ["{phones}"]
            phone_rate = 100000
            [[voice.trunk]]
            name = "network"
            host = "{network}"
            number = "12345"
            rate = 100000
            probed = false
            "#,
            store = at("desk.sqlite3"),
            sound = at("sound"),
            page = self.page(),
            own = self.own,
            phones = self.phones,
            network = self.network,
        );
        for seat in 0..self.seats {
            write!(
                text,
                "[[voice.phone]]\nseat = \"seat{seat}\"\nuser = \"seat{seat}\"\npassword_file = {}\n",
                at("phone.secret")
            )
            .unwrap();
        }
        std::fs::write(self.folder.join("liandong.toml"), text).unwrap();
    }

    fn page(&self) -> String {
        format!("{}:8110", self.own)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        // `--config` belongs to the first word.
        command
            .args(["--pdeathsig", "TERM", "--"])
            .arg(&self.program)
            .arg(words[0])
            .arg("--config")
            .arg(self.folder.join("liandong.toml"))
            .args(&words[1..])
            .env("LIANDONG_LOG", "warn");
        command
    }

    fn carry_out(&self, words: &[&str], typed: &str) {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success(), "{words:?}");
    }

    async fn store(&self) -> Store {
        let path = self.folder.join("desk.sqlite3");
        let config = StoreConfig::Sqlite { path, readers: 1 };
        Store::open(&config).await.unwrap()
    }

    /// Everybody is ready at a phone that is known, as a program that was stopped leaves it. The open cases there are.
    async fn seat_everybody(&self) -> Vec<String> {
        let store = self.store().await;
        let mut records = Vec::new();
        for seat in 0..self.seats {
            let id = format!("seat-{seat:04}");
            records.push(Record::Account(AccountRow {
                id: id.clone(),
                login: format!("seat{seat}"),
                name: "秤".to_owned(),
                password: "nobody signs in".to_owned(),
                roles: r#"["operator"]"#.to_owned(),
                unit: "desk-12345".to_owned(),
                desk: String::new(),
                disabled: false,
                failed: 0,
                locked_until: None,
                created_at: 0,
                must_change: false,
            }));
            let name = SeatName::new(id.as_str());
            let mut ready = Seat::new(name, Skills::NONE, false, Moment(0));
            ready.state = SeatState::Ready;
            let phone = serde_json::json!({
                "contact": format!("sip:seat{seat}@{}:5060", self.phones), "transport": "udp",
                "host": format!("{}:5060", self.phones), "left": 3_600_000,
            });
            let states = [
                ("seat", serde_json::to_string(&ready).unwrap()),
                ("phone", phone.to_string()),
            ];
            for (kind, state) in states {
                records.push(Record::Voice(VoiceRecord::Kept(Box::new(
                    CallSnapshotRow {
                        home: format!("{}:5060", self.own),
                        kind: kind.to_owned(),
                        id: id.clone(),
                        call_id: String::new(),
                        // Read when the program starts.
                        at: SystemClock::default().now(),
                        state,
                    },
                ))));
            }
        }
        let change = Change {
            records,
            ..Change::default()
        };
        store.append(change).await.unwrap();
        let rows = store.cases_after("", 1_000_000).await.unwrap();
        store.close().await;
        let open = rows.into_iter().filter(|row| row.closed_at.is_none());
        open.map(|row| row.id).collect()
    }

    /// What the store holds of the calls when the program has ended, and whether it is sound.
    async fn counts(&self, refused: usize) -> serde_json::Value {
        self.carry_out(&["verify"], "");
        let store = self.store().await;
        let (mut calls, mut complete, mut bound, mut noted) = (0, 0, 0, 0);
        let mut otherwise: BTreeMap<String, usize> = BTreeMap::new();
        for row in store.calls_since(0, 1_000_000).await.unwrap() {
            calls += 1;
            let sounds = store.call_recordings(&row.id).await.unwrap().len();
            let whole = row.ended.is_some() && row.outcome == "answered" && sounds == 2;
            complete += usize::from(whole);
            if !whole {
                let how = format!("{} {} {sounds}", row.outcome, row.ended.is_some());
                *otherwise.entry(how).or_default() += 1;
            }
            if !row.case_id.is_empty() {
                bound += 1;
                let events = store.events(&row.case_id, 0, 1_000).await.unwrap();
                let of_calls = events.iter().filter(|row| row.kind == "call_noted");
                // Answered and over.
                noted += usize::from(of_calls.count() == 2);
            }
        }
        store.close().await;
        serde_json::json!({
            "calls": calls, "complete": complete, "bound": bound, "noted": noted, "refused": refused,
            "otherwise": otherwise,
        })
    }
}

/// Who binds calls to cases.
struct Screens {
    bind: Arc<AtomicBool>,
    refused: Arc<AtomicUsize>,
}

impl Screens {
    async fn start(desk: &Desk, cookie: &str, cases: Vec<String>) -> Self {
        let bind = Arc::new(AtomicBool::new(false));
        let refused = Arc::new(AtomicUsize::new(0));
        let cases = Arc::new(Mutex::new(cases));
        let (send, calls) = mpsc::unbounded_channel::<String>();
        let calls = Arc::new(tokio::sync::Mutex::new(calls));
        for _ in 0..SCREENS {
            let mut page = Page::open(desk.page()).await.unwrap();
            page.sign(cookie);
            let (calls, cases, refused) =
                (Arc::clone(&calls), Arc::clone(&cases), Arc::clone(&refused));
            tokio::spawn(async move {
                loop {
                    let Some(call) = calls.lock().await.recv().await else {
                        return;
                    };
                    let case = cases.lock().unwrap().pop().expect("a case for each call");
                    let body = format!(r#"{{"case":"{case}"}}"#);
                    let path = format!("/api/calls/{call}/case");
                    let (status, _) = page.ask("PUT", &path, &body).await;
                    if status != 204 && refused.fetch_add(1, Ordering::Relaxed) == 0 {
                        eprintln!("{path}: {status}");
                    }
                }
            });
        }
        let mut live = Page::open(desk.page()).await.unwrap();
        live.sign(cookie);
        live.send("GET", "/api/live", "").await;
        let binds = Arc::clone(&bind);
        let (up, mut opened) = watch::channel(false);
        tokio::spawn(async move {
            let mut seen = HashSet::new();
            let mut line = String::new();
            while live.stream.read_line(&mut line).await.unwrap_or(0) > 0 {
                up.send_replace(true);
                let word = line.strip_prefix("data: ").and_then(|data| {
                    let data: serde_json::Value = serde_json::from_str(data).ok()?;
                    data.get("calls")?.as_array().cloned()
                });
                for call in word.unwrap_or_default() {
                    let call = call.as_str().unwrap().to_owned();
                    if seen.insert(call.clone()) && binds.load(Ordering::Relaxed) {
                        let send = send.clone();
                        tokio::spawn(async move {
                            tokio::time::sleep(TYPES).await;
                            let _ = send.send(call);
                        });
                    }
                }
                line.clear();
            }
        });
        opened.wait_for(|up| *up).await.unwrap();
        Self { bind, refused }
    }
}

/// A kept connection.
struct Page {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Page {
    async fn open(address: String) -> Option<Self> {
        let stream = TcpStream::connect(&address).await.ok()?;
        stream.set_nodelay(true).unwrap();
        Some(Self {
            stream: BufReader::new(stream),
            head: format!("Host: {address}\r\nOrigin: http://{address}\r\n"),
        })
    }

    fn sign(&mut self, cookie: &str) {
        write!(self.head, "Cookie: {cookie}\r\n").unwrap();
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
    }

    /// Status, and the cookie that is set.
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, Option<String>) {
        self.send(method, path, body).await;
        let (mut status, mut length, mut cookie) = (0, 0, None);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.unwrap();
            let line = line.trim_end();
            let lower = line.to_ascii_lowercase();
            if let Some(words) = lower.strip_prefix("http/1.1 ") {
                status = words.split(' ').next().unwrap().parse().unwrap();
            } else if let Some(value) = lower.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            } else if lower.starts_with("set-cookie: ") {
                let value = line.split_once(": ").unwrap().1;
                cookie = value.split(';').next().map(str::to_owned);
            } else if line.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await.unwrap();
        (status, cookie)
    }
}
