//! What a link may bring that it should not: bodies nobody can read, fields of the future, noise;
//! and files for import that are none (T6, T12, T13; R18).

use crate::story::{push, twin_at};
use app::Mapping;
use domain::desk::Desk;
use exchange::{Envelope, LinkId, Outbox};
use proptest::prelude::*;
use serde_json::json;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::link::{arrive, sign};
use testkit::people::{lead, operator};
use testkit::{Caller, Dice, LINK, Pair, Platform, StoreKind, check_pair, check_platform};

async fn waiting(pair: &Pair) -> Vec<Envelope> {
    let link = LinkId::new(LINK);
    pair.police.ports.waiting(&link, 0, 256).await.unwrap()
}

fn with_body(envelope: &Envelope, body: &str) -> Envelope {
    let mut other = envelope.clone();
    body.clone_into(&mut other.body);
    other.sealed()
}

async fn handed_over(pair: &Pair, n: u64) -> app::view::CaseView {
    let contact = Caller::says(SITE_NOISE).number(n).then(push()).contact();
    let desk = operator(Desk::Police);
    pair.police.take(&desk, contact).await.unwrap()
}

/// A body that cannot be read stops its own case, and no other; mended, it goes again.
#[tokio::test]
async fn a_poisoned_envelope_stops_only_itself_and_can_be_sent_again() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let mut cases = Vec::new();
    for n in 0..3 {
        cases.push(handed_over(&pair, n).await);
    }
    let chief = lead(Desk::Police);
    let urge = json!({"command": "urge", "note": "请尽快"});
    let poisoned = cases[1].brief.id.clone();
    pair.police.act(&chief, &poisoned, urge).await.unwrap();
    let mut envelopes = waiting(&pair).await;
    assert_eq!(envelopes.len(), 4);
    envelopes[1] = with_body(&envelopes[1], "{\"fact\": {\"fact\": \"offered\", ");
    let batch = sign(&pair.police, &pair.hotline, envelopes);
    let receipt = arrive(&pair.hotline, &batch.encode().unwrap()).await;
    let receipt = receipt.expect("a signed receipt").receipt;
    assert_eq!(receipt.up_to, 4, "the stream is not held up");
    let refused: Vec<u64> = receipt.refused.iter().map(|(seq, _)| *seq).collect();
    // Its follower says something of a case that is not there.
    assert_eq!(refused, [2, 4], "{:?}", receipt.refused);
    pair.settle().await;
    for n in [0, 2] {
        twin_at(&pair.hotline, &cases[n]).await;
    }
    let links = pair.police.app.links(&chief).await.unwrap();
    assert_eq!(links[0].dead, 2, "a person is told");
    check_pair(&pair).await;

    for seq in [2, 4] {
        pair.police
            .app
            .resend(&chief, LINK, Some(seq), &pair.police.key())
            .await
            .unwrap();
        pair.settle().await;
    }
    let twin = twin_at(&pair.hotline, &cases[1]).await;
    assert_eq!(twin.brief.task.as_deref(), Some("incoming"));
    let links = pair.police.app.links(&chief).await.unwrap();
    assert_eq!(links[0].dead, 0);
    let gone = pair
        .police
        .app
        .resend(&chief, LINK, Some(2), &pair.police.key())
        .await;
    assert!(matches!(gone, Err(app::AppError::NotFound)));
    let accept = json!({"command": "accept_offer"});
    let desk = lead(Desk::Hotline);
    pair.hotline
        .act(&desk, &twin.brief.id, accept)
        .await
        .unwrap();
    pair.settle().await;
    let own = pair.police.app.case(&chief, &poisoned).await.unwrap();
    assert_eq!(own.brief.status, "elsewhere");
}

