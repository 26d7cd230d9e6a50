//! What the receiver refuses, what it takes, and what it answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use exchange::batch::{MAX_BYTES, MAX_ENVELOPES};
use exchange::{
    Alarm, Digest, KeyState, LinkBook, LinkId, OwnKey, PlatformId, ReceiveError, Receiver,
    SignedBatch, SignedReceipt,
};
use futures_util::FutureExt as _;

use crate::platform::{
    MemoryInbox, MemoryOutbox, Mishap, NOON, SetClock, batch, book, envelope, figures, hotline,
    key_of, link, police, receiver, sign, terms_with,
};

struct Desk {
    inbox: Arc<MemoryInbox>,
    clock: SetClock,
    receiver: Receiver,
}

impl Desk {
    fn open() -> Self {
        let (inbox, clock) = (Arc::new(MemoryInbox::default()), SetClock::noon());
        Self {
            receiver: receiver(&inbox, &clock),
            inbox,
            clock,
        }
    }

    async fn takes(&self, signed: &SignedBatch) -> Result<SignedReceipt, ReceiveError> {
        let result = self.receiver.receive(&signed.encode().unwrap()).await;
        if let Ok(receipt) = &result {
            book(&police(), &hotline())
                .verify_receipt(receipt, &signed.batch)
                .unwrap();
        }
        result
    }

    fn alarm(&self) -> Option<Alarm> {
        self.receiver.health(&link()).borrow().alarm.clone()
    }
}

/// Changes a good batch of three, signs it again where asked, and gives what the receiver says.
async fn refusal(resign: bool, change: impl FnOnce(&mut SignedBatch)) -> ReceiveError {
    let desk = Desk::open();
    let mut signed = batch(1, 3);
    change(&mut signed);
    if resign {
        signed = sign_header(signed);
    }
    let error = desk.takes(&signed).await.expect_err("it was taken");
    assert_eq!(
        desk.inbox.effects(),
        Vec::<u64>::new(),
        "something was applied"
    );
    assert!(error.key().starts_with("exchange."));
    error
}

/// Signs the header as it stands, whatever it says: what a careless or hostile peer could do.
fn sign_header(mut signed: SignedBatch) -> SignedBatch {
    let draft = exchange::batch::Draft {
        link: signed.batch.link.clone(),
        from: signed.batch.from.clone(),
        to: signed.batch.to.clone(),
        first_seq: signed.batch.first_seq,
        envelopes: signed.envelopes.clone(),
        head: signed.batch.head.clone(),
        figures: None,
    };
    signed = SignedBatch::sign(draft, &key_of(&police()));
    signed
}

#[tokio::test]
async fn a_good_batch_is_applied_and_a_repeat_is_answered_from_the_inbox() {
    let desk = Desk::open();
    let mut envelopes: Vec<_> = (1..=5).map(|seq| envelope(seq, "plain")).collect();
    envelopes[2] = envelope(3, "refuse");
    let signed = sign(1, envelopes);
    let first = desk.takes(&signed).await.unwrap();
    assert_eq!(first.receipt.up_to, 5);
    assert_eq!(first.receipt.refused, [(3, "unknown matter".to_owned())]);
    assert_eq!(first.receipt.gap, None);
    assert!(first.receipt.head.is_some());
    let again = desk.takes(&signed).await.unwrap();
    assert_eq!(
        again.receipt, first.receipt,
        "a repeat gets the first answer (law 3)"
    );
    assert_eq!(desk.inbox.effects(), [1, 2, 4, 5]);
    let rows = desk.inbox.rows.lock().unwrap();
    assert_eq!(rows.heads, 2, "the sender's log head is kept");
}

#[tokio::test]
async fn an_overlapping_batch_applies_only_what_is_new() {
    let desk = Desk::open();
    desk.takes(&batch(1, 4)).await.unwrap();
    let receipt = desk.takes(&batch(3, 7)).await.unwrap().receipt;
    assert_eq!(receipt.up_to, 7);
    assert_eq!(desk.inbox.effects(), [1, 2, 3, 4, 5, 6, 7]);
    // A batch that is older than everything still learns how far we are.
    assert_eq!(desk.takes(&batch(1, 2)).await.unwrap().receipt.up_to, 7);
}

