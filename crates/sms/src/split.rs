//! Long messages: cut into pieces that a telephone puts together again, by the header of GSM 03.40.

use crate::text::{Coding, coding_of, encode};

/// Characters of one message in seven bits.
pub const GSM_ONE: usize = 160;
/// Characters of a piece in seven bits.
pub const GSM_PIECE: usize = 153;
/// UTF-16 units of one message in UCS-2.
pub const UCS2_ONE: usize = 70;
/// UTF-16 units of a piece in UCS-2.
pub const UCS2_PIECE: usize = 67;

/// Which piece of which long message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Piece {
    /// What all its pieces have in common, as its sender chose.
    pub reference: u16,
    /// How many there are, at least 1.
    pub total: u8,
    /// Which it is, from 1.
    pub number: u8,
}

impl Piece {
    /// The header before the words: 05 00 03 and one octet each.
    #[must_use]
    pub fn header(&self) -> [u8; 6] {
        let [_, low] = self.reference.to_be_bytes();
        [5, 0, 3, low, self.total, self.number]
    }
}

/// One message on the way to a telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Which piece it is, if there is more than one.
    pub piece: Option<Piece>,
    /// How its words are written.
    pub coding: Coding,
    /// Header, if there is one, and words.
    pub octets: Vec<u8>,
}

/// Into how many messages words go, as each is paid for. Nothing is none.
#[must_use]
pub fn count(text: &str) -> usize {
    pieces(text).1.len()
}

/// Words as messages. More than 255 pieces are none: the caller limits the words.
#[must_use]
pub fn split(text: &str, reference: u8) -> Vec<Segment> {
    let (coding, pieces) = pieces(text);
    let Ok(total) = u8::try_from(pieces.len()) else {
        return Vec::new();
    };
    (1..=total)
        .zip(pieces)
        .map(|(number, words)| {
            let piece = (total > 1).then_some(Piece {
                reference: u16::from(reference),
                total,
                number,
            });
            let mut octets = piece.map_or_else(Vec::new, |piece| piece.header().to_vec());
            octets.extend(encode(&words, coding));
            Segment {
                piece,
                coding,
                octets,
            }
        })
        .collect()
}

fn pieces(text: &str) -> (Coding, Vec<String>) {
    let coding = coding_of(text);
    let (one, piece) = match coding {
        Coding::Ucs2 | Coding::Gbk => (UCS2_ONE, UCS2_PIECE),
        Coding::Gsm | Coding::Ascii | Coding::Latin1 => (GSM_ONE, GSM_PIECE),
    };
    let size = |c: char| {
        if coding == Coding::Ucs2 {
            c.len_utf16()
        } else {
            1
        }
    };
    let whole: usize = text.chars().map(size).sum();
    if whole == 0 {
        return (coding, Vec::new());
    }
    if whole <= one {
        return (coding, vec![text.to_owned()]);
    }
    let mut all = Vec::new();
    let (mut words, mut full) = (String::new(), 0);
    for c in text.chars() {
        // A character of two units is not cut.
        if full + size(c) > piece {
            all.push(std::mem::take(&mut words));
            full = 0;
        }
        words.push(c);
        full += size(c);
    }
    all.push(words);
    (coding, all)
}

/// The header in front of a message's words: the piece it names, and where the words begin. What is no header is words.
#[must_use]
pub fn header(octets: &[u8]) -> (Option<Piece>, &[u8]) {
    let Some((length, rest)) = octets.split_first() else {
        return (None, octets);
    };
    let Some((mut elements, words)) = rest.split_at_checked(usize::from(*length)) else {
        return (None, octets);
    };
    let mut piece = None;
    while let [kind, size, more @ ..] = elements {
        let Some((value, after)) = more.split_at_checked(usize::from(*size)) else {
            break;
        };
        let found = match (kind, value) {
            (0, [reference, total, number]) => Some((u16::from(*reference), *total, *number)),
            (8, [high, low, total, number]) => {
                Some((u16::from_be_bytes([*high, *low]), *total, *number))
            }
            _ => None,
        };
        if let Some((reference, total, number)) = found
            && (1..=total).contains(&number)
        {
            piece = Some(Piece {
                reference,
                total,
                number,
            });
        }
        elements = after;
    }
    (piece.filter(|piece| piece.total > 1), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decode;
    use proptest::prelude::*;

    #[test]
    fn limits_are_the_telephone_s() {
        for (words, parts) in [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(count(&"水".repeat(words)), parts, "{words}");
        }
        for (words, parts) in [(160, 1), (161, 2), (306, 2), (307, 3)] {
            assert_eq!(count(&"a".repeat(words)), parts, "{words}");
        }
    }

    #[test]
    fn a_character_of_two_units_is_not_cut() {
        // 66 and two units: the second piece begins with the whole character.
        let text = format!("{}😀{}", "水".repeat(66), "火".repeat(10));
        let parts = split(&text, 7);
        let read: Vec<String> = parts
            .iter()
            .map(|part| decode(header(&part.octets).1, Coding::Ucs2))
            .collect();
        assert_eq!(read[0], "水".repeat(66));
        assert!(read[1].starts_with('😀'), "{read:?}");
    }

    #[test]
    fn headers_of_both_kinds_are_read_and_bad_ones_are_words() {
        let long = [6, 8, 4, 1, 2, 3, 2, b'a'];
        let piece = Piece {
            reference: 0x0102,
            total: 3,
            number: 2,
        };
        assert_eq!(header(&long), (Some(piece), &b"a"[..]));
        assert_eq!(
            header(&[5, 0, 3, 9, 2, 3, b'a']).0,
            None,
            "the third of two"
        );
        assert_eq!(header(&[200, 1]).0, None);
        assert_eq!(header(&[]), (None, &[][..]));
    }

    proptest! {
        #[test]
        fn what_is_split_is_whole_again_and_each_piece_fits(text in "[a-z水火😀 ]{0,900}", reference in any::<u8>()) {
            let parts = split(&text, reference);
            prop_assert_eq!(parts.len(), count(&text));
            let mut whole = String::new();
            for (n, part) in parts.iter().enumerate() {
                let most = if part.coding == Coding::Ucs2 { 140 } else { 160 };
                prop_assert!(part.octets.len() <= most);
                let words = match part.piece {
                    None => part.octets.as_slice(),
                    Some(piece) => {
                        prop_assert_eq!(usize::from(piece.number), n + 1);
                        let (read, words) = header(&part.octets);
                        prop_assert_eq!(read, Some(piece));
                        words
                    }
                };
                whole.push_str(&decode(words, part.coding));
            }
            prop_assert_eq!(whole, text);
        }

        #[test]
        fn no_header_is_refused(octets in proptest::collection::vec(any::<u8>(), 0..160)) {
            let (_, words) = header(&octets);
            prop_assert!(octets.ends_with(words));
        }
    }
}
