//! Learning from what became of cases: a fold of lessons, in their order, into a model.
//!
//! Same lessons, same model, bit for bit. Each lesson is first asked and then learnt, so that the
//! record of what was said before knowing better is an honest one. Now and then everything is
//! learnt anew beside the work (the shadow); the new model takes over at a fixed lesson, and only
//! if it does not do worse on the youngest cases, which it had not seen when it was tried.

use super::example::{Example, Reader};
use super::measure::macro_f1;
use super::model::{Model, Reading};
use super::number::{real, wide};
use super::shelf::{Names, Shelved};
use super::tally::Tally;
use crate::encoder::Encoder;
use crate::narrative::Narrative;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Lessons before everything is learnt anew for the first time.
const FIRST: usize = 200;
/// How much worse a new model may do on the youngest cases.
const SLACK: f64 = 0.005;
/// Youngest cases it is tried on, at most.
const TRIED_ON: usize = 500;
/// Lessons everything is learnt anew from: the youngest, since matters and words drift, and a
/// million of them would neither fit nor be learnt in a night.
const YOUNGEST: usize = 50_000;
/// Promoted models that can be gone back to.
const KEPT: usize = 4;
/// Lessons the drift is watched over, and those before that they are compared with.
const RECENT: usize = 200;
const BEFORE: usize = 800;
/// A fall by this much is drift.
const FALL: f64 = 0.05;

/// The rule a model takes over by, as people may read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promotion {
    /// Lessons before everything is learnt anew for the first time; later, a quarter more each time.
    pub first: usize,
    /// How much worse a new model may do on the youngest cases, as macro-F1.
    pub slack: f64,
    /// Youngest cases it is tried on, at most.
    pub tried_on: usize,
    /// Promoted models that can be gone back to.
    pub kept: usize,
    /// Lessons the drift is watched over.
    pub recent: usize,
    /// Those before that they are compared with.
    pub before: usize,
    /// A fall of the share by this much is drift.
    pub fall: f64,
}

/// The rule every site has.
pub const PROMOTION: Promotion = Promotion {
    first: FIRST,
    slack: SLACK,
    tried_on: TRIED_ON,
    kept: KEPT,
    recent: RECENT,
    before: BEFORE,
    fall: FALL,
};

/// A model that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trialled {
    /// Lessons it was trained on.
    pub lessons: usize,
    /// Its macro-F1 on the youngest cases.
    pub tried: f64,
    /// What the model that was working had reached on them.
    pub before: f64,
    /// Whether it took over.
    pub taken: bool,
}

/// A model that took over, and why it could.
#[derive(Debug, Clone)]
pub struct Promoted {
    /// Digest of the model.
    pub version: String,
    /// Lessons it was trained on.
    pub lessons: usize,
    /// Its macro-F1 on the youngest cases, which it was not trained on then.
    pub tried: f64,
    /// What its predecessor had said of the same cases before learning them.
    pub before: f64,
    /// What it was worth while it was the newest.
    pub tally: Tally,
    /// The model as it took over.
    pub model: Arc<Model>,
}

/// How learning stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Standing {
    /// Lessons learnt.
    pub lessons: usize,
    /// Share of the last 200 lessons whose row had been said first before it was learnt.
    pub recent: Option<f64>,
    /// The same of the 800 before those.
    pub earlier: Option<f64>,
    /// Whether it fell by more than five points.
    pub drifting: bool,
    /// New models that did worse and were not taken.
    pub refused: usize,
    /// Lessons at which everything is learnt anew next.
    pub next: usize,
    /// Lessons at which the shadow, which is in training, is to take over.
    pub shadow: Option<usize>,
    /// The shadow that was tried last.
    pub last: Option<Trialled>,
}

/// The fold.
#[derive(Debug)]
pub struct Course {
    encoder: Option<Encoder>,
    base: Vec<Example>,
    /// The youngest; nothing where one was taken back.
    lessons: VecDeque<Option<(Box<str>, Shelved)>>,
    /// How many older ones are no longer kept.
    gone: usize,
    names: Names,
    of_case: HashMap<Box<str>, usize>,
    /// For each of the youngest lessons the drift is watched over: the right row and the one that
    /// was said.
    record: VecDeque<(String, String)>,
    working: Model,
    promoted: Vec<Promoted>,
    refused: usize,
    next: usize,
    due: Option<usize>,
    last: Option<Trialled>,
}