/// A word that is refused does not take those behind it in the same batch along.
#[tokio::test]
async fn a_withdrawal_that_came_too_late_leaves_no_dead_letter_and_hides_nothing() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let own = handed_over(&pair, 1).await;
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await;
    // The hotline accepts, and 110 has not heard of it: the withdrawal comes too late, which is an
    // ordinary race; the words behind it are heard.
    let desk = lead(Desk::Hotline);
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&desk, &twin.brief.id, accept)
        .await
        .unwrap();
    let chief = lead(Desk::Police);
    for command in [
        json!({"command": "withdraw_offer", "reason": "撤回"}),
        json!({"command": "add_detail", "text": "工地又开始打桩"}),
    ] {
        pair.police
            .act(&chief, &own.brief.id, command)
            .await
            .unwrap();
    }
    pair.settle().await;
    let twin = pair.hotline.app.case(&desk, &twin.brief.id).await.unwrap();
    assert!(twin.person.narrative.contains("工地又开始打桩"));
    let links = pair.police.app.links(&chief).await.unwrap();
    assert_eq!(links[0].dead, 0, "nothing a person would have to look at");
    check_pair(&pair).await;
}

/// What a newer peer says beside what this program knows is no reason to refuse it.
#[tokio::test]
async fn unknown_fields_of_a_newer_peer_are_passed_over() {
    let pair = Pair::open(StoreKind::Sqlite).await;
    let own = handed_over(&pair, 1).await;
    let mut envelopes = waiting(&pair).await;
    let mut body: serde_json::Value = serde_json::from_str(&envelopes[0].body).unwrap();
    body["of_the_future"] = json!({"a": [1, 2]});
    body["fact"]["of_the_future"] = json!("甲");
    body["person"]["of_the_future"] = json!(null);
    envelopes[0] = with_body(&envelopes[0], &body.to_string());
    let batch = sign(&pair.police, &pair.hotline, envelopes);
    let receipt = arrive(&pair.hotline, &batch.encode().unwrap()).await;
    assert!(receipt.unwrap().receipt.refused.is_empty());
    let twin = twin_at(&pair.hotline, &own).await;
    assert_eq!(twin.person.caller_number, own.person.caller_number);
}

/// An envelope for somebody else's case is refused: a peer speaks of its own twins only.
#[tokio::test]
async fn law_2_a_peer_speaks_of_its_own_twins_only() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let own = handed_over(&pair, 1).await;
    let desk = operator(Desk::Hotline);
    let local = Caller::says(SITE_NOISE).number(2).contact();
    let local = pair.hotline.take(&desk, local).await.unwrap();
    pair.settle().await;
    let chief = lead(Desk::Police);
    let urge = json!({"command": "urge", "note": "请尽快"});
    pair.police.act(&chief, &own.brief.id, urge).await.unwrap();
    let link = LinkId::new(LINK);
    let mut envelopes = pair.police.ports.waiting(&link, 1, 8).await.unwrap();
    // It aims at a case of the hotline's own.
    envelopes[0].peer_case = Some(local.brief.id.clone());
    let aimed = envelopes[0].clone().sealed();
    let batch = sign(&pair.police, &pair.hotline, vec![aimed]);
    let receipt = arrive(&pair.hotline, &batch.encode().unwrap()).await;
    assert_eq!(receipt.unwrap().receipt.refused.len(), 1);
    let after = pair.hotline.app.case(&desk, &local.brief.id).await.unwrap();
    assert_eq!(after.brief.version, local.brief.version);
    assert!(after.twin.is_none());
    check_platform(&pair.hotline).await;
}

/// Noise, and an honest batch with one byte changed, are refused whole; nothing was applied.
#[tokio::test]
async fn rubbish_is_refused_whole() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    handed_over(&pair, 1).await;
    handed_over(&pair, 2).await;
    let batch = sign(&pair.police, &pair.hotline, waiting(&pair).await);
    let honest = batch.encode().unwrap();
    let dice = Dice::new(7);
    for round in 0..300 {
        let mut bytes = honest.clone();
        match round % 3 {
            0 => {
                let place = dice.index(bytes.len());
                let flip = u8::try_from(1 + dice.below(255)).unwrap();
                bytes[place] ^= flip;
            }
            1 => bytes.truncate(dice.index(bytes.len())),
            _ => {
                let length = dice.index(2_000);
                bytes = (0..length)
                    .map(|_| u8::try_from(dice.below(256)).unwrap())
                    .collect();
            }
        }
        let answer = pair.hotline.app.receive_batch(&bytes).await;
        // A changed byte may stand where it means nothing (white space); then nothing changed.
        if let Ok(receipt) = answer {
            let receipt: exchange::SignedReceipt = serde_json::from_slice(&receipt).unwrap();
            panic!("round {round} was taken: {receipt:?}");
        }
        let applied = pair.hotline.app.store().applied_watermark(LINK).await;
        assert_eq!(applied.unwrap(), 0);
    }
    pair.settle().await;
    check_pair(&pair).await;
}

