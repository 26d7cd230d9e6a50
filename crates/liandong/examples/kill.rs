//! What a killed program costs the calls that are up: `cargo run --release -p liandong --example kill -- PROGRAM`.
//!
//! 100 callers of a network are put through to another platform, everybody with a tone of their own, both legs recorded. The
//! program is killed with SIGKILL and started again at once on the same ports and store. Prints as JSON how many calls have
//! sound both ways again within three seconds, how long the silence was at the ends, and how many records are complete once
//! all have hung up. For `cargo xtask bench`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measuring program: what fails here fails the measurement"
)]

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Store, StoreConfig};
use voice::lab::{Far, Manner, Settings, Stage};
use voice::media::line::Sound;
use voice::media::tone::Tone;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Transport, Trunk};
use voice::sip::word::DialogNo;

const CALLS: usize = 100;
const DESK: &str = "127.0.3.1";
const CALLER: f64 = 500.0;
const OTHER: f64 = 1100.0;
/// A tone at half of a tenth of what is sent.
const HEARD: f64 = 200.0;
/// Silence that a call survives by the goal.
const GOAL_MS: u64 = 3_000;
/// Callers wait a minute before the other platform is rung.
const PATIENCE: Duration = Duration::from_secs(90);

fn main() {
    let program = std::env::args().nth(1).expect("the program's path");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(Path::new(&program)));
}

async fn measure(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let page: SocketAddr = format!("{DESK}:8110").parse().unwrap();
    configure(folder.path(), page);
    let config = folder.path().join("liandong.toml");
    let run = |word: &str| {
        let mut command = Command::new(program);
        command.args([word, "--config"]).arg(&config);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    assert!(run("migrate").wait().unwrap().success());
    let mut served = serve(&run, page).await;
    let network = far(2, CALLER).await;
    let other = far(3, OTHER).await;
    let calls: Vec<DialogNo> = (0..CALLS).map(|n| call(&network, n)).collect();
    let up = |far: &Far| far.seen().iter().filter(|s| s.stage == Stage::Up).count();
    let all = other
        .wait(PATIENCE, |far| up(far) == CALLS && up(&network) == CALLS)
        .await;
    assert!(all, "{} are through", up(&other));
    let ends: Vec<(&Far, DialogNo, f64)> = calls
        .iter()
        .map(|no| (&network, *no, OTHER))
        .chain(other.seen().iter().map(|seen| (&other, seen.no, CALLER)))
        .collect();
    let talk = |(far, no, tone): &(&Far, DialogNo, f64)| far.hears(*no, *tone) > HEARD;
    let talking = network.wait(PATIENCE, |_| ends.iter().all(&talk)).await;
    assert!(talking, "not all talk");

    served.kill().unwrap();
    served.wait().unwrap();
    let killed = Instant::now();
    let mut served = serve(&run, page).await;
    let started = killed.elapsed();
    // What they heard before the kill is no proof that they hear again.
    network.listen_anew();
    other.listen_anew();
    let again = network
        .wait(Duration::from_secs(15), |_| ends.iter().all(&talk))
        .await;
    let gap = |far: &Far, no: DialogNo| far.look(no).map_or(u64::MAX, |seen| seen.gap_ms);
    let mut gaps: Vec<u64> = ends.iter().map(|(far, no, _)| gap(far, *no)).collect();
    // A call talks again when both its ends do: the slower one counts. Which two belong together does not matter for how many.
    let good = |ends: &[(&Far, DialogNo, f64)]| {
        ends.iter()
            .filter(|end| talk(end) && gap(end.0, end.1) <= GOAL_MS)
            .count()
    };
    let talk_again = good(&ends[..CALLS]).min(good(&ends[CALLS..]));
    gaps.sort_unstable();
    let at = |share: usize| gaps[(gaps.len() - 1) * share / 100];

    for no in &calls {
        network.end(*no);
    }
    let ended = other.wait(PATIENCE, |far| up(far) == 0).await;
    let complete = complete(folder.path()).await;
    served.kill().unwrap();
    served.wait().unwrap();
    println!(
        "{}",
        serde_json::json!({
            "calls": CALLS, "again": talk_again, "all": again, "ended": ended, "complete": complete,
            "started_ms": u64::try_from(started.as_millis()).unwrap(),
            "p50_ms": at(50), "p99_ms": at(99), "most_ms": gaps[gaps.len() - 1],
        })
    );
}

fn configure(folder: &Path, page: SocketAddr) {
    let at = |name: &str| format!("{:?}", folder.join(name).display().to_string());
    let text = format!(
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
        udp = "{DESK}:5060"
        sound_address = "{DESK}"
        sound_ports = [30000, 30799]
        short_number = "12345"
        recordings = {sound}
        overflow = "110"
        [[voice.trunk]]
        name = "network"
        host = "127.0.3.2"
        number = "12345"
        rate = 5000
        [[voice.trunk]]
        name = "police"
        host = "127.0.3.3"
        rate = 5000
        [[voice.partner]]
        name = "110"
        trunk = "police"
        number = "110"
        platform = true
        "#,
        store = at("desk.sqlite3"),
        sound = at("sound"),
    );
    std::fs::write(folder.join("liandong.toml"), text).unwrap();
}

async fn serve(run: &impl Fn(&str) -> Child, page: SocketAddr) -> Child {
    let served = run("serve");
    while TcpStream::connect(page).is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served
}

async fn far(last: u8, says: f64) -> Far {
    let own: SocketAddr = format!("127.0.3.{last}:5060").parse().unwrap();
    let trunk = Trunk {
        name: "platform".into(),
        host: DESK.to_owned(),
        port: 5060,
        transport: Transport::Udp,
        sources: vec![DESK.parse().unwrap()],
        rate: 5_000,
        number: None,
        account: None,
        registers: false,
        policy: Policy::default(),
        probed: false,
    };
    let settings = Settings {
        sip: voice::sip::Settings {
            udp: Some(own),
            tcp: None,
            tls: None,
            external: None,
            domain: "lab.invalid".to_owned(),
            trunks: vec![trunk],
            phones: Vec::new(),
            phone_nets: Vec::new(),
            phone_rate: 1,
            most_calls: CALLS,
            session_seconds: 1_800,
        },
        address: own.ip(),
        ports: 30_000..=30_399,
        says: Sound::Tone(Tone::steady(says, 6_000)),
        manner: Manner::Answer(0),
        chance: chance(),
    };
    Far::start(settings).await.unwrap()
}

fn chance() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    static NEXT: AtomicU64 = AtomicU64::new(0x1dea);
    Arc::new(|| {
        NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .rotate_left(29)
    })
}

fn call(network: &Far, nth: usize) -> DialogNo {
    let from = From {
        display: None,
        uri: format!("sip:1000000{nth:04}@network.invalid;user=phone"),
    };
    network
        .call(&"platform".into(), "12345", from, Vec::new())
        .unwrap()
}

/// Records that say how they ended, with an end for every leg and both sounds sealed.
async fn complete(folder: &Path) -> usize {
    let path = folder.join("desk.sqlite3");
    let store = Store::open(&StoreConfig::Sqlite { path, readers: 1 })
        .await
        .unwrap();
    let begun = Instant::now();
    loop {
        let mut complete = 0;
        for row in store.calls_since(0, 1_000).await.unwrap() {
            let sounds = store.call_recordings(&row.id).await.unwrap().len();
            complete += usize::from(row.ended.is_some() && !row.outcome.is_empty() && sounds == 2);
        }
        if complete == CALLS || begun.elapsed() > Duration::from_secs(20) {
            store.close().await;
            return complete;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
