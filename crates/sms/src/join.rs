//! Pieces of a long message put together again, in whatever order they came.

use crate::split::Piece;

/// What of a long message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The words in their order, with a sign where a piece is missing.
    pub text: String,
    /// How many pieces it has.
    pub total: u8,
    /// The numbers of those that are missing.
    pub missing: Vec<u8>,
}

/// Sign in place of what did not come.
pub const GAP: &str = "【缺】";

/// Puts pieces together. A piece that came twice counts once, the first; one of another total is left out.
#[must_use]
pub fn join<'a>(total: u8, pieces: impl IntoIterator<Item = (Piece, &'a str)>) -> Joined {
    let mut slots: Vec<Option<&str>> = vec![None; usize::from(total)];
    for (piece, words) in pieces {
        let at = usize::from(piece.number.wrapping_sub(1));
        if piece.total == total
            && let Some(slot) = slots.get_mut(at)
        {
            slot.get_or_insert(words);
        }
    }
    let text = slots.iter().map(|slot| slot.unwrap_or(GAP)).collect();
    let missing = (1..=total)
        .zip(&slots)
        .filter(|(_, slot)| slot.is_none())
        .map(|(number, _)| number)
        .collect();
    Joined {
        text,
        total,
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn piece(number: u8) -> Piece {
        Piece {
            reference: 9,
            total: 3,
            number,
        }
    }

    #[test]
    fn what_is_missing_is_said_where_it_is_missing() {
        let joined = join(3, [(piece(3), "丙"), (piece(1), "甲")]);
        assert_eq!(joined.text, "甲【缺】丙");
        assert_eq!(joined.missing, [2]);
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same(order in Just(vec![1_u8, 2, 3, 1, 3]).prop_shuffle()) {
            let words = ["甲", "乙", "丙"];
            let joined = join(3, order.iter().map(|n| (piece(*n), words[usize::from(*n) - 1])));
            prop_assert_eq!(joined.text, "甲乙丙");
            prop_assert!(joined.missing.is_empty());
        }

        #[test]
        fn no_piece_is_refused(total in any::<u8>(), numbers in proptest::collection::vec(any::<u8>(), 0..20)) {
            let joined = join(total, numbers.iter().map(|n| (Piece { reference: 0, total, number: *n }, "x")));
            prop_assert!(joined.missing.len() <= usize::from(total));
        }
    }
}
