//! The learnt ear for danger 疑似险情 (law 5): what callers show and do not name.
//!
//! It only adds. Where a rule fires it is not asked; where none does it may raise the danger, or
//! have the operator ask whether anybody is in one. It is part of the program and not of what a
//! site learns, so the same words give the same danger everywhere.

use super::bank::{Bank, Target};
use super::feature::{BITS, Features, body};
use super::number::{exp, narrow};
use super::sign::Signs;
use super::told::{self, Told};
use crate::danger::{Dangers, Run};
use crate::engine::{SHIPPED_DANGER, SHIPPED_LIST};
use crate::list::{List, ListError};
use crate::narrative::Narrative;
use domain::desk::Desk;
use std::sync::LazyLock;

const SIGNS: &str = include_str!("../../data/signs.toml");
/// What all signs of a text weigh beside its runs of characters.
const SIGN: f32 = 0.35;
/// Share from which on danger is raised, and from which on the operator asks.
pub(crate) const RAISE: f64 = 0.33;
/// See [`RAISE`].
pub(crate) const ASK: f64 = 0.05;
/// A lead of the points becomes a share by these two, fitted on narratives held out in turn.
const SLOPE: f64 = 3.0;
/// See [`SLOPE`].
const SHIFT: f64 = -0.75;
/// Stretches of words shown.
const SHOWN: usize = 3;

/// Numbers of the bank's heads.
const WHETHER: usize = 0;
const KIND: usize = 1;
/// Number of the class that is danger.
const YES: usize = 0;

/// What the ear makes of a narrative.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    /// How likely somebody is in danger, 0 to 1.
    pub(crate) share: f64,
    /// The likeliest kind.
    pub(crate) kind: String,
    /// The words that spoke loudest for it, in characters of the normal spelling.
    pub(crate) runs: Vec<Run>,
}

/// The ear, taught.
pub(crate) struct Alarm {
    signs: Signs,
    bank: Bank,
    pub(crate) version: String,
}

impl std::fmt::Debug for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alarm")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

static SHIPPED: LazyLock<Option<Alarm>> = LazyLock::new(|| Alarm::taught(&all().ok()?, |_| true).ok());

/// Words, the kind of danger they are of, and what they must not be parted from.
type Sentence = (String, Option<String>, String);

/// Everything the ear is taught by, in a fixed order.
fn all() -> Result<Vec<Sentence>, ListError> {
    let (list, dangers) = (List::parse(SHIPPED_LIST)?, Dangers::parse(SHIPPED_DANGER)?);
    let mut out = Vec::new();
    for rule in &dangers.rules {
        for words in &rule.positive {
            out.push((words.clone(), Some(rule.kind.clone()), words.clone()));
        }
        for words in &rule.negative {
            out.push((words.clone(), None, words.clone()));
        }
    }
    let quiet = list.matters.iter().filter(|row| row.desk == Desk::Hotline);
    for words in quiet.flat_map(|row| &row.examples) {
        out.push((words.clone(), None, words.clone()));
    }
    let told = |t: Told| {
        let kind = t.danger.map(str::to_owned);
        (t.words.to_owned(), kind, t.pair.to_owned())
    };
    out.extend(told::lessons().map(told));
    out.extend(told::narratives().map(told));
    Ok(out)
}

impl Alarm {
    /// The one that comes with the program, taught at the first call; nothing only if the shipped
    /// data cannot be read, which a test rules out.
    pub(crate) fn shipped() -> Option<&'static Self> {
        SHIPPED.as_ref()
    }

    fn taught(sentences: &[Sentence], take: impl Fn(usize) -> bool) -> Result<Self, ListError> {
        let signs = Signs::parse(SIGNS)?;
        let numbered = sentences.iter().enumerate();
        let taken: Vec<&Sentence> = numbered.filter(|(i, _)| take(*i)).map(|(_, s)| s).collect();
        let whether = vec!["danger".to_owned(), "none".to_owned()];
        let kinds = super::example::classes(taken.iter().filter_map(|(_, kind, _)| kind.as_deref()));
        let targets: Vec<Target> = taken
            .iter()
            .map(|(_, kind, _)| Target {
                classes: vec![
                    Some(if kind.is_some() { YES } else { 1 - YES }),
                    kind.as_ref().and_then(|kind| kinds.binary_search(kind).ok()),
                ],
            })
            .collect();
        let readings: Vec<Features> = taken
            .iter()
            .map(|(words, _, _)| features(&signs, body(&Narrative::new(words))))
            .collect();
        let bank = Bank::train(
            vec![whether, kinds],
            BITS,
            &targets,
            |i, f| {
                if let Some(reading) = readings.get(i) {
                    f(reading);
                }
            },
            1,
        );
        let version = format!("{}+{}", signs.version, taken.len());
        Ok(Self {
            signs,
            bank,
            version,
        })
    }

    /// What it makes of a narrative. Total; linear in the length.
    pub(crate) fn hear(&self, narrative: &Narrative) -> Heard {
        let chars = body(narrative);
        let features = features(&self.signs, chars);
        let scores = self.bank.scores(&features);
        let lead = match self.bank.of_head(&scores, WHETHER) {
            [yes, no] if !features.is_empty() => f64::from(yes - no),
            _ => f64::NEG_INFINITY,
        };
        let share = share(lead);
        if share < ASK {
            return Heard {
                share,
                kind: String::new(),
                runs: Vec::new(),
            };
        }
        let kinds = self.bank.of_head(&scores, KIND).iter().enumerate();
        let kind = kinds.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        let names = self.bank.heads.get(KIND).map(|head| &head.classes);
        let kind = kind.zip(names).and_then(|((i, _), names)| names.get(i));
        Heard {
            share,
            kind: kind.cloned().unwrap_or_default(),
            runs: self.loudest(chars, narrative.body()),
        }
    }

    /// The stretches that spoke loudest for danger.
    fn loudest(&self, chars: &[char], shift: usize) -> Vec<Run> {
        let mut weight = super::model::by_grams(&self.bank, chars, WHETHER, YES);
        for seen in self.signs.seen(chars) {
            let speaks = self.bank.speaks(seen.slot, WHETHER, YES) * seen.worth;
            for run in seen.runs {
                let each = speaks / 2.0 / super::number::real(run.end - run.start);
                let run = weight.iter_mut().skip(run.start).take(run.end - run.start);
                run.for_each(|w| *w += each);
            }
        }
        let mut runs = super::model::stretches(&weight, SHOWN);
        if runs.is_empty() && !chars.is_empty() {
            // Nothing stands out: the whole of it did.
            runs.push((0, chars.len().min(20), 1.0));
        }
        runs.into_iter()
            .map(|(start, end, _)| Run {
                start: start + shift,
                end: end + shift,
            })
            .collect()
    }
}

