//! Files: bytes first, then the row that speaks of them, on both engines.

use store::{AttachmentRow, Change, Record, Store};

use crate::build::T0;
use crate::ground::on_both;

async fn write(store: &Store, records: Vec<Record>) -> Result<(), store::AppendError> {
    let change = Change {
        records,
        ..Change::default()
    };
    store.append(change).await.map(drop)
}

fn begin(id: &str, at: i64) -> Vec<Record> {
    let part = |n: i64, bytes: &[u8]| Record::UploadPart {
        id: id.into(),
        n,
        bytes: bytes.to_vec(),
    };
    let id = id.to_owned();
    vec![
        Record::UploadBegun { id, at },
        part(0, &[0, 255, 7]),
        part(1, b"rest"),
    ]
}

fn file(id: &str, origin: &str, name: &str) -> AttachmentRow {
    AttachmentRow {
        id: id.into(),
        case_id: "c1".into(),
        name: name.into(),
        salt: "00".into(),
        media: "image/png".into(),
        size: 7,
        digest: "d".into(),
        at: T0,
        cause: "k1".into(),
        origin: origin.into(),
        ..AttachmentRow::default()
    }
}

#[tokio::test]
async fn an_upload_becomes_a_file_and_is_no_longer_swept() {
    on_both(async |ground| {
        let store = ground.open().await;
        write(&store, begin("f1", T0)).await.unwrap();
        write(&store, begin("f2", T0 + 1)).await.unwrap();
        let unfinished = store.unfinished_uploads(T0 + 9, 10).await.unwrap();
        assert_eq!(unfinished, ["f1", "f2"]);
        assert!(store.unfinished_uploads(T0, 10).await.unwrap().is_empty());
        let row = file("f1", "", "现场.png");
        write(&store, vec![Record::Attached(row.clone())])
            .await
            .unwrap();
        assert_eq!(
            store.unfinished_uploads(T0 + 9, 10).await.unwrap(),
            ["f2"],
            "what an event speaks of is finished"
        );
        // A sweep that looked before the file was finished takes nothing of it.
        for id in ["f1", "f2"] {
            write(&store, vec![Record::UploadDropped { id: id.into() }])
                .await
                .unwrap();
        }
        assert_eq!(store.attachments("c1").await.unwrap(), [row]);
        let part = |id: &'static str, n| store.attachment_part(id, n);
        assert_eq!(part("f1", 0).await.unwrap(), Some(vec![0, 255, 7]));
        assert_eq!(part("f1", 1).await.unwrap(), Some(b"rest".to_vec()));
        assert_eq!(part("f1", 2).await.unwrap(), None);
        assert_eq!(part("f2", 0).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn bytes_that_were_swept_become_no_file() {
    on_both(async |ground| {
        let store = ground.open().await;
        write(&store, begin("f1", T0)).await.unwrap();
        write(&store, vec![Record::UploadDropped { id: "f1".into() }])
            .await
            .unwrap();
        let late = write(&store, vec![Record::Attached(file("f1", "", "a.png"))]).await;
        assert!(late.is_err());
        assert!(store.attachment("f1").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn what_a_peer_tells_twice_is_one_row() {
    on_both(async |ground| {
        let store = ground.open().await;
        for name in ["", "现场.png"] {
            let heard = Record::AttachmentHeard(file("p1", "wanglan", name));
            write(&store, vec![heard]).await.unwrap();
        }
        let rows = store.attachments("c1").await.unwrap();
        assert_eq!(rows, [file("p1", "wanglan", "现场.png")]);
    })
    .await;
}
