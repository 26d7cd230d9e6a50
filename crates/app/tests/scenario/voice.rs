//! Calls on a real store: the switchboard in the application, with an engine that does what the script says.

use app::view::{CallDeskView, CallTo, SeatAgreed, SeatAsk};
use app::{AppError, VoiceControl, VoiceSetup};
use domain::desk::Desk;
use domain::right::{Actor, Role};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use testkit::people::{lead, operator, person};
use testkit::{Caller, Platform, StoreKind, check_platform};
use voice::call::*;
use voice::queue::{Class, Needs};
use voice::recording::Keeper;

mod binding;
mod killed;
mod talk;

/// Keeps orders; the script says what is heard.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) orders: Mutex<Vec<Order>>,
}

impl Engine for Script {
    fn carry_out(&self, orders: Vec<Order>) {
        self.orders.lock().unwrap().extend(orders);
    }
}

struct Desk12345 {
    platform: Platform,
    script: Arc<Script>,
    control: VoiceControl,
    folder: tempfile::TempDir,
}

pub(crate) fn plan() -> Plan {
    let mut plan = Plan::new(DeskKind::Hotline, "12345");
    let normal = TrunkPlan {
        class: Class::Normal,
        needs: Needs::default(),
        base: 0,
    };
    plan.trunks.insert("city".into(), normal);
    plan.partners.insert(
        "police".to_owned(),
        Partner {
            trunk: "police".into(),
            number: "110".to_owned(),
            policy: "full".into(),
            platform: true,
        },
    );
    plan.outward = Some(("city".into(), "plain".into()));
    // Shorter than a seat's wrap-up: a test that waits for a record has no call-back made meanwhile.
    plan.settle_ms = 5_000;
    plan
}

pub(crate) fn setup(folder: &Path) -> VoiceSetup {
    VoiceSetup {
        plan: plan(),
        skills: vec!["english".to_owned()],
        seats: HashMap::new(),
        backup: Vec::new(),
        recordings: Keeper::new(folder),
        home: "127.0.0.1:5060".to_owned(),
        sentences: std::collections::HashSet::new(),
        recordings_kept: None,
    }
}

impl Desk12345 {
    async fn open(kind: StoreKind) -> Self {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let folder = tempfile::tempdir().unwrap();
        let control = platform.app.open_voice(setup(folder.path())).unwrap();
        let script = Arc::new(Script::default());
        platform.app.connect_voice(script.clone());
        Self {
            platform,
            script,
            control,
            folder,
        }
    }

    async fn turn(&self) {
        while self.platform.app.voice_turn().await > 0 {}
    }

    async fn hear(&self, input: Input) {
        self.control.hear(input);
        self.turn().await;
    }

    async fn leg(&self, leg: LegId, heard: Heard) {
        self.hear(Input::Leg(leg, heard)).await;
    }

    /// A person asks, while the loop runs.
    async fn ask(&self, who: &Actor, ask: SeatAsk) -> Result<CallDeskView, AppError> {
        let asked = self.platform.app.ask_seat(who, &ask);
        let mut asked = std::pin::pin!(asked);
        loop {
            tokio::select! {
                biased;
                done = &mut asked => return done,
                () = async { self.turn().await; tokio::task::yield_now().await; } => {}
            }
        }
    }

    async fn sit(&self, who: &Actor) {
        self.hear(Input::Phone(
            SeatName::new(who.account.as_str()),
            PhoneState::There,
        ))
        .await;
        self.ask(who, SeatAsk::Ready).await.unwrap();
        // A phone that is there before the person signed on is told again by the engine.
        self.hear(Input::Phone(
            SeatName::new(who.account.as_str()),
            PhoneState::There,
        ))
        .await;
    }