fn mapping() -> Mapping {
    serde_json::from_value(json!({
        "narrative": ["内容"], "place": "地点", "caller_number": "电话",
        "happened_at": "时间", "time_format": "%Y-%m-%d %H:%M",
    }))
    .unwrap()
}

const HEAD: &str = "内容,地点,电话,时间\n";

/// Whatever the bytes are: no panic, and each line is either taken or refused.
fn any_file(platform: &Arc<Platform>, runtime: &tokio::runtime::Runtime, bytes: &[u8], csv: bool) {
    let before = runtime.block_on(cases(platform));
    let done = runtime.block_on(app::import(
        &platform.app,
        bytes,
        "试验.csv",
        csv,
        &mapping(),
        |_| {},
    ));
    match done {
        Ok(report) => {
            assert_eq!(report.taken + report.refused, report.lines, "{report:?}");
            let taken = runtime.block_on(cases(platform)) - before;
            // A file seen before was dealt with before.
            if report.skipped == 0 {
                assert_eq!(taken, report.taken);
            } else {
                assert_eq!(taken, 0);
            }
            let kept = platform.app.store().import_refused(&report.run, 0, 1_000);
            let kept = runtime.block_on(kept).unwrap();
            assert_eq!(i64::try_from(kept.len()).unwrap(), report.refused);
        }
        Err(app::AppError::Invalid(_)) => {
            assert_eq!(runtime.block_on(cases(platform)), before);
        }
        Err(other) => panic!("{other:?}"),
    }
}

async fn cases(platform: &Platform) -> i64 {
    let mut seen = 0;
    let count = |_: &store::CaseRow| {
        seen += 1;
        std::ops::ControlFlow::Continue(())
    };
    platform.app.store().scan_cases(count).await.unwrap();
    seen
}

#[test]
fn no_bytes_make_the_import_panic_or_lose_a_line() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let platform = runtime.block_on(Platform::open(Desk::Hotline, StoreKind::Sqlite));
    let platform = Arc::new(platform);
    let signs = prop::sample::select(vec![
        ",",
        "\"",
        "\n",
        "\r",
        "\r\n",
        "工地吵",
        "a",
        " ",
        "\u{0}",
        "10000000042",
        "镜湖路",
        "\t",
        "2026-11-23 09:00",
        "\u{feff}",
        "{",
        "}",
        "'",
        ";",
        "\u{202e}",
        "😀",
        "\"内容\":",
    ]);
    let words = prop::collection::vec(signs, 0..40).prop_map(|parts| parts.concat());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(
            &(words, any::<bool>(), any::<bool>()),
            |(text, head, csv)| {
                let head = if head { HEAD } else { "" };
                any_file(&platform, &runtime, format!("{head}{text}").as_bytes(), csv);
                Ok(())
            },
        )
        .unwrap();
    runner
        .run(
            &(prop::collection::vec(any::<u8>(), 0..200), any::<bool>()),
            |(bytes, csv)| {
                let mut file = HEAD.as_bytes().to_vec();
                file.extend(bytes);
                any_file(&platform, &runtime, &file, csv);
                Ok(())
            },
        )
        .unwrap();
    runtime.block_on(check_platform(&platform));
}

/// PostgreSQL takes no NUL in text: a refused line that holds one is still kept as refused.
#[test]
fn a_line_with_a_nul_is_refused_and_kept_on_both_stores() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let platform = Arc::new(runtime.block_on(Platform::open(Desk::Hotline, kind)));
        let file = format!("{HEAD}工地\0吵,镜湖路,10000000042,2026-11-23 09:00\n工地吵,,,\n");
        any_file(&platform, &runtime, file.as_bytes(), true);
        assert_eq!(runtime.block_on(cases(&platform)), 1);
        runtime.block_on(platform.app.store().clone().close());
    }
}

