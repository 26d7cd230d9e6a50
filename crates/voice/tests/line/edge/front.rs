//! What is in front: Kamailio and rtpengine with the shipped configuration, a network and the police around.

use super::process::{DOORS, Process};
use crate::room::{CALLER, PATIENCE, POLICE, far, net, sip, trunk};
use crate::running::{Running, place};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use voice::lab::{Far, Seen};
use voice::sip::policy::From;
use voice::sip::settings::{Settings as Sip, Transport, Trunk};
use voice::sip::word::DialogNo;

const MISSING: &str = "kamailio or rtpengine is missing; install with: \
    apt-get install -y --no-install-recommends kamailio rtpengine-daemon";

/// Everything around two processes, on loopback addresses that no other test has.
pub(super) struct Front {
    // First: nothing is sent to whoever is gone already.
    kamailio: Running,
    rtpengine: Running,
    pub(super) processes: [Process; 2],
    pub(super) network: Far,
    pub(super) police: Far,
    folder: TempDir,
    net: u8,
}

/// A file that is shipped.
pub(super) fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name)
}

/// A shipped list whose addresses are these: what stands in it for an example is what the test has.
fn list(name: &str, addresses: &[(&str, Ipv4Addr)], into: &Path) -> PathBuf {
    let mut text = std::fs::read_to_string(shipped(name)).expect("shipped");
    for (example, address) in addresses {
        assert!(text.contains(example), "{name} has no {example}");
        text = text.replace(example, &address.to_string());
    }
    let path = into.join(Path::new(name).file_name().expect("a name"));
    std::fs::write(&path, text).expect("written");
    path
}

impl Front {
    /// Starts all of it and waits until calls can be made. `net` is this test's own.
    pub(super) async fn start(net: u8) -> Self {
        let at = |last| Ipv4Addr::new(127, 0, net, last);
        let folder = tempfile::tempdir().expect("a folder");
        let network = end(at(1), at(10), CALLER).await;
        let police = end(at(2), at(10), POLICE).await;
        let processes = [21, 22].map(|last| Process::start(at(last), at(11)));
        let rtpengine = rtpengine(folder.path(), at);
        answers(SocketAddr::from((at(12), 2223))).await;
        let kamailio = kamailio(folder.path(), at);
        let mut front = Self {
            kamailio,
            rtpengine,
            processes,
            network,
            police,
            folder,
            net,
        };
        front.ready().await;
        front
    }

    pub(super) fn at(&self, last: u8) -> Ipv4Addr {
        Ipv4Addr::new(127, 0, self.net, last)
    }

    /// Where the networks reach the edge.
    pub(super) fn outside(&self) -> SocketAddr {
        SocketAddr::from((self.at(10), 5060))
    }

