//! The mixing matrix: for each pair of lines, how loud the one is to the other.
//!
//! Two on the line, three on the line, listening, whispering and barging are the same table with
//! other cells (R54). A cell changes over one step, so that nobody hears a click.

use super::g711::{Frame, SILENCE};

/// A cell's gain in 1,024ths.
const FULL: i32 = 1024;

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    /// What it was at the end of the last step.
    now: i32,
    /// What it is to be at the end of this one.
    next: i32,
}

/// Who hears whom, for one listener.
#[derive(Debug, Clone)]
pub struct Row<K> {
    /// A handful at most, which are looked at in every step.
    cells: Vec<(K, Cell)>,
}

impl<K> Default for Row<K> {
    fn default() -> Self {
        Self { cells: Vec::new() }
    }
}

impl<K: Eq + Copy> Row<K> {
    /// Sets how loud `from` is, in thousandths of full (0 = not heard; more than 1000 counts as 1000).
    pub fn set(&mut self, from: K, thousandths: u16) {
        let next = i32::from(thousandths.min(1000)) * FULL / 1000;
        match self.cells.iter_mut().find(|(of, _)| *of == from) {
            Some((_, cell)) => cell.next = next,
            None => self.cells.push((from, Cell { now: 0, next })),
        }
    }

    /// A line is gone.
    pub fn forget(&mut self, from: K) {
        self.cells.retain(|(of, _)| *of != from);
    }

    /// Who is heard, or was until this step.
    pub fn heard(&self) -> impl Iterator<Item = K> {
        self.cells.iter().map(|(from, _)| *from)
    }

    /// The one that is heard, if it is exactly one, at full, and nothing is changing: then packets
    /// can be passed on as they are.
    #[must_use]
    pub fn only(&self) -> Option<K> {
        let mut only = None;
        for (from, cell) in &self.cells {
            match (cell.now, cell.next) {
                (0, 0) => {}
                (FULL, FULL) if only.is_none() => only = Some(*from),
                _ => return None,
            }
        }
        only
    }

    /// The mix of this step. `spoken` gives a line's sound, `None` for silence.
    pub fn mix<'a>(&mut self, spoken: impl Fn(K) -> Option<&'a Frame>) -> Frame {
        let mut sum = [0_i32; SILENCE.len()];
        self.cells.retain_mut(|(from, cell)| {
            if cell.now != 0 || cell.next != 0 {
                if let Some(frame) = spoken(*from) {
                    add(&mut sum, frame, *cell);
                }
                cell.now = cell.next;
            }
            // A cell that is silent costs nothing to make again.
            cell.next != 0
        });
        clipped(&sum)
    }

    /// Carries a change that is under way to its end without mixing.
    pub fn settle(&mut self) {
        self.cells.retain_mut(|(_, cell)| {
            cell.now = cell.next;
            cell.next != 0
        });
    }
}

fn add(sum: &mut [i32; SILENCE.len()], frame: &Frame, cell: Cell) {
    if cell.now == cell.next {
        for (sum, sample) in sum.iter_mut().zip(frame) {
            *sum += (i32::from(*sample) * cell.next) >> 10;
        }
        return;
    }
    let step = cell.next - cell.now;
    for (place, (sum, sample)) in (1_i32..).zip(sum.iter_mut().zip(frame)) {
        let gain = cell.now + step * place / 160;
        *sum += (i32::from(*sample) * gain) >> 10;
    }
}

fn clipped(sum: &[i32; SILENCE.len()]) -> Frame {
    let mut frame = SILENCE;
    for (sample, sum) in frame.iter_mut().zip(sum) {
        *sample = i16::try_from((*sum).clamp(-32768, 32767)).unwrap_or(0);
    }
    frame
}