/// Nor does a NUL in a command, a question or a peer's words get as far as the store; above all
/// it does not hold up the link.
#[tokio::test]
async fn a_nul_is_refused_at_every_door() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut pair = Pair::open(kind).await;
        let own = handed_over(&pair, 1).await;
        let chief = lead(Desk::Police);
        let case = own.brief.id.as_str();
        let police = &pair.police;
        for command in [
            json!({"command": "add_detail", "text": "又\0吵"}),
            json!({"command": "urge", "note": "请\0尽快"}),
            json!({"command": "split", "parts": [{"narrative": "一\0件"}]}),
        ] {
            let refused = police.act(&chief, case, command).await;
            assert!(matches!(refused, Err(app::AppError::Invalid(_))));
        }
        let nul = police.app.case(&chief, "110\0").await;
        assert!(matches!(nul, Err(app::AppError::NotFound)));
        let query = app::CaseQuery {
            q: Some("\0".to_owned()),
            ..app::CaseQuery::default()
        };
        let nul = police.app.cases(&chief, query).await;
        assert!(matches!(nul, Err(app::AppError::Invalid(_))));
        let nul = police.app.unmask(&chief, case, "原因\0原因").await;
        assert!(matches!(nul, Err(app::AppError::Invalid(_))));

        let mut envelopes = waiting(&pair).await;
        let body = envelopes[0].body.replace("试验甲", "试\\u0000验");
        assert_ne!(body, envelopes[0].body);
        envelopes[0] = with_body(&envelopes[0], &body);
        let batch = sign(&pair.police, &pair.hotline, envelopes);
        let receipt = arrive(&pair.hotline, &batch.encode().unwrap()).await;
        let receipt = receipt.expect("an answer").receipt;
        assert_eq!((receipt.up_to, receipt.refused.len()), (1, 1));
        handed_over(&pair, 2).await;
        pair.settle().await;
        check_pair(&pair).await;
    }
}

fn thousand_lines() -> String {
    let mut file = HEAD.to_owned();
    for n in 0..1_000 {
        if n % 10 == 3 {
            file.push_str(&format!("第{n}条,镜湖路{n}号,不是号码,2026-11-23 09:00\n"));
        } else {
            file.push_str(&format!(
                "第{n}条：工地半夜施工,镜湖路{n}号,100{n:08},2026-11-22 23:10\n"
            ));
        }
    }
    file
}

/// Broken off between two parts and in the middle of one: continued, nothing is taken twice.
#[tokio::test]
async fn an_import_that_was_broken_off_goes_on_and_takes_nothing_twice() {
    let mut platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let file = thousand_lines();
    // First the program ends at the first sign of progress.
    {
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut tell = Some(tell);
        let mapping = mapping();
        let run = app::import(
            &platform.app,
            file.as_bytes(),
            "旧系统.csv",
            true,
            &mapping,
            |_| {
                if let Some(tell) = tell.take() {
                    tell.send(()).unwrap();
                }
            },
        );
        tokio::select! {
            biased;
            _ = told => {}
            done = run => panic!("it was to be broken off: {done:?}"),
        }
    }
    platform.restart().await;
    let first = cases(&platform).await;
    assert!((400..1_000).contains(&first), "{first}");
    // Then the disk is full in the middle of a part.
    platform.app.store().limit_pages(Some(1)).unwrap();
    let full = app::import(
        &platform.app,
        file.as_bytes(),
        "旧系统.csv",
        true,
        &mapping(),
        |_| {},
    )
    .await;
    assert!(full.is_err(), "{full:?}");
    platform.app.store().limit_pages(None).unwrap();
    let report = app::import(
        &platform.app,
        file.as_bytes(),
        "旧系统.csv",
        true,
        &mapping(),
        |_| {},
    )
    .await
    .unwrap();
    assert_eq!((report.taken, report.refused), (900, 100));
    assert!(report.skipped > 0);
    assert_eq!(cases(&platform).await, 900);
    let again = app::import(
        &platform.app,
        file.as_bytes(),
        "旧系统.csv",
        true,
        &mapping(),
        |_| {},
    )
    .await
    .unwrap();
    assert_eq!((again.taken, again.skipped), (900, 1_000));
    assert_eq!(cases(&platform).await, 900);
    check_platform(&platform).await;
}
