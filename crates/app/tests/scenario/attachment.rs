//! Files of cases: durable before anybody speaks of them, noticed when they change, told to the
//! peer as a fact (law 3, law 10).

use crate::story::{push, twin_at};
use app::view::{AttachmentView, CaseView};
use app::{AppError, CommandKey, Upload};
use domain::case::Refusal;
use domain::desk::Desk;
use domain::right::Actor;
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator};
use testkit::{Caller, HOUR, Pair, Platform, StoreKind, check_platform};

const KINDS: [StoreKind; 2] = [StoreKind::Sqlite, StoreKind::Postgres];

/// A picture of so many bytes, none like the next.
fn picture(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
    bytes.extend((0..size).map(|n| u8::try_from(n % 251).unwrap()));
    bytes.truncate(size);
    bytes
}

async fn begun(
    platform: &Platform,
    actor: &Actor,
    case: &CaseView,
    name: &str,
    key: &str,
) -> Result<Upload, AppError> {
    let id = &case.brief.id;
    platform.app.upload(actor, id, None, name, key).await
}

async fn feed(upload: &mut Upload, bytes: &[u8]) -> Result<(), AppError> {
    for piece in bytes.chunks(60_000) {
        upload.feed(piece).await?;
    }
    Ok(())
}

async fn attach(
    platform: &Platform,
    actor: &Actor,
    case: &CaseView,
    (name, bytes): (&str, &[u8]),
    key: &str,
) -> Result<AttachmentView, AppError> {
    let mut upload = begun(platform, actor, case, name, key).await?;
    feed(&mut upload, bytes).await?;
    let id = key.to_owned();
    upload
        .finish(move |digest| CommandKey {
            id,
            digest: digest.to_owned(),
        })
        .await
}

async fn read(platform: &Platform, actor: &Actor, case: &CaseView, id: &str) -> Vec<u8> {
    let app = &platform.app;
    let file = app.attachment(actor, &case.brief.id, id).await.unwrap();
    let mut bytes = Vec::new();
    let mut n = 0;
    while let Some(part) = file.part(n).await.unwrap() {
        bytes.extend(part);
        n += 1;
    }
    bytes
}

async fn noise(kind: StoreKind) -> (Platform, Actor, CaseView) {
    let hotline = Platform::open(Desk::Hotline, kind).await;
    let desk = operator(Desk::Hotline);
    let contact = Caller::says(SITE_NOISE).contact();
    let case = hotline.take(&desk, contact).await.unwrap();
    (hotline, desk, case)
}

#[tokio::test]
async fn law_3_a_file_is_read_as_it_was_sent_and_a_repeat_adds_none() {
    for kind in KINDS {
        let (hotline, desk, case) = noise(kind).await;
        let bytes = picture(700_001);
        let sent = ("../现场\n照片.png", bytes.as_slice());
        let view = attach(&hotline, &desk, &case, sent, "k1").await.unwrap();
        assert_eq!(view.name.as_deref(), Some("现场照片.png"));
        assert_eq!((view.kind.as_str(), view.size), ("image/png", 700_001));
        assert_eq!(read(&hotline, &desk, &case, &view.id).await, bytes);
        let again = attach(&hotline, &desk, &case, sent, "k1").await.unwrap();
        assert_eq!(again.id, view.id);
        let other = ("a.png", &bytes[..900]);
        let reused = attach(&hotline, &desk, &case, other, "k1").await;
        assert!(matches!(reused, Err(AppError::KeyReused)), "{reused:?}");
        let case = hotline.app.case(&desk, &case.brief.id).await.unwrap();
        assert_eq!(case.attachments.len(), 1);
        assert_eq!(case.attach.as_ref().unwrap().left, 39);
        // Neither the log nor the case row has the name.
        let timeline = hotline
            .app
            .timeline(&desk, &case.brief.id, 0)
            .await
            .unwrap();
        let told = timeline.items.iter().find(|item| item.kind == "attached");
        let told = told.unwrap().body.to_string();
        assert!(!told.contains("现场"), "{told}");
        assert!(told.contains(&view.digest), "{told}");
        check_platform(&hotline).await;
    }
}

