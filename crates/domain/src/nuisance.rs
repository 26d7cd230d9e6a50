//! How much a number's past speaks for nuisance 骚扰 (R29): a sum a person can redo on paper.
//!
//! It is shown to whoever takes the call and decides nothing: no command reads it, and danger in the
//! call is handled as if there were no past at all (law 5).

use crate::case::{Case, Outcome};
use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// Name and version of the formula; quoted beside every score (laws 9 and 11).
pub const RULE: &str = "nuisance-1";
/// Days after which a contact counts for nothing.
pub const REACH_DAYS: i64 = 90;
/// From this score on the past is called conspicuous.
pub const CONSPICUOUS: i64 = 30;
/// From this score on it is called repeated nuisance.
pub const REPEATED: i64 = 80;

const DAY: Millis = 86_400_000;
const MOST: i64 = 100;

/// What an earlier contact of the number was, as far as the score asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person marked it as nuisance.
    Marked,
    /// Danger was heard, every sign of it was dismissed as false, and nothing else came of it.
    FalseAlarm,
    /// The caller took it back or was gone.
    Abandoned,
    /// Anything that was dealt with: it speaks for the caller.
    Genuine,
}

impl Kind {
    /// Points of a contact of today.
    #[must_use]
    pub const fn points(self) -> i64 {
        match self {
            Self::Marked => 40,
            Self::FalseAlarm => 25,
            Self::Abandoned => 10,
            Self::Genuine => -10,
        }
    }

    /// What a case was; nothing while it is open, or where it says nothing of the caller: one that
    /// was joined into another or sent back by the peer is counted where it went.
    #[must_use]
    pub fn of(case: &Case) -> Option<Self> {
        case.closed_at?;
        let false_alarm = !case.danger.is_empty() && !case.is_dangerous();
        match case.outcome? {
            Outcome::Nuisance => Some(Self::Marked),
            Outcome::Merged | Outcome::SentBack => None,
            Outcome::Cancelled if false_alarm => Some(Self::FalseAlarm),
            Outcome::Cancelled => Some(Self::Abandoned),
            Outcome::Answered | Outcome::Informed | Outcome::NotAccepted | Outcome::ToldToDial
                if false_alarm =>
            {
                Some(Self::FalseAlarm)
            }
            _ => Some(Self::Genuine),
        }
    }

    /// Its points when it lies `age` milliseconds back: less by a ninetieth a whole day, and none
    /// from the ninetieth on.
    #[must_use]
    pub fn points_after(self, age: Millis) -> i64 {
        let days = (age / DAY).clamp(0, REACH_DAYS);
        self.points() * (REACH_DAYS - days) / REACH_DAYS
    }
}

/// What the past of a number comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing to speak of.
    None,
    /// Worth a look.
    Conspicuous,
    /// Again and again.
    Repeated,
}

/// The score: the sum of the points, 0 to 100.
#[must_use]
pub fn score(past: &[(Kind, Millis)], now: Millis) -> i64 {
    let points = past.iter().map(|(kind, at)| kind.points_after(now - at));
    points.sum::<i64>().clamp(0, MOST)
}

/// What a score is called. A single mark is never called repeated, however fresh it is.
#[must_use]
pub const fn level(score: i64) -> Level {
    match score {
        REPEATED.. => Level::Repeated,
        CONSPICUOUS.. => Level::Conspicuous,
        _ => Level::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 200 * DAY;

    fn days_ago(kind: Kind, days: i64) -> (Kind, Millis) {
        (kind, NOW - days * DAY)
    }

    #[test]
    fn r29_a_score_is_redone_on_paper() {
        use Kind::{Abandoned, FalseAlarm, Genuine, Marked};
        let past = [
            days_ago(Marked, 0),
            days_ago(Marked, 45),
            days_ago(FalseAlarm, 9),
            days_ago(Abandoned, 1),
            days_ago(Genuine, 30),
        ];
        // 40 + 40·45/90 + 25·81/90 + 10·89/90 − 10·60/90, each cut to whole points.
        assert_eq!(score(&past, NOW), 40 + 20 + 22 + 9 - 6);
        assert_eq!(level(score(&past, NOW)), Level::Repeated);
        assert_eq!(score(&[], NOW), 0);
    }

    #[test]
    fn r29_one_mark_is_conspicuous_and_is_forgotten_after_a_season() {
        let mark = |days| score(&[days_ago(Kind::Marked, days)], NOW);
        assert_eq!(level(mark(0)), Level::Conspicuous);
        assert_eq!(level(mark(22)), Level::Conspicuous);
        assert_eq!(level(mark(23)), Level::None);
        assert_eq!(mark(89), 0);
        assert_eq!(mark(1_000), 0);
        assert_eq!(
            level(score(&[days_ago(Kind::Marked, 0); 2], NOW)),
            Level::Repeated
        );
    }

    #[test]
    fn r29_a_score_stays_within_its_scale_and_genuine_calls_weigh_against_it() {
        let many = [days_ago(Kind::Marked, 0); 50];
        assert_eq!(score(&many, NOW), 100);
        let good = [days_ago(Kind::Genuine, 0); 50];
        assert_eq!(score(&good, NOW), 0);
        // A clock that was set back makes nothing younger than today.
        assert_eq!(score(&[(Kind::Marked, NOW + DAY)], NOW), 40);
        let mixed = [days_ago(Kind::Marked, 0), days_ago(Kind::Genuine, 0)];
        assert_eq!(score(&mixed, NOW), 30);
    }
}
