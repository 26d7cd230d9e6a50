//! Notices by telephone (R15, R16): what a person does in the call is what the notice says, on both stores.

use super::receiver::Http;
use super::{CITY, gateway, notice, on, order, outcomes, person, step};
use crate::voice::{Script, plan};
use app::view::DutyTestOrder;
use app::{VoiceControl, VoiceSetup};
use domain::desk::Desk;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{lead, operator};
use testkit::{Caller, DAY, Ground, MINUTE, Platform, Settings, StoreKind, check_platform};
use voice::call::*;
use voice::recording::Keeper;

const FIRST: &str = "10000000001";
const SECOND: &str = "10000000002";

fn recorded() -> HashSet<String> {
    let digits = (0..10).map(|n| format!("digit_{n}"));
    let words = [
        "notice",
        "notice_number",
        "notice_keys",
        "notice_again",
        "notice_noted",
    ];
    words.into_iter().map(str::to_owned).chain(digits).collect()
}

/// A hotline with a voice part, a gateway for short messages, and two people on duty.
struct Room {
    hotline: Platform,
    script: Arc<Script>,
    control: VoiceControl,
    sms: Http,
}

impl Room {
    async fn open(kind: StoreKind, sentences: HashSet<String>) -> Self {
        let sms = Http::start().await;
        let settings = Settings::of(Desk::Hotline);
        let channels: Vec<Arc<dyn app::reach::channel::Channel>> =
            vec![Arc::new(gateway(&sms.url))];
        let hotline = on(settings, Ground::new(kind).await, channels).await;
        let script = Arc::new(Script::default());
        let setup = VoiceSetup {
            plan: plan(),
            skills: Vec::new(),
            seats: HashMap::new(),
            backup: Vec::new(),
            recordings_kept: None,
            recordings: Keeper::new("no recording is made"),
            home: "127.0.0.1:5060".to_owned(),
            sentences,
        };
        let control = hotline.app.open_voice(setup).unwrap();
        hotline.app.connect_voice(script.clone());
        person(&hotline, CITY, "方舟", 1, json!({"mobile": FIRST})).await;
        person(&hotline, CITY, "林溯", 2, json!({"mobile": SECOND})).await;
        Self {
            hotline,
            script,
            control,
            sms,
        }
    }

    /// A pass of the job, and what the switchboard has to do for it.
    async fn pass(&self) {
        step(&self.hotline).await;
        while self.hotline.app.voice_turn().await > 0 {}
        step(&self.hotline).await;
    }

    async fn hear(&self, leg: LegId, heard: Heard) {
        self.control.hear(Input::Leg(leg, heard));
        self.pass().await;
    }

    async fn wait(&self, ms: u64) {
        let due: Vec<TimerId> = {
            let orders = self.script.orders.lock().unwrap();
            let timers = orders.iter().filter_map(|order| match order {
                Order::StartTimer { timer, after_ms } if *after_ms <= ms => Some(*timer),
                _ => None,
            });
            timers.collect()
        };
        self.hotline.clock.advance(i64::try_from(ms).unwrap());
        for timer in due {
            self.control.hear(Input::TimerDue(timer));
        }
        self.pass().await;
    }

    /// The legs that were dialled to a number, the first first.
    fn rung(&self, number: &str) -> Vec<LegId> {
        let orders = self.script.orders.lock().unwrap();
        let placed = orders.iter().filter_map(|order| match order {
            Order::Place(placing) => match &placing.to {
                Target::Trunk { number: to, .. } if to == number => Some(placing.leg),
                _ => None,
            },
            _ => None,
        });
        placed.collect()
    }

    /// The row that was played last, and its name.
    fn said(&self) -> (PromptName, Vec<String>) {
        let orders = self.script.orders.lock().unwrap();
        let said = orders.iter().rev().find_map(|order| match order {
            Order::PlayRow { name, prompts, .. } => Some((
                name.clone(),
                prompts.iter().map(ToString::to_string).collect(),
            )),
            _ => None,
        });
        said.expect("something is said")
    }

