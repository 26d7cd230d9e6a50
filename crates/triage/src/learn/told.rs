//! Narratives with what they were, that come with the program: by the lessons the ear is taught,
//! with the tune narratives a site's heads begin. All are invented; the held part of `eval/` is not
//! among them.

const LESSONS: [&str; 37] = [
    include_str!("../../data/lessons.tsv"),
    include_str!("../../data/lessons-harm.tsv"),
    include_str!("../../data/lessons-peril.tsv"),
    include_str!("../../data/lessons-more.tsv"),
    include_str!("../../data/lessons-desk.tsv"),
    include_str!("../../data/lessons-hotline.tsv"),
    include_str!("../../data/lessons-told.tsv"),
    include_str!("../../data/lessons-people.tsv"),
    include_str!("../../data/lessons-accidents.tsv"),
    include_str!("../../data/lessons-whose.tsv"),
    include_str!("../../data/lessons-tales.tsv"),
    include_str!("../../data/lessons-quiet.tsv"),
    include_str!("../../data/lessons-desks.tsv"),
    include_str!("../../data/lessons-homes.tsv"),
    include_str!("../../data/lessons-works.tsv"),
    include_str!("../../data/lessons-money.tsv"),
    include_str!("../../data/lessons-strife.tsv"),
    include_str!("../../data/lessons-bodies.tsv"),
    include_str!("../../data/lessons-calm.tsv"),
    include_str!("../../data/lessons-roads.tsv"),
    include_str!("../../data/lessons-quietpolice.tsv"),
    include_str!("../../data/lessons-papers.tsv"),
    include_str!("../../data/lessons-threats.tsv"),
    include_str!("../../data/lessons-alarms.tsv"),
    include_str!("../../data/lessons-borders.tsv"),
    include_str!("../../data/lessons-misheard.tsv"),
    include_str!("../../data/lessons-plainhotline.tsv"),
    include_str!("../../data/lessons-plainpolice.tsv"),
    include_str!("../../data/lessons-plaincity.tsv"),
    include_str!("../../data/lessons-plainperil.tsv"),
    include_str!("../../data/lessons-crime.tsv"),
    include_str!("../../data/lessons-distress.tsv"),
    include_str!("../../data/lessons-streets.tsv"),
    include_str!("../../data/lessons-trade.tsv"),
    include_str!("../../data/lessons-offices.tsv"),
    include_str!("../../data/lessons-shown.tsv"),
    include_str!("../../data/lessons-sounds.tsv"),
];
const NARRATIVES: [&str; 5] = [
    include_str!("../../eval/tune-kinds-1.csv"),
    include_str!("../../eval/tune-kinds-2.csv"),
    include_str!("../../eval/tune-danger.csv"),
    include_str!("../../eval/tune-pairs-1.csv"),
    include_str!("../../eval/tune-pairs-2.csv"),
];

/// One narrative of before there were any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// What was said.
    pub(crate) words: &'static str,
    /// `police` or `hotline`; nothing where the desk that received it answers by itself.
    pub(crate) desk: Option<&'static str>,
    /// The row of the shipped list.
    pub(crate) row: Option<&'static str>,
    /// How urgent, where somebody said.
    pub(crate) urgency: Option<&'static str>,
    /// The kind of danger; nothing where there is none.
    pub(crate) danger: Option<&'static str>,
}

fn known(word: &'static str, none: &str) -> Option<&'static str> {
    (!word.is_empty() && word != none).then_some(word)
}

fn lines() -> impl Iterator<Item = &'static str> {
    let lines = LESSONS.iter().flat_map(|text| text.lines());
    lines.filter(|line| !line.starts_with('#'))
}

/// The lessons written for this, in the files' order.
pub(crate) fn lessons() -> impl Iterator<Item = Told> {
    lines().filter_map(|line| {
        let mut parts = line.splitn(4, '\t');
        let (desk, row) = (parts.next()?, parts.next()?);
        let (danger, words) = (parts.next()?, parts.next()?);
        Some(Told {
            words,
            desk: known(desk, "either").map(|desk| match danger {
                "-" => desk,
                // Danger is the police's whoever owns the matter (law 5).
                _ => "police",
            }),
            row: known(row, "none"),
            urgency: None,
            danger: known(danger, "-"),
        })
    })
}

/// The tune part of the measured narratives.
pub(crate) fn narratives() -> impl Iterator<Item = Told> {
    NARRATIVES.iter().flat_map(|text| {
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let column = |name: &str| {
            columns
                .iter()
                .position(|c| *c == name)
                .unwrap_or(usize::MAX)
        };
        let at = ["text", "desk", "matter", "urgency", "danger_kind"].map(column);
        lines.filter_map(move |line| {
            let fields: Vec<&'static str> = line.split(',').collect();
            let [words, desk, row, urgency, danger] =
                at.map(|i| fields.get(i).copied().unwrap_or_default());
            (!words.is_empty()).then_some(Told {
                words,
                desk: known(desk, "either"),
                row: known(row, "none"),
                urgency: known(urgency, ""),
                danger: known(danger, ""),
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_nothing_held_is_among_them() {
        let own = lines().count();
        assert_eq!(lessons().count(), own);
        assert!(own >= 51_500, "{own}");
        let each: std::collections::BTreeSet<&str> = lessons().map(|l| l.words).collect();
        assert_eq!(each.len(), own, "a lesson stands there twice");
        let tune: Vec<Told> = narratives().collect();
        assert_eq!(tune.len(), 800);
        assert_eq!(tune.iter().filter(|t| t.danger.is_some()).count(), 249);
        let words: std::collections::BTreeSet<&str> = tune.iter().map(|t| t.words).collect();
        assert!(lessons().all(|l| !words.contains(l.words)));
        for told in lessons().chain(tune) {
            let desk = told.desk.unwrap_or("police");
            assert!(["police", "hotline"].contains(&desk), "{told:?}");
            assert!(
                told.danger.is_none() || told.desk == Some("police"),
                "{told:?}"
            );
        }
    }
}
