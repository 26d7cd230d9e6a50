//! Whether bytes are framed as an ONNX file is, before anybody reads them: rten 0.27 does not come back
//! from a number that never ends, and a damaged file must not keep a desk from starting.

/// How deep graphs may lie in graphs.
const DEEP: usize = 24;
/// Bytes of the longest number.
const NUMBER: usize = 10;

/// What a stretch of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    /// A message of numbers and texts alone.
    Plain,
    /// Numbers one behind the other.
    Numbers,
    /// Whatever it is, nobody reads it as numbers.
    Bytes,
}

impl Kind {
    /// What a field with a length holds.
    const fn field(self, number: u64) -> Self {
        match (self, number) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 8 | 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Plain,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Node, 5) => Self::Attribute,
            (Self::Attribute, 8) | (Self::Tensor, 1 | 5 | 7 | 11) => Self::Numbers,
            (Self::Value, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::Type, 4) => Self::Value,
            (Self::TensorType, 2) => Self::Shape,
            _ => Self::Bytes,
        }
    }
}

/// Where the frame is broken: bytes from the end of the file.
struct Broken {
    left: usize,
}

/// Looks the whole file through.
///
/// # Errors
/// The byte at which it is broken.
pub(super) fn check(bytes: &[u8]) -> Result<(), usize> {
    if bytes.is_empty() {
        return Err(0);
    }
    message(bytes, Kind::Model, 0).map_err(|broken| bytes.len().saturating_sub(broken.left))
}

fn message(bytes: &[u8], kind: Kind, deep: usize) -> Result<(), Broken> {
    let broken = |left: &[u8]| Broken { left: left.len() };
    if deep > DEEP {
        return Err(broken(bytes));
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let at = rest;
        let number = take_number(&mut rest).ok_or_else(|| broken(at))?;
        if kind == Kind::Numbers {
            continue;
        }
        let long = match number & 7 {
            0 => {
                take_number(&mut rest).ok_or_else(|| broken(at))?;
                0
            }
            1 => 8,
            2 => take_number(&mut rest)
                .and_then(|n| usize::try_from(n).ok())
                .ok_or_else(|| broken(at))?,
            5 => 4,
            _ => return Err(broken(at)),
        };
        let (inner, behind) = rest.split_at_checked(long).ok_or_else(|| broken(at))?;
        let inside = kind.field(number >> 3);
        if number & 7 == 2 && inside != Kind::Bytes {
            message(inner, inside, deep + 1).map_err(|broken| Broken {
                left: broken.left + behind.len(),
            })?;
        }
        rest = behind;
    }
    Ok(())
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let long = rest.iter().take(NUMBER).position(|byte| *byte < 0x80)? + 1;
    let (number, behind) = rest.split_at_checked(long)?;
    if long == NUMBER && number.last().is_some_and(|byte| *byte > 1) {
        return None;
    }
    *rest = behind;
    let parts = number.iter().rev();
    Some(parts.fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_or_ends_too_early_is_broken() {
        // ir_version 8, a graph with a name.
        let good = [0x08, 0x08, 0x3a, 0x03, 0x12, 0x01, b'g'];
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(&good[..6]), Err(2));
        assert_eq!(check(&[0xff; 50]), Err(0));
        assert_eq!(check(b""), Err(0));
        // A number in the graph that goes on for ever.
        let mut long = vec![0x08, 0x08, 0x3a, 13, 0x12];
        long.extend([0xff; 12]);
        assert_eq!(check(&long), Err(4));
        assert_eq!(take_number(&mut &[0x96, 0x01][..]), Some(150));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_looked_through(bytes in proptest::collection::vec(0_u8.., 0..300)) {
            let _ = check(&bytes);
        }
    }
}
