//! Danger rules 危险词 (law 5): words with context, negation, reported speech and time.
//!
//! The method is NegEx's, fitted to Chinese: a word counts unless something just before it
//! denies it (没有人受伤), a frame takes it out of the here and now (电视里, 演习, 去年), or it is
//! part of an idiom (气死我了). Each of these is a list in the rules' file, and each errs towards
//! sending help: what is not clearly denied counts.

mod sense;
mod sound;

pub(crate) use sense::{Hits, Role, Run, Sense};
pub(crate) use sound::Sounds;

use crate::list::{Lines, ListError, read};
use domain::desk::Urgency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use toml::Spanned;

/// Whose words about the past take a rule back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// Anybody's: 去年着过火 is no fire now, whoever says it.
    #[default]
    Anybody,
    /// Only the caller's own: 我上次说要跳楼 does not count, 他上次说要跳楼 does.
    Caller,
    /// Nobody's: the rule holds for things past too, such as a person gone since yesterday.
    Nobody,
}

/// One danger rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DangerRule {
    /// Its id, such as `D-FIRE-1`.
    pub id: String,
    /// The kind, such as `fire`.
    pub kind: String,
    /// The kind's Chinese name.
    pub name: String,
    /// How urgent a case becomes by it: urgent or critical.
    pub urgency: Urgency,
    /// One of these has to be said.
    pub words: Vec<String>,
    /// And, unless empty, one of these near it, in the same sentence.
    #[serde(default)]
    pub near: Vec<String>,
    /// How many characters may lie between the two; 10 where not said.
    #[serde(default = "DangerRule::within_default")]
    pub within: usize,
    /// None of these close to it in the same clause.
    #[serde(default)]
    pub unless: Vec<String>,
    /// How close, in characters; 6 where not said.
    #[serde(default = "DangerRule::unless_within_default")]
    pub unless_within: usize,
    /// Whose words about the past take it back.
    #[serde(default)]
    pub speaker: Speaker,
    /// Whether it counts in a supposition too: 一旦发生火灾 is no fire, 如果不给钱我就自焚 is a threat.
    #[serde(default)]
    pub even_supposed: bool,
    /// Whether it happens to things: 没人着火 does not deny a fire, 没人受伤 denies an injury.
    #[serde(default)]
    pub impersonal: bool,
    /// What takes it back right behind the word, besides what takes back any rule.
    #[serde(default)]
    pub denials: Vec<String>,
    /// One sentence for the call-taker: what to say or do.
    pub advice: String,
    /// Sentences in which it must fire.
    pub positive: Vec<String>,
    /// Sentences in which it must not.
    pub negative: Vec<String>,
}

impl DangerRule {
    const fn within_default() -> usize {
        10
    }

    const fn unless_within_default() -> usize {
        6
    }

    /// Whether `name` is its id or its kind.
    fn is_of(&self, name: &str) -> bool {
        self.id == name || self.kind == name
    }
}

/// Which side of a frame a word has to be on to be taken out of the here and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Side {
    /// The frame stands before the word.
    Before,
    /// The frame stands behind the word.
    Behind,
    /// Either.
    Both,
}

/// What a frame says about the thing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum About {
    /// It is not so: a film, a drill, a toy, a mistake.
    #[default]
    Unreal,
    /// It was so: the rule's `speaker` decides.
    Past,
    /// It might be so: the rule's `even_supposed` decides.
    Supposed,
    /// It is over, unless something says behind it that it is not: [`Document::reopeners`].
    Settled,
}

/// Words that take what is said out of the here and now.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    words: Vec<String>,
    side: Side,
    /// Characters between frame and word at most.
    reach: usize,
    /// Whether the frame reaches over a comma.
    #[serde(default)]
    over_comma: bool,
    /// What the words say about what follows.
    #[serde(default)]
    about: About,
    /// Only these rules, or all of these kinds; every rule where none is named.
    #[serde(default)]
    of: Vec<String>,
    /// Unless empty, one of these has to stand on the other side of the rule's word: 像 and 一样.
    #[serde(default)]
    with: Vec<String>,
    /// Characters between the word and one of `with` at most.
    #[serde(default)]
    with_reach: usize,
    /// Longer words in which those of the frame and of `with` say something else: 怕是, 好像, 外卖.
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: String,
    say: String,
    #[serde(default)]
    ask: String,
    others: Vec<String>,
    negations: Vec<String>,
    fillers: Vec<String>,
    person_fillers: Vec<String>,
    attributive: char,
    not_negations: Vec<String>,
    breakers: Vec<String>,
    /// What says that a thing settled is not: 火灭了又着了.
    #[serde(default)]
    reopeners: Vec<String>,
    idioms: Vec<String>,
    denials: Vec<String>,
    denial_fillers: Vec<String>,
    topics: Vec<String>,
    topic_fillers: Vec<String>,
    /// Words of two characters that are known by their sound, too.
    #[serde(default)]
    sounds: Vec<String>,
    /// What sounds like danger and is none.
    #[serde(default)]
    not_sounds: Vec<String>,
    frame: Vec<Spanned<Frame>>,
    rule: Vec<Spanned<DangerRule>>,
}

