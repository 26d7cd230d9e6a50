//! Short messages on a real store: a carrier that does what the script says, a clock that jumps (R18).

use app::AppError;
use app::message::{CameIn, Taken};
use app::reach::Reach;
use app::reach::channel::{Channel, ChannelKind, Outgoing, Proof, SendError};
use app::view::MessageView;
use domain::desk::Desk;
use domain::right::Role;
use sms::split::Piece;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use testkit::contact::KNIFE;
use testkit::people::{clerk, lead, operator, person};
use testkit::{Ground, MINUTE, MONDAY, Platform, Settings, StoreKind, at, check_platform};

const NUMBER: &str = "10000000042";
const LAMP: &str = "望江路18号门口路灯坏了三天";

/// A carrier that answers as it was told, and yes when it was told nothing.
#[derive(Debug, Default)]
struct Carrier {
    answers: Mutex<VecDeque<Result<Proof, SendError>>>,
    sent: Mutex<Vec<Outgoing>>,
}

#[async_trait::async_trait]
impl Channel for Carrier {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let mut sent = self.sent.lock().unwrap();
        sent.push(message.clone());
        let told = self.answers.lock().unwrap().pop_front();
        told.unwrap_or_else(|| {
            Ok(Proof {
                gateway: format!("G{}", sent.len()),
                ..Proof::default()
            })
        })
    }
}

struct Sms {
    platform: Platform,
    carrier: Arc<Carrier>,
}

impl Sms {
    async fn open(desk: Desk, kind: StoreKind) -> Self {
        let carrier = Arc::new(Carrier::default());
        let mut settings = Settings::of(desk);
        settings.reach = Reach {
            channels: vec![Arc::<Carrier>::clone(&carrier)],
            ..Reach::plain().unwrap()
        };
        let clock = Arc::new(app::clock::HandClock::new(at(MONDAY)));
        let platform = Platform::open_with(settings, Ground::new(kind).await, clock, 1).await;
        Self { platform, carrier }
    }

    fn came(id: &str, text: &str, piece: Option<(u8, u8)>) -> CameIn {
        CameIn {
            way: "cmpp".to_owned(),
            id: id.to_owned(),
            from: format!("86{NUMBER}"),
            to: "12345".to_owned(),
            text: text.to_owned(),
            piece: piece.map(|(number, total)| Piece {
                reference: 9,
                total,
                number,
            }),
        }
    }

    async fn take(&self, id: &str, text: &str) -> String {
        match self
            .platform
            .app
            .message_came(Self::came(id, text, None))
            .await
        {
            Ok(Taken::Case(case)) => case,
            other => panic!("{other:?}"),
        }
    }

    async fn piece(&self, id: &str, text: &str, of: (u8, u8)) -> Taken {
        self.platform
            .app
            .message_came(Self::came(id, text, Some(of)))
            .await
            .unwrap()
    }

    async fn of(&self, case: &str) -> Vec<MessageView> {
        let app = &self.platform.app;
        app.messages_of_case(&operator(self.platform.desk), case)
            .await
            .unwrap()
    }

    async fn write(&self, case: &str, text: &str) -> Result<Vec<MessageView>, AppError> {
        let (app, key) = (&self.platform.app, self.platform.key());
        app.write_message(&operator(self.platform.desk), case, text, &key)
            .await
    }

    async fn step(&self) {
        self.platform.app.message_step().await.unwrap();
    }

    async fn kinds(&self, case: &str) -> Vec<String> {
        let rows = self
            .platform
            .app
            .store()
            .events(case, 0, 200)
            .await
            .unwrap();
        let steps = rows
            .iter()
            .filter(|row| row.kind == "message_noted")
            .map(|row| {
                let body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
                body["step"].as_str().unwrap().to_owned()
            });
        steps.collect()
    }
}

