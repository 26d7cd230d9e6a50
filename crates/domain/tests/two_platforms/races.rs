//! The races of the hand-over, by name: what two people do while the link is slow.

use crate::county::{MORNING, link_of, sign};
use crate::world::{Became, Ground, Step, World};
use domain::case::{
    Case, Command, HandOverMode, HandOverState, Holder, Outcome, Status, needs_police_case,
};
use domain::clock::Limits;
use domain::desk::Desk::{self, Hotline, Police};

struct Story {
    ground: Ground,
    world: World,
}

impl Story {
    fn begins_at(first: Desk) -> Self {
        let ground = Ground::new();
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
        to,
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
        needs_police_case(police),
        "its offer is in the air: the danger is a case of its own"
    );
    s.drain();
    s.act(Hotline, accept());
    s.drain();
    assert!(s.holds(Hotline) && !s.holds(Police));
    assert!(needs_police_case(s.case(Police)));
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
    s.act(
        Hotline,
        Command::Dispatch {
            lead: Some("water".into()),
            assist: Vec::new(),
            first_response: Vec::new(),
            limits: Limits::default(),
            basis: String::new(),
            note: String::new(),
        },
    );
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
