//! The door for peers: a signature opens it, and nothing else does.

use crate::fixture::{Answer, Hotline, LINK, NOON, Who};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::right::Role;
use exchange::batch::Draft;
use exchange::{
    KeyState, LinkBook, LinkId, LinkTerms, OwnKey, PeerKey, PlatformId, Receiver, SignedBatch,
    SignedReceipt,
};
use std::sync::Arc;

const OWN: [u8; 32] = [1; 32];
const PEER: [u8; 32] = [2; 32];
const STRANGER: [u8; 32] = [3; 32];

/// A hotline that knows the key of its 110.
async fn hotline() -> Hotline {
    let desk = Hotline::open().await;
    let peer = OwnKey::from_random(&PEER, None);
    let key = PeerKey {
        key_id: peer.key_id().to_owned(),
        public: peer.public_base64(),
        state: KeyState::Active,
    };
    let terms = LinkTerms {
        link: LinkId::new(LINK),
        peer: PlatformId::new("wanglan-110"),
        algorithm: exchange::key::Algorithm::Ed25519,
        keys: exchange::key::KeyRing::new(&[key]).unwrap(),
        sign_with: exchange::SignWith::Platform,
    };
    let own = OwnKey::from_random(&OWN, None);
    let book = Arc::new(LinkBook::new(
        PlatformId::new("wanglan-12345"),
        own,
        vec![terms],
    ));
    let ports = app::ports(&desk.app);
    desk.app.receive_with(Arc::new(Receiver::new(
        book,
        Arc::new(ports.clone()),
        Arc::new(ports),
        Arc::new(|| NOON),
    )));
    desk
}

/// A batch without envelopes: the peer says that it lives.
fn batch(key: [u8; 32]) -> Vec<u8> {
    let draft = Draft {
        link: LinkId::new(LINK),
        from: PlatformId::new("wanglan-110"),
        to: PlatformId::new("wanglan-12345"),
        first_seq: 1,
        envelopes: Vec::new(),
        head: None,
        figures: None,
    };
    SignedBatch::sign(draft, &OwnKey::from_random(&key, None))
        .encode()
        .unwrap()
}

async fn push(desk: &Hotline, bytes: Vec<u8>, kind: &str) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/{}", exchange::carrier::PATH))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(bytes))
        .unwrap();
    desk.send(request).await
}

#[tokio::test]
async fn a_batch_of_a_known_peer_is_answered_with_a_receipt() {
    let desk = hotline().await;
    let answer = push(&desk, batch(PEER), exchange::carrier::MEDIA_TYPE).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let receipt: SignedReceipt = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(receipt.receipt.up_to, 0);
}

#[tokio::test]
async fn a_stranger_is_refused_whatever_it_carries() {
    let desk = hotline().await;
    let answer = push(&desk, batch(STRANGER), exchange::carrier::MEDIA_TYPE).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text());
    assert_eq!(answer.problem(), "exchange.unknown_key");
    // A word changed under a good signature.
    let mut changed: serde_json::Value = serde_json::from_slice(&batch(PEER)).unwrap();
    changed["batch"]["first_seq"] = serde_json::json!(2);
    let changed = changed.to_string().into_bytes();
    let answer = push(&desk, changed, exchange::carrier::MEDIA_TYPE).await;
    assert_eq!(
        answer.problem(),
        "exchange.bad_signature",
        "{}",
        answer.text()
    );
    let answer = push(&desk, batch(PEER), "application/json").await;
    assert_eq!(answer.problem(), "unsupported_media_type");
    let answer = push(&desk, b"{".to_vec(), exchange::carrier::MEDIA_TYPE).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.problem(), "exchange.malformed");
    // And nobody's session opens it.
    let request = desk
        .request(
            Who::Role(Role::SystemAdmin),
            axum::http::Method::POST,
            "/exchange/v1/batches",
        )
        .await
        .header(header::CONTENT_TYPE, exchange::carrier::MEDIA_TYPE)
        .body(Body::from(batch(STRANGER)))
        .unwrap();
    assert_eq!(desk.send(request).await.status, StatusCode::UNAUTHORIZED);
}
