//! The races of the hand-over, by name: what two people do while the link is slow.

use crate::county::{MORNING, link_of, rules, sign};
use crate::world::{Became, Ground, Step, World};
use domain::case::{
    Case, Command, HandOverMode, HandOverState, Holder, LegState, Outcome, PeerFact, Status,
    needs_police_case,
};
use domain::clock::Limits;
use domain::desk::Desk::{self, Hotline, Police};

struct Story {
    ground: Ground,
    world: World,
}

impl Story {
    fn begins_at(first: Desk) -> Self {
        Self::begins_on(Ground::new(), first)
    }

    fn begins_on(ground: Ground, first: Desk) -> Self {
        let world = World::new(&ground, first, false);
        Self { ground, world }
    }

    fn step(&mut self, step: &Step) -> Became {
        self.world.step(&self.ground, step, MORNING).unwrap()
    }

    /// Somebody asks for it and it happens.
    fn act(&mut self, desk: Desk, command: Command) {
        let step = Step::Act(desk, Box::new(command));
        assert_eq!(self.step(&step), Became::Done, "{step:?}");
    }

    /// Somebody asks for it and is told no.
    fn refused(&mut self, desk: Desk, command: Command) {
        let step = Step::Act(desk, Box::new(command));
        assert_eq!(self.step(&step), Became::Nothing, "{step:?}");
    }

    fn arrives(&mut self, from: Desk) {
        assert_eq!(self.step(&Step::Deliver(from)), Became::Done);
    }

    fn races(&mut self, from: Desk, fact: &'static str) {
        let became = self.step(&Step::Deliver(from));
        assert!(
            matches!(became, Became::Raced(kind, _) if kind == fact),
            "{became:?}"
        );
    }

    fn drain(&mut self) {
        self.world.drain(&self.ground, MORNING).unwrap();
    }

    fn case(&self, desk: Desk) -> &Case {
        self.world.side(desk).case.as_ref().unwrap()
    }

    fn holds(&self, desk: Desk) -> bool {
        matches!(self.case(desk).holder, Holder::Own { .. })
    }

    fn offer(&self, desk: Desk, n: usize) -> HandOverState {
        self.case(desk).hand_overs[n].state
    }
}

fn push(desk: Desk) -> Command {
    hand_over(desk, HandOverMode::Push)
}

fn hand_over(desk: Desk, mode: HandOverMode) -> Command {
    Command::HandOver {
        link: link_of(desk),
        mode,
        note: String::new(),
    }
}

fn accept() -> Command {
    Command::AcceptOffer {
        note: String::new(),
    }
}

fn why() -> String {
    "理由".to_owned()
}

fn refuse() -> Command {
    Command::RefuseOffer { reason: why() }
}

fn withdraw() -> Command {
    Command::WithdrawOffer { reason: why() }
}

fn arbitrate(to: Desk) -> Command {
    Command::Arbitrate {
        to: to.into(),
        basis: "审定办法".to_owned(),
        reason: why(),
    }
}

fn danger() -> Command {
    Command::AddDetail {
        digest: "d".to_owned(),
        danger: vec![sign("fire")],
        danger_version: "danger-1".to_owned(),
    }
}

fn dispatch(lead: &str) -> Command {
    Command::Dispatch {
        lead: Some(lead.into()),
        assist: Vec::new(),
        first_response: Vec::new(),
        limits: Limits::default(),
        basis: String::new(),
        note: String::new(),
    }
}

#[test]
fn an_acceptance_that_came_before_the_withdrawal_wins() {
    let mut s = Story::begins_at(Police);
    s.act(Police, push(Police));
    s.arrives(Police);
    s.act(Hotline, accept());
    s.act(Police, withdraw());
    assert!(s.holds(Police), "the sender holds it until it hears");
    s.races(Police, "withdrawn");
    s.arrives(Hotline);
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert_eq!(s.offer(Police, 0), HandOverState::Accepted);
}

#[test]
fn a_withdrawal_that_came_before_the_acceptance_wins() {
    let mut s = Story::begins_at(Police);
    s.act(Police, push(Police));
    s.arrives(Police);
    s.act(Police, withdraw());
    s.arrives(Police);
    s.refused(Hotline, accept());
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert_eq!(s.offer(Police, 0), HandOverState::Withdrawn);
    assert_eq!(s.case(Hotline).outcome, Some(Outcome::SentBack));
    assert_eq!(s.case(Hotline).status(), Status::Closed);
}

