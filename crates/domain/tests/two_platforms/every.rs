//! Every interleaving of a handful of commands, to some depth.

use crate::county::{MORNING, link_of};
use crate::steps;
use crate::world::{Became, Ground, Ledger, Side, Step, World};
use domain::case::{Command, HandOverMode, PeerFact};
use domain::desk::Desk;
use std::collections::{BTreeMap, HashSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

/// What tells two worlds apart; counts of events and moments do not.
fn key(world: &World) -> u64 {
    fn side(side: &Side, hasher: &mut DefaultHasher) {
        let case = side.case.clone().map(|mut case| {
            case.version = 0;
            case.updated_at = 0;
            case
        });
        serde_json::to_string(&case).unwrap().hash(hasher);
        for flying in &side.out {
            let mut fact = flying.fact.clone();
            if let PeerFact::Noted { entry, .. } = &mut fact {
                entry.seq = 0;
                entry.at = 0;
            }
            serde_json::to_string(&fact).unwrap().hash(hasher);
            flying.crossed.hash(hasher);
        }
        side.out.len().hash(hasher);
    }
    let mut hasher = DefaultHasher::new();
    side(&world.police, &mut hasher);
    side(&world.hotline, &mut hasher);
    let Ledger {
        epoch,
        binding,
        holder,
        parallel,
    } = world.ledger;
    (epoch, binding, holder, parallel).hash(&mut hasher);
    hasher.finish()
}

/// Walks every world that can be reached from `start` in `depth` steps. Returns how many there
/// are, and how often which fact did not fit.
fn walk(
    ground: &Ground,
    start: World,
    with_others: bool,
    depth: usize,
) -> (usize, BTreeMap<String, usize>) {
    let steps = steps(with_others);
    let mut seen = HashSet::from([key(&start)]);
    let mut races: BTreeMap<String, usize> = BTreeMap::new();
    let mut front = vec![(start, Vec::new())];
    for _ in 0..depth {
        let mut next = Vec::new();
        for (world, path) in &front {
            for (n, step) in steps.iter().enumerate() {
                if world.is_idle(ground, step, MORNING) {
                    continue;
                }
                let mut after: World = world.clone();
                let mut path: Vec<usize> = path.clone();
                path.push(n);
                match after.step(ground, step, MORNING) {
                    Ok(Became::Nothing) => continue,
                    Ok(Became::Done) => {}
                    Ok(Became::Raced(fact, why)) => {
                        *races.entry(format!("{fact}: {why}")).or_default() += 1;
                    }
                    Err(broken) => {
                        let told: Vec<_> =
                            path.iter().map(|n| format!("{:?}", steps[*n])).collect();
                        panic!("{broken}\nafter {told:#?}");
                    }
                }
                if seen.insert(key(&after)) {
                    next.push((after, path));
                }
            }
        }
        front = next;
    }
    (seen.len(), races)
}

/// A world in which these commands were given and everything has arrived after each.
fn after(ground: &Ground, first: Desk, dangerous: bool, commands: &[(Desk, Command)]) -> World {
    let mut world = World::new(ground, first, dangerous);
    world.drain(ground, MORNING).unwrap();
    for (desk, command) in commands {
        let step = Step::Act(*desk, Box::new(command.clone()));
        assert_eq!(
            world.step(ground, &step, MORNING),
            Ok(Became::Done),
            "{command:?}"
        );
        world.drain(ground, MORNING).unwrap();
    }
    world
}

fn hand_over(desk: Desk, mode: HandOverMode) -> (Desk, Command) {
    let command = Command::HandOver {
        link: link_of(desk),
        mode,
        note: String::new(),
    };
    (desk, command)
}

fn accept(desk: Desk) -> (Desk, Command) {
    let command = Command::AcceptOffer {
        note: String::new(),
    };
    (desk, command)
}

#[test]
fn law_2_holds_in_every_interleaving_of_crossings() {
    let ground = Ground::new();
    for first in [Desk::Police, Desk::Hotline] {
        let start = World::new(&ground, first, false);
        let (states, races) = walk(&ground, start, false, 8);
        println!("{first} first, crossings: {states} states, races {races:#?}");
        assert!(states > 10_000, "the walk is too short to mean anything");
        assert!(!races.is_empty(), "no race was forced");
    }
}

#[test]
fn law_2_holds_in_every_interleaving_with_danger_and_closing() {
    let ground = Ground::new();
    for (first, dangerous, least) in [
        (Desk::Police, false, 3_000),
        (Desk::Hotline, false, 3_000),
        (Desk::Hotline, true, 500),
    ] {
        let start = World::new(&ground, first, dangerous);
        let (states, races) = walk(&ground, start, true, 6);
        println!("{first} first, dangerous {dangerous}: {states} states, races {races:#?}");
        assert!(states > least, "the walk is too short to mean anything");
    }
}

#[test]
fn law_2_holds_in_every_interleaving_of_a_dispute_wherever_the_arbiter_sits() {
    for arbiter in [Desk::Police, Desk::Hotline] {
        let ground = Ground::with_arbiter_at(arbiter);
        for first in [Desk::Police, Desk::Hotline] {
            let ask = Command::AskArbitration {
                reason: "理由".to_owned(),
            };
            let disputed = [hand_over(first, HandOverMode::Push), (first.other(), ask)];
            let start = after(&ground, first, false, &disputed);
            let (states, races) = walk(&ground, start, true, 6);
            println!("{first} first, arbiter {arbiter}: {states} states, races {races:#?}");
            assert!(states > 300, "the walk is too short to mean anything");
        }
    }
}

#[test]
fn law_2_holds_in_every_interleaving_after_each_side_has_a_part() {
    let ground = Ground::new();
    // Six steps are what two crossing parts need; the sides differ in the arbiter alone.
    for (first, depth) in [(Desk::Police, 6), (Desk::Hotline, 5)] {
        let parts = [
            hand_over(first, HandOverMode::Parallel),
            accept(first.other()),
        ];
        let start = after(&ground, first, false, &parts);
        let (states, races) = walk(&ground, start, true, depth);
        println!("{first} first, in parts: {states} states, races {races:#?}");
        assert!(states > 5_000, "the walk is too short to mean anything");
        assert!(!races.is_empty(), "no race was forced");
    }
}

#[test]
fn law_2_holds_in_every_interleaving_after_a_matter_was_taken() {
    let ground = Ground::new();
    for first in [Desk::Police, Desk::Hotline] {
        let taken = [hand_over(first, HandOverMode::Push), accept(first.other())];
        let start = after(&ground, first, false, &taken);
        let (states, races) = walk(&ground, start, true, 6);
        println!("{first} first, taken: {states} states, races {races:#?}");
        assert!(states > 5_000, "the walk is too short to mean anything");
        assert!(!races.is_empty(), "no race was forced");
    }
}
