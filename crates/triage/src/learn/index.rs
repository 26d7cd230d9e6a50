//! Where the row of a slot is.

use super::number::at;

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// A slot with its row, or [`NONE`].
type Cell = [u32; 2];

/// Which row a slot has: rows by their slot spread over as many places as there are, twice the rows
/// at least.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Index {
    /// A power of two of them, or none at all.
    cells: Vec<Cell>,
    rows: usize,
}

impl Index {
    /// Where a slot is looked for first. Slots are hashes, but their lower bits depend on little.
    #[inline]
    fn place(&self, slot: u32) -> usize {
        let spread = slot.wrapping_mul(0x9e37_79b1);
        at(spread >> 7) & self.cells.len().wrapping_sub(1)
    }

    #[inline]
    fn next(&self, place: usize) -> usize {
        (place + 1) & self.cells.len().wrapping_sub(1)
    }

    #[inline]
    fn cell(&self, place: usize) -> Cell {
        self.cells.get(place).copied().unwrap_or([0, NONE])
    }

    /// The row of a slot.
    #[inline]
    pub(crate) fn row(&self, slot: u32) -> Option<u32> {
        self.row_from(slot, self.cell(self.place(slot)))
    }

    /// The rows of those of many slots that have one, each with what stands beside it; a slot is cut by
    /// `mask` first. Memory is what this waits for, and what is asked for one behind the other is waited
    /// for together: so nothing is decided before all is there, and little after it.
    pub(crate) fn rows(&self, slots: &[(u32, f32)], mask: u32) -> Vec<(usize, f32)> {
        let first = |(slot, _): &(u32, f32)| self.cell(self.place(slot & mask));
        let first: Vec<Cell> = slots.iter().map(first).collect();
        let mut out = vec![(0, 0.0); slots.len() + 1];
        let mut known = 0;
        for (&(slot, n), first) in slots.iter().zip(first) {
            let row = self.row_from(slot & mask, first);
            if let Some(place) = out.get_mut(known) {
                *place = (at(row.unwrap_or(NONE)), n);
            }
            known += usize::from(row.is_some());
        }
        out.truncate(known);
        out
    }

    /// The row of a slot, with the cell it is looked for first in.
    #[inline]
    fn row_from(&self, slot: u32, first: Cell) -> Option<u32> {
        let (mut cell, mut place) = (first, self.place(slot));
        loop {
            let [own, row] = cell;
            if row == NONE {
                return None;
            }
            if own == slot {
                return Some(row);
            }
            place = self.next(place);
            cell = self.cell(place);
        }
    }

    /// Adds the next row, of a slot that has none.
    pub(crate) fn add(&mut self, slot: u32) {
        let row = u32::try_from(self.rows).unwrap_or(NONE);
        self.rows += 1;
        if self.cells.len() < self.rows * 2 {
            let room = (self.rows * 2).next_power_of_two().max(64);
            let old = std::mem::replace(&mut self.cells, vec![[0, NONE]; room]);
            let kept = old.into_iter().filter(|[_, row]| *row != NONE);
            kept.for_each(|cell| self.put(cell));
        }
        self.put([slot, row]);
    }

    fn put(&mut self, cell: Cell) {
        let mut place = self.place(cell[0]);
        while self.cell(place)[1] != NONE {
            place = self.next(place);
        }
        if let Some(free) = self.cells.get_mut(place) {
            *free = cell;
        }
    }
}
