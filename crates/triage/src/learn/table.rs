//! Weights of rows, kept only for the classes that ever moved: a word is used by few of them.
//!
//! What is not kept weighs nothing and is as unsure as at the beginning, so a table holds the same
//! numbers as a full one, bit for bit, in a sixth of the memory.

use super::number::at;
use std::ops::Range;

/// How unsure a weight is before anything was learnt.
pub(crate) const UNSURE: f32 = 1.0;

/// Where the entries of a row lie, and for how many there is room.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    from: u32,
    count: u16,
    room: u16,
}

/// A class with what it weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Entry {
    class: u16,
    weight: f32,
}

/// Room for a class that is not there yet.
const ROOM: Entry = Entry {
    class: u16::MAX,
    weight: 0.0,
};

/// Every class of every row: faster while thousands of examples are learnt.
#[derive(Debug, Clone)]
struct Full {
    width: usize,
    weights: Vec<f32>,
    unsure: Vec<f32>,
}

impl Full {
    fn fit(&mut self, rows: usize) {
        self.weights.resize(rows * self.width, 0.0);
        self.unsure.resize(rows * self.width, UNSURE);
    }
}

/// Rows of entries, each with its class, what it weighs and how unsure that is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// While it is trained everything is here and nothing below, but for how many rows there are.
    full: Option<Full>,
    places: Vec<Place>,
    /// Rising by class within a row.
    entries: Vec<Entry>,
    /// Of each entry; nothing in a table that learns no more: it is as sure as it will ever be.
    unsure: Vec<f32>,
    settled: bool,
    /// Entries nobody uses: rows that needed more room have moved.
    waste: usize,
}

impl Table {
    /// How many rows there are.
    pub(crate) const fn len(&self) -> usize {
        self.places.len()
    }

    /// One more row, with nothing in it.
    pub(crate) fn push(&mut self) {
        self.places.push(Place::default());
        if let Some(full) = &mut self.full {
            full.fit(self.places.len());
        }
    }

    /// Makes room for every class of every row, until it is made tidy. For a table that has learnt
    /// nothing yet.
    pub(crate) fn unfold(&mut self, width: usize) {
        let rows = self.len();
        // Few rows come after those that were counted.
        let room = (rows + rows / 8) * width;
        let mut full = Full {
            width,
            weights: Vec::with_capacity(room),
            unsure: Vec::with_capacity(room),
        };
        full.fit(rows);
        self.full = Some(full);
    }

    fn span(&self, row: usize) -> Range<usize> {
        let place = self.places.get(row).copied().unwrap_or_default();
        let from = at(place.from);
        from..from + usize::from(place.count)
    }

    #[inline]
    fn entries(&self, row: usize) -> &[Entry] {
        self.entries.get(self.span(row)).unwrap_or_default()
    }

