//! The program is killed with calls up, as by a power failure or the kernel, and started again on the same ports and store: who
//! talked talks again, who only rang or waited is called back, and every record and recording is whole.
#![cfg(test)]

use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Store, StoreConfig};
use voice::lab::{Far, Manner, Settings, Stage};
use voice::media::line::Sound;
use voice::media::tone::Tone;
use voice::recording::Keeper;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Account, Transport, Trunk};
use voice::sip::word::DialogNo;

const DESK: &str = "127.0.2.1";
const CALLER: f64 = 500.0;
const SEAT: f64 = 700.0;
const POLICE: f64 = 1100.0;
/// What a caller on hold hears where no sentence was recorded.
const COMFORT: f64 = 523.25;
const PATIENCE: Duration = Duration::from_secs(20);
const SEATS: [&str; 4] = ["a", "b", "c", "d"];

fn chance() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    static NEXT: AtomicU64 = AtomicU64::new(0x0dd_ba11);
    Arc::new(|| {
        NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .rotate_left(23)
    })
}

/// The program, with its folder and the address of its pages.
struct Program {
    folder: tempfile::TempDir,
    address: SocketAddr,
    served: Option<Child>,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Program {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = {
            let free = TcpListener::bind((DESK, 0)).unwrap();
            free.local_addr().unwrap()
        };
        let at = |name: &str| format!("{:?}", folder.path().join(name).display().to_string());
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
            address = "{address}"
            [voice]
            domain = "desk.invalid"
            udp = "{DESK}:5060"
            sound_address = "{DESK}"
            sound_ports = [30000, 30399]
            short_number = "12345"
            recordings = {recordings}
            phone_nets = ["127.0.2.4"]
            outward = {{ trunk = "network" }}
            [[voice.trunk]]
            name = "network"
            host = "127.0.2.2"
            number = "12345"
            [[voice.trunk]]
            name = "police"
            host = "127.0.2.3"
            [[voice.partner]]
            name = "110"
            trunk = "police"
            number = "110"
            platform = true
            "#,
            store = at("desk.sqlite3"),
            recordings = at("sound"),
        );
        for seat in SEATS {
            let secret = folder.path().join(format!("{seat}.secret"));
            std::fs::write(&secret, "an invented secret").unwrap();
            text.push_str(&format!(
                "[[voice.phone]]\nseat = \"{seat}\"\nuser = \"{seat}\"\npassword_file = {:?}\n",
                secret.display().to_string()
            ));
        }
        std::fs::write(folder.path().join("liandong.toml"), text).unwrap();
        let program = Self {
            folder,
            address,
            served: None,
        };
        program.run(&["migrate"], "");
        for seat in SEATS {
            let words = [
                "user",
                "add",
                seat,
                "--name",
                "虚构接线员",
                "--role",
                "operator",
            ];
            program.run(&words, "an invented password");
        }
        program
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("liandong.toml")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
        let (first, rest) = words.split_first().unwrap();
        command.arg(first).arg("--config").arg(self.config());
        command.args(rest).stdout(Stdio::null());
        command
    }

    fn run(&self, words: &[&str], input: &str) {
        let mut child = self.command(words).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        assert!(child.wait().unwrap().success(), "{words:?}");
    }

    /// Starts it and waits until it answers.
    fn serve(&mut self) {
        self.served = Some(self.command(&["serve"]).spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            let ended = self.served.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {ended:?}");
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "it does not start"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// SIGKILL: nothing of it runs any more, not even to say so.
    fn kill(&mut self) {
        if let Some(mut served) = self.served.take() {
            served.kill().unwrap();
            served.wait().unwrap();
        }
    }

    /// Asks its pages for something: status, cookie and body.
    fn ask(&self, method: &str, path: &str, cookie: &str, body: &Value) -> (u16, String, Value) {
        let mut line = TcpStream::connect(self.address).unwrap();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let cookie = if cookie.is_empty() {
            String::new()
        } else {
            format!("Cookie: {cookie}\r\n")
        };
        write!(
            line,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n{cookie}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let given = head.lines().find_map(|l| l.strip_prefix("set-cookie: "));
        let given = given.and_then(|c| c.split(';').next()).unwrap_or_default();
        (
            status,
            given.to_owned(),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }

    fn sign_in(&self, login: &str) -> String {
        let body = json!({"login": login, "password": "an invented password"});
        let (status, cookie, answer) = self.ask("POST", "/api/session", "", &body);
        assert_eq!(status, 200, "{answer}");
        cookie
    }

    /// Asks at a seat; its desk then.
    fn seat(&self, cookie: &str, ask: &Value) -> Value {
        let (status, _, answer) = self.ask("PUT", "/api/calls/desk", cookie, ask);
        assert_eq!(status, 200, "{ask}: {answer}");
        answer
    }

    fn desk(&self, cookie: &str) -> Value {
        let (status, _, answer) = self.ask("GET", "/api/calls/desk", cookie, &Value::Null);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn store(&self) -> Store {
        let path = self.folder.path().join("desk.sqlite3");
        Store::open(&StoreConfig::Sqlite { path, readers: 1 })
            .await
            .unwrap()
    }
}

fn trunk(name: &str, account: Option<&str>) -> Trunk {
    Trunk {
        name: name.into(),
        host: DESK.to_owned(),
        port: 5060,
        transport: Transport::Udp,
        sources: vec![DESK.parse().unwrap()],
        rate: 5_000,
        number: None,
        registers: account.is_some(),
        account: account.map(|user| Account {
            user: user.to_owned(),
            password: "an invented secret".to_owned(),
            md5: false,
        }),
        policy: Policy::default(),
        probed: false,
    }
}

async fn far(last: u8, says: f64, trunks: Vec<Trunk>, manner: Manner) -> Far {
    let own: SocketAddr = format!("127.0.2.{last}:5060").parse().unwrap();
    let settings = Settings {
        sip: voice::sip::Settings {
            udp: Some(own),
            tcp: None,
            tls: None,
            external: None,
            domain: "lab.invalid".to_owned(),
            trunks,
            phones: Vec::new(),
            phone_nets: Vec::new(),
            phone_rate: 1,
            most_calls: 100,
            session_seconds: 1_800,
        },
        address: own.ip(),
        ports: 30_000..=30_199,
        says: Sound::Tone(Tone::steady(says, 6_000)),
        manner,
        chance: chance(),
    };
    Far::start(settings).await.unwrap()
}

fn call(network: &Far, number: &str) -> DialogNo {
    let from = From {
        display: None,
        uri: format!("sip:{number}@network.invalid;user=phone"),
    };
    let headers = vec![("P-Asserted-Identity", format!("<tel:{number}>"))];
    network
        .call(&"platform".into(), "12345", from, headers)
        .unwrap()
}

async fn until(far: &Far, what: &str, so: impl Fn(&Far) -> bool) {
    assert!(
        far.wait(PATIENCE, so).await,
        "never: {what}; {:#?}",
        far.seen()
    );
}

async fn hears(far: &Far, no: DialogNo, tones: &[f64], not: &[f64]) {
    let what = format!("{tones:?} and not {not:?} in {no:?}");
    until(far, &what, |far| {
        tones.iter().all(|hertz| far.hears(no, *hertz) > 200.0)
            && not.iter().all(|hertz| far.hears(no, *hertz) < 100.0)
    })
    .await;
}

/// The phone that rings next, when so many have rung.
async fn rings(phones: &Far, nth: usize) -> DialogNo {
    until(phones, "a phone rings", |far| far.seen().len() > nth).await;
    phones.seen()[nth].no
}

fn up(far: &Far, no: DialogNo) -> bool {
    far.look(no).is_some_and(|seen| seen.stage == Stage::Up)
}

fn over(far: &Far, no: DialogNo) -> bool {
    far.look(no).is_some_and(|seen| seen.over.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_goes_on_with_its_calls_and_forgets_nobody() {
    let mut program = tokio::task::spawn_blocking(|| {
        let mut program = Program::new();
        program.serve();
        program
    })
    .await
    .unwrap();
    let network = far(2, CALLER, vec![trunk("platform", None)], Manner::Answer(0)).await;
    let police = far(3, POLICE, vec![trunk("platform", None)], Manner::Answer(0)).await;
    let lines = SEATS.map(|seat| trunk(seat, Some(seat)));
    let phones = far(4, SEAT, lines.to_vec(), Manner::Ring).await;
    until(&phones, "every phone is registered", |far| {
        SEATS
            .iter()
            .all(|seat| far.works(&(*seat).into()) == Some(true))
    })
    .await;
    let [a, b, c, d] = SEATS.map(|seat| program.sign_in(seat));

    // One talks, one is on hold, in one there are three, one rings, one waits.
    let mut talks = Vec::new();
    for (nth, (cookie, number)) in [
        (&a, "10000000041"),
        (&b, "10000000042"),
        (&c, "10000000043"),
    ]
    .into_iter()
    .enumerate()
    {
        program.seat(cookie, &json!({"ask": "ready"}));
        let no = call(&network, number);
        let leg = rings(&phones, nth).await;
        phones.answer(leg);
        until(&network, "it is answered", |far| up(far, no)).await;
        hears(&network, no, &[SEAT], &[]).await;
        talks.push((no, leg));
    }
    let [(talk, at_a), (held, at_b), (three, at_c)] = talks[..] else {
        panic!("three talk")
    };
    let id = |cookie: &str| program.desk(cookie)["call"]["call"].clone();
    program.seat(&b, &json!({"ask": "hold", "call": id(&b)}));
    let with = json!({"to": "partner", "name": "110"});
    program.seat(&c, &json!({"ask": "consult", "call": id(&c), "to": with}));
    until(&police, "the police answer", |far| {
        far.seen().iter().any(|seen| seen.stage == Stage::Up)
    })
    .await;
    let at_police = police.seen()[0].no;
    hears(&police, at_police, &[SEAT], &[]).await;
    program.seat(&c, &json!({"ask": "join", "call": id(&c)}));
    hears(&police, at_police, &[SEAT, CALLER], &[]).await;
    program.seat(&d, &json!({"ask": "ready"}));
    let ringing = call(&network, "10000000044");
    let at_d = rings(&phones, 3).await;
    let waiting = call(&network, "10000000045");
    until(&network, "it waits", |far| {
        far.look(waiting)
            .is_some_and(|seen| seen.stage == Stage::Ringing)
    })
    .await;
    hears(&network, held, &[COMFORT], &[SEAT]).await;

    program.kill();
    // Only once nobody hears anything any more: it may be back before a single packet is missed.
    for (far, no) in [
        (&network, talk),
        (&network, three),
        (&phones, at_a),
        (&police, at_police),
    ] {
        hears(far, no, &[], &[SEAT, CALLER, POLICE]).await;
    }
    let program = tokio::task::spawn_blocking(move || {
        program.serve();
        program
    })
    .await
    .unwrap();

    // Sound goes both ways again, on the ports where it went before; nobody's phone did anything.
    hears(&network, talk, &[SEAT], &[]).await;
    hears(&phones, at_a, &[CALLER], &[]).await;
    hears(&network, three, &[SEAT, POLICE], &[]).await;
    hears(&police, at_police, &[SEAT, CALLER], &[]).await;
    hears(&phones, at_c, &[CALLER, POLICE], &[]).await;
    hears(&network, held, &[COMFORT], &[SEAT]).await;
    for (far, no) in [
        (&network, talk),
        (&network, three),
        (&phones, at_a),
        (&police, at_police),
    ] {
        let gap = far.look(no).unwrap().gap_ms;
        assert!((40..15_000).contains(&gap), "the silence was {gap} ms");
    }
    // Seats are what they were, without signing on again; and what people ask is done.
    assert_eq!(program.desk(&a)["call"]["doing"], "talking");
    assert_eq!(program.desk(&b)["call"]["doing"], "held");
    program.seat(&b, &json!({"ask": "retrieve", "call": id_of(&program, &b)}));
    hears(&network, held, &[SEAT], &[]).await;
    hears(&phones, at_b, &[CALLER], &[]).await;
    // Who only rang or waited hears so at once, and is called back; the phone that rang for nobody is quiet.
    for no in [ringing, waiting] {
        until(&network, "the caller is told", |far| over(far, no)).await;
        let stage = network.look(no).unwrap().stage;
        assert!(
            matches!(&stage, Stage::Over(_, cause) if cause.sip == 480),
            "{stage:?}"
        );
    }
    until(&phones, "the phone is quiet", |far| over(far, at_d)).await;
    let desk = program.desk(&d);
    let mut backs: Vec<&str> = desk["call_backs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|back| back["number"].as_str().unwrap())
        .collect();
    backs.sort_unstable();
    assert_eq!(backs, ["10000000044", "10000000045"], "{desk}");
    // The fourth seat is free, and its phone is known though it did not register again.
    assert_eq!(
        (desk["phone"].clone(), desk["call"].clone()),
        (json!(true), Value::Null)
    );
    let before = phones.seen().len();
    let fresh = call(&network, "10000000046");
    let at_d = rings(&phones, before).await;
    phones.answer(at_d);
    hears(&network, fresh, &[SEAT], &[]).await;

    // Whoever hangs up within five seconds of the answer is called back: these have had theirs.
    let answered = [talk, three].map(|no| network.look(no).unwrap().up.unwrap());
    let newest = answered.into_iter().max().unwrap();
    tokio::time::sleep_until((newest + Duration::from_millis(5_200)).into()).await;
    // It ends from either side.
    network.end(talk);
    until(&phones, "the phone is free", |far| over(far, at_a)).await;
    phones.end(at_b);
    until(&network, "the caller's line ends", |far| over(far, held)).await;
    phones.end(at_c);
    hears(&network, three, &[POLICE], &[SEAT]).await;
    network.end(three);
    until(&police, "the police are free", |far| over(far, at_police)).await;
    phones.end(at_d);
    until(&network, "the caller's line ends", |far| over(far, fresh)).await;

    let store = program.store().await;
    let complete = async {
        loop {
            let rows = store.calls_since(0, 100).await.unwrap();
            if rows.len() == 6 && rows.iter().all(|row| row.ended.is_some()) {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let rows = tokio::time::timeout(PATIENCE, complete).await;
    for row in rows.expect("every record is complete") {
        let row = store.call(&row.id).await.unwrap().unwrap();
        let steps = store.call_steps(&row.id).await.unwrap();
        let has = |kind: &str| steps.iter().any(|step| step.kind == kind);
        let legs: Vec<Value> = serde_json::from_str(&row.legs).unwrap();
        assert!(legs.iter().all(|leg| leg["ended"].is_i64()), "{}", row.legs);
        assert_eq!(
            has("resumed"),
            row.number != "10000000046",
            "{}",
            row.number
        );
        let recordings = store.call_recordings(&row.id).await.unwrap();
        let (outcome, sounds, backs) = match row.number.as_str() {
            "10000000043" => ("answered", 3, false),
            "10000000044" | "10000000045" => ("call_back", 0, true),
            _ => ("answered", 2, false),
        };
        assert_eq!(
            (
                row.outcome.as_str(),
                recordings.len(),
                has("call_back_made")
            ),
            (outcome, sounds, backs),
            "{}: {steps:#?}",
            row.number
        );
        for recording in recordings {
            check(program.folder.path(), &recording, has("resumed"));
        }
    }
    // What was kept of them went with them.
    let kept = store.call_snapshots(&format!("{DESK}:5060")).await.unwrap();
    let calls = kept
        .iter()
        .filter(|row| row.kind == "call" || row.kind == "leg");
    assert!(
        calls.clone().count() == 0,
        "{:#?}",
        calls.collect::<Vec<_>>()
    );
    store.close().await;
}

fn id_of(program: &Program, cookie: &str) -> Value {
    program.desk(cookie)["call"]["call"].clone()
}

/// The chain is whole, its head is the one on record, and the time without a program stands in it as a gap.
fn check(folder: &Path, row: &store::CallRecordingRow, killed: bool) {
    let keeper = Keeper::new(folder.join("sound"));
    let mut head = [0; 32];
    for (at, byte) in head.iter_mut().enumerate() {
        *byte = u8::from_str_radix(row.head.get(at * 2..at * 2 + 2).unwrap(), 16).unwrap();
    }
    let whole = keeper.open(&row.id).unwrap().verify(Some(&head)).unwrap();
    assert_eq!(
        (i64::from(whole.seconds), i64::from(whole.gaps)),
        (row.seconds, row.gaps)
    );
    if killed {
        let missed = keeper
            .open(&row.id)
            .unwrap()
            .map(Result::unwrap)
            .map(|block| block.paused.count_ones())
            .sum::<u32>();
        assert!((5..1_500).contains(&missed), "{missed} steps are marked");
    }
}
