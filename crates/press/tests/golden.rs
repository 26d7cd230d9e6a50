//! Golden documents: every form, compared by its text (`pdftotext`) and by its picture (`pdftoppm`).
//! Run with `LIANDONG_BLESS=1` when a change is meant, and look at the difference and at the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod sample;

use press::{Document, Faces, FontChoice, FontError, print};
use sample::samples;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Dots an inch of the compared picture.
const DPI: &str = "36";
/// Dots of a cell's side: 18 at 36 dots an inch would be half an inch; 6 are about 4 mm.
const CELL: usize = 6;

fn faces() -> &'static Faces {
    static FACES: OnceLock<Faces> = OnceLock::new();
    FACES.get_or_init(|| match Faces::find(&FontChoice::default()) {
        Ok(faces) => faces,
        Err(error) => panic!("{error}"),
    })
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn through(program: &str, arguments: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; apt-get install poppler-utils"));
    let mut stdin = child.stdin.take().unwrap();
    let sent = bytes.to_vec();
    let feeder = std::thread::spawn(move || {
        // What the program has read enough of, it may close.
        let _ = stdin.write_all(&sent);
    });
    let out = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert!(out.status.success(), "{program} failed");
    out.stdout
}

fn text(pdf: &[u8]) -> String {
    let out = through("pdftotext", &["-layout", "-", "-"], pdf);
    String::from_utf8(out).unwrap().trim_end().to_owned() + "\n"
}

