//! Random histories of one case on one platform: whatever may be asked for, likely or not.

use crate::catalogue;
use crate::county::{MORNING, intake, link_of, rules, sign, water};
use domain::case::{
    Attached, CallNoted, CallStep, Case, Command, Context, Decision, DisputeAbout, Entry, Event,
    GivenResult, HandOverMode, Harm, Help, MessageNoted, MessageStep, OfferBody, PeerFact,
    Relation, Rules, Scene, Solved, decide, evolve, receive, replay,
};
use domain::clock::{Calendar, Clockwork, Limit, Limits, Millis, Span};
use domain::desk::{Channel, Desk};
use domain::followup::{AfterCall, Cause, RatingFlag, Reasons};
use domain::id::{CaseId, LegId, UnitId};
use domain::supervision::{LadderStep, Rung, WatchFlag};
use proptest::prelude::*;

/// The ways a matter crosses.
pub(crate) const MODES: [HandOverMode; 5] = [
    HandOverMode::Direct,
    HandOverMode::Push,
    HandOverMode::Parallel,
    HandOverMode::Consult,
    HandOverMode::Return,
];

const DECISIONS: [Decision; 4] = [
    Decision::Police,
    Decision::Hotline,
    Decision::Both,
    Decision::Undecided,
];

/// How a history begins and goes on. A pick chooses among the commands there are at that moment,
/// so that a shrunk history is still one.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) desk: Desk,
    pub(crate) dangerous: bool,
    /// The mode of the peer's offer it begins with, if a peer sent it.
    pub(crate) offered: Option<HandOverMode>,
    pub(crate) picks: Vec<Pick>,
    /// Whether a clock catalogue is in force.
    pub(crate) catalogued: bool,
}

/// One command of a script.
#[derive(Debug, Clone)]
pub(crate) struct Pick {
    /// Whether it is picked among all commands, and not among those that will be heard.
    wild: bool,
    which: prop::sample::Index,
    /// How long after the last.
    pause: Millis,
}

pub(crate) fn script() -> impl Strategy<Value = Script> {
    let pick = (
        prop::bool::weighted(0.15),
        any::<prop::sample::Index>(),
        prop_oneof![4 => 0_i64..600_000, 1 => 0_i64..200_000_000],
    )
        .prop_map(|(wild, which, pause)| Pick { wild, which, pause });
    (
        prop_oneof![Just(Desk::Police), Just(Desk::Hotline)],
        prop::bool::weighted(0.25),
        prop::option::weighted(0.3, prop::sample::select(MODES.to_vec())),
        prop::collection::vec(pick, 0..45),
        any::<bool>(),
    )
        .prop_map(|(desk, dangerous, offered, picks, catalogued)| Script {
            desk,
            dangerous,
            offered,
            picks,
            catalogued,
        })
}

/// A history that was lived: the log and the case after each event.
pub(crate) struct History {
    pub(crate) rules: Rules,
    pub(crate) calendar: Calendar,
    /// The calendar from an hour after the beginning on.
    changed: Calendar,
    clocks: Option<Clockwork>,
    pub(crate) now: Millis,
    pub(crate) log: Vec<(Event, Millis)>,
    pub(crate) states: Vec<Case>,
}

/// What one command brought about.
pub(crate) struct Turn<'a> {
    pub(crate) before: &'a Case,
    pub(crate) events: &'a [Event],
    pub(crate) at: Millis,
    /// The case after each of the events.
    pub(crate) after: &'a [Case],
}

