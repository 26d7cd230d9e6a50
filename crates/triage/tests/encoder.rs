//! The optional encoder, with a tiny model this test writes itself: a table of one row a token, so
//! that words nobody has taught stand beside words that were.
#![cfg(feature = "encoder")]
#![cfg(test)]

use std::path::{Path, PathBuf};
use triage::{Course, Encoder, Example, Model, ModelError, Narrative};

/// ONNX is protobuf: fields with a number, a kind and bytes.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(u8::try_from(n & 0x7f).unwrap() | 0x80);
            n >>= 7;
        }
        self.0.push(u8::try_from(n).unwrap());
    }

    fn number(mut self, field: u64, n: u64) -> Self {
        self.varint(field << 3);
        self.varint(n);
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(u64::try_from(bytes.len()).unwrap());
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn of(self, field: u64, inner: &Message) -> Self {
        self.bytes(field, &inner.0)
    }
}

const FLOAT: u64 = 1;
const INT64: u64 = 7;

fn value(name: &str, kind: u64, shape: &[&str]) -> Message {
    let dims = shape.iter().fold(Message::default(), |dims, name| {
        dims.of(1, &Message::default().text(2, name))
    });
    let tensor = Message::default().number(1, kind).of(2, &dims);
    let kind = Message::default().of(1, &tensor);
    Message::default().text(1, name).of(2, &kind)
}

fn node(operator: &str, inputs: &[&str], output: &str) -> Message {
    let node = inputs
        .iter()
        .fold(Message::default(), |node, name| node.text(1, name));
    node.text(2, output).text(3, operator).text(4, operator)
}

/// A model that looks each token up in a table; its output is one row a token, or their mean.
struct Tiny {
    rows: Vec<Vec<f32>>,
    input: &'static str,
    rank: usize,
    mean: bool,
}

impl Tiny {
    fn onnx(&self) -> Vec<u8> {
        let width = self.rows.first().map_or(0, Vec::len);
        let raw: Vec<u8> = self
            .rows
            .iter()
            .flatten()
            .flat_map(|x| x.to_le_bytes())
            .collect();
        let table = Message::default()
            .number(1, u64::try_from(self.rows.len()).unwrap())
            .number(1, u64::try_from(width).unwrap())
            .number(2, FLOAT)
            .text(8, "table")
            .bytes(9, &raw);
        let mut graph = Message::default().of(1, &node("Gather", &["table", self.input], "rows"));
        let shape = ["batch", "token", "width"];
        if self.mean {
            let axes = Message::default()
                .text(1, "axes")
                .number(8, 1)
                .number(20, 7);
            let keep = Message::default()
                .text(1, "keepdims")
                .number(3, 0)
                .number(20, 2);
            let mean = node("ReduceMean", &["rows"], "mean")
                .of(5, &axes)
                .of(5, &keep);
            graph = graph.of(1, &mean);
        }
        graph = graph.text(2, "tiny").of(5, &table);
        graph = graph.of(11, &value(self.input, INT64, &shape[..self.rank]));
        let output = if self.mean {
            value("mean", FLOAT, &["batch", "width"])
        } else {
            value("rows", FLOAT, &shape)
        };
        graph = graph.of(12, &output);
        let operators = Message::default().text(1, "").number(2, 13);
        Message::default()
            .number(1, 8)
            .of(7, &graph)
            .of(8, &operators)
            .0
    }
}

const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n着\n火\n烧\n焰\n燃\n吵\n闹\n噪\n响\n震\n";

/// Words of fire stand on one side, words of noise on the other.
fn rows() -> Vec<Vec<f32>> {
    VOCABULARY
        .lines()
        .map(|token| match token {
            "着" | "火" | "烧" | "焰" | "燃" => vec![1.0, 0.0, 0.1],
            "吵" | "闹" | "噪" | "响" | "震" => vec![0.0, 1.0, 0.1],
            _ => vec![0.0, 0.0, 0.0],
        })
        .collect()
}

