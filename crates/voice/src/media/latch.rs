//! Whose packets count, and where ours go: symmetric RTP (RFC 4961).
//!
//! A phone behind an address translator sends from elsewhere than its SDP says, so the first source
//! that sends is believed, within the address family the SDP named. From then on it alone is: a
//! stranger's packets change nothing, unless the known source has been silent for two seconds.

use std::net::SocketAddr;

/// Steps of silence after which another source may take over: two seconds.
const SILENT: u64 = 100;

/// Where one line's packets come from and go to.
#[derive(Debug, Default)]
pub struct Latch {
    told: Option<SocketAddr>,
    found: Option<SocketAddr>,
    heard_at: u64,
    strangers: u64,
}

impl Latch {
    /// The SDP says where to send; what was found before counts no longer, if it says something new.
    pub fn told(&mut self, target: Option<SocketAddr>) {
        if self.told != target {
            self.told = target;
            self.found = None;
        }
    }

    /// Whether a packet from there, in this step, counts.
    pub fn admits(&mut self, from: SocketAddr, step: u64) -> bool {
        // Before any SDP nobody is expected.
        let Some(told) = self.told else {
            self.strangers += 1;
            return false;
        };
        if self.found == Some(from) {
            self.heard_at = step;
            return true;
        }
        let free = self.found.is_none() || step.saturating_sub(self.heard_at) > SILENT;
        // Whoever sends from where the SDP said is never a stranger.
        if (free || from == told) && from.is_ipv4() == told.is_ipv4() {
            self.found = Some(from);
            self.heard_at = step;
            return true;
        }
        self.strangers += 1;
        false
    }

    /// Where to send.
    #[must_use]
    pub fn target(&self) -> Option<SocketAddr> {
        self.found.filter(|_| self.told.is_some()).or(self.told)
    }

    /// Packets of others that were dropped.
    #[must_use]
    pub const fn strangers(&self) -> u64 {
        self.strangers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_first_source_is_believed_and_no_second() {
        let mut latch = Latch::default();
        assert!(!latch.admits(at("192.0.2.1:4000"), 0), "before any SDP");
        latch.told(Some(at("10.0.0.5:4000")));
        assert_eq!(latch.target(), Some(at("10.0.0.5:4000")));
        assert!(latch.admits(at("192.0.2.1:31000"), 1));
        assert_eq!(latch.target(), Some(at("192.0.2.1:31000")));
        assert!(!latch.admits(at("192.0.2.66:4000"), 50));
        assert_eq!(latch.target(), Some(at("192.0.2.1:31000")));
        assert_eq!(latch.strangers(), 2);
    }

    #[test]
    fn another_address_family_is_not_believed() {
        let mut latch = Latch::default();
        latch.told(Some(at("10.0.0.5:4000")));
        assert!(!latch.admits(at("[2001:db8::1]:4000"), 0));
        assert!(latch.admits(at("10.0.0.5:4000"), 1));
    }

    #[test]
    fn after_two_silent_seconds_or_a_new_sdp_another_source_may_come() {
        let mut latch = Latch::default();
        latch.told(Some(at("10.0.0.5:4000")));
        assert!(latch.admits(at("192.0.2.1:31000"), 10));
        assert!(!latch.admits(at("192.0.2.1:31001"), 110));
        assert!(latch.admits(at("192.0.2.1:31001"), 111));
        latch.told(Some(at("10.0.0.6:4000")));
        assert_eq!(latch.target(), Some(at("10.0.0.6:4000")));
        assert!(latch.admits(at("192.0.2.9:1"), 112));
        latch.told(None);
        assert_eq!(latch.target(), None);
    }

    #[test]
    fn the_address_the_sdp_named_is_never_a_stranger() {
        let mut latch = Latch::default();
        latch.told(Some(at("10.0.0.5:4000")));
        assert!(latch.admits(at("10.0.0.66:9"), 1));
        assert!(latch.admits(at("10.0.0.5:4000"), 2));
        assert_eq!(latch.target(), Some(at("10.0.0.5:4000")));
    }
}