#[tokio::test]
async fn r18_a_message_is_a_contact_with_a_limit_and_is_answered_by_the_same_number() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let sms = Sms::open(Desk::Hotline, kind).await;
        let app = &sms.platform.app;
        let who = operator(Desk::Hotline);
        let case = sms.take("A1", LAMP).await;
        let view = app.case(&who, &case).await.unwrap();
        assert_eq!(view.brief.channel, "sms");
        assert_eq!(view.person.caller_number, NUMBER);
        assert_eq!(view.person.narrative, LAMP);
        let queue = app.message_queue(&who).await.unwrap();
        assert_eq!(queue.waiting.len(), 1);
        assert_eq!(queue.waiting[0].due, Some(queue.waiting[0].at + 3 * MINUTE));
        // The operator writes within the limit.
        sms.platform.clock.advance(90_000);
        let written = sms.write(&case, "已派单，预计今天修复。").await.unwrap();
        assert_eq!(
            (written[0].state.as_str(), written[0].due),
            ("answered", None)
        );
        assert!(app.message_queue(&who).await.unwrap().waiting.is_empty());
        sms.step().await;
        let sent = sms.carrier.sent.lock().unwrap().clone();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, NUMBER));
        assert_eq!(sms.of(&case).await[1].state, "sent");
        assert!(app.sms_reported("G1", "DELIVRD", true).await.unwrap());
        assert_eq!(sms.of(&case).await[1].state, "arrived");
        // Said twice by the carrier, it is on the record once.
        app.sms_reported("G1", "DELIVRD", true).await.unwrap();
        // What the citizen answers belongs to the same case.
        assert_eq!(sms.take("A2", "谢谢，已经修好了").await, case);
        let view = app.case(&who, &case).await.unwrap();
        assert!(
            view.person.narrative.contains("已经修好了"),
            "{}",
            view.person.narrative
        );
        assert_eq!(
            sms.kinds(&case).await,
            ["came", "written", "arrived", "came"]
        );
        check_platform(&sms.platform).await;
    }
}

#[tokio::test]
async fn law_3_the_same_message_again_changes_nothing_also_after_the_process_was_killed() {
    let mut sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = sms.take("A1", LAMP).await;
    assert_eq!(sms.take("A1", LAMP).await, case);
    sms.platform.restart().await;
    assert_eq!(sms.take("A1", LAMP).await, case);
    assert_eq!(sms.of(&case).await.len(), 1);
    // A gateway that began its numbers anew: other words are another message.
    assert_eq!(sms.take("A1", "还有一盏也坏了").await, case);
    assert_eq!(sms.of(&case).await.len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_late_is_a_fact_and_the_message_stays_in_the_queue() {
    let sms = Sms::open(Desk::Police, StoreKind::Sqlite).await;
    let case = sms.take("A1", LAMP).await;
    sms.platform.clock.advance(3 * MINUTE - 1);
    sms.step().await;
    assert_eq!(sms.of(&case).await[0].state, "waiting");
    sms.platform.clock.advance(1);
    sms.step().await;
    sms.step().await;
    let waiting = sms
        .platform
        .app
        .message_queue(&operator(Desk::Police))
        .await
        .unwrap()
        .waiting;
    assert_eq!(waiting[0].state, "late");
    assert_eq!(waiting[0].due, Some(waiting[0].at + 3 * MINUTE));
    sms.write(&case, "收到").await.unwrap();
    assert_eq!(sms.kinds(&case).await, ["came", "late", "written"]);
}

#[tokio::test]
async fn law_5_danger_in_a_message_is_danger_at_once() {
    let sms = Sms::open(Desk::Police, StoreKind::Sqlite).await;
    let case = sms.take("A1", KNIFE).await;
    let view = sms
        .platform
        .app
        .case(&operator(Desk::Police), &case)
        .await
        .unwrap();
    assert!(view.brief.danger);
    assert_eq!(
        view.legs.len(),
        1,
        "police were sent before anybody read it"
    );
    // Also in what comes later.
    let sms = Sms::open(Desk::Police, StoreKind::Sqlite).await;
    let case = sms.take("A1", LAMP).await;
    assert_eq!(sms.take("A2", KNIFE).await, case);
    assert!(
        sms.platform
            .app
            .case(&operator(Desk::Police), &case)
            .await
            .unwrap()
            .brief
            .danger
    );
}

#[tokio::test]
async fn a_long_message_is_one_contact_in_whatever_order_it_comes() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    assert_eq!(sms.piece("P3", "坏了三天", (3, 3)).await, Taken::Waits);
    assert_eq!(sms.piece("P1", "望江路18号", (1, 3)).await, Taken::Waits);
    // The gateway brings one again.
    assert_eq!(sms.piece("P1", "望江路18号", (1, 3)).await, Taken::Waits);
    let Taken::Case(case) = sms.piece("P2", "门口路灯", (2, 3)).await else {
        panic!("it is whole");
    };
    let messages = sms.of(&case).await;
    assert_eq!(
        (messages.len(), messages[0].text.as_str(), messages[0].parts),
        (1, LAMP, 3)
    );
    // And again when it is taken.
    assert_eq!(sms.piece("P2", "门口路灯", (2, 3)).await, Taken::Waits);
    sms.platform.clock.advance(2 * 60 * MINUTE);
    sms.step().await;
    assert_eq!(sms.of(&case).await.len(), 1);
    // The same reference for another message.
    sms.piece("Q1", "又坏了，", (1, 3)).await;
    sms.piece("Q2", "请再", (2, 3)).await;
    assert_eq!(
        sms.piece("Q3", "来修", (3, 3)).await,
        Taken::Case(case.clone())
    );
    assert_eq!(sms.of(&case).await[1].text, "又坏了，请再来修");
}

#[tokio::test]
async fn law_1_what_is_left_of_a_long_message_is_taken_and_says_what_is_missing() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    sms.piece("P1", "望江路18号", (1, 2)).await;
    sms.platform.clock.advance(20_000);
    sms.step().await;
    let waiting = sms
        .platform
        .app
        .message_queue(&operator(Desk::Hotline))
        .await
        .unwrap()
        .waiting;
    assert_eq!(waiting[0].text, "望江路18号【缺】");
    // The rest comes after all: more words on the same case.
    let Taken::Case(case) = sms.piece("P2", "路灯坏了", (2, 2)).await else {
        panic!("nothing is waited for any more");
    };
    assert_eq!(case, waiting[0].case);
    assert_eq!(sms.of(&case).await.len(), 2);
    assert_eq!(
        sms.piece("P2", "路灯坏了", (2, 2)).await,
        Taken::Waits,
        "once"
    );
    // A killed process: the pieces are in the store.
    let mut sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    sms.piece("P1", "望江路18号", (1, 2)).await;
    sms.platform.restart().await;
    assert!(matches!(
        sms.piece("P2", "路灯坏了", (2, 2)).await,
        Taken::Case(_)
    ));
}

