//! A shelf of short texts that are asked while somebody types: the knowledge base of a desk.
//!
//! It lies in memory: a desk has thousands of articles, not millions, and making it anew takes
//! less time than opening files would. Terms are those of the index of cases, so fragments and
//! names that no dictionary knows are found, too.

use crate::initials::{asked, initials};
use crate::terms::terms;
use std::collections::{HashMap, HashSet};

/// What a term of a title counts, and of a keyword, beside one of the body.
const TITLE: f32 = 3.0;
const KEYWORD: f32 = 4.0;
/// How soon more of the same term says nothing new, and how much a long text is held back (BM25).
const MORE: f32 = 1.2;
const LONG: f32 = 0.5;
/// Characters of a question that are read.
const ASKED: usize = 1_000;

/// A text on the shelf, in normal spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaflet {
    /// Its id.
    pub id: String,
    /// What it answers.
    pub title: String,
    /// The answer.
    pub body: String,
    /// Words people use for it.
    pub keywords: Vec<String>,
}

/// A text that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Its id.
    pub id: String,
    /// How well it answers, from 0; only to be compared within one answer.
    pub score: f32,
    /// How much of what the title says is in the question, by how rare it is, 0 to 1.
    pub title: f32,
    /// One of its keywords stands whole in the question.
    pub keyword: bool,
}

#[derive(Debug, Default)]
struct One {
    id: String,
    length: f32,
    title: Vec<String>,
    keywords: Vec<String>,
}

/// Texts that can be asked.
#[derive(Debug, Default)]
pub struct Shelf {
    all: Vec<One>,
    terms: HashMap<String, Vec<(usize, f32)>>,
    letters: HashMap<String, Vec<usize>>,
    mean: f32,
}

impl Shelf {
    /// Puts texts on a shelf.
    #[must_use]
    pub fn new(leaflets: impl IntoIterator<Item = Leaflet>) -> Self {
        let mut shelf = Self::default();
        for leaflet in leaflets {
            shelf.put(leaflet);
        }
        let lengths: f32 = shelf.all.iter().map(|one| one.length).sum();
        shelf.mean = (lengths / real(shelf.all.len().max(1))).max(1.0);
        shelf
    }

