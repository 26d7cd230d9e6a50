//! Who is called and who is sent a link 抽样: versioned data, decided by the case's id alone, so that
//! the same log gives the same sample and nobody can pick.

use super::rating::Guard;
use crate::case::{Case, Outcome, Relation, Solved};
use crate::clock::{DeadlineState, Limit, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a rule looks at besides matter, unit and channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// A unit gave it back.
    Returned,
    /// The unit itself does not call it solved.
    Unsolved,
    /// Something in it was late.
    Overdue,
    /// Somebody urged.
    Urged,
    /// It was dangerous.
    Danger,
    /// It crossed between the platforms.
    Crossed,
    /// It came back after it was closed 回流.
    Backflow,
}

/// One rule: of the cases that are so, this share is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, quoted with the case (law 11).
    pub name: String,
    /// What it looks at; none for all.
    #[serde(default)]
    pub only: Option<Only>,
    /// Matters by the beginning of their code; none for all.
    #[serde(default)]
    pub matters: Vec<String>,
    /// Lead units; none for all.
    #[serde(default)]
    pub units: Vec<String>,
    /// Channels; none for all.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Of a thousand, how many.
    pub share: u16,
}

/// A sentence of a script, in both languages of the desk. The citizen hears the Chinese one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Chinese.
    pub zh: String,
    /// English, for staff.
    pub en: String,
}

/// What is said on the telephone, for matters whose code begins so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Beginnings of matter codes; none for every matter that has no script of its own.
    #[serde(default)]
    pub matters: Vec<String>,
    /// The sentences in order.
    pub lines: Vec<Line>,
}

/// How often, and within what time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempts {
    /// Calls that reach nobody before a link goes out instead.
    pub most: u8,
    /// How long until the next try.
    pub gap: Span,
    /// Minute of the day from which citizens are called.
    pub from_minute: u16,
    /// Minute of the day until which they are.
    pub to_minute: u16,
    /// By when the first call is made, from closing.
    pub first: Limit,
    /// By when the second call is made, from the bad one.
    pub second: Limit,
    /// From when on a link goes out because nobody called, from closing.
    pub fallback: Limit,
    /// How long a link may be used, days.
    pub link_days: u16,
}

/// The sampling rules of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// What this version calls itself; quoted with every case.
    pub label: String,
    /// Rules in order; the first that chooses the case has it called.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// How often and within what time.
    pub attempts: Attempts,
    /// What is said.
    #[serde(rename = "script")]
    pub scripts: Vec<Script>,
    /// What makes a rating doubtful.
    #[serde(default)]
    pub guard: Guard,
}

/// Why rules are not taken; the old ones stay in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct SamplingFault {
    /// Where, as `rule[2].share`.
    pub at: String,
    /// What is wrong.
    pub why: &'static str,
}

/// By which way the citizen is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By telephone.
    Call,
    /// By a link, sent or printed.
    Link,
    /// Not at all, for a reason that has a name.
    None,
}

impl Way {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Link => "link",
            Self::None => "none",
        }
    }
}

/// Why a citizen is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAsked {
    /// Nobody left a number.
    NoContact,
    /// A nuisance.
    Nuisance,
    /// Joined into another case: asked there.
    Merged,
    /// The caller took it back.
    Cancelled,
    /// An order that went back to the peer.
    SentBack,
    /// The peer received it first and asks; two desks do not call one citizen.
    PeerAsks,
    /// Made for the danger in another case: asked there.
    WithOrigin,
    /// A part of another case: asked there.
    WithParent,
}

impl NotAsked {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoContact => "no_contact",
            Self::Nuisance => "nuisance",
            Self::Merged => "merged",
            Self::Cancelled => "cancelled",
            Self::SentBack => "sent_back",
            Self::PeerAsks => "peer_asks",
            Self::WithOrigin => "with_origin",
            Self::WithParent => "with_parent",
        }
    }
}

/// What the rules say about a closed case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// By which way.
    pub way: Way,
    /// The rule and its version.
    pub rule: String,
    /// Why not at all.
    pub not: Option<NotAsked>,
}

impl Sampling {
    /// Refuses rules that cannot be meant.
    ///
    /// # Errors
    /// The first fault with its place.
    pub fn check(&self) -> Result<(), SamplingFault> {
        let bad = |at: String, why: &'static str| Err(SamplingFault { at, why });
        if self.label.trim().is_empty() || self.label.chars().count() > 60 {
            return bad("label".to_owned(), "1 to 60 characters");
        }
        let mut names = BTreeSet::new();
        for (n, rule) in self.rules.iter().enumerate() {
            if rule.name.trim().is_empty() || rule.name.chars().count() > 60 {
                return bad(format!("rule[{n}].name"), "1 to 60 characters");
            }
            if !names.insert(rule.name.as_str()) {
                return bad(format!("rule[{n}].name"), "named twice");
            }
            if rule.share > 1_000 {
                return bad(format!("rule[{n}].share"), "0 to 1000 of a thousand");
            }
        }
        let a = &self.attempts;
        if !(1..=10).contains(&a.most) {
            return bad("attempts.most".to_owned(), "1 to 10");
        }
        if a.from_minute >= a.to_minute || a.to_minute > 1_440 {
            return bad(
                "attempts.to_minute".to_owned(),
                "after from_minute, at most 1440",
            );
        }
        if !(1..=60).contains(&a.link_days) {
            return bad("attempts.link_days".to_owned(), "1 to 60");
        }
        if !self.scripts.iter().any(|script| script.matters.is_empty()) {
            return bad("script".to_owned(), "one without matters, for all others");
        }
        for (n, script) in self.scripts.iter().enumerate() {
            let whole = |line: &Line| !line.zh.trim().is_empty() && !line.en.trim().is_empty();
            if script.lines.is_empty() || !script.lines.iter().all(whole) {
                return bad(
                    format!("script[{n}].lines"),
                    "each in both languages, at least one",
                );
            }
        }
        if self.guard.device_most == 0 || self.guard.device_hours == 0 {
            return bad("guard".to_owned(), "device_most and device_hours above 0");
        }
        for (n, net) in self.guard.networks.iter().enumerate() {
            let base = net.split_once('/').map_or(net.as_str(), |(base, _)| base);
            if !super::in_network(base, net) {
                return bad(format!("guard.networks[{n}]"), "a network as 10.8.0.0/16");
            }
        }
        Ok(())
    }