/// The danger rules with what they share.
#[derive(Debug, Clone)]
pub struct Dangers {
    /// Their version; each suggestion quotes it (law 11).
    pub version: String,
    /// What to tell a caller in danger.
    pub say: String,
    /// What to ask a caller whose words only may mean danger; may be empty.
    pub ask: String,
    /// The rules.
    pub rules: Vec<DangerRule>,
    pub(crate) lines: Vec<usize>,
    shared: Shared,
}

#[derive(Debug, Clone)]
struct Shared {
    others: Vec<String>,
    negations: Vec<String>,
    fillers: Vec<String>,
    person_fillers: Vec<String>,
    attributive: char,
    not_negations: Vec<String>,
    breakers: Vec<String>,
    reopeners: Vec<String>,
    idioms: Vec<String>,
    denials: Vec<String>,
    denial_fillers: Vec<String>,
    topics: Vec<String>,
    topic_fillers: Vec<String>,
    sounds: Vec<String>,
    not_sounds: Vec<String>,
    frames: Vec<Frame>,
}

const MOST_RULES: usize = 1_000;

impl Dangers {
    /// Reads the rules. Their examples are run by [`crate::Engine::new`].
    ///
    /// # Errors
    /// Refuses unknown keys, ids used twice, rules without words, without examples for and
    /// against, or with the urgency of an ordinary matter.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let document: Document = read("danger", text)?;
        if document.rule.len() > MOST_RULES {
            return Err(ListError::TooMany {
                what: "danger rules",
                found: document.rule.len(),
                limit: MOST_RULES,
            });
        }
        let line_ends = Lines::of(text);
        let mut ids = BTreeSet::new();
        let (mut rules, mut lines) = (Vec::new(), Vec::new());
        for rule in document.rule {
            let line = line_ends.at(rule.span().start);
            let rule = rule.into_inner();
            if !ids.insert(rule.id.clone()) {
                return Err(ListError::Duplicate {
                    line,
                    what: "danger rule",
                    code: rule.id,
                });
            }
            if let Some(problem) = problem(&rule) {
                return Err(ListError::Invalid {
                    line,
                    row: rule.id,
                    problem: problem.to_owned(),
                });
            }
            rules.push(rule);
            lines.push(line);
        }
        let mut frames = Vec::new();
        for frame in document.frame {
            let line = line_ends.at(frame.span().start);
            let frame = frame.into_inner();
            let unknown = |name: &&String| !rules.iter().any(|rule| rule.is_of(name));
            if let Some(name) = frame.of.iter().find(unknown) {
                return Err(ListError::Unknown {
                    line,
                    row: "frame".to_owned(),
                    what: "danger rule or kind",
                    name: name.clone(),
                });
            }
            frames.push(frame);
        }
        Ok(Self {
            version: document.version,
            say: document.say,
            ask: document.ask,
            rules,
            lines,
            shared: Shared {
                others: document.others,
                negations: document.negations,
                fillers: document.fillers,
                person_fillers: document.person_fillers,
                attributive: document.attributive,
                not_negations: document.not_negations,
                breakers: document.breakers,
                reopeners: document.reopeners,
                idioms: document.idioms,
                denials: document.denials,
                denial_fillers: document.denial_fillers,
                topics: document.topics,
                topic_fillers: document.topic_fillers,
                sounds: document.sounds,
                not_sounds: document.not_sounds,
                frames,
            },
        })
    }
}

fn problem(rule: &DangerRule) -> Option<&'static str> {
    if rule.words.is_empty() {
        return Some("a rule without words can never fire");
    }
    if rule.positive.len() < 3 || rule.negative.is_empty() {
        return Some("three sentences for and one against are needed");
    }
    if rule.urgency == Urgency::Normal {
        return Some("danger is urgent or critical");
    }
    if rule.within > 60 || rule.unless_within > 60 {
        return Some("a reach is at most 60 characters");
    }
    if rule.advice.trim().is_empty() {
        return Some("the call-taker needs advice");
    }
    None
}