    /// To whom an order went as a short message.
    fn texted(&self) -> Vec<String> {
        let bodies = self.sms.bodies().into_iter();
        let orders = bodies.filter(|b| b["text"].as_str().unwrap().contains("请立即签收"));
        orders
            .map(|b| b["to"].as_str().unwrap().to_owned())
            .collect()
    }

    /// An urgent order to the unit; the number of its case.
    async fn dispatch(&self) -> (String, String) {
        let taker = operator(Desk::Hotline);
        let contact = Caller::says(SITE_NOISE).contact();
        let brief = self.hotline.take(&taker, contact).await.unwrap().brief;
        let urgent = json!({"command": "classify", "reason": "可能伤人", "to": {"desk": "hotline", "matter": brief.matter,
            "matter_name": "", "urgency": "urgent"}});
        let given = json!({"command": "dispatch", "lead": CITY});
        for order in [urgent, given] {
            let chief = lead(Desk::Hotline);
            self.hotline.act(&chief, &brief.id, order).await.unwrap();
        }
        self.pass().await;
        (brief.id, brief.no)
    }
}

async fn answered(kind: StoreKind) {
    let room = Room::open(kind, recorded()).await;
    let (case, no) = room.dispatch().await;
    let [leg] = room.rung(FIRST)[..] else {
        panic!("it rings once: {:?}", room.rung(FIRST));
    };
    assert!(room.texted().is_empty(), "the telephone comes first");
    let calling = notice(&room.hotline, CITY, "dispatched").await;
    let told =
        |name: &str, outcome: &str| (name.to_owned(), "phone".to_owned(), outcome.to_owned());
    assert!(outcomes(&calling).contains(&told("方舟", "calling")));
    room.hear(leg, Heard::Ringing).await;
    room.hotline.clock.advance(4_000);
    room.hear(leg, Heard::Answered).await;
    let (row, said) = room.said();
    let figures = no.rsplit('-').next().unwrap().chars();
    let mut expected = vec!["notice".to_owned(), "notice_number".to_owned()];
    expected.extend(figures.map(|figure| format!("digit_{figure}")));
    expected.push("notice_keys".to_owned());
    assert_eq!(said, expected, "{no}");
    room.hear(leg, Heard::PromptEnded(row)).await;
    room.hotline.clock.advance(1_000);
    room.hear(leg, Heard::Digit('1')).await;

    let done = notice(&room.hotline, CITY, "dispatched").await;
    assert_eq!(
        (
            done.notice.state.as_str(),
            done.notice.closed_how.as_str(),
            done.notice.closed_by.as_str()
        ),
        ("acknowledged", "phone", "方舟")
    );
    let delivery = done
        .deliveries
        .iter()
        .find(|d| d.channel == "phone")
        .unwrap();
    assert_eq!(
        (
            delivery.state.as_str(),
            delivery.outcome.as_str(),
            delivery.shown.as_str()
        ),
        ("delivered", "acknowledged", "100****0001")
    );
    let [attempt] = &delivery.attempts[..] else {
        panic!("one try: {:?}", delivery.attempts);
    };
    assert!(attempt.done_at.is_some());
    let times: Value = serde_json::from_str(&attempt.detail).unwrap();
    let at = |name: &str| {
        times[name]
            .as_i64()
            .unwrap_or_else(|| panic!("{name}: {times}"))
    };
    assert!(at("dialled") <= at("rang") && at("rang") + 4_000 == at("answered"));
    assert_eq!(times["heard"], 1);
    assert_eq!(times["keys"][0]["key"], "1");
    assert_eq!(times["keys"][0]["at"].as_i64(), Some(at("ended")));
    // The order is signed for, by whoever pressed the key.
    let chief = lead(Desk::Hotline);
    let line = room.hotline.app.timeline(&chief, &case, 0).await.unwrap();
    let line = serde_json::to_string(&line).unwrap();
    assert!(line.contains("方舟（经电话按键确认）"), "{line}");
    // Nobody else is told, however long it takes.
    let (row, said) = room.said();
    assert_eq!(said, ["notice_noted"]);
    room.hear(leg, Heard::PromptEnded(row)).await;
    room.hotline.clock.advance(DAY);
    room.pass().await;
    assert_eq!((room.rung(FIRST).len(), room.rung(SECOND).len()), (1, 0));
    assert!(room.texted().is_empty());
    check_platform(&room.hotline).await;
}

