//! Assignment as the desks live it: given what happened, when somebody asks, then what follows.
#![cfg(test)]

mod county;

use county::{MORNING, intake, link_of, rules, sign};
use domain::case::{
    Case, Command, Context, Event, Holder, LegState, Outcome, PeerFact, Refusal, Rules, Solved,
    Status, Task, decide, evolve, receive, replay,
};
use domain::clock::{Calendar, Deadline, DeadlineState, Limits, Millis, Span, Stage};
use domain::desk::Desk;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// One case and a clock that jumps.
struct Story {
    rules: Rules,
    calendar: Calendar,
    now: Millis,
    case: Case,
}

impl Story {
    /// A plain call at the hotline, and what was done about it before the story.
    fn given(commands: impl IntoIterator<Item = Command>) -> Self {
        Self::given_at(Desk::Hotline, commands)
    }

    fn given_at(desk: Desk, commands: impl IntoIterator<Item = Command>) -> Self {
        let rules = rules(desk);
        let calendar = Calendar::plain();
        let ctx = Context {
            now: MORNING,
            rules: &rules,
            calendar: &calendar,
            danger_unit: None,
            clocks: None,
        };
        let events = receive(&intake("c1", Vec::new()), None, None, &ctx).unwrap();
        let log = events.iter().map(|event| (event, MORNING));
        let case = replay(&"c1".into(), log).unwrap();
        let mut story = Self {
            rules,
            calendar,
            now: MORNING,
            case,
        };
        for command in commands {
            story.when(command);
        }
        story
    }

    fn ask(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let ctx = Context {
            now: self.now,
            rules: &self.rules,
            calendar: &self.calendar,
            danger_unit: None,
            clocks: None,
        };
        decide(&self.case, command, &ctx)
    }

    /// It is asked for and happens.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story gives its commands away"
    )]
    fn when(&mut self, command: Command) -> Vec<Event> {
        let events = self.ask(&command).unwrap_or_else(|refusal| {
            panic!("{command:?} was refused: {refusal}");
        });
        for event in &events {
            self.case = evolve(self.case.clone(), event, self.now);
        }
        events
    }

    /// It is asked for and refused.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story gives its commands away"
    )]
    fn refused(&self, command: Command) -> Refusal {
        self.ask(&command).expect_err("it was not refused")
    }

    /// Time passes, and the clock job takes every step that falls due on its way.
    fn pass(&mut self, time: Millis) -> Vec<&'static str> {
        let until = self.now + time;
        let mut steps = Vec::new();
        while let Some((at, deadline)) = self
            .case
            .deadlines
            .iter()
            .filter_map(|d| d.next().map(|(at, _)| (at, d.id.clone())))
            .filter(|(at, _)| *at <= until)
            .min()
        {
            self.now = self.now.max(at);
            for event in self.when(Command::DeadlineReached { deadline }) {
                steps.push(event.kind());
            }
        }
        self.now = until;
        steps
    }

    #[track_caller]
    fn clock(&self, stage: Stage) -> &Deadline {
        self.case
            .deadlines
            .iter()
            .rev()
            .find(|d| d.stage == stage)
            .expect("no such clock")
    }

    #[track_caller]
    fn leg(&self, id: &str) -> LegState {
        self.case.leg(&id.into()).expect("no such assignment").state
    }

    fn held_by(&self, unit: &str) -> bool {
        self.case.holder == Holder::Own { unit: unit.into() }
    }
}

fn word(text: &str) -> String {
    text.to_owned()
}

fn dispatch(lead: &str) -> Command {
    Command::Dispatch {
        lead: Some(lead.into()),
        assist: Vec::new(),
        first_response: Vec::new(),
        limits: Limits::default(),
        basis: word("list-1 W01"),
        note: String::new(),
    }
}

fn sign_for(leg: &str) -> Command {
    Command::Sign { leg: leg.into() }
}

fn report(leg: &str) -> Command {
    Command::Report {
        leg: leg.into(),
        text: word("已到现场"),
        scene: None,
    }
}

fn result(leg: &str) -> Command {
    Command::GiveResult {
        leg: leg.into(),
        text: word("已修复"),
        public_reply: word("已修复"),
        solved: Solved::Solved,
    }
}

fn ask_return(leg: &str) -> Command {
    Command::AskReturn {
        leg: leg.into(),
        reason: word("非本单位职责"),
    }
}

fn accept_return(leg: &str) -> Command {
    Command::DecideReturn {
        leg: leg.into(),
        accepted: true,
        reason: String::new(),
    }
}

