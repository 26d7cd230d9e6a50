//! Two platforms and a link that drops, doubles, reorders and delays, with crashes of either side
//! between any two steps. Time is virtual: the dice say what happens next (laws 2 and 4, T4–T6, T8).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use exchange::batch::Draft;
use exchange::sender::{Action, Course, Event};
use exchange::{Alarm, Inbox as _, LinkBook, Outbox as _, Receiver, SignedBatch, SignedReceipt};
use futures_util::FutureExt as _;

use crate::platform::{
    Dice, InboxRows, MemoryInbox, MemoryOutbox, Mishap, SetClock, book, hotline, link, police,
    receiver,
};

struct World {
    dice: Dice,
    // The 110, which sends: what survives a crash, and what does not.
    outbox: Arc<MemoryOutbox>,
    police: Arc<LinkBook>,
    course: Course,
    action: Option<Action>,
    in_flight: Option<SignedBatch>,
    // The 12345, which receives.
    inbox: Arc<MemoryInbox>,
    receiver: Receiver,
    clock: SetClock,
    backups: Vec<InboxRows>,
    // The link.
    requests: Vec<Vec<u8>>,
    replies: Vec<SignedReceipt>,
    seen: BTreeSet<&'static str>,
}

impl World {
    fn new(seed: u64) -> Self {
        let (inbox, clock) = (Arc::new(MemoryInbox::default()), SetClock::noon());
        let mut course = Course::default();
        let action = course.step(Event::Begin);
        Self {
            dice: Dice::new(seed),
            outbox: Arc::new(MemoryOutbox::default()),
            police: book(&police(), &hotline()),
            course,
            action,
            in_flight: None,
            receiver: receiver(&inbox, &clock),
            inbox,
            clock,
            backups: Vec::new(),
            requests: Vec::new(),
            replies: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    fn event(&mut self, event: Event) {
        if let Some(action) = self.course.step(event) {
            self.in_flight = None;
            self.action = Some(action);
        }
    }

    /// The sender does what it means to do next.
    fn act(&mut self) {
        let Some(action) = self.action.take() else {
            return;
        };
        let link = link();
        let outbox = Arc::clone(&self.outbox);
        let event = match action {
            Action::ReadAcknowledged => {
                ready(outbox.acknowledged(&link)).map_or(Event::Failed, Event::Acknowledged)
            }
            Action::Load { after, limit } => {
                let loaded = ready(outbox.waiting(&link, after, limit));
                match (loaded, ready(outbox.issued(&link))) {
                    (Ok(mut envelopes), Ok(issued)) => {
                        // Batches of all sizes, also such that the peer is ahead of their end.
                        envelopes.truncate(1 + self.dice.index(12));
                        Event::Loaded { envelopes, issued }
                    }
                    _ => Event::Failed,
                }
            }
            Action::Settle { up_to, refused } => {
                let settled = ready(outbox.settle(&link, up_to, &refused));
                settled.map_or(Event::Failed, |()| Event::Settled)
            }
            Action::Rest { .. } => Event::Rested,
            Action::Idle => Event::Woken {
                sign_of_life: self.dice.percent(20),
            },
            Action::Linger if self.dice.percent(50) => Event::Quiet,
            Action::Linger => Event::Woken {
                sign_of_life: false,
            },
            Action::Send {
                first_seq,
                envelopes,
            } => {
                let (from, to) = (police(), hotline());
                let draft = Draft {
                    link,
                    from,
                    to,
                    first_seq,
                    envelopes,
                    head: None,
                    figures: None,
                };
                let signed = SignedBatch::sign(draft, self.police.key());
                self.requests.push(signed.encode().unwrap());
                self.in_flight = Some(signed);
                return;
            }
        };
        self.event(event);
    }

    /// The receiver takes one of the batches on the way, which may be an old or a doubled one.
    fn arrive(&mut self, keep: bool, mishap: Mishap) {
        if self.requests.is_empty() {
            return;
        }
        let index = self.dice.index(self.requests.len());
        let bytes = if keep {
            self.requests[index].clone()
        } else {
            self.requests.swap_remove(index)
        };
        *self.inbox.mishap.lock().unwrap() = mishap;
        match self.receiver.receive(&bytes).now_or_never() {
            Some(Ok(receipt)) => {
                if receipt.receipt.gap.is_some() {
                    self.seen.insert("gap");
                }
                self.replies.push(receipt);
            }
            Some(Err(error)) => panic!("a good batch was refused: {error}"),
            None => {
                self.seen.insert("died while applying");
                self.crash_receiver();
            }
        }
        *self.inbox.mishap.lock().unwrap() = Mishap::None;
    }

    /// A receipt comes back, perhaps one for another batch than the one in flight.
    fn answer(&mut self, keep: bool) {
        if self.replies.is_empty() {
            return;
        }
        let index = self.dice.index(self.replies.len());
        let reply = if keep {
            self.replies[index].clone()
        } else {
            self.replies.swap_remove(index)
        };
        let Some(batch) = self.in_flight.clone() else {
            return;
        };
        if self.police.verify_receipt(&reply, &batch.batch).is_ok() {
            self.event(Event::Answered(Box::new(reply.receipt)));
        } else {
            self.seen.insert("receipt for another batch");
        }
        self.note_alarm();
    }

    fn note_alarm(&mut self) {
        match self.course.alarm() {
            Some(Alarm::Stalled { .. }) => {
                self.seen.insert("stalled");
            }
            Some(Alarm::Gap { .. }) => {
                self.seen.insert("rewound");
            }
            Some(other) => panic!("the sender raised {other:?} over an honest peer"),
            None => {}
        }
    }

    fn crash_sender(&mut self) {
        self.in_flight = None;
        self.action = self.course.step(Event::Begin);
    }

    fn crash_receiver(&mut self) {
        self.receiver = receiver(&self.inbox, &self.clock);
    }

    fn write(&mut self) {
        let kind = match self.dice.below(100) {
            0..=2 => "refuse",
            3..=4 => "poison",
            5 => "panic",
            _ => "plain",
        };
        self.outbox.write(kind);
    }

    fn mishap(&mut self) -> Mishap {
        let count = self.dice.index(6);
        match self.dice.below(20) {
            0 => Mishap::AwayAfter(count),
            1 => Mishap::ShortAfter(count),
            2 => Mishap::DeadAfter(count),
            _ => Mishap::None,
        }
    }

    fn step(&mut self, restores: bool) {
        match self.dice.below(100) {
            0..=14 => {
                for _ in 0..=self.dice.below(4) {
                    self.write();
                }
            }
            15..=44 => {
                // In one of ten cases the outbox is away just then.
                let away = self.dice.percent(10);
                self.outbox.away.store(away, Ordering::Relaxed);
                self.act();
                self.outbox.away.store(false, Ordering::Relaxed);
            }
            45..=64 => {
                let (keep, mishap) = (self.dice.percent(25), self.mishap());
                self.arrive(keep, mishap);
            }
            65..=79 => {
                let keep = self.dice.percent(25);
                self.answer(keep);
            }
            80..=84 if !self.requests.is_empty() => {
                let index = self.dice.index(self.requests.len());
                self.requests.swap_remove(index);
            }
            85..=89 if !self.replies.is_empty() => {
                let index = self.dice.index(self.replies.len());
                self.replies.swap_remove(index);
            }
            // The sender's patience ends; the batch may still arrive.
            90..=94 if self.in_flight.is_some() => self.event(Event::Failed),
            95 | 96 => self.crash_sender(),
            97 => self.crash_receiver(),
            98 if restores => self.backups.push(self.inbox.rows.lock().unwrap().clone()),
            99 if restores && !self.backups.is_empty() && self.dice.percent(30) => {
                let index = self.dice.index(self.backups.len());
                // What was backed up later than this does not exist in the restored history.
                self.backups.truncate(index + 1);
                *self.inbox.rows.lock().unwrap() = self.backups[index].clone();
                self.crash_receiver();
                self.seen.insert("restored");
            }
            _ => {}
        }
        if !restores {
            let acknowledged = self.outbox.rows.lock().unwrap().acknowledged;
            let watermark = ready(self.inbox.watermark(&link())).unwrap();
            assert!(
                acknowledged <= watermark,
                "marked as delivered before it was there"
            );
        }
    }

    /// The link is whole again and nobody crashes; all must come to rest.
    fn heal(&mut self) {
        for _ in 0..20_000 {
            let waits_for_work = matches!(self.action, Some(Action::Idle));
            let rows = self.outbox.rows.lock().unwrap().clone();
            let issued = u64::try_from(rows.envelopes.len()).unwrap();
            let watermark = ready(self.inbox.watermark(&link())).unwrap();
            if waits_for_work
                && self.requests.is_empty()
                && rows.acknowledged == issued
                && watermark == issued
            {
                return;
            }
            self.act();
            self.arrive(false, Mishap::None);
            self.answer(false);
            if self.in_flight.is_some() && self.requests.is_empty() && self.replies.is_empty() {
                self.event(Event::Failed);
            }
        }
        panic!(
            "the link did not come to rest: {:?} {:?}",
            self.course, self.action
        );
    }

    /// Everything once, in order, nothing lost, both sides of one mind.
    fn check(&self) {
        let sent = self.outbox.rows.lock().unwrap().clone();
        let received = self.inbox.rows.lock().unwrap().clone();
        let ids: Vec<&String> = sent.envelopes.iter().map(|row| &row.id).collect();
        let got: Vec<&String> = received.results.iter().map(|(id, _)| id).collect();
        assert_eq!(ids, got, "lost, doubled or out of order");
        let plain: Vec<u64> = sent
            .envelopes
            .iter()
            .filter(|row| row.kind == "plain")
            .map(|row| row.seq)
            .collect();
        assert_eq!(
            received.effects, plain,
            "each plain envelope takes effect once, in order"
        );
        let bad: Vec<u64> = sent
            .envelopes
            .iter()
            .filter(|row| row.kind != "plain")
            .map(|row| row.seq)
            .collect();
        let mut dead = sent.dead.clone();
        dead.sort();
        assert_eq!(
            dead,
            self.inbox.refusals(),
            "the sender knows what was refused, and why"
        );
        assert_eq!(dead.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), bad);
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("memory does not wait")
}

fn play(seeds: std::ops::Range<u64>, restores: bool) -> BTreeSet<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let mut seen = BTreeSet::new();
    for seed in seeds {
        let result = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for _ in 0..1_000 {
                world.step(restores);
            }
            world.heal();
            world.check();
            assert!(
                world.inbox.effects().len() > 200,
                "too little was sent to mean anything"
            );
            world.seen
        });
        match result {
            Ok(more) => seen.extend(more),
            Err(cause) => {
                eprintln!("failing seed: {seed}");
                std::panic::resume_unwind(cause);
            }
        }
    }
    seen
}

#[test]
fn law_2_no_loss_doubling_or_crash_breaks_the_stream() {
    let seen = play(0..200, false);
    for happening in [
        "died while applying",
        "receipt for another batch",
        "stalled",
    ] {
        assert!(
            seen.contains(happening),
            "the dice never brought: {happening}"
        );
    }
}

#[test]
fn law_4_a_receiver_restored_from_a_backup_gets_everything_again() {
    let seen = play(1_000..1_060, true);
    for happening in ["restored", "gap", "rewound"] {
        assert!(
            seen.contains(happening),
            "the dice never brought: {happening}"
        );
    }
}
