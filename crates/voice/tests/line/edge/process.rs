//! A liandong process behind the edge, as a program of its own that can be killed: it answers every call, brings the
//! police in where 12345 was called, and says on its output what it heard.

use crate::room::{Ears, engine, net, sip, trunk};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use voice::call::{
    Arrival, Cause, Engine as _, Gain, Heard, Input, LegId, Order, Origin, Placing, PolicyName,
    Target,
};
use voice::engine::Voice;
use voice::sip::settings::{Transport, Trunk};

const CHILD: &str = "LIANDONG_TEST_EDGE_PROCESS";

/// What a line of it begins with; the test harness writes lines, too.
const MARK: &str = "HEARD ";

/// The doors of the two trunks in the edge.
pub(super) const DOORS: [u16; 2] = [5071, 5072];

/// The process, killed with the test.
pub(super) struct Process {
    child: Child,
    heard: Arc<Mutex<Vec<Value>>>,
    /// It ends when this is closed: also if the test is killed.
    _leash: ChildStdin,
}

impl Process {
    /// At this address, behind an edge with that address inside.
    pub(super) fn start(at: Ipv4Addr, edge: Ipv4Addr) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "edge::process::child_that_is_a_process"])
            .args(["--ignored", "--nocapture"])
            .env(CHILD, format!("{at} {edge}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("this program again");
        let leash = child.stdin.take().expect("piped");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keeps = Arc::clone(&heard);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let told = line.split_once(MARK).map(|(_, told)| told);
                if let Some(told) = told.and_then(|told| serde_json::from_str(told).ok()) {
                    let mut heard = keeps.lock().unwrap_or_else(PoisonError::into_inner);
                    heard.push(told);
                }
            }
        });
        Self {
            child,
            heard,
            _leash: leash,
        }
    }

    /// What it heard of this kind.
    pub(super) fn heard(&self, what: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .iter()
            .filter_map(|told| told.get(what).cloned())
            .collect()
    }

    /// As kill -9 does.
    pub(super) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tell(what: &str, value: &Value) {
    let _ = writeln!(std::io::stdout(), "{MARK}{}", json!({ what: value }));
}

fn behind(edge: Ipv4Addr, name: &str, door: u16) -> Trunk {
    Trunk {
        probed: false,
        ..trunk(name, edge.octets(), door, Transport::Udp)
    }
}

/// The program that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests of the edge"]
async fn child_that_is_a_process() {
    let words = std::env::var(CHILD).expect("where");
    let (at, edge) = words.split_once(' ').expect("two addresses");
    let at: Ipv4Addr = at.parse().expect("an address");
    let edge: Ipv4Addr = edge.parse().expect("an address");
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let mut own = sip(at.octets(), 5060, Transport::Udp, &(Vec::new(), Vec::new()));
    own.trunks = vec![
        behind(edge, "network", DOORS[0]),
        behind(edge, "police", DOORS[1]),
    ];
    own.phone_nets = net(at.octets());
    let ears = Arc::new(Ears::default());
    let control: Arc<dyn voice::call::Control> = Arc::<Ears>::clone(&ears);
    let voice = Voice::start(engine(own, at.octets(), 20_000), control)
        .await
        .expect("an engine");
    tell("ready", &json!(true));
    let mut next = 0;
    loop {
        let changed = ears.changed.notified();
        let new: Vec<Input> = {
            let heard = ears.heard.lock().expect("no panic");
            heard.iter().skip(next).map(|(_, i)| i.clone()).collect()
        };
        next += new.len();
        if new.is_empty() {
            // A word that came in between is seen at the next look.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(20), changed).await;
        }
        for input in new {
            voice.carry_out(answer(input));
        }
    }
}

/// What is done about something heard.
fn answer(input: Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => {
            tell(
                "arrived",
                &json!({
                    "trunk": arrival.trunk.as_str(),
                    "called": arrival.called,
                    "caller": arrival.caller,
                    "correlation": arrival.correlation,
                }),
            );
            let leg = LegId::arrived(arrival.call);
            let mut orders = vec![Order::Ring(leg), Order::Answer(leg)];
            if arrival.called == "12345" {
                orders.push(bring_in(*arrival));
            }
            orders
        }
        Input::Leg(leg, Heard::Answered) if leg.no != 0 => {
            let caller = LegId::arrived(leg.call);
            [(caller, leg), (leg, caller)]
                .map(|(from, to)| Order::Hear {
                    from,
                    to,
                    gain: Gain::FULL,
                })
                .to_vec()
        }
        Input::Leg(leg, Heard::RemoteHold(held)) => {
            tell("held", &json!({ "leg": leg.no, "held": held }));
            Vec::new()
        }
        Input::Leg(leg, Heard::Failed(cause) | Heard::Ended { cause, .. }) => {
            tell("ended", &json!({ "leg": leg.no, "sip": cause.sip }));
            vec![Order::End {
                leg: LegId {
                    call: leg.call,
                    no: 1 - leg.no.min(1),
                },
                cause: Cause::sip(200),
            }]
        }
        _ => Vec::new(),
    }
}

/// The police are called, and told who calls.
fn bring_in(arrival: Arrival) -> Order {
    Order::Place(Box::new(Placing {
        leg: LegId {
            call: arrival.call,
            no: 1,
        },
        to: Target::Trunk {
            trunk: "police".into(),
            number: "110".to_owned(),
            policy: PolicyName::from("platform"),
        },
        origin: Origin {
            number: Some("10012345678".to_owned()),
            called: Some(arrival.called),
            diversion: arrival.caller.diversion,
            history: arrival.caller.history,
            privacy: arrival.caller.privacy,
            session: arrival.correlation.session.unwrap_or_default(),
            token: arrival.correlation.token,
            call: Some(arrival.call),
            ..Origin::default()
        },
        ring_ms: 20_000,
    }))
}
