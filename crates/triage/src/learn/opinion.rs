//! Rules and heads together: how far the row the rules named is to be trusted, and what else to
//! offer.
//!
//! The list decides what is suggested; this decides how sure the screen may look. How often the
//! rules were right is counted, not assumed: apart for whether one row fired or several, and for
//! whether the heads named the same row.

use super::calibration::{OFFERED, Ranked, Verdict, Zone};
use super::example::Example;
use super::model::{Model, Reading};
use super::number::{exp, ln, wide};
use crate::narrative::Narrative;
use crate::suggestion::{Mode, Suggestion, UNNAMED};
use domain::desk::Desk;
use serde::{Deserialize, Serialize};

/// From this share on one row may be filled in.
const SURE: f64 = 0.9;
/// The offered rows hold the right one with this share together.
const HELD: f64 = 0.95;
/// Examples from which on the heads alone, without a row that fired, may fill anything in: some
/// thousands more than come with the program.
const GROWN: u64 = 4_000;

/// How much a row that fired moves the odds towards its desk: rules name the right desk three times
/// of four where they name one, and the heads have read the same words.
const RULED: f64 = 3.0;
/// The ear's part of what ear and heads say of the desk: it has read the words in more ways.
const HEARD: f64 = 0.7;
/// From this share on the desk may be taken without asking.
const SETTLED: f64 = 0.8;

/// How often the row the rules named was right: right and seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trust {
    /// By whether several rows fired (second index: whether the heads disagreed).
    pub(crate) counts: [[(f64, f64); 2]; 2],
}

impl Default for Trust {
    /// Twenty cases of before there were any: what the shipped list does on sentences it was not
    /// written for. They fade as real ones are counted.
    fn default() -> Self {
        Self {
            counts: [[(19.0, 20.0), (15.0, 20.0)], [(18.0, 20.0), (12.0, 20.0)]],
        }
    }
}

impl Trust {
    fn cell(&self, several: bool, disagree: bool) -> (f64, f64) {
        let pair = self.counts.get(usize::from(several));
        let cell = pair.and_then(|pair| pair.get(usize::from(disagree)));
        cell.copied().unwrap_or((0.0, 1.0))
    }

    pub(crate) fn count(&mut self, several: bool, disagree: bool, right: bool) {
        let pair = self.counts.get_mut(usize::from(several));
        if let Some(cell) = pair.and_then(|pair| pair.get_mut(usize::from(disagree))) {
            cell.0 += wide(usize::from(right));
            cell.1 += 1.0;
        }
    }
}

/// What may be shown beside a suggestion, and how boldly.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Opinion {
    /// Fill one in, offer a short list, or ask.
    pub zone: Zone,
    /// Rows with their share, likeliest first; together they hold the right one 19 times of 20.
    pub rows: Vec<Ranked>,
    /// What the heads said by themselves.
    pub heads: Reading,
    /// Whether the heads named the row the rules named; `None` where one of them named none.
    pub agree: Option<bool>,
}

/// What is decided when nobody else does: by rules and heads together, each with how likely it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settled {
    /// The desk with its share; `None` where nothing speaks for either.
    pub desk: Option<(Desk, f64)>,
    /// Whether the desk may be taken without asking.
    pub sure: bool,
    /// The row with its share.
    pub row: Option<Ranked>,
}

impl Opinion {
    /// Desk and row out of rules and heads. Danger is the police's whatever else is said; the heads' share for a desk is
    /// weighed by the desk of the row that fired. `desk_of` says whose a row is.
    #[must_use]
    pub fn settle(&self, said: &Suggestion, desk_of: impl Fn(&str) -> Option<Desk>) -> Settled {
        let row = self.rows.first().cloned();
        let police = self.heads.desk.first().map(|first| {
            if first.class == Desk::Police.as_str() {
                first.share
            } else {
                1.0 - first.share
            }
        });
        // What needs no order speaks for the desk that received it.
        let ruled = match said.mode {
            Mode::Answer => said.desk,
            _ => said
                .matter
                .as_ref()
                .filter(|m| said.danger.is_empty() || quoted(said, m.as_str()))
                .and_then(|m| desk_of(m.as_str())),
        };
        let named = said.danger.iter().any(|d| d.rule != UNNAMED);
        let silent = police.is_none() && ruled.is_none() && said.police.is_none();
        let desk = if silent && said.danger.is_empty() {
            None
        } else {
            let lead = |share: Option<f64>| {
                let share = share.unwrap_or(0.5).clamp(0.001, 0.999);
                ln(share / (1.0 - share))
            };
            // Both know the same words: a point between them, not their sum.
            let heads =
                (1.0 - HEARD) * lead(police.or(said.police)) + HEARD * lead(said.police.or(police));
            let row = match ruled {
                Some(Desk::Police) => ln(RULED),
                Some(Desk::Hotline) => -ln(RULED),
                None => 0.0,
            };
            let share = 1.0 / (1.0 + exp(-(heads + row)));
            // Danger goes to the police (law 5), by a rule or heard; how certain that is, ear and heads say.
            Some(if share >= 0.5 || !said.danger.is_empty() {
                (Desk::Police, share.max(0.5))
            } else {
                (Desk::Hotline, 1.0 - share)
            })
        };
        Settled {
            sure: named || desk.is_some_and(|(_, share)| share >= SETTLED),
            desk,
            row,
        }
    }
}

