//! A whole desk without its store: queue, seats and call records (the pure machine) on an engine, written to a file if it is
//! told one. Its seats have hard phones,
//! which all are at one address and need not register, as after a restart.

use crate::ground::{Server, settings, sip, trunk};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::Thread;
use std::time::{Duration, Instant};
use voice::call::{
    Asked, CallId, Control, Denied, DeskKind, Engine as _, Fact, Input, Keep, Moment, Outcome,
    Partner, Plan, SeatName, Step, Switchboard, TrunkPlan, What,
};
use voice::engine::{Remembered, Voice};
use voice::queue::{Class, Needs, Skills};

/// So far apart the program's turns begin at the least, and where somebody waits for it.
const PACE: Duration = Duration::from_millis(20);
const HURRIED: Duration = Duration::from_millis(5);

/// Where everybody is.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) own: u8,
    pub(crate) network: u8,
    pub(crate) phones: u8,
    pub(crate) police: u8,
}

impl Places {
    /// A desk here as a program of its own.
    pub(crate) fn start(self, seats: usize, most_waiting: usize, book: Option<&Path>) -> Server {
        let mut words = vec![
            "desk".to_owned(),
            self.own.to_string(),
            self.network.to_string(),
            self.phones.to_string(),
            self.police.to_string(),
            seats.to_string(),
            most_waiting.to_string(),
        ];
        words.extend(book.map(|book| book.display().to_string()));
        Server::engine(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

pub(crate) struct Desk {
    machine: Mutex<Switchboard>,
    voice: OnceLock<Arc<Voice>>,
    began: Instant,
    told: Box<dyn Fn(&Fact) + Send + Sync>,
    next: AtomicU64,
    book: Option<Book>,
}

/// Where what waits for the disk is handed in.
struct Book {
    work: Sender<Work>,
    writer: OnceLock<Thread>,
    hurry: AtomicBool,
}

impl Book {
    fn send(&self, work: Work, hurried: bool) {
        self.work.send(work).unwrap();
        if hurried {
            self.hurry.store(true, Ordering::Release);
            self.writer.wait().unpark();
        }
    }

    /// The writer waits until its next turn, which it says it would have at this time.
    fn wait(&self, turn: Instant) {
        loop {
            let hurried = self.hurry.load(Ordering::Acquire);
            let sooner = if hurried {
                PACE - HURRIED
            } else {
                Duration::ZERO
            };
            let left = turn.saturating_duration_since(Instant::now() + sooner);
            if left.is_zero() {
                self.hurry.store(false, Ordering::Release);
                return;
            }
            std::thread::park_timeout(left);
        }
    }
}

/// Without a book the machine is asked on the engine's own thread.
impl Control for Desk {
    fn hear(&self, input: Input) {
        match &self.book {
            None => {
                // Only who asks is denied.
                let _ = self.step(input);
            }
            Some(book) => {
                let crossing = match &input {
                    Input::Leg(leg, _) => self.machine.lock().unwrap().is_crossing(leg.call),
                    _ => false,
                };
                book.send(Work::Heard(input), crossing);
            }
        }
    }

    fn keep(&self, what: Keep, text: Option<String>) {
        if let Some(book) = &self.book {
            book.send(Work::Kept(what, text), false);
        }
    }

    fn name_call(&self) -> CallId {
        CallId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

/// What a desk with a book does in its turn.
enum Work {
    Heard(Input),
    Asked(SeatName, Asked, Sender<Result<(), Denied>>),
    Kept(Keep, Option<String>),
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
    plan
}

impl Desk {
    pub(crate) async fn open(
        places: Places,
        plan: Plan,
        seats: usize,
        book: Option<&Path>,
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
                    md5: false,
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
        let next = AtomicU64::new(0);
        let mut machine = Switchboard::new(
            plan,
            Box::new(move || CallId((1 << 100) + u128::from(next.fetch_add(1, Ordering::Relaxed)))),
        );
        for no in 0..seats {
            machine.seat_known(Moment(0), seat(no), Skills::NONE, false);
        }
        let (work, waiting) = book.map(|_| channel()).unzip();
        let desk = Arc::new(Self {
            machine: Mutex::new(machine),
            voice: OnceLock::new(),
            began: Instant::now(),
            told: Box::new(told),
            next: AtomicU64::new(1),
            book: work.map(|work| Book {
                work,
                writer: OnceLock::new(),
                hurry: AtomicBool::new(false),
            }),
        });
        let control: Arc<dyn Control> = Arc::<Self>::clone(&desk);
        let voice = Arc::new(Voice::start(settings, control).await.unwrap());
        assert!(desk.voice.set(voice).is_ok());
        if let (Some(path), Some(waiting)) = (book, waiting) {
            let file = std::fs::File::create(path).unwrap();
            let writes = Arc::clone(&desk);
            let thread = std::thread::spawn(move || writes.keep_book(&waiting, file));
            let writer = &desk.book.as_ref().unwrap().writer;
            assert!(writer.set(thread.thread().clone()).is_ok());
        }
        while (0..seats).any(|no| !desk.machine.lock().unwrap().has_phone(&seat(no))) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        for no in 0..seats {
            desk.ask(seat(no), Asked::Ready).unwrap();
        }
        desk
    }

    fn machine(&self, input: Input) -> Step {
        let now = i64::try_from(self.began.elapsed().as_millis()).unwrap();
        let step = self
            .machine
            .lock()
            .unwrap()
            .step(Moment(now + 1_000_000), input);
        step.facts.iter().for_each(&self.told);
        step
    }

    fn step(&self, input: Input) -> Result<(), Denied> {
        let step = self.machine(input);
        if let Some(voice) = self.voice.get() {
            voice.carry_out(step.orders);
        }
        step.denied.map_or(Ok(()), Err)
    }

    /// As the program does it with its store: of all that waits at once the facts, the records, and what of calls and legs
    /// outlives a killed program are written, and are on the disk before any order that follows from them is given.
    fn keep_book(&self, waiting: &Receiver<Work>, mut file: std::fs::File) {
        let (book, mut next) = (self.book.as_ref().unwrap(), Instant::now());
        while let Ok(first) = waiting.recv() {
            book.wait(next);
            next = Instant::now() + PACE;
            let (mut text, mut orders, mut calls) = (String::new(), Vec::new(), BTreeSet::new());
            let mut answers = Vec::new();
            for work in std::iter::once(first).chain(waiting.try_iter()) {
                let step = match work {
                    Work::Heard(input) => self.machine(input),
                    Work::Asked(seat, asked, answer) => {
                        let step = self.machine(Input::Seat(seat, asked));
                        answers.push((answer, step.denied));
                        step
                    }
                    Work::Kept(what, kept) => {
                        writeln!(text, "{what:?} {}", kept.unwrap_or_default()).unwrap();
                        continue;
                    }
                };
                for fact in &step.facts {
                    writeln!(text, "{fact:?}").unwrap();
                }
                orders.extend(step.orders);
                calls.extend(step.calls);
            }
            for call in calls {
                let kept = self.machine.lock().unwrap().keep_call(call);
                writeln!(text, "{call} {}", kept.unwrap_or_default()).unwrap();
            }
            if !text.is_empty() {
                std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
                file.sync_data().unwrap();
            }
            self.voice.get().unwrap().carry_out(orders);
            for (answer, denied) in answers {
                answer.send(denied.map_or(Ok(()), Err)).unwrap();
            }
        }
    }

    /// A person at a seat asks for something.
    pub(crate) fn ask(&self, seat: SeatName, asked: Asked) -> Result<(), Denied> {
        let Some(book) = &self.book else {
            return self.step(Input::Seat(seat, asked));
        };
        let (answer, done) = channel();
        book.send(Work::Asked(seat, asked, answer), true);
        done.recv().unwrap()
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
pub(crate) async fn engine(places: Places, seats: usize, most_waiting: usize, book: Option<&Path>) {
    let counts = Arc::new(Counts::default());
    let takes = Arc::clone(&counts);
    let mut plan = plan();
    plan.most_waiting = most_waiting;
    // Talks are short here, and call-backs stay due.
    plan.dropped_ms = 0;
    plan.call_back_ms = 86_400_000;
    let desk = Desk::open(places, plan, seats, book, move |fact| takes.take(fact)).await;
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
