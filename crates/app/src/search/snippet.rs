//! The part of a text that was hit, with the hits marked, in the reader's own spelling of it.

use crate::view::TextPart;
use ::search::Pieces;
use std::ops::Range;
use triage::Narrative;

/// Characters shown before the first hit, and in all.
const BEFORE: usize = 14;
const LENGTH: usize = 90;

/// A text whole, with its hits marked.
pub(super) fn marked(text: &str, pieces: &Pieces) -> Vec<TextPart> {
    let chars: Vec<char> = text.chars().collect();
    cut(&chars, &hits(text, pieces), 0..chars.len())
}

/// So much of a text as a line of a list shows, around the first hit.
pub(super) fn snippet(text: &str, pieces: &Pieces) -> Vec<TextPart> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chars: Vec<char> = line.chars().collect();
    let hits = hits(&line, pieces);
    let first = hits.first().map_or(0, |hit| hit.start);
    let latest = chars.len().saturating_sub(LENGTH);
    let start = if first < LENGTH - BEFORE {
        0
    } else {
        (first - BEFORE).min(latest)
    };
    let end = chars.len().min(start + LENGTH);
    let mut parts = cut(&chars, &hits, start..end);
    let ellipsis = || TextPart {
        text: "…".to_owned(),
        hit: false,
    };
    if start > 0 {
        parts.insert(0, ellipsis());
    }
    if end < chars.len() {
        parts.push(ellipsis());
    }
    parts
}

/// Where a text as it was written was hit, in its own characters.
fn hits(text: &str, pieces: &Pieces) -> Vec<Range<usize>> {
    if pieces.is_empty() {
        return Vec::new();
    }
    let narrative = Narrative::new(text);
    let mut found: Vec<Range<usize>> = pieces
        .hits(narrative.chars())
        .into_iter()
        .map(|hit| narrative.original(hit))
        .filter(|hit| !hit.is_empty())
        .collect();
    found.sort_by_key(|hit| hit.start);
    found
}

fn cut(chars: &[char], hits: &[Range<usize>], window: Range<usize>) -> Vec<TextPart> {
    let mut parts = Vec::new();
    let mut push = |range: Range<usize>, hit: bool| {
        if let Some(some) = chars.get(range).filter(|some| !some.is_empty()) {
            parts.push(TextPart {
                text: some.iter().collect(),
                hit,
            });
        }
    };
    let mut at = window.start;
    for hit in hits {
        let (start, end) = (hit.start.max(at), hit.end.min(window.end));
        if start >= end {
            continue;
        }
        push(at..start, false);
        push(start..end, true);
        at = end;
    }
    push(at..window.end, false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(parts: &[TextPart]) -> String {
        let part = |p: &TextPart| {
            if p.hit {
                format!("[{}]", p.text)
            } else {
                p.text.clone()
            }
        };
        parts.iter().map(part).collect()
    }

    #[test]
    fn hits_are_marked_as_the_caller_wrote_them() {
        let pieces = Pieces::new(["烧烤", "wifi"]);
        assert_eq!(
            shown(&snippet("楼下燒 烤店ＷｉＦｉ吵", &pieces)),
            "楼下[燒 烤]店[ＷｉＦｉ]吵"
        );
        assert_eq!(shown(&snippet("没有", &pieces)), "没有");
        assert_eq!(shown(&snippet("", &pieces)), "");
    }

    #[test]
    fn a_long_text_is_cut_around_its_first_hit() {
        let text = format!("{}烧烤{}", "前".repeat(200), "后".repeat(200));
        let line = shown(&snippet(&text, &Pieces::new(["烧烤"])));
        assert!(line.starts_with("…前") && line.ends_with("后…"), "{line}");
        assert!(line.contains("前[烧烤]后"), "{line}");
    }

    proptest! {
        /// Whatever the text, nothing of it is changed, doubled or lost.
        #[test]
        fn marks_change_no_letter(text in "[\\PC\\p{Cf}\\p{M}]{0,60}", word in "\\PC{0,3}") {
            let pieces = Pieces::new([word.as_str()]);
            let parts = marked(&text, &pieces);
            let joined: String = parts.iter().map(|p| p.text.as_str()).collect();
            prop_assert_eq!(&joined, &text);
            snippet(&text, &pieces);
        }
    }
}
