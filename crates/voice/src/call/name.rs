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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct CallId(pub u128);

/// The hex digits of a name, in lower case; `skip` are the places of `into` that keep what they are.
fn digits(of: u128, into: &mut [u8], skip: &[usize]) {
    let nibbles = of
        .to_be_bytes()
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let places = into.iter_mut().enumerate();
    let places = places.filter(|(at, _)| !skip.contains(at));
    for ((_, place), nibble) in places.zip(nibbles) {
        *place = nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    }
}

/// A name as text, written where it is wanted: a call's stands many times in all that is written of it.
struct Spelt([u8; 36]);

impl Spelt {
    fn of(call: CallId) -> Spelt {
        let mut text = [b'-'; 36];
        digits(call.0, &mut text, &[8, 13, 18, 23]);
        Spelt(text)
    }

    fn as_str(&self) -> &str {
        // Digits and hyphens are always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Spelt::of(*self).as_str())
    }
}

impl Serialize for CallId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Spelt::of(*self).as_str())
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
        if text.len() != 36 {
            return None;
        }
        let hex = text.chars().filter(|c| *c != '-');
        let (number, digits) = hex.fold((Some(0_u128), 0), |(number, digits), c| {
            let number = number.zip(c.to_digit(16));
            (
                number.map(|(n, digit)| n << 4 | u128::from(digit)),
                digits + 1,
            )
        });
        number.filter(|_| digits == 32).map(CallId)
    }

    /// The 32 hex digits without hyphens: the value of Session-ID (RFC 7989) on every leg of this call,
    /// unless another platform's call brought one.
    #[must_use]
    pub fn session(self) -> String {
        let mut text = [0; 32];
        digits(self.0, &mut text, &[]);
        text.into_iter().map(char::from).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calls_name_is_a_uuid_as_text_and_is_read_again() {
        let call = CallId(0x0198_7654_3210_7bcd_8fed_cba9_0000_00ff);
        let text = "01987654-3210-7bcd-8fed-cba9000000ff";
        assert_eq!(call.to_string(), text);
        assert_eq!(format!("{call:?}"), text);
        assert_eq!(call.session(), text.replace('-', ""));
        assert_eq!(CallId::parse(text), Some(call));
        let json = serde_json::to_string(&call).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<CallId>(&json).unwrap(), call);
        for no_name in [
            "",
            "01987654-3210-7bcd-8fed-cba9000000f",
            "01987654-3210-7bcd-8fed-cba9000000f-",
            "01987654-3210-7bcd-8fed-cba9000000fg",
            "+1987654-3210-7bcd-8fed-cba9000000ff",
        ] {
            assert_eq!(CallId::parse(no_name), None, "{no_name}");
        }
    }
}