    /// The classes of a row that ever moved, with what they weigh.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let entries = self.entries(row).iter();
        entries.map(|entry| (usize::from(entry.class), entry.weight))
    }

    /// Adds a row times `x`, for the classes in `span` at least.
    #[inline]
    pub(crate) fn add(&self, row: usize, x: f32, span: &Range<usize>, sums: &mut [f32]) {
        if let Some(full) = &self.full {
            let from = row * full.width;
            let weights = full.weights.get(from + span.start..from + span.end);
            let sums = sums.get_mut(span.clone()).unwrap_or_default();
            for (sum, weight) in sums.iter_mut().zip(weights.unwrap_or_default()) {
                *sum += x * weight;
            }
            return;
        }
        for entry in self.entries(row) {
            if let Some(sum) = sums.get_mut(usize::from(entry.class)) {
                *sum += x * entry.weight;
            }
        }
    }

    /// Adds a row times what `xs` has for the part each class belongs to.
    #[inline]
    pub(crate) fn add_parts(&self, row: usize, xs: &[f32], part: &[u16], sums: &mut [f32]) {
        for entry in self.entries(row) {
            let class = usize::from(entry.class);
            let x = part.get(class).and_then(|part| xs.get(usize::from(*part)));
            if let (Some(sum), Some(x)) = (sums.get_mut(class), x) {
                *sum += x * entry.weight;
            }
        }
    }

    /// What a class weighs in a row.
    pub(crate) fn weight(&self, row: usize, class: usize) -> f32 {
        let found = self.row(row).find(|(known, _)| *known == class);
        found.map_or(0.0, |(_, weight)| weight)
    }

    /// Where a class of a row stands, or where it belongs.
    #[inline]
    fn find(&self, row: usize, class: usize) -> Result<usize, usize> {
        let span = self.span(row);
        let entries = self.entries.get(span.clone()).unwrap_or_default();
        let known = entries.iter().position(|e| usize::from(e.class) >= class);
        let place = span.start + known.unwrap_or(entries.len());
        match known.and_then(|known| entries.get(known)) {
            Some(entry) if usize::from(entry.class) == class => Ok(place),
            _ => Err(place),
        }
    }

    /// How unsure the weight of a class in a row is.
    #[inline]
    pub(crate) fn unsure(&self, row: usize, class: usize) -> f32 {
        if self.settled {
            return 0.0;
        }
        if let Some(full) = &self.full {
            let unsure = full.unsure.get(row * full.width + class);
            return unsure.copied().unwrap_or(0.0);
        }
        let found = self.find(row, class).ok();
        let unsure = found.and_then(|place| self.unsure.get(place));
        unsure.copied().unwrap_or(UNSURE)
    }

    /// Moves a weight and makes it surer: by what `step` says of how unsure it is.
    #[inline]
    pub(crate) fn step(&mut self, row: usize, class: usize, step: impl Fn(f32) -> (f32, f32)) {
        if self.settled {
            return;
        }
        if let Some(full) = &mut self.full {
            let place = row * full.width + class;
            let pair = full.weights.get_mut(place);
            if let Some((weight, unsure)) = pair.zip(full.unsure.get_mut(place)) {
                let (by, surer) = step(*unsure);
                *weight += by;
                *unsure -= surer;
            }
            return;
        }
        let place = match self.find(row, class) {
            Ok(place) => place,
            Err(place) => {
                let (by, surer) = step(UNSURE);
                // Nothing has moved: an entry would say what the lack of one says.
                if by == 0.0 && UNSURE - surer == UNSURE {
                    return;
                }
                self.insert(row, place, class)
            }
        };
        let pair = self.entries.get_mut(place);
        if let Some((entry, unsure)) = pair.zip(self.unsure.get_mut(place)) {
            let (by, surer) = step(*unsure);
            entry.weight += by;
            *unsure -= surer;
        }
    }

    /// Makes an entry before `place`, where a row's class belongs; gives where it is then.
    fn insert(&mut self, row: usize, place: usize, class: usize) -> usize {
        let Some(known) = self.places.get(row).copied() else {
            return usize::MAX;
        };
        let (old, count) = (at(known.from), usize::from(known.count));
        // More classes than that are never learnt: fifty lists' worth of rows.
        let Ok(class) = u16::try_from(class) else {
            return usize::MAX;
        };
        let mut from = old;
        if known.count == known.room {
            let room = (known.room + 1).next_power_of_two().max(2);
            // The last row grows where it is, any other one moves behind it.
            if old + count != self.entries.len() {
                from = self.entries.len();
                self.entries.extend_from_within(old..old + count);
                self.unsure.extend_from_within(old..old + count);
                self.waste += usize::from(known.room);
            }
            let end = from + usize::from(room);
            self.entries.resize(end, ROOM);
            self.unsure.resize(end, UNSURE);
            if let Some(place) = self.places.get_mut(row) {
                place.from = u32::try_from(from).unwrap_or(u32::MAX);
                place.room = room;
            }
        }
        let place = from + (place - old);
        let end = from + count;
        self.entries.copy_within(place..end, place + 1);
        self.unsure.copy_within(place..end, place + 1);
        if let Some(slot) = self.entries.get_mut(place) {
            *slot = Entry { class, weight: 0.0 };
        }
        if let Some(slot) = self.unsure.get_mut(place) {
            *slot = UNSURE;
        }
        if let Some(known) = self.places.get_mut(row) {
            known.count += 1;
        }
        place
    }

    /// Lays the rows one behind the other again, with no room to spare.
    pub(crate) fn tidy(&mut self) {
        if let Some(full) = self.full.take() {
            self.fold(&full);
            return;
        }
        let rooms = self.places.iter().map(|place| usize::from(place.count));
        let all: usize = rooms.sum();
        let mut tidy = Self {
            full: None,
            places: Vec::with_capacity(self.places.len()),
            entries: Vec::with_capacity(all),
            unsure: Vec::with_capacity(if self.settled { 0 } else { all }),
            settled: self.settled,
            waste: 0,
        };
        for (row, place) in self.places.iter().enumerate() {
            let from = tidy.entries.len();
            tidy.entries.extend_from_slice(self.entries(row));
            let unsure = self.unsure.get(self.span(row)).unwrap_or_default();
            tidy.unsure.extend_from_slice(unsure);
            tidy.places.push(Place {
                from: u32::try_from(from).unwrap_or(u32::MAX),
                count: place.count,
                room: place.count,
            });
        }
        *self = tidy;
    }

    /// Keeps of every row what has moved.
    fn fold(&mut self, full: &Full) {
        let moved = full.weights.iter().zip(&full.unsure);
        let moved = moved
            .filter(|(weight, unsure)| has_moved(**weight, **unsure))
            .count();
        let mut kept = Self {
            places: Vec::with_capacity(self.places.len()),
            entries: Vec::with_capacity(moved),
            unsure: Vec::with_capacity(moved),
            ..Self::default()
        };
        let width = full.width.max(1);
        let rows = full.weights.chunks(width).zip(full.unsure.chunks(width));
        rows.for_each(|(weights, unsure)| kept.push_full(weights, unsure));
        *self = kept;
    }

    /// The same where more than half is waste, after single lessons.
    pub(crate) fn tidy_at_times(&mut self) {
        if self.waste > self.entries.len() / 2 {
            self.tidy();
        }
    }

    /// Learns no more: what is only asked need not know how unsure it is.
    pub(crate) fn settle(&mut self) {
        self.unsure = Vec::new();
        self.settled = true;
        self.tidy();
    }

    /// A row as a full table holds it: what each class weighs, and how unsure that is.
    pub(crate) fn full(&self, row: usize, weights: &mut [f32], unsure: &mut [f32]) {
        weights.fill(0.0);
        unsure.fill(if self.settled { 0.0 } else { UNSURE });
        for (place, entry) in self.span(row).zip(self.entries(row)) {
            let class = usize::from(entry.class);
            if let Some(slot) = weights.get_mut(class) {
                *slot = entry.weight;
            }
            if let (Some(slot), Some(own)) = (unsure.get_mut(class), self.unsure.get(place)) {
                *slot = *own;
            }
        }
    }

    /// One more row, out of what [`Table::full`] gave.
    pub(crate) fn push_full(&mut self, weights: &[f32], unsure: &[f32]) {
        let from = self.entries.len();
        for ((class, &weight), &unsure) in (0_u16..).zip(weights).zip(unsure) {
            if has_moved(weight, unsure) {
                self.entries.push(Entry { class, weight });
                self.unsure.push(unsure);
            }
        }
        let count = u16::try_from(self.entries.len() - from).unwrap_or(u16::MAX);
        self.places.push(Place {
            from: u32::try_from(from).unwrap_or(u32::MAX),
            count,
            room: count,
        });
    }
}

