//! Names of calls, legs, trunks, seats and timers. One type a kind, so that a seat cannot be
//! dialled where a trunk is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Milliseconds since 1970-01-01 UTC. The machines have no clock: every moment is handed in (law 6).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Moment(pub i64);

impl Moment {
    /// Milliseconds since `earlier`; 0 if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Moment) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The moment `millis` later.
    #[must_use]
    pub fn after(self, millis: u64) -> Moment {
        Moment(
            self.0
                .saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)),
        )
    }
}

/// One call: everything between a caller's arrival (or an operator's dialling) and the end of its
/// last leg. 128 bits of a UUID version 7, made outside, because the machines have no randomness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallId(pub u128);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        for (n, c) in hex.chars().enumerate() {
            if matches!(n, 8 | 12 | 16 | 20) {
                f.write_str("-")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<CallId> for String {
    fn from(call: CallId) -> String {
        call.to_string()
    }
}

impl TryFrom<String> for CallId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<CallId, Self::Error> {
        CallId::parse(&text).ok_or("no name of a call")
    }
}

impl CallId {
    /// Reads what `Display` wrote; `None` if it is no such text.
    #[must_use]
    pub fn parse(text: &str) -> Option<CallId> {
        let hex: String = text.chars().filter(|c| *c != '-').collect();
        if hex.len() != 32 || text.len() != 36 {
            return None;
        }
        u128::from_str_radix(&hex, 16).ok().map(CallId)
    }

    /// The 32 hex digits without hyphens: the value of Session-ID (RFC 7989) on every leg of this call,
    /// unless another platform's call brought one.
    #[must_use]
    pub fn session(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// One leg: one line of one call, to a caller, a seat, or another number. Number 0 is the leg that
/// arrived; the machine numbers the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LegId {
    /// The call it belongs to for its whole life.
    pub call: CallId,
    /// Its number within the call, from 0.
    pub no: u16,
}

impl LegId {
    /// The leg of a call that arrived from outside.
    #[must_use]
    pub fn arrived(call: CallId) -> LegId {
        LegId { call, no: 0 }
    }

    /// Reads what `Display` wrote; `None` if it is no such text.
    #[must_use]
    pub fn parse(text: &str) -> Option<LegId> {
        let (call, no) = text.split_once('/')?;
        Some(LegId {
            call: CallId::parse(call)?,
            no: no.parse().ok()?,
        })
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.call, self.no)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is; whether there is such a thing is the caller's question.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A trunk 中继 by its name in the configuration.
    TrunkName
);
name!(
    /// A seat 座席: the account that sits there. Its phone (browser or hard phone) is the engine's matter.
    SeatName
);
name!(
    /// A recorded announcement 提示音, by its name: `transfer`, `hold`, `wait`, `ringback`, `busy` …
    /// The engine has a tone for every name that has no sound of its own, so that no line is ever dead (R74).
    PromptName
);
name!(
    /// A header policy: which headers carry the original number on one trunk (R89). By its name in the configuration.
    PolicyName
);

/// One timer the machine started. A number is never used twice; a timer that comes too late is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub u64);
