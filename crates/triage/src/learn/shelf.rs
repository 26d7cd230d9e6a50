//! Lessons as they are kept until everything is learnt anew.

use super::example::Example;
use std::collections::HashMap;

/// A lesson as it is kept: names are numbers, since a list has few and lessons are many.
#[derive(Debug)]
pub(crate) struct Shelved {
    words: Box<str>,
    /// Desk, group, row, urgency, ruled.
    names: [Option<u32>; 5],
    several: bool,
    shipped: bool,
}

/// The names lessons have in common.
#[derive(Debug, Default)]
pub(crate) struct Names {
    all: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = u32::try_from(self.all.len()).ok()?;
        self.all.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        Some(number)
    }

    /// Keeps an example.
    pub(crate) fn shelve(&mut self, example: Example) -> Shelved {
        let Example {
            words,
            desk,
            group,
            row,
            urgency,
            ruled,
            several,
            shipped,
        } = example;
        let mut number = |name: Option<String>| self.number(&name?);
        Shelved {
            words: words.into(),
            names: [desk, group, row, urgency, ruled].map(&mut number),
            several,
            shipped,
        }
    }

    /// What was kept.
    pub(crate) fn take(&self, shelved: &Shelved) -> Example {
        let [desk, group, row, urgency, ruled] = shelved.names.map(|number| {
            let place = usize::try_from(number?).ok()?;
            self.all.get(place).cloned()
        });
        Example {
            words: shelved.words.to_string(),
            desk,
            group,
            row,
            urgency,
            ruled,
            several: shelved.several,
            shipped: shelved.shipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_comes_off_the_shelf_as_it_was() {
        let mut names = Names::default();
        let plain = Example {
            words: "工地打桩".to_owned(),
            desk: Some("hotline".to_owned()),
            group: Some("noise".to_owned()),
            row: Some("site".to_owned()),
            urgency: Some("normal".to_owned()),
            ..Example::default()
        };
        let odd = Example {
            desk: None,
            row: Some("home".to_owned()),
            ruled: Some("site".to_owned()),
            several: true,
            ..plain.clone()
        };
        let shelved = [plain.clone(), odd.clone()].map(|example| names.shelve(example));
        assert_eq!(shelved.map(|shelved| names.take(&shelved)), [plain, odd]);
        assert_eq!(names.all.len(), 5, "{:?}", names.all);
    }
}