fn share(lead: f64) -> f64 {
    1.0 / (1.0 + exp((-(SLOPE * lead + SHIFT)).clamp(-40.0, 40.0)))
}

/// Runs of characters and signs in one reading: however long the text, the signs keep their part.
fn features(signs: &Signs, chars: &[char]) -> Features {
    let mut features = Features::of_chars(chars, &mut Vec::new());
    let squares: f32 = features.counts.iter().map(|(_, n)| n * n).sum();
    let part = SIGN * narrow(f64::from(squares).sqrt());
    for seen in signs.seen(chars) {
        features.counts.push((seen.slot, seen.worth * part));
    }
    features.counts.sort_by_key(|(slot, _)| *slot);
    features.counts.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same {
            a.1 += b.1;
        }
        same
    });
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leads of the tune narratives, each with the ear taught by the other four fifths; pairs in
    /// one part.
    fn held_out() -> Vec<(f64, bool)> {
        let sentences = all().unwrap();
        let tune: std::collections::BTreeSet<&str> = told::narratives().map(|t| t.words).collect();
        let part = |i: usize| {
            let (words, _, pair) = &sentences[i];
            let sum: usize = pair.bytes().map(usize::from).fold(7, |a, b| a * 31 % 10_007 + b);
            tune.contains(words.as_str()).then_some(sum % 5)
        };
        let mut out = Vec::new();
        for fold in 0..5 {
            let alarm = Alarm::taught(&sentences, |i| part(i) != Some(fold)).unwrap();
            for (i, (words, kind, _)) in sentences.iter().enumerate() {
                if part(i) == Some(fold) {
                    let features = features(&alarm.signs, body(&Narrative::new(words)));
                    let scores = alarm.bank.scores(&features);
                    out.push((f64::from(scores[0] - scores[1]), kind.is_some()));
                }
            }
        }
        out
    }

    #[test]
    fn what_it_was_not_taught_it_hears_too() {
        let begun = std::time::Instant::now();
        let mut leads = held_out();
        println!("five trainings {:?}", begun.elapsed());
        leads.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all = leads.iter().filter(|(_, yes)| *yes).count();
        let mut above = 0.0;
        let (mut found, mut pairs) = (0, 0);
        for (n, (lead, yes)) in leads.iter().enumerate() {
            if *yes {
                found += 1;
            } else {
                pairs += found;
            }
            if n % 20 == 19 {
                println!(
                    "lead {lead:.3} share {:.3}: recall {:.3} precision {:.3}",
                    share(*lead),
                    found as f64 / all as f64,
                    found as f64 / (n + 1) as f64
                );
            }
        }
        let area = pairs as f64 / (all * (leads.len() - all)) as f64;
        println!("area {area:.4}");
        let mut loss = Vec::new();
        for slope in 1..=16 {
            for shift in -8..=8 {
                let (slope, shift) = (f64::from(slope) / 2.0, f64::from(shift) / 4.0);
                let of = |(lead, yes): &(f64, bool)| {
                    let p = 1.0 / (1.0 + (-(slope * lead + shift)).exp());
                    -(if *yes { p } else { 1.0 - p }).max(1e-9).ln()
                };
                loss.push((leads.iter().map(of).sum::<f64>(), slope, shift));
            }
        }
        loss.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!("best {:?}", &loss[..3]);
        for step in 0..10 {
            let (low, high) = (f64::from(step) / 10.0, f64::from(step + 1) / 10.0);
            let of: Vec<_> = leads.iter().filter(|(l, _)| (low..high).contains(&share(*l))).collect();
            let right = of.iter().filter(|(_, yes)| *yes).count();
            println!("{low:.1}: {} of {}", right, of.len());
        }
        above += area;
        assert!(above > 0.9, "{above}");
    }
}