    fn put(&mut self, leaflet: Leaflet) {
        let at = self.all.len();
        let mut counts: HashMap<String, f32> = HashMap::new();
        let mut title = Vec::new();
        let mut count = |text: &str, weight: f32| {
            let mut sum = 0.0;
            terms(text, |term| {
                *counts.entry(term.to_owned()).or_default() += weight;
                sum += weight;
            });
            sum
        };
        let mut length = count(&leaflet.title, TITLE) + count(&leaflet.body, 1.0);
        for keyword in &leaflet.keywords {
            length += count(keyword, KEYWORD);
        }
        terms(&leaflet.title, |term| {
            if term.chars().count() > 1 {
                title.push(term.to_owned());
            }
        });
        title.sort_unstable();
        title.dedup();
        for (term, n) in counts {
            self.terms.entry(term).or_default().push((at, n));
        }
        let mut letters = initials(&leaflet.title);
        letters.extend(leaflet.keywords.iter().flat_map(|word| initials(word)));
        letters.sort_unstable();
        letters.dedup();
        for term in letters {
            self.letters.entry(term).or_default().push(at);
        }
        self.all.push(One {
            id: leaflet.id,
            length,
            title,
            keywords: leaflet.keywords,
        });
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How rare a term is; 0 for one that no text has.
    fn rare(&self, term: &str) -> f32 {
        let with = self.terms.get(term).map_or(0, Vec::len);
        if with == 0 {
            return 0.0;
        }
        let (all, with) = (real(self.all.len()), real(with));
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// The texts that answer words in normal spelling, the best first; letters alone are first
    /// letters of titles and keywords, too. Any question is answered, in time linear in its length
    /// and in how many texts have its terms.
    #[must_use]
    pub fn find(&self, words: &str, most: usize) -> Vec<Taken> {
        let words: String = words.chars().take(ASKED).collect();
        let mut of_question: HashSet<String> = HashSet::new();
        terms(&words, |term| {
            of_question.insert(term.to_owned());
        });
        // A sum in the order of a set would differ from one run to the next.
        let mut sorted: Vec<&String> = of_question.iter().collect();
        sorted.sort_unstable();
        let mut scores: HashMap<usize, f32> = HashMap::new();
        for term in sorted {
            let rare = self.rare(term);
            for (at, n) in self.terms.get(term).into_iter().flatten() {
                let length = self.all.get(*at).map_or(1.0, |one| one.length);
                let held = MORE * (1.0 - LONG + LONG * length / self.mean);
                *scores.entry(*at).or_default() += rare * n * (MORE + 1.0) / (n + held);
            }
        }
        for at in self.by_letters(&words) {
            *scores.entry(at).or_default() += 10.0;
        }
        let mut found: Vec<(usize, f32)> = scores.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(most);
        found
            .into_iter()
            .filter_map(|(at, score)| {
                let one = self.all.get(at)?;
                let all: f32 = one.title.iter().map(|term| self.rare(term)).sum();
                let there = one.title.iter().filter(|term| of_question.contains(*term));
                let there: f32 = there.map(|term| self.rare(term)).sum();
                Some(Taken {
                    id: one.id.clone(),
                    score,
                    title: if all > 0.0 { there / all } else { 0.0 },
                    keyword: one
                        .keywords
                        .iter()
                        .any(|word| word.chars().count() > 1 && words.contains(word.as_str())),
                })
            })
            .collect()
    }

    /// The texts that have all first letters of the words, where the words are such letters.
    fn by_letters(&self, words: &str) -> Vec<usize> {
        let letters = asked(words.trim());
        let mut of = letters.iter().map(|term| {
            let found = self.letters.get(term);
            found.map(Vec::as_slice).unwrap_or_default()
        });
        let Some(first) = of.next() else {
            return Vec::new();
        };
        let mut found = first.to_vec();
        for others in of {
            found.retain(|at| others.binary_search(at).is_ok());
        }
        found
    }
}

#[expect(clippy::as_conversions, reason = "a count of texts, far below 2^24")]
const fn real(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaflet(id: &str, title: &str, body: &str, keywords: &[&str]) -> Leaflet {
        Leaflet {
            id: id.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            keywords: keywords.iter().map(|w| (*w).to_owned()).collect(),
        }
    }

    fn shelf() -> Shelf {
        Shelf::new([
            leaflet(
                "water",
                "停水多久恢复",
                "抢修一般在八小时内完成,可拨打水务集团电话查询",
                &["没水", "停水"],
            ),
            leaflet(
                "wage",
                "老板拖欠工资怎么办",
                "向劳动监察大队投诉,带上合同和工资条",
                &["欠薪", "讨薪"],
            ),
            leaflet(
                "noise",
                "夜间施工噪声由谁管",
                "二十二点后施工须有证明,由城管执法",
                &["工地噪音"],
            ),
        ])
    }

    fn first(words: &str) -> Option<String> {
        shelf()
            .find(words, 5)
            .into_iter()
            .next()
            .map(|taken| taken.id)
    }

    #[test]
    fn a_question_finds_its_answer_by_any_fragment_and_by_first_letters() {
        assert_eq!(
            first("我家从早上就没水了什么时候能来").as_deref(),
            Some("water")
        );
        assert_eq!(first("欠工资").as_deref(), Some("wage"));
        assert_eq!(first("施工").as_deref(), Some("noise"));
        assert_eq!(first("tsdj").as_deref(), Some("water"));
        assert_eq!(first("qx").as_deref(), Some("wage"));
        assert_eq!(first("vv"), None);
        assert_eq!(first(""), None);
        assert!(Shelf::new([]).find("停水", 5).is_empty());
    }

    #[test]
    fn what_speaks_of_it_by_chance_says_so() {
        let taken = shelf().find("隔壁工地噪音吵得睡不着", 5);
        assert_eq!(taken[0].id, "noise");
        assert!(taken[0].keyword);
        let taken = shelf().find("八小时", 5);
        assert!(!taken[0].keyword && taken[0].title < 0.5, "{taken:?}");
        let taken = shelf().find("老板拖欠工资", 5);
        assert!(taken[0].title > 0.5, "{taken:?}");
    }

    proptest! {
        #[test]
        fn any_question_is_answered_in_order(words in "\\PC{0,60}") {
            let taken = shelf().find(&words, 2);
            prop_assert!(taken.len() <= 2);
            for pair in taken.windows(2) {
                prop_assert!(pair[0].score >= pair[1].score);
            }
            for one in &taken {
                prop_assert!((0.0..=1.0 + 1e-5).contains(&one.title));
            }
        }
    }
}