#[tokio::test]
async fn law_5_a_piece_that_speaks_of_danger_waits_for_no_other() {
    let sms = Sms::open(Desk::Police, StoreKind::Sqlite).await;
    let Taken::Case(case) = sms.piece("P1", KNIFE, (1, 2)).await else {
        panic!("danger waits for nothing");
    };
    assert!(
        sms.platform
            .app
            .case(&operator(Desk::Police), &case)
            .await
            .unwrap()
            .brief
            .danger
    );
    assert_eq!(
        sms.piece("P2", "在望江路18号", (2, 2)).await,
        Taken::Case(case.clone())
    );
    let view = sms
        .platform
        .app
        .case(&operator(Desk::Police), &case)
        .await
        .unwrap();
    assert!(view.person.narrative.contains("在望江路18号"));
}

#[tokio::test]
async fn a_carrier_that_is_away_is_tried_again_and_one_that_refuses_is_said_so() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = sms.take("A1", LAMP).await;
    let later = || SendError::Later {
        key: "unreachable",
        detail: String::new(),
    };
    sms.carrier
        .answers
        .lock()
        .unwrap()
        .extend([Err(later()), Err(later())]);
    sms.write(&case, "已派单").await.unwrap();
    sms.step().await;
    assert_eq!(sms.of(&case).await[1].state, "waiting");
    sms.step().await;
    assert_eq!(
        sms.carrier.sent.lock().unwrap().len(),
        1,
        "not before its time"
    );
    for pause in [5_000, 10_000] {
        sms.platform.clock.advance(pause);
        sms.step().await;
    }
    assert_eq!(sms.of(&case).await[1].state, "sent");
    let keys: Vec<String> = sms
        .carrier
        .sent
        .lock()
        .unwrap()
        .iter()
        .map(|m| m.key.clone())
        .collect();
    assert!(
        keys.iter().all(|key| *key == keys[0]),
        "one message, one key"
    );
    let never = SendError::Never {
        key: "refused",
        detail: String::new(),
    };
    sms.carrier.answers.lock().unwrap().push_back(Err(never));
    sms.write(&case, "请补充位置").await.unwrap();
    sms.step().await;
    let last = sms.of(&case).await.pop().unwrap();
    assert_eq!(
        (last.state.as_str(), last.outcome.as_str()),
        ("failed", "refused")
    );
    assert_eq!(
        sms.kinds(&case).await,
        ["came", "written", "written", "failed"]
    );
}

