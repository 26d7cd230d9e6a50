//! A net as bytes: it comes with the program, so that nobody waits until it is taught.

use super::{CELL, HIDDEN, Member, Net};
use crate::learn::number::at;
use std::borrow::Cow;

/// What the bytes begin with; the digit is the format's version. Slots are meant by the hash that
/// belongs to it.
const MAGIC: &[u8; 8] = b"LDEAR002";

/// More features than this are no net.
const MOST: usize = 1 << 22;

impl Net {
    /// The net as bytes. The same net gives the same bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let number = |out: &mut Vec<u8>, n: usize| {
            out.extend(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
        };
        let text = |out: &mut Vec<u8>, text: &str| {
            number(out, text.len());
            out.extend(text.as_bytes());
        };
        let reals =
            |out: &mut Vec<u8>, xs: &[f32]| xs.iter().for_each(|x| out.extend(x.to_le_bytes()));
        text(&mut out, &self.version);
        number(&mut out, self.heads.len());
        for head in &self.heads {
            number(&mut out, head.classes.len());
            head.classes.iter().for_each(|class| text(&mut out, class));
        }
        number(&mut out, self.slots.len());
        self.slots
            .iter()
            .for_each(|slot| out.extend(slot.to_le_bytes()));
        reals(&mut out, &self.scales);
        number(&mut out, self.members.len());
        out.extend(self.cells.iter());
        for member in &self.members {
            for xs in [&member.bias, &member.weights, &member.common] {
                reals(&mut out, xs);
            }
        }
        out
    }

    /// Reads what was written; nothing where it is anything else.
    pub(crate) fn from_bytes(bytes: &'static [u8]) -> Option<Self> {
        let mut source = Source {
            rest: bytes.strip_prefix(MAGIC)?,
        };
        let version = source.text()?;
        let heads = (0..source.number()?).map(|_| {
            let classes = (0..source.number()?).map(|_| source.text());
            classes.collect()
        });
        let heads = heads.collect::<Option<Vec<Vec<String>>>>()?;
        let mut net = Self::bare(version, heads);
        let count = source.number().filter(|n| *n <= MOST)?;
        let slots = source.take(count * 4)?;
        let scales = source.reals(count)?;
        for (slot, scale) in slots.chunks_exact(4).zip(scales) {
            net.add_row(u32::from_le_bytes(slot.try_into().ok()?), scale)?;
        }
        let members = source.number()?;
        let cells = count.checked_mul(CELL)?.checked_mul(members)?;
        net.cells = Cow::Borrowed(source.take(cells)?);
        for _ in 0..members {
            net.members.push(Member {
                bias: source.reals(HIDDEN)?,
                weights: source.reals(HIDDEN * net.width)?,
                common: source.reals(net.width)?,
            });
        }
        source.rest.is_empty().then_some(net)
    }
}

struct Source {
    rest: &'static [u8],
}

impl Source {
    fn take(&mut self, n: usize) -> Option<&'static [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(at(u32::from_le_bytes(bytes)))
    }

    fn text(&mut self) -> Option<String> {
        let n = self.number()?;
        String::from_utf8(self.take(n)?.to_vec()).ok()
    }

    fn reals(&mut self, n: usize) -> Option<Vec<f32>> {
        let chunks = self.take(n.checked_mul(4)?)?.chunks_exact(4);
        let reals = chunks.map(|c| Some(f32::from_le_bytes(c.try_into().ok()?)));
        reals.collect()
    }
}