fn review(passed: bool) -> Command {
    Command::Review {
        passed,
        reason: word("核对"),
    }
}

fn close() -> Command {
    Command::Close {
        note: String::new(),
    }
}

fn ask_extension(leg: &str) -> Command {
    Command::AskExtension {
        leg: leg.into(),
        by: Span::Days(1),
        reason: word("等配件"),
    }
}

#[test]
fn the_clocks_start_at_dispatch_and_the_lead_answers_once_it_signs() {
    let mut s = Story::given([dispatch("water")]);
    assert!(s.held_by("hotline-desk"), "dispatch moves nothing (law 2)");
    assert_eq!(s.case.status(), Status::Dispatched);
    assert_eq!(s.case.outcome, Some(Outcome::Dispatched));
    for stage in [Stage::Sign, Stage::Feedback, Stage::Result, Stage::Close] {
        assert_eq!(s.clock(stage).from, MORNING, "{stage:?} (law 6)");
    }
    assert_eq!(s.clock(Stage::Sign).due, MORNING + 30 * MINUTE);
    assert_eq!(s.clock(Stage::Result).due, MORNING + 2 * DAY);
    s.pass(20 * MINUTE);
    s.when(sign_for("a1"));
    assert!(s.held_by("water"));
    assert_eq!(s.case.status(), Status::Handling);
    let met = DeadlineState::Met {
        at: MORNING + 20 * MINUTE,
        late: false,
    };
    assert_eq!(s.clock(Stage::Sign).state, met);
    assert_eq!(s.clock(Stage::Result).due, MORNING + 2 * DAY, "still");
    assert_eq!(
        s.refused(sign_for("a1")),
        Refusal::LegState {
            leg: "a1".into(),
            state: "signed"
        }
    );
}

#[test]
fn a_clock_turns_amber_then_red_and_a_late_signature_stays_late() {
    let mut s = Story::given([dispatch("water")]);
    let sign = s.clock(Stage::Sign).id.clone();
    assert_eq!(
        s.refused(Command::DeadlineReached {
            deadline: sign.clone()
        }),
        Refusal::NoStep(sign.clone())
    );
    assert_eq!(s.pass(23 * MINUTE), ["deadline_neared"]);
    assert_eq!(s.clock(Stage::Sign).state, DeadlineState::Amber);
    assert_eq!(s.pass(7 * MINUTE), ["deadline_missed"]);
    assert_eq!(s.clock(Stage::Sign).state, DeadlineState::Missed);
    assert_eq!(
        s.refused(Command::DeadlineReached {
            deadline: sign.clone()
        }),
        Refusal::NoStep(sign),
        "each step is taken once"
    );
    s.when(sign_for("a1"));
    assert!(matches!(
        s.clock(Stage::Sign).state,
        DeadlineState::Met { late: true, .. }
    ));
}

#[test]
fn a_clock_job_that_slept_through_amber_takes_one_step() {
    let mut s = Story::given([dispatch("water")]);
    let sign = s.clock(Stage::Sign).id.clone();
    s.now += HOUR;
    let events = s.when(Command::DeadlineReached { deadline: sign });
    assert_eq!(events[0].kind(), "deadline_missed");
}

#[test]
fn the_first_feedback_stops_its_clock_and_a_failed_call_does_not() {
    let mut s = Story::given([dispatch("water"), sign_for("a1")]);
    s.when(Command::Contact {
        leg: "a1".into(),
        reached: false,
        note: word("无人接听"),
    });
    assert_eq!(s.clock(Stage::Feedback).state, DeadlineState::Running);
    s.pass(HOUR);
    s.when(report("a1"));
    let met = DeadlineState::Met {
        at: MORNING + HOUR,
        late: false,
    };
    assert_eq!(s.clock(Stage::Feedback).state, met);
    s.pass(5 * HOUR);
    s.when(report("a1"));
    assert_eq!(s.clock(Stage::Feedback).state, met, "the first one counts");
}

#[test]
fn a_suspension_stops_the_units_clocks_and_resuming_gives_back_what_was_left() {
    let mut s = Story::given([dispatch("water"), sign_for("a1")]);
    s.pass(HOUR);
    s.when(Command::Suspend {
        leg: "a1".into(),
        reason: word("等待天气"),
        ground: String::new(),
    });
    assert_eq!(s.case.status(), Status::Suspended);
    assert_eq!(
        s.clock(Stage::Feedback).state,
        DeadlineState::Paused {
            left: HOUR,
            missed: false
        }
    );
    let steps = s.pass(10 * DAY);
    assert_eq!(
        steps,
        ["deadline_neared", "deadline_missed"],
        "only the clock of the whole case runs on"
    );
    s.when(Command::Resume { leg: "a1".into() });
    assert_eq!(s.clock(Stage::Feedback).due, s.now + HOUR);
    assert_eq!(s.clock(Stage::Result).due, s.now + 2 * DAY - HOUR);
    assert_eq!(s.clock(Stage::Result).from, MORNING, "it began at dispatch");
    assert_eq!(s.pass(HOUR), ["deadline_neared", "deadline_missed"]);
}

