//! One-key transfers, one after the other, of callers who talk with an operator at a hard phone: from the key to the INVITE at
//! the other platform, what silence the caller hears, and after a failure how soon the operator's voice is there again; what
//! follows from it is on the disk before it is done.

use crate::desk::{Desk, Places, plan, seat};
use crate::ground::{PATIENCE, citizen, far, part, trunk};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use voice::call::{Asked, CallId, Destination, What};
use voice::lab::{Far, Manner, Stage};
use voice::sip::word::DialogNo;

const TRANSFERS: usize = 100;
const FAILURES: usize = 30;
const PLACES: Places = Places {
    own: 60,
    network: 61,
    phones: 62,
    police: 63,
};
const OPERATOR: f64 = 1_500.0;
const POLICE: f64 = 2_500.0;
const HEARD: f64 = 3_000.0;

struct Ground {
    desk: std::sync::Arc<Desk>,
    answered: UnboundedReceiver<CallId>,
    network: Far,
    phones: Far,
    police: Far,
}

pub(crate) async fn measure() -> Value {
    let (tell, answered) = unbounded_channel();
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    let desk = Desk::open(PLACES, plan(), 1, Some(&book), move |fact| {
        if matches!(fact.what, What::Answered { .. }) {
            let _ = tell.send(fact.call);
        }
    })
    .await;
    let mut ground = Ground {
        desk,
        answered,
        network: far(PLACES.network, trunk("desk", PLACES.own), 500.0).await,
        phones: far(PLACES.phones, trunk("desk", PLACES.own), OPERATOR).await,
        police: far(PLACES.police, trunk("desk", PLACES.own), POLICE).await,
    };
    let (mut keys, mut gaps, mut returns) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TRANSFERS {
        let (key, gap) = ground.transfer().await;
        keys.push(key);
        gaps.push(gap);
    }
    for _ in 0..FAILURES {
        returns.push(ground.failure().await);
    }
    keys.sort_unstable();
    gaps.sort_unstable();
    returns.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    json!({
        "transfers": TRANSFERS, "failures": FAILURES,
        "key_p50_ms": ms(part(&keys, 50)), "key_p99_ms": ms(part(&keys, 99)), "key_most_ms": ms(part(&keys, 100)),
        "gap_p50_ms": part(&gaps, 50), "gap_p99_ms": part(&gaps, 99), "gap_most_ms": part(&gaps, 100),
        "return_p50_ms": ms(part(&returns, 50)), "return_p99_ms": ms(part(&returns, 99)),
        "return_most_ms": ms(part(&returns, 100)),
    })
}

impl Ground {
    /// A caller talks with the operator.
    async fn talk(&mut self) -> (CallId, DialogNo) {
        let caller = self
            .network
            .call(&"desk".into(), "12345", citizen(), Vec::new())
            .unwrap();
        let call = tokio::time::timeout(PATIENCE, self.answered.recv())
            .await
            .expect("the operator answers")
            .unwrap();
        self.caller_hears(caller, OPERATOR).await;
        (call, caller)
    }

    async fn caller_hears(&self, caller: DialogNo, hertz: f64) {
        let heard = self
            .network
            .wait(PATIENCE, |far| far.hears_now(caller, hertz) > HEARD)
            .await;
        assert!(heard, "the caller never hears {hertz}");
    }

    /// Presses the key; when it was pressed, and the call at the other platform.
    async fn press(&self, call: CallId) -> (Instant, voice::lab::Seen) {
        let before = self.police.seen().len();
        let pressed = Instant::now();
        self.desk
            .ask(
                seat(0),
                Asked::Transfer(call, Destination::Partner("110".to_owned())),
            )
            .unwrap();
        let there = |far: &Far| far.seen().len() > before;
        assert!(
            self.police.wait(PATIENCE, there).await,
            "no INVITE at the other platform"
        );
        (pressed, self.police.seen().pop().unwrap())
    }

    /// Everybody hangs up, and nothing is left.
    async fn over(&self) {
        for far in [&self.network, &self.phones, &self.police] {
            far.seen().iter().for_each(|seen| far.end(seen.no));
        }
        let end = Instant::now() + PATIENCE;
        while self.desk.calls() > 0 {
            assert!(Instant::now() < end, "a call does not end");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for far in [&self.network, &self.phones, &self.police] {
            far.forget_over();
        }
    }

    async fn transfer(&mut self) -> (Duration, u64) {
        self.police.behave(Manner::Answer(100));
        let (call, caller) = self.talk().await;
        let (pressed, seen) = self.press(call).await;
        self.caller_hears(caller, POLICE).await;
        let gap = self.network.look(caller).unwrap().gap_ms;
        self.over().await;
        (seen.began - pressed, gap)
    }

    async fn failure(&mut self) -> Duration {
        self.police.behave(Manner::Ring);
        let (call, caller) = self.talk().await;
        let (_, seen) = self.press(call).await;
        let alone = self
            .network
            .wait(PATIENCE, |far| {
                far.hears_now(caller, OPERATOR) < HEARD / 10.0
            })
            .await;
        assert!(alone, "the operator is heard throughout");
        let refused = Instant::now();
        self.police.end(seen.no);
        while self.network.hears_now(caller, OPERATOR) < HEARD {
            assert!(refused.elapsed() < PATIENCE, "the operator is not back");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let back = refused.elapsed();
        let stage = self.network.look(caller).unwrap().stage;
        assert_eq!(stage, Stage::Up);
        self.over().await;
        back
    }
}
