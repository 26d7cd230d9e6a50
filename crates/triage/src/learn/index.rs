//! Where the row of a slot is.

use super::number::at;

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// Which row a slot has: rows by what is left of their slot when it is cut to as many places as
/// there are, twice the rows at least. Slots are hashes already.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Index {
    /// A power of two of them, or none at all.
    rows: Vec<u32>,
}

impl Index {
    #[inline]
    fn place(&self, slot: u32) -> usize {
        at(slot) & self.rows.len().wrapping_sub(1)
    }

    /// The row of a slot.
    #[inline]
    pub(crate) fn row(&self, slot: u32, slots: &[u32]) -> Option<u32> {
        let mut place = self.place(slot);
        loop {
            let row = *self.rows.get(place)?;
            if row == NONE {
                return None;
            }
            if slots.get(at(row)) == Some(&slot) {
                return Some(row);
            }
            place = self.place(u32::try_from(place).unwrap_or(0).wrapping_add(1));
        }
    }

    /// Adds the last of the slots, which is none of the others.
    pub(crate) fn add(&mut self, slots: &[u32]) {
        if self.rows.len() < slots.len() * 2 {
            let room = (slots.len() * 2).next_power_of_two().max(64);
            self.rows = vec![NONE; room];
            (0..slots.len()).for_each(|row| self.put(row, slots));
        } else {
            self.put(slots.len().saturating_sub(1), slots);
        }
    }

    fn put(&mut self, row: usize, slots: &[u32]) {
        let Some(slot) = slots.get(row) else { return };
        let mut place = self.place(*slot);
        while self.rows.get(place).is_some_and(|row| *row != NONE) {
            place = self.place(u32::try_from(place).unwrap_or(0).wrapping_add(1));
        }
        if let Some(entry) = self.rows.get_mut(place) {
            *entry = u32::try_from(row).unwrap_or(NONE);
        }
    }
}
