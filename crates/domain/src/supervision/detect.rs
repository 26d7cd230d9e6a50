//! Detectors: what looks like work and is none (R34, R38, R83). Each names the case and the fact
//! that speaks for it; whether it is so a person decides.

use crate::case::{Case, Leg, LegRole, LegState, Relation};
use crate::clock::Millis;
use crate::id::{CaseId, LegId, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// 推诿扯皮: the case goes round because units give it back (R34).
    PassingTheBuck,
    /// 异常延期: a unit asks for more time far more often than its peers.
    RoutineExtension,
    /// 雷同答复: the same words to different people.
    CopyPaste,
    /// 未联系即办结: a result without the caller ever having been reached.
    NoContact,
    /// 回流: the matter came back after it had been handed over (R38).
    Backflow,
}

impl Detector {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PassingTheBuck,
        Self::RoutineExtension,
        Self::CopyPaste,
        Self::NoContact,
        Self::Backflow,
    ];

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PassingTheBuck => "passing_the_buck",
            Self::RoutineExtension => "routine_extension",
            Self::CopyPaste => "copy_paste",
            Self::NoContact => "no_contact",
            Self::Backflow => "backflow",
        }
    }
}

/// One fact that speaks for a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The case it is in.
    pub case: CaseId,
    /// Its printed number.
    pub no: String,
    /// The assignment, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegId>,
    /// The unit it was given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// When it was written, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
    /// What was written there, where that is the proof.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

impl Proof {
    /// An assignment of a case.
    #[must_use]
    pub fn of(case: &Case, leg: &Leg) -> Self {
        Self {
            case: case.id.clone(),
            no: case.no.clone(),
            leg: Some(leg.id.clone()),
            unit: Some(leg.unit.clone()),
            at: None,
            words: String::new(),
        }
    }
}

/// What a detector found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Which.
    pub detector: Detector,
    /// The unit it is about.
    pub unit: UnitId,
    /// The case it is about; none where it is about the unit alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// The facts, at the most twenty.
    pub proofs: Vec<Proof>,
    /// How many there are.
    pub count: u32,
    /// Out of how many (law 9).
    pub of: u32,
    /// The same of the unit's peers, where it was held against them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peers: Option<(u32, u32)>,
}

/// Facts shown with one finding.
const SHOWN: usize = 20;

/// What the record says of every unit, gathered case by case.
#[derive(Debug, Default)]
pub struct Watch {
    hits: Vec<Hit>,
    units: BTreeMap<UnitId, Ledger>,
    /// Cases handed over to the peer and taken there.
    handed_over: u32,
    /// Cases that have to do with each other by a backflow; both of a pair say so.
    pairs: Vec<Pair>,
}

#[derive(Debug)]
struct Pair {
    case: CaseId,
    other: CaseId,
    opened_at: Millis,
    receiver: UnitId,
}

#[derive(Debug, Default)]
struct Ledger {
    legs: u32,
    returned: Vec<Proof>,
    extended: Vec<Proof>,
}

impl Watch {
    /// Looks at one case.
    pub fn look(&mut self, case: &Case) {
        for leg in case.legs.iter().filter(|leg| leg.role == LegRole::Lead) {
            let ledger = self.units.entry(leg.unit.clone()).or_default();
            ledger.legs = ledger.legs.saturating_add(1);
            if leg.state == LegState::Returned {
                ledger.returned.push(Proof::of(case, leg));
            }
            if leg.extensions > 0 {
                ledger.extended.push(Proof::of(case, leg));
            }
        }
        self.circles(case);
        self.unreached(case);
        let crossed = |sent| {
            case.hand_overs
                .iter()
                .any(|h| h.sent == sent && h.state == crate::case::HandOverState::Accepted)
        };
        self.handed_over = self.handed_over.saturating_add(u32::from(crossed(true)));
        let back = case
            .links
            .iter()
            .filter(|(_, relation)| *relation == Relation::Backflow);
        self.pairs.extend(back.map(|(other, _)| Pair {
            case: case.id.clone(),
            other: other.clone(),
            opened_at: case.opened_at,
            receiver: case.first_receiver.clone(),
        }));
    }