    async fn call(&self, number: &str) -> CallId {
        let call = self.control.name_call();
        let arrival = Arrival {
            call,
            trunk: "city".into(),
            caller: CallerHeaders {
                from: format!("<sip:{number}@carrier.invalid>;tag=1"),
                ..CallerHeaders::default()
            },
            called: "12345".to_owned(),
            correlation: Correlation::default(),
        };
        self.hear(Input::Arrived(Box::new(arrival))).await;
        call
    }

    /// A call that was taken at the seat it rang at: its name, and the seat's leg.
    async fn taken(&self, number: &str) -> (CallId, LegId) {
        let call = self.call(number).await;
        let seat = self.placed(call).leg;
        self.leg(seat, Heard::Answered).await;
        self.leg(LegId::arrived(call), Heard::Answered).await;
        (call, seat)
    }

    /// A leg is over, and so many seconds of it were recorded.
    async fn over(&self, leg: LegId, by: Ender, seconds: u32) {
        let cause = Cause::sip(200);
        self.leg(leg, Heard::Ended { by, cause }).await;
        let sealed = Sealed {
            recording: leg.to_string(),
            seconds,
            gaps: 0,
            head: [7; 32],
        };
        self.leg(leg, Heard::Recorded(sealed)).await;
    }

    /// Time passes: what was to happen within it happens.
    async fn wait(&self, ms: u64) {
        let due: Vec<TimerId> = {
            let orders = self.script.orders.lock().unwrap();
            let timers = orders.iter().filter_map(|order| match order {
                Order::StartTimer { timer, after_ms } if *after_ms <= ms => Some(*timer),
                _ => None,
            });
            timers.collect()
        };
        self.platform.clock.advance(i64::try_from(ms).unwrap());
        for timer in due {
            self.hear(Input::TimerDue(timer)).await;
        }
    }

    fn ordered(&self, order: impl Fn(&Order) -> bool) -> bool {
        self.script.orders.lock().unwrap().iter().any(order)
    }

    /// The leg that was dialled last in the call.
    fn placed(&self, call: CallId) -> Placing {
        let orders = self.script.orders.lock().unwrap();
        let placed = orders.iter().rev().find_map(|order| match order {
            Order::Place(placing) if placing.leg.call == call => Some((**placing).clone()),
            _ => None,
        });
        placed.expect("somebody is dialled")
    }

    async fn bind(&self, who: &Actor, call: CallId, case: &str) -> Result<(), AppError> {
        let call = call.to_string();
        let bound = self.platform.app.bind_call(who, &call, case);
        let mut bound = std::pin::pin!(bound);
        loop {
            tokio::select! {
                biased;
                done = &mut bound => return done,
                () = async { self.turn().await; tokio::task::yield_now().await; } => {}
            }
        }
    }

    /// What stands on the case about calls, with who did it.
    async fn on_case(&self, case: &str) -> Vec<(String, String)> {
        let row = self.platform.app.store().case(case).await.unwrap().unwrap();
        let log = self.platform.app.store().feed(0, 1_000).await.unwrap();
        log.into_iter()
            .filter(|entry| entry.case_id == row.id && entry.kind == "call_noted")
            .map(|entry| {
                let body: Value = serde_json::from_str(&entry.body).unwrap();
                (body["step"].as_str().unwrap().to_owned(), entry.actor)
            })
            .collect()
    }
}

