//! Whether a danger word is meant, here and now.

use super::{About, DangerRule, Dangers, Frame, Side, Speaker};
use crate::narrative::{
    Narrative, as_chars, begin_of, end_of, ends_clause, ends_sentence, ends_with, starts_with,
};

/// A run of normal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Run {
    /// Characters between two runs; 0 where they touch or overlap.
    fn gap(self, other: Self) -> usize {
        if other.start >= self.end {
            other.start - self.end
        } else {
            self.start.saturating_sub(other.end)
        }
    }
}

/// What one pass of the automaton found for the danger rules, each list in order of ends.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// Rule and where one of its words stands.
    pub(crate) words: Vec<(usize, Run)>,
    pub(crate) near: Vec<(usize, Run)>,
    pub(crate) unless: Vec<(usize, Run)>,
    /// Frame and where it stands.
    pub(crate) frames: Vec<(usize, Run)>,
    pub(crate) idioms: Vec<(usize, Run)>,
    pub(crate) breakers: Vec<(usize, Run)>,
    pub(crate) others: Vec<(usize, Run)>,
}

/// Longest word a rule may have, so that a window over hits sorted by end finds all of them.
const LONGEST: usize = 40;
/// Longest clause looked back over.
const CLAUSE: usize = 40;
/// Characters behind what is settled in which it may be taken up again.
const REOPENED: usize = 16;

/// Hits that lie wholly within a window.
fn window(hits: &[(usize, Run)], from: usize, to: usize) -> impl Iterator<Item = &(usize, Run)> {
    let first = hits.partition_point(|(_, run)| run.end <= from);
    let rest = hits.get(first..).unwrap_or(&[]).iter();
    rest.inspect(|_| crate::steps::step())
        .take_while(move |(_, run)| run.end <= to)
        .filter(move |(_, run)| run.start >= from)
}

/// The lists of a rule set that are read around a hit, as characters.
#[derive(Debug, Clone)]
pub(crate) struct Sense {
    negations: Vec<Vec<char>>,
    fillers: Vec<Vec<char>>,
    person_fillers: Vec<Vec<char>>,
    own_denials: Vec<Vec<Vec<char>>>,
    not_negations: Vec<Vec<char>>,
    denials: Vec<Vec<char>>,
    denial_fillers: Vec<Vec<char>>,
    topics: Vec<Vec<char>>,
    topic_fillers: Vec<Vec<char>>,
    reopeners: Vec<Vec<char>>,
    /// Of each frame: what has to stand on the other side.
    with: Vec<Vec<Vec<char>>>,
    /// Of each frame: what its words and those are no part of.
    except: Vec<Vec<Vec<char>>>,
}

impl Sense {
    pub(crate) fn new(dangers: &Dangers) -> Self {
        let shared = &dangers.shared;
        Self {
            negations: as_chars(&shared.negations),
            fillers: as_chars(&shared.fillers),
            person_fillers: as_chars(&shared.person_fillers),
            own_denials: dangers.rules.iter().map(|r| as_chars(&r.denials)).collect(),
            not_negations: as_chars(&shared.not_negations),
            denials: as_chars(&shared.denials),
            denial_fillers: as_chars(&shared.denial_fillers),
            topics: as_chars(&shared.topics),
            topic_fillers: as_chars(&shared.topic_fillers),
            reopeners: as_chars(&shared.reopeners),
            with: shared.frames.iter().map(|f| as_chars(&f.with)).collect(),
            except: shared.frames.iter().map(|f| as_chars(&f.except)).collect(),
        }
    }

    /// Whether the word of rule `index` at `run` counts.
    pub(crate) fn counts(
        &self,
        dangers: &Dangers,
        narrative: &Narrative,
        hits: &Hits,
        index: usize,
        run: Run,
    ) -> bool {
        let Some(rule) = dangers.rules.get(index) else {
            return false;
        };
        let chars = narrative.chars();
        !in_idiom(hits, run)
            && (rule.near.is_empty() || self.has_near(chars, hits, index, rule, run))
            && !has_unless(chars, hits, index, run, rule.unless_within)
            && !self.negated(chars, run.start, !rule.impersonal)
            && !followed(chars, run.end, &self.denials, &self.denial_fillers)
            && !self
                .own_denials
                .get(index)
                .is_some_and(|own| followed(chars, run.end, own, &self.denial_fillers))
            && !followed(chars, run.end, &self.topics, &self.topic_fillers)
            && !self.framed(dangers, chars, hits, rule, run)
    }

    /// Whether a context word stands near and is not itself denied: 追尾了，没人受伤 is no injury.
    fn has_near(
        &self,
        chars: &[char],
        hits: &Hits,
        index: usize,
        rule: &DangerRule,
        run: Run,
    ) -> bool {
        let reach = rule.within + LONGEST;
        let from = begin_of(chars, run.start, reach, ends_sentence);
        let to = end_of(chars, run.end, reach, ends_sentence);
        window(&hits.near, from, to).any(|&(of, near)| {
            of == index
                && near != run
                && run.gap(near) <= rule.within
                && !self.negated(chars, near.start, true)
        })
    }