#[tokio::test]
async fn a_gap_applies_nothing_and_says_from_where_to_send() {
    let desk = Desk::open();
    desk.takes(&batch(1, 2)).await.unwrap();
    let receipt = desk.takes(&batch(4, 6)).await.unwrap().receipt;
    assert_eq!((receipt.gap, receipt.up_to), (Some(3), 2));
    assert_eq!(desk.inbox.effects(), [1, 2]);
    assert_eq!(desk.alarm(), Some(Alarm::Gap { want_from: 3 }));
    // An empty batch finds the gap as well, without any traffic.
    assert_eq!(
        desk.takes(&sign(9, Vec::new())).await.unwrap().receipt.gap,
        Some(3)
    );
    desk.takes(&batch(3, 6)).await.unwrap();
    assert_eq!(desk.alarm(), None);
}

#[tokio::test]
async fn numbers_a_million_ahead_are_nonsense_and_not_a_gap() {
    let desk = Desk::open();
    let edge = desk
        .takes(&sign(1_000_001, vec![envelope(1_000_001, "plain")]))
        .await;
    assert_eq!(edge.unwrap().receipt.gap, Some(1));
    let beyond = desk
        .takes(&sign(1_000_002, vec![envelope(1_000_002, "plain")]))
        .await;
    assert_eq!(
        beyond.unwrap_err(),
        ReceiveError::FarAhead {
            first_seq: 1_000_002,
            watermark: 0
        }
    );
    assert!(matches!(desk.alarm(), Some(Alarm::Refused { .. })));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_whole() {
    use ReceiveError as E;
    let key_id = || "k1".to_owned();
    let bad = E::BadSignature { key_id: key_id() };
    assert_eq!(refusal(false, |b| b.batch.first_seq = 2).await, bad);
    assert_eq!(
        refusal(false, |b| b.batch.root = Digest::of(b"x")).await,
        bad
    );
    assert_eq!(refusal(false, |b| b.batch.head = None).await, bad);
    assert_eq!(
        refusal(false, |b| b.batch.figures = Some(figures(1))).await,
        bad
    );
    assert_eq!(
        refusal(false, |b| b.batch.key_id = "k9".into()).await,
        E::UnknownKey {
            key_id: "k9".into()
        }
    );
    for alg in ["none", "ed25519", "HS256", ""] {
        assert_eq!(
            refusal(false, |b| b.batch.alg = alg.into()).await,
            E::Algorithm {
                found: alg.into(),
                wanted: "Ed25519"
            }
        );
    }
    assert_eq!(
        refusal(true, |b| b.batch.link = LinkId::new("other")).await,
        E::UnknownLink {
            link: LinkId::new("other")
        }
    );
    let wrong = |from: PlatformId, to: PlatformId| E::WrongPlatform {
        from: from.to_string(),
        to: to.to_string(),
    };
    assert_eq!(
        refusal(true, |b| b.batch.to = police()).await,
        wrong(police(), police()),
        "a batch for another platform cannot be shown here"
    );
    assert_eq!(
        refusal(true, |b| b.batch.from = hotline()).await,
        wrong(hotline(), hotline())
    );
    assert_eq!(
        refusal(false, |b| b.batch.v = 2).await,
        E::UnknownVersion { found: 2 }
    );
    // Below the signature: content that a signed header does not cover rightly.
    assert_eq!(
        refusal(false, |b| b.envelopes[1].body.push(' ')).await,
        E::DigestMismatch { seq: 2 }
    );
    assert_eq!(
        refusal(true, |b| b.envelopes[2].at += 1).await,
        E::DigestMismatch { seq: 3 }
    );
    assert_eq!(
        refusal(false, |b| b.envelopes[0] = envelope(1, "other")).await,
        E::RootMismatch,
        "an envelope with a right digest that was not signed"
    );
    assert_eq!(
        refusal(true, |b| b.envelopes.swap(0, 1)).await,
        E::BrokenSequence {
            expected: 1,
            found: 2
        }
    );
    assert_eq!(
        refusal(false, |b| drop(b.envelopes.pop())).await,
        E::BrokenSequence {
            expected: 2,
            found: 3
        }
    );
    assert_eq!(
        refusal(true, |b| b.envelopes[1] = envelope(3, "plain")).await,
        E::BrokenSequence {
            expected: 2,
            found: 3
        }
    );
    assert_eq!(
        refusal(true, |b| {
            b.envelopes[1].link = LinkId::new("other");
            b.envelopes[1] = b.envelopes[1].clone().sealed();
        })
        .await,
        E::ForeignEnvelope { seq: 2 }
    );
    assert_eq!(
        refusal(true, |b| {
            b.batch.first_seq = 0;
            b.envelopes.clear();
        })
        .await,
        E::BrokenSequence {
            expected: 1,
            found: 0
        }
    );
}

#[tokio::test]
async fn the_limits_hold_at_their_edge() {
    let desk = Desk::open();
    let most = u64::try_from(MAX_ENVELOPES).unwrap();
    assert_eq!(
        desk.takes(&batch(1, most)).await.unwrap().receipt.up_to,
        most
    );
    assert_eq!(
        desk.takes(&batch(1, most + 1)).await.unwrap_err(),
        ReceiveError::Oversize {
            what: "envelopes",
            found: MAX_ENVELOPES + 1,
            allowed: MAX_ENVELOPES
        }
    );
    let mut bytes = batch(1, 1).encode().unwrap();
    bytes.resize(MAX_BYTES, b' ');
    assert!(desk.receiver.receive(&bytes).await.is_ok());
    bytes.push(b' ');
    assert!(matches!(
        desk.receiver.receive(&bytes).await,
        Err(ReceiveError::Oversize { what: "bytes", .. })
    ));
}

#[tokio::test]
async fn a_later_version_of_another_shape_is_named_as_such() {
    let desk = Desk::open();
    let later = br#"{"batch":{"v":7,"streams":[]},"parts":[]}"#;
    assert_eq!(
        desk.receiver.receive(later).await.unwrap_err(),
        ReceiveError::UnknownVersion { found: 7 }
    );
    assert!(matches!(
        desk.receiver.receive(b"{\"batch\":").await,
        Err(ReceiveError::Malformed { .. })
    ));
}

#[tokio::test]
async fn a_wrong_clock_of_the_peer_raises_an_alarm_and_refuses_nothing() {
    let desk = Desk::open();
    let at = |seq, at| {
        let mut one = envelope(seq, "plain");
        one.at = at;
        one.sealed()
    };
    desk.takes(&sign(1, vec![at(1, NOON + 600_000)]))
        .await
        .unwrap();
    assert_eq!(desk.alarm(), None, "ten minutes are within bounds");
    let signed = sign(2, vec![at(2, NOON), at(3, NOON + 600_001), at(4, NOON)]);
    assert_eq!(desk.takes(&signed).await.unwrap().receipt.up_to, 4);
    assert_eq!(desk.alarm(), Some(Alarm::Skew { ahead_ms: 600_001 }));
    desk.clock.0.store(i64::MIN, Ordering::Relaxed);
    desk.takes(&sign(5, vec![at(5, i64::MAX)])).await.unwrap();
    assert_eq!(desk.alarm(), Some(Alarm::Skew { ahead_ms: i64::MAX }));
}

#[tokio::test]
async fn a_rotation_refuses_nothing_and_a_revoked_key_is_refused_at_once() {
    let inbox = Arc::new(MemoryInbox::default());
    let (old, new) = (
        key_of(&police()),
        OwnKey::from_random(&[42; 32], Some("k2")),
    );
    let book = book(&hotline(), &police());
    let shared: Arc<LinkBook> = Arc::clone(&book);
    let receiver = Receiver::new(
        shared,
        Arc::<MemoryInbox>::clone(&inbox),
        Arc::new(MemoryOutbox::default()),
        SetClock::noon().now(),
    );
    let by = |key: &OwnKey, seq: u64| {
        let good = batch(seq, seq);
        let draft = exchange::batch::Draft {
            link: link(),
            from: police(),
            to: hotline(),
            first_seq: seq,
            envelopes: good.envelopes,
            head: None,
            figures: None,
        };
        SignedBatch::sign(draft, key).encode().unwrap()
    };
    let peer_keys = |old_state| {
        let key = |key: &OwnKey, state| exchange::PeerKey {
            key_id: key.key_id().into(),
            public: key.public_base64(),
            state,
        };
        let ring = [key(&old, old_state), key(&new, KeyState::Active)];
        let mut terms = terms_with(&police(), &old, KeyState::Active);
        terms.keys = exchange::key::KeyRing::new(&ring).unwrap();
        vec![terms]
    };
    assert!(receiver.receive(&by(&old, 1)).await.is_ok());
    book.replace(peer_keys(KeyState::Retained));
    assert!(receiver.receive(&by(&old, 2)).await.is_ok());
    assert!(receiver.receive(&by(&new, 3)).await.is_ok());
    book.replace(peer_keys(KeyState::Revoked));
    assert_eq!(
        receiver.receive(&by(&old, 4)).await.unwrap_err(),
        ReceiveError::RevokedKey {
            key_id: "k1".into()
        }
    );
    assert!(receiver.receive(&by(&new, 4)).await.is_ok());
    assert_eq!(inbox.effects(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn poison_stops_only_itself() {
    let desk = Desk::open();
    let mut envelopes: Vec<_> = (1..=20).map(|seq| envelope(seq, "plain")).collect();
    for index in [0, 7, 8, 19] {
        let seq = u64::try_from(index).unwrap() + 1;
        envelopes[index] = envelope(seq, "poison");
    }
    let receipt = desk.takes(&sign(1, envelopes)).await.unwrap().receipt;
    assert_eq!(
        receipt.up_to, 20,
        "all in one delivery: the rest does not wait"
    );
    let refused: Vec<u64> = receipt.refused.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(refused, [1, 8, 9, 20]);
    assert_eq!(desk.inbox.effects().len(), 16);
    assert_eq!(
        desk.alarm(),
        Some(Alarm::Quarantined {
            seq: 20,
            reason: "cannot be handled".into()
        })
    );
}

#[tokio::test]
async fn poison_is_tried_three_times_alone() {
    let desk = Desk::open();
    desk.takes(&sign(1, vec![envelope(1, "poison")]))
        .await
        .unwrap();
    assert_eq!(*desk.inbox.calls.lock().unwrap(), 3);
    // A repeat is answered from the inbox: the handler is not bothered again.
    let receipt = desk
        .takes(&sign(1, vec![envelope(1, "poison")]))
        .await
        .unwrap()
        .receipt;
    assert_eq!(receipt.refused, [(1, "cannot be handled".to_owned())]);
    assert_eq!(*desk.inbox.calls.lock().unwrap(), 4);
}

#[tokio::test]
async fn a_panic_stops_the_batch_there_and_the_third_one_quarantines() {
    let desk = Desk::open();
    let mut envelopes: Vec<_> = (1..=6).map(|seq| envelope(seq, "plain")).collect();
    envelopes[3] = envelope(4, "panic");
    let signed = sign(1, envelopes);
    for _ in 0..2 {
        let receipt = desk.takes(&signed).await.unwrap().receipt;
        assert_eq!((receipt.up_to, receipt.refused.len()), (3, 0));
        assert!(matches!(desk.alarm(), Some(Alarm::Stalled { at: 4, .. })));
    }
    let receipt = desk.takes(&signed).await.unwrap().receipt;
    assert_eq!(receipt.up_to, 6);
    assert_eq!(receipt.refused, [(4, "the handler panicked".to_owned())]);
    assert_eq!(desk.inbox.effects(), [1, 2, 3, 5, 6]);
}

#[tokio::test]
async fn an_absent_store_stops_the_batch_and_quarantines_nothing() {
    let desk = Desk::open();
    for _ in 0..10 {
        *desk.inbox.mishap.lock().unwrap() = Mishap::AwayAfter(0);
        let receipt = desk.takes(&batch(1, 3)).await.unwrap().receipt;
        assert_eq!((receipt.up_to, receipt.refused.len()), (0, 0));
    }
    assert_eq!(desk.takes(&batch(1, 3)).await.unwrap().receipt.up_to, 3);
}

#[tokio::test]
async fn a_receipt_never_passes_an_unanswered_refusal() {
    // Found by the simulation, seed 3: committed, then away; the refusal stayed unsaid.
    let desk = Desk::open();
    let signed = sign(1, vec![envelope(1, "refuse"), envelope(2, "plain")]);
    *desk.inbox.mishap.lock().unwrap() = Mishap::AwayAfter(1);
    assert_eq!(desk.takes(&signed).await.unwrap().receipt.up_to, 0);
    let receipt = desk.takes(&signed).await.unwrap().receipt;
    assert_eq!(receipt.refused, [(1, "unknown matter".to_owned())]);
}

#[tokio::test]
async fn a_fork_is_refused_and_raises_an_alarm() {
    let desk = Desk::open();
    desk.takes(&batch(1, 3)).await.unwrap();
    let mut other = envelope(3, "plain");
    other.id = "0199bbbb-0000-7000-8000-000000000003".into();
    let error = desk
        .takes(&sign(3, vec![other.sealed()]))
        .await
        .unwrap_err();
    assert_eq!(error, ReceiveError::Forked { seq: 3 });
    assert_eq!(desk.alarm(), Some(Alarm::Forked { seq: 3 }));
    assert_eq!(desk.inbox.effects(), [1, 2, 3]);
}

#[tokio::test]
async fn a_second_batch_of_a_link_does_not_wait_in_memory() {
    let desk = Desk::open();
    *desk.inbox.mishap.lock().unwrap() = Mishap::DeadAfter(1);
    let bytes = batch(1, 3).encode().unwrap();
    let mut first = Box::pin(desk.receiver.receive(&bytes));
    assert!(first.as_mut().now_or_never().is_none());
    assert_eq!(
        desk.receiver.receive(&bytes).await.unwrap_err(),
        ReceiveError::Busy
    );
    assert!(ReceiveError::Busy.is_passing());
    drop(first);
    assert_eq!(desk.takes(&batch(1, 3)).await.unwrap().receipt.up_to, 3);
    assert_eq!(desk.inbox.effects(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_hanging_store_does_not_hold_the_link() {
    let desk = Desk::open();
    *desk.inbox.mishap.lock().unwrap() = Mishap::DeadAfter(2);
    let begin = tokio::time::Instant::now();
    let receipt = desk.takes(&batch(1, 3)).await.unwrap().receipt;
    assert_eq!(
        begin.elapsed().as_secs(),
        10,
        "well within a sender's patience"
    );
    assert_eq!(receipt.up_to, 0, "committed, but not answered");
    assert_eq!(desk.takes(&batch(1, 3)).await.unwrap().receipt.up_to, 3);
    assert_eq!(desk.inbox.effects(), [1, 2, 3]);
}

#[tokio::test]
async fn rubbish_in_a_links_name_raises_no_alarm() {
    let desk = Desk::open();
    desk.takes(&batch(1, 1)).await.unwrap();
    let mut forged = batch(2, 2);
    forged.batch.first_seq = 1;
    let error = desk.takes(&forged).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(desk.alarm(), None);
}

#[tokio::test]
async fn a_receipt_of_another_batch_or_hand_is_not_taken() {
    let desk = Desk::open();
    let (one, two) = (batch(1, 1), batch(2, 2));
    let receipt = desk.takes(&one).await.unwrap();
    let sender = book(&police(), &hotline());
    assert_eq!(
        sender.verify_receipt(&receipt, &two.batch),
        Err(ReceiveError::RootMismatch)
    );
    let mut longer = receipt.clone();
    longer.receipt.up_to = 2;
    assert_eq!(
        sender.verify_receipt(&longer, &one.batch),
        Err(ReceiveError::BadSignature {
            key_id: "k1".into()
        })
    );
    // The sender's own signature, shown back to it, is not the peer's.
    let mut mirrored = receipt;
    std::mem::swap(&mut mirrored.receipt.from, &mut mirrored.receipt.to);
    assert!(matches!(
        sender.verify_receipt(&mirrored, &one.batch),
        Err(ReceiveError::WrongPlatform { .. })
    ));
}
