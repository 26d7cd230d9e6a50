//! The sender as it runs: back-off, waking, signs of life, health; in virtual time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use exchange::sender::{Action, Course, Event, SenderParts};
use exchange::{
    Alarm, Carrier, CarrierError, Inbox, LinkHealth, LinkSender, Outbox, Receipt, Receiver,
    SenderSettings, SignedBatch, SignedReceipt,
};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::platform::{
    MemoryInbox, MemoryOutbox, SetClock, batch, book, envelope, figures, hotline, link, police,
    receiver,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    /// The request is lost.
    Cut,
    /// The peer applies, the receipt is lost.
    OneWay,
    /// The peer never answers.
    Frozen,
    /// A gateway refuses.
    Refusing,
    /// Somebody on the way says "all received" in the peer's name.
    Forging,
}

/// Carries straight into the peer's receiver.
struct Wire {
    peer: Receiver,
    weather: Mutex<Weather>,
    deliveries: Mutex<Vec<(Instant, usize)>>,
    open: AtomicU64,
    most_open: AtomicU64,
}

#[async_trait]
impl Carrier for Wire {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        let weather = *self.weather.lock().unwrap();
        self.deliveries
            .lock()
            .unwrap()
            .push((Instant::now(), batch.envelopes.len()));
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        let bytes = batch.encode().unwrap();
        sleep(Duration::from_millis(20)).await;
        let answer = match weather {
            Weather::Forging => {
                let stranger = MemoryInbox::default();
                let peer = receiver(&Arc::new(stranger), &SetClock::noon());
                let mut signed = peer.receive(&bytes).await.unwrap();
                signed.receipt.key_id = "k2".into();
                Ok(signed)
            }
            Weather::Cut => Err(CarrierError::Unreachable("cut".into())),
            Weather::Refusing => Err(CarrierError::Refused {
                key: "exchange.unknown_key".into(),
                detail: "key k1 of the peer is not known here".into(),
            }),
            Weather::Frozen => {
                self.open.fetch_sub(1, Ordering::SeqCst);
                std::future::pending().await
            }
            Weather::Fair | Weather::OneWay => {
                self.peer
                    .receive(&bytes)
                    .await
                    .map_err(|error| CarrierError::Refused {
                        key: error.key().into(),
                        detail: error.to_string(),
                    })
            }
        };
        self.open.fetch_sub(1, Ordering::SeqCst);
        if weather == Weather::OneWay {
            Err(CarrierError::Unreachable("lost".into()))
        } else {
            answer
        }
    }
}

struct Link {
    outbox: Arc<MemoryOutbox>,
    inbox: Arc<MemoryInbox>,
    wire: Arc<Wire>,
    wake: Arc<Notify>,
    probe: Arc<Notify>,
    health: watch::Receiver<LinkHealth>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Link {
    fn open(weather: Weather) -> Self {
        let (inbox, clock) = (Arc::new(MemoryInbox::default()), SetClock::noon());
        let outbox = Arc::new(MemoryOutbox::default());
        let wire = Arc::new(Wire {
            peer: receiver(&inbox, &clock),
            weather: Mutex::new(weather),
            deliveries: Mutex::default(),
            open: AtomicU64::new(0),
            most_open: AtomicU64::new(0),
        });
        let probe = Arc::new(Notify::new());
        let own_inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::default());
        let sender = LinkSender::new(SenderParts {
            link: link(),
            book: book(&police(), &hotline()),
            outbox: Arc::<MemoryOutbox>::clone(&outbox),
            inbox: own_inbox,
            carrier: Arc::<Wire>::clone(&wire),
            now: clock.now(),
            // The middle of the jitter: pauses are exactly the base.
            chance: Box::new({
                let mut next = 0_u64;
                move || {
                    next += 1;
                    let base = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
                    base.get(usize::try_from(next).unwrap() - 1)
                        .unwrap_or(&60_000)
                        / 5
                }
            }),
            settings: SenderSettings::default(),
            probe: Arc::clone(&probe),
        });
        let wake = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let health = sender.health();
        let task = tokio::spawn(sender.run(Arc::clone(&wake), stopped));
        Self {
            outbox,
            inbox,
            wire,
            wake,
            probe,
            health,
            stop,
            task,
        }
    }

