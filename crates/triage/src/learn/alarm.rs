//! The learnt ear for danger 疑似险情 (law 5): what callers show and do not name.
//!
//! It only adds. Where a rule fires it tells no more than how likely it is the police's; where none
//! does it may raise the danger, or have the operator ask whether anybody is in one. It is part of the program and not of what a
//! site learns, so the same words give the same danger everywhere.

use super::feature::{Features, body};
use super::net::{Heard, Leaning, Net, all_of};
use super::number::{exp, narrow};
use super::sign::Signs;
use super::told::{self, Told};
use crate::danger::{Dangers, Run};
use crate::engine::SHIPPED_DANGER;
use crate::list::ListError;
use crate::narrative::{Narrative, is_letter};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::LazyLock;

const SIGNS: &str = include_str!("../../data/signs.toml");
/// What [`taught`] gives; a test says when it no longer does.
const EAR: &[u8] = include_bytes!("../../data/ear.bin");
/// What all signs of a text weigh beside its runs of characters.
const SIGN: f32 = 0.15;
/// Characters of a part of a narrative that is listened to by itself, and how much it adds where it
/// speaks of danger more loudly than the whole: what is said in passing drowns in a long tale.
const PART: usize = 24;
/// See [`PART`].
const LOUDER: f64 = 0.3;
/// Share from which on danger is raised, and from which on the operator asks.
const RAISE: f64 = 0.15;
/// See [`RAISE`].
pub(crate) const ASK: f64 = 0.04;
/// Fewer characters show little. Below [`SURE`] they raise nothing, and the operator asks.
const ENOUGH: usize = 12;
/// Share from which on few characters raise danger too. Of the quiet narratives to tune and develop by one in 33 then seems
/// dangerous at some moment while its first eleven are typed, one in 60 by 0.95; 他掐住我了 is no longer than that.
const SURE: f64 = 0.9;
/// Fewer are half a sentence, and rules know them: 快点来 is what who waits for a tow truck says, too.
const FEW: usize = 5;
/// A lead of the points becomes a share by these two, fitted on narratives it was not taught.
const SLOPE: f64 = 0.9;
/// See [`SLOPE`].
const SHIFT: f64 = 0.5;
/// Stretches of words shown.
const SHOWN: usize = 3;

/// Numbers of the heads. Asked which danger it is, or which matter, a head finds more than
/// one asked whether it is danger: a fire and a stalker have no words in common.
const KIND: usize = 0;
/// Every danger, every kind of matter.
const SORT: usize = 1;
/// Whose it is.
const DESK: usize = 2;
/// Which row of the shipped list it is.
const ROW: usize = 3;
/// The class of [`KIND`] that is no danger; behind all kinds in the order of classes.
const NONE: &str = "~";
/// What a danger's class begins with in [`SORT`].
const MARK: char = '!';
/// A lead of the desk's points becomes a share by this, fitted like [`SLOPE`].
const DESK_SLOPE: f64 = 0.86;
/// See [`DESK_SLOPE`]: what it is taught by holds more of the police's than callers bring.
const DESK_SHIFT: f64 = -0.63;
/// Number of the class of [`DESK`] that is the police.
const YES: usize = 0;

/// What the ear makes of a narrative.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// How likely somebody is in danger, 0 to 1.
    pub(crate) share: f64,
    /// Whether that is likely enough, for so many characters, to raise it.
    pub(crate) raised: bool,
    /// How likely it is the police's, 0 to 1.
    pub(crate) police: f64,
    /// The likeliest kind.
    pub(crate) kind: String,
    /// The words that spoke loudest for it, in characters of the normal spelling.
    pub(crate) runs: Vec<Run>,
}

/// The ear, taught.
pub(crate) struct Alarm {
    signs: Signs,
    heads: Net,
}

impl std::fmt::Debug for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alarm")
            .field("version", &self.heads.version)
            .finish_non_exhaustive()
    }
}

static SHIPPED: LazyLock<Option<Alarm>> = LazyLock::new(|| {
    Some(Alarm {
        signs: Signs::parse(SIGNS).ok()?,
        heads: Net::from_bytes(EAR)?,
    })
});

/// The ear as bytes, taught anew by everything it is taught by: what has to lie in `data/ear.bin`.
/// Takes half a minute.
///
/// # Errors
/// The shipped data's, which a test rules out.
pub fn taught() -> Result<Vec<u8>, ListError> {
    Ok(Alarm::taught(&all()?)?.heads.to_bytes())
}

