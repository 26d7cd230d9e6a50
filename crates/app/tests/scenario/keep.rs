//! Recordings are kept as long as the site says, longer while their case is open, and as long as they are sealed.

use app::clock::Clock as _;
use app::view::{AuditQuery, CaseView};
use app::{AppError, VoiceSetup};
use domain::desk::Desk;
use domain::right::Role;
use serde_json::json;
use store::{CallRecordRow, CallRecordingRow, Change, Record, VoiceRecord};
use testkit::people::{lead, operator, person};
use testkit::{Caller, DAY, Platform, StoreKind};
use voice::call::{CallId, LegId, Moment};
use voice::recording::Keeper;

const KEPT: i64 = 1_095 * DAY;

struct House {
    platform: Platform,
    keeper: Keeper,
    _folder: tempfile::TempDir,
}

impl House {
    async fn open(kind: StoreKind) -> Self {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::new(folder.path());
        let setup = VoiceSetup {
            recordings_kept: Some(KEPT),
            ..crate::voice::setup(folder.path())
        };
        platform.app.open_voice(setup).unwrap();
        Self {
            platform,
            keeper,
            _folder: folder,
        }
    }

    async fn case(&self, closed: bool) -> CaseView {
        let mut caller = Caller::says("路灯坏了");
        if closed {
            caller = caller.then(json!({"command": "answer", "text": "已告知"}));
        }
        let who = operator(Desk::Hotline);
        self.platform.take(&who, caller.contact()).await.unwrap()
    }

    /// A call that was recorded now; its name.
    async fn recorded(&self, n: u64, case: &str) -> String {
        let call = CallId((u128::from(0x019a_0000_0000_u64) << 80) | u128::from(n));
        let leg = LegId::arrived(call);
        let now = Moment(self.platform.clock.now());
        let sealed = Keeper::seal(self.keeper.begin(leg, now).unwrap()).unwrap();
        let id = call.to_string();
        let begun = CallRecordRow {
            id: id.clone(),
            inbound: true,
            case_id: case.to_owned(),
            began: now.0,
            ..CallRecordRow::default()
        };
        let recording = CallRecordingRow {
            id: sealed.recording,
            call_id: id.clone(),
            who: "caller".to_owned(),
            at: now.0,
            ..CallRecordingRow::default()
        };
        let records = [
            VoiceRecord::Begun(Box::new(begun)),
            VoiceRecord::Recording(recording),
        ];
        let change = Change {
            records: records.map(Record::Voice).into(),
            ..Change::default()
        };
        self.platform.app.store().append(change).await.unwrap();
        id
    }

    /// Whether its sound is still there: in the record and on the disk.
    async fn has(&self, call: &str) -> bool {
        let rows = self
            .platform
            .app
            .store()
            .call_recordings(call)
            .await
            .unwrap();
        let [row] = rows.as_slice() else {
            panic!("one recording of {call}");
        };
        let there = self.keeper.open(&row.id).is_ok();
        assert_eq!(there, row.removed_at.is_none(), "row and file say the same");
        there
    }

    async fn sweep(&self) -> u64 {
        self.platform.app.sweep_recordings().await.unwrap()
    }
}

#[tokio::test]
async fn recordings_go_when_their_time_is_over_but_not_evidence_nor_those_of_an_open_case() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let house = House::open(kind).await;
        let (done, open) = (house.case(true).await, house.case(false).await);
        let of_done = house.recorded(1, &done.brief.id).await;
        let of_open = house.recorded(2, &open.brief.id).await;
        let evidence = house.recorded(3, &done.brief.id).await;
        let chief = lead(Desk::Hotline);
        let app = &house.platform.app;
        let said = app
            .hold_call(&operator(Desk::Hotline), &evidence, true, "法院调取证据")
            .await;
        assert!(matches!(said, Err(AppError::Forbidden)), "{said:?}");
        let said = app.hold_call(&chief, &evidence, true, " ").await;
        assert!(matches!(said, Err(AppError::Invalid(_))), "{said:?}");
        // Twice is once.
        for _ in 0..2 {
            app.hold_call(&chief, &evidence, true, "法院调取证据")
                .await
                .unwrap();
        }

        house.platform.clock.advance(KEPT);
        assert_eq!(house.sweep().await, 0, "on its last day it is there");
        house.platform.clock.advance(1);
        assert_eq!(house.sweep().await, 1);
        assert!(!house.has(&of_done).await);
        assert!(house.has(&of_open).await && house.has(&evidence).await);
        let gone = app.call_sound(&chief, &of_done, None).await;
        assert!(matches!(gone, Err(AppError::NotFound)));

        // Who reads the case sees what became of it, and who sealed what.
        let calls = app.calls_of_case(&chief, &done.brief.id).await.unwrap();
        let of = |call: &str| calls.iter().find(|each| each.call == call).unwrap();
        assert!(of(&of_done).recordings[0].removed_at.is_some());
        let hold = of(&evidence).hold.as_ref().expect("it is sealed");
        assert_eq!(
            (hold.reason.as_str(), hold.name.as_str()),
            ("法院调取证据", chief.name.as_str())
        );
        assert!(of(&evidence).may_hold && of(&evidence).kept_until.is_some());

        // Lifted, and the case closed, they go too.
        app.hold_call(&chief, &evidence, false, "案件已审结")
            .await
            .unwrap();
        let cancel = json!({"command": "cancel", "reason": "已修好"});
        house
            .platform
            .act(&chief, &open.brief.id, cancel)
            .await
            .unwrap();
        assert_eq!(house.sweep().await, 2);
        assert!(!house.has(&of_open).await && !house.has(&evidence).await);
        assert_eq!(house.sweep().await, 0);

        let auditor = person(Role::AuditAdmin, "desk-12345");
        let page = app.audit(&auditor, AuditQuery::default()).await.unwrap();
        let count = |action: &str| page.items.iter().filter(|row| row.action == action).count();
        assert_eq!(
            ["hold_recording", "lift_recording", "remove_recording"].map(count),
            [1, 1, 3]
        );
    }
}

/// The file goes before the row is written: a program that is killed in between leaves a row without its file.
#[tokio::test]
async fn a_sweep_that_was_cut_off_is_finished_by_the_next() {
    let house = House::open(StoreKind::Sqlite).await;
    let done = house.case(true).await;
    let call = house.recorded(1, &done.brief.id).await;
    house.platform.clock.advance(KEPT + 1);
    let rows = house
        .platform
        .app
        .store()
        .call_recordings(&call)
        .await
        .unwrap();
    house.keeper.remove(&rows[0].id).unwrap();
    assert_eq!(house.sweep().await, 1);
    assert!(!house.has(&call).await);
}