#[test]
fn an_offer_that_timed_out_can_still_be_accepted() {
    let mut s = Story::begins_at(Police);
    s.act(Police, push(Police));
    s.arrives(Police);
    s.act(Hotline, accept());
    assert_eq!(s.step(&Step::TimeOut(Police)), Became::Done);
    assert_eq!(s.offer(Police, 0), HandOverState::TimedOut);
    assert!(s.holds(Police), "time alone moves nothing");
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
}

#[test]
fn a_binding_decision_stands_above_the_acceptance_it_crossed() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.arrives(Hotline);
    s.act(Police, accept());
    s.act(Hotline, Command::AskArbitration { reason: why() });
    s.act(Hotline, arbitrate(Hotline));
    s.races(Police, "accepted");
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert_eq!(s.case(Hotline).epoch, s.case(Police).epoch);
    s.refused(Hotline, push(Hotline));
}

#[test]
fn an_offer_that_crossed_a_binding_decision_waits_on_neither_side() {
    let mut s = Story::begins_at(Police);
    s.act(Police, push(Police));
    s.drain();
    s.act(Hotline, refuse());
    s.drain();
    s.act(Police, push(Police));
    s.act(Hotline, Command::AskArbitration { reason: why() });
    s.act(Hotline, arbitrate(Police));
    s.races(Police, "offered");
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert_eq!(s.offer(Police, 1), HandOverState::Withdrawn);
    assert!(s.case(Hotline).incoming().is_none());
}

#[test]
fn the_arbiter_binds_the_matter_to_the_other_side_and_it_arrives() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.drain();
    s.act(Police, refuse());
    s.act(Police, Command::AskArbitration { reason: why() });
    s.drain();
    s.act(Hotline, arbitrate(Police));
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert_eq!(s.case(Police).status(), Status::Taken);
    assert_eq!(s.case(Police).outcome, None, "it has yet to decide");
    s.refused(Police, Command::ReturnToPeer { reason: why() });
}

/// The hotline holds what the police would not take, and the arbiter there has the word.
fn disputed() -> Story {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.drain();
    s.act(Police, refuse());
    s.act(Police, Command::AskArbitration { reason: why() });
    s.drain();
    s
}

#[test]
fn law_2_the_arbiters_side_holds_what_it_bound_away_until_the_link_is_back() {
    let mut s = disputed();
    s.act(Hotline, arbitrate(Police));
    // The link is down: whatever is tried, it is held here and goes nowhere else.
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert_eq!(s.case(Hotline).status(), Status::Offered);
    assert_eq!(s.case(Hotline).task(true), None);
    let told = Command::Inform {
        text: "已告知".to_owned(),
    };
    let close = Command::Close {
        note: String::new(),
    };
    for command in [
        push(Hotline),
        hand_over(Hotline, HandOverMode::Parallel),
        hand_over(Hotline, HandOverMode::Consult),
        Command::ReturnToPeer { reason: why() },
        Command::AskArbitration { reason: why() },
        Command::MergeInto {
            into: "other".into(),
        },
        Command::Cancel { reason: why() },
        told,
        close,
    ] {
        s.refused(Hotline, command);
    }
    // Who answers for it can still send somebody: law 4.
    s.act(Hotline, dispatch("water"));
    assert_eq!(s.case(Hotline).status(), Status::Dispatched);
    // The link is back. The police take it first, then the hotline lets go.
    s.arrives(Hotline);
    assert!(s.holds(Hotline) && s.holds(Police));
    s.drain();
    assert!(!s.holds(Hotline) && s.holds(Police));
    let hotline = s.case(Hotline);
    assert_eq!(hotline.status(), Status::Elsewhere);
    assert_eq!(
        hotline.outcome,
        Some(Outcome::Dispatched),
        "law 1: the first stands"
    );
    assert_eq!(
        hotline.legs[0].state,
        LegState::Withdrawn,
        "nobody had signed"
    );
    assert_eq!(
        hotline.twin.as_ref().and_then(|twin| twin.case.as_ref()),
        Some(&s.case(Police).id)
    );
}