#[test]
fn an_extension_is_asked_before_it_is_due_and_moves_the_result_and_the_close() {
    let mut s = Story::given([dispatch("water"), sign_for("a1")]);
    let closing = s.clock(Stage::Close).due;
    s.pass(DAY);
    s.when(ask_extension("a1"));
    assert_eq!(s.case.task(true), Some(Task::Extension));
    assert_eq!(
        s.refused(ask_extension("a1")),
        Refusal::AskPending("a1".into())
    );
    assert_eq!(s.refused(result("a1")), Refusal::AskPending("a1".into()));
    s.when(Command::DecideExtension {
        leg: "a1".into(),
        granted: true,
        reason: String::new(),
    });
    assert_eq!(s.clock(Stage::Result).due, MORNING + 3 * DAY);
    assert_eq!(s.clock(Stage::Close).due, closing + DAY);
    assert_eq!(
        s.refused(ask_extension("a1")),
        Refusal::ExtensionsExhausted(1)
    );
}

#[test]
fn an_extension_that_is_granted_late_passes_over_no_warning() {
    let mut s = Story::given([dispatch("water"), sign_for("a1"), ask_extension("a1")]);
    // The moment of the warning passed while nobody looked at the clocks.
    s.now += 3 * DAY - MINUTE;
    s.when(Command::DecideExtension {
        leg: "a1".into(),
        granted: true,
        reason: String::new(),
    });
    assert_eq!(s.clock(Stage::Result).due, s.now + MINUTE);
    assert_eq!(s.clock(Stage::Result).state, DeadlineState::Running);
    assert!(s.pass(0).contains(&"deadline_neared"));
    assert!(s.pass(MINUTE).contains(&"deadline_missed"));
}

#[test]
fn an_extension_that_is_denied_moves_nothing_and_one_after_the_time_is_refused() {
    let mut s = Story::given([dispatch("water"), sign_for("a1"), ask_extension("a1")]);
    let denied = |reason: &str| Command::DecideExtension {
        leg: "a1".into(),
        granted: false,
        reason: word(reason),
    };
    assert!(matches!(s.refused(denied("")), Refusal::Text { .. }));
    s.when(denied("理由不足"));
    assert_eq!(s.clock(Stage::Result).due, MORNING + 2 * DAY);
    assert_eq!(
        s.refused(denied("理由不足")),
        Refusal::NothingAsked("a1".into())
    );
    s.pass(2 * DAY);
    assert_eq!(s.refused(ask_extension("a1")), Refusal::ExtensionTooLate);
}

#[test]
fn returns_are_limited_then_the_desk_binds_and_the_unit_keeps_it() {
    let mut s = Story::given([dispatch("water"), sign_for("a1"), ask_return("a1")]);
    assert_eq!(s.case.task(true), Some(Task::Return));
    assert!(s.held_by("water"), "asking moves nothing");
    s.when(accept_return("a1"));
    assert!(s.held_by("hotline-desk"), "it comes back to the desk");
    assert_eq!(s.leg("a1"), LegState::Returned);
    assert_eq!(s.clock(Stage::Result).state, DeadlineState::Void);
    s.when(dispatch("roads"));
    s.when(ask_return("a2"));
    s.when(accept_return("a2"));
    s.when(dispatch("parks"));
    assert_eq!(s.refused(ask_return("a3")), Refusal::ReturnsExhausted(2));
    s.when(Command::Assign {
        unit: "water".into(),
        basis: word("审定办法"),
        reason: word("管网归其管理"),
        limits: Limits::default(),
    });
    assert!(s.held_by("water"), "a binding decision moves it at once");
    assert_eq!(s.leg("a3"), LegState::Withdrawn);
    assert_eq!(s.refused(ask_return("a4")), Refusal::Bound);
    assert_eq!(s.refused(dispatch("roads")), Refusal::Bound);
}