/// Whether a row fired by its own words, and not only because a danger has to have one.
fn quoted(said: &Suggestion, row: &str) -> bool {
    said.evidence.iter().any(|e| e.rule == row)
}

impl Model {
    /// Weighs a suggestion. Rules that fired stay first unless they were seen to be wrong more
    /// often than the heads are sure; danger is none of its business.
    #[must_use]
    pub fn opinion(&self, narrative: &str, said: &Suggestion) -> Opinion {
        self.opinion_of(&Narrative::new(narrative), narrative, said)
    }

    /// The same of a narrative that was read already; `original` is what it was read from.
    pub(crate) fn opinion_of(
        &self,
        narrative: &Narrative,
        original: &str,
        said: &Suggestion,
    ) -> Opinion {
        let heads = self.read(narrative, original);
        let ruled = said.matter.as_ref().map(|m| m.as_str());
        let named = heads.row.first().map(|r| r.class.as_str());
        let agree = ruled.zip(named).map(|(a, b)| a == b);
        let beside = said.alternatives.iter().map(|a| a.matter.as_str());
        let beside: Vec<&str> = beside.collect();
        let shown = self.shown(&heads, ruled, !beside.is_empty(), &beside);
        Opinion {
            zone: shown.zone,
            rows: shown.set,
            heads,
            agree,
        }
    }

    /// What the desk is shown of a reading: the row the rules named with the share it has earned,
    /// and what else to offer.
    pub(crate) fn shown(
        &self,
        heads: &Reading,
        ruled: Option<&str>,
        several: bool,
        beside: &[&str],
    ) -> Verdict {
        let named = heads.row.first().map(|r| r.class.as_str());
        let rows = match ruled {
            Some(row) => {
                let (right, seen) = self.trust.cell(several, named != Some(row));
                // Where both name it, it is as likely as the surer of the two says.
                let own = heads.row.first().filter(|_| named == Some(row));
                let trust = own.map_or(right / seen, |own| (right / seen).max(own.share));
                mixed(row, trust, &heads.row.set, beside)
            }
            None => heads.row.set.clone(),
        };
        let zone = zone(&rows, ruled.is_some() || self.trained >= GROWN);
        let mut sum = 0.0;
        let enough = rows.iter().position(|row| {
            sum += row.share;
            sum >= HELD
        });
        let shown = enough.map_or(rows.len(), |i| i + 1).clamp(1, OFFERED);
        Verdict {
            zone,
            set: rows.into_iter().take(shown).collect(),
        }
    }
}

fn zone(rows: &[Ranked], may_fill: bool) -> Zone {
    let top = rows.first().map_or(0.0, |r| r.share);
    let offered: f64 = rows.iter().take(OFFERED).map(|r| r.share).sum();
    if top >= SURE && may_fill {
        Zone::Prefill
    } else if offered >= 0.5 {
        Zone::Offer
    } else {
        Zone::Ask
    }
}

/// The rules' row with the share it has earned; the rest goes to what the heads and the other
/// rows that fired say.
fn mixed(row: &str, trust: f64, heads: &[Ranked], beside: &[&str]) -> Vec<Ranked> {
    let mut rest: Vec<Ranked> = heads.iter().filter(|r| r.class != row).cloned().collect();
    for other in beside {
        match rest.iter_mut().find(|r| r.class == *other) {
            Some(known) => known.share += 0.2,
            None if *other != row => rest.push(Ranked {
                class: (*other).to_owned(),
                share: 0.2,
            }),
            None => {}
        }
    }
    // What the heads leave open beyond what they named is open here, too.
    let all: f64 = rest.iter().map(|r| r.share).sum::<f64>().max(1.0 - trust);
    for other in &mut rest {
        other.share *= (1.0 - trust) / all;
    }
    rest.push(Ranked {
        class: row.to_owned(),
        share: trust,
    });
    rest.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.class.cmp(&b.class)));
    rest
}