/// Everything to be learnt anew: may be done anywhere, gives the same everywhere.
#[derive(Debug)]
pub struct Homework {
    encoder: Option<Encoder>,
    old: Vec<Example>,
    young: Vec<Example>,
    at: usize,
    before: f64,
}

/// What came of a [`Homework`].
#[derive(Debug)]
pub struct Handed {
    model: Model,
    at: usize,
    tried: f64,
    before: f64,
}

impl Homework {
    /// Does it. Takes long; nothing waits for it.
    #[must_use]
    pub fn done(self) -> Handed {
        let old: Vec<&Example> = self.old.iter().collect();
        let encoder = self.encoder.as_ref();
        let rough = Model::heads(&old, &mut Reader::with(encoder.cloned()));
        let pairs: Vec<(String, String)> = self
            .young
            .iter()
            .map(|example| (label(example), said(&rough, example)))
            .collect();
        let mut all = self.old;
        all.extend(self.young);
        Handed {
            model: Model::train_beside(&all, encoder),
            at: self.at,
            tried: macro_f1(&pairs).0,
            before: self.before,
        }
    }
}

impl Course {
    /// Begins with what the list itself teaches, so that a new site has something on its first day.
    #[must_use]
    pub fn new(base: Vec<Example>) -> Self {
        Self::beside(base, None)
    }

    /// The same with an encoder's vector beside the words.
    #[must_use]
    pub fn beside(base: Vec<Example>, encoder: Option<Encoder>) -> Self {
        let begun = begun(&base, encoder.as_ref());
        let first = Promoted {
            version: begun.version(),
            lessons: 0,
            tried: 0.0,
            before: 0.0,
            tally: Tally::default(),
            model: Arc::clone(&begun),
        };
        Self {
            encoder,
            base,
            lessons: VecDeque::new(),
            gone: 0,
            names: Names::default(),
            of_case: HashMap::new(),
            record: VecDeque::new(),
            working: begun.as_ref().clone(),
            promoted: vec![first],
            refused: 0,
            next: FIRST,
            due: None,
            last: None,
        }
    }

    /// The model as it is now.
    #[must_use]
    pub const fn working(&self) -> &Model {
        &self.working
    }

    /// The models that took over, the youngest last.
    #[must_use]
    pub fn promoted(&self) -> &[Promoted] {
        &self.promoted
    }

    /// Learns what became of a case. What was learnt of the same case before is replaced at the
    /// next time everything is learnt anew; until then both weigh.
    pub fn learn(&mut self, case: &str, example: Example) {
        let (right, reading) = (label(&example), read(&self.working, &example));
        // What the desk would have been shown of it: the rules' row weighed with what the heads say.
        let ruled = example.ruled.as_deref();
        let shown = self.working.shown(&reading, ruled, example.several, &[]);
        if let Some(newest) = self.promoted.last_mut() {
            newest.tally.hear(&shown, &right);
        }
        self.record.push_back((right, first(&reading)));
        if self.record.len() > RECENT + BEFORE {
            self.record.pop_front();
        }
        self.working.learn(&example);
        self.forget(case);
        self.of_case.insert(case.into(), self.learnt());
        let shelved = self.names.shelve(example);
        self.lessons.push_back(Some((case.into(), shelved)));
        if self.lessons.len() > YOUNGEST {
            if let Some((case, _)) = self.lessons.pop_front().flatten() {
                self.of_case.remove(&case);
            }
            self.gone += 1;
        }
    }

    /// Lessons there ever were.
    fn learnt(&self) -> usize {
        self.gone + self.lessons.len()
    }

    /// Takes back what was learnt of a case: the unit returned it, so it was no example.
    pub fn forget(&mut self, case: &str) {
        let old = self.of_case.remove(case);
        let place = old.and_then(|i| i.checked_sub(self.gone));
        if let Some(slot) = place.and_then(|i| self.lessons.get_mut(i)) {
            *slot = None;
        }
    }

    /// The lessons that are kept, from the one at a place on.
    fn kept(&self, from: usize) -> impl Iterator<Item = Example> {
        let kept = self.lessons.iter().skip(from).flatten();
        kept.map(|(_, shelved)| self.names.take(shelved))
    }