    /// By which way the citizen of a closed case is asked. `contact` says whether a number was left.
    #[must_use]
    pub fn choose(&self, case: &Case, contact: bool) -> Choice {
        if let Some(not) = not_asked(case, contact) {
            return Choice {
                way: Way::None,
                rule: self.label.clone(),
                not: Some(not),
            };
        }
        for rule in &self.rules {
            if rule.fits(case) && throw(&[&self.label, &rule.name, case.id.as_str()]) < rule.share {
                return Choice {
                    way: Way::Call,
                    rule: format!("{} · {}", self.label, rule.name),
                    not: None,
                };
            }
        }
        Choice {
            way: Way::Link,
            rule: self.label.clone(),
            not: None,
        }
    }

    /// What is said about a matter: the script with the longest beginning of its code.
    #[must_use]
    pub fn script(&self, matter: &str) -> &[Line] {
        let mut best: Option<(usize, &Script)> = None;
        for script in &self.scripts {
            let fit = if script.matters.is_empty() {
                Some(0)
            } else {
                let fits = script
                    .matters
                    .iter()
                    .filter(|m| matter.starts_with(m.as_str()));
                fits.map(String::len).max()
            };
            if let Some(length) = fit
                && best.is_none_or(|(known, _)| length > known)
            {
                best = Some((length, script));
            }
        }
        best.map_or(&[], |(_, script)| script.lines.as_slice())
    }
}

fn not_asked(case: &Case, contact: bool) -> Option<NotAsked> {
    let by_outcome = match case.outcome {
        Some(Outcome::Nuisance) => Some(NotAsked::Nuisance),
        Some(Outcome::Merged) => Some(NotAsked::Merged),
        Some(Outcome::Cancelled) => Some(NotAsked::Cancelled),
        Some(Outcome::SentBack) => Some(NotAsked::SentBack),
        _ => None,
    };
    let origin = || {
        let danger = |(_, how): &(crate::id::CaseId, Relation)| *how == Relation::Danger;
        case.police_case.is_none() && case.links.iter().any(danger)
    };
    by_outcome
        .or_else(|| origin().then_some(NotAsked::WithOrigin))
        .or_else(|| case.parent.is_some().then_some(NotAsked::WithParent))
        .or_else(|| (case.twin.is_some() && !case.first_here).then_some(NotAsked::PeerAsks))
        .or_else(|| (!contact).then_some(NotAsked::NoContact))
}

impl Rule {
    fn fits(&self, case: &Case) -> bool {
        let matter = case
            .classification
            .matter
            .as_ref()
            .map_or("", |m| m.as_str());
        let lead = case.lead().map_or("", |leg| leg.unit.as_str());
        let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|w| w == word);
        (self.matters.is_empty() || self.matters.iter().any(|m| matter.starts_with(m.as_str())))
            && among(&self.units, lead)
            && among(&self.channels, case.channel.as_str())
            && self.only.is_none_or(|only| only.holds(case))
    }
}

impl Only {
    fn holds(self, case: &Case) -> bool {
        match self {
            Self::Returned => case.returns > 0,
            Self::Unsolved => case
                .told_result()
                .is_some_and(|result| result.solved != Solved::Solved),
            Self::Overdue => case.deadlines.iter().any(|d| match d.state {
                DeadlineState::Missed => true,
                DeadlineState::Met { late, .. } => late,
                _ => false,
            }),
            Self::Urged => case.urged > 0,
            Self::Danger => !case.danger.is_empty(),
            Self::Crossed => case.twin.is_some(),
            Self::Backflow => case.links.iter().any(|(_, how)| *how == Relation::Backflow),
        }
    }
}

/// A number below 1000 that depends on these words alone.
fn throw(words: &[&str]) -> u16 {
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    // FNV alone leaves neighbours alike in the high bits.
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^= hash >> 31;
    u16::try_from(hash % 1_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::throw;

    #[test]
    fn the_same_words_throw_the_same_and_shares_come_out_as_meant() {
        assert_eq!(throw(&["a", "b"]), throw(&["a", "b"]));
        assert_ne!(throw(&["ab", ""]), throw(&["a", "b"]));
        for share in [50_u16, 200, 500, 900] {
            let chosen = (0..20_000)
                .filter(|n| throw(&["v1", "share", &format!("case-{n}")]) < share)
                .count();
            let expected = usize::from(share) * 20;
            assert!(chosen.abs_diff(expected) < 400, "{share}: {chosen}");
        }
    }
}