/// Something the ear is taught by.
#[derive(Debug, Clone)]
struct Sentence {
    words: String,
    /// The kind of danger it is of.
    kind: Option<String>,
    /// Whose it is, where that is known.
    police: Option<bool>,
    /// The row of the shipped list.
    row: Option<String>,
}

fn sentence(words: &str, kind: Option<&str>, police: Option<bool>) -> Sentence {
    Sentence {
        words: words.to_owned(),
        kind: kind.map(str::to_owned),
        police,
        row: None,
    }
}

impl Sentence {
    /// Its class in [`SORT`].
    fn sort(&self) -> String {
        let desk = match self.police {
            Some(true) => "P0",
            Some(false) => "H0",
            None => NONE,
        };
        let group = self.row.as_ref().and_then(|row| row.split('-').next());
        match (&self.kind, group) {
            (Some(kind), _) => format!("{MARK}{kind}"),
            (None, Some(group)) if group.starts_with(['P', 'H']) => group.to_owned(),
            (None, _) => desk.to_owned(),
        }
    }
}

/// Everything the ear is taught by, in a fixed order. Not the list's examples, nor the narratives
/// the heads begin with: there they have to hear what it is worth on words it was not taught.
fn all() -> Result<Vec<Sentence>, ListError> {
    let dangers = Dangers::parse(SHIPPED_DANGER)?;
    let mut out = Vec::new();
    for rule in &dangers.rules {
        for words in &rule.positive {
            out.push(sentence(words, Some(&rule.kind), Some(true)));
        }
        for words in &rule.negative {
            out.push(sentence(words, None, None));
        }
    }
    let told = |t: Told| Sentence {
        row: t.row.map(str::to_owned),
        ..sentence(t.words, t.danger, t.desk.map(|desk| desk == "police"))
    };
    out.extend(told::lessons().map(told));
    Ok(out)
}