#[test]
fn a_return_is_asked_in_writing_and_within_its_time() {
    let mut s = Story::given([dispatch("water")]);
    let silent = Command::AskReturn {
        leg: "a1".into(),
        reason: word("  "),
    };
    assert!(matches!(s.refused(silent), Refusal::Text { .. }));
    s.pass(4 * HOUR);
    assert!(s.ask(&ask_return("a1")).is_ok(), "to the last moment");
    s.pass(1);
    assert_eq!(s.refused(ask_return("a1")), Refusal::ReturnTooLate);
}

#[test]
fn a_lead_that_has_not_signed_can_be_replaced_and_one_that_has_cannot() {
    let mut s = Story::given([dispatch("water"), dispatch("roads")]);
    assert_eq!(s.leg("a1"), LegState::Withdrawn);
    assert_eq!(s.refused(sign_for("a1")).key(), "assignment_state");
    s.when(sign_for("a2"));
    assert_eq!(
        s.refused(dispatch("water")),
        Refusal::AlreadyAssigned(word("roads"))
    );
}

#[test]
fn parts_block_the_result_and_the_closing_of_the_whole() {
    let mut s = Story::given([dispatch("water"), sign_for("a1")]);
    s.when(Command::TakeChild { child: "k1".into() });
    assert_eq!(s.refused(result("a1")), Refusal::ChildOpen("k1".into()));
    assert_eq!(s.refused(close()), Refusal::ChildOpen("k1".into()));
    s.when(Command::ChildClosed { child: "k1".into() });
    s.when(result("a1"));
    s.when(review(true));
    s.when(close());
    assert_eq!(s.case.status(), Status::Closed);
    s.when(Command::ChildReopened { child: "k1".into() });
    assert_eq!(
        s.case.closed_at, None,
        "a part opened again opens the whole"
    );
    assert_eq!(s.refused(close()), Refusal::ChildOpen("k1".into()));
}

#[test]
fn a_review_that_fails_orders_it_done_again_with_a_new_clock() {
    let mut s = Story::given([dispatch("water"), sign_for("a1")]);
    s.pass(DAY);
    s.when(result("a1"));
    assert_eq!(s.case.status(), Status::Resulted);
    assert_eq!(s.case.task(true), Some(Task::Review));
    assert_eq!(s.refused(close()), Refusal::NotReviewed);
    let first = s.clock(Stage::Result).clone();
    s.when(review(false));
    assert_eq!(s.leg("a1"), LegState::Signed);
    assert!(s.held_by("water"));
    let again = s.clock(Stage::Result);
    assert_ne!(again.id, first.id, "the first clock is kept as it ended");
    assert_eq!((again.from, again.due), (s.now, s.now + 2 * DAY));
    assert_eq!(again.state, DeadlineState::Running);
    s.when(result("a1"));
    s.when(review(true));
    s.when(close());
    assert_eq!(s.case.outcome, Some(Outcome::Dispatched));
    assert!(
        s.case.deadlines.iter().all(|d| !d.is_open()),
        "nothing is asked for in a closed case"
    );
}

#[test]
fn a_caller_is_asked_afterwards_and_an_unhappy_one_opens_it_again() {
    let mut s = Story::given([dispatch("water")]);
    let follow_up = |satisfaction| Command::FollowUp {
        reached: true,
        solved: Some(Solved::Unsolved),
        satisfaction: Some(satisfaction),
        note: word("又漏水"),
        satisfied_desk: None,
        satisfied_unit: None,
        reasons: domain::followup::Reasons::default(),
        booked_at: None,
        then: None,
        next_at: None,
    };
    for command in [sign_for("a1"), result("a1"), review(true), close()] {
        s.when(command);
    }
    assert_eq!(
        s.refused(follow_up(0)),
        Refusal::Range {
            field: "satisfaction"
        }
    );
    s.when(follow_up(1));
    assert_eq!(s.case.follow_ups, 1);
    assert_eq!(s.case.status(), Status::Closed, "asking opens nothing");
    s.when(Command::Reopen {
        reason: word("诉求人不满意"),
    });
    assert_eq!(s.case.outcome, None, "the question is open again");
    s.when(dispatch("water"));
    assert_eq!(s.case.status(), Status::Dispatched);
    for command in [sign_for("a2"), result("a2"), review(true), close()] {
        s.when(command);
    }
    assert_eq!(s.case.outcome, Some(Outcome::Dispatched));
}