#[tokio::test]
async fn r15_key_1_in_the_call_answers_for_the_order_and_every_step_is_on_record_sqlite() {
    answered(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r15_key_1_in_the_call_answers_for_the_order_and_every_step_is_on_record_postgres() {
    answered(StoreKind::Postgres).await;
}

async fn unanswered(kind: StoreKind) {
    // Busy: the next way is a short message, at once.
    let room = Room::open(kind, recorded()).await;
    room.dispatch().await;
    let leg = room.rung(FIRST)[0];
    room.hear(leg, Heard::Failed(Cause::sip(486))).await;
    let detail = notice(&room.hotline, CITY, "dispatched").await;
    let busy = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "phone")
        .unwrap();
    assert_eq!(
        (busy.state.as_str(), busy.outcome.as_str()),
        ("dead", "busy")
    );
    assert_eq!(room.texted(), [FIRST]);
    room.pass().await;
    assert_eq!(room.texted(), [FIRST], "once");
    // The second on duty hears it and presses nothing: told, and nobody answers for it.
    room.hotline.clock.advance(2 * MINUTE);
    room.pass().await;
    let leg = room.rung(SECOND)[0];
    room.hear(leg, Heard::Answered).await;
    for _ in 0..2 {
        let (row, _) = room.said();
        room.hear(leg, Heard::PromptEnded(row)).await;
        room.wait(1_500).await;
    }
    room.wait(8_000).await;
    let ended = Heard::Ended {
        by: Ender::Local,
        cause: Cause::sip(200),
    };
    room.hear(leg, ended).await;
    let detail = notice(&room.hotline, CITY, "dispatched").await;
    let heard = detail.deliveries.iter().find(|d| d.name == "林溯").unwrap();
    assert_eq!(
        (heard.state.as_str(), heard.outcome.as_str()),
        ("delivered", "heard")
    );
    assert_eq!(detail.notice.state, "running");
    assert!(detail.notice.next_at.is_some(), "the ladder goes on");
    assert_eq!(room.texted(), [FIRST]);
    check_platform(&room.hotline).await;
}

#[tokio::test]
async fn r15_busy_takes_the_next_way_and_heard_without_a_key_is_told_and_unanswered_sqlite() {
    unanswered(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r15_busy_takes_the_next_way_and_heard_without_a_key_is_told_and_unanswered_postgres() {
    unanswered(StoreKind::Postgres).await;
}

#[tokio::test]
async fn law_3_a_call_that_was_up_when_the_program_was_killed_is_given_up_and_the_next_way_taken() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut room = Room::open(kind, recorded()).await;
        room.dispatch().await;
        let leg = room.rung(FIRST)[0];
        room.hear(leg, Heard::Answered).await;
        room.hotline.restart().await;
        room.hotline.clock.advance(MINUTE);
        step(&room.hotline).await;
        assert!(room.texted().is_empty(), "it may still be up elsewhere");
        room.hotline.clock.advance(4 * MINUTE);
        step(&room.hotline).await;
        let detail = notice(&room.hotline, CITY, "dispatched").await;
        let lost = detail
            .deliveries
            .iter()
            .find(|d| d.channel == "phone")
            .unwrap();
        assert_eq!(
            (lost.state.as_str(), lost.outcome.as_str()),
            ("dead", "lost")
        );
        let times: Value = serde_json::from_str(&lost.attempts[0].detail).unwrap();
        assert!(times["answered"].is_i64(), "what was heard of it: {times}");
        assert!(room.texted().contains(&FIRST.to_owned()));
    }
}

#[tokio::test]
async fn r15_a_site_that_can_call_nobody_says_why_and_takes_the_next_way() {
    // A sentence is missing.
    let mut some = recorded();
    some.remove("digit_7");
    let room = Room::open(StoreKind::Sqlite, some).await;
    room.dispatch().await;
    assert!(room.rung(FIRST).is_empty());
    assert_eq!(room.texted(), [FIRST]);
    let detail = notice(&room.hotline, CITY, "dispatched").await;
    let passed = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "phone")
        .unwrap();
    assert_eq!(
        (passed.state.as_str(), passed.outcome.as_str()),
        ("passed", "no_sentences")
    );
    assert_eq!(passed.attempts[0].detail, "digit_7");
    // No voice part at all.
    let sms = Http::start().await;
    let settings = Settings::of(Desk::Hotline);
    let ground = Ground::new(StoreKind::Sqlite).await;
    let hotline = on(settings, ground, vec![Arc::new(gateway(&sms.url))]).await;
    person(&hotline, CITY, "方舟", 1, json!({"mobile": FIRST})).await;
    let brief = hotline
        .take(&operator(Desk::Hotline), Caller::says(SITE_NOISE).contact())
        .await
        .unwrap()
        .brief;
    for order in [
        json!({"command": "classify", "reason": "可能伤人", "to": {"desk": "hotline", "matter": brief.matter,
            "matter_name": "", "urgency": "urgent"}}),
        json!({"command": "dispatch", "lead": CITY}),
    ] {
        hotline
            .act(&lead(Desk::Hotline), &brief.id, order)
            .await
            .unwrap();
    }
    step(&hotline).await;
    let told = outcomes(&notice(&hotline, CITY, "dispatched").await);
    let row =
        |channel: &str, outcome: &str| ("方舟".to_owned(), channel.to_owned(), outcome.to_owned());
    assert!(told.contains(&row("phone", "no_voice")), "{told:?}");
    assert!(told.contains(&row("sms", "accepted")), "{told:?}");
}