impl Alarm {
    /// The one that comes with the program; nothing only if the shipped data cannot be read, which a
    /// test rules out.
    pub(crate) fn shipped() -> Option<&'static Self> {
        SHIPPED.as_ref()
    }

    fn taught(sentences: &[Sentence]) -> Result<Self, ListError> {
        let signs = Signs::parse(SIGNS)?;
        let kind = |s: &Sentence| s.kind.clone().unwrap_or_else(|| NONE.to_owned());
        let all = |of: &dyn Fn(&Sentence) -> String| {
            let set: BTreeSet<String> = sentences.iter().map(of).collect();
            set.into_iter().collect::<Vec<_>>()
        };
        let (kinds, sorts) = (all(&kind), all(&Sentence::sort));
        let rows: BTreeSet<&String> = sentences.iter().filter_map(|s| s.row.as_ref()).collect();
        let rows: Vec<String> = rows.into_iter().cloned().collect();
        let wanted: Vec<Vec<Option<usize>>> = sentences
            .iter()
            .map(|s| {
                vec![
                    kinds.binary_search(&kind(s)).ok(),
                    sorts.binary_search(&s.sort()).ok(),
                    s.police.map(|police| if police { YES } else { 1 - YES }),
                    s.row.as_ref().and_then(|row| rows.binary_search(row).ok()),
                ]
            })
            .collect();
        let readings: Vec<Features> = sentences
            .iter()
            .map(|s| features(&signs, body(&Narrative::new(&s.words))))
            .collect();
        let desks = vec!["police".to_owned(), "hotline".to_owned()];
        let mut digest = Sha256::new();
        for sentence in sentences {
            digest.update(format!("{sentence:?}"));
        }
        let of: String = digest
            .finalize()
            .iter()
            .take(4)
            .map(|b| format!("{b:02x}"))
            .collect();
        let version = format!("{}+{}+{of}", signs.version, sentences.len());
        let heads = Net::taught(version, vec![kinds, sorts, desks, rows], &readings, &wanted);
        Ok(Self { signs, heads })
    }

    /// The rows of the shipped list it has heard of, in order.
    pub(crate) fn rows(&self) -> &[String] {
        let head = self.heads.heads.get(ROW);
        head.map_or(&[], |head| head.classes.as_slice())
    }

    /// A text as it hears it.
    pub(crate) fn listen(&self, chars: &[char]) -> Heard {
        self.heads.hear(&features(&self.signs, chars))
    }

    /// The logarithms of the shares of both desks, and of each of [`Alarm::rows`].
    pub(crate) fn knows(&self, heard: &Heard) -> ([f32; 2], Vec<f32>) {
        let desks = self.heads.shares(heard, DESK);
        let desks = desks.first_chunk().copied().unwrap_or_default();
        (desks, self.heads.shares(heard, ROW))
    }

    /// What speaks for the likeliest of some rows in a text; nothing where it knows none of them.
    pub(crate) fn leaning_to(&self, heard: &Heard, of: impl Fn(&str) -> bool) -> Option<Leaning> {
        let points = self.heads.shares(heard, ROW);
        let rows = points.iter().enumerate().zip(self.rows());
        let (class, _) = rows
            .filter(|(_, row)| of(row))
            .map(|(point, _)| point)
            .max_by(|a, b| a.1.total_cmp(b.1))?;
        Some(self.heads.leaning(heard, ROW, class))
    }

    /// How much a run, by its wide slot, speaks that way.
    pub(crate) fn speaks(&self, wide: u32, leaning: &Leaning) -> f32 {
        self.heads.speaks(wide, leaning)
    }

    /// Which one it is.
    pub(crate) fn version(&self) -> &str {
        &self.heads.version
    }

    /// What it makes of a narrative. Total; linear in the length.
    pub(crate) fn judge(&self, narrative: &Narrative) -> Judged {
        let chars = body(narrative);
        let heard = narrative.heard(self);
        let [kinds, sorts] = [KIND, SORT].map(|head| self.heads.shares(heard, head));
        let share = share(self.lead(chars, self.danger_lead(&kinds, &sorts)));
        // Danger is the police's whatever the matter.
        let desk = DESK_SLOPE * self.desk_lead(heard, &sorts) + DESK_SHIFT;
        let police = logistic(desk).max(share);
        if share < ASK {
            return Judged {
                share,
                raised: false,
                police,
                kind: String::new(),
                runs: Vec::new(),
            };
        }
        let kind = self.named(KIND, &kinds).filter(|(name, _)| *name != NONE);
        let kind = kind.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let kind = kind.map(|(name, _)| name.to_owned()).unwrap_or_default();
        let letters = chars.len() - without_numbers(chars).1;
        Judged {
            share,
            raised: letters >= ENOUGH && share >= RAISE || letters >= FEW && share >= SURE,
            police,
            runs: self.loudest(chars, heard, narrative.body(), &kind),
            kind,
        }
    }

    /// By how much danger leads: in the `whole`, and in the part where it speaks loudest.
    fn lead(&self, chars: &[char], whole: f64) -> f64 {
        if !without_numbers(chars).0.iter().any(|c| is_letter(*c)) {
            return f64::NEG_INFINITY;
        }
        let of_part = |part| {
            let heard = self.listen(part);
            let [kinds, sorts] = [KIND, SORT].map(|head| self.heads.shares(&heard, head));
            self.danger_lead(&kinds, &sorts)
        };
        let loudest = parts(chars).map(of_part).fold(whole, f64::max);
        whole + LOUDER * (loudest - whole)
    }

    /// The classes of a head with their points.
    fn named<'a>(&'a self, head: usize, points: &'a [f32]) -> impl Iterator<Item = (&'a str, f32)> {
        let names = self.heads.heads.get(head).map(|head| &head.classes);
        let names = names.into_iter().flatten().map(String::as_str);
        names.zip(points.iter().copied())
    }

    /// By how much all dangers together lead all else, in the middle of two heads.
    fn danger_lead(&self, kinds: &[f32], sorts: &[f32]) -> f64 {
        let kind = lead(self.named(KIND, kinds).map(|(c, p)| (c != NONE, p)));
        let sort = lead(
            self.named(SORT, sorts)
                .map(|(c, p)| (c.starts_with(MARK), p)),
        );
        f64::midpoint(kind, sort)
    }

    /// By how much the police's matters together lead the hotline's, in the middle of two heads.
    fn desk_lead(&self, heard: &Heard, sorts: &[f32]) -> f64 {
        let sorts = self.named(SORT, sorts).filter(|(c, _)| *c != NONE);
        let sort = lead(sorts.map(|(c, p)| (!c.starts_with('H'), p)));
        let desk = match self.heads.shares(heard, DESK).as_slice() {
            [police, hotline] => f64::from(police - hotline),
            _ => 0.0,
        };
        f64::midpoint(sort, desk)
    }

    /// The stretches that spoke loudest for a kind of danger.
    fn loudest(&self, chars: &[char], heard: &Heard, shift: usize, kind: &str) -> Vec<Run> {
        let classes = self.heads.heads.get(KIND).map(|head| &head.classes);
        let class = classes.and_then(|c| c.iter().position(|c| c == kind));
        let class = class.unwrap_or(0);
        let leaning = self.heads.leaning(heard, KIND, class);
        let mut weight = super::model::by_grams(&without_numbers(chars).0, |gram| {
            self.heads.speaks(gram.wide, &leaning)
        });
        for seen in self.signs.seen(chars) {
            let speaks = self.heads.speaks(seen.slot, &leaning) * seen.worth;
            for run in seen.runs {
                let each = speaks / 2.0 / super::number::real(run.end - run.start);
                let run = weight.iter_mut().skip(run.start).take(run.end - run.start);
                run.for_each(|w| *w += each);
            }
        }
        let mut runs = super::model::stretches(&weight, SHOWN);
        if runs.is_empty() && !chars.is_empty() {
            // Nothing stands out: the whole of it did.
            runs.push((0, chars.len().min(20), 1.0));
        }
        runs.into_iter()
            .map(|(start, end, _)| Run {
                start: start + shift,
                end: end + shift,
            })
            .collect()
    }
}