impl History {
    pub(crate) fn begin(script: &Script) -> Self {
        let mut history = Self {
            rules: rules(script.desk),
            calendar: Calendar::plain(),
            changed: catalogue::changed(MORNING + 3_600_000),
            clocks: script.catalogued.then(catalogue::clocks),
            now: MORNING,
            log: Vec::new(),
            states: Vec::new(),
        };
        let danger = if script.dangerous {
            vec![sign("fire")]
        } else {
            Vec::new()
        };
        let peer = script
            .offered
            .map(|mode| (link_of(script.desk), offer(script.desk, mode, 1, 0, false)));
        let events = receive(
            &intake("c1", danger),
            peer.as_ref().map(|(link, body)| (link, body)),
            None,
            &history.context(),
        )
        .unwrap();
        history.append(&events);
        history
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            rules: &self.rules,
            calendar: if self.now < MORNING + 3_600_000 {
                &self.calendar
            } else {
                &self.changed
            },
            danger_unit: None,
            clocks: self.clocks.as_ref(),
        }
    }

    pub(crate) fn case(&self) -> &Case {
        self.states.last().unwrap()
    }

    fn append(&mut self, events: &[Event]) {
        for event in events {
            let case = match self.states.last() {
                None => replay(&"c1".into(), [(event, self.now)]).unwrap(),
                Some(case) => evolve(case.clone(), event, self.now),
            };
            self.log.push((event.clone(), self.now));
            self.states.push(case);
        }
    }

    /// Gives one command and shows `check` what it brought about, if it was not refused.
    pub(crate) fn give(
        &mut self,
        command: &Command,
        check: &mut impl FnMut(&Turn<'_>) -> Result<(), String>,
    ) -> Result<bool, String> {
        let before = self.case().clone();
        let decided = decide(&before, command, &self.context());
        if decided != decide(&before, command, &self.context()) {
            return Err(format!("{command:?} was decided in two ways"));
        }
        let Ok(events) = decided else {
            return Ok(false);
        };
        self.append(&events);
        let after = &self.states[self.states.len() - events.len()..];
        check(&Turn {
            before: &before,
            events: &events,
            at: self.now,
            after,
        })
        .map_err(|broken| format!("{broken}\nby {command:?}"))?;
        Ok(true)
    }

    /// Lives the script.
    pub(crate) fn live(
        &mut self,
        script: &Script,
        mut check: impl FnMut(&Turn<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        for Pick { wild, which, pause } in &script.picks {
            self.now += pause;
            let mut commands = commands(self.case());
            if !wild {
                // What would change nothing is no more heard than what is refused.
                commands.retain(|command| {
                    decide(self.case(), command, &self.context())
                        .is_ok_and(|events| !events.is_empty())
                });
            }
            self.give(&commands[which.index(commands.len())], &mut check)?;
        }
        Ok(())
    }
}

/// An offer as the peer of `desk` would make it.
fn offer(desk: Desk, mode: HandOverMode, n: usize, epoch: u32, dangerous: bool) -> OfferBody {
    let peer = desk.other();
    OfferBody {
        offer: LegId::new(format!("h{}{n}", peer.number())),
        mode,
        case: "p1".into(),
        no: "no-p1".to_owned(),
        desk: peer,
        first: true,
        classification: water(desk),
        danger: if dangerous {
            vec![sign("gas")]
        } else {
            Vec::new()
        },
        channel: Channel::Phone,
        received_at: MORNING,
        confidential: false,
        district: "990001".to_owned(),
        epoch,
        answer_due: MORNING + 1_800_000,
        note: String::new(),
        history: Vec::new(),
    }
}

fn words(text: &str) -> String {
    text.to_owned()
}

fn dispatch(lead: Option<&str>, assist: &[&str], first_response: &[&str]) -> Command {
    let units = |names: &[&str]| names.iter().map(|n| UnitId::from(*n)).collect();
    Command::Dispatch {
        lead: lead.map(UnitId::from),
        assist: units(assist),
        first_response: units(first_response),
        limits: Limits {
            sign: Some(Limit::of(Span::Minutes(20))),
            ..Limits::default()
        },
        basis: words("list-1 W01"),
        note: String::new(),
    }
}

/// Everything that may be asked for: about what there is, and about what there is not.
pub(crate) fn commands(case: &Case) -> Vec<Command> {
    let why = || words("理由");
    let none = String::new;
    let mut all = vec![
        Command::Classify {
            to: water(case.desk),
            reason: why(),
        },
        Command::Classify {
            to: water(case.desk),
            reason: none(),
        },
        Command::Answer { text: why() },
        Command::Answer {
            text: "长".repeat(4_001),
        },
        Command::Inform { text: why() },
        Command::NotAccept {
            reason: why(),
            basis: why(),
            guidance: why(),
        },
        Command::TellToDial {
            number: words("12345"),
        },
        Command::MarkNuisance { reason: why() },
        Command::Cancel { reason: why() },
        Command::MergeInto { into: "c2".into() },
        Command::MergeInto {
            into: case.id.clone(),
        },
        Command::TakeMerged { from: "c3".into() },
        dispatch(Some("water"), &[], &[]),
        dispatch(Some("roads"), &["power"], &["town"]),
        dispatch(None, &["gas"], &[]),
        dispatch(None, &[], &["rescue"]),
        dispatch(None, &[], &[]),
        dispatch(Some("water"), &["water"], &[]),
        Command::Assign {
            unit: "parks".into(),
            basis: why(),
            reason: why(),
            limits: Limits::default(),
        },
        Command::Review {
            passed: true,
            reason: none(),
        },
        Command::Review {
            passed: false,
            reason: why(),
        },
        Command::FollowUp {
            reached: true,
            solved: Some(Solved::Partly),
            satisfaction: Some(4),
            note: none(),
            satisfied_desk: None,
            satisfied_unit: None,
            reasons: Reasons::default(),
            booked_at: None,
            then: None,
            next_at: None,
        },
        Command::FollowUp {
            reached: true,
            solved: Some(Solved::Unsolved),
            satisfaction: None,
            note: why(),
            satisfied_desk: Some(4),
            satisfied_unit: Some(1),
            reasons: Reasons {
                unit: Some(Cause::PoorWork),
                ..Reasons::default()
            },
            booked_at: None,
            then: Some(AfterCall::Redo),
            next_at: None,
        },
        Command::FollowUp {
            reached: true,
            solved: Some(Solved::Unsolved),
            satisfaction: None,
            note: why(),
            satisfied_desk: None,
            satisfied_unit: None,
            reasons: Reasons::default(),
            booked_at: None,
            then: Some(AfterCall::Reopen),
            next_at: None,
        },
        Command::AskRating {
            digest: why(),
            until: Millis::MAX,
            rule: why(),
        },
        Command::CheckRating {
            counted: false,
            reason: why(),
        },
        Command::FollowUp {
            reached: false,
            solved: None,
            satisfaction: Some(6),
            note: none(),
            satisfied_desk: None,
            satisfied_unit: None,
            reasons: Reasons::default(),
            booked_at: None,
            then: None,
            next_at: None,
        },
        Command::Rate {
            reached: true,
            solved: Solved::Unsolved,
            desk: 5,
            unit: 1,
            words: none(),
            by_link: false,
            flags: vec![RatingFlag::OneDevice],
        },
        Command::Rate {
            reached: true,
            solved: Solved::Solved,
            desk: 0,
            unit: 6,
            words: none(),
            by_link: true,
            flags: Vec::new(),
        },
        Command::Close { note: none() },
        Command::Reopen { reason: why() },
        Command::Urge { note: why() },
        Command::TakeChild { child: "k1".into() },
        Command::TakeParent {
            parent: "c9".into(),
        },
        Command::ChildClosed { child: "k1".into() },
        Command::ChildReopened { child: "k1".into() },
        Command::WithdrawOffer { reason: why() },
        Command::AcceptOffer { note: none() },
        Command::RefuseOffer { reason: why() },
        Command::ReturnToPeer { reason: why() },
        Command::AskArbitration { reason: why() },
        Command::Redact { reason: why() },
        Command::Recount { reason: why() },
    ];
    all.push(Command::NoteCall {
        noted: Box::new(CallNoted {
            call: words("call"),
            at: 0,
            step: CallStep::SentenceHeard,
        }),
    });
    all.push(Command::NoteMessage {
        noted: Box::new(MessageNoted {
            message: words("message"),
            at: 0,
            step: MessageStep::Late,
        }),
    });
    for leg in [None, Some("a1".into()), Some("a99".into())] {
        all.push(Command::Attach {
            file: Attached {
                attachment: "f1".into(),
                leg,
                media: words("image/png"),
                size: 1,
                digest: words("digest"),
                name: words("digest of the name"),
            },
            most: 3,
        });
    }
    for (rung, unit, skipped) in [
        (Rung::Urge, "water", none()),
        (Rung::Order, "water", none()),
        (Rung::Meeting, "desk", why()),
    ] {
        all.push(Command::Supervise {
            measure: "m1".into(),
            no: words("DB-1"),
            rung,
            unit: unit.into(),
            rule: none(),
            reason: why(),
            skipped,
            due: 0,
        });
    }
    if let Some(standing) = case.supervision.last() {
        for step in [
            LadderStep::Answered { text: why() },
            LadderStep::Missed,
            LadderStep::Decided {
                accepted: false,
                reason: why(),
            },
            LadderStep::Ended {
                withdrawn: false,
                note: why(),
            },
        ] {
            all.push(Command::NoteSupervision {
                measure: standing.measure.clone(),
                step,
            });
        }
    }
    all.push(Command::Flag {
        flag: WatchFlag::Serious,
        reason: why(),
    });
    all.push(Command::Unflag {
        flag: WatchFlag::Serious,
        reason: why(),
    });
    all.push(Command::Flag {
        flag: WatchFlag::AtRisk,
        reason: why(),
    });
    for known in &case.disputes {
        all.push(Command::SettleDispute {
            dispute: known.dispute.dispute,
            unit: "civil".into(),
            basis: why(),
            reason: why(),
        });
    }
    for relation in [Relation::Related, Relation::Danger, Relation::Backflow] {
        all.push(Command::Link {
            other: "c4".into(),
            relation,
        });
    }
    for rule in ["fire", "gas", "flood"] {
        all.push(Command::AddDetail {
            digest: words("d"),
            danger: vec![sign(rule)],
            danger_version: words("danger-1"),
        });
        all.push(Command::DismissDanger {
            rule: words(rule),
            reason: why(),
        });
    }
    all.push(Command::AddDetail {
        digest: words("d"),
        danger: Vec::new(),
        danger_version: words("danger-1"),
    });
    for mode in MODES {
        all.push(Command::HandOver {
            link: link_of(case.desk),
            mode,
            note: none(),
        });
    }
    for decision in DECISIONS {
        all.push(Command::Decide {
            decision,
            note: none(),
        });
    }
    for to in [Desk::Police, Desk::Hotline] {
        all.push(Command::Arbitrate {
            to: to.into(),
            basis: why(),
            reason: why(),
        });
    }
    for deadline in &case.deadlines {
        all.push(Command::DeadlineReached {
            deadline: deadline.id.clone(),
        });
    }
    let nobody = LegId::from("a99");
    for leg in case.legs.iter().rev().take(4).map(|leg| &leg.id) {
        all.extend(on_leg(leg));
    }
    all.extend(on_leg(&nobody));
    all.extend(from_peer(case));
    all
}

fn on_leg(leg: &LegId) -> Vec<Command> {
    let leg = || leg.clone();
    let why = || words("理由");
    let mut all = vec![
        Command::Withdraw {
            leg: leg(),
            reason: why(),
        },
        Command::Sign { leg: leg() },
        Command::Contact {
            leg: leg(),
            reached: true,
            note: why(),
        },
        Command::Depart {
            leg: leg(),
            note: String::new(),
        },
        Command::Arrive {
            leg: leg(),
            note: "14:02 按下".to_owned(),
        },
        Command::Report {
            leg: leg(),
            text: why(),
            scene: None,
        },
        Command::Report {
            leg: leg(),
            text: why(),
            scene: Some(Scene {
                harm: Harm::Hurt,
                people: 1,
                help: vec![Help::Ambulance, Help::Fire],
                serious: false,
            }),
        },
        Command::Instruct {
            leg: leg(),
            text: why(),
        },
        Command::Dispute {
            leg: leg(),
            about: DisputeAbout::Fee,
            against: Some("civil".into()),
            text: why(),
        },
        Command::Suspend {
            leg: leg(),
            reason: why(),
            ground: String::new(),
        },
        Command::Resume { leg: leg() },
        Command::AskExtension {
            leg: leg(),
            by: Span::Hours(12),
            reason: why(),
        },
        Command::AskReturn {
            leg: leg(),
            reason: why(),
        },
        Command::GiveResult {
            leg: leg(),
            text: why(),
            public_reply: why(),
            solved: Solved::Solved,
        },
    ];
    for yes in [true, false] {
        all.push(Command::DecideExtension {
            leg: leg(),
            granted: yes,
            reason: why(),
        });
        all.push(Command::DecideReturn {
            leg: leg(),
            accepted: yes,
            reason: why(),
        });
    }
    all
}

fn from_peer(case: &Case) -> Vec<Command> {
    let twin = || CaseId::from("p1");
    let no = || words("no-p1");
    let why = || words("理由");
    let mut facts = vec![PeerFact::ArbitrationAsked { reason: why() }];
    let known = case.hand_overs.iter().filter(|h| !h.sent).count();
    for mode in MODES {
        let body = offer(case.desk, mode, known + 1, case.epoch, known % 2 == 1);
        facts.push(PeerFact::Offered(Box::new(body)));
    }
    for offer in case.hand_overs.iter().rev().take(3).map(|h| &h.id) {
        for epoch in [case.epoch, case.epoch + 1] {
            facts.push(PeerFact::Accepted {
                offer: offer.clone(),
                epoch,
                no: no(),
                case: twin(),
            });
        }
        facts.push(PeerFact::Refused {
            offer: offer.clone(),
            reason: why(),
            no: no(),
            case: twin(),
        });
        facts.push(PeerFact::Withdrawn {
            offer: offer.clone(),
            reason: why(),
        });
        facts.push(PeerFact::WithdrawalConfirmed {
            offer: offer.clone(),
        });
        for decision in DECISIONS {
            facts.push(PeerFact::Decided {
                offer: offer.clone(),
                decision,
                epoch: case.epoch + 1,
                no: no(),
                case: twin(),
            });
        }
    }
    for to in [Desk::Police, Desk::Hotline] {
        facts.push(PeerFact::Arbitrated {
            to: to.into(),
            epoch: case.epoch + 1,
            reason: why(),
        });
    }
    for epoch in [case.epoch, case.epoch + 1] {
        facts.push(PeerFact::Bound {
            epoch,
            no: no(),
            case: twin(),
        });
    }
    let result = GivenResult {
        unit: words("某单位"),
        at: MORNING,
        public_reply: words("已修复"),
        solved: Solved::Solved,
    };
    for (result, closed, danger) in [
        (None, None, Vec::new()),
        (Some(result), None, Vec::new()),
        (None, Some(true), Vec::new()),
        (None, Some(false), vec![sign("gas")]),
    ] {
        facts.push(PeerFact::Noted {
            entry: Entry {
                kind: words("reported"),
                at: MORNING,
                unit: words("某单位"),
                seq: 1,
                body: words("{}"),
            },
            result,
            closed,
            danger,
        });
    }
    let mut commands: Vec<Command> = facts
        .into_iter()
        .map(|fact| Command::Peer {
            link: link_of(case.desk),
            fact,
        })
        .collect();
    commands.push(Command::Peer {
        link: "nowhere".into(),
        fact: PeerFact::ArbitrationAsked { reason: why() },
    });
    commands
}
