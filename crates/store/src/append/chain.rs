//! Digests and the hash chain: `hash_n = SHA-256(hash_{n-1} || pos (8 bytes BE) || digest_n)`.

use sha2::{Digest as _, Sha256};

use crate::append::change::NewEvent;
use crate::row::AuditRow;

/// A SHA-256.
pub(crate) type Digest = [u8; 32];

/// Feeds fields so that no two different rows give the same bytes: every text is preceded by its
/// length, every number takes eight bytes.
struct Canonical(Sha256);

impl Canonical {
    fn new(label: &str) -> Self {
        Self(Sha256::new()).text(label)
    }
    fn text(mut self, text: &str) -> Self {
        // A length always fits; the fallback cannot be reached on a 64-bit machine.
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(text.as_bytes());
        self
    }
    fn number(mut self, number: i64) -> Self {
        self.0.update(number.to_be_bytes());
        self
    }
    fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

/// Digest of one event at its place in the case.
pub(crate) fn event_digest(event: &NewEvent, case_seq: i64) -> Digest {
    digest_of_event(
        [
            &event.case_id,
            event.kind,
            &event.actor,
            &event.unit,
            &event.cause,
            &event.body,
        ],
        [case_seq, event.v, event.at],
    )
}

/// The same from the columns: case, kind, actor, unit, cause, body; case number, version, time.
pub(crate) fn digest_of_event(texts: [&str; 6], numbers: [i64; 3]) -> Digest {
    let mut canonical = Canonical::new("event/1");
    for text in texts {
        canonical = canonical.text(text);
    }
    for number in numbers {
        canonical = canonical.number(number);
    }
    canonical.finish()
}

/// Digest of one line of the audit trail.
pub(crate) fn audit_digest(row: &AuditRow) -> Digest {
    Canonical::new("audit/1")
        .number(row.at)
        .text(&row.actor)
        .text(&row.action)
        .text(&row.resource)
        .text(&row.reason)
        .text(&row.detail)
        .finish()
}

/// The writer's only hashing: 72 bytes.
fn link_hash(previous: &Digest, pos: i64, digest: &Digest) -> Digest {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(pos.to_be_bytes());
    hash.update(digest);
    hash.finalize().into()
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Head {
    pub(crate) pos: i64,
    pub(crate) hash: Digest,
}

impl Head {
    /// Moves on by one and gives the new position and hash.
    pub(crate) fn push(&mut self, digest: &Digest) -> (i64, Digest) {
        self.pos += 1;
        self.hash = link_hash(&self.hash, self.pos, digest);
        (self.pos, self.hash)
    }
}

/// Everything that is numbered: the log, the audit trail, each link's outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) log: Head,
    pub(crate) audit: Head,
    pub(crate) outbox: Vec<LinkHead>,
}

/// Next number of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkHead {
    pub(crate) link: String,
    pub(crate) next: i64,
}

impl Heads {
    /// Takes the next number of a link.
    pub(crate) fn number(&mut self, link: &str) -> i64 {
        if let Some(head) = self.outbox.iter_mut().find(|head| head.link == link) {
            let seq = head.next;
            head.next += 1;
            return seq;
        }
        self.outbox.push(LinkHead {
            link: link.to_owned(),
            next: 2,
        });
        1
    }
}
