//! What the ear says of whose a matter is and which, as points a site's heads begin with.
//!
//! The ear was taught by tens of thousands of narratives; a site's heads need not be. They begin
//! with its word on every desk, kind and row of the shipped list the site has kept, and learn from
//! the site's own cases where that word was wrong.

use super::alarm::Alarm;
use super::example::{DESK, Example, GROUP};
use super::net::{Heard, all_of};
use crate::narrative::Narrative;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What the logarithm of a share counts in points.
const WORTH: f32 = 0.3;
/// A share less likely than this one's logarithm is as good as none.
const LEAST: f32 = -7.0;
/// A class the ear has not heard of: as likely as one of twenty.
pub(crate) const UNHEARD: f32 = -0.9;

/// Desks, kinds and rows in the order of their hints.
struct Places {
    kinds: Vec<String>,
    rows: Vec<String>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let rows: Vec<String> = Alarm::shipped()
        .map(Alarm::rows)
        .unwrap_or_default()
        .to_vec();
    let kinds: BTreeSet<&str> = rows.iter().map(|row| kind(row)).collect();
    let kinds = kinds.into_iter().map(str::to_owned).collect();
    Places { kinds, rows }
});

/// The kind of a row of the shipped list.
fn kind(row: &str) -> &str {
    row.split('-').next().unwrap_or(row)
}

const DESKS: [&str; 2] = ["police", "hotline"];

fn place(before: usize, found: Option<usize>) -> Option<u16> {
    u16::try_from(before + found?).ok()
}

/// The places of the trunk's classes, head by head: only those some example says are the shipped
/// list's.
pub(crate) fn places(heads: &[Vec<String>], examples: &[&Example]) -> Vec<Option<u16>> {
    let shipped = || examples.iter().filter(|e| e.shipped);
    let kinds: BTreeSet<&str> = shipped().filter_map(|e| e.group.as_deref()).collect();
    let any = shipped().next().is_some();
    let of = |(head, class): (usize, &String)| match head {
        DESK if any => place(0, DESKS.iter().position(|desk| desk == class)),
        GROUP if kinds.contains(class.as_str()) => {
            place(DESKS.len(), PLACES.kinds.binary_search(class).ok())
        }
        _ => None,
    };
    let classes = heads.iter().enumerate();
    let classes = classes.flat_map(|(head, classes)| classes.iter().map(move |c| (head, c)));
    classes.map(of).collect()
}

/// The same for the rows of one kind.
pub(crate) fn rows(heads: &[Vec<String>], examples: &[&Example]) -> Vec<Option<u16>> {
    let shipped = examples.iter().filter(|e| e.shipped);
    let known: BTreeSet<&str> = shipped.filter_map(|e| e.row.as_deref()).collect();
    let before = DESKS.len() + PLACES.kinds.len();
    let of = |class: &String| {
        let found = PLACES.rows.binary_search(class).ok();
        place(before, found.filter(|_| known.contains(class.as_str())))
    };
    heads.iter().flatten().map(of).collect()
}

/// Which ear it is.
pub(crate) fn version() -> &'static str {
    Alarm::shipped().map_or("", Alarm::version)
}

/// How much a run of a text, by its wide slot, made the ear think of the likeliest row of a kind, in
/// points; nothing where it knows no row of it.
pub(crate) fn speaks(narrative: &Narrative, of: &str) -> Option<impl Fn(u32) -> f32> {
    let ear = Alarm::shipped()?;
    let leaning = ear.leaning_to(narrative.heard(ear), |row| kind(row) == of)?;
    Some(move |wide| WORTH * ear.speaks(wide, &leaning))
}

/// The hints of all places for a narrative.
pub(crate) fn points(narrative: &Narrative) -> Vec<f32> {
    let heard = |ear| of_heard(ear, narrative.heard(ear));
    Alarm::shipped().map(heard).unwrap_or_default()
}

