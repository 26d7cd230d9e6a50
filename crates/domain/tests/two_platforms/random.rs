//! Long random histories on two platforms, with units at work and clocks that run.

use crate::county::{MORNING, link_of, sign};
use crate::crossing_commands;
use crate::other_commands;
use crate::world::{Ground, Step, World};
use domain::case::{Command, Solved};
use domain::clock::Limits;
use domain::desk::Desk;
use proptest::prelude::*;

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

fn step() -> impl Strategy<Value = Step> {
    let desk = || prop_oneof![Just(Desk::Police), Just(Desk::Hotline)];
    let act = |commands: fn(Desk) -> Vec<Command>| {
        (desk(), any::<prop::sample::Index>()).prop_map(move |(desk, n)| {
            let commands = commands(desk);
            Step::Act(desk, Box::new(commands[n.index(commands.len())].clone()))
        })
    };
    prop_oneof![
        5 => desk().prop_map(Step::Deliver),
        1 => desk().prop_map(Step::TimeOut),
        1 => desk().prop_map(|desk| {
            Step::Act(desk, Box::new(Command::Decide {
                decision: domain::case::Decision::Both,
                note: String::new(),
            }))
        }),
        6 => act(crossing_commands),
        1 => act(|_| other_commands()),
        2 => act(|_| work()),
        2 => desk().prop_map(|desk| {
            Step::Act(desk, Box::new(Command::HandOver {
                link: link_of(desk),
                mode: domain::case::HandOverMode::Push,
                note: String::new(),
            }))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn law_2_holds_in_long_histories(
        first in prop_oneof![Just(Desk::Police), Just(Desk::Hotline)],
        dangerous in prop::bool::weighted(0.2),
        steps in prop::collection::vec((step(), 0_i64..3_600_000), 0..120),
    ) {
        let ground = Ground::new();
        let mut world = World::new(&ground, first, dangerous);
        let mut now = MORNING;
        for (step, pause) in &steps {
            now += pause;
            if let Err(broken) = world.step(&ground, step, now) {
                return Err(TestCaseError::fail(format!("{broken} after {step:?}")));
            }
        }
        if let Err(broken) = world.drain(&ground, now) {
            return Err(TestCaseError::fail(format!("{broken} while it all arrives")));
        }
    }
}