    /// What is to be learnt anew, once it is time; to be handed in when [`Course::is_due`] says so.
    pub fn homework(&mut self) -> Option<Homework> {
        let at = self.learnt();
        if at < self.next || self.due.is_some() {
            return None;
        }
        // A fixed lesson, so that it does not matter how long the training takes.
        self.due = Some(at + (at / 20).max(20));
        self.next = at + at / 4;
        let young = (at / 5).min(TRIED_ON).min(self.lessons.len());
        let split = self.lessons.len() - young;
        let said = self.record.len().saturating_sub(young);
        let record: Vec<(String, String)> = self.record.iter().skip(said).cloned().collect();
        let old = self.lessons.iter().take(split).flatten();
        let old = old.map(|(_, shelved)| self.names.take(shelved));
        Some(Homework {
            encoder: self.encoder.clone(),
            old: self.base.iter().cloned().chain(old).collect(),
            young: self.kept(split).collect(),
            at,
            before: macro_f1(&record).0,
        })
    }

    /// Whether homework has to be handed in before the next lesson.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.due.is_some_and(|due| self.learnt() >= due)
    }

    /// Hands homework in: the new model takes over unless it did worse, and learns what came since.
    pub fn hand_in(&mut self, handed: Handed) {
        self.due = None;
        let taken = handed.tried + SLACK >= handed.before;
        self.last = Some(Trialled {
            lessons: handed.at,
            tried: handed.tried,
            before: handed.before,
            taken,
        });
        if !taken {
            self.refused += 1;
            return;
        }
        self.promoted.push(Promoted {
            version: handed.model.version(),
            lessons: handed.at,
            tried: handed.tried,
            before: handed.before,
            tally: Tally::default(),
            model: Arc::new(handed.model.clone().settled()),
        });
        if self.promoted.len() > KEPT {
            self.promoted.remove(0);
        }
        self.working = handed.model;
        let since: Vec<Example> = self.kept(handed.at.saturating_sub(self.gone)).collect();
        for example in &since {
            self.working.learn(example);
        }
    }

    /// How learning stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let n = self.record.len();
        let recent = n.saturating_sub(RECENT);
        let share = |from: usize, until: usize| {
            let record = self.record.range(from..until);
            let (all, right) = (
                until - from,
                record.filter(|(right, said)| right == said).count(),
            );
            (all >= RECENT / 2).then(|| f64::from(real(right)) / wide(all))
        };
        let earlier = share(recent.saturating_sub(BEFORE), recent);
        let recent = share(recent, n);
        Standing {
            lessons: self.learnt(),
            recent,
            earlier,
            drifting: recent
                .zip(earlier)
                .is_some_and(|(now, was)| now + FALL < was),
            refused: self.refused,
            next: self.next,
            shadow: self.due,
            last: self.last,
        }
    }
}

/// What the base teaches. Every platform of a process begins with the same, one after the other too, so it is kept.
fn begun(base: &[Example], encoder: Option<&Encoder>) -> Arc<Model> {
    static LAST: Mutex<Option<([u8; 32], Arc<Model>)>> = Mutex::new(None);
    let of = digest(base);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last.as_ref().filter(|(last, _)| *last == of);
    if let Some((_, model)) = known.filter(|(_, model)| model.encoder.as_ref() == encoder) {
        return Arc::clone(model);
    }
    let model = Arc::new(Model::train_beside(base, encoder));
    *last = Some((of, Arc::clone(&model)));
    model
}

fn digest(base: &[Example]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for example in base {
        let Example {
            words,
            desk,
            group,
            row,
            urgency,
            ruled,
            several,
            shipped,
        } = example;
        for part in [&Some(words.clone()), desk, group, row, urgency, ruled] {
            // What is not there is not the same as what is empty.
            let part = part.as_ref().map_or("\u{1}", String::as_str);
            digest.update(part);
            digest.update([0]);
        }
        digest.update([u8::from(*several), u8::from(*shipped)]);
    }
    digest.finalize().into()
}

fn label(example: &Example) -> String {
    let row = example.row.as_ref().or(example.group.as_ref());
    row.cloned().unwrap_or_default()
}

fn said(model: &Model, example: &Example) -> String {
    first(&read(model, example))
}