#[test]
fn a_matter_is_bound_once_and_confirmed_once() {
    let mut s = disputed();
    s.act(Hotline, arbitrate(Police));
    s.refused(Hotline, arbitrate(Police));
    s.refused(Hotline, arbitrate(Hotline));
    s.drain();
    s.refused(Hotline, arbitrate(Hotline));
    s.refused(Police, Command::AskArbitration { reason: why() });
    let again = Command::Peer {
        link: link_of(Hotline),
        fact: PeerFact::Bound {
            epoch: s.case(Hotline).epoch,
            no: "no-police".to_owned(),
            case: s.case(Police).id.clone(),
        },
    };
    s.refused(Hotline, again);
    assert!(!s.holds(Hotline) && s.holds(Police));
    assert_eq!(s.case(Hotline).epoch, s.case(Police).epoch);
}

#[test]
fn a_confirmation_of_another_decision_moves_nothing() {
    let mut s = disputed();
    let other = |epoch| Command::Peer {
        link: link_of(Hotline),
        fact: PeerFact::Bound {
            epoch,
            no: "no-police".to_owned(),
            case: "police".into(),
        },
    };
    let before = s.case(Hotline).epoch;
    s.refused(Hotline, other(before));
    s.act(Hotline, arbitrate(Police));
    s.refused(Hotline, other(before));
    s.refused(Hotline, other(before + 2));
    assert!(s.holds(Hotline));
}

#[test]
fn a_binding_decision_that_crossed_the_acceptance_it_orders_is_confirmed_all_the_same() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.arrives(Hotline);
    s.act(Hotline, Command::AskArbitration { reason: why() });
    s.act(Police, accept());
    s.act(Hotline, arbitrate(Police));
    s.races(Police, "accepted");
    assert!(s.holds(Hotline), "the offer ended; the confirmation counts");
    s.drain();
    assert!(!s.holds(Hotline) && s.holds(Police));
}

#[test]
fn a_matter_bound_away_by_a_side_that_does_not_hold_it_stays_where_it_is() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.drain();
    s.act(Police, accept());
    s.act(Police, Command::AskArbitration { reason: why() });
    s.drain();
    s.act(Hotline, arbitrate(Police));
    assert!(!s.holds(Hotline) && s.holds(Police));
    assert_eq!(s.case(Hotline).status(), Status::Elsewhere);
    s.drain();
    assert!(!s.holds(Hotline) && s.holds(Police));
    s.refused(Police, Command::ReturnToPeer { reason: why() });
}

#[test]
fn law_5_danger_heard_while_a_matter_is_bound_to_the_police_sends_them() {
    let mut s = disputed();
    s.act(Hotline, arbitrate(Police));
    s.act(Hotline, danger());
    assert!(s.holds(Hotline), "danger moves nothing by itself");
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert_eq!(s.case(Police).legs.len(), 1, "they took it and go");
}

#[test]
fn law_5_danger_heard_by_the_police_before_the_decision_arrives_makes_a_case_of_its_own() {
    let mut s = disputed();
    s.act(Hotline, arbitrate(Police));
    s.act(Police, danger());
    assert!(needs_police_case(s.case(Police), &rules(Desk::Police)));
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert!(
        s.case(Hotline).is_dangerous(),
        "the hotline has heard of it"
    );
}

#[test]
fn law_5_danger_in_what_the_police_bound_away_makes_a_case_of_its_own() {
    let mut s = Story::begins_on(Ground::with_arbiter_at(Police), Police);
    s.act(Police, push(Police));
    s.drain();
    s.act(Hotline, refuse());
    s.act(Hotline, Command::AskArbitration { reason: why() });
    s.drain();
    s.act(Police, arbitrate(Hotline));
    s.act(Police, danger());
    // It is about to be the hotline's: an order in this case would end with it.
    assert!(s.holds(Police) && needs_police_case(s.case(Police), &rules(Desk::Police)));
    assert!(s.case(Police).legs.is_empty());
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert!(s.case(Hotline).is_dangerous());
}

#[test]
fn law_5_police_on_the_way_are_not_called_back_by_a_binding_decision() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.arrives(Hotline);
    s.act(Police, accept());
    s.act(Police, danger());
    assert_eq!(s.case(Police).legs[0].state, LegState::Dispatched);
    s.act(Hotline, Command::AskArbitration { reason: why() });
    s.act(Hotline, arbitrate(Hotline));
    s.races(Police, "accepted");
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert_eq!(s.case(Police).legs[0].state, LegState::Dispatched);
}

