//! Any bytes, read as a message by every part of us that reads one: for those who try whether any can do harm.

use super::digest;
use super::guard::Guard;
use super::message;
use super::policy::{Policy, Way, written};
use super::{challenge, older, spelling, timer};
use crate::call::{Cause, Origin};
use rsipstack::sip::{Request, SipMessage};
use std::net::SocketAddr;

/// What a message would make us say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Header values on a leg that follows from it.
    pub passed_on: Vec<(&'static str, String)>,
    /// Why it would fail or end something.
    pub cause: Option<Cause>,
    /// How much else was found in it.
    pub found: usize,
}

/// Reads it; `None`, if it is no SIP.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Reading> {
    if !Guard::new(Vec::new()).looks_like_sip(bytes) {
        return None;
    }
    if spelling::unknown(bytes).is_some() {
        return None;
    }
    let plain = spelling::plain(bytes);
    let bytes = plain.as_deref().unwrap_or(bytes);
    let completed = older::completed(bytes, SocketAddr::from(([192, 0, 2, 1], 5060)));
    let bytes = completed.as_deref().unwrap_or(bytes);
    Some(match SipMessage::try_from(bytes).ok()? {
        SipMessage::Request(request) => of_request(&request),
        SipMessage::Response(mut response) => Reading {
            cause: Some(message::failure(&response)),
            passed_on: Vec::new(),
            found: usize::from(timer::as_answered(&response).is_some())
                + usize::from(challenge::fit(&mut response, true)),
        },
    })
}

fn of_request(request: &Request) -> Reading {
    let caller = message::caller(request);
    let link = message::correlation(request);
    let origin = Origin {
        number: crate::call::number(&caller),
        display: Some(caller.from.clone()),
        called: Some(message::called(request)),
        diversion: caller.diversion,
        history: caller.history,
        privacy: caller.privacy,
        session: link.session.unwrap_or_default(),
        token: link.token,
        case: message::first(request, "X-Case-Id").map(str::to_owned),
        call: None,
    };
    let target = message::first(request, "Refer-To").unwrap_or_default();
    let way = Way {
        domain: "desk.invalid",
        number: Some("12345"),
        target,
        peer: "police.invalid",
    };
    let policy = Policy {
        case_id: true,
        ..Policy::default()
    };
    let mut passed_on = policy.headers(&origin, way);
    passed_on.push(("From", written(&policy.from(&origin, way))));
    let cause = message::cause(request, 200, None);
    passed_on.push(("Reason", message::reason(&cause)));
    Reading {
        passed_on,
        cause: Some(cause),
        found: everything_else(request, target),
    }
}

/// What is only looked at; how much of it there is.
fn everything_else(request: &Request, refer_to: &str) -> usize {
    let method = request.method.to_string();
    let digests = ["Authorization", "Proxy-Authorization"].into_iter();
    let proven = digests
        .flat_map(|name| message::lines(request, name))
        .filter_map(digest::Answer::read)
        .filter(|answer| answer.proves("secret", &method));
    let contacts = message::values(request, "Contact");
    let reached = contacts
        .iter()
        .filter(|contact| !super::value::uri(contact).is_empty())
        .filter_map(|contact| super::value::user(contact));
    let asked = [
        message::replaces(refer_to).is_some(),
        super::reliable::wanted(request),
        super::hear::unfit(request).is_some(),
        timer::too_short(request).is_some(),
    ];
    proven.count()
        + reached.count()
        + asked.into_iter().filter(|so| *so).count()
        + message::all(request).len()
}
