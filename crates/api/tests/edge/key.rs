//! The keys of links, by the security administrator and nobody else: what is refused, and why.

use crate::fixture::{Answer, Hotline, LINK, Who};
use app::chance::SystemChance;
use axum::http::StatusCode;
use domain::right::Role;
use exchange::key::{Algorithm, KeyFolder, key_text, write_key_file};
use exchange::link::LinkConfig;
use exchange::{KeyState, LinkBook, LinkId, OwnKey, PeerKey, PlatformId, generate_key};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const SECURITY: Who = Who::Role(Role::SecurityAdmin);
const OWN: [u8; 32] = [21; 32];
const PEER: [u8; 32] = [22; 32];

/// Gives a hotline its keys, as the configuration would.
pub(crate) async fn hold(app: &app::App, folder: &Path) {
    let key_file = folder.join("link.key");
    write_key_file(&key_file, &generate_key(&OWN).unwrap().private_pem).unwrap();
    let peer = OwnKey::from_random(&PEER, Some("police-2026"));
    let config = LinkConfig {
        link: LinkId::new(LINK),
        peer: PlatformId::new("wanglan-110"),
        url: "http://127.0.0.1:1".to_owned(),
        root_certificate: None,
        algorithm: Algorithm::Ed25519,
        keys: vec![PeerKey {
            key_id: peer.key_id().to_owned(),
            public: peer.public_base64(),
            state: KeyState::Active,
        }],
    };
    let own = exchange::key::read_key_file(&key_file, None).unwrap();
    let terms = vec![config.terms().unwrap()];
    let ground = app::KeyGround {
        book: Arc::new(LinkBook::new(PlatformId::new("wanglan-12345"), own, terms)),
        folder: KeyFolder::of(&key_file, None).unwrap(),
        links: vec![config],
        chance: Arc::new(SystemChance),
    };
    app.hold_keys(ground).await.unwrap();
}

/// The text of a new key of the peer.
fn card(name: &str, random: [u8; 32]) -> String {
    let key = OwnKey::from_random(&random, Some(name));
    let link = LinkId::new(LINK);
    key_text(
        name,
        &key.public_base64(),
        &link,
        &PlatformId::new("wanglan-110"),
    )
    .unwrap()
}

/// A name nobody used, and what nobody made.
fn fresh(desk: &Hotline) -> (String, [u8; 32]) {
    let name = desk.key();
    let digest = exchange::Digest::of(name.as_bytes());
    (name, *digest.as_bytes())
}

async fn post(desk: &Hotline, rest: &str, body: &Value) -> Answer {
    let uri = format!("/api/link-keys/{LINK}/{rest}");
    desk.post(SECURITY, &uri, body).await
}

/// Enters a key of the peer and says its name.
async fn entered(desk: &Hotline) -> String {
    let (name, random) = fresh(desk);
    let text = card(&name, random);
    let read = post(desk, "read", &json!({"text": text})).await.json();
    let body = json!({"text": text, "fingerprint": read["fingerprint"], "reason": "对端轮换密钥"});
    let answer = post(desk, "peer", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    name
}

/// The name of a key of ours that waits; made if there is none.
async fn waiting(desk: &Hotline) -> String {
    let made = post(desk, "own", &json!({"reason": "例行轮换"})).await;
    let said = made.json();
    let name = if made.status == StatusCode::OK {
        &said["key_id"]
    } else {
        &said["errors"][0]["detail"]
    };
    name.as_str().unwrap().to_owned()
}

/// Calls one of these as somebody: right in everything but the right.
pub(crate) async fn call(desk: &Hotline, who: Who, path: &str) -> Answer {
    let uri = path.replace("{link}", LINK);
    let (name, random) = fresh(desk);
    let text = card(&name, random);
    match path.strip_prefix("/api/link-keys/{link}/").unwrap() {
        "own" => {
            let waits = waiting(desk).await;
            let gone = json!({"order": "withdraw", "reason": "例行轮换"});
            post(desk, &format!("own/{waits}"), &gone).await;
            desk.post(who, &uri, &json!({"reason": "例行轮换"})).await
        }
        "own/{key}" => {
            let uri = uri.replace("{key}", &waiting(desk).await);
            let body = json!({"order": "try", "reason": "对端已登记"});
            desk.post(who, &uri, &body).await
        }
        "read" => desk.post(who, &uri, &json!({"text": text})).await,
        "peer" => {
            let read = post(desk, "read", &json!({"text": text})).await.json();
            let body = json!({"text": text, "fingerprint": read["fingerprint"],
                "reason": "对端轮换密钥"});
            desk.post(who, &uri, &body).await
        }
        "peer/{key}" => {
            let uri = uri.replace("{key}", &entered(desk).await);
            let body = json!({"state": "retained", "reason": "对端已换用新密钥"});
            desk.post(who, &uri, &body).await
        }
        other => panic!("the test does not know how to call {other}"),
    }
}

/// The key of the first refused field.
#[track_caller]
fn refused(answer: &Answer) -> String {
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.text()
    );
    let said = answer.json();
    said["errors"][0]["key"].as_str().unwrap().to_owned()
}

