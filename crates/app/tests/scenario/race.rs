//! The desk and the link on one case at the same moment (law 2, law 3).

use crate::story::{push, twin_at};
use app::CommandKey;
use domain::desk::Desk;
use serde_json::{Value, json};
use testkit::contact::SITE_NOISE;
use testkit::link::Side;
use testkit::people::{lead, operator};
use testkit::{Caller, Pair, Platform, StoreKind, check_pair};

async fn send(platform: &Platform, case: &str, command: Value, n: usize) {
    let id = format!("{case}/{n}/{command}");
    let key = CommandKey {
        digest: id.clone(),
        id,
    };
    platform
        .app
        .act(&lead(platform.desk), case, command, None, &key)
        .await
        .unwrap();
}

/// Several envelopes of one case arrive in one batch while somebody at the desk acts on it. Found
/// in the demonstration: the first envelope lost its version to the desk, and the second was
/// written on a state that held the first and not the desk's event.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_about_one_case_and_the_desk_on_it_do_not_mix() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    for round in 0..25 {
        let contact = Caller::says(SITE_NOISE)
            .number(round)
            .then(push())
            .contact();
        let own = pair
            .police
            .take(&operator(Desk::Police), contact)
            .await
            .unwrap();
        pair.settle().await;
        let twin = twin_at(&pair.hotline, &own).await.brief.id;
        send(&pair.hotline, &twin, json!({"command": "accept_offer"}), 0).await;
        for n in 1..6 {
            let note = json!({"command": "urge", "note": format!("对端催办 {n}")});
            send(&pair.hotline, &twin, note, n).await;
        }
        let here = pair.police.app.clone();
        let case = own.brief.id.clone();
        let desk = tokio::spawn(async move {
            for n in 0..8 {
                let id = format!("{case}/here/{n}");
                let key = CommandKey {
                    digest: id.clone(),
                    id,
                };
                let note = json!({"command": "urge", "note": format!("本台催办 {n}")});
                here.act(&lead(Desk::Police), &case, note, None, &key)
                    .await
                    .unwrap();
            }
        });
        pair.step(Side::Hotline).await;
        desk.await.unwrap();
        pair.settle().await;
        let after = pair
            .police
            .app
            .case(&lead(Desk::Police), &own.brief.id)
            .await
            .unwrap();
        assert_eq!(after.brief.status, "elsewhere", "round {round}");
        assert_eq!(after.urged, 8, "round {round}");
    }
    check_pair(&pair).await;
}