#[tokio::test]
async fn r54_r74_r90_a_call_is_a_fact_on_its_case_from_the_first_ring() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let desk = Desk12345::open(kind).await;
        let who = operator(Desk::Hotline);
        desk.sit(&who).await;
        let call = desk.call("10000000042").await;
        // Nothing has left before the call was written down.
        let store = desk.platform.app.store();
        let row = store.call(&call.to_string()).await.unwrap().unwrap();
        assert_eq!(
            (row.number.as_str(), row.outcome.as_str()),
            ("10000000042", "")
        );
        assert!(row.caller.contains("carrier.invalid"), "as received");
        assert!(desk.ordered(|order| *order == Order::Ring(LegId::arrived(call))));
        let seen = desk.platform.app.call_desk(&who).await.unwrap();
        let ringing = seen.call.expect("it rings here before it is answered");
        assert_eq!(
            (ringing.number.as_str(), ringing.doing.as_str()),
            ("10000000042", "ringing")
        );

        let leg = desk.placed(call).leg;
        desk.leg(leg, Heard::Answered).await;
        desk.leg(LegId::arrived(call), Heard::Answered).await;
        desk.platform.clock.advance(60_000);
        // The case is opened while they talk; what happened before goes on it.
        let case = desk
            .platform
            .take(&who, Caller::says("路灯坏了").contact())
            .await
            .unwrap();
        let case = case.brief.id;
        desk.bind(&who, call, &case).await.unwrap();
        desk.bind(&who, call, &case).await.unwrap();
        assert_eq!(
            desk.on_case(&case).await,
            [("answered".to_owned(), who.account.to_string())]
        );

        let id = call.to_string();
        let police = || CallTo::Partner("police".to_owned());
        desk.ask(
            &who,
            SeatAsk::Consult {
                call: id.clone(),
                to: police(),
            },
        )
        .await
        .unwrap();
        let far = desk.placed(call);
        assert_eq!(
            far.origin.number.as_deref(),
            Some("10000000042"),
            "the caller's own number"
        );
        assert!(far.origin.token.is_some(), "the far desk can find its case");
        desk.leg(far.leg, Heard::Answered).await;
        desk.ask(&who, SeatAsk::Join { call: id.clone() })
            .await
            .unwrap();
        desk.ask(
            &who,
            SeatAsk::Decide {
                call: id.clone(),
                agreed: SeatAgreed::Police,
            },
        )
        .await
        .unwrap();
        desk.ask(&who, SeatAsk::HandOver { call: id.clone() })
            .await
            .unwrap();
        desk.over(leg, Ender::Local, 3).await;
        desk.over(LegId::arrived(call), Ender::Remote, 3).await;
        desk.over(far.leg, Ender::Local, 3).await;
        let steps: Vec<String> = desk
            .on_case(&case)
            .await
            .into_iter()
            .map(|(step, _)| step)
            .collect();
        assert_eq!(
            steps,
            [
                "answered",
                "consult_began",
                "consult_answered",
                "joined",
                "agreed",
                "handed_over",
                "over"
            ]
        );
        // The record and the last fact came together; legs, recordings and the number are where they belong.
        let row = store.call(&id).await.unwrap().unwrap();
        assert_eq!(
            (row.outcome.as_str(), row.seat.as_str()),
            ("answered", who.account.as_str())
        );
        assert_eq!(row.case_id, case);
        let legs: Value = serde_json::from_str(&row.legs).unwrap();
        assert_eq!(legs.as_array().unwrap().len(), 3);
        assert_eq!(store.call_recordings(&id).await.unwrap().len(), 3);
        let log = store.feed(0, 1_000).await.unwrap();
        assert!(
            log.iter().all(|entry| !entry.body.contains("10000000042")),
            "no number in any log (law 10)"
        );
        let shown = desk.platform.app.calls_of_case(&who, &case).await.unwrap();
        assert_eq!(shown.len(), 1);
        let offered = shown[0]
            .steps
            .iter()
            .find(|step| step.kind == "offered")
            .unwrap();
        assert_eq!(offered.body["because"], "only_one", "every pick says why");
        assert_eq!(offered.body["candidates"][0]["why"], "picked");
        check_platform(&desk.platform).await;
    }
}