    /// Reads backwards over words that may stand between a negation and what it negates.
    fn negated(&self, chars: &[char], start: usize, of_people: bool) -> bool {
        let people = if of_people {
            self.person_fillers.as_slice()
        } else {
            &[]
        };
        let mut at = start;
        for _ in 0..8 {
            if self.not_negations.iter().any(|w| ends_with(chars, at, w)) {
                return false;
            }
            if self.negations.iter().any(|w| ends_with(chars, at, w)) {
                return true;
            }
            match self
                .fillers
                .iter()
                .chain(people)
                .find(|w| ends_with(chars, at, w))
            {
                Some(filler) => at -= filler.len(),
                None => return false,
            }
        }
        false
    }

    /// Whether a frame takes the word out of the here and now, and is not denied itself: 不是演习.
    fn framed(
        &self,
        dangers: &Dangers,
        chars: &[char],
        hits: &Hits,
        rule: &DangerRule,
        run: Run,
    ) -> bool {
        let from = run.start.saturating_sub(LONGEST + CLAUSE);
        window(&hits.frames, from, run.end + LONGEST + CLAUSE).any(|&(index, at)| {
            let Some(frame) = dangers.shared.frames.get(index) else {
                return false;
            };
            let applies = match frame.about {
                About::Unreal | About::Settled => true,
                About::Past => past_counts(chars, hits, rule.speaker, run),
                About::Supposed => !rule.even_supposed,
            };
            let meant = frame.of.is_empty() || frame.of.iter().any(|name| rule.is_of(name));
            applies
                && meant
                && reaches(
                    frame,
                    dangers.shared.attributive,
                    !rule.near.is_empty(),
                    chars,
                    hits,
                    at,
                    run,
                )
                && !self.negated(chars, at.start, true)
                && !self.excepted(chars, index, at.start)
                && self.accompanied(chars, frame, index, at, run)
                && !(at.start >= run.end && self.reopened(chars, frame, at.end))
        })
    }

    /// Whether what a frame needs on the other side of the word stands there, in the same clause.
    fn accompanied(&self, chars: &[char], frame: &Frame, index: usize, at: Run, run: Run) -> bool {
        let with = self.with.get(index).map(Vec::as_slice).unwrap_or_default();
        if with.is_empty() {
            return true;
        }
        let reach = frame.with_reach;
        let meant = |start: usize| !self.excepted(chars, index, start);
        if at.start >= run.end {
            let from = begin_of(chars, run.start, reach + LONGEST, ends_clause);
            let ends = (0..=reach).filter_map(|gap| run.start.checked_sub(gap));
            ends.take_while(|&end| end >= from).any(|end| {
                let mut found = with.iter().filter(|w| ends_with(chars, end, w));
                found.any(|w| meant(end - w.len()))
            })
        } else {
            let to = end_of(chars, run.end, reach, ends_clause);
            (run.end..=to).any(|start| {
                let mut found = with.iter().filter(|w| starts_with(chars, start, w));
                found.any(|_| meant(start))
            })
        }
    }

    /// Whether a frame's word that begins at `start` is part of another word, which the frame excepts.
    fn excepted(&self, chars: &[char], index: usize, start: usize) -> bool {
        let except = self.except.get(index).map(Vec::as_slice);
        except.unwrap_or_default().iter().any(|word| {
            let mut begins = (0..word.len()).filter_map(|before| start.checked_sub(before));
            begins.any(|begin| starts_with(chars, begin, word))
        })
    }

    /// Whether what was settled is taken up again: 火灭了又着了, 找到了但是昏过去了.
    fn reopened(&self, chars: &[char], frame: &Frame, end: usize) -> bool {
        if !matches!(frame.about, About::Settled | About::Past) {
            return false;
        }
        let to = end_of(chars, end, REOPENED, ends_sentence);
        (end..to).any(|start| self.reopeners.iter().any(|w| starts_with(chars, start, w)))
    }
}

/// Reads forwards over `fillers` for one of `words`: something said and its denial, or its topic.
fn followed(chars: &[char], end: usize, words: &[Vec<char>], fillers: &[Vec<char>]) -> bool {
    let mut at = end;
    for _ in 0..6 {
        if words.iter().any(|w| starts_with(chars, at, w)) {
            return true;
        }
        match fillers.iter().find(|w| starts_with(chars, at, w)) {
            Some(filler) => at += filler.len(),
            None => return false,
        }
    }
    false
}

fn in_idiom(hits: &Hits, run: Run) -> bool {
    let from = run.start.saturating_sub(LONGEST);
    window(&hits.idioms, from, run.end + LONGEST)
        .any(|(_, idiom)| idiom.start <= run.start && idiom.end >= run.end)
}