#[test]
fn danger_that_meets_a_return_sends_police() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.drain();
    s.act(Police, accept());
    s.drain();
    s.act(Police, Command::ReturnToPeer { reason: why() });
    s.act(Hotline, danger());
    s.arrives(Hotline);
    let police = s.case(Police);
    assert!(police.is_dangerous());
    assert!(
        needs_police_case(police, &rules(Desk::Police)),
        "its offer is in the air: the danger is a case of its own"
    );
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert!(needs_police_case(s.case(Police), &rules(Desk::Police)));
}

#[test]
fn danger_that_meets_an_unanswered_offer_sends_police() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.arrives(Hotline);
    s.act(Hotline, danger());
    s.drain();
    let police = s.case(Police);
    assert!(
        s.holds(Police) && !s.holds(Hotline),
        "law 5 accepts for them"
    );
    assert_eq!(police.outcome, Some(Outcome::Dispatched));
    assert_eq!(police.legs.len(), 1);
}

#[test]
fn danger_heard_by_the_police_in_an_unanswered_offer_sends_police() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, hand_over(Hotline, HandOverMode::Consult));
    s.arrives(Hotline);
    s.act(Police, danger());
    assert!(s.holds(Police));
    assert_eq!(s.case(Police).legs.len(), 1);
    s.drain();
    assert!(!s.holds(Hotline));
}

#[test]
fn an_offer_on_a_closed_twin_opens_it() {
    let mut s = Story::begins_at(Police);
    s.act(Police, hand_over(Police, HandOverMode::Parallel));
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    let told = Command::Inform {
        text: "已告知".to_owned(),
    };
    s.act(Hotline, told);
    s.drain();
    assert_eq!(s.case(Hotline).status(), Status::Closed);
    s.act(Police, push(Police));
    s.drain();
    assert_eq!(s.case(Hotline).status(), Status::Incoming);
    s.act(Hotline, accept());
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert!(
        !s.case(Police).twin.as_ref().unwrap().closed,
        "the twin is at work again"
    );
}

#[test]
fn a_matter_offered_again_after_a_refusal_gets_its_outcome_from_who_took_it() {
    let mut s = Story::begins_at(Police);
    s.act(Police, push(Police));
    s.drain();
    s.act(Hotline, refuse());
    s.drain();
    assert_eq!(s.case(Hotline).outcome, Some(Outcome::SentBack));
    s.act(Police, push(Police));
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    assert_eq!(s.case(Hotline).outcome, None);
    s.act(Hotline, dispatch("water"));
    assert_eq!(s.case(Hotline).outcome, Some(Outcome::Dispatched));
}

#[test]
fn a_parallel_offer_that_was_refused_can_be_made_again() {
    let mut s = Story::begins_at(Police);
    s.act(Police, hand_over(Police, HandOverMode::Parallel));
    s.drain();
    s.act(Hotline, refuse());
    s.drain();
    s.act(Police, hand_over(Police, HandOverMode::Parallel));
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    assert!(s.holds(Police) && s.holds(Hotline));
    s.refused(Police, hand_over(Police, HandOverMode::Parallel));
}

#[test]
fn a_return_that_is_refused_leaves_the_matter_handed_over() {
    let mut s = Story::begins_at(Hotline);
    s.act(Hotline, push(Hotline));
    s.drain();
    s.act(Police, accept());
    s.drain();
    s.act(Police, Command::ReturnToPeer { reason: why() });
    s.drain();
    s.act(Hotline, refuse());
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
    assert_eq!(s.case(Hotline).status(), Status::Elsewhere);
    assert_eq!(s.case(Hotline).outcome, Some(Outcome::HandedOverPush));
}

#[test]
fn parts_that_cross_are_settled_by_taking_one_back() {
    let mut s = Story::begins_at(Police);
    s.act(Police, hand_over(Police, HandOverMode::Parallel));
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    s.act(Police, push(Police));
    s.act(Hotline, push(Hotline));
    s.drain();
    s.refused(Police, accept());
    s.refused(Hotline, accept());
    s.act(Police, withdraw());
    s.drain();
    s.act(Police, accept());
    s.drain();
    assert!(s.holds(Police) && !s.holds(Hotline));
}