    /// The later case of each pair: that is the one that came back.
    fn returns(&self) -> impl Iterator<Item = &Pair> {
        let opened: BTreeMap<&CaseId, Millis> = self
            .pairs
            .iter()
            .map(|pair| (&pair.case, pair.opened_at))
            .collect();
        self.pairs.iter().filter(move |pair| {
            opened
                .get(&pair.other)
                .is_none_or(|earlier| *earlier < pair.opened_at)
        })
    }

    /// A case that went round: given back twice or more, and a unit got again what it had given back.
    fn circles(&mut self, case: &Case) {
        let leads: Vec<_> = case
            .legs
            .iter()
            .filter(|leg| leg.role == LegRole::Lead)
            .collect();
        // One return may be a wrong address; from two on the case goes round.
        let returned = leads.iter().filter(|leg| leg.state == LegState::Returned);
        if returned.count() < 2 {
            return;
        }
        let mut told: Vec<&UnitId> = Vec::new();
        for (n, leg) in leads.iter().enumerate() {
            let again = leads.iter().skip(n + 1).any(|later| later.unit == leg.unit);
            if leg.state != LegState::Returned || !again || told.contains(&&leg.unit) {
                continue;
            }
            told.push(&leg.unit);
            let returned = leads
                .iter()
                .filter(|other| other.state == LegState::Returned)
                .map(|other| Proof::of(case, other));
            let proofs: Vec<Proof> = returned.collect();
            self.hits.push(Hit {
                detector: Detector::PassingTheBuck,
                unit: leg.unit.clone(),
                case: Some(case.id.clone()),
                count: counted(proofs.len()),
                of: counted(leads.len()),
                proofs,
                peers: None,
            });
        }
    }

    /// A result by a lead that never reached the caller. A case of the peer's is called by the peer.
    fn unreached(&mut self, case: &Case) {
        for leg in &case.legs {
            let silent = leg.role == LegRole::Lead
                && leg.state == LegState::Done
                && leg.contacted_at.is_none();
            if silent {
                self.hits.push(Hit {
                    detector: Detector::NoContact,
                    unit: leg.unit.clone(),
                    case: Some(case.id.clone()),
                    proofs: vec![Proof::of(case, leg)],
                    count: 1,
                    of: 1,
                    peers: None,
                });
            }
        }
    }

    /// Cases handed over and taken there, and cases that came back (R38): the ratio's two numbers.
    #[must_use]
    pub fn backflow(&self) -> (u32, u32) {
        (counted(self.returns().count()), self.handed_over)
    }

    /// Everything found, with the units that stand out from their peers.
    #[must_use]
    pub fn hits(mut self) -> Vec<Hit> {
        let back: Vec<Hit> = self
            .returns()
            .map(|pair| Hit {
                detector: Detector::Backflow,
                unit: pair.receiver.clone(),
                case: Some(pair.case.clone()),
                proofs: vec![Proof {
                    case: pair.other.clone(),
                    no: String::new(),
                    leg: None,
                    unit: None,
                    at: Some(pair.opened_at),
                    words: String::new(),
                }],
                count: 1,
                of: 1,
                peers: None,
            })
            .collect();
        self.hits.extend(back);
        let units = std::mem::take(&mut self.units);
        let kinds: [(Detector, Of); 2] = [
            (Detector::PassingTheBuck, Ledger::returned),
            (Detector::RoutineExtension, Ledger::extended),
        ];
        for (detector, of) in kinds {
            let total: u32 = units.values().map(|l| counted(of(l).len())).sum();
            let legs: u32 = units.values().map(|l| l.legs).sum();
            for (unit, ledger) in &units {
                let proofs = of(ledger);
                let own = counted(proofs.len());
                let peers = (total - own, legs - ledger.legs);
                if stands_out((own, ledger.legs), peers) {
                    self.hits.push(Hit {
                        detector,
                        unit: unit.clone(),
                        case: None,
                        proofs: proofs.iter().take(SHOWN).cloned().collect(),
                        count: own,
                        of: ledger.legs,
                        peers: Some(peers),
                    });
                }
            }
        }
        self.hits
    }
}