/// By how much the one lot leads the other, as the logarithm of their odds; nothing where one lot is
/// empty.
fn lead(points: impl Iterator<Item = (bool, f32)>) -> f64 {
    let mut lots = [Vec::new(), Vec::new()];
    for (own, point) in points {
        if let Some(lot) = lots.get_mut(usize::from(own)) {
            lot.push(point);
        }
    }
    match &lots {
        [other, own] if !other.is_empty() && !own.is_empty() => {
            f64::from(all_of(own)) - f64::from(all_of(other))
        }
        _ => 0.0,
    }
}

fn share(lead: f64) -> f64 {
    logistic(SLOPE * lead + SHIFT)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp((-x).clamp(-40.0, 40.0)))
}

/// The parts of a narrative, cut where it pauses; none where it has only one.
fn parts(chars: &[char]) -> impl Iterator<Item = &[char]> {
    let mut rest = if chars.len() > PART { chars } else { &[] };
    std::iter::from_fn(move || {
        let mut end = 0;
        for (i, _) in rest.iter().enumerate().filter(|(_, c)| !is_letter(**c)) {
            if i < PART || end == 0 {
                end = i + 1;
            }
            if i >= PART {
                break;
            }
        }
        if end == 0 || rest.len() <= PART {
            end = rest.len();
        }
        let (part, left) = rest.split_at_checked(end)?;
        rest = left;
        (!part.is_empty()).then_some(part)
    })
}

/// Digits from which on a number is a name: a house's, a telephone's, a plate's.
const NAME: usize = 3;
/// Numbers that say something all the same.
const SAYS: [&str; 5] = ["110", "119", "120", "122", "12345"];

/// A text with a space for each character of a number that is only a name, and how many those are. Whose
/// house it is makes nothing more dangerous; a stray run of digits would all the same tip the scale.
fn without_numbers(chars: &[char]) -> (Vec<char>, usize) {
    let mut heard = chars.to_vec();
    let mut silent = 0;
    for run in heard.chunk_by_mut(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        let says = |known: &&str| known.chars().eq(run.iter().copied());
        if digits >= NAME && !SAYS.iter().any(says) {
            run.fill(' ');
            silent += run.len();
        }
    }
    (heard, silent)
}