fn has_moved(weight: f32, unsure: f32) -> bool {
    weight.to_bits() != 0 || unsure.to_bits() != UNSURE.to_bits()
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        let same = |row: usize| {
            self.entries(row) == other.entries(row)
                && self.unsure.get(self.span(row)) == other.unsure.get(other.span(row))
        };
        self.settled == other.settled && self.len() == other.len() && (0..self.len()).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes in no order: a row, a class, by how much, how much surer.
    fn changes() -> impl Iterator<Item = (usize, usize, f32, f32)> {
        let mut state = 7_u32;
        std::iter::repeat_with(move || {
            let mut next = |below: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                usize::try_from((state >> 12) % below).unwrap()
            };
            let by = f32::from(u16::try_from(next(9)).unwrap()) - 4.0;
            (next(40), next(30), by, by.abs() / 1024.0)
        })
    }

    #[test]
    fn it_holds_what_a_full_one_holds_bit_for_bit() {
        let (mut table, mut full) = (Table::default(), vec![[0.0_f32; 30]; 40]);
        let mut unsure = vec![[UNSURE; 30]; 40];
        (0..40).for_each(|_| table.push());
        for (n, (row, class, by, surer)) in changes().take(3_000).enumerate() {
            table.step(row, class, |_| (by, surer));
            full[row][class] += by;
            unsure[row][class] -= surer;
            if n % 700 == 0 {
                table.tidy();
            }
            table.tidy_at_times();
        }
        let full_of = |table: &Table, row| {
            let (mut weights, mut doubts) = ([0.0; 30], [0.0; 30]);
            table.full(row, &mut weights, &mut doubts);
            (weights, doubts)
        };
        let mut again = Table::default();
        for row in 0..40 {
            let (weights, doubts) = full_of(&table, row);
            assert_eq!(weights, full[row]);
            assert_eq!(doubts, unsure[row]);
            assert!(table.row(row).is_sorted_by_key(|(class, _)| class));
            again.push_full(&weights, &doubts);
        }
        assert_eq!(table, again);
        let before = table.clone();
        table.settle();
        assert_eq!(table.unsure(3, 3), 0.0);
        table.step(3, 3, |_| (1.0, 0.5));
        assert!((0..40).all(|row| full_of(&table, row).0 == full_of(&before, row).0));
    }

    #[test]
    fn what_is_learnt_in_a_full_one_is_what_is_learnt_in_a_kept_one() {
        let (mut kept, mut full) = (Table::default(), Table::default());
        (0..30).for_each(|_| kept.push());
        (0..20).for_each(|_| full.push());
        full.unfold(30);
        (0..10).for_each(|_| full.push());
        for (row, class, by, surer) in changes().take(900).filter(|change| change.0 < 30) {
            for table in [&mut kept, &mut full] {
                table.step(row, class, |unsure| (by * unsure, surer));
            }
            let sums = |table: &Table| {
                let mut sums = [1.0; 30];
                table.add(row, by, &(3..9), &mut sums);
                (sums[3..9].to_vec(), table.unsure(row, class))
            };
            assert_eq!(sums(&kept), sums(&full));
        }
        full.tidy();
        assert_eq!(kept, full);
    }

    #[test]
    fn what_never_moved_takes_no_room() {
        let mut table = Table::default();
        table.push();
        table.step(0, 5, |_| (0.0, 0.0));
        assert_eq!(table.row(0).count(), 0);
        table.step(0, 5, |_| (0.5, 0.25));
        assert_eq!((table.weight(0, 5), table.unsure(0, 5)), (0.5, 0.75));
        assert_eq!((table.weight(0, 4), table.unsure(0, 4)), (0.0, UNSURE));
    }
}