/// How dark each cell of a page is, 0 to 9: a picture that a reviewer can read.
fn picture(pdf: &[u8]) -> String {
    let pages = through("pdftoppm", &["-gray", "-r", DPI, "-"], pdf);
    let mut out = String::new();
    let mut rest = pages.as_slice();
    while let Some((width, height, dots, after)) = portable_grey(rest) {
        for top in (0..height).step_by(CELL) {
            let mut line = String::new();
            for left in (0..width).step_by(CELL) {
                let (mut dark, mut count) = (0_usize, 0_usize);
                for y in top..(top + CELL).min(height) {
                    for x in left..(left + CELL).min(width) {
                        dark += 255 - usize::from(dots[y * width + x]);
                        count += 1;
                    }
                }
                let step = (dark * 20 / (count * 255)).min(9);
                line.push(if step == 0 {
                    ' '
                } else {
                    char::from(b'0' + u8::try_from(step).unwrap())
                });
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push_str("----\n");
        rest = after;
    }
    out
}

/// A binary PGM at the beginning of bytes: width, height, dots, and what follows.
fn portable_grey(bytes: &[u8]) -> Option<(usize, usize, &[u8], &[u8])> {
    let rest = bytes.strip_prefix(b"P5\n")?;
    let mut words = Vec::new();
    let mut at = 0;
    while words.len() < 3 {
        let end = at + rest[at..].iter().position(u8::is_ascii_whitespace)?;
        words.push(
            std::str::from_utf8(&rest[at..end])
                .ok()?
                .parse::<usize>()
                .ok()?,
        );
        at = end + 1;
    }
    let size = words[0] * words[1];
    Some((words[0], words[1], &rest[at..at + size], &rest[at + size..]))
}

/// Cells that differ by more than one step, of all cells.
fn apart(one: &str, other: &str) -> (usize, usize) {
    let (mut far, mut all) = (0, 0);
    let (mut a, mut b) = (one.lines(), other.lines());
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() {
            return (far, all);
        }
        let step = |c: Option<char>| c.and_then(|c| c.to_digit(10)).unwrap_or(0);
        let mut left = left.unwrap_or_default().chars();
        let mut right = right.unwrap_or_default().chars();
        loop {
            let (x, y) = (left.next(), right.next());
            if x.is_none() && y.is_none() {
                break;
            }
            all += 1;
            far += usize::from(step(x).abs_diff(step(y)) > 1);
        }
    }
}

fn compare(name: &str, found: &str, same: impl Fn(&str, &str) -> bool) {
    let path = golden(name);
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if same(&known, found) {
        return;
    }
    if std::env::var_os("LIANDONG_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, found).unwrap();
        return;
    }
    panic!("{name} is not what it was; look at the pages, then LIANDONG_BLESS=1\n{found}");
}

fn check(name: &str, document: &Document) {
    let printed = print(document, faces()).unwrap();
    if let Some(folder) = std::env::var_os("LIANDONG_PRESS_OUT") {
        std::fs::write(
            Path::new(&folder).join(format!("{name}.pdf")),
            &printed.bytes,
        )
        .unwrap();
    }
    compare(&format!("{name}.txt"), &text(&printed.bytes), |a, b| a == b);
    compare(
        &format!("{name}.picture"),
        &picture(&printed.bytes),
        |a, b| {
            let (far, all) = apart(a, b);
            !a.is_empty() && far * 200 <= all
        },
    );
}

#[test]
fn r18_r22_r82_every_form_is_what_it_was() {
    for (name, document) in samples() {
        check(name, &document);
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (name, document) in samples() {
        let one = print(&document, faces()).unwrap();
        let fresh = Faces::find(&FontChoice::default()).unwrap();
        assert_eq!(one, print(&document, &fresh).unwrap(), "{name}");
        assert_eq!(
            press::sheet(&document).unwrap(),
            press::sheet(&document).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn the_fonts_are_subset_into_the_file() {
    for (name, document) in samples() {
        let printed = print(&document, faces()).unwrap();
        assert!(
            printed.bytes.len() < 400_000,
            "{name}: {} bytes",
            printed.bytes.len()
        );
        let listed = fonts(name, &printed.bytes);
        let faces: Vec<&str> = listed.lines().skip(2).collect();
        assert!(!faces.is_empty(), "{name}: no font");
        for line in faces {
            // name, type, encoding, then emb, sub, uni: embedded, a subset, with a map to Unicode.
            assert!(line.contains(" yes yes yes"), "{name}: {line}");
        }
    }
}

fn fonts(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.pdf"));
    std::fs::write(&path, bytes).unwrap();
    let out = Command::new("pdffonts").arg(&path).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_character_no_font_has_is_told_and_stays_in_the_text() {
    let (_, mut document) = samples().remove(0);
    document.body.push(press::Block::Paragraph(
        "门口写着\u{1F525}\u{10FFFD}。".to_owned(),
    ));
    let printed = print(&document, faces()).unwrap();
    assert!(
        printed.missing.contains(&'\u{10FFFD}'),
        "{:?}",
        printed.missing
    );
    let text = text(&printed.bytes);
    assert!(
        text.contains("字体缺字") && text.contains("门口写着"),
        "{text}"
    );
}

#[test]
fn a_missing_font_says_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = FontChoice {
        folder: Some(folder.path().to_owned()),
        ..FontChoice::default()
    };
    assert!(matches!(
        Faces::find(&nowhere),
        Err(FontError::Unreadable { .. })
    ));
    let path = folder.path().join("no.ttf");
    std::fs::write(&path, b"no font").unwrap();
    let broken = FontChoice {
        body: Some(path),
        ..FontChoice::default()
    };
    assert!(matches!(Faces::find(&broken), Err(FontError::Unfit { .. })));
    let said = FontError::Missing {
        name: "NotoSerifCJK-Regular.ttc",
    }
    .to_string();
    assert!(said.contains("apt-get install fonts-noto-cjk"), "{said}");
}

#[test]
fn long_texts_go_over_pages_and_nothing_is_lost() {
    let (_, mut document) = samples().remove(0);
    let long: String = (0..400)
        .map(|n| format!("第{n}句说的是路灯不亮。"))
        .collect();
    document.body.push(press::Block::Paragraph(long.clone()));
    let cell = [vec!["甲".to_owned(), long]];
    document.body.push(press::Block::Table(press::Table {
        caption: "长表".to_owned(),
        columns: ["名称", "内容"]
            .into_iter()
            .map(|head| press::Column {
                head: head.to_owned(),
                share: 1,
                align: press::Align::Left,
            })
            .collect(),
        rows: cell.iter().cloned().cycle().take(3).collect(),
        note: String::new(),
    }));
    let printed = print(&document, faces()).unwrap();
    assert!(printed.pages > 5);
    let whole: String = through("pdftotext", &["-raw", "-", "-"], &printed.bytes)
        .into_iter()
        .map(char::from)
        .collect();
    assert!(!whole.is_empty());
    let text: String = text(&printed.bytes)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    for n in [0, 199, 399] {
        assert!(text.matches(&format!("第{n}句")).count() >= 4, "{n}");
    }
}
