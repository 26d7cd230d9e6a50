//! The keys of a link turned over on both sides while both desks work (S6, R61): nothing refused, nothing
//! lost, and what is revoked is refused at once, by every process and after a restart.

use crate::story::push;
use app::chance::SystemChance;
use app::view::{KeyDone, PeerKeyOrder};
use app::view::{KeyReason, KeyText, LinkKeys, NewPeerKey, OwnKeyDeed, OwnKeyOrder, OwnKeyState};
use app::{App, AppError, Jobs, KeyGround, LinkRun};
use async_trait::async_trait;
use domain::desk::Desk;
use domain::right::{Actor, Role};
use exchange::key::{Algorithm, KeyFolder, write_key_file};
use exchange::link::LinkConfig;
use exchange::{
    Carrier, CarrierError, Digest, KeyState, LinkBook, LinkId, PlatformId, ReceiveError, Receiver,
    SenderSettings, SignedBatch, SignedReceipt, generate_key,
};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::contact::{GAMBLING, SITE_NOISE};
use testkit::people::{operator, person};
use testkit::{Caller, LINK, Pair, Platform, StoreKind, check_pair};

/// The way to a platform that tells apart what is put off and what is refused, as HTTP does.
struct Door {
    to: Mutex<App>,
    /// Batches the peer refused: by which key, with how many envelopes, why.
    refused: Mutex<Vec<(String, usize, &'static str)>>,
    /// Every batch with something in it, as it travelled.
    seen: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Door {
    fn to(app: &App) -> Arc<Self> {
        Arc::new(Self {
            to: Mutex::new(app.clone()),
            refused: Mutex::default(),
            seen: Mutex::default(),
        })
    }

    /// A batch that carried something, signed by this key.
    fn old(&self, key_id: &str) -> Option<Vec<u8>> {
        let seen = self.seen.lock().unwrap();
        let found = seen.iter().find(|(by, _)| by == key_id);
        found.map(|(_, bytes)| bytes.clone())
    }
}

#[async_trait]
impl Carrier for Door {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        let bytes = batch.encode().unwrap();
        let (key_id, count) = (batch.batch.key_id.clone(), batch.envelopes.len());
        if count > 0 {
            let mut seen = self.seen.lock().unwrap();
            seen.push((key_id.clone(), bytes.clone()));
        }
        let to = self.to.lock().unwrap().clone();
        match to.receive_batch(&bytes).await {
            Ok(receipt) => Ok(serde_json::from_slice(&receipt).unwrap()),
            Err(error) if error.is_passing() => Err(CarrierError::NotNow(error.to_string())),
            Err(error) => {
                let mut refused = self.refused.lock().unwrap();
                refused.push((key_id, count, error.key()));
                Err(CarrierError::Refused {
                    key: error.key().to_owned(),
                    detail: error.to_string(),
                })
            }
        }
    }
}

/// What the configuration file of a platform says: its key as a file, the peer's in the list.
fn ground(folder: &Path, book: &Arc<LinkBook>) -> KeyGround {
    let key_file = folder.join("link.key");
    let own = book.own().as_str();
    if !key_file.exists() {
        let random = *Digest::of(own.as_bytes()).as_bytes();
        write_key_file(&key_file, &generate_key(&random).unwrap().private_pem).unwrap();
    }
    let terms = book.terms(&LinkId::new(LINK)).unwrap();
    KeyGround {
        book: Arc::clone(book),
        folder: KeyFolder::of(&key_file, None).unwrap(),
        links: vec![LinkConfig {
            link: LinkId::new(LINK),
            peer: terms.peer.clone(),
            url: String::new(),
            root_certificate: None,
            algorithm: Algorithm::Ed25519,
            keys: terms.keys.shown().collect(),
        }],
        chance: Arc::new(SystemChance),
    }
}

/// Gives a process its keys, and lets its receiver go by them.
async fn hold(platform: &Platform, app: &App, folder: &Path, book: &Arc<LinkBook>) {
    app.hold_keys(ground(folder, book)).await.unwrap();
    let ports = app::ports(app);
    let clock = Arc::clone(&platform.clock);
    app.receive_with(Arc::new(Receiver::new(
        Arc::clone(book),
        Arc::new(ports.clone()),
        Arc::new(ports),
        Arc::new(move || app::clock::Clock::now(clock.as_ref())),
    )));
}

/// The book a process begins with: what the configuration says.
fn fresh(platform: &Platform) -> Arc<LinkBook> {
    testkit::platform::book(&testkit::Settings::of(platform.desk))
}

fn run(platform: &Platform, door: &Arc<Door>) -> Jobs {
    let link = LinkRun {
        link: LINK.to_owned(),
        book: Arc::clone(&platform.book),
        carrier: Arc::<Door>::clone(door),
        ports: platform.ports.clone(),
        settings: SenderSettings::default(),
    };
    Jobs::start(&platform.app, vec![link])
}

fn security(desk: Desk) -> Actor {
    person(Role::SecurityAdmin, testkit::people::desk_unit(desk))
}

async fn keys(platform: &Platform) -> LinkKeys {
    let all = platform.app.link_keys(&security(platform.desk)).await;
    all.unwrap().pop().unwrap()
}

/// The name of the one key of ours in this state.
async fn own(platform: &Platform, state: OwnKeyState) -> String {
    let keys = keys(platform).await.own;
    let mut found = keys.into_iter().filter(|key| key.state == state);
    let name = found.next().unwrap().key_id;
    assert!(found.next().is_none());
    name
}

async fn own_deed(platform: &Platform, key_id: &str, order: OwnKeyDeed) -> KeyDone {
    let order = OwnKeyOrder {
        order,
        reason: "例行轮换".to_owned(),
    };
    let who = security(platform.desk);
    let done = platform
        .app
        .change_own_key(&who, LINK, key_id, &order, &platform.key())
        .await;
    done.unwrap()
}

async fn peer_deed(
    platform: &Platform,
    key_id: &str,
    state: KeyState,
) -> Result<KeyDone, AppError> {
    let order = PeerKeyOrder {
        state,
        reason: "对端已换用新密钥".to_owned(),
    };
    let who = security(platform.desk);
    platform
        .app
        .change_peer_key(&who, LINK, key_id, &order, &platform.key())
        .await
}

/// Makes a key here that the peer does not know yet: it is not used, and nothing changes.
async fn make(here: &Platform, door: &Door) -> String {
    let order = KeyReason {
        reason: "例行轮换".to_owned(),
    };
    let who = security(here.desk);
    let made = here.app.make_key(&who, LINK, &order, &here.key()).await;
    let name = made.unwrap().key_id;
    let early = own_deed(here, &name, OwnKeyDeed::Use).await;
    assert_eq!(
        (early.done, early.error.as_deref()),
        (false, Some("exchange.unknown_key"))
    );
    assert_eq!(own(here, OwnKeyState::Active).await, "k1");
    let refused = std::mem::take(&mut *door.refused.lock().unwrap());
    assert_eq!(refused, [(name.clone(), 0, "exchange.unknown_key")]);
    name
}

/// Enters there what is shown here.
async fn enter(here: &Platform, there: &Platform, name: &str) {
    let shown = keys(here).await;
    let key = shown.own.iter().find(|key| key.key_id == name).unwrap();
    let who = security(there.desk);
    let text = KeyText {
        text: key.text.clone(),
    };
    let read = there.app.read_peer_key(&who, LINK, &text).await.unwrap();
    assert_eq!(read.fingerprint, key.fingerprint, "what both read aloud");
    let order = NewPeerKey {
        text: text.text,
        fingerprint: read.fingerprint,
        reason: "对端轮换密钥".to_owned(),
    };
    let done = there
        .app
        .enter_peer_key(&who, LINK, &order, &there.key())
        .await;
    assert!(done.unwrap().done);
}

async fn calls(platform: &Platform, words: &str, count: u64) {
    for n in 0..count {
        call(platform, words, n).await;
    }
}

async fn call(platform: &Platform, words: &str, n: u64) {
    let contact = Caller::says(words).number(n).then(push()).contact();
    platform
        .take(&operator(platform.desk), contact)
        .await
        .unwrap();
}

/// The desk works for as long as something else goes on.
async fn calls_while(platform: &Platform, words: &str, goes_on: &AtomicBool) {
    let mut n = 0;
    while goes_on.load(Ordering::Acquire) {
        call(platform, words, n).await;
        n += 1;
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let done = tokio::time::timeout(Duration::from_secs(120), async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    done.await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// All that was written here has arrived there, and was taken.
async fn crossed(from: &Platform, to: &Platform) {
    until("everything crossed", async || {
        let issued = from.app.store().outbox_issued(LINK).await.unwrap();
        to.app.store().applied_watermark(LINK).await.unwrap() >= issued
            && from.app.store().outbox_waiting(LINK).await.unwrap().0 == 0
    })
    .await;
    let dead = from.app.store().outbox_dead(LINK).await.unwrap();
    assert!(dead.is_empty(), "{dead:?}");
}

async fn both_sides_turn_their_keys_under_load(kind: StoreKind) {
    let mut pair = Pair::open(kind).await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [police_keys, hotline_keys] = [folders[0].path(), folders[1].path()];
    hold(
        &pair.police,
        &pair.police.app,
        police_keys,
        &pair.police.book,
    )
    .await;
    hold(
        &pair.hotline,
        &pair.hotline.app,
        hotline_keys,
        &pair.hotline.book,
    )
    .await;
    let (out, back) = (Door::to(&pair.hotline.app), Door::to(&pair.police.app));
    let jobs = [run(&pair.police, &out), run(&pair.hotline, &back)];
    let (police, hotline) = (&pair.police, &pair.hotline);

    let load = AtomicBool::new(true);
    let turn = async {
        for (here, there, door) in [(police, hotline, &out), (hotline, police, &back)] {
            until("something crossed by the old key", async || {
                door.old("k1").is_some()
            })
            .await;
            let name = make(here, door).await;
            enter(here, there, &name).await;
            assert!(own_deed(here, &name, OwnKeyDeed::Try).await.done);
            assert_eq!(own(here, OwnKeyState::Accepted).await, name);
            assert!(own_deed(here, &name, OwnKeyDeed::Use).await.done);
            assert_eq!(own(here, OwnKeyState::Active).await, name);
            assert_eq!(own(here, OwnKeyState::Retained).await, "k1");
            peer_deed(there, "k1", KeyState::Retained).await.unwrap();
            until("something crossed by the new key", async || {
                door.old(&name).is_some()
            })
            .await;
        }
        load.store(false, Ordering::Release);
    };
    tokio::join!(
        turn,
        calls_while(police, SITE_NOISE, &load),
        calls_while(hotline, GAMBLING, &load)
    );
    crossed(police, hotline).await;
    crossed(hotline, police).await;
    for door in [&out, &back] {
        assert_eq!(*door.refused.lock().unwrap(), [], "nothing was refused");
    }

    // What was signed before the change is answered until the key is revoked, and from then on no more.
    let old = out.old("k1").unwrap();
    let beside = hotline.beside().await;
    hold(hotline, &beside, hotline_keys, &fresh(hotline)).await;
    for app in [&hotline.app, &beside] {
        assert!(app.receive_batch(&old).await.is_ok(), "it is retained");
    }
    peer_deed(hotline, "k1", KeyState::Revoked).await.unwrap();
    let revoked = ReceiveError::RevokedKey {
        key_id: "k1".to_owned(),
    };
    for app in [&hotline.app, &beside] {
        assert_eq!(app.receive_batch(&old).await.unwrap_err(), revoked);
    }
    let new = own(police, OwnKeyState::Active).await;
    let last = peer_deed(hotline, &new, KeyState::Revoked).await;
    assert!(matches!(last, Err(AppError::Invalid(errors)) if errors[0].key == "last_active_key"));
    // Back to a key the peer revoked leads nowhere, and nothing is lost by asking.
    let early = own_deed(police, "k1", OwnKeyDeed::Use).await;
    assert_eq!(early.error.as_deref(), Some("exchange.revoked_key"));
    out.refused.lock().unwrap().clear();
    assert!(own_deed(police, "k1", OwnKeyDeed::Withdraw).await.done);
    calls(police, SITE_NOISE, 3).await;
    crossed(police, hotline).await;
    assert_eq!(*out.refused.lock().unwrap(), []);

    // And so it stays after a restart, with the same configuration file.
    for jobs in jobs {
        jobs.stop().await;
    }
    beside.close_index();
    pair.police.book = fresh(&pair.police);
    pair.hotline.book = fresh(&pair.hotline);
    pair.restart(testkit::Side::Police).await;
    pair.restart(testkit::Side::Hotline).await;
    hold(
        &pair.police,
        &pair.police.app,
        police_keys,
        &pair.police.book,
    )
    .await;
    hold(
        &pair.hotline,
        &pair.hotline.app,
        hotline_keys,
        &pair.hotline.book,
    )
    .await;
    assert_eq!(
        pair.hotline.app.receive_batch(&old).await.unwrap_err(),
        revoked
    );
    let signs = pair.police.book.signing_key(&LinkId::new(LINK)).unwrap();
    assert_eq!(signs.key_id(), new);
    calls(&pair.police, SITE_NOISE, 3).await;
    pair.settle().await;
    check_pair(&pair).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_both_sides_turn_their_keys_under_load_sqlite() {
    both_sides_turn_their_keys_under_load(StoreKind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_both_sides_turn_their_keys_under_load_postgres() {
    both_sides_turn_their_keys_under_load(StoreKind::Postgres).await;
}

/// A server that has not got the file of the key in use goes on with the one before, and says so; with that
/// one withdrawn it signs nothing, and takes the new one up when somebody brings it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_the_file_of_the_key_signs_with_no_withdrawn_one() {
    let pair = Pair::open(StoreKind::Sqlite).await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (police, hotline) = (&pair.police, &pair.hotline);
    hold(police, &police.app, folders[0].path(), &police.book).await;
    hold(hotline, &hotline.app, folders[1].path(), &hotline.book).await;
    let out = Door::to(&hotline.app);
    let jobs = run(police, &out);
    until("the link runs", async || {
        police
            .app
            .links(&testkit::people::lead(Desk::Police))
            .await
            .unwrap()[0]
            .connected
    })
    .await;
    let name = make(police, &out).await;
    enter(police, hotline, &name).await;

    let elsewhere = tempfile::tempdir().unwrap();
    let (beside, book) = (police.beside().await, fresh(police));
    hold(police, &beside, elsewhere.path(), &book).await;
    let link = LinkId::new(LINK);
    let signs = |book: &LinkBook| book.signing_key(&link).map(|key| key.key_id().to_owned());
    assert_eq!(signs(&book).as_deref(), Some("k1"));
    assert!(own_deed(police, &name, OwnKeyDeed::Use).await.done);
    assert_eq!(signs(&police.book), Some(name.clone()));
    beside.follow_keys().await.unwrap();
    assert_eq!(
        signs(&book).as_deref(),
        Some("k1"),
        "the peer still knows it"
    );
    assert_eq!(
        beside.keys_away().await.unwrap(),
        [format!("{LINK}: {name}")]
    );
    assert_eq!(police.app.keys_away().await.unwrap(), [""; 0]);
    assert!(own_deed(police, "k1", OwnKeyDeed::Withdraw).await.done);
    beside.follow_keys().await.unwrap();
    assert_eq!(signs(&book), None);

    let file = format!("link-{name}.key");
    std::fs::copy(folders[0].path().join(&file), elsewhere.path().join(&file)).unwrap();
    let following = Jobs::begin(&beside, Vec::new());
    until("it is taken up", async || {
        signs(&book) == Some(name.clone())
    })
    .await;
    following.stop().await;
    jobs.stop().await;
}

/// Two administrators at two servers decide at one moment: the second decides on what is not so any more.
#[tokio::test]
async fn two_servers_do_not_leave_a_link_without_a_key() {
    let pair = Pair::open(StoreKind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let hotline = &pair.hotline;
    hold(hotline, &hotline.app, folder.path(), &hotline.book).await;
    let beside = hotline.beside().await;
    hold(hotline, &beside, folder.path(), &fresh(hotline)).await;
    let key = exchange::OwnKey::from_random(&[77; 32], Some("k2"));
    let text = exchange::key::key_text(
        "k2",
        &key.public_base64(),
        &LinkId::new(LINK),
        &PlatformId::new(testkit::platform::platform_id(Desk::Police)),
    );
    let who = security(Desk::Hotline);
    let text = text.unwrap();
    let read = KeyText { text: text.clone() };
    let fingerprint = hotline.app.read_peer_key(&who, LINK, &read).await.unwrap();
    let order = NewPeerKey {
        text,
        fingerprint: fingerprint.fingerprint,
        reason: "对端轮换密钥".to_owned(),
    };
    let done = hotline
        .app
        .enter_peer_key(&who, LINK, &order, &hotline.key())
        .await;
    done.unwrap();
    let order = PeerKeyOrder {
        state: KeyState::Retained,
        reason: "两人同时操作".to_owned(),
    };
    let (first, second) = (hotline.key(), hotline.key());
    let (one, other) = tokio::join!(
        hotline
            .app
            .change_peer_key(&who, LINK, "k1", &order, &first),
        beside.change_peer_key(&who, LINK, "k2", &order, &second)
    );
    let refused = [&one, &other]
        .into_iter()
        .filter(|done| done.is_err())
        .count();
    assert_eq!(refused, 1, "{one:?} {other:?}");
    let active = keys(hotline).await.peer.into_iter();
    let active = active.filter(|key| key.state == KeyState::Active).count();
    assert_eq!(active, 1);
    // A repeat under the same key gets its first answer and is no second step.
    let (again, app) = if one.is_ok() {
        ("k1", &hotline.app)
    } else {
        ("k2", &beside)
    };
    let key = if one.is_ok() { &first } else { &second };
    assert!(
        app.change_peer_key(&who, LINK, again, &order, key)
            .await
            .unwrap()
            .done
    );
}