    fn write(&self, count: u64) {
        for _ in 0..count {
            self.outbox.write("plain");
        }
        self.wake.notify_one();
    }

    fn health(&self) -> LinkHealth {
        self.health.borrow().clone()
    }

    fn delivered(&self) -> Vec<usize> {
        self.wire
            .deliveries
            .lock()
            .unwrap()
            .iter()
            .map(|(_, count)| *count)
            .collect()
    }

    fn acknowledged(&self) -> u64 {
        self.outbox.rows.lock().unwrap().acknowledged
    }

    async fn close(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap();
    }
}

async fn pass(seconds: u64) {
    // A little more than the whole second, so that what is due in it has happened.
    sleep(Duration::from_millis(seconds * 1_000 + 100)).await;
}

#[tokio::test(start_paused = true)]
async fn a_signal_sends_at_once_and_many_travel_together() {
    let link = Link::open(Weather::Fair);
    pass(0).await;
    assert_eq!(link.delivered(), [0], "the first thing is a sign of life");
    assert!(link.health().connected);
    link.write(600);
    pass(0).await;
    assert_eq!(link.delivered(), [0, 256, 256, 88]);
    assert_eq!(link.inbox.effects().len(), 600);
    assert_eq!((link.acknowledged(), link.health().backlog), (600, 0));
    assert_eq!(link.health().rtt_ms, Some(20));
    assert_eq!(link.health().oldest_waiting_at, None);
    assert_eq!(
        link.wire.most_open.load(Ordering::SeqCst),
        1,
        "one batch in flight"
    );
    link.close().await;
}