/// The same for a part of one.
pub(crate) fn points_of(chars: &[char]) -> Vec<f32> {
    let heard = |ear: &Alarm| of_heard(ear, &ear.listen(chars));
    Alarm::shipped().map(heard).unwrap_or_default()
}

fn of_heard(ear: &Alarm, heard: &Heard) -> Vec<f32> {
    let (desk, of_rows) = ear.knows(heard);
    let mut out = desk.to_vec();
    let mut rows: Vec<f32> = Vec::with_capacity(of_rows.len());
    let mut rest = PLACES.rows.iter().zip(&of_rows).peekable();
    // Rows stand in the order of their codes, so those of a kind stand together.
    for name in &PLACES.kinds {
        let mut own = Vec::new();
        while let Some((_, point)) = rest.next_if(|(row, _)| kind(row) == name) {
            own.push(*point);
        }
        let all = all_of(&own);
        out.push(all);
        rows.extend(own.iter().map(|point| point - all));
    }
    out.extend(rows);
    out.iter_mut().for_each(|x| *x = WORTH * x.max(LEAST));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::body;

    #[test]
    fn the_kinds_of_the_rows_stand_together() {
        let kinds: Vec<&str> = PLACES.rows.iter().map(|row| kind(row)).collect();
        let runs: Vec<&str> = kinds
            .chunk_by(|a, b| a == b)
            .filter_map(|run| run.first().copied())
            .collect();
        assert_eq!(runs, PLACES.kinds, "in the same order, each once");
    }

    #[test]
    fn the_shares_of_a_text_are_hints_of_what_it_is() {
        let narrative = Narrative::new("您好，楼上半夜装修电钻太吵了睡不着");
        let hints = points(&narrative);
        assert_eq!(hints, points_of(body(&narrative)));
        assert_eq!(hints.len(), 2 + PLACES.kinds.len() + PLACES.rows.len());
        assert!(
            hints.iter().all(|x| (WORTH * LEAST..=0.01).contains(x)),
            "{hints:?}"
        );
        assert!(hints[1] > hints[0], "the hotline's: {hints:?}");
    }

    #[test]
    fn what_spoke_for_a_kind_is_in_the_words_that_name_it() {
        let narrative = Narrative::new("昨天开始楼上半夜装修电钻太吵");
        let chars = body(&narrative);
        let drill = speaks(&narrative, "H1").unwrap();
        let mut by_run = Vec::new();
        crate::learn::feature::grams(chars, |gram| {
            if gram.length == 2 {
                by_run.push((drill(gram.wide), chars[gram.start..gram.start + 2].to_vec()));
            }
        });
        let of = |word: [char; 2]| by_run.iter().find(|(_, run)| *run == word).unwrap().0;
        assert!(of(['电', '钻']) > of(['昨', '天']), "{by_run:?}");
        assert!(speaks(&narrative, "X9").is_none());
    }

    #[test]
    fn only_what_is_the_shipped_lists_has_a_place() {
        let example = |group: &str, row: &str, shipped: bool| Example {
            group: Some(group.to_owned()),
            row: Some(row.to_owned()),
            shipped,
            ..Example::default()
        };
        let (theirs, own) = (example("H1", "H1-1", true), example("H2", "H2-1", false));
        let heads = [
            vec!["hotline".to_owned(), "police".to_owned()],
            vec!["H1".to_owned(), "H2".to_owned()],
            vec!["urgent".to_owned()],
        ];
        let found = places(&heads, &[&theirs, &own]);
        assert_eq!(found.len(), 5);
        assert_eq!(found[..2], [Some(1), Some(0)]);
        assert!(found[2].is_some() && found[3].is_none() && found[4].is_none());
        assert!(places(&heads, &[&own]).iter().all(Option::is_none));
        let of = |e: &Example| rows(&[vec!["H1-1".to_owned(), "H2-1".to_owned()]], &[e]);
        assert!(of(&theirs)[0].is_some() && of(&theirs)[1].is_none());
        assert_eq!(of(&own), [None, None]);
    }
}