#[tokio::test]
async fn a_dropped_call_becomes_a_call_back_that_is_written_and_made() {
    let desk = Desk12345::open(StoreKind::Sqlite).await;
    let who = operator(Desk::Hotline);
    let call = desk.call("10000000042").await;
    desk.platform.clock.advance(3_000);
    let gone = Heard::Ended {
        by: Ender::Remote,
        cause: Cause::sip(487),
    };
    desk.leg(LegId::arrived(call), gone).await;
    let store = desk.platform.app.store();
    let row = store.call(&call.to_string()).await.unwrap().unwrap();
    assert_eq!(row.outcome, "call_back");
    desk.sit(&who).await;
    let seen = desk.platform.app.call_desk(&who).await.unwrap();
    assert_eq!(seen.call_backs.len(), 1);
    assert_eq!(seen.call_backs[0].number, "10000000042");
    // It is due: the timer that was ordered for it runs out.
    desk.platform.clock.advance(30_000);
    let timers: Vec<TimerId> = desk
        .script
        .orders
        .lock()
        .unwrap()
        .iter()
        .filter_map(|order| match order {
            Order::StartTimer {
                timer,
                after_ms: 30_000,
            } => Some(*timer),
            _ => None,
        })
        .collect();
    for timer in timers {
        desk.hear(Input::TimerDue(timer)).await;
    }
    let seen = desk.platform.app.call_desk(&who).await.unwrap();
    let back = seen.call.expect("it rings at the seat");
    assert_eq!(back.call_back.as_deref(), Some(call.to_string().as_str()));
    let row = store.call(&back.call).await.unwrap().unwrap();
    assert_eq!((row.inbound, row.call_back), (false, call.to_string()));
}

/// Mostly the caller has hung up when the operator sends the case.
#[tokio::test]
async fn a_call_that_is_over_can_still_be_bound_with_all_that_happened_in_it() {
    let desk = Desk12345::open(StoreKind::Sqlite).await;
    let who = operator(Desk::Hotline);
    desk.sit(&who).await;
    let (call, leg) = desk.taken("10000000042").await;
    desk.platform.clock.advance(60_000);
    desk.over(LegId::arrived(call), Ender::Remote, 60).await;
    desk.over(leg, Ender::Local, 60).await;
    let case = desk
        .platform
        .take(&who, Caller::says("路灯坏了").contact())
        .await
        .unwrap();
    desk.bind(&who, call, &case.brief.id).await.unwrap();
    assert_eq!(
        desk.on_case(&case.brief.id).await,
        [
            ("answered".to_owned(), who.account.to_string()),
            ("over".to_owned(), String::new()),
        ]
    );
    // Once: another case cannot have it, too.
    let other = desk
        .platform
        .take(&who, Caller::says("井盖没了").contact())
        .await
        .unwrap();
    match desk.bind(&who, call, &other.brief.id).await {
        Err(AppError::Invalid(errors)) => assert_eq!(errors[0].key, "bound_elsewhere"),
        other => panic!("{other:?}"),
    }
    check_platform(&desk.platform).await;
}