/// Two sounds at once, clipped: a prompt over what a line hears.
pub fn lay_over(under: &mut Frame, over: &Frame) {
    for (sample, over) in under.iter_mut().zip(over) {
        *sample = sample.saturating_add(*over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone::{Tone, strength};
    use proptest::prelude::*;

    /// Four lines, each with a tone of its own; who hears whom is read from what each hears.
    struct Room {
        tones: Vec<(f64, Tone)>,
        rows: Vec<Row<usize>>,
    }

    impl Room {
        fn new(lines: usize) -> Self {
            let hertz = [500.0, 700.0, 1100.0, 1700.0];
            Self {
                tones: hertz[..lines]
                    .iter()
                    .map(|h| (*h, Tone::steady(*h, 6000)))
                    .collect(),
                rows: vec![Row::default(); lines],
            }
        }

        fn hear(&mut self, from: usize, to: usize, gain: u16) {
            self.rows[to].set(from, gain);
        }

        /// For each line, whom it hears over the next half second.
        fn listen(&mut self) -> Vec<Vec<usize>> {
            let mut heard = vec![Vec::new(); self.rows.len()];
            for step in 0..26 {
                let frames: Vec<Frame> = self.tones.iter_mut().map(|(_, t)| t.frame()).collect();
                for (row, heard) in self.rows.iter_mut().zip(&mut heard) {
                    let mix = row.mix(|from| frames.get(from));
                    // The first step is the change itself.
                    if step > 0 {
                        heard.extend(mix);
                    }
                }
            }
            heard
                .iter()
                .map(|sound| {
                    (0..self.tones.len())
                        .filter(|n| strength(sound, self.tones[*n].0) > 3000.0)
                        .collect()
                })
                .collect()
        }
    }

    #[test]
    fn three_on_the_line_hear_the_other_two_and_not_themselves() {
        let mut room = Room::new(3);
        for from in 0..3 {
            for to in (0..3).filter(|to| *to != from) {
                room.hear(from, to, 1000);
            }
        }
        assert_eq!(room.listen(), [vec![1, 2], vec![0, 2], vec![0, 1]]);
    }

    #[test]
    fn a_supervisor_listens_whispers_and_barges_by_cells_alone() {
        const CALLER: usize = 0;
        const OPERATOR: usize = 1;
        const SUPERVISOR: usize = 2;
        let mut room = Room::new(3);
        room.hear(CALLER, OPERATOR, 1000);
        room.hear(OPERATOR, CALLER, 1000);
        room.hear(CALLER, SUPERVISOR, 1000);
        room.hear(OPERATOR, SUPERVISOR, 1000);
        assert_eq!(room.listen(), [vec![1], vec![0], vec![0, 1]], "listen");
        room.hear(SUPERVISOR, OPERATOR, 1000);
        assert_eq!(room.listen(), [vec![1], vec![0, 2], vec![0, 1]], "whisper");
        room.hear(SUPERVISOR, CALLER, 1000);
        assert_eq!(room.listen(), [vec![1, 2], vec![0, 2], vec![0, 1]], "barge");
        room.hear(SUPERVISOR, CALLER, 0);
        room.hear(SUPERVISOR, OPERATOR, 0);
        assert_eq!(room.listen(), [vec![1], vec![0], vec![0, 1]], "and back");
    }

    #[test]
    fn a_cell_that_opens_or_closes_makes_no_click() {
        let mut tone = Tone::steady(500.0, 8000);
        let mut row = Row::default();
        row.set('a', 1000);
        let mut heard: Vec<i16> = Vec::new();
        for step in 0..40 {
            if step % 8 == 4 {
                row.set('a', if step % 16 == 4 { 0 } else { 1000 });
            }
            let frame = tone.frame();
            heard.extend(row.mix(|_| Some(&frame)));
        }
        let widest = heard.windows(2).map(|w| (w[1] - w[0]).abs()).max();
        // The tone itself climbs by 3130 a sample.
        assert!(widest < Some(3250), "{widest:?}");
    }

    #[test]
    fn one_that_is_heard_alone_can_be_passed_on() {
        let mut row = Row::default();
        let frame = SILENCE;
        row.set('a', 1000);
        assert_eq!(row.only(), None, "it is still opening");
        row.mix(|_| Some(&frame));
        assert_eq!(row.only(), Some('a'));
        row.set('b', 1000);
        assert_eq!(row.only(), None);
        row.settle();
        assert_eq!(row.only(), None, "two are heard");
        row.set('b', 0);
        row.settle();
        assert_eq!(row.only(), Some('a'));
        row.set('a', 500);
        row.settle();
        assert_eq!(row.only(), None, "it must be made softer");
    }

    proptest! {
        #[test]
        fn a_mix_is_the_clipped_sum_of_what_is_open(
            samples in proptest::collection::vec(any::<i16>(), 4), open in any::<[bool; 4]>(),
        ) {
            let frames: Vec<Frame> = samples.iter().map(|s| [*s; 160]).collect();
            let mut row = Row::default();
            for (n, open) in open.iter().enumerate() {
                row.set(n, if *open { 1000 } else { 0 });
            }
            row.settle();
            let sum: i32 = (0..4).filter(|n| open[*n]).map(|n| i32::from(samples[n])).sum();
            let mix = row.mix(|n| frames.get(n));
            prop_assert_eq!(i32::from(mix[17]), sum.clamp(-32768, 32767));
        }
    }
}