fn read(model: &Model, example: &Example) -> Reading {
    model.read(&Narrative::new(&example.words), &example.words)
}

/// The row the heads named first, or the kind where they know no row.
fn first(reading: &Reading) -> String {
    let row = reading.row.first().or_else(|| reading.group.first());
    row.map(|r| r.class.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(i: usize) -> Example {
        let kinds = [
            ("noise", "site", ["工地打桩", "夜里施工", "塔吊轰鸣"]),
            ("noise", "home", ["邻居唱歌", "楼上跑跳", "音响太大"]),
            ("work", "wages", ["拖欠工资", "不发工钱", "老板跑路"]),
            ("water", "leak", ["水管爆裂", "路面冒水", "停水两天"]),
        ];
        let (group, row, words) = kinds[i % 4];
        Example {
            words: format!(
                "{}第{}次反映{}",
                words[i / 4 % 3],
                i % 7,
                words[(i + 1) % 3]
            ),
            desk: Some("hotline".to_owned()),
            group: Some(group.to_owned()),
            row: Some(row.to_owned()),
            urgency: Some("normal".to_owned()),
            ..Example::default()
        }
    }

    /// Lessons with homework done at once, or only when it is due.
    fn taught(n: usize, late: bool) -> Course {
        let mut course = Course::new((0..8).map(lesson).collect());
        let mut home: Option<Homework> = None;
        let mut ready: Option<Handed> = None;
        for i in 0..n {
            if course.is_due() {
                ready = ready.or_else(|| home.take().map(Homework::done));
                course.hand_in(ready.take().unwrap());
            }
            course.learn(&i.to_string(), lesson(i));
            if let Some(work) = course.homework() {
                if late {
                    home = Some(work);
                } else {
                    ready = Some(work.done());
                }
            }
        }
        course
    }

    #[test]
    fn the_same_lessons_give_the_same_model_however_long_training_takes() {
        let (a, b) = (taught(260, true), taught(260, false));
        assert_eq!(a.working(), b.working());
        assert_eq!(a.working().to_bytes(), b.working().to_bytes());
        assert_eq!(a.promoted().len(), 2, "one took over at lesson 220");
        assert_eq!(a.promoted()[1].lessons, 200);
        // Every lesson was asked of one model, the one that was the newest then.
        let asked: Vec<usize> = a.promoted().iter().map(|p| p.tally.asked).collect();
        assert_eq!(asked, [220, 40]);
        let last = a.standing().last.unwrap();
        assert!(last.taken && last.lessons == 200, "{last:?}");
        let tallies = |course: &Course| -> Vec<Tally> {
            course.promoted().iter().map(|p| p.tally.clone()).collect()
        };
        assert_eq!(tallies(&a), tallies(&b));
        assert_eq!(a.standing(), b.standing());
        assert!(a.standing().recent.unwrap() > 0.8, "{:?}", a.standing());
    }

    #[test]
    fn a_worse_model_does_not_take_over() {
        let mut course = taught(200, true);
        assert!(course.due.is_some());
        let before = course.working().clone();
        course.hand_in(Handed {
            model: Model::empty(),
            at: 200,
            tried: 0.5,
            before: 0.6,
        });
        assert_eq!(course.working(), &before);
        assert_eq!(course.standing().refused, 1);
        assert_eq!(course.standing().shadow, None);
        assert!(!course.standing().last.unwrap().taken);
    }

    #[test]
    fn a_correction_is_in_the_model_at_once_and_a_return_is_no_example() {
        let mut course = taught(8, false);
        let words = "阳台飘来一股怪味像塑料烧糊";
        let odd = Example {
            words: words.to_owned(),
            ..lesson(3)
        };
        course.learn("odd", odd.clone());
        assert_eq!(said(course.working(), &odd), "leak");
        course.forget("odd");
        assert_eq!(course.lessons.iter().flatten().count(), 8);
    }

    #[test]
    fn a_fall_is_seen() {
        let mut course = Course::new(Vec::new());
        for i in 0..400 {
            let said = if i < 200 || i % 2 == 0 { "a" } else { "b" };
            course.record.push_back(("a".to_owned(), said.to_owned()));
        }
        let standing = course.standing();
        assert_eq!((standing.earlier, standing.recent), (Some(1.0), Some(0.5)));
        assert!(standing.drifting);
    }
}