async fn keys(desk: &Hotline) -> Value {
    let all = desk.get(SECURITY, "/api/link-keys").await.json();
    all[0].clone()
}

#[tokio::test]
async fn a_key_of_ours_is_made_once_tried_and_withdrawn_and_its_private_part_stays_home() {
    let desk = Hotline::open().await;
    let before = keys(&desk).await;
    assert_eq!(before["own"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&before["own"][0]["state"], &before["own"][0]["configured"]),
        (&json!("active"), &json!(true))
    );
    assert_eq!(
        refused(&post(&desk, "own", &json!({"reason": "x"})).await),
        "text_length"
    );
    let made = post(&desk, "own", &json!({"reason": "例行轮换"}))
        .await
        .json();
    let name = made["key_id"].as_str().unwrap();
    let again = post(&desk, "own", &json!({"reason": "例行轮换"})).await;
    assert_eq!(refused(&again), "key_waiting");
    let seen = keys(&desk).await;
    let own = &seen["own"][1];
    assert_eq!(
        (&own["state"], &own["away"]),
        (&json!("made"), &json!(false))
    );
    let text = own["text"].as_str().unwrap();
    assert!(
        text.contains(own["fingerprint"].as_str().unwrap()),
        "{text}"
    );
    assert!(!seen.to_string().contains("PRIVATE"));
    // The peer's side reads what this side gives.
    let read = exchange::key::read_public_key(
        text,
        &LinkId::new(LINK),
        &PlatformId::new("wanglan-12345"),
        Algorithm::Ed25519,
    );
    assert_eq!(read.unwrap().key_id, name);

    let file = desk.folder().join(format!("link-{name}.key"));
    assert!(file.exists());
    let uri = format!("own/{name}");
    let order = |word: &str| json!({"order": word, "reason": "例行轮换"});
    // No link runs here, so nobody accepts it, and nothing changes.
    let tried = post(&desk, &uri, &order("use")).await.json();
    assert_eq!(
        (&tried["done"], &tried["error"]),
        (&json!(false), &json!("not_running"))
    );
    assert_eq!(keys(&desk).await["own"][1]["state"], "made");
    let base = before["own"][0]["key_id"].as_str().unwrap();
    let held = post(&desk, &format!("own/{base}"), &order("withdraw")).await;
    assert_eq!(refused(&held), "key_in_use");
    assert_eq!(
        post(&desk, "own/nowhere", &order("try")).await.problem(),
        "not_found"
    );

    assert_eq!(
        post(&desk, &uri, &order("withdraw")).await.json()["done"],
        true
    );
    assert!(!file.exists(), "it is destroyed");
    assert_eq!(keys(&desk).await["own"][1]["state"], "revoked");
    assert_eq!(
        refused(&post(&desk, &uri, &order("use")).await),
        "key_revoked"
    );
    // Each step stands in the trail with who, which link, which key and why.
    let auditor = Who::Role(Role::AuditAdmin);
    let trail = desk
        .get(auditor, &format!("/api/audit?resource={LINK}"))
        .await
        .json();
    let deeds: Vec<&str> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|line| {
            assert_eq!(line["reason"], "例行轮换");
            assert_eq!(line["actor_login"], "x.security_admin");
            assert!(line["detail"].as_str().unwrap().contains(name), "{line}");
        })
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(deeds, ["withdraw_key", "try_key", "make_key"]);
}

