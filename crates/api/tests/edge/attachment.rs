//! Files over HTTP: what is taken, and that what comes out can do nothing in a browser.

use crate::fixture::{Hotline, PICTURE, Who, text};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;

const LEAD: Who = Who::Role(Role::Lead);

#[tokio::test]
async fn a_picture_is_shown_and_everything_else_only_kept() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let case = text(&case, "id");
    let sent = desk
        .attach(LEAD, case, PICTURE, "%E7%8E%B0%E5%9C%BA.png")
        .await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text());
    let file = sent.json();
    assert_eq!(
        (text(&file, "name"), text(&file, "kind")),
        ("现场.png", "image/png")
    );
    let uri = format!("/api/cases/{case}/attachments/{}", text(&file, "id"));
    let shown = desk.get(LEAD, &uri).await;
    assert_eq!(shown.body, PICTURE);
    assert_eq!(shown.header("content-type"), "image/png");
    assert!(shown.header("content-disposition").starts_with("inline"));
    let kept = desk.get(LEAD, &format!("{uri}?keep=true")).await;
    assert_eq!(kept.body, PICTURE);
    assert_eq!(
        kept.header("content-disposition"),
        "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.png"
    );
    let letter = desk
        .attach(LEAD, case, b"%PDF-1.7 and the rest", "a.pdf")
        .await
        .json();
    assert_eq!(text(&letter, "kind"), "application/pdf");
    let uri = format!("/api/cases/{case}/attachments/{}", text(&letter, "id"));
    let letter = desk.get(LEAD, &uri).await;
    for answer in [&kept, &letter] {
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
    }
    for answer in [&shown, &kept, &letter] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("sandbox"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn what_could_run_is_refused_by_what_it_is_and_not_by_what_it_says() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let case = text(&case, "id");
    for (bytes, name, key) in [
        (b"MZ\x90\0".as_slice(), "photo.jpg", "file_executable"),
        (b"<svg onload=alert(1)>", "photo.png", "file_markup"),
        (b"PK\x03\x04secret", "letter.docx", "file_archive"),
        (b"\x01\x02\x03", "photo.jpg", "file_kind"),
        (b"", "photo.jpg", "file_empty"),
    ] {
        let answer = desk.attach(LEAD, case, bytes, name).await;
        assert_eq!(answer.problem(), "invalid", "{name}");
        assert_eq!(answer.json()["errors"][0]["key"], key, "{name}");
    }
    let view = desk.get(LEAD, &format!("/api/cases/{case}")).await.json();
    assert_eq!(view["attachments"], serde_json::json!([]));
}

/// A form of another site can send neither the headers nor say that it is this site.
#[tokio::test]
async fn another_site_attaches_nothing() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/attachments", text(&case, "id"));
    let mut request = desk
        .request(LEAD, Method::POST, &uri)
        .await
        .header(header::CONTENT_TYPE, "text/plain")
        .header("x-file-name", "a.png")
        .body(Body::from(PICTURE))
        .unwrap();
    request
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(desk.send(request).await.problem(), "cross_site");
    let bare = desk.request(LEAD, Method::POST, &uri).await;
    let bare = bare
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(PICTURE))
        .unwrap();
    assert_eq!(desk.send(bare).await.problem(), "invalid");
}