#[tokio::test]
async fn law_10_a_changed_byte_a_changed_name_and_a_lost_part_are_noticed() {
    let (hotline, desk, case) = noise(StoreKind::Postgres).await;
    let bytes = picture(300_000);
    let view = attach(&hotline, &desk, &case, ("a.png", &bytes), "k1").await;
    let view = view.unwrap();
    let report = app::verify(&hotline.app, |_| {}).await.unwrap();
    assert_eq!((report.clean, report.files), (true, 1));
    let id = &view.id;
    for (wrong, right) in [
        (
            format!("UPDATE attachment SET name = 'b.png' WHERE id = '{id}'"),
            format!("UPDATE attachment SET name = 'a.png' WHERE id = '{id}'"),
        ),
        (
            format!("UPDATE attachment SET media = 'image/gif' WHERE id = '{id}'"),
            format!("UPDATE attachment SET media = 'image/png' WHERE id = '{id}'"),
        ),
        (
            format!("UPDATE attachment_part SET n = 7 WHERE attachment_id = '{id}' AND n = 1"),
            format!("UPDATE attachment_part SET n = 1 WHERE attachment_id = '{id}' AND n = 7"),
        ),
        (
            format!(
                "UPDATE attachment_part SET bytes = (SELECT bytes FROM attachment_part WHERE \
                 attachment_id = '{id}' AND n = 0) WHERE attachment_id = '{id}' AND n = 1"
            ),
            String::new(),
        ),
    ] {
        hotline.ground().tamper(&wrong).await;
        let report = app::verify(&hotline.app, |_| {}).await.unwrap();
        let bad = report.first_bad.expect("the change is noticed");
        assert_eq!(bad.what, "attachment", "{wrong}");
        assert!(bad.why.contains(id.as_str()), "{}", bad.why);
        if !right.is_empty() {
            hotline.ground().tamper(&right).await;
            assert!(app::verify(&hotline.app, |_| {}).await.unwrap().clean);
        }
    }
}

/// Killed between the bytes and the event: no event without bytes, and the bytes are swept.
#[tokio::test]
async fn law_3_a_program_killed_half_way_leaves_no_file_and_its_bytes_are_swept() {
    for kind in KINDS {
        let (mut hotline, desk, case) = noise(kind).await;
        let bytes = picture(600_000);
        let mut upload = begun(&hotline, &desk, &case, "a.png", "k1").await.unwrap();
        feed(&mut upload, &bytes).await.unwrap();
        drop(upload);
        hotline.restart().await;
        let case = hotline.app.case(&desk, &case.brief.id).await.unwrap();
        assert!(case.attachments.is_empty());
        assert!(app::verify(&hotline.app, |_| {}).await.unwrap().clean);
        assert_eq!(hotline.app.sweep_uploads().await.unwrap(), 0, "too early");
        // The client sends it again under the same key.
        let view = attach(&hotline, &desk, &case, ("a.png", &bytes), "k1").await;
        let view = view.unwrap();
        hotline.clock.advance(2 * HOUR);
        assert_eq!(hotline.app.sweep_uploads().await.unwrap(), 1);
        assert_eq!(hotline.app.sweep_uploads().await.unwrap(), 0, "once");
        assert_eq!(read(&hotline, &desk, &case, &view.id).await, bytes);
        check_platform(&hotline).await;
    }
}

#[tokio::test]
async fn a_copy_of_the_store_has_the_files() {
    let (hotline, desk, case) = noise(StoreKind::Sqlite).await;
    let bytes = picture(300_000);
    let view = attach(&hotline, &desk, &case, ("a.png", &bytes), "k1").await;
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy.sqlite3");
    hotline.app.store().backup(&copy).await.unwrap();
    let config = store::StoreConfig::Sqlite {
        path: copy,
        readers: 1,
    };
    let copy = store::Store::open(&config).await.unwrap();
    let id = &view.unwrap().id;
    let mut found = copy.attachment_part(id, 0).await.unwrap().unwrap();
    found.extend(copy.attachment_part(id, 1).await.unwrap().unwrap());
    assert_eq!(found, bytes);
}

#[tokio::test]
async fn what_is_too_much_or_of_a_wrong_kind_leaves_nothing() {
    let (hotline, desk, case) = noise(StoreKind::Sqlite).await;
    let too_large = attach(
        &hotline,
        &desk,
        &case,
        ("a.png", &picture(20 * 1024 * 1024 + 1)),
        "k1",
    )
    .await;
    assert!(
        matches!(too_large, Err(AppError::TooLarge)),
        "{too_large:?}"
    );
    let program = attach(&hotline, &desk, &case, ("a.png", b"MZ\x90"), "k2").await;
    let Err(AppError::Invalid(fields)) = program else {
        panic!("{program:?}");
    };
    assert_eq!(fields[0].key, "file_executable");
    hotline.clock.advance(2 * HOUR);
    assert_eq!(hotline.app.sweep_uploads().await.unwrap(), 0);
    for n in 0..40 {
        let sent = ("a.png", picture(100));
        let key = format!("n{n}");
        attach(&hotline, &desk, &case, (sent.0, &sent.1), &key)
            .await
            .unwrap();
    }
    let more = attach(&hotline, &desk, &case, ("a.png", &picture(100)), "n40").await;
    assert!(
        matches!(more, Err(AppError::Refused(Refusal::FilesExhausted(40)))),
        "{more:?}"
    );
}