    async fn ready(&mut self) {
        let end = Instant::now() + PATIENCE * 2;
        while self
            .processes
            .iter()
            .any(|process| process.heard("ready").is_empty())
            || asked(self.at(1), self.outside()).is_none()
        {
            let up = self.kamailio.runs() && self.rtpengine.runs();
            assert!(up && Instant::now() < end, "{MISSING}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What an administrator types.
    pub(super) fn kamcmd(&self, words: &[&str]) -> String {
        let socket = format!("unix:{}", self.folder.path().join("control").display());
        let done = Command::new(place("kamcmd"))
            .args(["-s", &socket])
            .args(words)
            .output()
            .expect(MISSING);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{said}");
        said
    }

    /// As kill -9 does.
    pub(super) fn kill_rtpengine(&mut self) {
        self.rtpengine.kill();
    }

    /// What Kamailio and rtpengine said.
    pub(super) fn logs(&self) -> String {
        ["kamailio.log", "rtpengine.log"]
            .map(|name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default())
            .join("\n")
    }

    /// The network calls a number.
    pub(super) fn call(&self, number: &str, headers: Vec<(&'static str, String)>) -> DialogNo {
        let from = From {
            display: None,
            uri: "sip:10012345678@network.invalid;user=phone".to_owned(),
        };
        self.network
            .call(&"edge".into(), number, from, headers)
            .expect("the network calls")
    }

    /// Waits until something is so.
    pub(super) async fn until(&self, what: &str, so: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !so() {
            assert!(
                Instant::now() < end,
                "never: {what}\nnetwork {:#?}\npolice {:#?}\n{}",
                self.network.seen(),
                self.police.seen(),
                self.logs()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many calls each process got.
    pub(super) fn arrived(&self) -> [usize; 2] {
        [0, 1].map(|n| self.processes[n].heard("arrived").len())
    }

    /// A killed process is there again.
    pub(super) async fn start_again(&mut self, n: usize) {
        let last = 21 + u8::try_from(n).expect("small");
        self.processes[n] = Process::start(self.at(last), self.at(11));
        self.until("it is there again", || {
            !self.processes[n].heard("ready").is_empty()
        })
        .await;
    }

    pub(super) fn look(&self, no: DialogNo) -> Seen {
        self.network.look(no).expect("a call")
    }
}

/// A far end whose one trunk leads to the edge.
async fn end(at: Ipv4Addr, edge: Ipv4Addr, hertz: f64) -> Far {
    let mut own: Sip = sip(at.octets(), 5060, Transport::Udp, &(Vec::new(), Vec::new()));
    own.domain = "network.invalid".to_owned();
    own.trunks = vec![Trunk {
        probed: false,
        ..trunk("edge", edge.octets(), 5060, Transport::Udp)
    }];
    own.phone_nets = net(at.octets());
    far(own, at.octets(), 20_000, hertz).await
}

fn rtpengine(folder: &Path, at: impl Fn(u8) -> Ipv4Addr) -> Running {
    let arguments = [
        format!(
            "--config-file={}",
            shipped("rtpengine/rtpengine.conf").display()
        ),
        format!("--interface=outside/{}", at(12)),
        format!("--interface=inside/{}", at(13)),
        format!("--listen-ng={}:2223", at(12)),
    ];
    Running::start("rtpengine", &arguments, &folder.join("rtpengine.log"))
}

/// Waits until rtpengine can be asked: Kamailio asks once when it starts, and then only after a while.
async fn answers(rtpengine: SocketAddr) {
    let socket = UdpSocket::bind((rtpengine.ip(), 0)).expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_millis(20)))
        .expect("a timeout");
    let end = Instant::now() + PATIENCE * 2;
    let mut buffer = [0; 100];
    loop {
        // While nothing listens there, the system says so.
        let _ = socket.send_to(b"1_1 d7:command4:pinge", rtpengine);
        if socket.recv(&mut buffer).is_ok() {
            return;
        }
        assert!(Instant::now() < end, "rtpengine does not answer; {MISSING}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn kamailio(folder: &Path, at: impl Fn(u8) -> Ipv4Addr) -> Running {
    let destinations = list(
        "kamailio/destinations.list",
        &[
            ("10.0.0.11", at(21)),
            ("10.0.0.12", at(22)),
            ("203.0.113.1", at(1)),
            ("203.0.113.9", at(2)),
        ],
        folder,
    );
    let access = list(
        "kamailio/access.list",
        &[("203.0.113.1", at(1)), ("203.0.113.9", at(2))],
        folder,
    );
    let text = |name: &str, value: String| format!("{name}=\"{value}\"");
    let values = [
        text("OUTSIDE", at(10).to_string()),
        text("INSIDE", at(11).to_string()),
        format!("DOOR_1={}", DOORS[0]),
        format!("DOOR_2={}", DOORS[1]),
        text("DESTINATIONS", destinations.display().to_string()),
        text("ACCESS", access.display().to_string()),
        text("RTPENGINE", format!("udp:{}:2223", at(12))),
        text(
            "CONTROL",
            format!("unix:{}", folder.join("control").display()),
        ),
        "ASK_EVERY=1".to_owned(),
        "FIRST_SIGN=1000".to_owned(),
        "WORKERS=1".to_owned(),
    ];
    let mut arguments: Vec<String> = ["-DD", "-E", "-m", "32", "-M", "4", "-f"]
        .map(str::to_owned)
        .to_vec();
    arguments.push(shipped("kamailio/kamailio.cfg").display().to_string());
    arguments.push("-Y".to_owned());
    arguments.push(folder.display().to_string());
    for value in values {
        arguments.extend(["-A".to_owned(), value]);
    }
    Running::start("kamailio", &arguments, &folder.join("kamailio.log"))
}

/// The final answer to a message sent from there, if one comes in this time.
pub(super) fn told(
    from: Ipv4Addr,
    to: SocketAddr,
    message: &str,
    patience: Duration,
) -> Option<String> {
    let socket = UdpSocket::bind((from, 0)).expect("a socket");
    socket.set_read_timeout(Some(patience)).expect("a timeout");
    let port = socket.local_addr().expect("bound").port();
    let message = message.replace("[via]", &format!("{from}:{port}"));
    socket.send_to(message.as_bytes(), to).expect("sent");
    let mut buffer = [0; 4096];
    loop {
        let length = socket.recv(&mut buffer).ok()?;
        let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if !answer.starts_with("SIP/2.0 1") {
            return Some(answer);
        }
    }
}

/// A request that is no part of a call.
pub(super) fn request(method: &str, to: SocketAddr, id: &str) -> String {
    format!(
        "{method} sip:12345@{to} SIP/2.0\r\nVia: SIP/2.0/UDP [via];branch=z9hG4bK{id};rport\r\n\
         From: <sip:10087654321@network.invalid>;tag=1\r\nTo: <sip:12345@{to}>\r\nCall-ID: {id}\r\n\
         CSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:a@[via]>\r\nContent-Length: 0\r\n\r\n"
    )
}

/// A new call with an offer of sound.
pub(super) fn invite(to: SocketAddr, id: &str) -> String {
    let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\n\
        m=audio 20000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";
    request("INVITE", to, id).replace(
        "Content-Length: 0\r\n\r\n",
        &format!(
            "Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{offer}",
            offer.len()
        ),
    )
}

/// Whether the edge says that calls may come.
pub(super) fn asked(from: Ipv4Addr, edge: SocketAddr) -> Option<String> {
    let question = request("OPTIONS", edge, "asked");
    told(from, edge, &question, Duration::from_millis(500))
}
