//! A carrier that is not ours (Kamailio) and has everybody prove who it is: we register there, answer its challenge to a call
//! (407), and are reached by what we registered. With a wrong password none of it works, so it is asked for.

use crate::room::{Ears, PATIENCE, POLICE, engine, far, hears, last, sip, trunk};
use crate::running::Running;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use voice::call::{
    CallId, Control, Engine as _, Gain, Heard, Input, LegId, Order, Origin, Placing, Target,
    TrunkState,
};
use voice::engine::Voice;
use voice::lab::{Far, Stage};
use voice::sip::policy::From;
use voice::sip::settings::{Account, Transport, Trunk};

const MISSING: &str =
    "kamailio is missing; install with: apt-get install -y --no-install-recommends kamailio";

/// How the carrier and we prove things to each other.
struct Proof {
    password: &'static str,
    /// What the carrier challenges by; MD5 if nothing is said.
    algorithm: &'static str,
    md5: bool,
    registers: bool,
}

impl Default for Proof {
    fn default() -> Self {
        Self {
            password: "right",
            algorithm: "",
            md5: true,
            registers: true,
        }
    }
}

struct Ground {
    // First: nothing is sent to whoever is gone already.
    kamailio: Running,
    voice: Voice,
    ears: Arc<Ears>,
    /// Whom the carrier reaches for us, and who calls through it.
    city: Far,
    folder: TempDir,
}

