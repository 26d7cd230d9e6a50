//! Law 2 across two platforms, on the real deciders: every interleaving to some depth, random
//! long histories, and the races by name. The link delivers each fact once and in order (law 4);
//! how late is anybody's guess.
#![cfg(test)]

#[path = "../county/mod.rs"]
mod county;
mod every;
mod races;
mod random;
mod world;

use domain::case::{Command, Decision, HandOverMode};
use domain::desk::Desk;
use world::Step;

/// What people at `desk` may ask for that has to do with who holds the case.
fn crossing_commands(desk: Desk) -> Vec<Command> {
    let why = || "理由".to_owned();
    let mut commands: Vec<Command> = [
        HandOverMode::Push,
        HandOverMode::Parallel,
        HandOverMode::Consult,
    ]
    .into_iter()
    .map(|mode| Command::HandOver {
        link: county::link_of(desk),
        mode,
        note: String::new(),
    })
    .collect();
    commands.extend([
        Command::WithdrawOffer { reason: why() },
        Command::AcceptOffer {
            note: String::new(),
        },
        Command::RefuseOffer { reason: why() },
        Command::ReturnToPeer { reason: why() },
        Command::AskArbitration { reason: why() },
    ]);
    commands.extend(
        [
            Decision::Police,
            Decision::Hotline,
            Decision::Both,
            Decision::Undecided,
        ]
        .map(|decision| Command::Decide {
            decision,
            note: String::new(),
        }),
    );
    commands.extend([Desk::Police, Desk::Hotline].map(|to| Command::Arbitrate {
        to: to.into(),
        basis: "审定办法".to_owned(),
        reason: why(),
    }));
    commands
}

/// What else may happen meanwhile: danger is heard, the case is closed and opened again.
fn other_commands() -> Vec<Command> {
    vec![
        Command::AddDetail {
            digest: "d".to_owned(),
            danger: vec![county::sign("fire")],
            danger_version: "danger-1".to_owned(),
        },
        Command::Inform {
            text: "已告知".to_owned(),
        },
        Command::Close {
            note: String::new(),
        },
        Command::Reopen {
            reason: "又来电".to_owned(),
        },
    ]
}

/// Every step there is: deliveries, clocks, and what people ask for.
fn steps(with_others: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    for desk in [Desk::Police, Desk::Hotline] {
        steps.push(Step::Deliver(desk));
        steps.push(Step::TimeOut(desk));
        let mut commands = crossing_commands(desk);
        if with_others {
            commands.extend(other_commands());
        }
        steps.extend(
            commands
                .into_iter()
                .map(|command| Step::Act(desk, Box::new(command))),
        );
    }
    steps
}