/// Which facts of a ledger are counted.
type Of = fn(&Ledger) -> &[Proof];

impl Ledger {
    fn returned(&self) -> &[Proof] {
        &self.returned
    }

    fn extended(&self) -> &[Proof] {
        &self.extended
    }
}

fn counted(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether a unit's share is no accident: at least five, at least twice its peers' share, and three
/// standard deviations above what that share would bring. Peers without any count as one in a hundred.
#[must_use]
pub fn stands_out(own: (u32, u32), peers: (u32, u32)) -> bool {
    let (count, of) = (f64::from(own.0), f64::from(own.1));
    if own.0 < 5 || own.1 == 0 || peers.1 == 0 {
        return false;
    }
    let share = (f64::from(peers.0) / f64::from(peers.1)).clamp(0.01, 0.99);
    let expected = share * of;
    let deviation = (expected * (1.0 - share)).sqrt();
    count / of >= 2.0 * share && count - expected >= 3.0 * deviation
}

/// Replies of one unit: those that say the same to so many different people are one hit. `alike`
/// says whether two are, by their places in `replies`.
#[must_use]
pub fn copied(
    unit: &UnitId,
    replies: &[Proof],
    alike: impl Fn(usize, usize) -> bool,
) -> Option<Hit> {
    /// So many make a habit.
    const HABIT: usize = 4;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for n in 0..replies.len() {
        // The first of a group stands for it.
        let known = groups
            .iter_mut()
            .find(|group| group.first().is_some_and(|first| alike(*first, n)));
        match known {
            Some(group) => group.push(n),
            None => groups.push(vec![n]),
        }
    }
    let largest = groups.into_iter().max_by_key(Vec::len)?;
    // Half of all is a habit; fewer may be one nuisance reported by many.
    if largest.len() < HABIT || largest.len() * 2 < replies.len() {
        return None;
    }
    Some(Hit {
        detector: Detector::CopyPaste,
        unit: unit.clone(),
        case: None,
        count: counted(largest.len()),
        of: counted(replies.len()),
        proofs: largest
            .iter()
            .take(SHOWN)
            .filter_map(|n| replies.get(*n).cloned())
            .collect(),
        peers: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r83_a_unit_stands_out_only_when_it_is_no_accident() {
        assert!(
            stands_out((8, 20), (6, 120)),
            "two in five against one in twenty"
        );
        assert!(
            !stands_out((4, 6), (6, 120)),
            "four are too few to say anything"
        );
        assert!(!stands_out((5, 50), (12, 120)), "as its peers");
        assert!(!stands_out((6, 6), (0, 0)), "no peers to be held against");
        assert!(stands_out((5, 12), (0, 200)), "nobody else does it at all");
    }

    #[test]
    fn r83_the_same_words_to_many_are_a_habit_and_to_a_few_are_not() {
        let reply = |n: usize| Proof {
            case: CaseId::new(format!("c{n}")),
            no: format!("N{n}"),
            leg: None,
            unit: None,
            at: None,
            words: String::new(),
        };
        let replies: Vec<Proof> = (0..8).map(reply).collect();
        let unit = UnitId::from("water");
        let hit = copied(&unit, &replies, |a, b| a < 5 && b < 5).unwrap();
        assert_eq!((hit.count, hit.of), (5, 8));
        assert!(copied(&unit, &replies, |a, b| a < 3 && b < 3).is_none());
        assert!(copied(&unit, &replies, |_, _| false).is_none());
    }
}
