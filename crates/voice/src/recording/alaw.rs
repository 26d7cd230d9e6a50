//! A-law to linear (ITU-T G.711), for export.

/// One sample.
pub(super) fn linear(code: u8) -> i16 {
    let code = code ^ 0x55;
    let mantissa = i16::from(code & 0x0f) << 4;
    let segment = (code & 0x70) >> 4;
    let size = match segment {
        0 => mantissa + 8,
        n => (mantissa + 0x108) << (n - 1),
    };
    if code & 0x80 == 0 { -size } else { size }
}

#[cfg(test)]
mod test {
    use super::linear;

    #[test]
    fn codes_are_those_of_the_tables() {
        assert_eq!(linear(0xd5), 8);
        assert_eq!(linear(0x55), -8);
        assert_eq!(linear(0xaa), 32256);
        assert_eq!(linear(0x2a), -32256);
        for code in 0..=255u8 {
            assert_eq!(linear(code), -linear(code ^ 0x80));
        }
    }
}