#[test]
fn an_assisting_unit_never_answers_for_the_case() {
    let mut s = Story::given([Command::Dispatch {
        lead: Some("water".into()),
        assist: vec!["roads".into()],
        first_response: vec!["town".into()],
        limits: Limits::default(),
        basis: String::new(),
        note: String::new(),
    }]);
    s.when(sign_for("a2"));
    s.when(sign_for("a3"));
    assert!(s.held_by("hotline-desk"));
    s.when(result("a2"));
    assert_eq!(s.case.result, None, "its result is not the case's");
    s.when(sign_for("a1"));
    s.when(result("a1"));
    assert_eq!(s.refused(review(true)), Refusal::LegOpen("a3".into()));
}

#[test]
fn danger_in_a_quiet_case_sends_police_and_stops_the_easy_ways_out() {
    let mut s = Story::given_at(Desk::Police, []);
    let said = Command::AddDetail {
        digest: word("d"),
        danger: vec![sign("fire")],
        danger_version: word("danger-1"),
    };
    let kinds: Vec<_> = s.when(said.clone()).iter().map(Event::kind).collect();
    assert_eq!(kinds, ["detail_added", "danger_raised", "dispatched"]);
    assert_eq!(s.case.legs[0].unit, "patrol".into());
    assert_eq!(
        s.refused(Command::Cancel {
            reason: word("不用来了")
        }),
        Refusal::Danger
    );
    assert_eq!(
        s.refused(Command::HandOver {
            link: link_of(Desk::Police),
            mode: domain::case::HandOverMode::Push,
            note: String::new(),
        }),
        Refusal::Danger
    );
    let kinds: Vec<_> = s.when(said).iter().map(Event::kind).collect();
    assert_eq!(kinds, ["detail_added"], "the same sign sends nobody twice");
}

#[test]
fn a_sign_that_was_dismissed_counts_again_when_it_is_heard_again() {
    let said = || Command::AddDetail {
        digest: word("d"),
        danger: vec![sign("fire")],
        danger_version: word("danger-1"),
    };
    let mut s = Story::given_at(Desk::Police, [said()]);
    s.when(Command::DismissDanger {
        rule: word("fire"),
        reason: word("误报"),
    });
    s.when(Command::Withdraw {
        leg: "a1".into(),
        reason: word("误报"),
    });
    let kinds: Vec<_> = s.when(said()).iter().map(Event::kind).collect();
    assert_eq!(kinds, ["detail_added", "danger_raised", "dispatched"]);
    assert_eq!(s.case.danger.len(), 2, "the false alarm is kept (law 8)");
}

#[test]
fn danger_in_a_suspended_case_does_not_wait_for_it_to_go_on() {
    let mut s = Story::given_at(
        Desk::Police,
        [
            dispatch("town"),
            sign_for("a1"),
            Command::Suspend {
                leg: "a1".into(),
                reason: word("等待当事人"),
                ground: String::new(),
            },
        ],
    );
    s.when(Command::AddDetail {
        digest: word("d"),
        danger: vec![sign("fire")],
        danger_version: word("danger-1"),
    });
    assert_eq!(s.leg("a2"), LegState::Dispatched);
    assert_eq!(s.case.legs[1].unit, "patrol".into());
    assert!(s.held_by("town"), "who answers for it has not changed");
    for command in [
        sign_for("a2"),
        Command::Suspend {
            leg: "a2".into(),
            reason: word("等待当事人"),
            ground: String::new(),
        },
        Command::AddDetail {
            digest: word("d"),
            danger: vec![sign("gas")],
            danger_version: word("danger-1"),
        },
    ] {
        s.when(command);
    }
    assert_eq!(
        s.leg("a2"),
        LegState::Signed,
        "the unit for danger is there already: it goes on"
    );
}

#[test]
fn a_danger_whose_unit_returned_it_is_first_on_the_list_again() {
    let mut s = Story::given_at(Desk::Police, []);
    s.when(Command::AddDetail {
        digest: word("d"),
        danger: vec![sign("fire")],
        danger_version: word("danger-1"),
    });
    assert_eq!(s.case.task(false), None);
    s.when(ask_return("a1"));
    s.when(accept_return("a1"));
    assert_eq!(s.case.task(false), Some(Task::Danger));
}

#[test]
fn a_peers_word_about_a_case_without_a_twin_is_refused() {
    let s = Story::given([]);
    for fact in [
        PeerFact::ArbitrationAsked {
            reason: word("争议"),
        },
        PeerFact::Arbitrated {
            to: domain::case::Taker::Police,
            epoch: 1,
            reason: word("审定"),
        },
    ] {
        let said = Command::Peer {
            link: link_of(Desk::Hotline),
            fact,
        };
        assert_eq!(
            s.refused(said),
            Refusal::PeerMismatch("this case has no twin")
        );
    }
}