fn has_unless(chars: &[char], hits: &Hits, index: usize, run: Run, within: usize) -> bool {
    let reach = within + LONGEST;
    let from = begin_of(chars, run.start, reach, ends_clause);
    let to = end_of(chars, run.end, reach, ends_clause);
    window(&hits.unless, from, to).any(|&(rule, unless)| rule == index && run.gap(unless) <= within)
}

fn reaches(
    rule: &Frame,
    attributive: char,
    thing: bool,
    chars: &[char],
    hits: &Hits,
    frame: Run,
    run: Run,
) -> bool {
    let (from, to) = if frame.end <= run.start && rule.side != Side::Behind {
        (frame.end, run.start)
    } else if frame.start >= run.end && rule.side != Side::Before {
        (run.end, frame.start)
    } else {
        return false;
    };
    let ends = if rule.over_comma {
        ends_sentence
    } else {
        ends_clause
    };
    let Some(between) = chars.get(from..to) else {
        return false;
    };
    // 去年买的电瓶车着火了: the year is said of the noun, not of the fire; 去年的火灾 is of the fire.
    // Where the rule's word is itself the noun and its context the event, so is 去年装的燃气.
    let before_last = between.split_last().map_or(&[][..], |(_, rest)| rest);
    let of_a_noun = before_last.contains(&attributive)
        || (thing && !before_last.is_empty() && between.last() == Some(&attributive));
    to - from <= rule.reach
        && !between.iter().any(|&c| ends(c))
        && (rule.about == About::Settled || window(&hits.breakers, from, to).next().is_none())
        && !(rule.about == About::Past && of_a_noun)
}

/// Whether words about the past take the rule back: see [`Speaker`].
fn past_counts(chars: &[char], hits: &Hits, speaker: Speaker, run: Run) -> bool {
    match speaker {
        Speaker::Anybody => true,
        Speaker::Nobody => false,
        Speaker::Caller => {
            let from = begin_of(chars, run.start, CLAUSE, ends_clause);
            window(&hits.others, from, run.start).next().is_none()
        }
    }
}

impl Dangers {
    /// The words that are known by their sound, too: what has to be said and what has to be near.
    pub(crate) fn by_sound(&self) -> Result<super::Sounds, String> {
        let chars = |w: &str| -> Vec<char> { crate::narrative::normal(w).chars().collect() };
        let short = as_chars(&self.shared.sounds);
        let not = as_chars(&self.shared.not_sounds);
        let words = self
            .roles()
            .filter(|(_, role)| matches!(role, Role::Word(_) | Role::Near(_)))
            .map(|(word, role)| (chars(word), role));
        super::Sounds::compile(words, &short, not.iter())
    }

    /// Each word of the rule set with what it is good for.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&str, Role)> {
        let shared = &self.shared;
        let rules = self.rules.iter().enumerate().flat_map(|(i, rule)| {
            let words = rule.words.iter().map(move |w| (w.as_str(), Role::Word(i)));
            let near = rule.near.iter().map(move |w| (w.as_str(), Role::Near(i)));
            let unless = rule
                .unless
                .iter()
                .map(move |w| (w.as_str(), Role::Unless(i)));
            words.chain(near).chain(unless)
        });
        let frames = shared.frames.iter().enumerate();
        let frames =
            frames.flat_map(|(i, f)| f.words.iter().map(move |w| (w.as_str(), Role::Frame(i))));
        let idioms = shared.idioms.iter().map(|w| (w.as_str(), Role::Idiom));
        let breakers = shared.breakers.iter().map(|w| (w.as_str(), Role::Breaker));
        let others = shared.others.iter().map(|w| (w.as_str(), Role::Other));
        rules
            .chain(frames)
            .chain(idioms)
            .chain(breakers)
            .chain(others)
    }
}

/// What a word of the danger rules is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Word(usize),
    Near(usize),
    Unless(usize),
    Frame(usize),
    Idiom,
    Breaker,
    Other,
}

impl Hits {
    /// Puts each list in order of ends, where hits were found in two passes.
    pub(crate) fn in_order(&mut self) {
        for list in [&mut self.words, &mut self.near] {
            list.sort_by_key(|(of, run)| (run.end, run.start, *of));
        }
    }

    pub(crate) fn take(&mut self, role: Role, run: Run) {
        match role {
            Role::Word(rule) => self.words.push((rule, run)),
            Role::Near(rule) => self.near.push((rule, run)),
            Role::Unless(rule) => self.unless.push((rule, run)),
            Role::Frame(frame) => self.frames.push((frame, run)),
            Role::Idiom => self.idioms.push((0, run)),
            Role::Breaker => self.breakers.push((0, run)),
            Role::Other => self.others.push((0, run)),
        }
    }
}