#[tokio::test]
async fn a_key_of_the_peer_is_refused_whole_with_its_reason_or_entered_once() {
    let desk = Hotline::open().await;
    let (name, random) = fresh(&desk);
    let good = card(&name, random);
    let private = generate_key(&[5; 32]).unwrap().private_pem;
    let own = OwnKey::from_random(&OWN, None).public_base64();
    for (text, why) in [
        ("".to_owned(), "key_malformed"),
        (private.clone(), "private_key"),
        (
            good.replace("Algorithm: Ed25519", "Algorithm: SM2"),
            "key_algorithm",
        ),
        (good.replace(LINK, "elsewhere"), "key_elsewhere"),
        (card("police-2026", random), "key_id_taken"),
        (card("other", PEER), "key_known"),
        (own, "key_own"),
    ] {
        let answer = post(&desk, "read", &json!({"text": text})).await;
        assert_eq!(refused(&answer), why, "{text}");
        assert!(!answer.text().contains("PRIVATE"), "{}", answer.text());
    }
    let mut body = json!({"text": good, "fingerprint": "00000", "reason": "对端轮换密钥"});
    let answer = post(&desk, "peer", &body).await;
    assert_eq!(refused(&answer), "fingerprint_differs");
    let read = post(&desk, "read", &json!({"text": good})).await.json();
    assert_eq!(read["key_id"], name.as_str());
    assert_eq!(
        keys(&desk).await["peer"].as_array().unwrap().len(),
        1,
        "reading enters nothing"
    );

    // Somebody types the digits without the spaces.
    body["fingerprint"] = json!(read["fingerprint"].as_str().unwrap().replace(' ', ""));
    assert_eq!(post(&desk, "peer", &body).await.json()["done"], true);
    let seen = keys(&desk).await;
    assert_eq!(
        (&seen["peer"][1]["key_id"], &seen["peer"][1]["state"]),
        (&json!(name), &json!("active"))
    );
    assert_eq!(refused(&post(&desk, "peer", &body).await), "key_known");
}

#[tokio::test]
async fn one_key_of_the_peer_stays_active_and_nothing_leads_back_from_revoked() {
    let desk = Hotline::open().await;
    let order = |state: &str| json!({"state": state, "reason": "对端已换用新密钥"});
    for state in ["retained", "revoked"] {
        let answer = post(&desk, "peer/police-2026", &order(state)).await;
        assert_eq!(refused(&answer), "last_active_key");
    }
    let stands = post(&desk, "peer/police-2026", &order("active")).await;
    assert_eq!(refused(&stands), "key_stands_so");
    let name = entered(&desk).await;
    for state in ["retained", "active", "retained", "revoked"] {
        let done = post(&desk, "peer/police-2026", &order(state)).await;
        assert_eq!(done.status, StatusCode::OK, "{state}: {}", done.text());
        assert_eq!(keys(&desk).await["peer"][0]["state"], state);
    }
    let back = post(&desk, "peer/police-2026", &order("active")).await;
    assert_eq!(refused(&back), "key_revoked");
    let last = post(&desk, &format!("peer/{name}"), &order("revoked")).await;
    assert_eq!(refused(&last), "last_active_key");
    // What was revoked does not come back under another name.
    let answer = post(&desk, "read", &json!({"text": card("another", PEER)})).await;
    assert_eq!(refused(&answer), "key_known");
}
