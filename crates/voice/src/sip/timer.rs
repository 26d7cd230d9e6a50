//! Session timers (RFC 4028): a session that nobody refreshes is over, so that no call hangs for ever.

use super::message::{first, values};
use super::settings::Settings;
use rsipstack::sip::{HasHeaders, Header, Request};
use std::time::Duration;

/// The shortest interval we agree to, in seconds.
const SHORTEST: u32 = 90;

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) seconds: u32,
    /// We refresh it; else the other side does.
    pub(super) ours: bool,
}

impl Session {
    /// When something is to be done: at half of it we refresh, at its end we give it up, a little before
    /// the time so that both sides do (RFC 4028, 10).
    pub(super) fn wait(self) -> Duration {
        let seconds = u64::from(self.seconds);
        if self.ours {
            Duration::from_secs(seconds / 2)
        } else {
            Duration::from_secs(seconds - 32.min(seconds / 3))
        }
    }

    /// The header that says so.
    pub(super) fn header(self, we_ask: bool) -> Header {
        // The one who sends the request is its uac.
        let refresher = if self.ours == we_ask { "uac" } else { "uas" };
        Header::Other(
            "Session-Expires".to_owned(),
            format!("{};refresher={refresher}", self.seconds),
        )
    }
}

fn interval(message: &impl HasHeaders) -> Option<(u32, Option<bool>)> {
    let value = first(message, "Session-Expires").or_else(|| first(message, "x"))?;
    let mut words = value.split(';').map(str::trim);
    let seconds = words.next()?.parse().ok()?;
    let caller = words.find_map(|w| match w.strip_prefix("refresher=")? {
        "uac" => Some(true),
        "uas" => Some(false),
        _ => None,
    });
    Some((seconds, caller))
}

/// Headers of a 422, if a request wants an interval that is too short.
pub(super) fn too_short(request: &Request) -> Option<Vec<Header>> {
    let (seconds, _) = interval(request)?;
    (seconds < SHORTEST).then(|| vec![Header::Other("Min-SE".to_owned(), SHORTEST.to_string())])
}

/// What we agree to as the one who is asked; nothing, if the other side knows no timers.
pub(super) fn as_asked(request: &Request, settings: &Settings) -> Option<Session> {
    let knows = values(request, "Supported")
        .iter()
        .any(|tag| tag.eq_ignore_ascii_case("timer"));
    if !knows {
        return None;
    }
    let (seconds, caller) = interval(request).unwrap_or((settings.session_seconds, None));
    Some(Session {
        seconds: seconds.clamp(SHORTEST, settings.session_seconds.max(SHORTEST)),
        ours: caller == Some(false),
    })
}

/// Headers of our 200.
pub(super) fn agreed(request: &Request, settings: &Settings) -> Vec<Header> {
    as_asked(request, settings).map_or_else(Vec::new, |session| {
        let mut headers = vec![session.header(false)];
        if !session.ours {
            headers.push(Header::Other("Require".to_owned(), "timer".to_owned()));
        }
        headers
    })
}

/// What the other side agreed to in its 200.
pub(super) fn as_answered(response: &impl HasHeaders) -> Option<Session> {
    let (seconds, caller) = interval(response)?;
    (seconds >= SHORTEST).then_some(Session {
        seconds,
        ours: caller != Some(false),
    })
}