#[tokio::test]
async fn an_order_that_was_answered_elsewhere_rings_no_longer() {
    let room = Room::open(StoreKind::Sqlite, recorded()).await;
    room.dispatch().await;
    let leg = room.rung(FIRST)[0];
    room.hear(leg, Heard::Ringing).await;
    let id = notice(&room.hotline, CITY, "dispatched").await.notice.id;
    let done = json!({"change": "acknowledge_for", "name": "林溯"});
    order(&room.hotline, &id, done).await.unwrap();
    room.pass().await;
    let ends = |order: &Order| matches!(order, Order::End { leg: of, .. } if *of == leg);
    assert!(room.script.orders.lock().unwrap().iter().any(ends));
    let detail = notice(&room.hotline, CITY, "dispatched").await;
    let void = detail
        .deliveries
        .iter()
        .find(|d| d.channel == "phone")
        .unwrap();
    assert_eq!(
        (void.state.as_str(), void.outcome.as_str()),
        ("void", "answered_before")
    );
    assert!(room.texted().is_empty());
}

#[tokio::test]
async fn a_test_call_of_the_roster_rings_and_key_1_is_in_time() {
    let room = Room::open(StoreKind::Sqlite, recorded()).await;
    let test: DutyTestOrder =
        serde_json::from_value(json!({"units": [CITY], "minutes": 10})).unwrap();
    let chief = lead(Desk::Hotline);
    let key = room.hotline.key();
    room.hotline
        .app
        .test_roster(&chief, &test, &key)
        .await
        .unwrap();
    room.pass().await;
    let leg = room.rung(FIRST)[0];
    room.hear(leg, Heard::Answered).await;
    assert_eq!(
        room.said().1,
        ["notice", "notice_keys"],
        "it is about no case"
    );
    room.hear(leg, Heard::Digit('1')).await;
    let tests = room.hotline.app.duty_tests(&chief).await.unwrap();
    let line = tests[0]
        .lines
        .iter()
        .find(|line| line.answered_by == "方舟")
        .unwrap();
    assert_eq!(
        (line.result.as_str(), &line.channels[..]),
        ("in_time", &["phone".to_owned()][..])
    );
}