/// The fact crosses, with the name unless the caller is confidential; the bytes stay.
#[tokio::test]
async fn a_file_crosses_as_a_fact() {
    for confidential in [false, true] {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let desk = operator(Desk::Police);
        let mut caller = Caller::says(SITE_NOISE);
        if confidential {
            caller = caller.in_confidence();
        }
        let case = pair.police.take(&desk, caller.contact()).await.unwrap();
        let police = &pair.police;
        let before = attach(police, &desk, &case, ("先.png", &picture(300)), "k1").await;
        let before = before.unwrap();
        police.act(&desk, &case.brief.id, push()).await.unwrap();
        pair.settle().await;
        let chief = lead(Desk::Hotline);
        let twin = twin_at(&pair.hotline, &case).await;
        let accept = json!({"command": "accept_offer"});
        pair.hotline
            .act(&chief, &twin.brief.id, accept)
            .await
            .unwrap();
        pair.settle().await;
        pair.clock.advance(1_000);
        let police = &pair.police;
        let sent = ("后.png", picture(400));
        attach(police, &desk, &case, (sent.0, &sent.1), "k2")
            .await
            .unwrap();
        pair.settle().await;
        let twin = twin_at(&pair.hotline, &case).await;
        let names: Vec<Option<&str>> = twin.attachments.iter().map(|f| f.name.as_deref()).collect();
        let wanted = if confidential {
            [None, None]
        } else {
            [Some("先.png"), Some("后.png")]
        };
        assert_eq!(names, wanted);
        let first = &twin.attachments[0];
        assert!(!first.here);
        assert_eq!(first.digest, before.digest);
        assert_eq!((first.kind.as_str(), first.size), ("image/png", 300));
        let fetched = pair
            .hotline
            .app
            .attachment(&chief, &twin.brief.id, &first.id)
            .await;
        assert!(matches!(fetched, Err(AppError::NotFound)));
        assert!(app::verify(&pair.hotline.app, |_| {}).await.unwrap().clean);
    }
}

/// Of a confidential case a masked reader gets files only with an assignment in it.
#[tokio::test]
async fn law_10_files_of_a_confidential_case_are_kept_from_those_without_part_in_it() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let desk = operator(Desk::Hotline);
    let dispatch = json!({"command": "dispatch", "lead": "urban-management"});
    let contact = Caller::says(SITE_NOISE).in_confidence().then(dispatch);
    let case = hotline.take(&desk, contact.contact()).await.unwrap();
    let sent = ("证件.png", picture(300));
    let file = attach(&hotline, &desk, &case, (sent.0, &sent.1), "k1").await;
    let file = file.unwrap();
    let supervisor = testkit::people::person(domain::right::Role::Supervisor, "desk-12345");
    let id = &case.brief.id;
    let seen = hotline.app.case(&supervisor, id).await.unwrap();
    assert!(seen.attachments[0].withheld);
    assert_eq!(seen.attachments[0].name, None);
    let fetched = hotline.app.attachment(&supervisor, id, &file.id).await;
    assert!(matches!(fetched, Err(AppError::Forbidden)));
    let worker = clerk("urban-management");
    assert_eq!(read(&hotline, &worker, &case, &file.id).await, sent.1);
    // Another unit does not learn that there is such a case.
    let stranger = clerk("ecology");
    let fetched = hotline.app.attachment(&stranger, id, &file.id).await;
    assert!(matches!(fetched, Err(AppError::NotFound)));
    // What belongs to an assignment is added by its unit alone.
    let to_leg = |actor: Actor| {
        let app = hotline.app.clone();
        let id = id.clone();
        async move {
            app.upload(&actor, &id, Some("a1"), "a.png", "k9")
                .await
                .map(drop)
        }
    };
    to_leg(worker).await.unwrap();
    assert!(matches!(to_leg(desk).await, Err(AppError::Forbidden)));
}
