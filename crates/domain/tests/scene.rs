//! A dispute that is settled (R31): whom the decision names has a binding order, or is at work already.
#![cfg(test)]

mod county;

use county::{MORNING, intake, rules, sign};
use domain::case::{
    Case, Command, Context, DangerSign, DisputeAbout, Event, LegRole, LegState, Rules, Solved,
    decide, evolve, receive, replay,
};
use domain::clock::{Calendar, Limits};
use domain::desk::Desk;
use domain::id::UnitId;

/// What happens when all of this is asked for, one after the other, of a plain call at the hotline.
struct Hall {
    rules: Rules,
    calendar: Calendar,
    case: Case,
}

impl Hall {
    fn with(commands: &[Command]) -> Self {
        Self::begun(Vec::new(), commands)
    }

    fn begun(danger: Vec<DangerSign>, commands: &[Command]) -> Self {
        let rules = rules(Desk::Hotline);
        let calendar = Calendar::plain();
        let ctx = context(&rules, &calendar);
        let events = receive(&intake("c1", danger), None, None, &ctx).unwrap();
        let log = events.iter().map(|event| (event, MORNING));
        let case = replay(&"c1".into(), log).unwrap();
        let mut hall = Self {
            rules,
            calendar,
            case,
        };
        for command in commands {
            hall.does(command);
        }
        hall
    }

    fn does(&mut self, command: &Command) -> Vec<Event> {
        let events = decide(&self.case, command, &context(&self.rules, &self.calendar)).unwrap();
        for event in &events {
            self.case = evolve(self.case.clone(), event, MORNING);
        }
        events
    }

    /// Settles the dispute for a unit; the order that went out with it.
    fn settled_for(&mut self, unit: &str) -> Option<(String, LegRole, bool)> {
        let events = self.does(&Command::SettleDispute {
            dispute: 1,
            unit: unit.into(),
            basis: "联动办审定规则第三条".to_owned(),
            reason: "先行收治，费用另行结算".to_owned(),
        });
        assert!(matches!(events.first(), Some(Event::DisputeSettled(_))));
        let legs = events.iter().find_map(|event| match event {
            Event::Dispatched { legs, .. } => Some(legs),
            _ => None,
        })?;
        let [leg] = legs.as_slice() else {
            panic!("one order, not {legs:?}");
        };
        Some((leg.unit.to_string(), leg.role, leg.binding))
    }
}

const fn context<'a>(rules: &'a Rules, calendar: &'a Calendar) -> Context<'a> {
    Context {
        now: MORNING,
        rules,
        calendar,
        danger_unit: None,
        clocks: None,
    }
}

fn dispatch(lead: &str) -> Command {
    Command::Dispatch {
        lead: Some(lead.into()),
        assist: Vec::new(),
        first_response: Vec::new(),
        limits: Limits::default(),
        basis: "list-1 W01".to_owned(),
        note: String::new(),
    }
}

fn dispute() -> Command {
    Command::Dispute {
        leg: "a1".into(),
        about: DisputeAbout::Fee,
        against: Some(UnitId::new("civil-affairs")),
        text: "费用由谁承担说法不一".to_owned(),
    }
}

fn signed() -> Command {
    Command::Sign { leg: "a1".into() }
}

#[test]
fn r31_who_must_act_is_ordered_beside_the_lead_at_work() {
    let mut hall = Hall::with(&[dispatch("health"), signed(), dispute()]);
    let order = hall.settled_for("civil-affairs");
    assert_eq!(
        order,
        Some(("civil-affairs".to_owned(), LegRole::Assist, true))
    );
    assert_eq!(hall.case.leg(&"a1".into()).unwrap().state, LegState::Signed);
}

#[test]
fn r31_who_is_at_work_already_is_not_ordered_again() {
    let mut hall = Hall::with(&[dispatch("health"), signed(), dispute()]);
    assert_eq!(hall.settled_for("health"), None);
}

#[test]
fn r31_who_must_act_leads_where_nobody_is_at_work() {
    let mut hall = Hall::with(&[
        dispatch("health"),
        signed(),
        dispute(),
        Command::AskReturn {
            leg: "a1".into(),
            reason: "非本单位职责".to_owned(),
        },
        Command::DecideReturn {
            leg: "a1".into(),
            accepted: true,
            reason: "同意".to_owned(),
        },
    ]);
    let order = hall.settled_for("civil-affairs");
    assert_eq!(
        order,
        Some(("civil-affairs".to_owned(), LegRole::Lead, true))
    );
}

#[test]
fn r31_a_result_that_waits_for_its_review_is_not_overtaken() {
    let mut hall = Hall::with(&[
        dispatch("health"),
        signed(),
        dispute(),
        Command::GiveResult {
            leg: "a1".into(),
            text: "已收治".to_owned(),
            public_reply: "已收治".to_owned(),
            solved: Solved::Solved,
        },
    ]);
    assert_eq!(hall.settled_for("civil-affairs"), None);
}

#[test]
fn r31_the_order_goes_out_though_the_police_have_not_answered_yet() {
    let mut hall = Hall::begun(
        vec![sign("fire")],
        &[dispatch("health"), signed(), dispute()],
    );
    assert!(
        hall.case.sent_in_the_air().is_some(),
        "their part is offered"
    );
    let order = hall.settled_for("civil-affairs");
    assert_eq!(
        order,
        Some(("civil-affairs".to_owned(), LegRole::Assist, true))
    );
}
