use crate::world::*;
use voice::call::*;
use voice::queue::{
    Because, Class, Needs, PassedOver, Reach, Rules, Seat, SeatState, Skills, Waiting, pick,
};

fn seat(name: &str, skills: Skills, idle_since: i64) -> Seat {
    let mut seat = Seat::new(name.into(), skills, false, Moment(idle_since));
    seat.phone = true;
    seat.state = SeatState::Ready;
    seat
}

fn waiting(call: u128, class: Class, since: i64) -> Waiting {
    Waiting {
        call: CallId(call),
        class,
        base: 0,
        since: Moment(since),
        entered: Moment(since),
        needs: Needs::default(),
        last_operator: None,
        passed: Vec::new(),
        ringing: false,
    }
}

fn picked(now: i64, waiting: &[Waiting], seats: &[Seat]) -> Option<voice::queue::Pick> {
    let mut seats: Vec<&Seat> = seats.iter().collect();
    seats.sort_by(|a, b| a.name.cmp(&b.name));
    pick(Moment(now), &Rules::default(), waiting.iter(), &seats)
}

#[test]
fn the_highest_class_comes_first_however_long_others_have_waited() {
    let calls = [
        waiting(1, Class::Normal, 0),
        waiting(2, Class::CallBackDue, 50_000),
        waiting(3, Class::CalledAgain, 80_000),
        waiting(4, Class::Emergency, 99_000),
    ];
    for (left, first) in [(4, 4), (3, 3), (2, 2), (1, 1)] {
        let found = picked(100_000, &calls[..left], &[seat("a", Skills::NONE, 0)]).unwrap();
        assert_eq!(found.call, CallId(first));
    }
}

#[test]
fn waiting_outgrows_a_trunks_priority() {
    let mut favoured = waiting(1, Class::Normal, 95_000);
    favoured.base = 2;
    let patient = waiting(2, Class::Normal, 80_000);
    // Two steps of priority are worth 20 s of waiting: 5 + 20 s against 20 s, later against 25 s and more.
    let seats = [seat("a", Skills::NONE, 0)];
    assert_eq!(
        picked(100_000, &[favoured.clone(), patient.clone()], &seats)
            .unwrap()
            .call,
        CallId(1)
    );
    let longer = waiting(3, Class::Normal, 70_000);
    assert_eq!(
        picked(100_000, &[favoured, patient, longer], &seats)
            .unwrap()
            .call,
        CallId(3)
    );
}

#[test]
fn preferred_skills_are_waited_for_ten_seconds_if_somebody_on_duty_has_them() {
    let mut call = waiting(1, Class::Normal, 100_000);
    call.needs.preferred = ENGLISH;
    let plain = seat("a", Skills::NONE, 0);
    let mut english = seat("b", ENGLISH, 50_000);
    english.state = SeatState::Talking(CallId(9));
    let seats = [plain.clone(), english.clone()];
    assert!(picked(109_999, &[call.clone()], &seats).is_none());
    let found = picked(110_000, &[call.clone()], &seats).unwrap();
    assert_eq!(
        (found.seats[0].as_str(), found.reach),
        ("a", Reach::Required)
    );
    english.state = SeatState::Offline;
    assert!(picked(100_001, &[call.clone()], &[plain.clone(), english.clone()]).is_some());
    english.state = SeatState::Ready;
    let found = picked(100_001, &[call.clone()], &[plain.clone(), english.clone()]).unwrap();
    assert_eq!(
        (found.seats[0].as_str(), found.because),
        ("b", Because::OnlyOne)
    );
    assert_eq!(
        found.candidates[1].passed_over,
        Some(PassedOver::LacksPreferred(ENGLISH))
    );
    // After ten seconds both may, and the skill decides, though the other has been idle longer.
    let found = picked(111_000, &[call.clone()], &[plain, english]).unwrap();
    assert_eq!(
        (found.seats[0].as_str(), found.because),
        ("b", Because::BestSkill)
    );
    // An emergency waits for no preferred skill.
    call.class = Class::Emergency;
    assert_eq!(
        picked(100_001, &[call], &seats).unwrap().seats[0].as_str(),
        "a"
    );
}

