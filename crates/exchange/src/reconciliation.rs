//! The nightly comparison: both sides count and hash what they sent and received, block by block, and
//! name the first block that differs.

use serde::{Deserialize, Serialize};

use crate::envelope::canonical::Canonical;
use crate::envelope::{Digest, LinkId};

/// Numbers in one block.
pub const BLOCK: u64 = 1_000;

/// Which stream of the link a summary is about, seen from the platform that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Taken from the outbox.
    Sent,
    /// Taken from the inbox.
    Received,
}

/// One block of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// First number that belongs to the block, present or not.
    pub first: u64,
    /// Last number that belongs to the block, present or not.
    pub last: u64,
    /// Numbers present.
    pub count: u64,
    /// Hash over (number, digest) of those present, in order.
    pub hash: Digest,
}

/// Count and hash of one direction of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Link.
    pub link: LinkId,
    /// Direction, seen from the platform that made the summary.
    pub direction: Direction,
    /// First number looked at; both sides must use the same.
    pub from: u64,
    /// Last number looked at; both sides must use the same.
    pub up_to: u64,
    /// Numbers present.
    pub count: u64,
    /// Hash over the hashes of the blocks.
    pub hash: Digest,
    /// The blocks in order, each of [`BLOCK`] numbers but the last.
    pub blocks: Vec<Block>,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Comparison {
    /// Both sides hold the same.
    Agree {
        /// Numbers present on both sides.
        count: u64,
    },
    /// The summaries are not about the same: other link, range, or both of the same direction.
    NotComparable,
    /// The first block that differs.
    Differ {
        /// First number of the block.
        first: u64,
        /// Last number of the block.
        last: u64,
        /// Numbers our side has in it.
        ours: u64,
        /// Numbers the peer has in it.
        theirs: u64,
    },
}

/// Collects a summary number by number, in ascending order, with memory for one block.
#[derive(Debug)]
pub struct Summarizer {
    link: LinkId,
    direction: Direction,
    from: u64,
    up_to: u64,
    blocks: Vec<Block>,
    first: u64,
    held: Vec<(u64, Digest)>,
}

/// A number came out of order or outside the range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("number {seq} is out of order or outside the range of the summary")]
pub struct OutOfOrder {
    /// The number.
    pub seq: u64,
}

impl Summarizer {
    /// A summary of the numbers `from..=up_to`; `from` is at least 1.
    #[must_use]
    pub fn new(link: LinkId, direction: Direction, from: u64, up_to: u64) -> Self {
        let from = from.max(1);
        Self {
            link,
            direction,
            from,
            up_to,
            blocks: Vec::new(),
            first: from,
            held: Vec::new(),
        }
    }

    /// Adds one number with the digest of its envelope.
    ///
    /// # Errors
    /// When it is not above the last one, or outside the range.
    pub fn add(&mut self, seq: u64, digest: Digest) -> Result<(), OutOfOrder> {
        let floor = self
            .held
            .last()
            .map_or(self.first, |(last, _)| last.saturating_add(1));
        if seq < floor || seq > self.up_to {
            return Err(OutOfOrder { seq });
        }
        while seq > self.last_of_block() {
            self.close();
        }
        self.held.push((seq, digest));
        Ok(())
    }

    /// The summary, with empty blocks for what never came.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        while self.first <= self.up_to {
            self.close();
        }
        let mut out = Canonical::labelled("liandong.blocks.1", self.blocks.len() * 32)
            .count(self.blocks.len());
        for block in &self.blocks {
            out = out.hash(&block.hash);
        }
        Summary {
            link: self.link,
            direction: self.direction,
            from: self.from,
            up_to: self.up_to,
            count: self.blocks.iter().map(|block| block.count).sum(),
            hash: out.digest(),
            blocks: self.blocks,
        }
    }

    fn last_of_block(&self) -> u64 {
        self.first.saturating_add(BLOCK - 1).min(self.up_to)
    }

    fn close(&mut self) {
        let last = self.last_of_block();
        let mut out =
            Canonical::labelled("liandong.block.1", self.held.len() * 40).count(self.held.len());
        for (seq, digest) in &self.held {
            out = out.u64(*seq).hash(digest);
        }
        let count = u64::try_from(self.held.len()).unwrap_or(u64::MAX);
        self.blocks.push(Block {
            first: self.first,
            last,
            count,
            hash: out.digest(),
        });
        self.held.clear();
        // Past `up_to`, which ends both loops even at the largest number.
        self.first = last.saturating_add(1);
        if last == u64::MAX {
            self.up_to = u64::MAX - 1;
        }
    }
}