impl Ground {
    /// `net` is this test's own.
    async fn open(net: u8, proof: Proof) -> Self {
        let at = |last| Ipv4Addr::new(127, 0, net, last);
        let folder = tempfile::tempdir().expect("a folder");
        let text = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/line/challenge.cfg"),
        )
        .expect("the carrier's configuration")
        .replace("CARRIER", &at(10).to_string())
        .replace("CITY", &at(2).to_string())
        .replace("ALGORITHM", proof.algorithm);
        let path = folder.path().join("kamailio.cfg");
        std::fs::write(&path, text).expect("written");
        let arguments = ["-DD", "-E", "-m", "32", "-f"]
            .map(str::to_owned)
            .into_iter();
        let arguments: Vec<String> = arguments
            .chain([path.display().to_string(), "-Y".to_owned()])
            .chain([folder.path().display().to_string()])
            .collect();
        let kamailio = Running::start("kamailio", &arguments, &folder.path().join("log"));
        let none = (Vec::new(), Vec::new());
        let mut outside = sip(at(2).octets(), 5060, Transport::Udp, &none);
        outside.trunks = vec![Trunk {
            probed: false,
            ..trunk("carrier", at(10).octets(), 5060, Transport::Udp)
        }];
        let city = far(outside, at(2).octets(), 20_000, POLICE).await;
        let mut own = sip(at(1).octets(), 5060, Transport::Udp, &none);
        own.trunks = vec![Trunk {
            registers: proof.registers,
            account: Some(Account {
                user: "desk".to_owned(),
                password: proof.password.to_owned(),
                md5: proof.md5,
            }),
            ..trunk("carrier", at(10).octets(), 5060, Transport::Udp)
        }];
        let ears = Arc::new(Ears::default());
        let control: Arc<dyn Control> = Arc::<Ears>::clone(&ears);
        let voice = Voice::start(engine(own, at(1).octets(), 20_400), control)
            .await
            .expect("an engine");
        Self {
            kamailio,
            voice,
            ears,
            city,
            folder,
        }
    }

    /// Waits for a word; what it was.
    async fn heard(&mut self, what: &str, so: impl Fn(&Input) -> bool) -> Input {
        // Its first try may come before Kamailio is up, and the next four seconds later.
        let end = Instant::now() + PATIENCE * 2;
        loop {
            let found = {
                let heard = self.ears.heard.lock().expect("no panic");
                heard.iter().map(|(_, i)| i).find(|i| so(i)).cloned()
            };
            if let Some(found) = found {
                return found;
            }
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            assert!(
                self.kamailio.runs() && Instant::now() < end,
                "never: {what}\n{MISSING}\n{}\n{:#?}",
                log.unwrap_or_default(),
                self.ears.heard.lock().expect("no panic"),
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Calls a number over the carrier.
    fn place(&self) -> LegId {
        let leg = LegId {
            call: CallId(900),
            no: 1,
        };
        self.voice.carry_out(vec![Order::Place(Box::new(Placing {
            leg,
            to: Target::Trunk {
                trunk: "carrier".into(),
                number: "110".to_owned(),
                policy: "platform".into(),
            },
            origin: Origin {
                number: Some("10012345678".to_owned()),
                session: leg.call.session(),
                ..Origin::default()
            },
            ring_ms: 20_000,
        }))]);
        leg
    }
}

fn carrier(input: &Input, state: TrunkState) -> bool {
    matches!(input, Input::Trunk(name, s) if name.as_str() == "carrier" && *s == state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_challenges_by_md5_is_satisfied_where_that_is_allowed() {
    satisfied(Ground::open(71, Proof::default()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_challenges_by_sha_256_is_satisfied() {
    let proof = Proof {
        algorithm: "SHA-256",
        md5: false,
        ..Proof::default()
    };
    satisfied(Ground::open(68, proof).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_knows_md5_alone_is_told_nothing_where_that_is_not_allowed() {
    let proof = Proof {
        md5: false,
        registers: false,
        ..Proof::default()
    };
    let mut ground = Ground::open(69, proof).await;
    ground
        .heard("the carrier is there", |i| carrier(i, TrunkState::Up))
        .await;
    let leg = ground.place();
    let failed = ground
        .heard(
            "the call fails",
            |i| matches!(i, Input::Leg(l, Heard::Failed(cause)) if *l == leg && cause.sip == 403),
        )
        .await;
    let Input::Leg(_, Heard::Failed(cause)) = failed else {
        panic!("no failure")
    };
    assert_eq!(cause.text.as_deref(), Some("no digest that may be used"));
    assert!(last(&ground.city).is_none(), "the carrier let it pass");
}

/// Registration, a call out and a call in.
async fn satisfied(mut ground: Ground) {
    ground
        .heard("the carrier takes our registration", |i| {
            carrier(i, TrunkState::Up)
        })
        .await;
    // Out: its 407 is answered.
    let leg = ground.place();
    ground
        .heard("the call is answered", |i| {
            *i == Input::Leg(leg, Heard::Answered)
        })
        .await;
    let rung = last(&ground.city).expect("rung");
    assert_eq!(rung.incoming.expect("it came in").called, "110");
    // In: the carrier knows where we are from what we registered.
    let from = From {
        display: None,
        uri: "sip:10012345678@network.invalid".to_owned(),
    };
    let caller = ground
        .city
        .call(&"carrier".into(), "desk", from, Vec::new())
        .expect("the city calls");
    let arrived = ground
        .heard("a call of the carrier arrives", |i| {
            matches!(i, Input::Arrived(_))
        })
        .await;
    let Input::Arrived(arrival) = arrived else {
        panic!("no call")
    };
    assert_eq!(arrival.trunk.as_str(), "carrier");
    let arrived = LegId::arrived(arrival.call);
    let hear = |from, to| Order::Hear {
        from,
        to,
        gain: Gain::FULL,
    };
    ground.voice.carry_out(vec![
        Order::Ring(arrived),
        Order::Answer(arrived),
        hear(arrived, leg),
        hear(leg, arrived),
    ]);
    let both = |far: &Far| hears(far, caller) == [POLICE] && hears(far, rung.no) == [POLICE];
    assert!(ground.city.wait(PATIENCE, both).await, "they do not talk");
    ground.city.stop(PATIENCE).await;
    ground
        .heard(
            "the end",
            |i| matches!(i, Input::Leg(l, Heard::Ended { .. }) if *l == leg),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_believes_no_wrong_password() {
    let proof = Proof {
        password: "wrong",
        ..Proof::default()
    };
    let mut ground = Ground::open(72, proof).await;
    ground
        .heard("the carrier refuses our registration", |i| {
            carrier(i, TrunkState::Down)
        })
        .await;
    let leg = ground.place();
    ground
        .heard(
            "the call fails",
            |i| matches!(i, Input::Leg(l, Heard::Failed(_)) if *l == leg),
        )
        .await;
    assert!(
        ground
            .city
            .seen()
            .iter()
            .all(|seen| seen.stage != Stage::Up)
            && last(&ground.city).is_none(),
        "the carrier let it pass"
    );
}
