//! Calls and their cases in one turn of the desk, and after the program was killed.

use super::{Desk12345, Script, setup};
use app::view::{CallTo, SeatAsk};
use domain::desk::Desk;
use domain::id::AccountId;
use domain::right::Actor;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::people::operator;
use testkit::{Caller, StoreKind, check_platform};
use voice::call::*;

impl Desk12345 {
    async fn a_case(&self, who: &Actor) -> String {
        let told = Caller::says("路灯坏了").contact();
        self.platform.take(who, told).await.unwrap().brief.id
    }

    /// What a case is, whenever it was touched.
    async fn stands(&self, case: &str) -> Value {
        let row = self.platform.app.store().case(case).await.unwrap();
        let mut state: Value = serde_json::from_str(&row.unwrap().state).unwrap();
        let fields = state.as_object_mut().unwrap();
        assert!(fields.remove("version").is_some() && fields.remove("updated_at").is_some());
        state
    }

    /// Both have asked before the desk has its turn.
    async fn both<A, B>(
        &self,
        one: impl Future<Output = A>,
        two: impl Future<Output = B>,
    ) -> (A, B) {
        let both = async { tokio::join!(biased; one, two) };
        let mut both = std::pin::pin!(both);
        loop {
            tokio::select! {
                biased;
                done = &mut both => return done,
                () = async { self.turn().await; tokio::task::yield_now().await; } => {}
            }
        }
    }
}

async fn calls_of_one_turn_are_all_on_their_case(kind: StoreKind) {
    let desk = Desk12345::open(kind).await;
    let first = operator(Desk::Hotline);
    let second = Actor {
        account: AccountId::new("second"),
        ..first.clone()
    };
    desk.sit(&first).await;
    let (one, one_seat) = desk.taken("10000000042").await;
    desk.sit(&second).await;
    let (two, two_seat) = desk.taken("10000000043").await;
    let case = desk.a_case(&first).await;
    let before = desk.stands(&case).await;
    let app = &desk.platform.app;
    let (of_one, of_two) = (one.to_string(), two.to_string());
    let (done, also) = desk
        .both(
            app.bind_call(&first, &of_one, &case),
            app.bind_call(&second, &of_two, &case),
        )
        .await;
    done.unwrap();
    also.unwrap();
    for leg in [one_seat, two_seat, LegId::arrived(one), LegId::arrived(two)] {
        let (by, cause) = (Ender::Remote, Cause::sip(200));
        desk.control
            .hear(Input::Leg(leg, Heard::Ended { by, cause }));
        let sealed = Sealed {
            recording: leg.to_string(),
            seconds: 3,
            gaps: 0,
            head: [7; 32],
        };
        desk.control.hear(Input::Leg(leg, Heard::Recorded(sealed)));
    }
    desk.turn().await;
    let mut noted = desk.on_case(&case).await;
    noted.sort();
    let said = |step: &str, by: &str| (step.to_owned(), by.to_owned());
    let mut all = vec![
        said("answered", first.account.as_str()),
        said("answered", "second"),
        said("over", ""),
        said("over", ""),
    ];
    all.sort();
    assert_eq!(noted, all);
    // Nothing that a case is found or told by is another for it: the index and the notices pass over what only notes.
    assert_eq!(desk.stands(&case).await, before);
    for call in [of_one, of_two] {
        let row = desk
            .platform
            .app
            .store()
            .call(&call)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.case_id, case);
        assert!(row.ended.is_some());
    }
    check_platform(&desk.platform).await;
}

#[tokio::test]
async fn law_1_calls_of_one_turn_are_all_on_their_case_sqlite() {
    calls_of_one_turn_are_all_on_their_case(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn law_1_calls_of_one_turn_are_all_on_their_case_postgres() {
    calls_of_one_turn_are_all_on_their_case(StoreKind::Postgres).await;
}

fn to_the_police(call: CallId) -> SeatAsk {
    SeatAsk::Consult {
        call: call.to_string(),
        to: CallTo::Partner("police".to_owned()),
    }
}

#[tokio::test]
async fn r74_who_is_asked_in_the_turn_of_the_binding_hears_of_the_case() {
    let desk = Desk12345::open(StoreKind::Sqlite).await;
    let who = operator(Desk::Hotline);
    desk.sit(&who).await;
    let (call, _) = desk.taken("10000000042").await;
    let case = desk.a_case(&who).await;
    let (name, asks) = (call.to_string(), to_the_police(call));
    let app = &desk.platform.app;
    let (bound, asked) = desk
        .both(app.bind_call(&who, &name, &case), app.ask_seat(&who, &asks))
        .await;
    bound.unwrap();
    asked.unwrap();
    let origin = desk.placed(call).origin;
    assert!(origin.token.is_some() && origin.case.is_some());
}

async fn a_killed_program_knows_whose_a_call_is(kind: StoreKind) {
    let mut desk = Desk12345::open(kind).await;
    let who = operator(Desk::Hotline);
    desk.sit(&who).await;
    let (call, seat) = desk.taken("10000000042").await;
    let case = desk.a_case(&who).await;
    desk.bind(&who, call, &case).await.unwrap();
    // Nothing happens in the call between the binding and the kill.
    desk.platform.restart().await;
    let app = &desk.platform.app;
    desk.control = app.open_voice(setup(desk.folder.path())).unwrap();
    desk.script = Arc::new(Script::default());
    app.connect_voice(desk.script.clone());
    let left = app.voice_left().await.unwrap();
    let lines = BTreeSet::from([LegId::arrived(call), seat]);
    assert_eq!(app.resume_voice(left, &lines).await.unwrap(), 1);
    desk.hear(Input::Phone(
        SeatName::new(who.account.as_str()),
        PhoneState::There,
    ))
    .await;
    desk.ask(&who, to_the_police(call)).await.unwrap();
    let origin = desk.placed(call).origin;
    let row = app.store().case(&case).await.unwrap().unwrap();
    assert_eq!(origin.case, Some(row.no));
    assert!(origin.token.is_some());
}

#[tokio::test]
async fn r74_a_killed_program_knows_whose_a_call_is_sqlite() {
    a_killed_program_knows_whose_a_call_is(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r74_a_killed_program_knows_whose_a_call_is_postgres() {
    a_killed_program_knows_whose_a_call_is(StoreKind::Postgres).await;
}