impl Example {
    /// Notes what the rules say of the example, so that their trust can be counted.
    #[must_use]
    pub fn ruled_by(mut self, said: &Suggestion) -> Self {
        self.ruled = said.matter.as_ref().map(ToString::to_string);
        self.several = !said.alternatives.is_empty();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(class: &str, share: f64) -> Ranked {
        Ranked {
            class: class.to_owned(),
            share,
        }
    }

    #[test]
    fn the_shares_are_shares_and_the_rules_row_leads_while_it_is_trusted() {
        let rows = mixed(
            "H1-1",
            0.75,
            &[ranked("H1-2", 0.6), ranked("H1-1", 0.3)],
            &["H1-4"],
        );
        assert_eq!(rows[0], ranked("H1-1", 0.75));
        assert!(rows.iter().map(|r| r.share).sum::<f64>() <= 1.0 + 1e-9);
        assert_eq!(rows[1].class, "H1-2");
        assert_eq!(zone(&rows, true), Zone::Offer);
        assert_eq!(zone(&[ranked("a", 0.95)], true), Zone::Prefill);
        assert_eq!(zone(&[ranked("a", 0.95)], false), Zone::Offer);
        assert_eq!(zone(&[ranked("a", 0.2), ranked("b", 0.1)], true), Zone::Ask);
        assert_eq!(zone(&[], true), Zone::Ask);
    }

    #[test]
    fn what_comes_with_the_program_fills_nothing_in_alone() {
        let engine = crate::Engine::shipped().unwrap();
        assert!(engine.lessons().len() + 400 < usize::try_from(GROWN).unwrap());
    }

    #[test]
    fn what_was_only_heard_goes_to_the_police_and_looks_no_surer_than_it_is() {
        let engine = crate::Engine::shipped().unwrap();
        let model = Model::train(&engine.lessons());
        let ask = |narrative| {
            let query = crate::Query {
                narrative,
                place: "",
                district: "",
                received_at: Desk::Hotline,
            };
            engine.assess(&query, Some(&model))
        };
        let named = ask("我家厨房着火了，人还在里面");
        let (desk, share) = named.settled.desk.unwrap();
        assert!(desk == Desk::Police && share > 0.9, "{share}");
        assert!(named.settled.sure);
        // A word a rule knows, and no danger: the police all the same, and no more is claimed than is so.
        let aside = ask("电钻钻得我想杀人，一天到晚不停");
        assert!(aside.said.danger.iter().any(|d| d.rule != UNNAMED));
        let (desk, less) = aside.settled.desk.unwrap();
        assert!(
            desk == Desk::Police && aside.settled.sure && less < share,
            "{less}"
        );
        let heard = ask("老爷子歪在椅子上，怎么拍都不睁眼，手凉的");
        assert_eq!(heard.said.danger[0].rule, "D-HEARD");
        let (desk, share) = heard.settled.desk.unwrap();
        assert_eq!((desk, heard.said.desk), (Desk::Police, Some(Desk::Police)));
        assert!((0.5..1.0).contains(&share), "{share}");
        let mut bare = heard.said.clone();
        let row = bare.matter.take().unwrap();
        assert!(
            !quoted(&bare, row.as_str()),
            "a row that a danger has to have"
        );
        let unswayed = heard.opinion.settle(&bare, |_| None);
        assert_eq!(
            unswayed.desk, heard.settled.desk,
            "and that says nothing of the desk"
        );
        let quiet = ask("小区门口的路灯坏了半个月没人修");
        assert_eq!(quiet.said.desk, Some(Desk::Hotline));
        assert!(quiet.settled.sure && quiet.said.ask.is_none(), "{quiet:?}");
    }

    #[test]
    fn trust_is_counted() {
        let mut trust = Trust::default();
        for _ in 0..80 {
            trust.count(false, true, false);
        }
        let (right, seen) = trust.cell(false, true);
        assert!(right / seen < 0.2);
        assert_eq!(trust.cell(false, false), (19.0, 20.0));
    }
}
