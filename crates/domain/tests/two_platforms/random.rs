//! Long random histories on two platforms, with units at work and clocks that run.

use crate::county::{MORNING, sign};
use crate::crossing_commands;
use crate::other_commands;
use crate::world::{Became, Ground, Step, World};
use domain::case::{Command, Solved};
use domain::clock::{Limits, Millis};
use domain::desk::Desk;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// What units and the desk do meanwhile.
fn work() -> Vec<Command> {
    let mut commands = vec![
        Command::Dispatch {
            lead: Some("water".into()),
            assist: Vec::new(),
            first_response: vec!["town".into()],
            limits: Limits::default(),
            basis: String::new(),
            note: String::new(),
        },
        Command::Assign {
            unit: "roads".into(),
            basis: "审定办法".to_owned(),
            reason: "理由".to_owned(),
            limits: Limits::default(),
        },
        Command::Review {
            passed: true,
            reason: String::new(),
        },
        Command::AddDetail {
            digest: "d".to_owned(),
            danger: vec![sign("gas")],
            danger_version: "danger-1".to_owned(),
        },
        Command::DismissDanger {
            rule: "gas".to_owned(),
            reason: "误报".to_owned(),
        },
        Command::DismissDanger {
            rule: "fire".to_owned(),
            reason: "误报".to_owned(),
        },
    ];
    for leg in ["a1", "a2", "a3"] {
        commands.extend([
            Command::Sign { leg: leg.into() },
            Command::AskReturn {
                leg: leg.into(),
                reason: "非本单位".to_owned(),
            },
            Command::DecideReturn {
                leg: leg.into(),
                accepted: true,
                reason: String::new(),
            },
            Command::GiveResult {
                leg: leg.into(),
                text: "已修复".to_owned(),
                public_reply: "已修复".to_owned(),
                solved: Solved::Solved,
            },
        ]);
    }
    commands
}

/// What kind of step comes next; which one is picked among those that are possible then.
#[derive(Debug, Clone)]
struct Pick {
    kind: Kind,
    which: prop::sample::Index,
    pause: Millis,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Arrive,
    Cross,
    /// Arbitration ends all crossing, so it comes seldom.
    Dispute,
    Work,
}

fn picks() -> impl Strategy<Value = Vec<Pick>> {
    let kind = prop_oneof![
        16 => Just(Kind::Arrive),
        16 => Just(Kind::Cross),
        1 => Just(Kind::Dispute),
        3 => Just(Kind::Work),
    ];
    let pick = (kind, any::<prop::sample::Index>(), 0_i64..1_200_000)
        .prop_map(|(kind, which, pause)| Pick { kind, which, pause });
    prop::collection::vec(pick, 0..80)
}

const fn is_dispute(command: &Command) -> bool {
    matches!(
        command,
        Command::AskArbitration { .. } | Command::Arbitrate { .. }
    )
}

/// Every step of that kind there is.
fn steps(kind: Kind) -> Vec<Step> {
    let mut steps = Vec::new();
    for desk in [Desk::Police, Desk::Hotline] {
        let commands = match kind {
            Kind::Arrive => {
                steps.push(Step::Deliver(desk));
                continue;
            }
            Kind::Cross => {
                steps.push(Step::TimeOut(desk));
                let mut commands = crossing_commands(desk);
                commands.retain(|command| !is_dispute(command));
                commands
            }
            Kind::Dispute => {
                let mut commands = crossing_commands(desk);
                commands.retain(is_dispute);
                commands
            }
            Kind::Work => [other_commands(), work()].concat(),
        };
        steps.extend(
            commands
                .into_iter()
                .map(|command| Step::Act(desk, Box::new(command))),
        );
    }
    steps
}

/// Lives it to the end, and says how often the matter moved and how many facts raced.
fn live(first: Desk, dangerous: bool, picks: &[Pick]) -> Result<(u32, usize), String> {
    let ground = Ground::new();
    let mut world = World::new(&ground, first, dangerous);
    let mut now = MORNING;
    let mut races = 0;
    for Pick { kind, which, pause } in picks {
        now += pause;
        let mut steps = steps(*kind);
        steps.retain(|step| !world.is_idle(&ground, step, now));
        if steps.is_empty() {
            continue;
        }
        let step = &steps[which.index(steps.len())];
        let became = world
            .step(&ground, step, now)
            .map_err(|broken| format!("{broken} after {step:?}"))?;
        races += usize::from(matches!(became, Became::Raced(..)));
    }
    world
        .drain(&ground, now)
        .map_err(|broken| format!("{broken} while it all arrives"))?;
    Ok((world.ledger.epoch, races))
}

#[test]
fn long_histories_move_the_matter_and_race() {
    let mut runner = TestRunner::deterministic();
    let (mut moved, mut raced) = (0, 0);
    for _ in 0..300 {
        let picks = picks().new_tree(&mut runner).unwrap().current();
        let (epoch, races) = live(Desk::Police, false, &picks).unwrap();
        moved += usize::from(epoch >= 2);
        raced += usize::from(races > 0);
    }
    println!("of 300 histories {moved} moved the matter twice or more, {raced} raced");
    assert!(moved > 60 && raced > 100, "{moved} moved, {raced} raced");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn law_2_holds_in_long_histories(
        first in prop_oneof![Just(Desk::Police), Just(Desk::Hotline)],
        dangerous in prop::bool::weighted(0.2),
        picks in picks(),
    ) {
        live(first, dangerous, &picks).map_err(TestCaseError::fail)?;
    }
}
