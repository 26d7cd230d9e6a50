//! Several dialled numbers at one desk.

use crate::world::*;
use voice::call::*;
use voice::queue::{Class, Needs, Skills};

/// 110, 119 and 122 at one desk: one queue, and each number asks for the people that can.
#[test]
fn r132_three_numbers_are_skills_of_one_desk() {
    const POLICE: Skills = Skills(1);
    const FIRE: Skills = Skills(2);
    const TRAFFIC: Skills = Skills(4);
    let mut plan = plan();
    for (number, class, required, preferred) in [
        ("110", Class::Emergency, Skills::NONE, POLICE),
        ("119", Class::Emergency, FIRE, Skills::NONE),
        ("122", Class::Normal, Skills::NONE, TRAFFIC),
    ] {
        let needs = Needs {
            required,
            preferred,
        };
        let known = NumberPlan {
            class,
            needs,
            base: 0,
        };
        plan.numbers.insert(number.to_owned(), known);
    }
    let mut w = World::new(plan);
    // Who has been idle longest would have every call, if the numbers asked for nothing.
    w.seat("police", POLICE);
    w.pass(1_000);
    w.seat("traffic", TRAFFIC);
    w.pass(1_000);
    w.seat("fire", FIRE);
    w.pass(1_000);

    let burning = w.call_to("city", "10000000042", "119");
    let leg = w.ringing(burning, "fire").expect("only who can rings");
    w.leg(leg, Heard::Answered);
    let crash = w.call_to("city", "10000000043", "122");
    let leg = w.ringing(crash, "traffic").expect("who can comes first");
    w.leg(leg, Heard::Answered);
    assert!(w.says(|f| matches!(f, What::Arrived { called, class, .. } if called == "119" && *class == Class::Emergency)));
    assert!(w.says(|f| matches!(f, What::Arrived { called, class, .. } if called == "122" && *class == Class::Normal)));

    // A second crash waits ten seconds for the busy one, then the desk is one desk.
    let second = w.call_to("city", "10000000044", "122");
    assert!(w.ringing(second, "police").is_none());
    w.pass(10_000);
    assert!(w.ringing(second, "police").is_some());
    // A second fire is nobody else's, however long it waits, and goes on to the duty phone and the partner.
    let third = w.call_to("city", "10000000045", "119");
    w.ask("police", Asked::Decline(second)).unwrap();
    w.pass(30_000);
    assert!(w.ringing(third, "police").is_none() && w.ringing(third, "traffic").is_none());
}

/// R102: one number is advertised and the others stay connected. Whichever is dialled, it is the same queue; a line that the
/// desk took over keeps what it asks for, and one that nobody planned is answered like the desk's own.
#[test]
fn r102_one_number_is_advertised_and_the_others_stay_connected() {
    const MARKET: Skills = Skills(1);
    let mut plan = plan();
    let taken_over = NumberPlan {
        class: Class::Normal,
        needs: Needs {
            required: Skills::NONE,
            preferred: MARKET,
        },
        base: 0,
    };
    plan.numbers.insert("12315".to_owned(), taken_over);
    let mut w = World::new(plan);
    w.seat("anybody", Skills::NONE);
    w.pass(1_000);
    w.seat("market", MARKET);
    w.pass(1_000);
    let advertised = w.call_to("city", "10000000042", "12345");
    assert!(w.ringing(advertised, "anybody").is_some(), "idle longest");
    let old = w.call_to("city", "10000000043", "12315");
    let leg = w.ringing(old, "market").expect("who knows its matters");
    w.leg(leg, Heard::Answered);
    // With both busy a third number waits in the same queue, and rings where a seat is free first.
    let unplanned = w.call_to("city", "10000000044", "12369");
    w.ask("anybody", Asked::Decline(advertised)).unwrap();
    for called in ["12345", "12315", "12369"] {
        let said = |f: &What| matches!(f, What::Arrived { called: c, .. } if c == called);
        assert!(
            w.says(said),
            "the record has the number that was dialled: {called}"
        );
    }
    w.leg(
        leg,
        Heard::Ended {
            by: Ender::Remote,
            cause: Cause::sip(200),
        },
    );
    w.ask("market", Asked::WrappedUp).unwrap();
    let rings = |w: &World, call| {
        ["anybody", "market"]
            .iter()
            .any(|seat| w.ringing(call, seat).is_some())
    };
    assert!(
        rings(&w, advertised) || rings(&w, unplanned),
        "the same seats"
    );
}