/// Runs of characters and signs in one reading: however long the text, the signs keep their part.
fn features(signs: &Signs, chars: &[char]) -> Features {
    let (chars, _) = without_numbers(chars);
    let chars = chars.as_slice();
    let mut features = Features::wide(chars);
    let squares: f32 = features.counts.iter().map(|(_, n)| n * n).sum();
    let part = SIGN * narrow(f64::from(squares).sqrt());
    for seen in signs.seen(chars) {
        features.counts.push((seen.slot, seen.worth * part));
    }
    features.counts.sort_by_key(|(slot, _)| *slot);
    features.counts.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same {
            a.1 += b.1;
        }
        same
    });
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leads of narratives it was not taught, with what they should be: danger, then desk.
    fn held_out() -> [Vec<(f64, bool)>; 2] {
        let alarm = Alarm::shipped().unwrap();
        let (mut danger, mut desk) = (Vec::new(), Vec::new());
        for told in told::narratives() {
            let narrative = Narrative::new(told.words);
            let heard = narrative.heard(alarm);
            let [kinds, sorts] = [KIND, SORT].map(|head| alarm.heads.shares(heard, head));
            let lead = alarm.lead(body(&narrative), alarm.danger_lead(&kinds, &sorts));
            danger.push((lead, told.danger.is_some()));
            let of_desk = DESK_SLOPE * alarm.desk_lead(heard, &sorts) + DESK_SHIFT;
            desk.extend(told.desk.map(|desk| (of_desk, desk == "police")));
        }
        [danger, desk]
    }

    #[test]
    fn a_long_tale_is_heard_in_parts_and_nothing_of_it_is_lost() {
        let cut = |text: &str| -> Vec<String> {
            let chars: Vec<char> = text.chars().collect();
            parts(&chars).map(|part| part.iter().collect()).collect()
        };
        assert!(
            cut("门口路灯坏了,没人修").is_empty(),
            "one part is the whole"
        );
        let tale =
            "我是来问医保的,坐在大厅排号,旁边这位大姐一直拿手扇风,说闷,刚才她头歪在我肩膀上,手冰的";
        let heard = cut(tale);
        assert_eq!(heard.concat(), tale);
        assert!(heard.len() > 1 && heard.iter().all(|p| p.chars().count() <= PART));
        let endless = "啊".repeat(90);
        assert_eq!(cut(&endless).concat(), endless);
        assert_eq!(cut(&format!("{endless},{endless}")).len(), 2);
    }

    #[test]
    fn whose_house_or_telephone_it_is_tips_no_scale() {
        let alarm = Alarm::shipped().unwrap();
        let hear = |words: &str| alarm.judge(&Narrative::new(words));
        let plain = hear("工地半夜还在打桩,灰尘也大, ");
        assert!(plain.share < RAISE, "{plain:?}");
        for name in ["f49965", "10000000088", "1203", "望A12345"] {
            let heard = hear(&format!("工地半夜还在打桩,灰尘也大, {name}"));
            assert!(
                (heard.share - plain.share).abs() < 0.02,
                "{name}: {heard:?}"
            );
            assert!(!hear(name).raised, "{name} is nothing to hear");
        }
        let chars: Vec<char> = "打110叫12345,502室".chars().collect();
        let (heard, silent) = without_numbers(&chars);
        assert_eq!(heard.iter().collect::<String>(), "打110叫12345,   室");
        assert_eq!(silent, 3);
    }

    fn share_of(n: usize, of: usize) -> f64 {
        f64::from(u32::try_from(n).unwrap()) / f64::from(u32::try_from(of).unwrap())
    }

    #[test]
    fn the_ear_that_ships_is_the_one_its_lessons_teach() {
        assert!(
            taught().unwrap() == EAR,
            "lessons, signs or rules have changed: `cargo run -p triage --example ear`"
        );
    }

    #[test]
    fn what_it_was_not_taught_it_hears_too() {
        let [mut danger, mut desk] = held_out();
        danger.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all = danger.iter().filter(|(_, yes)| *yes).count();
        let at = |bound: f64| {
            let above = danger.iter().filter(|(lead, _)| share(*lead) >= bound);
            let (found, said) = above.fold((0, 0), |(f, n), (_, y)| (f + usize::from(*y), n + 1));
            (share_of(found, all), share_of(found, said))
        };
        let (raised, asked) = (at(RAISE), at(ASK));
        let (mut found, mut above) = (0, 0);
        for (_, yes) in &danger {
            if *yes {
                found += 1;
            } else {
                above += found;
            }
        }
        let area = share_of(above, all * (danger.len() - all));
        // Shares mean what they say: in ten steps, weighed by how many lie in each.
        let error: f64 = (0..10_u8)
            .map(|step| {
                let (low, high) = (f64::from(step) / 10.0, f64::from(step + 1) / 10.0);
                let of = danger
                    .iter()
                    .filter(|(lead, _)| (low..high).contains(&share(*lead)));
                let of: Vec<_> = of.collect();
                let claimed: f64 = of.iter().map(|(lead, _)| share(*lead)).sum();
                let right = of.iter().filter(|(_, yes)| *yes).count();
                (claimed - f64::from(u32::try_from(right).unwrap())).abs()
            })
            .sum::<f64>()
            / f64::from(u32::try_from(danger.len()).unwrap());
        desk.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let right = |n: usize| {
            let first = desk.iter().take(n);
            share_of(
                first
                    .filter(|(lead, police)| (*lead > 0.0) == *police)
                    .count(),
                n,
            )
        };
        let (desks, surest) = (right(desk.len()), right(desk.len() * 9 / 10));
        let figures = format!(
            "raised {raised:.3?}, asked {asked:.3?}, area {area:.3}, calibration error {error:.3}, \
             desk {desks:.3}, surest nine tenths {surest:.3}"
        );
        println!("{figures}");
        assert!(raised.0 >= 0.94 && raised.1 >= 0.79, "{figures}");
        assert!(asked.0 >= 0.98 && asked.1 >= 0.64, "{figures}");
        assert!(area >= 0.98 && error <= 0.03, "{figures}");
        assert!(desks >= 0.91 && surest >= 0.938, "{figures}");
    }
}
