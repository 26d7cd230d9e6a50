//! A whole desk without its store: queue, seats and call records (the pure machine) on an engine. Its seats have hard phones,
//! which all are at one address and need not register, as after a restart.

use crate::ground::{Ears, settings, sip, trunk};
use serde_json::json;
use std::io::BufRead as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use voice::call::{
    Asked, CallId, Control, Denied, DeskKind, Engine as _, Fact, Input, Keep, Moment, Outcome,
    Partner, Plan, SeatName, Switchboard, TrunkPlan, What,
};
use voice::engine::{Remembered, Voice};
use voice::queue::{Class, Needs, Skills};

/// Where everybody is.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) own: u8,
    pub(crate) network: u8,
    pub(crate) phones: u8,
    pub(crate) police: u8,
}

pub(crate) struct Desk {
    machine: Mutex<Switchboard>,
    voice: Voice,
    began: Instant,
    told: Box<dyn Fn(&Fact) + Send + Sync>,
}

/// A seat by its number.
pub(crate) fn seat(no: usize) -> SeatName {
    SeatName::new(format!("seat-{no:03}"))
}

pub(crate) fn plan() -> Plan {
    let mut plan = Plan::new(DeskKind::Hotline, "12345");
    plan.trunks.insert(
        "network".into(),
        TrunkPlan {
            class: Class::Normal,
            needs: Needs::default(),
            base: 0,
        },
    );
    plan.partners.insert(
        "110".to_owned(),
        Partner {
            trunk: "police".into(),
            number: "110".to_owned(),
            policy: "platform".into(),
            platform: true,
        },
    );
    plan.outward = Some(("network".into(), "platform".into()));
    plan.wrap_up_ms = 0;
    // Nothing is recorded here that a record would wait for.
    plan.settle_ms = 1;
    plan
}

impl Desk {
    pub(crate) async fn open(
        places: Places,
        plan: Plan,
        seats: usize,
        told: impl Fn(&Fact) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let mut own = sip(
            places.own,
            vec![
                trunk("network", places.network),
                trunk("police", places.police),
            ],
        );
        own.phone_nets = trunk("", places.phones).sources;
        own.phones = (0..seats)
            .map(|no| voice::sip::settings::Phone {
                seat: seat(no),
                account: voice::sip::settings::Account {
                    user: seat(no).to_string(),
                    password: "right".to_owned(),
                },
            })
            .collect();
        let at = crate::ground::at(places.phones);
        let remembered = (0..seats).map(|no| Remembered {
            what: Keep::Phone(seat(no)),
            text: json!({
                "contact": format!("sip:{}@{at}:5060", seat(no)), "transport": "udp",
                "host": format!("{at}:5060"), "left": 3_600_000,
            })
            .to_string(),
            age_ms: 0,
        });
        let mut settings = settings(places.own, own, None);
        settings.remembered = remembered.collect();
        let (ears, mut heard) = Ears::new();
        let control: Arc<dyn Control> = ears;
        let voice = Voice::start(settings, control).await.unwrap();
        let next = AtomicU64::new(0);
        let mut machine = Switchboard::new(
            plan,
            Box::new(move || CallId((1 << 100) + u128::from(next.fetch_add(1, Ordering::Relaxed)))),
        );
        for no in 0..seats {
            machine.seat_known(Moment(0), seat(no), Skills::NONE, false);
        }
        let desk = Arc::new(Self {
            machine: Mutex::new(machine),
            voice,
            began: Instant::now(),
            told: Box::new(told),
        });
        let mut there = 0;
        while there < seats {
            let input = heard.recv().await.unwrap();
            there += usize::from(matches!(input, Input::Phone(..)));
            desk.hear(input).unwrap();
        }
        for no in 0..seats {
            desk.ask(seat(no), Asked::Ready).unwrap();
        }
        let hears = Arc::downgrade(&desk);
        tokio::spawn(async move {
            while let Some(input) = heard.recv().await {
                let Some(desk) = hears.upgrade() else { return };
                // Only who asks is denied.
                let _ = desk.hear(input);
            }
        });
        desk
    }

    fn hear(&self, input: Input) -> Result<(), Denied> {
        let mut machine = self.machine.lock().unwrap();
        let now = i64::try_from(self.began.elapsed().as_millis()).unwrap();
        let step = machine.step(Moment(now + 1_000_000), input);
        step.facts.iter().for_each(&self.told);
        self.voice.carry_out(step.orders);
        step.denied.map_or(Ok(()), Err)
    }

    /// A person at a seat asks for something.
    pub(crate) fn ask(&self, seat: SeatName, asked: Asked) -> Result<(), Denied> {
        self.hear(Input::Seat(seat, asked))
    }

    /// Calls that are not over.
    pub(crate) fn calls(&self) -> usize {
        self.machine.lock().unwrap().calls()
    }
}

/// How calls came out.
#[derive(Default)]
struct Counts {
    arrived: AtomicU64,
    answered: AtomicU64,
    to_call_back: AtomicU64,
    refused: AtomicU64,
    other: AtomicU64,
    /// Answered within 15 s.
    soon: AtomicU64,
}

impl Counts {
    fn take(&self, fact: &Fact) {
        let count = match &fact.what {
            What::Arrived { .. } => &self.arrived,
            What::Answered { waited_ms, .. } if *waited_ms <= 15_000 => &self.soon,
            What::Refused { .. } => &self.refused,
            What::Over(record) => match record.outcome {
                Outcome::Answered => &self.answered,
                Outcome::CallBack => &self.to_call_back,
                // Counted when it was said.
                Outcome::RefusedFull => return,
                _ => &self.other,
            },
            _ => return,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// A desk as a program of its own. Told anything, it says how calls came out.
pub(crate) async fn engine(places: Places, seats: usize, most_waiting: usize) {
    let counts = Arc::new(Counts::default());
    let takes = Arc::clone(&counts);
    let mut plan = plan();
    plan.most_waiting = most_waiting;
    // Talks are short here, and call-backs stay due.
    plan.dropped_ms = 0;
    plan.call_back_ms = 86_400_000;
    let desk = Desk::open(places, plan, seats, move |fact| takes.take(fact)).await;
    println!("ready");
    let waited = tokio::task::spawn_blocking(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            assert_eq!(line, "counts");
            let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
            println!(
                "{}",
                json!({
                    "arrived": count(&counts.arrived), "answered": count(&counts.answered),
                    "to_call_back": count(&counts.to_call_back), "refused": count(&counts.refused),
                    "other": count(&counts.other), "soon": count(&counts.soon), "open": desk.calls(),
                })
            );
        }
    });
    waited.await.unwrap();
}
