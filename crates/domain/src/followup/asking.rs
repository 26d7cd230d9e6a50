//! How far the asking of one case is, and what comes next: a fold and a pure function.

use super::sampling::{Attempts, Way};
use crate::clock::{Calendar, Millis};
use serde::{Deserialize, Serialize};

/// A link by which the caller may say what the answer was worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Digest of its token.
    pub digest: String,
    /// When it was given out.
    pub at: Millis,
    /// Until when it may be used.
    pub until: Millis,
}

/// What was asked of the caller about the answer as it stands; a reopened or redone case begins anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Calls made, whether they reached anybody or not.
    #[serde(default)]
    pub calls: u8,
    /// Calls since somebody was last reached.
    #[serde(default)]
    pub tries: u8,
    /// When the next call is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Millis>,
    /// The caller asked for that time 预约回访.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub booked: bool,
    /// When the caller was last reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_at: Option<Millis>,
    /// The last call that reached somebody was bad, and nobody else has called since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bad_call: bool,
    /// A bad rating was given, and nobody has called since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bad_rating: bool,
    /// The link that was given out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// When the caller rated the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_at: Option<Millis>,
    /// A doubtful rating waits to be looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flagged: bool,
}

impl Asking {
    /// Whether nothing was asked yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the caller was asked at all, by call, link or page (R86).
    #[must_use]
    pub const fn was_asked(&self) -> bool {
        self.calls > 0 || self.link.is_some() || self.rated_at.is_some()
    }

    /// What a call changes.
    pub(crate) fn call(
        &mut self,
        reached: bool,
        bad: bool,
        next: Option<(Millis, bool)>,
        at: Millis,
    ) {
        self.calls = self.calls.saturating_add(1);
        (self.next, self.booked) = next.map_or((None, false), |(at, booked)| (Some(at), booked));
        if !reached {
            self.tries = self.tries.saturating_add(1);
            return;
        }
        let second = self.bad_call || self.bad_rating;
        self.tries = 0;
        self.reached_at = Some(at);
        self.bad_call = bad && !second;
        self.bad_rating = false;
    }

    /// Why a second call is due, if one is.
    #[must_use]
    pub const fn second(&self) -> Option<CallKind> {
        if self.bad_rating {
            Some(CallKind::BadRating)
        } else if self.bad_call {
            Some(CallKind::Second)
        } else {
            None
        }
    }
}

/// Why a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// The sample chose it.
    First,
    /// The first call was bad: another person asks again.
    Second,
    /// A bad rating: every one of them is called back.
    BadRating,
}

impl CallKind {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::BadRating => "bad_rating",
        }
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A call.
    Call {
        /// Why.
        kind: CallKind,
        /// Not before.
        from: Millis,
        /// By when.
        due: Millis,
        /// From when on a link goes out because nobody called.
        link_from: Option<Millis>,
    },
    /// A link goes out, from that moment on.
    Link {
        /// From when.
        from: Millis,
    },
    /// The link is out; the caller has not answered.
    Waits,
    /// The caller has said what there is to say.
    Done,
    /// Nobody could be reached as often as it is tried, and a link is out, too.
    Unreached,
}

/// What the next step is reckoned from.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// By which way the sample has it asked.
    pub way: Way,
    /// When the case was closed.
    pub closed_at: Millis,
    /// How often and within what time.
    pub attempts: &'a Attempts,
    /// Working days.
    pub calendar: &'a Calendar,
}

/// What comes next in asking about a closed case. It needs no clock: times are compared by who asks.
#[must_use]
pub fn next(asking: &Asking, terms: Terms<'_>) -> Next {
    let attempts = terms.attempts;
    let exhausted = asking.tries >= attempts.most && !asking.booked;
    if let Some(kind) = asking.second() {
        let since = match kind {
            CallKind::BadRating => asking.rated_at,
            _ => asking.reached_at,
        }
        .unwrap_or(terms.closed_at);
        if exhausted {
            return if asking.link.is_some() {
                Next::Unreached
            } else {
                Next::Link { from: since }
            };
        }
        let (due, _) = terms.calendar.due(since, attempts.second);
        return Next::Call {
            kind,
            from: asking.next.unwrap_or(since),
            due,
            link_from: None,
        };
    }
    if asking.reached_at.is_some() || asking.rated_at.is_some() {
        return Next::Done;
    }
    let calls = terms.way == Way::Call || asking.booked;
    if calls && !exhausted {
        let (due, _) = terms.calendar.due(terms.closed_at, attempts.first);
        let silent = asking.calls == 0 && asking.link.is_none();
        return Next::Call {
            kind: CallKind::First,
            from: asking.next.unwrap_or(terms.closed_at),
            due,
            link_from: silent.then(|| terms.calendar.due(terms.closed_at, attempts.fallback).0),
        };
    }
    match (&asking.link, calls) {
        (None, _) => Next::Link {
            from: terms.closed_at,
        },
        (Some(_), true) => Next::Unreached,
        (Some(_), false) => Next::Waits,
    }
}