fn tiny() -> Tiny {
    Tiny {
        rows: rows(),
        input: "input_ids",
        rank: 2,
        mean: false,
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(model: &[u8], vocabulary: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("encoder.onnx"), model).unwrap();
        std::fs::write(folder.path().join("vocab.txt"), vocabulary).unwrap();
        Self(folder)
    }

    fn model(&self) -> PathBuf {
        self.0.path().join("encoder.onnx")
    }

    fn open(&self) -> Encoder {
        Encoder::open(&self.model()).unwrap()
    }

    /// What it is refused with: the file's name, the place, the reason.
    fn refused(&self) -> (String, String, String) {
        let error = Encoder::open(&self.model()).unwrap_err();
        let file = error
            .file
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        (file, error.place.clone(), error.why.to_string())
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn example(words: &str, group: &str) -> Example {
    Example {
        words: words.to_owned(),
        desk: Some("police".to_owned()),
        group: Some(group.to_owned()),
        row: Some(format!("{group}-1")),
        urgency: Some("normal".to_owned()),
        ..Example::default()
    }
}

fn lessons() -> Vec<Example> {
    ["着火", "火着", "着着火"]
        .iter()
        .map(|words| example(words, "fire"))
        .chain(
            ["吵闹", "闹吵", "吵吵闹"]
                .iter()
                .map(|words| example(words, "noise")),
        )
        .collect()
}

fn first(model: &Model, words: &str) -> (String, f64) {
    let reading = model.read(&Narrative::new(words), words);
    let first = reading.group.first().unwrap();
    (first.class.clone(), first.share)
}

#[test]
fn words_become_a_vector_of_length_one() {
    let folder = Folder::with(&tiny().onnx(), VOCABULARY);
    let encoder = folder.open();
    assert_eq!(encoder.width(), 3);
    assert_eq!(encoder.name().len(), 16);
    let fire = encoder.vector(&chars("着火"));
    assert!(fire[0] > 0.99 && fire[1] == 0.0, "{fire:?}");
    let both = encoder.vector(&chars("着火吵闹"));
    assert!((both[0] - both[1]).abs() < 1e-6, "{both:?}");
    assert_eq!(encoder.vector(&chars("着火")), fire, "asked again");
    assert!(encoder.vector(&chars("猫")).is_empty(), "nothing it knows");
    assert!(encoder.vector(&[]).is_empty());
    let long = encoder.vector(&chars(&"着火".repeat(200_000)));
    assert_eq!(long, fire, "the beginning is read");
}

#[test]
fn a_model_that_pools_itself_is_as_good() {
    let pooling = Tiny {
        mean: true,
        ..tiny()
    };
    let folder = Folder::with(&pooling.onnx(), VOCABULARY);
    let fire = folder.open().vector(&chars("着火"));
    assert!(fire[0] > 0.99, "{fire:?}");
}

#[test]
fn the_heads_know_words_by_it_that_nobody_taught() {
    let folder = Folder::with(&tiny().onnx(), VOCABULARY);
    let encoder = folder.open();
    let (alone, beside) = (
        Model::train(&lessons()),
        Model::train_beside(&lessons(), Some(&encoder)),
    );
    for (words, group) in [
        ("烧焰", "fire"),
        ("燃烧", "fire"),
        ("噪响", "noise"),
        ("震响", "noise"),
    ] {
        let (said, share) = first(&beside, words);
        assert_eq!(said, group, "{words}");
        assert!(share > 0.6, "{words} {share}");
        let (_, share) = first(&alone, words);
        assert!(share < 0.6, "without it nobody knows: {words} {share}");
    }
    assert!(beside.encodes() && !alone.encodes());
    assert_eq!(beside, Model::train_beside(&lessons(), Some(&encoder)));
}

#[test]
fn a_correction_teaches_what_is_like_it_and_a_course_goes_on_with_it() {
    let folder = Folder::with(&tiny().onnx(), VOCABULARY);
    let mut course = Course::beside(lessons(), Some(folder.open()));
    let before = first(course.working(), "燃烧").1;
    for n in 0..4 {
        course.learn(&n.to_string(), example("焰焰", "fire"));
    }
    let (said, after) = first(course.working(), "燃烧");
    assert_eq!(said, "fire");
    assert!(after >= before, "{after} {before}");
    assert!(course.working().encodes());
}

#[test]
fn a_model_is_kept_with_its_encoders_name_and_read_with_no_other() {
    let folder = Folder::with(&tiny().onnx(), VOCABULARY);
    let encoder = folder.open();
    let model = Model::train_beside(&lessons(), Some(&encoder));
    let bytes = model.to_bytes();
    assert_eq!(
        Model::from_bytes_with(&bytes, Some(&encoder)),
        Ok(model.clone())
    );
    assert_eq!(Model::from_bytes(&bytes), Err(ModelError::Encoder));
    let mut other = tiny();
    other.rows[4][0] = 0.5;
    let other = Folder::with(&other.onnx(), VOCABULARY).open();
    assert_ne!(other.name(), encoder.name());
    let read = Model::from_bytes_with(&bytes, Some(&other));
    assert_eq!(read, Err(ModelError::Encoder));
    // One that was learnt without is read with and without, and asks none.
    let plain = Model::train(&lessons());
    assert_eq!(
        Model::from_bytes_with(&plain.to_bytes(), Some(&encoder)),
        Ok(plain)
    );
    assert_ne!(model.version(), Model::train(&lessons()).version());
}

#[test]
fn a_wrong_file_is_refused_with_file_place_and_reason() {
    for bytes in [Vec::new(), b"no model at all".to_vec(), vec![0xff; 5_000]] {
        let (file, place, why) = Folder::with(&bytes, VOCABULARY).refused();
        assert_eq!(file, "encoder.onnx", "{why}");
        assert!(place.starts_with("byte "), "{place}");
    }
    let onnx = tiny().onnx();
    for cut in [1, 10, onnx.len() / 2, onnx.len() - 1] {
        let (file, ..) = Folder::with(&onnx[..cut], VOCABULARY).refused();
        assert_eq!(file, "encoder.onnx");
    }
    // A flipped bit anywhere is refused or another model: never a program that does not come back.
    for at in 0..onnx.len() {
        let mut flipped = onnx.clone();
        flipped[at] ^= 0x80;
        let _ = Encoder::open(&Folder::with(&flipped, VOCABULARY).model());
    }
    let nowhere = Encoder::open(Path::new("/nonexistent/encoder.onnx")).unwrap_err();
    assert_eq!(nowhere.why.to_string(), "it cannot be read");
    assert!(std::error::Error::source(&nowhere.why).is_some());
    let folder = Folder::with(&onnx, VOCABULARY);
    std::fs::remove_file(folder.0.path().join("vocab.txt")).unwrap();
    assert_eq!(folder.refused().0, "vocab.txt");
}

#[test]
fn a_wrong_shape_is_refused_with_its_input_or_output() {
    let refused = |tiny: Tiny| Folder::with(&tiny.onnx(), VOCABULARY).refused();
    let (_, place, why) = refused(Tiny {
        input: "pixels",
        ..tiny()
    });
    assert_eq!(place, "input \"pixels\"", "{why}");
    let (_, place, why) = refused(Tiny { rank: 3, ..tiny() });
    assert_eq!(place, "input \"input_ids\"", "{why}");
    let narrow = rows().into_iter().map(|row| row[..1].to_vec()).collect();
    let (_, place, why) = refused(Tiny {
        rows: narrow,
        ..tiny()
    });
    assert_eq!(place, "output 1", "{why}");
    assert!(why.contains("1 numbers"), "{why}");
    let mut broken = rows();
    broken[1][0] = f32::NAN;
    let (_, place, why) = refused(Tiny {
        rows: broken,
        ..tiny()
    });
    assert_eq!(place, "output 1", "{why}");
}

#[test]
fn a_wrong_vocabulary_is_refused_with_its_line() {
    let onnx = tiny().onnx();
    let refused = |words: &str| Folder::with(&onnx, words).refused();
    let (file, place, why) = refused(&format!("{VOCABULARY}多\n余\n"));
    assert_eq!(
        (file.as_str(), place.as_str()),
        ("vocab.txt", "line 16"),
        "{why}"
    );
    let (_, place, why) = refused(&format!("{VOCABULARY}火\n"));
    assert_eq!(place, "line 15", "{why}");
    let (_, _, why) = refused("着\n火\n");
    assert!(why.contains("missing"), "{why}");
    // Another model's: its table goes on where the vocabulary has ended.
    let mut large = tiny();
    large
        .rows
        .extend(std::iter::repeat_n(vec![0.5, 0.5, 0.5], 400));
    let (file, _, why) = Folder::with(&large.onnx(), VOCABULARY).refused();
    assert_eq!(file, "vocab.txt");
    assert!(why.contains("not this model's"), "{why}");
    // A table rounded up is none.
    large.rows.truncate(128);
    Folder::with(&large.onnx(), VOCABULARY).open();
}