/// Compares our summary of one direction with the peer's summary of the same stream.
#[must_use]
pub fn compare(ours: &Summary, theirs: &Summary) -> Comparison {
    if ours.link != theirs.link
        || ours.direction == theirs.direction
        || ours.from != theirs.from
        || ours.up_to != theirs.up_to
        || ours.blocks.len() != theirs.blocks.len()
    {
        return Comparison::NotComparable;
    }
    let different = ours
        .blocks
        .iter()
        .zip(&theirs.blocks)
        .find(|(own, peer)| own != peer);
    match different {
        None if ours.hash == theirs.hash => Comparison::Agree { count: ours.count },
        // Equal blocks and another hash over them: the summary was not made by these rules.
        None => Comparison::NotComparable,
        Some((own, peer)) => Comparison::Differ {
            first: own.first,
            last: own.last,
            ours: own.count,
            theirs: peer.count,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(
        direction: Direction,
        up_to: u64,
        skip: Option<u64>,
        change: Option<u64>,
    ) -> Summary {
        let mut out = Summarizer::new(LinkId::new("l"), direction, 1, up_to);
        for seq in (1..=up_to).filter(|seq| Some(*seq) != skip) {
            let text = if Some(seq) == change {
                "x".into()
            } else {
                seq.to_string()
            };
            out.add(seq, Digest::of(text.as_bytes())).unwrap();
        }
        out.finish()
    }

    #[test]
    fn equal_streams_agree_and_the_first_different_block_is_named() {
        let ours = summary(Direction::Sent, 3_500, None, None);
        assert_eq!(ours.blocks.len(), 4);
        let compare_with =
            |skip, change| compare(&ours, &summary(Direction::Received, 3_500, skip, change));
        assert_eq!(compare_with(None, None), Comparison::Agree { count: 3_500 });
        assert_eq!(
            compare_with(Some(1_001), None),
            Comparison::Differ {
                first: 1_001,
                last: 2_000,
                ours: 1_000,
                theirs: 999
            }
        );
        assert_eq!(
            compare_with(Some(3_500), Some(1_000)),
            Comparison::Differ {
                first: 1,
                last: 1_000,
                ours: 1_000,
                theirs: 1_000
            }
        );
        assert_eq!(
            compare_with(Some(3_500), None),
            Comparison::Differ {
                first: 3_001,
                last: 3_500,
                ours: 500,
                theirs: 499
            }
        );
    }

    #[test]
    fn only_two_sides_of_one_stream_are_compared() {
        let ours = summary(Direction::Sent, 10, None, None);
        assert_eq!(compare(&ours, &ours), Comparison::NotComparable);
        let longer = summary(Direction::Received, 11, None, None);
        assert_eq!(compare(&ours, &longer), Comparison::NotComparable);
    }

    #[test]
    fn the_range_and_the_order_are_kept() {
        let digest = Digest::of(b"");
        let mut out = Summarizer::new(LinkId::new("l"), Direction::Sent, 5, u64::MAX);
        assert_eq!(out.add(4, digest), Err(OutOfOrder { seq: 4 }));
        assert_eq!(out.add(6, digest), Ok(()));
        assert_eq!(out.add(6, digest), Err(OutOfOrder { seq: 6 }));
        let empty = Summarizer::new(LinkId::new("l"), Direction::Sent, 1, 0).finish();
        assert_eq!((empty.count, empty.blocks.len()), (0, 0));
        let edge =
            Summarizer::new(LinkId::new("l"), Direction::Sent, u64::MAX - 1, u64::MAX).finish();
        assert_eq!(edge.blocks.len(), 1);
    }
}