#[tokio::test]
async fn law_10_rights_and_records_of_listening() {
    let desk = Desk12345::open(StoreKind::Sqlite).await;
    let (who, chief) = (operator(Desk::Hotline), lead(Desk::Hotline));
    desk.sit(&who).await;
    let call = desk.call("10000000042").await;
    let leg = desk.placed(call).leg;
    desk.leg(leg, Heard::Answered).await;
    let id = call.to_string();
    let listen = || SeatAsk::Listen { call: id.clone() };
    assert!(matches!(
        desk.ask(&who, listen()).await,
        Err(AppError::Forbidden)
    ));
    let unit = person(Role::Clerk, "urban-management");
    assert!(matches!(
        desk.ask(&unit, SeatAsk::Ready).await,
        Err(AppError::Forbidden)
    ));
    assert!(matches!(
        desk.platform.app.call_floor(&who).await,
        Err(AppError::Forbidden)
    ));
    // Not at a phone: refused with the machine's key, and nothing was changed.
    match desk.ask(&chief, listen()).await {
        Err(AppError::Invalid(errors)) => assert_eq!(errors[0].key, "seat_busy"),
        other => panic!("{other:?}"),
    }
    let trail = async || {
        let filter = store::AuditFilter::default();
        let rows = desk.platform.app.store().audit_page(&filter, 100).await;
        let rows = rows.unwrap().into_iter();
        rows.filter(|row| row.action == "supervise_call")
            .map(|row| (row.resource, row.reason))
            .collect::<Vec<_>>()
    };
    assert!(trail().await.is_empty(), "what was refused is on no record");
    desk.hear(Input::Phone(
        SeatName::new(chief.account.as_str()),
        PhoneState::There,
    ))
    .await;
    desk.ask(&chief, listen()).await.unwrap();
    assert_eq!(
        trail().await,
        [(format!("call/{id}"), "listen".to_owned())],
        "on record before anything is heard"
    );
    let line = desk.placed(call).leg;
    desk.leg(line, Heard::Answered).await;
    let steps = desk.platform.app.store().call_steps(&id).await.unwrap();
    assert!(steps.iter().any(|step| step.kind == "supervised"));
    let floor = desk.platform.app.call_floor(&chief).await.unwrap();
    assert_eq!(floor.calls[0].supervisors, [chief.account.to_string()]);
    let pick = floor.calls[0].pick.as_ref().expect("why it rang there");
    assert_eq!(
        (pick.because.as_str(), pick.candidates[0].why.as_str()),
        ("only_one", "picked")
    );
    assert_eq!(floor.seats.len(), 2);
    assert_eq!(floor.staffing.unwrap().answered, 1);
}

/// Somebody of the desk with a shift on the roster from one hour to another, every day.
async fn on_roster(desk: &Desk12345, name: &str, mobile: &str, from: &str, to: &str) {
    let (app, chief) = (&desk.platform.app, lead(Desk::Hotline));
    let person =
        serde_json::json!({"change": "person", "name": name, "role": "member", "mobile": mobile});
    let change = |order: Value| {
        let order = serde_json::from_value(order).unwrap();
        let key = desk.platform.key();
        let chief = chief.clone();
        async move {
            app.change_roster(&chief, "desk-12345", &order, &key)
                .await
                .unwrap()
        }
    };
    let id = change(person).await.id;
    let pattern = serde_json::json!({"change": "pattern", "rank": 1, "from": from, "to": to,
        "days": "all", "people": [id], "step": 1, "starts": "2026-11-01"});
    change(pattern).await;
}

#[tokio::test]
async fn a_call_that_nobody_answers_rings_whoever_is_on_duty_now() {
    // It is nine in the morning.
    let desk = Desk12345::open(StoreKind::Sqlite).await;
    let app = &desk.platform.app;
    assert!(
        !app.look_at_duty().await.unwrap(),
        "nobody is on duty, and nobody was"
    );
    on_roster(&desk, "虚构甲", "10000000081", "08:00", "20:00").await;
    on_roster(&desk, "虚构乙", "10000000082", "20:00", "08:00").await;
    assert!(app.look_at_duty().await.unwrap());
    assert!(!app.look_at_duty().await.unwrap(), "said once");
    let rings = |call| match desk.placed(call).to {
        Target::Trunk { number, .. } => number,
        other => panic!("{other:?}"),
    };
    let call = desk.call("10000000042").await;
    desk.wait(50_000).await;
    assert_eq!(rings(call), "10000000081");
    // The shift changes while the program runs.
    desk.platform.clock.advance(11 * 3_600_000);
    assert!(app.look_at_duty().await.unwrap());
    let call = desk.call("10000000043").await;
    desk.wait(50_000).await;
    assert_eq!(rings(call), "10000000082");
}

#[tokio::test]
async fn a_desk_without_a_trunk_says_so_and_nothing_else() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let who = operator(Desk::Hotline);
    let seen = platform.app.call_desk(&who).await.unwrap();
    assert!(!seen.on && seen.seat.is_none());
    assert!(matches!(
        platform.app.ask_seat(&who, &SeatAsk::Ready).await,
        Err(AppError::NotFound)
    ));
    assert_eq!(platform.app.voice_turn().await, 0);
}