#[tokio::test]
async fn a_report_that_is_faster_than_the_carrier_s_own_answer_counts() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = sms.take("A1", LAMP).await;
    sms.write(&case, "已派单").await.unwrap();
    assert!(
        !sms.platform
            .app
            .sms_reported("G1", "UNDELIV", false)
            .await
            .unwrap()
    );
    sms.step().await;
    let last = sms.of(&case).await.pop().unwrap();
    assert_eq!(
        (last.state.as_str(), last.outcome.as_str()),
        ("failed", "UNDELIV")
    );
}

#[tokio::test]
async fn a_message_is_set_aside_with_a_reason_and_nuisance_is_answered_by_nobody() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    let (app, who) = (&sms.platform.app, operator(Desk::Hotline));
    let case = sms.take("A1", LAMP).await;
    let message = sms.of(&case).await[0].message.clone();
    let key = sms.platform.key();
    let refused = app.set_message_aside(&who, &message, "x", &key).await;
    assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
    let done = app
        .set_message_aside(&who, &message, "已电话答复", &key)
        .await
        .unwrap();
    assert_eq!(
        (done[0].state.as_str(), done[0].outcome.as_str()),
        ("aside", "已电话答复")
    );
    // A repeat gets its answer; another finds nothing that waits.
    app.set_message_aside(&who, &message, "已电话答复", &key)
        .await
        .unwrap();
    let again = app
        .set_message_aside(&who, &message, "已电话答复", &sms.platform.key())
        .await;
    assert!(matches!(again, Err(AppError::NotFound)), "{again:?}");
    let more = sms.take("A2", "哈哈哈哈").await;
    assert_eq!(more, case);
    let nuisance = serde_json::json!({"command": "mark_nuisance", "reason": "反复发送无关内容"});
    sms.platform.act(&who, &case, nuisance).await.unwrap();
    assert!(app.message_queue(&who).await.unwrap().waiting.is_empty());
    // The case is closed: the next message is a contact of its own.
    assert_ne!(sms.take("A3", LAMP).await, case);
}

#[tokio::test]
async fn law_10_who_may_not_and_what_is_removed() {
    let sms = Sms::open(Desk::Hotline, StoreKind::Sqlite).await;
    let (app, who) = (&sms.platform.app, operator(Desk::Hotline));
    let case = sms.take("A1", LAMP).await;
    let stranger = clerk("ecology");
    let (key, text) = (sms.platform.key(), "收到");
    let refused = app.write_message(&stranger, &case, text, &key).await;
    assert!(matches!(refused, Err(AppError::NotFound)), "{refused:?}");
    assert!(matches!(
        app.message_queue(&stranger).await,
        Err(AppError::Forbidden)
    ));
    let answer = serde_json::json!({"command": "answer", "text": "已答复"});
    sms.platform.act(&who, &case, answer).await.unwrap();
    assert_eq!(
        app.message_queue(&who).await.unwrap().waiting.len(),
        1,
        "an answer nobody sent is none"
    );
    let keeper = person(Role::SecurityAdmin, "desk-12345");
    let key = sms.platform.key();
    app.redact(&keeper, &case, "来电人依法申请删除", &key)
        .await
        .unwrap();
    let messages = app
        .messages_of_case(&lead(Desk::Hotline), &case)
        .await
        .unwrap();
    assert_eq!(
        (messages[0].text.as_str(), messages[0].number.as_str()),
        ("", "")
    );
    check_platform(&sms.platform).await;
}