#[test]
fn r91_a_required_skill_is_never_dropped_and_does_not_hold_up_others() {
    let mut expert = waiting(1, Class::CalledAgain, 0);
    expert.needs.required = POLICE_ADVICE;
    let other = waiting(2, Class::Normal, 90_000);
    let seats = [seat("a", ENGLISH, 0)];
    let found = picked(100_000, &[expert, other], &seats).unwrap();
    assert_eq!((found.call, found.ahead), (CallId(2), 1));
}

#[test]
fn the_group_that_helps_out_is_rung_after_twenty_seconds() {
    let call = waiting(1, Class::Normal, 100_000);
    let mut busy = seat("a", Skills::NONE, 0);
    busy.state = SeatState::Talking(CallId(9));
    let mut helper = seat("b", Skills::NONE, 0);
    helper.backup = true;
    let seats = [busy, helper];
    assert!(picked(119_999, std::slice::from_ref(&call), &seats).is_none());
    assert_eq!(
        picked(120_000, &[call], &seats).unwrap().reach,
        Reach::Backup
    );
}

#[test]
fn of_the_best_the_longest_idle_is_taken() {
    let seats = [
        seat("a", Skills::NONE, 30),
        seat("b", Skills::NONE, 10),
        seat("c", Skills::NONE, 20),
    ];
    let found = picked(1_000, &[waiting(1, Class::Normal, 0)], &seats).unwrap();
    assert_eq!(
        (found.seats[0].as_str(), found.because),
        ("b", Because::LongestIdle)
    );
    let names: Vec<&str> = found.candidates.iter().map(|c| c.seat.as_str()).collect();
    assert_eq!(names, ["b", "c", "a"]);
    assert_eq!(
        found.candidates[1].passed_over,
        Some(PassedOver::IdleShorter)
    );
}

#[test]
fn the_last_operator_comes_first_and_is_waited_for_three_seconds() {
    let mut call = waiting(1, Class::CalledAgain, 100_000);
    call.last_operator = Some("b".into());
    let mut seats = [seat("a", Skills::NONE, 0), seat("b", Skills::NONE, 90_000)];
    let found = picked(100_000, &[call.clone()], &seats).unwrap();
    assert_eq!(
        (found.seats[0].as_str(), found.because),
        ("b", Because::LastOperator)
    );
    seats[1].state = SeatState::WrapUp(CallId(9), None);
    assert!(picked(102_999, &[call.clone()], &seats).is_none());
    assert_eq!(
        picked(103_000, &[call.clone()], &seats).unwrap().seats[0].as_str(),
        "a"
    );
    call.class = Class::Emergency;
    assert_eq!(
        picked(100_000, &[call], &seats).unwrap().seats[0].as_str(),
        "a"
    );
}

#[test]
fn a_call_that_waits_has_one_timer_and_none_when_it_is_answered() {
    let mut world = World::new(plan());
    world.call("city", "10000000001");
    assert_eq!(world.timers.len(), 1, "{:?}", world.timers);
    // Each look has the next one started, until there is none any more.
    for _ in 0..4 {
        let (at, _) = *world.timers.first().unwrap();
        world.pass(at.since(world.now));
        assert_eq!(world.timers.len(), 1, "{:?}", world.timers);
    }
    world.seat("a", Skills::NONE);
    let call = world.board.waiting().next().unwrap().call;
    let seat = world.ringing(call, "a").unwrap();
    world.leg(seat, Heard::Answered);
    world.orders.clear();
    world.pass(10 * 60_000);
    let started = |order: &Order| matches!(order, Order::StartTimer { .. });
    assert!(!world.orders.iter().any(started), "{:?}", world.orders);
}

#[test]
fn whoever_called_a_moment_ago_is_known_among_many_and_forgotten_in_time() {
    let plan = plan();
    let long = plan.called_again_ms;
    let mut world = World::new(plan);
    world.call("city", "10000000001");
    for other in 2..300 {
        world.call("city", &format!("1000000{other:04}"));
    }
    let class = |world: &World| world.board.waiting().last().unwrap().class;
    assert_eq!(class(&world), Class::Normal);
    world.call("city", "10000000001");
    assert_eq!(class(&world), Class::CalledAgain);
    world.now = world.now.after(long + 1);
    world.call("city", "10000000001");
    assert_eq!(class(&world), Class::Normal);
}