/// What is committed between the two reads of a load was taken for a hole in the outbox: the link
/// raised an alarm and rested for a second.
#[tokio::test(start_paused = true)]
async fn what_is_written_while_the_outbox_is_read_is_no_hole() {
    let link = Link::open(Weather::Fair);
    pass(0).await;
    link.outbox.written_between.store(true, Ordering::Relaxed);
    link.wake.notify_one();
    pass(0).await;
    assert_eq!(link.delivered(), [0, 1]);
    assert_eq!((link.acknowledged(), link.health().alarm), (1, None));
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_signal_is_found_by_the_timer_and_silence_is_broken() {
    let link = Link::open(Weather::Fair);
    pass(0).await;
    link.outbox.write("plain");
    pass(11).await;
    assert_eq!(link.inbox.effects(), [1]);
    pass(20).await;
    assert_eq!(
        link.delivered(),
        [0, 1, 0, 0],
        "a sign of life each ten seconds"
    );
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn figures_go_with_a_batch_now_and_then_and_are_missed_by_nobody() {
    let link = Link::open(Weather::Fair);
    *link.outbox.figures.lock().unwrap() = Some(figures(3));
    pass(0).await;
    assert_eq!(link.inbox.figures(), [figures(3)], "with a sign of life");
    for _ in 0..40 {
        link.write(1);
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(link.inbox.effects().len(), 40);
    assert_eq!(link.inbox.figures().len(), 1, "not with every batch");
    *link.outbox.figures.lock().unwrap() = Some(figures(4));
    pass(1).await;
    link.write(1);
    pass(0).await;
    assert_eq!(link.inbox.figures(), [figures(3), figures(4)]);
    // Counting them fails, and the batch goes all the same.
    *link.outbox.figures.lock().unwrap() = None;
    pass(6).await;
    link.write(1);
    pass(0).await;
    assert_eq!(link.inbox.effects().len(), 42);
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_cut_link_is_tried_for_ever_with_growing_pauses_and_recovers() {
    let link = Link::open(Weather::Cut);
    link.write(3);
    pass(600).await;
    let times: Vec<u64> = {
        let deliveries = link.wire.deliveries.lock().unwrap();
        let begin = deliveries[0].0;
        deliveries
            .iter()
            .map(|(at, _)| at.duration_since(begin).as_secs())
            .collect()
    };
    assert_eq!(
        times,
        [
            0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543
        ]
    );
    let health = link.health();
    assert_eq!((health.connected, health.backlog), (false, 3));
    assert_eq!(
        health.oldest_waiting_at,
        Some(crate::platform::NOON),
        "not delivered since"
    );
    assert_eq!(
        health.last_error.as_deref(),
        Some("the peer cannot be reached: cut")
    );
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(60).await;
    assert_eq!(link.inbox.effects(), [1, 2, 3]);
    assert!(link.health().connected);
    // The row of failures is over: the next pause is a short one again.
    *link.wire.weather.lock().unwrap() = Weather::Cut;
    link.write(1);
    pass(0).await;
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(13).await;
    assert_eq!(link.inbox.effects(), [1, 2, 3, 4]);
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_person_who_asks_is_answered_now_and_not_at_the_next_tick() {
    let link = Link::open(Weather::Fair);
    pass(0).await;
    assert_eq!((link.health().answered, link.health().unanswered), (1, 0));
    link.probe.notify_one();
    pass(0).await;
    assert_eq!(link.health().answered, 2, "in the middle of the silence");
    // In the pause after a failure, too: nobody waits a minute to learn that it is mended.
    *link.wire.weather.lock().unwrap() = Weather::Cut;
    link.write(1);
    pass(100).await;
    let failed = link.health().unanswered;
    assert!(failed > 3, "{failed}");
    link.probe.notify_one();
    pass(0).await;
    assert_eq!(link.health().unanswered, failed + 1);
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    link.probe.notify_one();
    pass(0).await;
    assert!(link.health().connected);
    assert_eq!(link.inbox.effects(), [1]);
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_one_way_link_doubles_on_the_wire_and_never_in_effect() {
    let link = Link::open(Weather::OneWay);
    link.write(5);
    pass(200).await;
    assert_eq!(link.acknowledged(), 0);
    assert_eq!(link.inbox.effects(), [1, 2, 3, 4, 5]);
    assert!(link.delivered().len() > 5);
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(60).await;
    assert_eq!((link.acknowledged(), link.inbox.effects().len()), (5, 5));
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_frozen_peer_costs_one_timeout_at_a_time() {
    let link = Link::open(Weather::Frozen);
    link.write(1_000);
    pass(30).await;
    assert_eq!(
        link.health().last_error.as_deref(),
        Some("the peer did not answer within 30000 ms")
    );
    pass(600).await;
    assert_eq!(link.wire.most_open.load(Ordering::SeqCst), 1);
    assert!(
        link.delivered().iter().all(|count| *count == 256),
        "memory stays bounded"
    );
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(91).await;
    assert_eq!(
        (link.inbox.effects().len(), link.health().backlog),
        (1_000, 0)
    );
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_peer_is_an_alarm_until_it_is_mended() {
    let link = Link::open(Weather::Refusing);
    link.write(1);
    pass(1).await;
    assert!(matches!(
        link.health().alarm,
        Some(Alarm::Refused { key, .. }) if key == "exchange.unknown_key"
    ));
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(5).await;
    assert_eq!((link.health().alarm, link.acknowledged()), (None, 1));
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_the_peer_did_not_sign_settles_nothing() {
    let link = Link::open(Weather::Forging);
    link.write(2);
    pass(20).await;
    assert_eq!(link.acknowledged(), 0);
    assert!(!link.health().connected);
    assert!(matches!(
        link.health().alarm,
        Some(Alarm::BadReceipt { .. })
    ));
    *link.wire.weather.lock().unwrap() = Weather::Fair;
    pass(30).await;
    assert_eq!((link.acknowledged(), link.inbox.effects().len()), (2, 2));
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_the_peer_refuses_is_dead_here_with_its_reason() {
    let link = Link::open(Weather::Fair);
    for kind in ["plain", "refuse", "poison", "panic", "plain"] {
        link.outbox.write(kind);
    }
    link.wake.notify_one();
    pass(10).await;
    let rows = link.outbox.rows.lock().unwrap().clone();
    assert_eq!(rows.acknowledged, 5);
    let reasons = [
        "unknown matter",
        "cannot be handled",
        "the handler panicked",
    ];
    let dead: Vec<(u64, String)> = (2..)
        .zip(reasons)
        .map(|(seq, reason)| (seq, reason.to_owned()))
        .collect();
    assert_eq!(rows.dead, dead);
    assert_eq!(link.inbox.effects(), [1, 5]);
    link.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_absent_outbox_says_nothing_about_the_link() {
    let link = Link::open(Weather::Fair);
    pass(0).await;
    link.outbox.away.store(true, Ordering::Relaxed);
    link.write(1);
    pass(3).await;
    assert!(link.health().connected);
    assert_eq!(
        link.health().last_error.as_deref(),
        Some("the store is not available: the outbox is away")
    );
    link.outbox.away.store(false, Ordering::Relaxed);
    pass(5).await;
    assert_eq!(link.inbox.effects(), [1]);
    link.close().await;
}

/// A course that has just sent 1..=last.
async fn sent(last: u64) -> (Course, Box<Receipt>) {
    let mut course = Course::default();
    assert_eq!(course.step(Event::Begin), Some(Action::ReadAcknowledged));
    let load = Action::Load {
        after: 0,
        limit: 256,
    };
    assert_eq!(course.step(Event::Acknowledged(0)), Some(load));
    let envelopes: Vec<_> = (1..=last).map(|seq| envelope(seq, "plain")).collect();
    let event = Event::Loaded {
        envelopes: envelopes.clone(),
        issued: last,
    };
    assert_eq!(
        course.step(event),
        Some(Action::Send {
            first_seq: 1,
            envelopes
        })
    );
    let inbox = Arc::new(MemoryInbox::default());
    let peer = receiver(&inbox, &SetClock::noon());
    let receipt = peer
        .receive(&batch(1, last).encode().unwrap())
        .await
        .unwrap();
    (course, Box::new(receipt.receipt))
}

#[tokio::test]
async fn a_receipt_that_cannot_be_true_settles_nothing() {
    let check = async |change: fn(&mut Receipt), alarm: fn(&Alarm) -> bool| {
        let (mut course, mut receipt) = sent(3).await;
        change(&mut receipt);
        let action = course.step(Event::Answered(receipt));
        assert_eq!(action, Some(Action::Rest { base_ms: 1_000 }));
        assert!(course.alarm().is_some_and(alarm), "{:?}", course.alarm());
        assert_eq!(course.cursor(), 0);
    };
    check(
        |r| r.up_to = 4,
        |a| *a == Alarm::PeerAhead { issued: 3, peer: 4 },
    )
    .await;
    check(
        |r| r.gap = Some(0),
        |a| matches!(a, Alarm::BadReceipt { .. }),
    )
    .await;
    check(
        |r| r.gap = Some(1),
        |a| matches!(a, Alarm::BadReceipt { .. }),
    )
    .await;
    check(
        |r| r.refused = vec![(4, String::new())],
        |a| matches!(a, Alarm::BadReceipt { .. }),
    )
    .await;
    check(
        |r| r.up_to = 0,
        |a| matches!(a, Alarm::Stalled { at: 1, .. }),
    )
    .await;
    let (mut course, receipt) = sent(3).await;
    let next = Action::Load {
        after: 3,
        limit: 256,
    };
    assert_eq!(course.step(Event::Answered(receipt.clone())), Some(next));
    assert_eq!(
        course.step(Event::Answered(receipt)),
        None,
        "a second answer changes nothing"
    );
}

#[tokio::test]
async fn a_receipt_settles_no_more_than_the_batch_it_answers() {
    // The peer has 4 and 5 from before a crash of ours; what it refused of them this receipt does not
    // say, so they must be sent again.
    let mut course = Course::default();
    course.step(Event::Begin);
    course.step(Event::Acknowledged(0));
    let envelopes: Vec<_> = (1..=3).map(|seq| envelope(seq, "plain")).collect();
    course.step(Event::Loaded {
        envelopes,
        issued: 5,
    });
    let (_, mut receipt) = sent(3).await;
    receipt.up_to = 5;
    let next = Action::Load {
        after: 3,
        limit: 256,
    };
    assert_eq!(course.step(Event::Answered(receipt)), Some(next));
}

#[tokio::test]
async fn what_was_acknowledged_is_marked_in_a_quiet_moment_and_what_was_refused_at_once() {
    let nothing = |course: &mut Course| {
        course.step(Event::Loaded {
            envelopes: Vec::new(),
            issued: 3,
        })
    };
    let settle = |refused| Some(Action::Settle { up_to: 3, refused });
    let (mut course, receipt) = sent(3).await;
    course.step(Event::Answered(receipt.clone()));
    assert_eq!(nothing(&mut course), Some(Action::Linger));
    // Somebody writes before the moment is over: the mark waits for the next one.
    let woken = Event::Woken {
        sign_of_life: false,
    };
    assert!(matches!(course.step(woken), Some(Action::Load { .. })));
    assert_eq!(nothing(&mut course), Some(Action::Linger));
    assert_eq!(course.step(Event::Quiet), settle(Vec::new()));
    course.step(Event::Settled);
    assert_eq!(nothing(&mut course), Some(Action::Idle));

    let (mut course, mut receipt) = sent(3).await;
    let refused = vec![(2, "no such case".to_owned())];
    receipt.refused.clone_from(&refused);
    assert_eq!(course.step(Event::Answered(receipt)), settle(refused));
    // The mark fails: the numbers are sent again, so that the refusal is heard again.
    course.step(Event::Failed);
    let again = Action::Load {
        after: 0,
        limit: 256,
    };
    assert_eq!(course.step(Event::Rested), Some(again));
}

#[tokio::test]
async fn a_damaged_outbox_stops_the_link_and_says_where() {
    let loaded = |envelopes: Vec<_>, issued| {
        let mut course = Course::default();
        course.step(Event::Begin);
        course.step(Event::Acknowledged(0));
        let action = course.step(Event::Loaded { envelopes, issued });
        (action, course.alarm().cloned())
    };
    let rest = Some(Action::Rest { base_ms: 1_000 });
    let hole = Some(Alarm::OutboxHole { seq: 1 });
    assert_eq!(
        loaded(vec![envelope(2, "plain")], 2),
        (rest.clone(), hole.clone())
    );
    assert_eq!(
        loaded(Vec::new(), 2),
        (rest.clone(), hole),
        "numbered, but not there"
    );
    let mut huge = envelope(1, "plain");
    huge.body = "x".repeat(5 << 20);
    assert_eq!(
        loaded(vec![huge], 1),
        (rest, Some(Alarm::TooLarge { seq: 1 }))
    );
    // What stands before the hole is sent.
    let broken = vec![envelope(1, "plain"), envelope(3, "plain")];
    let send = Action::Send {
        first_seq: 1,
        envelopes: vec![envelope(1, "plain")],
    };
    assert_eq!(loaded(broken, 3), (Some(send), None));
}

#[tokio::test]
async fn large_bodies_are_split_over_batches_below_the_limit() {
    let mut course = Course::default();
    course.step(Event::Begin);
    course.step(Event::Acknowledged(0));
    let envelopes: Vec<_> = (1..=20)
        .map(|seq| {
            let mut one = envelope(seq, "plain");
            one.body = format!("\"{}\"", "\\\"".repeat(200_000));
            one.check().unwrap();
            one.sealed()
        })
        .collect();
    let action = course.step(Event::Loaded {
        envelopes,
        issued: 20,
    });
    let Some(Action::Send { envelopes, .. }) = action else {
        panic!("{action:?}")
    };
    assert!(envelopes.len() > 2, "{}", envelopes.len());
    let bytes = crate::platform::sign(1, envelopes).encode().unwrap();
    assert!(
        exchange::parse_batch(&bytes).is_ok(),
        "{} bytes",
        bytes.len()
    );
}

#[test]
fn outbox_and_inbox_can_be_held_as_objects() {
    fn check<T: Send + Sync + ?Sized>() {}
    check::<dyn Outbox>();
    check::<dyn Inbox>();
    check::<dyn Carrier>();
}
