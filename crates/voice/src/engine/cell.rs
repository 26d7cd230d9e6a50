//! Who was ordered to hear whom, by leg: a leg that goes is looked for among its own cells alone.

use crate::call::{Gain, LegId};
use std::collections::{BTreeSet, HashMap};

/// The cells of all legs.
#[derive(Debug, Default)]
pub(super) struct Cells {
    gains: HashMap<(LegId, LegId), Gain>,
    /// Whom a leg shares a cell with.
    others: HashMap<LegId, BTreeSet<LegId>>,
}

impl Cells {
    /// What `to` hears of `from`.
    pub(super) fn set(&mut self, from: LegId, to: LegId, gain: Gain) {
        if self.gains.insert((from, to), gain).is_none() {
            self.others.entry(from).or_default().insert(to);
            self.others.entry(to).or_default().insert(from);
        }
    }

    /// The leg is gone, and its cells with it.
    pub(super) fn forget(&mut self, leg: LegId) {
        for other in self.others.remove(&leg).into_iter().flatten() {
            self.gains.remove(&(leg, other));
            self.gains.remove(&(other, leg));
            if let Some(others) = self.others.get_mut(&other) {
                others.remove(&leg);
                if others.is_empty() {
                    self.others.remove(&other);
                }
            }
        }
    }

    /// The cells of a leg: from whom, to whom, how loud.
    pub(super) fn of(&self, leg: LegId) -> impl Iterator<Item = (LegId, LegId, Gain)> {
        self.others
            .get(&leg)
            .into_iter()
            .flatten()
            .flat_map(move |other| [(leg, *other), (*other, leg)])
            .filter_map(|(from, to)| Some((from, to, *self.gains.get(&(from, to))?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::CallId;

    #[test]
    fn a_leg_goes_with_its_cells_and_leaves_those_of_others() {
        let leg = |no| LegId {
            call: CallId(1),
            no,
        };
        let mut cells = Cells::default();
        for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
            cells.set(leg(from), leg(to), Gain::FULL);
        }
        cells.set(leg(0), leg(1), Gain::SILENT);
        let mut of_one: Vec<_> = cells
            .of(leg(1))
            .map(|(from, to, _)| (from.no, to.no))
            .collect();
        of_one.sort_unstable();
        assert_eq!(of_one, [(0, 1), (1, 0), (2, 1)]);
        assert_eq!(cells.of(leg(2)).count(), 2);
        cells.forget(leg(0));
        assert_eq!(cells.of(leg(0)).count(), 0);
        assert_eq!(
            cells.of(leg(1)).collect::<Vec<_>>(),
            [(leg(2), leg(1), Gain::FULL)]
        );
        cells.forget(leg(1));
        assert!(cells.gains.is_empty() && cells.others.is_empty());
    }
}
