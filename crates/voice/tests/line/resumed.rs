//! Legs that a killed process left, and an engine that has them again.

use super::room::{Ears, PATIENCE, Plan, Room, engine_again};
use std::sync::Arc;
use std::time::Instant;
use voice::call::{Heard, Input, Keep, LegId, Moment, Order, Recording};
use voice::engine::{Kept, Remembered, Voice};
use voice::recording::Keeper;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_before_the_recording_is_ordered_again_has_it_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let keeper = Keeper::new(folder.path());
    let room = Room::ready(Plan::default()).await;
    let (caller, arrival) = room.arrive().await;
    let leg = LegId::arrived(arrival.call);
    let text = room.ears.kept(&Keep::Leg(leg)).expect("the leg is kept");
    // Nobody writes this one to its end.
    drop(
        keeper
            .begin(leg, Moment(1_700_000_000_000))
            .expect("a file"),
    );
    let Room {
        voice,
        network,
        phones,
        engine,
        sound,
        ..
    } = room;
    drop((voice, phones));

    let ears = Arc::new(Ears::default());
    let begun = Instant::now();
    let again = loop {
        let mut settings = engine_again(engine, sound);
        settings.recorder = Arc::new(Kept::new(keeper.clone(), || Moment(1_700_000_001_000)));
        settings.remembered = vec![Remembered {
            what: Keep::Leg(leg),
            text: text.clone(),
            age_ms: 0,
        }];
        let control = Arc::<Ears>::clone(&ears);
        match Voice::start(settings, control).await {
            Ok(voice) => break voice,
            // The one before lets its ports go on a thread of its own.
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
    };
    assert!(again.resumed().contains(&leg));
    network.end(caller);
    ears.until(
        "its end",
        |i| matches!(i, Input::Leg(l, Heard::Ended { .. }) if *l == leg),
    )
    .await;
    voice::call::Engine::carry_out(
        &again,
        vec![Order::Record {
            leg,
            state: Recording::On,
        }],
    );
    let sealed = ears
        .until(
            "it is sealed",
            |i| matches!(i, Input::Leg(l, Heard::Recorded(_)) if *l == leg),
        )
        .await;
    let Input::Leg(_, Heard::Recorded(sealed)) = sealed else {
        panic!("not sealed")
    };
    let blocks: Result<Vec<_>, _> = keeper
        .open(&sealed.recording)
        .expect("it is there")
        .collect();
    assert!(blocks.expect("its chain holds").is_empty());
}
